# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""With ``--accounting`` a package ships that the image has files of."""

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest
from builders_installed import install_mit
from click.testing import CliRunner

from coos_license.cli import root as command_line

ROOT = Path(__file__).parent.parent
TOOL = {"usr/bin/tool": b"tool"}


@pytest.fixture
def image(tmp_path: Path) -> Path:
    root = tmp_path / "image"
    install_mit(root, "app-misc/tool-1", TOOL)
    return root


def shipped_of(output: Path, *words: str | Path) -> dict[str, tuple[str, str | None]]:
    """Run ``generate --accounting``; return cpv -> shipped, and the reason for it."""
    command = ["generate", *words, "-o", output, "--accounting"]
    CliRunner().invoke(command_line, list(map(str, command)), catch_exceptions=False)
    inventory = json.loads((output / "inventory.json").read_bytes())
    schema = json.loads((ROOT / "docs/schema/inventory.schema.json").read_bytes())
    jsonschema_rs.Draft202012Validator(schema).validate(inventory)
    return {
        one["cpv"]: (one["shipped"], one.get("shipped_reason"))
        for one in inventory["packages"]
    }


def test_a_package_that_only_the_sysroot_lists_ships_by_its_files(
    tmp_path: Path, image: Path
) -> None:
    sysroot, output = tmp_path / "sysroot", tmp_path / "out"
    install_mit(sysroot, "app-misc/tool-1", TOOL)
    install_mit(sysroot, "sys-libs/glibc-2.39", {"lib64/libc.so.6": b"libc"})
    install_mit(sysroot, "dev-util/only-1", {"usr/bin/only": b"x"})
    (image / "lib64").mkdir()
    shutil.copy(sysroot / "lib64/libc.so.6", image / "lib64/libc.so.6")
    reason = "The image holds 1 file of it, such as /lib64/libc.so.6, and does not"
    assert shipped_of(output, sysroot, "--shipped", image) == {
        "app-misc/tool-1": ("yes", None),
        "dev-util/only-1": ("build-time", None),
        "sys-libs/glibc-2.39": ("yes", f"{reason} list it"),
    }
    assert "sys-libs/glibc-2.39" in (output / "NOTICE").read_text(encoding="utf-8")
    sbom = json.loads((output / "sbom.spdx.json").read_bytes())
    (glibc,) = (one for one in sbom["packages"] if one["name"] == "sys-libs/glibc")
    assert reason in glibc["comment"]
    contained = {
        one["relatedSpdxElement"]
        for one in sbom["relationships"]
        if one["relationshipType"] == "CONTAINS"
    }
    assert glibc["SPDXID"] in contained


def test_what_ships_by_its_files_may_have_linked_what_it_needs(
    tmp_path: Path, image: Path
) -> None:
    sysroot = tmp_path / "sysroot"
    install_mit(sysroot, "app-misc/tool-1", TOOL)
    install_mit(sysroot, "dev-libs/static-1", {"usr/lib/libx.a": b"x"})
    install_mit(sysroot, "sys-libs/extra-1", {"lib64/extra.so": b"extra"})
    entry = sysroot / "var/db/pkg/sys-libs/extra-1"
    (entry / "DEPEND").write_bytes(b"dev-libs/static\n")
    words = (sysroot, "--shipped", image)
    assert shipped_of(tmp_path / "1", *words)["dev-libs/static-1"][0] == "build-time"
    (image / "lib64").mkdir()
    shutil.copy(sysroot / "lib64/extra.so", image / "lib64/extra.so")
    found = shipped_of(tmp_path / "2", *words)
    assert found["dev-libs/static-1"][0] == "linked-unknown"
