# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Hostile entries become findings; every output stays valid and inert."""

import json
import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
from builders_vdb import write_entry, write_repository
from command import run
from lxml import html
from spdx_builders import read_json, read_tag_value, validation_messages

ACTIVE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% for %}"
TERMINAL = "\x1b[31m\x1b]0;own\x07\x9b5n\u202etxt.exe\x00"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sysroot and a repository made to break whoever reads them."""
    base = tmp_path_factory.mktemp("hostile")
    root = base / "root"
    text = f"</text></pre></script>{ACTIVE}{TERMINAL}\nPackageName: own\n"
    licenses: dict[str, str | bytes] = {
        "Evil-1": text,
        "MIT": b"\xff\xfe\x00 broken utf-16",
        "Null-1": b"\x00" * 50,
        "Big-1": b"x" * (17 << 20),
    }
    repository = write_repository(base / "repo", "portage-stable", licenses)
    (repository / "licenses/Out-1").symlink_to("/etc/passwd")
    (repository / "licenses/Loop-1").symlink_to("Loop-1")
    os.mkfifo(repository / "licenses/Fifo-1")
    fields: dict[str, str | bytes] = {
        "big-1": b"MIT " * 2_600_000,
        "deep-1": "( " * 100_000 + "MIT" + " )" * 100_000,
        "open-1": "( " * 100_000,
        "nested-1": "|| ( MIT ( ISC " * 20_000 + "MIT" + " ) )" * 20_000,
        "endless-1": " ".join(f"N{number}" for number in range(300_000)),
        "wide-1": " ".join(f"Nope-{number}" for number in range(500)),
        "dots-1": "../../../etc/passwd",
        "active-1": ACTIVE,
        "terminal-1": f"MIT {TERMINAL}",
        "utf16-1": "MIT".encode("utf-16"),
        "texts-1": "Evil-1 Null-1 Big-1 Out-1 Loop-1 Fifo-1 MIT",
        "comma-1": "GPL-2,MIT",
        "empty-1": "",
    }
    for name, field in fields.items():
        entry = write_entry(
            root,
            f"app-evil/{name}",
            {
                "LICENSE": field,
                "DESCRIPTION": f"{ACTIVE} </text> {TERMINAL} \r\nSPDXID: own",
                "HOMEPAGE": 'javascript:alert(1) data:text/html,x https://x.example/"><b>',
                "RDEPEND": f"app-evil/big || ( {ACTIVE}",
                "USE": ACTIVE,
            },
        )
        (entry / "environment.bz2").symlink_to("/dev/zero")
    entry = write_entry(root, "app-evil/special-1", {})
    os.mkfifo(entry / "LICENSE")
    (entry / "DESCRIPTION").symlink_to("/etc/hostname")
    write_entry(root, "app-evil/a..b-1", {"LICENSE": "MIT"})
    write_entry(root, "app-evil/<script>-1", {"LICENSE": "MIT"})
    write_entry(root, "app-evil/\x1b[1m-1", {"LICENSE": "MIT"})
    (root / "var/db/pkg" / os.fsdecode(b"\xff\xfe-bytes")).mkdir()
    (root / "var/db/pkg/away").symlink_to("/")
    (root / "etc").mkdir()
    (root / "etc/os-release").write_text(f'NAME="{ACTIVE}{TERMINAL}"\n', "utf-8")
    return base


@pytest.fixture(scope="module")
def output(hostile: Path) -> Path:
    """What ``generate`` makes of it: all files, and exit code 1."""
    result = run(
        "generate",
        str(hostile / "root"),
        "--overlay",
        str(hostile / "repo"),
        "-o",
        str(hostile / "out"),
    )
    assert result.returncode == 1, result.stderr
    assert not CONTROL.search(result.stderr.decode())
    return hostile / "out"


def test_every_fault_is_a_finding(output: Path) -> None:
    found = json.loads((output / "findings.json").read_bytes())["findings"]
    by_package: dict[str, set[str]] = {}
    for one in found:
        by_package.setdefault(one["cpv"], set()).add(f"{one['name']} {one['subject']}")
    for name, expected in {
        "big-1": {"unreadable-entry LICENSE", "suspicious-value HOMEPAGE"},
        "open-1": {"license-syntax LICENSE"},
        "endless-1": {"license-syntax LICENSE"},
        "nested-1": {"license-syntax LICENSE"},
        "wide-1": {f"unknown-license Nope-{number}" for number in range(500)},
        "dots-1": {"license-syntax LICENSE"},
        "active-1": {"license-syntax LICENSE"},
        "terminal-1": {"license-syntax LICENSE"},
        "comma-1": {"license-syntax LICENSE"},
        "empty-1": {"missing-license LICENSE"},
        "special-1": {"unreadable-entry LICENSE", "unreadable-entry DESCRIPTION"},
        "texts-1": {
            "unreadable-entry portage-stable/licenses/Big-1",
            "unreadable-entry portage-stable/licenses/Loop-1",
            "unreadable-entry portage-stable/licenses/Fifo-1",
            "missing-license-text Out-1",
        },
    }.items():
        assert expected <= by_package[f"app-evil/{name}"], name
    everywhere = " ".join(by_package[""])
    for path in ("app-evil/a..b-1", "app-evil/<script>-1", "/away", "bytes"):
        assert path in everywhere


def test_what_can_be_read_is_in_the_inventory(output: Path) -> None:
    packages = json.loads((output / "inventory.json").read_bytes())["packages"]
    declared = {one["name"]: one["declared"] for one in packages}
    assert len(packages) == 14
    assert declared["deep"] == "MIT"
    assert declared["utf16"] == "MIT"
    assert declared["nested"] == declared["open"] == declared["dots"] == "NOASSERTION"


def test_the_sbom_is_valid_in_both_formats(output: Path) -> None:
    document = read_json((output / "sbom.spdx.json").read_bytes())
    assert validation_messages(document) == []
    tag_value = read_tag_value((output / "sbom.spdx").read_bytes())
    assert validation_messages(tag_value) == []
    assert len(document.packages) == len(tag_value.packages) == 15


def test_the_page_holds_no_active_content_of_the_input(output: Path) -> None:
    content = (output / "credits.html").read_bytes()
    page = html.document_fromstring(content, parser=html.HTMLParser(huge_tree=True))
    for element in page.iter():
        for name, value in element.attrib.items():
            assert not str(name).lower().startswith("on")
            assert not str(value).lower().startswith(("javascript:", "data:"))
    assert page.xpath("//img | //iframe | //object | //b") == []
    assert len(page.xpath("//script")) == content.count(b"<script") <= 1
    assert b"{{ 7*7 }}" in content.replace(b"&#123;", b"{")
    assert b"49{%" not in content


def test_texts_for_people_hold_no_control_characters(
    hostile: Path, output: Path
) -> None:
    for name in ("NOTICE", "credits.html", "sbom.spdx"):
        assert not CONTROL.search((output / name).read_text("utf-8")), name
    arguments = (str(hostile / "root"), "--overlay", str(hostile / "repo"))
    for command in ("list", "audit"):
        assert not CONTROL.search(run(command, *arguments).stdout.decode())
    text = run("list", *arguments, "--format", "csv").stdout.decode()
    assert not CONTROL.search(text)
    text = run("explain", *arguments, "terminal").stdout.decode()
    assert not CONTROL.search(text)


def test_the_bundle_unpacks_inside_its_directory(output: Path, tmp_path: Path) -> None:
    with tarfile.open(output / "notice-bundle.tar.gz") as bundle:
        for member in bundle.getmembers():
            assert member.isfile() or member.isdir()
            assert not member.name.startswith("/")
            assert ".." not in member.name.split("/")
    subprocess.run(
        ["tar", "-xzf", output / "notice-bundle.tar.gz", "-C", tmp_path], check=True
    )
    subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True
    )


def test_nothing_outside_the_trees_was_read(output: Path) -> None:
    secret = Path("/etc/passwd").read_bytes().splitlines()[0]
    for path in output.iterdir():
        assert secret not in path.read_bytes()
