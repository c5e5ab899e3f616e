# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``diff``: two images against each other, whatever each was read from."""

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from builders import make_inventory, make_package, make_text
from command import OVERLAYS, ROOT, SYSROOT, one_line, run

from coos_license.compare.difference import Change, Difference, canonical, difference
from coos_license.compare.from_inventory import side_of
from coos_license.compare.policy_headline import headline
from coos_license.compare.sides import Fact, Kind
from coos_license.expression import License
from coos_license.model import (
    Inventory,
    LicenseCategory,
    Obligation,
    Package,
    Shipped,
)
from coos_license.render.diff import FORMATS

GPL = {
    "category": LicenseCategory.RESTRICTED,
    "obligations": (Obligation.LICENSE_TEXT, Obligation.SOURCE),
}
MIT = {
    "category": LicenseCategory.NOTICE,
    "obligations": (Obligation.LICENSE_TEXT, Obligation.COPYRIGHT_NOTICE),
}


def gpl(name: str, version: str = "1", **fields: Any) -> Package:
    """Return a package under the GPL."""
    return make_package(("app-misc", name, version), "GPL-2.0-only", **(GPL | fields))


def mit(name: str, version: str = "1", **fields: Any) -> Package:
    """Return a package under MIT."""
    return make_package(("app-misc", name, version), "MIT", **(MIT | fields))


def inventory(*packages: Package) -> Inventory:
    """Return the packages as an inventory."""
    return make_inventory(packages)


def found(old: Inventory, new: Inventory) -> Difference:
    """Return what differs between two inventories."""
    return difference(side_of(old), side_of(new))


def told(old: Inventory, new: Inventory) -> tuple[str, ...]:
    """Return the headline of what differs."""
    return headline(found(old, new))


def test_the_headline_speaks_in_obligations() -> None:
    notice = make_text("This product includes software\n", "NOTICE")
    old = inventory(mit("a"))
    new = inventory(
        mit("a", notices=(notice.sha256,)),
        gpl("b"),
        gpl("c"),
        gpl("built", shipped=Shipped.BUILD_TIME),
    )
    assert told(old, new) == (
        "adds 2 restricted shipped packages",
        "adds 1 NOTICE file",
        "2 packages newly owe source",
    )


def test_a_package_that_moves_into_the_image_is_added_to_what_ships() -> None:
    old = inventory(gpl("a", shipped=Shipped.BUILD_TIME))
    assert told(old, inventory(gpl("a")))[0] == "adds 1 restricted shipped package"
    assert told(inventory(gpl("a")), old)[0] == "removes 1 restricted shipped package"


def test_a_new_licence_is_a_shift_of_category() -> None:
    lines = told(inventory(mit("a")), inventory(gpl("a", "2")))
    assert lines == (
        "1 package goes from notice to restricted",
        "1 package newly owes source",
        "changes 1 version",
    )


def test_a_version_is_a_change_and_no_addition() -> None:
    (change,) = found(inventory(mit("a", "1")), inventory(mit("a", "1.1"))).changes
    assert (change.change, change.fields) == (Change.CHANGED, ("version",))


def test_slots_tell_versions_of_one_name_apart() -> None:
    old = inventory(mit("a", "1.0", slot="1"), mit("a", "2.0", slot="2"))
    new = inventory(mit("a", "2.1", slot="2"), mit("a", "3.0", slot="3"))
    changes = [
        (one.change, one.old and one.old.version, one.new and one.new.version)
        for one in found(old, new).changes
    ]
    assert changes == [
        (Change.CHANGED, "1.0", "3.0"),
        (Change.CHANGED, "2.0", "2.1"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("declared", License("ISC"), "declared"),
        ("concluded", License("ISC"), "concluded"),
        ("effective", License("ISC"), "effective"),
        ("shipped", Shipped.LINKED_UNKNOWN, "shipped"),
        ("category", LicenseCategory.PERMISSIVE, "category"),
        ("obligations", (Obligation.REVIEW,), "obligations"),
        ("notices", ("0" * 64,), "notices"),
    ],
)
def test_each_field_is_compared(field: str, value: object, name: str) -> None:
    old = mit("a")
    (change,) = found(inventory(old), inventory(replace(old, **{field: value}))).changes  # type: ignore[arg-type]  # any field of the model
    assert change.fields == (name,)


def test_equal_inventories_do_not_differ() -> None:
    same = found(inventory(gpl("a"), mit("b")), inventory(gpl("a"), mit("b")))
    assert same.is_empty
    assert headline(same) == ()


def test_the_order_of_operands_is_no_difference() -> None:
    assert canonical("MIT AND (ISC OR Zlib)") == canonical("(zlib OR ISC) AND MIT")
    assert canonical("MIT AND ISC") != canonical("MIT OR ISC")
    assert canonical("not an expression") == "not an expression"


# Files as sides.


@pytest.fixture
def changed(generated: Path, tmp_path: Path) -> Path:
    """The miniature's outputs, busybox under another licence in inventory.json."""
    target = tmp_path / "changed"
    shutil.copytree(generated, target)
    path = target / "inventory.json"
    document = json.loads(path.read_bytes())
    for one in document["packages"]:
        if one["name"] == "busybox":
            one["declared"] = one["concluded"] = one["effective"] = "MIT"
            one["license_category"], one["obligations"] = "notice", ["license-text"]
    path.write_text(json.dumps(document), encoding="utf-8")
    return target


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        (".", {"shipped", "declared", "effective", "obligations", "texts", "notices"}),
        ("inventory.json", {"shipped", "declared", "effective", "texts"}),
        ("sbom.spdx.json", {"shipped", "declared", "concluded"}),
        ("sbom.spdx", {"shipped", "declared", "concluded"}),
        ("credits.html", {"declared", "effective", "obligations"}),
        ("notice-bundle.tar.gz", {"declared", "effective", "obligations"}),
    ],
)
def test_every_output_of_an_image_says_the_same_of_it(
    name: str, compared: set[str], generated: Path
) -> None:
    path = str(generated / name)
    result = run("diff", SYSROOT, path, *OVERLAYS, "--format", "json")
    assert result.returncode == 0, result.stdout
    document = json.loads(result.stdout)
    assert compared <= set(document["compared"])
    assert (document["packages"], document["headline"]) == ([], [])


def test_a_difference_exits_1(generated: Path, changed: Path) -> None:
    result = run("diff", str(changed), str(generated))
    assert result.returncode == 1
    out = result.stdout.decode()
    assert "1 package goes from notice to restricted" in out
    assert "declared: MIT -> GPL-2.0-only AND bzip2-1.0.6" in out


def test_two_boms_of_ours_are_compared_in_notices_too(generated: Path) -> None:
    sides = (str(generated / "sbom.spdx"), str(generated / "sbom.spdx.json"))
    result = run("diff", *sides, "--format", "json")
    assert result.returncode == 0, result.stdout


def test_the_json_keeps_to_its_schema(generated: Path, changed: Path) -> None:
    result = run("diff", str(changed), str(generated), "--format", "json")
    schema = json.loads((ROOT / "docs/schema/diff.schema.json").read_bytes())
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.Draft202012Validator(schema)
    document = json.loads(result.stdout)
    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["packages"][0]["fields"][0] == "declared"
    del document["packages"][0]["old"]["version"]
    assert not validator.is_valid(document)


def test_the_vocabularies_of_the_schema_are_those_of_the_code() -> None:
    schema = json.loads((ROOT / "docs/schema/diff.schema.json").read_bytes())
    assert schema["properties"]["compared"]["items"]["enum"] == ["version", *Fact]
    assert schema["$defs"]["side"]["properties"]["kind"]["enum"] == list(Kind)
    entry = schema["$defs"]["entry"]["properties"]
    assert entry["category"]["enum"] == list(LicenseCategory)
    assert entry["obligations"]["items"]["enum"] == list(Obligation)


@pytest.mark.parametrize("form", list(FORMATS))
def test_nothing_in_a_name_acts(form: str) -> None:
    evil = mit("a", description="x")
    hostile = make_package(
        ("app-misc", "<script>|`[x](y)\x1b[31m", "1\u202e"), "MIT", **MIT
    )
    out = b"".join(FORMATS[form](found(inventory(evil), inventory(hostile)))).decode()
    assert "\x1b" not in out
    if form == "html":
        assert "<script" not in out
    if form == "markdown":
        assert "|\\`" not in out.replace("\\|", "")
        assert "\\<script\\>\\|\\`\\[x\\]" in out


# Documents of others.

SYFT: dict[str, Any] = {
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "rootfs",
    "documentNamespace": "https://example.org/x",
    "creationInfo": {
        "creators": ["Tool: syft"],
        "created": "2026-01-01T00:00:00Z",
    },
    "packages": [
        {
            "name": "app-misc/a",
            "SPDXID": "SPDXRef-Package-portage-a",
            "versionInfo": "1.0-r1",
            "licenseDeclared": "LicenseRef-BSD AND GPL-2.0-only",
            "licenseConcluded": "NOASSERTION",
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": "pkg:ebuild/app-misc%2Fa@1.0-r1",
                }
            ],
        },
        {
            "name": "rootfs",
            "SPDXID": "SPDXRef-DocumentRoot-Directory-rootfs",
            "primaryPackagePurpose": "FILE",
        },
    ],
    "relationships": [
        {
            "spdxElementId": "SPDXRef-DocumentRoot-Directory-rootfs",
            "relatedSpdxElement": "SPDXRef-Package-portage-a",
            "relationshipType": "CONTAINS",
        },
        {
            "spdxElementId": "SPDXRef-DOCUMENT",
            "relatedSpdxElement": "SPDXRef-DocumentRoot-Directory-rootfs",
            "relationshipType": "DESCRIBES",
        },
    ],
}
TAG_VALUE = """\
SPDXVersion: SPDX-2.2
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: other
Creator: Tool: other
Created: 2026-01-01T00:00:00Z

# a comment
PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1.0-r1
PackageLicenseDeclared: MIT
PackageComment: <text>PackageName: not-one
of many lines</text>
ExternalRef: PACKAGE-MANAGER purl pkg:ebuild/app-misc/a@1.0-r1
FileName: ./usr/bin/a
LicenseConcluded: GPL-2.0-only

PackageName: b
SPDXID: SPDXRef-b
PackageVersion: 2
PackageLicenseDeclared: GPL-2.0-only
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
"""


def write(path: Path, content: str | bytes | dict[str, Any]) -> str:
    """Write a file; return its path."""
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def compared(*arguments: str) -> dict[str, Any]:
    """Return the JSON of a comparison that was made."""
    result = run("diff", *arguments, "--format", "json", "-q")
    assert result.returncode in {0, 1}, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_document_of_another_tool_is_a_side(tmp_path: Path) -> None:
    old = write(tmp_path / "syft.json", SYFT)
    new = write(tmp_path / "other.spdx", TAG_VALUE)
    answer = compared(old, new)
    assert [
        (one["name"], one["change"], one["fields"]) for one in answer["packages"]
    ] == [
        ("app-misc/a", "changed", ["declared", "category", "obligations"]),
        ("b", "added", []),
    ]
    assert answer["old"]["packages"] == 1
    assert answer["compared"] == ["version", "declared"]
    assert answer["headline"][0] == "adds 1 restricted shipped package"


def test_a_packed_document_is_read_whatever_its_name(tmp_path: Path) -> None:
    old = write(tmp_path / "a.txt", gzip.compress(json.dumps(SYFT).encode()))
    assert compared(old, write(tmp_path / "b", SYFT))["packages"] == []


def test_base_sbom_is_the_old_side(tmp_path: Path) -> None:
    base = write(tmp_path / "base.json", SYFT)
    new = write(tmp_path / "new.spdx", TAG_VALUE)
    assert compared("--base-sbom", base, new) == compared(base, new)


def test_base_sbom_is_an_sbom_and_nothing_else(tmp_path: Path) -> None:
    new = write(tmp_path / "new.json", SYFT)
    page = write(tmp_path / "page.html", "<p>no</p>")
    for other in (SYSROOT, page):
        line = one_line(run("diff", "--base-sbom", other, new))
        assert "give an SPDX 2 document, JSON or tag-value" in line


def entry(name: str, version: str, body: str, *, ident: bool = True) -> str:
    """Return a package as chromite's template writes it."""
    mark = f' id="{name}"' if ident else ""
    return f"""<div class="product">
<span class="title"{mark}>{name}-{version}</span>
<a class="show" onclick="toggle(this)">show license</a>
<span class="homepage"><a href="https://example.org">homepage</a></span>
<div class="licence"><pre>{body}</pre>
<ul><li><a href='#GPL-2'>Gentoo Package Stock License GPL-2</a></li></ul></div></div>
"""


PAGE = (
    "<html><head><title>Credits</title></head><body>"
    "<h2>List of Packages used in Google Chrome OS</h2>"
    + entry("font-adobe-100dpi", "1.0.3", "")
    + entry("zlib", "1.3", "Gentoo Package Stock License ZLIB:\n\nzlib terms")
    + '<div class="product"><a name="GPL-2" class="title">Gentoo Package Stock License'
    " GPL-2</a><pre>GNU</pre></div></body></html>"
)


def test_a_page_of_chromite_is_a_side_plain_or_packed(tmp_path: Path) -> None:
    old = write(tmp_path / "about_os_credits.html", PAGE)
    new = write(
        tmp_path / "license_credits.html",
        gzip.compress(PAGE.replace("1.3<", "1.4<").replace("ZLIB:", "BSD:").encode()),
    )
    answer = compared(old, new)
    assert answer["old"]["packages"] == 2
    (zlib,) = answer["packages"]
    assert zlib["fields"] == ["version", "license names", "obligations"]
    assert zlib["old"]["license_names"] == ["GPL-2", "ZLIB"]


def test_a_page_without_ids_is_split_by_the_rules_of_versions(tmp_path: Path) -> None:
    page = "<html>" + entry("font-adobe-100dpi", "1.0.3", "", ident=False) + "</html>"
    old, new = write(tmp_path / "old.html", page), write(tmp_path / "new.html", PAGE)
    answer = compared(old, new)
    assert [(one["name"], one["change"]) for one in answer["packages"]] == [
        ("zlib", "added")
    ]


def test_a_page_without_categories_and_revisions_meets_an_inventory(
    tmp_path: Path, generated: Path
) -> None:
    packages = json.loads((generated / "inventory.json").read_bytes())["packages"]
    entries = [
        entry(one["name"], one["version"].partition("-r")[0], "") for one in packages
    ]
    page = write(tmp_path / "page.html", f"<html>{''.join(entries)}</html>")
    answer = compared(page, str(generated))
    assert {one["change"] for one in answer["packages"]} == {"changed"}
    assert not any("version" in one["fields"] for one in answer["packages"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html><p>nothing</p></html>", "no credits page"),
        ('{"spdxVersion": "SPDX-1.2"}', "no SPDX 2 document"),
        ('{"@context": "x", "@graph": []}', "SPDX 3"),
        ('{"schema": 2, "packages": []}', "no inventory.json of schema 1"),
        ("SPDXVersion: SPDX-2.3\nno tag\n", "line 2 has no tag"),
        ("SPDXVersion: SPDX-2.3\nDocumentComment: <text>open\n", "has no end"),
        ("SPDXVersion: SPDX-2.3\nRelationship: a b\n", "line 2 relates nothing"),
        ('{"spdxVersion": ' + "[" * 5000, "is no JSON"),
        ("<div>" * 5000, "Excessive depth"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    content: str, said: str, tmp_path: Path, generated: Path
) -> None:
    file = write(tmp_path / "file", content)
    assert said in one_line(run("diff", str(generated), file))


def test_odd_fields_of_others_are_as_absent_ones(tmp_path: Path) -> None:
    odd = {
        "spdxVersion": "SPDX-2.3",
        "packages": [7, {"name": None, "versionInfo": 3, "externalRefs": {}}],
        "relationships": "none",
        "documentDescribes": [1],
    }
    answer = compared(write(tmp_path / "odd.json", odd), write(tmp_path / "s", SYFT))
    assert [one["change"] for one in answer["packages"]] == ["removed", "added"]


@pytest.mark.parametrize("sides", [(), (SYSROOT,), (SYSROOT, SYSROOT, SYSROOT)])
def test_two_paths_are_wanted(sides: tuple[str, ...]) -> None:
    assert "give OLD and NEW: 2 paths" in one_line(run("diff", *sides))


def test_a_bomb_is_refused(tmp_path: Path, generated: Path) -> None:
    bomb = write(tmp_path / "x", gzip.compress(b"{" + b" " * (1 << 28)))
    line = one_line(run("diff", str(generated), bomb))
    assert "bombs" in line or "longer than" in line
