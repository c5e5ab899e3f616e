# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--image-file``: the image as the one file that is distributed."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from command import IDENTITY, OVERLAYS, SYSROOT, one_line, run
from spdx_builders import read_json, validation_messages

CONTENT = b"partition table\n" * 100_000


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return a file that is longer than what is read at once."""
    path = tmp_path / "chromiumos_image.bin"
    path.write_bytes(CONTENT)
    return path


def generated(out: Path, *options: str) -> Path:
    """Return the outputs of the bundled sysroot."""
    done = run("generate", SYSROOT, *OVERLAYS, *IDENTITY, *options, "-o", str(out))
    assert done.returncode in {0, 1}, done.stderr
    return out


def test_its_name_and_digests_are_in_inventory_and_sboms(
    tmp_path: Path, image: Path
) -> None:
    out = generated(tmp_path / "out", "--image-file", str(image))
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    sha512 = hashlib.sha512(CONTENT).hexdigest()
    assert json.loads((out / "inventory.json").read_bytes())["image"]["file"] == {
        "name": "chromiumos_image.bin",
        "bytes": len(CONTENT),
        "digests": {"SHA256": sha256, "SHA512": sha512},
    }
    content = (out / "sbom.spdx.json").read_bytes()
    assert validation_messages(read_json(content)) == []
    root = json.loads(content)["packages"][0]
    assert root["packageFileName"] == "chromiumos_image.bin"
    assert {one["checksumValue"] for one in root["checksums"]} == {sha256, sha512}
    assert sha512 in (out / "sbom.spdx3.json").read_text("utf-8")


def test_no_directory_of_this_machine_is_named(tmp_path: Path, image: Path) -> None:
    out = generated(tmp_path / "out", "--image-file", str(image))
    for name in ("inventory.json", "sbom.spdx.json", "sbom.spdx3.json"):
        assert str(tmp_path) not in (out / name).read_text("utf-8")


def test_another_file_makes_another_document(tmp_path: Path, image: Path) -> None:
    first = generated(tmp_path / "first", "--image-file", str(image))
    image.write_bytes(CONTENT[1:])
    second = generated(tmp_path / "second", "--image-file", str(image))
    names = {
        json.loads((out / "sbom.spdx.json").read_bytes())["documentNamespace"]
        for out in (first, second, generated(tmp_path / "third"))
    }
    assert len(names) == 3


@pytest.mark.parametrize("kind", ["absent", "directory", "pipe"])
def test_what_is_no_file_is_one_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "image"
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    result = run("generate", SYSROOT, "--image-file", str(path), "-o", "out")
    assert one_line(result).startswith(f"coos-license: error: {path}: ")
    assert one_line(result).endswith("; give the image file that is distributed")
