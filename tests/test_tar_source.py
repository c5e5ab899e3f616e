# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Any tar with a package database as SOURCE, and archives that are none."""

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from builders_archives import PACKERS, special, tar
from builders_vdb import write_entry
from command import OVERLAYS, SYSROOT, one_line, run

from coos_license.errors import ReadError
from coos_license.snapshot.layout import keep_limit
from coos_license.trees.archive import TarTree
from coos_license.trees.unpack import Form


def test_a_tar_says_what_ships(tmp_path: Path) -> None:
    write_entry(tmp_path / "image", "sys-libs/libcap-2.66", {"LICENSE": "GPL-2"})
    archive = tmp_path / "image.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(tmp_path / "image", "deep/down")
    live, packed_list = (
        run("list", SYSROOT, "--shipped", str(rule), "--format", "json")
        for rule in (tmp_path / "image", archive)
    )
    assert live.returncode == 0
    assert live.stdout == packed_list.stdout
    assert b"shipped/var/db/pkg" in live.stdout


@pytest.mark.parametrize("form", list(PACKERS))
@pytest.mark.parametrize("prefix", [".", "root", "some/dir"])
def test_any_tar_with_a_vdb_is_a_source(
    tmp_path: Path, form: Form, prefix: str
) -> None:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as packed:
        packed.add(SYSROOT, prefix)
    archive = tmp_path / "named.zip"
    archive.write_bytes(PACKERS[form](sink.getvalue()))
    live = run("list", SYSROOT, *OVERLAYS, "--format", "json")
    result = run("list", str(archive), *OVERLAYS, "--format", "json")
    assert result.stdout == live.stdout
    assert f": {form} of a sysroot, 15 packages".encode() in result.stderr


ENTRY = "var/db/pkg/a-b/c-1/LICENSE"
GOOD = (f"root/{ENTRY}", b"MIT")
BOMB = gzip.compress(special("b", tarfile.REGTYPE, size=1 << 28))
BOMB += gzip.compress(bytes(1 << 24)) * 16
MANIFEST = ("snapshot.json", b'{"schema": 1, "repositories": [], "licenses": 0}')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (tar((f"x/{ENTRY}", b"MIT"), (f"y/{ENTRY}", b"MIT")), "'x' and 'y'"),
        (tar((ENTRY, b"MIT"), (f"y/{ENTRY}", b"MIT")), "its top and 'y'"),
        (tar(("etc/os-release", b"NAME=x")), "holds no package database"),
        (tar(("var/db/pkg", None)), "is empty"),
        (tar(("a-b/c-1/LICENSE", b"MIT")), "database itself"),
        (tar(("../x", b"x")), "leads outside: '../x'"),
        (tar(("var/db/pkg", "/var/db/pkg")), "loop"),
        (gzip.compress(tar(GOOD))[:-30], "truncated"),
        (gzip.compress(b"no tar"), "truncated"),
        (gzip.compress(bytes([65]) * 1024), "holds no tar"),
        (BOMB, "bomb"),
        (tar(GOOD, ("snapshot.json", b"{")), "no JSON"),
        (tar(GOOD, ("snapshot.json", b"[" * 5000)), "no JSON"),
        (tar(GOOD, ("snapshot.json", b"[]")), "schema None, not 1"),
        (tar(GOOD, ("snapshot.json", b'{"schema": 2}')), "schema 2, not 1"),
        (tar(GOOD, ("snapshot.json", b'{"schema": 1}')), "does not name"),
        (tar((ENTRY, b"MIT"), MANIFEST), "not below root"),
        (tar(GOOD, ("snapshot.json", MANIFEST[1].replace(b"0", b"1"))), "not there"),
        (
            tar(GOOD, ("snapshot.json", MANIFEST[1].replace(b"0}", b'0, "ships": 1}'))),
            "says that '1' ships",
        ),
        (
            tar(
                GOOD,
                ("snapshot.json", MANIFEST[1].replace(b"[]", b'["x"]')),
                ("repos/x", None),
            ),
            "has no repository name",
        ),
    ],
)
def test_archives_that_are_no_source(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "archive"
    path.write_bytes(content)
    line = one_line(run("list", str(path)))
    assert message in line
    assert str(path) in line
    if "repository" not in message:  # those of --shipped are not asked
        line = one_line(run("list", SYSROOT, "--shipped", str(path)))
        assert message in line


def test_hostile_members_of_a_vdb_are_findings(tmp_path: Path) -> None:
    """As in a directory: links and devices are not read, and say so."""
    where = "var/db/pkg/a-b/c-1"
    path = tmp_path / "archive"
    path.write_bytes(
        special(f"{where}/LICENSE", tarfile.LNKTYPE, "etc/shadow")
        + special(f"{where}/USE", tarfile.CHRTYPE)
        + special(f"{where}/RDEPEND", tarfile.SYMTYPE, "/etc/passwd")
        + special("var/db/pkg/a-b/fifo-1", tarfile.FIFOTYPE)
        + tar(("var/db/pkg/a-b/d-1/LICENSE", b"x" * ((1 << 22) + 1)))
    )
    result = run("audit", str(path), "--format", "json")
    assert result.returncode == 1
    messages = [
        one["message"]
        for one in json.loads(result.stdout)["findings"]
        if one["code"] == "CL012"
    ]
    told = "\n".join(messages)
    for part in ("hard link", "USE is not a regular", "RDEPEND is not a", "FIFO"):
        assert part in told
    assert "4194305 bytes long" in told


def file_member(name: str, content: bytes) -> bytes:
    """Return one file of an archive, without an end mark."""
    data = content + bytes(-len(content) % 512)
    return special(name, tarfile.REGTYPE, size=len(content)) + data


def test_a_hard_link_to_a_file_that_no_command_reads(tmp_path: Path) -> None:
    """Equal files are one where a store merges them; short ones are kept for that."""
    where = "var/db/pkg/a-b/c-1"
    path = tmp_path / "archive"
    path.write_bytes(
        file_member(f"{where}/BDEPEND", b"a/short")
        + file_member(f"{where}/INHERITED", b"x" * 5_000)
        + special(f"{where}/DEPEND", tarfile.LNKTYPE, f"{where}/BDEPEND")
        + special(f"{where}/RDEPEND", tarfile.LNKTYPE, f"{where}/INHERITED")
        + bytes(1024)
    )
    tree = TarTree.open(path, Form.TAR, keep_limit)
    assert tree.read(f"{where}/DEPEND", 100) == b"a/short"
    with pytest.raises(ReadError, match="hard link to what is not kept"):
        tree.read(f"{where}/RDEPEND", 1 << 20)
    with pytest.raises(ReadError, match="was not kept"):
        tree.read(f"{where}/INHERITED", 1 << 20)
