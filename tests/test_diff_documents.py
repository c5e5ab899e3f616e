# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Documents of other tools as sides of ``diff``: SBOMs, and pages of chromite."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from command import SYSROOT, one_line, run

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
        ('{"spdxVersion": "SPDX-2.3", "packages": {}}', "'packages' is no list"),
        ('{"spdxVersion": "SPDX-2.3", "packages": null}', "'packages' is no list"),
        ('{"spdxVersion": "SPDX-2.3", "packages": ["a"]}', "no list of objects"),
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


def test_a_side_that_is_not_there_says_what_may_be_one(generated: Path) -> None:
    line = one_line(run("diff", str(generated), "nowhere"))
    assert "nowhere: No such file or directory; give any SOURCE, what generate" in line


def test_odd_fields_of_others_are_as_absent_ones(tmp_path: Path) -> None:
    odd = {
        "spdxVersion": "SPDX-2.3",
        "packages": [{"name": None, "versionInfo": 3, "externalRefs": {}}],
        "relationships": "none",
        "documentDescribes": [1],
    }
    answer = compared(write(tmp_path / "odd.json", odd), write(tmp_path / "s", SYFT))
    assert [one["change"] for one in answer["packages"]] == ["removed", "added"]
