# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which files are looked at for components, and that nothing leads elsewhere."""

from pathlib import Path

import pytest
from builders_elf import go_program
from builders_installed import DOCKER, components, contents_of, findings, hostile, only
from builders_vdb import write_entry
from hypothesis import given
from hypothesis import strategies as st

from coos_license.components.places import candidates, plain_kind, plain_limit
from coos_license.components.reading import InstalledFiles
from coos_license.model import EvidenceKind
from coos_license.trees.directory import DirectoryTree


def test_a_database_without_files_has_no_components(tmp_path: Path) -> None:
    entry: dict[str, str | bytes]
    entry = {"LICENSE": "MIT\n", "CONTENTS": contents_of(DOCKER)}
    write_entry(tmp_path, "app-misc/one-1", entry)
    assert components(tmp_path) == {"app-misc/one-1": []}
    assert findings(tmp_path) == []


def test_only_what_contents_names_is_looked_at(tmp_path: Path) -> None:
    root = only(tmp_path, {"usr/bin/owned": b"#!/bin/sh\n"})
    (root / "usr/bin/foreign").write_bytes(go_program())
    assert components(root) == {"app-misc/one-1": []}


def test_contents_leads_nowhere_else(tmp_path: Path) -> None:
    root = hostile(tmp_path / "sysroot")
    (found,) = components(root).values()
    assert [(one["name"], one["evidence"]) for one in found] == [
        ("stdlib", ["root/usr/bin/\\x1b[31m"]),
        (
            "x",
            [
                "root/usr/bin/bin.egg-info/PKG-INFO",
                "root/usr/bin/directory.egg-info/PKG-INFO",
            ],
        ),
    ]
    assert [subject for _, subject, _ in findings(root)] == [
        "/usr/bin/\\x1b[31m",
        "/usr/bin/loop",
        "components",
    ]


PLACES = {
    "/usr/bin/dockerd": EvidenceKind.ELF,
    "/usr/bin/sh": EvidenceKind.ELF,
    "/usr/bin/python3.11": EvidenceKind.ELF,
    "/usr/lib64/libx.so.1.2": EvidenceKind.ELF,
    "/opt/cni/bin/bridge": EvidenceKind.ELF,
    "/usr/libexec/docker/cli-plugins/docker-buildx": EvidenceKind.ELF,
    "/usr/lib/python3.11/x.py": None,
    "/usr/lib/firmware/x/y": None,
    "/lib/modules/6.1/kernel/x.ko": None,
    "/usr/share/doc/x": None,
    "/etc/x": None,
    "/usr/lib/x-1.egg-info": EvidenceKind.PYTHON_METADATA,
    "/usr/lib/x-1.egg-info/PKG-INFO": EvidenceKind.PYTHON_METADATA,
    "/usr/lib/x-1.dist-info/METADATA": EvidenceKind.PYTHON_METADATA,
    "/usr/lib/x-1.dist-info/licenses/a/b": EvidenceKind.TEXT,
    "/usr/lib/x-1.dist-info/LICENSE.txt": EvidenceKind.TEXT,
    "/usr/share/x/node_modules/a/package.json": EvidenceKind.NODE_PACKAGE,
    "/usr/share/x/node_modules/@a/b/package.json": EvidenceKind.NODE_PACKAGE,
    "/usr/share/x/node_modules/@a/b/LICENCE": EvidenceKind.TEXT,
    "/usr/share/x/node_modules/@a/package.json": None,
    "/usr/share/x/node_modules/a/dist/package.json": None,
    "/usr/share/x/package.json": None,
    "/usr/share/with space/node_modules/a/package.json": EvidenceKind.NODE_PACKAGE,
}


@pytest.mark.parametrize("path", PLACES)
def test_which_files_are_candidates(path: str) -> None:
    found = [kind for _, kind in candidates(contents_of({path[1:]: b""}))]
    assert found == [PLACES[path]] * (PLACES[path] is not None)


@given(st.binary(max_size=200), st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_no_contents_breaks_the_search(noise: bytes, parts: list[str]) -> None:
    for path, _ in candidates(
        b"obj /usr/" + noise + b" " + b"0" * 32 + b" 1\n" + noise
    ):
        assert not {"", ".", ".."} & set(path.split("/"))
    assert (plain_kind(parts) is None) == (plain_limit(parts) is None)


def test_more_than_any_image_has_is_said_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coos_license.components.reading._MOST_FILES", 1)
    root = only(tmp_path, {"usr/bin/a": go_program(), "usr/bin/b": go_program()})
    contents = (root / "var/db/pkg/app-misc/one-1/CONTENTS").read_bytes()
    with DirectoryTree.open(root) as tree:
        found = InstalledFiles(tree).read(contents)
    assert [(one.path, bool(one.fault)) for one in found] == [
        ("usr/bin/a", False),
        ("usr/bin/b", True),
    ]
