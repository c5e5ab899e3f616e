# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""YAML, XML and RDF of the SPDX 2.3 document: the line that docs/usage.md gives."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import IDENTITY, OVERLAYS, ROOT, SYSROOT, run
from lxml import etree
from spdx_builders import (
    HOSTILE,
    hostile_inventory,
    json_bytes,
    read_json,
    validation_messages,
)
from spdx_tools_setup import prepare

FORMATS = ("yaml", "xml", "rdf")


def documented_line() -> list[str]:
    """Return the words of the line in docs/usage.md."""
    text = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^pyspdxtools .*$", text, re.MULTILINE)
    return shlex.split(line)


def convert(source: Path, target: Path) -> None:
    """Run the line on other files."""
    program, *words = documented_line()
    given = {"attribution/sbom.spdx.json": source, "sbom.spdx.yaml": target}
    assert set(given) < set(words)
    path = Path(sys.executable).parent / program
    arguments = [str(given.get(word, word)) for word in words]
    subprocess.run([path, *arguments], check=True, capture_output=True, timeout=120)


def read(path: Path) -> Any:
    """Return spdx-tools' document of a file of any format."""
    from spdx_tools.spdx.parser.parse_anything import parse_file  # noqa: PLC0415

    prepare()
    return parse_file(str(path), encoding="utf-8")


def in_one_order(expression: Any) -> str:
    """Return an expression as RDF cannot reorder it: there an AND is a set."""
    simplify = getattr(expression, "simplify", lambda: expression)
    return str(simplify())


def facts(document: Any) -> list[Any]:
    """Return what must survive; white space at the ends of texts may not."""
    packages = [
        (one.spdx_id, one.name, one.version, in_one_order(one.license_declared))
        for one in document.packages
    ]
    texts = [
        (one.license_id, one.extracted_text.strip())
        for one in document.extracted_licensing_info
    ]
    links = [
        (one.spdx_element_id, one.relationship_type, str(one.related_spdx_element_id))
        for one in document.relationships
    ]
    return [sorted(packages), sorted(texts), sorted(links, key=str)]


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the SPDX 2.3 document of the bundled sysroot."""
    out = tmp_path_factory.mktemp("outputs")
    run("generate", SYSROOT, *OVERLAYS, *IDENTITY, "-q", "-o", str(out))
    return out / "sbom.spdx.json"


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_converted_document_says_the_same(
    sbom: Path, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"sbom.spdx.{suffix}"
    convert(sbom, target)
    converted = read(target)
    assert validation_messages(converted) == []
    assert facts(converted) == facts(read_json(sbom.read_bytes()))


@pytest.mark.parametrize("suffix", FORMATS)
def test_form_feeds_and_other_hostile_words_do_not_break_the_writers(
    tmp_path: Path, suffix: str
) -> None:
    """The writers of XML and RDF keep control characters, which no XML may hold."""
    source = tmp_path / "sbom.spdx.json"
    source.write_bytes(json_bytes(hostile_inventory(list(HOSTILE))))
    target = tmp_path / f"sbom.spdx.{suffix}"
    convert(source, target)
    if suffix != "yaml":
        etree.parse(target)
    assert len(read(target).packages) == 1 + 2 * len(HOSTILE)
