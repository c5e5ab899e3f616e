# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Each kind of bad input through the whole tool: a finding, valid outputs, bounds.

One run reads them all; the tests of each reader try more of its kind.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
from builders_archives import make_tar, make_zip
from builders_elf import elf, go_program
from builders_sources import MIT
from builders_vdb import write_entry, write_repository
from command import COVERAGE, ENVIRONMENT, FILES, ROOT
from spdx_builders import read_json, validation_messages

#: The run reads the bad input of this page in a second of processor time and 100 MB.
LIMIT_S: Final = 60
LIMIT_BYTES: Final = 600 << 20
TEMPLATE: Final = f"{MIT}{{{{ 7 * 7 }}}}{{% for x in y %}}\n"
BOMB: Final = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@dataclass(frozen=True, slots=True)
class Done:
    """What one run wrote, and what it cost."""

    directory: Path
    status: int
    stderr: str
    seconds: float
    peak_bytes: int

    def findings(self, cpv: str) -> dict[str, list[str]]:
        """Return the messages about a package, by the name of their kind."""
        every = json.loads((self.directory / "findings.json").read_bytes())["findings"]
        told: dict[str, list[str]] = {}
        for one in every:
            if one["cpv"] == cpv:
                told.setdefault(one["name"], []).append(one["message"])
        return told

    def package(self, name: str) -> dict[str, Any]:
        """Return a package of the inventory."""
        listed = json.loads((self.directory / "inventory.json").read_bytes())
        (found,) = [one for one in listed["packages"] if one["name"] == name]
        assert isinstance(found, dict)
        return found


def sparse(path: Path) -> None:
    """Write a file of 4 GB that takes no room."""
    with path.open("wb") as file:
        file.truncate(4 << 30)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """Return the head of a member without content."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def odd_tar() -> bytes:
    """Return a tar whose members lead outside or are devices, and one good one."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        for info in (
            member("../../NOTICE"),
            member("/etc/COPYING"),
            member("x/LICENSE", tarfile.CHRTYPE),
            member("x/AUTHORS", tarfile.SYMTYPE, "/etc/passwd"),
            member("x/PATENTS", tarfile.SYMTYPE, "PATENTS"),
        ):
            archive.addfile(info)
        good = member("x/COPYING")
        good.size = len(MIT)
        archive.addfile(good, io.BytesIO(MIT.encode()))
    return sink.getvalue()


def sources_of() -> dict[str, bytes]:
    """Return the bad archives of sources, by the name of their package."""
    whole = make_tar({"x/COPYING": MIT, "x/big": os.urandom(1 << 16)})
    zeros = bytes(64 << 20)
    lies = bytearray(make_zip({"x/COPYING": MIT}, zipfile.ZIP_STORED))
    at = lies.index(b"PK\1\2")
    lies[at + 20 : at + 28] = b"\xff\xff\xff\x7f" * 2
    return {
        "odd.tar.gz": odd_tar(),
        "bomb.zip": make_zip({"x/COPYING": zeros, "x/LICENSE": MIT}),
        "lies.zip": bytes(lies),
        "bomb.tar.gz": make_tar({"x/COPYING": zeros}),
        "cut.tar.gz": whole[: len(whole) // 2],
        "templates.tar.gz": make_tar({"x/COPYING": TEMPLATE}),
        "names.tar.gz": make_tar({os.fsdecode(b"x/\xff\x1b[1m/COPYING"): MIT}),
    }


def write_bad_vdb(root: Path) -> None:
    """Write entries with bad caches, links, lengths and names."""
    caches = {
        "yaml-bomb": f"a: &a [x, x, x]\n{BOMB}",
        "yaml-alias": "- &x [name, x]\n- *x\n",
        "yaml-object": '- !!python/object/apply:os.system ["touch /tmp/own"]\n',
    }
    for name, text in caches.items():
        write_entry(root, f"app-bad/{name}-1", {"LICENSE": "MIT", "license.yaml": text})
    sparse(write_entry(root, "app-bad/huge-1", {}) / "LICENSE")
    loop = write_entry(root, "app-bad/loop-1", {"DESCRIPTION": "x"})
    (loop / "LICENSE").symlink_to("LICENSE")
    (root / "var/db/pkg" / os.fsdecode(b"app-bad/\xff\xfe-1")).mkdir()
    (root / "usr/bin").mkdir(parents=True)
    program = bytearray(go_program())
    program[40:48] = b"\xff" * 8  # where the table of sections is said to be
    programs = {"table": bytes(program), "cut": go_program()[:200], "none": elf({})}
    lines = []
    for name, content in programs.items():
        (root / "usr/bin" / name).write_bytes(content)
        (root / "usr/bin" / name).chmod(0o755)
        lines.append(f"obj /usr/bin/{name} {'0' * 32} 1700000000\n")
    write_entry(root, "app-bad/elf-1", {"LICENSE": "MIT", "CONTENTS": "".join(lines)})


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Give the tool all bad input at once."""
    base = tmp_path_factory.mktemp("bad")
    root, repository = base / "root", base / "repo"
    write_bad_vdb(root)
    write_repository(repository, "portage-stable", {"MIT": "Permission {{ 7 * 7 }}\n"})
    sparse(repository / "licenses/Huge")
    (repository / "licenses/Round").symlink_to("Round")
    write_entry(root, "app-bad/texts-1", {"LICENSE": "Huge Round MIT"})
    for name, content in sources_of().items():
        package = name.replace(".", "-")
        write_entry(root, f"app-bad/{package}-1", {"LICENSE": "MIT"})
        directory = base / "sources/app-bad" / f"{package}-1"
        directory.mkdir(parents=True)
        (directory / name).write_bytes(content)
    tree = base / "sources/app-bad/huge-1"
    tree.mkdir(parents=True)
    sparse(tree / "LICENSE")
    (tree / "COPYING").symlink_to("COPYING")
    arguments = [
        *("generate", str(root), "--overlay", str(repository), "-o", str(base / "out")),
        *("--sources", str(base / "sources"), "--jobs", "1", "--no-progress"),
    ]
    return measured(arguments, base / "out")


def measured(arguments: list[str], directory: Path) -> Done:
    """Run the tool; return what it cost."""
    log = directory.parent / "stderr"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "coos_license", *arguments],
            cwd=ROOT,
            env={**ENVIRONMENT, **COVERAGE},
            stdout=subprocess.DEVNULL,
            stderr=sink,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Done(
        directory,
        process.returncode,
        log.read_text("utf-8"),
        used.ru_utime + used.ru_stime,
        used.ru_maxrss << 10,
    )


def test_run_ends_with_findings_within_its_bounds(done: Done) -> None:
    assert done.status == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.seconds < LIMIT_S
    assert done.peak_bytes < LIMIT_BYTES


def test_outputs_are_whole_and_valid(done: Done) -> None:
    assert {path.name for path in done.directory.iterdir()} >= set(FILES)
    for name in ("inventory", "findings"):
        schema = json.loads((ROOT / f"docs/schema/{name}.schema.json").read_bytes())
        value = json.loads((done.directory / f"{name}.json").read_bytes())
        validator = jsonschema_rs.Draft202012Validator(schema)
        assert [error.message for error in validator.iter_errors(value)] == []
    document = read_json((done.directory / "sbom.spdx.json").read_bytes())
    assert validation_messages(document) == []


@pytest.mark.parametrize(
    ("cpv", "kind", "said"),
    [
        ("yaml-bomb-1", "unreadable-entry", "license.yaml holds an alias"),
        ("yaml-alias-1", "unreadable-entry", "license.yaml holds an alias"),
        ("yaml-object-1", "unreadable-entry", "python/object/apply:os.system"),
        ("huge-1", "unreadable-entry", "LICENSE is 4294967296 bytes long"),
        ("huge-1", "unusable-source", "huge-1/LICENSE is longer than"),
        ("loop-1", "unreadable-entry", "LICENSE is not a regular file"),
        ("texts-1", "unreadable-entry", "licenses/Huge is 4294967296 bytes long"),
        ("texts-1", "unreadable-entry", "licenses/Round is behind a loop"),
        ("elf-1", "component-license-unknown", "usr/bin/table is a damaged ELF"),
        ("elf-1", "component-license-unknown", "usr/bin/cut is a damaged ELF"),
        ("odd-tar-gz-1", "unusable-source", "leads outside"),
        ("odd-tar-gz-1", "unusable-source", "x/LICENSE is a device"),
        ("bomb-zip-1", "unusable-source", "x/COPYING is longer than"),
        ("bomb-tar-gz-1", "unusable-source", "x/COPYING is longer than"),
        ("lies-zip-1", "unusable-source", "lies.zip"),
        ("cut-tar-gz-1", "unusable-source", "cut.tar.gz is truncated"),
    ],
)
def test_each_is_a_finding(done: Done, cpv: str, kind: str, said: str) -> None:
    told = done.findings(f"app-bad/{cpv}")
    assert any(said in message for message in told.get(kind, ())), told


def test_name_that_is_no_utf_8_is_a_finding_of_the_image(done: Done) -> None:
    every = json.loads((done.directory / "findings.json").read_bytes())["findings"]
    assert any("\\udcff\\udcfe-1" in one["message"] for one in every)


def test_what_is_good_beside_the_bad_counts(done: Done) -> None:
    for name in ("odd-tar-gz", "bomb-zip", "names-tar-gz"):
        assert done.package(name)["copyrights"] == ["Copyright (c) 2020 Ada Example"]


def test_texts_are_no_templates(done: Done) -> None:
    page = (done.directory / "credits.html").read_bytes()
    notice = (done.directory / "NOTICE").read_bytes()
    for content in (page.replace(b"&#123;", b"{"), notice):
        assert b"{{ 7 * 7 }}" in content
        assert b"{% for x in y %}" in content


def test_nothing_outside_was_read_or_run(done: Done) -> None:
    shown = b"".join(path.read_bytes() for path in done.directory.iterdir())
    assert b"root:x:0" not in shown
    assert not Path("/tmp/own").exists()  # noqa: S108 - what the bad input names
