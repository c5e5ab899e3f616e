# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Policies over links: what passes, what is reached, and what conflicts."""

import json
from pathlib import Path

from builders_vdb import write_entry
from command import ROOT, run

MINIATURE = str(ROOT / "tests/fixtures/miniature/sysroot")


def test_on_the_miniature_libgcc_passes_no_gpl3_and_gcc_does_not() -> None:
    done = run("audit", MINIATURE, "--policy", "no-gpl3", "--shipped", "all", "-q")
    text = done.stdout.decode()
    denied = text.partition("CL016 denied-license")[2].partition("What to do")[0]
    assert "    sys-devel/gcc-12.2.0-r1401 " in denied
    assert "GPL-3.0-or-later is denied" in denied
    assert "sys-libs/readline-8.2-r100" in denied
    assert "gcc-libs" not in denied
    passed = text.partition("CL070 policy-exception")[2].partition("What to do")[0]
    assert "    sys-libs/gcc-libs-12.2.0-r1401 " in passed
    assert "passes the rule no-gpl3" in passed
    # What it owes for its own files stays.
    owed = text.partition("restricted: GPL-3.0-or-later")[2].partition("restricted")[0]
    assert "source, source-offer" in owed
    assert "sys-libs/gcc-libs-12.2.0-r1401" in owed


def test_on_the_miniature_a_gpl_library_reaches_both_ways() -> None:
    text = run("audit", MINIATURE, "--shipped", "all", "-q").stdout.decode()
    reach = text.partition("copyleft of others reaches ")[2].partition("\n\n")[0]
    assert reach == (
        "2 credited packages\n"
        "  dev-lang/lua-5.4.4: source for GPL-3.0-or-later\n"
        "    /usr/bin/lua (dev-lang/lua-5.4.4) links /usr/lib64/libreadline.so.8.2"
        " (sys-libs/readline-8.2-r100)\n"
        "  sys-libs/ncurses-6.4-r400: source for GPL-3.0-or-later\n"
        "    /usr/lib64/libtinfo.so.6.4 (sys-libs/ncurses-6.4-r400) is linked by"
        " /usr/lib64/libreadline.so.8.2 (sys-libs/readline-8.2-r100)"
    )


def test_a_proprietary_program_that_links_readline_is_a_conflict(
    tmp_path: Path,
) -> None:
    library = {
        "LICENSE": "GPL-3+",
        "NEEDED.ELF.2": "X86_64;/usr/lib64/libreadline.so.8;libreadline.so.8;;;x86_64",
    }
    program = {
        "LICENSE": "Adobe",
        "NEEDED.ELF.2": "X86_64;/opt/bin/x;;;libreadline.so.8;x86_64",
    }
    write_entry(tmp_path, "sys-libs/readline-8.2", library)
    write_entry(tmp_path, "app-misc/closed-1", program)
    found = json.loads(run("audit", str(tmp_path), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL066")
    assert one["cpv"] == "app-misc/closed-1"
    assert one["subject"] == "GPL-3.0-or-later | LicenseRef-gentoo-Adobe"
    assert one["message"].endswith(
        "/opt/bin/x (app-misc/closed-1) links /usr/lib64/libreadline.so.8"
        " (sys-libs/readline-8.2)"
    )


def test_a_conflict_in_what_only_builds_the_image_is_none(tmp_path: Path) -> None:
    program = "X86_64;/opt/bin/x;;;libreadline.so.8;x86_64"
    library = "X86_64;/usr/lib64/libreadline.so.8;libreadline.so.8;;;x86_64"
    needed = {"LICENSE": "GPL-3+", "NEEDED.ELF.2": library}
    for place in ("root", "image"):
        write_entry(tmp_path / place, "sys-libs/readline-8.2", needed)
    closed = {"LICENSE": "Adobe", "NEEDED.ELF.2": program}
    write_entry(tmp_path / "root", "app-misc/closed-1", closed)
    source, image = str(tmp_path / "root"), str(tmp_path / "image")

    def codes(*options: str) -> set[str]:
        done = run("audit", source, "--format", "json", *options)
        return {one["code"] for one in json.loads(done.stdout)["findings"]}

    assert "CL066" in codes()
    assert "CL066" not in codes("--shipped", image)


def test_without_records_that_is_said_once(tmp_path: Path) -> None:
    write_entry(tmp_path, "sys-libs/readline-8.2", {"LICENSE": "GPL-3+"})
    needs = {"LICENSE": "MIT", "RDEPEND": "sys-libs/readline"}
    write_entry(tmp_path, "app-misc/b-1", needs)
    found = json.loads(run("audit", str(tmp_path), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL068")
    assert "app-misc/b-1 depend on" in one["message"]


def test_without_records_a_conflict_that_may_be_is_reviewed(tmp_path: Path) -> None:
    write_entry(tmp_path, "sys-libs/readline-8.2", {"LICENSE": "GPL-3+"})
    needs = {"LICENSE": "Adobe", "RDEPEND": "sys-libs/readline"}
    write_entry(tmp_path, "app-misc/closed-1", needs)
    found = json.loads(run("audit", str(tmp_path), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL067")
    assert one["cpv"] == "app-misc/closed-1"
    assert "whether it links it is not recorded" in one["message"]
