# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The index of what sources say, as a snapshot keeps it and reads it back."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from builders_sources import write_tree

from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.snapshot.databases import Item
from coos_license.snapshot.sources import read_sources, source_items
from coos_license.sources.values import (
    Fault,
    Header,
    LeftOut,
    PackageSources,
    Role,
    SourceFile,
    Sources,
)
from coos_license.trees.directory import DirectoryTree

FOO = PackageId("app-misc", "foo", "1-r1")
SAID = Sources(
    {
        FOO: PackageSources(
            files=(
                SourceFile("sources/app-misc/foo-1-r1/COPYING", Role.TERMS, "0" * 64),
            ),
            headers=(Header("MIT", 2, "sources/app-misc/foo-1-r1/a.c", 1),),
            faults=(Fault("sources/app-misc/foo-1-r1", "is truncated"),),
            left_out=(
                LeftOut("sources/app-misc/foo-1-r1/NOTICE", Role.NOTICE, "it is empty"),
            ),
            named=(("sources/app-misc/foo-1-r1/PKG-INFO", "NOTICE"),),
            missing=("a.tar.gz",),
            read=True,
        )
    },
    {"0" * 64: b"terms\n"},
)


def laid_out(root: Path, items: list[Item]) -> DirectoryTree:
    for item in items:
        write_tree(root, {item.name: item.content})
    return DirectoryTree.open(root / "sources")


def test_index_gives_back_what_was_said(tmp_path: Path) -> None:
    sha256 = hashlib.sha256(b"terms\n").hexdigest()
    found = SAID.packages[FOO]
    files = (SourceFile(found.files[0].path, Role.TERMS, sha256),)
    said = Sources(
        {
            FOO: PackageSources(
                files=files,
                headers=found.headers,
                faults=found.faults,
                left_out=found.left_out,
                named=found.named,
                missing=found.missing,
                read=found.read,
            )
        },
        {sha256: b"terms\n"},
    )
    again = read_sources(laid_out(tmp_path, list(source_items(said))))
    assert (again.packages, again.contents) == (said.packages, said.contents)


def test_file_with_another_content_is_refused(tmp_path: Path) -> None:
    tree = laid_out(tmp_path, list(source_items(SAID)))
    with pytest.raises(ReadError, match="another content"):
        read_sources(tree)


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index.clear(),
        lambda index: index.update(schema=2),
        lambda index: index.update(packages=[]),
        lambda index: index["packages"].update({"no-package": {}}),
        lambda index: found(index).pop("files"),
        lambda index: found(index)["files"][0].update(path="../../etc/passwd"),
        lambda index: found(index)["files"][0].update(path="sources/../x"),
        lambda index: found(index)["files"][0].update(sha256="../x"),
        lambda index: found(index)["files"][0].update(role="king"),
        lambda index: found(index)["headers"][0].update(line=0),
        lambda index: found(index)["headers"][0].update(expression="\x1b[31m"),
        lambda index: found(index)["faults"][0].update(reason=7),
        lambda index: found(index)["left_out"][0].update(role=None),
        lambda index: found(index).update(missing=3),
    ],
)
def test_index_that_does_not_say_what_it_must_is_refused(
    tmp_path: Path, change: Any
) -> None:
    items = list(source_items(SAID))
    index = json.loads(items[0].content)
    change(index)
    items[0] = Item(items[0].name, content=json.dumps(index).encode())
    with pytest.raises(ReadError, match=r"index\.json"):
        read_sources(laid_out(tmp_path, items))


def found(index: dict[str, Any]) -> dict[str, Any]:
    """Return what an index says of its package."""
    one: dict[str, Any] = index["packages"]["app-misc/foo-1-r1"]
    return one
