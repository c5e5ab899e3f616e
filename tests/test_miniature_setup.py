# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How the miniature is set up, as far as that needs neither network nor root."""

import hashlib
import re
import subprocess
import threading
from pathlib import Path

import pytest
from command import ROOT
from mini.apt import line_entries, plain_name, stanza_entries, system_entries
from mini.distfiles import ebuild_version
from mini.driver import run_steps, step_keys
from mini.errors import CannotRunError, MiniatureError
from mini.keys import key_of, key_of_tree, locked, made_whole
from mini.manifest import manifest
from mini.projects import PROJECTS, REPOSITORIES, notice_in, spdx_text
from mini.recipe import read_recipe
from mini.steps import Step
from mini.work import Work

MINIATURE = ROOT / "tests" / "miniature"
STANZA = """\
# A comment
Types: deb
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: https://other.example/node
Suites: nodistro
Components: main
"""


# --- apt ------------------------------------------------------------------------------


def test_only_stanzas_of_the_release_are_taken() -> None:
    signed = "[signed-by=/usr/share/keyrings/debian.gpg] https://mirror.example/debian"
    assert stanza_entries(STANZA, "bookworm") == [
        f"{signed} bookworm main",
        f"{signed} bookworm-updates main",
    ]


def test_a_disabled_stanza_is_not_taken() -> None:
    assert stanza_entries(f"Enabled: no\n{STANZA}", "bookworm") == []


def test_only_lines_of_the_release_are_taken() -> None:
    text = (
        "deb [arch=amd64] https://mirror.example/debian bookworm main contrib # ours\n"
        "deb-src https://mirror.example/debian bookworm main\n"
        "# deb https://mirror.example/debian bookworm-updates main\n"
        "deb https://mirror.example/debian trixie main\n"
    )
    taken = line_entries(text, "bookworm")
    assert taken == ["[arch=amd64] https://mirror.example/debian bookworm main"]


def test_both_kinds_of_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "deb https://a.example/ bookworm main\n", "utf-8"
    )
    (tmp_path / "sources.list.d/b.sources").write_text(
        "Types: deb\nURIs: https://b.example/\nSuites: bookworm\nComponents: main\n",
        "utf-8",
    )
    assert system_entries("bookworm", tmp_path) == [
        "https://a.example/ bookworm main",
        "https://b.example/ bookworm main",
    ]


def test_a_system_without_the_release_cannot_run_it(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="apt knows no Debian bookworm"):
        system_entries("bookworm", tmp_path)


def test_a_file_name_loses_its_epoch() -> None:
    assert plain_name("libgmp10_2%3a6.2.1_amd64.deb") == "libgmp10_6.2.1_amd64.deb"


# --- versions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "version"),
    [
        ("busybox_1.35.0.orig.tar.bz2", "1.35.0"),
        ("zlib_1.2.13.dfsg.orig.tar.bz2", "1.2.13"),
        ("tzdata_2026b.orig.tar.gz", "2026b"),
        ("lua5.4_5.4.4.orig.tar.gz", "5.4.4"),
        ("dropbear-bin_2022.83-1+deb12u3_amd64.deb", "2022.83-r103"),
        ("libreadline8_8.2-1.3_amd64.deb", "8.2-r100"),
        ("libgcc-12-dev_12.2.0-14+deb12u1_amd64.deb", "12.2.0-r1401"),
        ("linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb", "6.1.192-r200"),
        ("uv-0.13.9-py3-none-manylinux_2_17_x86_64.whl", "0.13.9"),
        ("requests-2.31.0.tar.gz", "2.31.0"),
    ],
)
def test_an_ebuild_has_the_version_of_its_file(file: str, version: str) -> None:
    assert ebuild_version(file) == version


# --- what is made ---------------------------------------------------------------------


def test_a_manifest_has_size_and_both_digests(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(b"content")
    blake, sha = hashlib.blake2b(b"content"), hashlib.sha512(b"content")
    assert manifest([tmp_path / "a.tar"]) == (
        f"DIST a.tar 7 BLAKE2B {blake.hexdigest()} SHA512 {sha.hexdigest()}\n"
    )


def test_a_text_may_be_put_together_of_several() -> None:
    text = spdx_text(("licenses/MIT", "exceptions/GCC-exception-3.1"))
    assert text.index("Permission is hereby granted") < text.index("GCC RUNTIME")


def test_a_notice_is_taken_out_of_a_comment() -> None:
    source = (
        "int a; /* Copyright nobody */\n/****\n* Copyright (C) A.\n*\n* B.\n****/\n"
    )
    assert notice_in(source) == "Copyright (C) A.\n\nB.\n"


def test_every_license_name_has_a_text() -> None:
    recipe = read_recipe(MINIATURE / "sources.toml")
    names = {"metapackage", "BSD-Google", *recipe.licenses, *recipe.source_licenses}
    used: set[str] = set()
    for path in PROJECTS.rglob("*.ebuild*"):
        found = re.search(r'^LICENSE="(.*)"$', path.read_text("utf-8"), re.MULTILINE)
        used.update(found[1].split() if found else ())
    used = {name for name in used if name not in {"||", "(", ")"} and name[-1] != "?"}
    assert used - names == set()


def test_every_package_of_the_recipe_has_an_ebuild() -> None:
    for package in read_recipe(MINIATURE / "sources.toml").packages:
        found = [
            path
            for place in REPOSITORIES.values()
            for path in (PROJECTS / place / package).glob("*.ebuild*")
        ]
        assert len(found) == 1, package


def test_no_ebuild_names_a_host_to_fetch_from() -> None:
    for path in PROJECTS.rglob("*.ebuild*"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not (line.startswith("SRC_URI") and "://" in line), path


# --- keys -----------------------------------------------------------------------------


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    assert key_of(["ab", "c"]) != key_of(["a", "bc"])


def test_the_key_of_a_tree_changes_with_an_execute_bit(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n", encoding="utf-8")
    before = key_of_tree(tmp_path)
    (tmp_path / "script").chmod(0o755)
    assert key_of_tree(tmp_path) != before


def test_what_was_interrupted_is_not_there(tmp_path: Path) -> None:
    def interrupted() -> None:
        with made_whole(tmp_path / "thing") as place:
            place.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    lock, order = tmp_path / "lock", []

    def second() -> None:
        with locked(lock):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(lock):
        thread.start()
        thread.join(timeout=0.2)
        order.append("first")
    thread.join(timeout=10)
    assert order == ["first", "second"]


# --- steps ----------------------------------------------------------------------------


def steps(command: str = "true") -> tuple[Step, ...]:
    return (
        Step("first", (("touch", "one"),), ("sdk",), "one"),
        Step("second", (("sh", "-c", f"{command} && touch two"),), ("first",), "two"),
    )


def run_both(tmp_path: Path, made: dict[str, str], command: str = "true") -> list[str]:
    said: list[str] = []
    work = Work(tmp_path)
    environment = {"PATH": "/usr/bin:/bin"}
    keys = step_keys(steps(command), made)
    run_steps(work, steps(command), keys, environment, said.append)
    return [line.split()[1] for line in said]


def test_a_step_that_is_done_is_not_run_again(tmp_path: Path) -> None:
    run_both(tmp_path, {"sdk": "1"})
    assert run_both(tmp_path, {"sdk": "1"}) == ["cached", "cached"]


def test_a_changed_input_reaches_all_that_depends_on_it(tmp_path: Path) -> None:
    run_both(tmp_path, {"sdk": "1"})
    assert "cached" not in run_both(tmp_path, {"sdk": "2"})


def test_a_changed_command_leaves_earlier_steps_alone(tmp_path: Path) -> None:
    run_both(tmp_path, {"sdk": "1"})
    first, second = run_both(tmp_path, {"sdk": "1"}, command="echo")
    assert (first, second == "cached") == ("cached", False)


def test_a_step_without_its_product_is_run_again(tmp_path: Path) -> None:
    run_both(tmp_path, {"sdk": "1"})
    (tmp_path / "checkout" / "two").unlink()
    assert run_both(tmp_path, {"sdk": "1"})[1] != "cached"


def test_a_failed_step_names_its_log(tmp_path: Path) -> None:
    with pytest.raises(MiniatureError, match=r"second: .*status 1; see .*second\.log"):
        run_both(tmp_path, {"sdk": "1"}, command="false")


# --- the scripts ----------------------------------------------------------------------


def script(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(MINIATURE / name), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=30,
    )


def test_cros_sdk_refuses_an_option_that_it_does_not_know(tmp_path: Path) -> None:
    done = script("bin/cros_sdk", "--enterr", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith("error: unrecognized arguments: --enterr\n")


def test_cros_sdk_wants_a_checkout(tmp_path: Path) -> None:
    done = script("bin/cros_sdk", "--enter", "--", "true", cwd=tmp_path)
    assert done.returncode == 1
    assert "is not inside a repo checkout" in done.stderr


@pytest.mark.parametrize(
    "name", ["setup_board", "build_packages", "set_shared_user_password.sh"]
)
def test_a_script_of_the_chroot_runs_nowhere_else(name: str, tmp_path: Path) -> None:
    done = script(f"projects/src/scripts/{name}", cwd=tmp_path)
    assert done.returncode == 1
    assert "This script must be run inside the chroot." in done.stderr
