# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The ebuild as what a package is made of that fetches nothing."""

import hashlib
from contextlib import ExitStack
from pathlib import Path

from builders_inventory import inventory, opened
from builders_sources import write_tree
from builders_vdb import raw, write_entry, write_repository
from command import assert_same, snapshot

from coos_license.bom.build import bill_of_materials
from coos_license.bom.values import ElementKind, Relation
from coos_license.model import DocumentMeta, FetchedFile, Inventory

EBUILD = "EAPI=8\nDESCRIPTION='a target'\n"
SHA512 = hashlib.sha512(EBUILD.encode()).hexdigest()
META = DocumentMeta(
    created="2026-01-31T00:00:00Z", epoch=0, namespace="https://x.example/1"
)


def resolved(repository: Path, files: dict[str, str]) -> Inventory:
    """Return the inventory of one package of a repository with these files."""
    write_tree(write_repository(repository, "main", {}), files)
    with ExitStack() as trees:
        return inventory(
            opened([repository], trees), raw("virtual/os-1-r2", repository="main")
        )


def test_without_a_manifest_the_ebuild_is_all_that_a_package_is_made_of(
    tmp_path: Path,
) -> None:
    found = resolved(tmp_path, {"virtual/os/os-1-r2.ebuild": EBUILD})
    expected = FetchedFile("os-1-r2.ebuild", "", len(EBUILD), (("SHA512", SHA512),))
    assert found.packages[0].ebuild == expected
    bom = bill_of_materials(found, META)
    (file,) = (one for one in bom.elements if one.kind is ElementKind.SOURCE)
    assert file.name == "os-1-r2.ebuild"
    assert file.source_info.startswith("The ebuild of virtual/os-1-r2")
    assert [
        (one.relation, one.target) for one in bom.relationships if one.target == file.id
    ] == [(Relation.GENERATED_FROM, file.id)]


def test_beside_a_manifest_the_ebuild_is_not_read(tmp_path: Path) -> None:
    manifest = "DIST os-1.tar.gz 7 SHA512 ab\n"
    files = {"virtual/os/os-1-r2.ebuild": EBUILD, "virtual/os/Manifest": manifest}
    assert resolved(tmp_path, files).packages[0].ebuild is None


def test_the_ebuild_of_another_version_is_none(tmp_path: Path) -> None:
    files = {"virtual/os/os-1-r1.ebuild": EBUILD}
    assert resolved(tmp_path, files).packages[0].ebuild is None


def test_a_snapshot_keeps_the_ebuild(tmp_path: Path) -> None:
    root, overlay = tmp_path / "root", tmp_path / "overlay"
    entry = {"LICENSE": "metapackage\n", "repository": "main\n", "SLOT": "0\n"}
    write_entry(root, "virtual/os-1-r2", entry)
    write_tree(
        write_repository(overlay, "main", {"metapackage": "none"}),
        {"virtual/os/os-1-r2.ebuild": EBUILD},
    )
    live = [str(root), "--overlay", str(overlay)]
    kept = snapshot(tmp_path / "kept.tar.gz", *live)
    assert_same(tmp_path, live, [str(kept)])
    assert SHA512 in (tmp_path / "packed/inventory.json").read_text("utf-8")
