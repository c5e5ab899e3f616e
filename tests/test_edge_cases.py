# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The 38 edge cases of licence attribution, one fixture directory each.

A directory holds a whole SOURCE with its repositories, ``case.toml``, and what is
expected of it. ``./run test --regen tests/test_edge_cases.py`` rewrites the latter and
the table of ``docs/edge-cases.md``.
"""

import gzip
import json
import tomllib
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from command import FILES, ROOT
from lxml import html

from coos_license import cli

DIRECTORY = ROOT / "tests" / "fixtures" / "edge-cases"
PAGE = ROOT / "docs" / "edge-cases.md"
HEAD = "| # | case | what the tool does | findings | fixture |\n|---|---|---|---|---|\n"
IDENTITY = (
    *("--image-name", "Edge case", "--image-version", "1"),
    *("--supplier", "Organization: Example", "--jobs", "1", "--quiet"),
)
#: Options that say what is read; the others say how it is judged.
READ = ("--overlay", "--sources")
NAMES = (
    "01-choice",
    "02-choice-with-license-file",
    "03-choice-after-a-name",
    "04-choice-before-a-name",
    "05-group-in-a-choice",
    "06-choice-in-a-choice",
    "07-use-conditional",
    "08-empty-any-of",
    "09-or-later",
    "10-metapackage",
    "11-metapackage-with-files",
    "12-virtual",
    "13-public-domain",
    "14-no-source-code",
    "15-proprietary-binary",
    "16-proprietary-binary-beside-gpl",
    "17-google-tos",
    "18-tainted",
    "19-no-license",
    "20-name-without-text",
    "21-latin1-text",
    "22-utf16-and-bom",
    "23-gpl-and-code-names-only",
    "24-lower-case-gpl-name",
    "25-notices-by-many-names",
    "26-code-and-packed-names",
    "27-copyright-attribution",
    "28-chromeos-base-bsd",
    "29-chromeos-base-mit",
    "30-size-zero",
    "31-license-used-once",
    "32-same-name-twice",
    "33-comma",
    "34-package-names",
    "35-symlinked-ebuild",
    "36-license-from-eclass",
    "37-odd-license-names",
    "38-markup-in-a-text",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """``case.toml``: a row of the table of cases, and how the tool is run on it.

    ``asks`` is what the row asks for, ``does`` what the tool does. ``differs`` says
    where the design has it otherwise than the row, ``shape`` where the tree is not what
    a build leaves.
    """

    number: int
    title: str
    asks: str
    does: str
    differs: str = ""
    shape: str = ""
    source: str
    options: tuple[str, ...]
    exit: int


@dataclass(frozen=True, slots=True)
class Made:
    """What ``generate`` wrote for a case, and its exit code."""

    outputs: Path
    exit: int

    def json(self, name: str) -> Any:
        """Return a JSON file of the outputs."""
        return json.loads((self.outputs / name).read_bytes())


Make = Callable[[str], Made]


def case_of(name: str) -> Case:
    values = tomllib.loads((DIRECTORY / name / "case.toml").read_text("utf-8"))
    return Case(**values | {"options": tuple(values["options"])})


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Run ``generate`` on a case, once for all tests."""
    made: dict[str, Made] = {}

    def make_once(name: str) -> Made:
        if name not in made:
            made[name] = generate(name, tmp_path_factory.mktemp(name))
        return made[name]

    return make_once


def generate(name: str, outputs: Path) -> Made:
    case = case_of(name)
    command = ("generate", case.source, *case.options, *IDENTITY, "-o", str(outputs))
    return Made(outputs, run(name, *command))


def run(name: str, *command: str) -> int:
    """Run a command in the directory of a case; return its exit code."""
    with chdir(DIRECTORY / name), pytest.raises(SystemExit) as stopped:
        cli.main(command)
    assert type(stopped.value.code) is int
    return stopped.value.code


def test_every_case_has_its_directory_and_its_number() -> None:
    assert sorted(path.name for path in DIRECTORY.iterdir()) == list(NAMES)
    assert [case_of(name).number for name in NAMES] == list(range(1, 39))


@pytest.mark.parametrize("name", NAMES)
def test_inventory_and_findings_are_as_expected(
    name: str, make: Make, golden: Callable[[Path, bytes], None]
) -> None:
    made = make(name)
    for file in ("inventory.json", "findings.json"):
        golden(DIRECTORY / name / file, (made.outputs / file).read_bytes())
    assert made.exit == case_of(name).exit


@pytest.mark.parametrize("name", NAMES)
def test_every_package_is_credited(name: str, make: Make) -> None:
    made = make(name)
    packages = {one["cpv"] for one in made.json("inventory.json")["packages"]}
    notice = (made.outputs / "NOTICE").read_text("utf-8")
    assert packages
    # What owes no text is one line there: "name: NONE".
    assert all(f"\n{cpv}\n" in notice or f"\n{cpv}: " in notice for cpv in packages)
    described = {
        f"{one['name']}-{one['versionInfo']}"
        for one in made.json("sbom.spdx.json")["packages"]
        if one["SPDXID"].startswith("SPDXRef-Package-")
    }
    assert described == packages


@pytest.mark.parametrize("name", NAMES)
def test_no_output_has_a_path_of_the_builder(name: str, make: Make) -> None:
    made = make(name)
    assert sorted(path.name for path in made.outputs.iterdir()) == FILES
    for path in made.outputs.iterdir():
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        for place in (ROOT, made.outputs):
            assert str(place).encode() not in content, path.name


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshot_of_a_case_says_the_same(
    name: str, make: Make, tmp_path: Path
) -> None:
    made, case = make(name), case_of(name)
    archive, outputs = str(tmp_path / "case.tar.gz"), tmp_path / "out"
    options = list(zip(case.options[::2], case.options[1::2], strict=True))
    read = [word for one in options if one[0] in READ for word in one]
    judge = [word for one in options if one[0] not in READ for word in one]
    assert run(name, "snapshot", case.source, *read, "-q", "-o", archive) == 0
    command = ("generate", archive, *judge, *IDENTITY, "-o", str(outputs))
    assert run(name, *command) == made.exit
    for file in FILES:
        assert (outputs / file).read_bytes() == (made.outputs / file).read_bytes()


@pytest.mark.parametrize("schema", ["inventory", "findings"])
def test_all_cases_keep_to_the_schema(schema: str, make: Make) -> None:
    text = (ROOT / "docs" / "schema" / f"{schema}.schema.json").read_bytes()
    validator = jsonschema_rs.Draft202012Validator(json.loads(text))
    for name in NAMES:
        validator.validate(make(name).json(f"{schema}.json"))


@pytest.mark.parametrize("name", ["21-latin1-text", "22-utf16-and-bom"])
def test_a_text_is_shown_as_people_read_it(name: str, make: Make) -> None:
    notice = (make(name).outputs / "NOTICE").read_text("utf-8")
    assert notice.count("1999 J\u00f6rg Beispiel\n") == 1
    assert notice.count("1998 J\u00f6rg Beispiel\n") == 2  # as a line, and in its text
    assert not set(notice) & set("\0\f\r\x1b\ufeff\xff\xfe")


def test_markup_in_a_text_is_shown_and_does_nothing(make: Make) -> None:
    name = "38-markup-in-a-text"
    page = html.fromstring((make(name).outputs / "credits.html").read_bytes())
    text = DIRECTORY / name / "repos/portage-stable/licenses/house-rules"
    assert text.read_text("utf-8") in page.text_content()
    assert "https://example.com/" not in page.xpath("//a/@href")


def test_the_page_names_every_case(golden: Callable[[Path, bytes], None]) -> None:
    before, head, _ = PAGE.read_text("utf-8").partition(HEAD)
    assert head
    golden(PAGE, "".join((before, head, *map(row, NAMES))).encode())


def row(name: str) -> str:
    """Return the row of a case: its findings are those that are expected."""
    case = case_of(name)
    found = json.loads((DIRECTORY / name / "findings.json").read_bytes())["findings"]
    codes = sorted({f"{one['code']} {one['severity']}" for one in found})
    does = f"{case.does} {case.shape}".strip()
    cells = (str(case.number), case.title, does, ", ".join(codes), f"`{name}`")
    line = " | ".join(cell.replace("|", "\\|") for cell in cells)
    return f"| {line} |\n"
