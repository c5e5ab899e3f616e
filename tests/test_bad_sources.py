# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Images and archives that are made to harm: one line or a finding, within bounds.

Every one is read by a process of its own that may take 20 seconds of CPU and 1 GiB of
address space, so what runs away is killed and fails here.
"""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from builders_archives import END, PACKERS, special, tar
from builders_image import (
    FIRST_USABLE,
    ROOT_TYPE,
    Part,
    debugfs,
    make_disk,
    make_ext4,
    needs_e2fsprogs,
    patch,
)
from builders_vdb import write_entry
from command import COVERAGE, ENVIRONMENT, ROOT, one_line

from coos_license.trees.unpack import Form

CPU_S, MEMORY = 20, 1 << 30
BOUNDED = f"""
import resource, runpy
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_S}, {CPU_S}))
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
runpy.run_module("coos_license", run_name="__main__", alter_sys=True)
"""
SECTOR, MIB = 512, 1 << 20
ENTRY = "var/db/pkg/a-b/c-1"
VDB = f"{ENTRY}/LICENSE"


def bounded(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run the tool within the bounds."""
    return subprocess.run(
        [sys.executable, "-c", BOUNDED, *arguments],
        cwd=ROOT,
        env={**ENVIRONMENT, **COVERAGE},
        capture_output=True,
        check=False,
        timeout=120,
    )


def refusal(source: Path) -> str:
    """Return the one line of an input that no command reads."""
    line = one_line(bounded("list", str(source)))
    assert source.name in line
    return line


def unreadable(source: Path) -> str:
    """Return what the findings say of what could not be read; the rest was."""
    result = bounded("audit", str(source), "--format", "json")
    assert result.returncode == 1, result.stderr
    found = json.loads(result.stdout)["findings"]
    return "\n".join(one["message"] for one in found if one["code"] == "CL012")


# --- disk and file system images ----------------------------------------------------


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file system of a stateful partition with two packages."""
    base = tmp_path_factory.mktemp("state")
    for cpv in ("app-misc/foo-1", "sys-apps/bar-2"):
        write_entry(base / "root", cpv, {"LICENSE": "MIT"})
    (base / "root/var").rename(base / "root/var_overlay")
    return make_ext4(base / "ext4", base / "root")


@needs_e2fsprogs
def test_the_bounds_let_a_sound_disk_pass(state: Path, tmp_path: Path) -> None:
    result = bounded("list", str(make_disk(tmp_path / "disk", [Part("STATE", state)])))
    assert result.returncode == 0, result.stderr
    assert b"2 packages" in result.stderr


@needs_e2fsprogs
def test_overlapping_partitions(state: Path, tmp_path: Path) -> None:
    parts = [Part("STATE", state), Part("ROOT-A", MIB, ROOT_TYPE, shift=-9)]
    assert "overlapping" in refusal(make_disk(tmp_path / "disk", parts))


@needs_e2fsprogs
@pytest.mark.parametrize(
    ("grow", "message"),
    [
        (1 << 40, "STATE"),
        (1 << 20, "STATE"),
        (-(8 << 11) - 1, "STATE"),
        (-(4 << 11), "cut off"),
    ],
    ids=["exabytes", "past the disk", "ends before it starts", "shorter than its ext4"],
)
def test_a_gpt_that_lies_about_sizes(
    state: Path, tmp_path: Path, grow: int, message: str
) -> None:
    disk = make_disk(tmp_path / "disk", [Part("STATE", state, grow=grow)])
    assert message in refusal(disk)


@needs_e2fsprogs
def test_an_ext4_with_a_loop_of_directories(state: Path, tmp_path: Path) -> None:
    image = tmp_path / "state"
    shutil.copy(state, image)
    debugfs(image, "ln var_overlay/db var_overlay/db/pkg/app-misc/loop-1")
    said = unreadable(make_disk(tmp_path / "disk", [Part("STATE", image)]))
    assert "more than one place" in said


@needs_e2fsprogs
@pytest.mark.parametrize(
    ("offset", "message"),
    [(1024 + 4, "superblock checksum"), (4096 + 8, "block group"), (8192, "")],
)
def test_an_ext4_with_bad_checksums(
    state: Path, tmp_path: Path, offset: int, message: str
) -> None:
    disk = make_disk(tmp_path / "disk", [Part("STATE", state)])
    content = b"\xaa" if message else b"\xaa" * MIB
    patch(disk, FIRST_USABLE * SECTOR + offset, content)
    assert message in refusal(disk)


@needs_e2fsprogs
@pytest.mark.parametrize("kept", [600, 3 * MIB])
@pytest.mark.parametrize("is_disk", [True, False])
def test_a_truncated_image(
    state: Path, tmp_path: Path, kept: int, *, is_disk: bool
) -> None:
    image = tmp_path / "image"
    shutil.copy(state, image)
    if is_disk:
        make_disk(image, [Part("STATE", state)])
    with image.open("r+b") as file:
        file.truncate(kept)
    assert refusal(image)


# --- archives -----------------------------------------------------------------------


def written(path: Path, content: bytes) -> Path:
    """Write a file; return it."""
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["../x", "var/../../x", "/../x"])
def test_a_member_that_leads_out(tmp_path: Path, name: str) -> None:
    archive = written(tmp_path / "x.tar", tar((VDB, b"MIT"), (name, b"x")))
    assert "leads outside" in refusal(archive)


def test_an_absolute_member_counts_from_the_root(tmp_path: Path) -> None:
    archive = written(tmp_path / "x.tar", tar((f"/{VDB}", b"MIT")))
    result = bounded("list", str(archive), "--format", "json")
    assert [one["cpv"] for one in json.loads(result.stdout)["packages"]] == ["a-b/c-1"]


def test_a_link_to_a_file_of_this_machine_is_not_read(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret", b"SECRET-1")
    up = "../" * 40
    archive = written(
        tmp_path / "x.tar",
        special(f"{ENTRY}/LICENSE", tarfile.SYMTYPE, str(secret))
        + special(f"{ENTRY}/HOMEPAGE", tarfile.SYMTYPE, f"{up}{secret}")
        + special("etc/os-release", tarfile.SYMTYPE, str(secret))
        + tar(("var/db/pkg/a-b/d-1/LICENSE", b"MIT")),
    )
    result = bounded("audit", str(archive), "--format", "json")
    assert result.returncode == 1
    assert b"LICENSE is not a regular file" in result.stdout
    assert b"SECRET" not in result.stdout


@pytest.mark.parametrize(
    "kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE], ids=str
)
def test_a_device_member(tmp_path: Path, kind: bytes) -> None:
    content = special(f"{ENTRY}/LICENSE", kind) + tar((f"{ENTRY}/USE", b""))
    archive = written(tmp_path / "x.tar", content)
    assert "LICENSE is not a regular file" in unreadable(archive)


@pytest.mark.parametrize("dialect", ["gnu", "pax"])
def test_a_sparse_member_of_4_gb(tmp_path: Path, dialect: str) -> None:
    if dialect == "gnu":
        header = bytearray(special(VDB, b"S"))
        header[386:398] = b"00000000000\0"
        header[482:495] = b"\x0140000000000\0"
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        packed = bytes(header) + bytes(512)
    else:
        info = tarfile.TarInfo("GNUSparseFile.0/x")
        info.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": VDB,
            "GNU.sparse.realsize": str(1 << 32),
        }
        info.size = 512
        packed = info.tobuf(tarfile.PAX_FORMAT) + b"0\n".ljust(512, b"\0")
    archive = written(tmp_path / "x.tar", packed + END)
    assert "LICENSE is a sparse member" in unreadable(archive)


@pytest.mark.parametrize("form", [Form.TAR_GZ, Form.TAR_XZ, Form.TAR_ZST])
def test_a_packed_bomb(tmp_path: Path, form: Form) -> None:
    """4 GiB of zeros in a member that no command reads, packed 1,000 to 1."""
    start = tar((VDB, b"MIT"))[: -len(END)]
    head = start + special("big", tarfile.REGTYPE, size=1 << 32)
    pack = PACKERS[form]
    archive = written(tmp_path / "x", pack(head) + pack(bytes(1 << 24)) * 256)
    assert "bomb" in refusal(archive)


def test_two_databases_in_one_archive(tmp_path: Path) -> None:
    content = tar((f"x/{VDB}", b"MIT"), (f"y/{VDB}", b"MIT"))
    assert "below 'x' and 'y'" in refusal(written(tmp_path / "x.tar", content))


@pytest.mark.parametrize("form", list(PACKERS))
def test_a_truncated_archive(tmp_path: Path, form: Form) -> None:
    packed = PACKERS[form](tar((VDB, b"MIT"), ("x", b"y" * 9_000)))
    archive = written(tmp_path / "x", packed[: min(len(packed) * 2 // 3, 5_000)])
    assert "truncated" in refusal(archive)
