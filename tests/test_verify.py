# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``verify``: each fault is put into a good bundle, and named in one line.

One idea: most of this module is the table of faults.
"""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from command import IDENTITY, OVERLAYS, ROOT, SYSROOT, one_line, run

from coos_license.documents.notice import parse_notice
from coos_license.errors import ReadError
from coos_license.trees.directory import DirectoryTree
from coos_license.verify.bundle import Problem, read_bundle
from coos_license.verify.checks import problems
from coos_license.verify.policy_fields import ROWS

Edit = Callable[[Path], object]


def found(directory: Path) -> list[Problem]:
    """Return what is wrong with a directory, notes left out."""
    with DirectoryTree.open(directory) as tree:
        return [one for one in problems(read_bundle(tree)) if not one.is_note]


def seal(directory: Path) -> None:
    """Write the checksums of what lies there now."""
    sums = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(directory.iterdir())
        if file.name != "SHA256SUMS"
    ]
    (directory / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


@pytest.fixture
def bundle(generated: Path, tmp_path: Path) -> Path:
    """A copy of the miniature's outputs, to be spoilt."""
    return Path(shutil.copytree(generated, tmp_path / "bundle"))


def replaced(name: str, old: str, new: str, count: int = 1) -> Edit:
    """Return the edit that puts other words into a file."""

    def edit(directory: Path) -> None:
        text = (directory / name).read_text("utf-8")
        assert old in text
        (directory / name).write_text(text.replace(old, new, count), "utf-8")

    return edit


def edited(name: str, change: Callable[[Any], None]) -> Edit:
    """Return the edit that changes a JSON document."""

    def edit(directory: Path) -> None:
        document = json.loads((directory / name).read_bytes())
        change(document)
        (directory / name).write_text(json.dumps(document), "utf-8")

    return edit


def repacked(change: Callable[[dict[str, bytes]], None]) -> Edit:
    """Return the edit that changes members of the archive, its sums with them."""

    def edit(directory: Path) -> None:
        path = directory / "notice-bundle.tar.gz"
        with tarfile.open(path) as archive:
            members = {
                one.name: (archive.extractfile(one) or io.BytesIO()).read()
                for one in archive.getmembers()
                if one.isfile()
            }
        change(members)
        with tarfile.open(path, "w:gz") as archive:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))

    return edit


def test_a_good_bundle_has_no_problem(generated: Path) -> None:
    result = run("verify", str(generated))
    assert (result.returncode, result.stdout) == (0, b"")
    *notes, last = result.stderr.decode().splitlines()
    assert last == "coos-license: 0 problems"
    assert any(len(note) > 200 for note in notes)
    assert not any(note.endswith("...") for note in notes), "each is shown whole"


def test_a_bundle_with_components_and_own_files_has_none(
    installed_outputs: Path,
) -> None:
    assert found(installed_outputs) == []


@pytest.mark.parametrize(
    ("edit", "file", "word"),
    [
        (lambda one: (one / "NOTICE").unlink(), "NOTICE", "missing"),
        (lambda one: (one / "SHA256SUMS").unlink(), "SHA256SUMS", "missing"),
        (lambda one: (one / "more.txt").write_text("", "utf-8"), "more.txt", "extra"),
        (lambda one: (one / "more").mkdir(), "more", "extra: is a directory"),
        (
            lambda one: (one / "link").symlink_to("/etc/passwd"),
            "link",
            "extra: is a symbolic link",
        ),
        (replaced("NOTICE", "End of", "end of"), "NOTICE", "changed"),
        (replaced("SHA256SUMS", "  NOTICE", "  NOTHING"), "NOTHING", "missing"),
        (replaced("SHA256SUMS", "  NOTICE", "  NOTHING"), "NOTICE", "extra"),
        (replaced("SHA256SUMS", "  NOTICE", " NOTICE"), "SHA256SUMS", "no checksum"),
    ],
)
def test_checksums_name_each_file(
    edit: Edit, file: str, word: str, bundle: Path
) -> None:
    edit(bundle)
    said = [one for one in found(bundle) if one.check == "checksums"]
    assert any(one.file == file and word in one.message for one in said), said


def first(document: Any) -> Any:
    """Return the first package of a document, the root of an SBOM passed over."""
    return next(
        one for one in document["packages"] if one.get("SPDXID") != "SPDXRef-Image"
    )


def unlink_relation(kind: str) -> Callable[[Any], None]:
    """Return the change that one relationship of a type is gone."""

    def change(document: Any) -> None:
        links = document["relationships"]
        links.remove(next(one for one in links if one["relationshipType"] == kind))

    return change


#: What is wrong -> the edit, the check and the file that must name it.
FAULTS: dict[str, tuple[Edit, str, str]] = {
    "inventory is no JSON": (
        replaced("inventory.json", "{", "[", 1),
        "readable",
        "inventory.json",
    ),
    "archive is cut off": (
        lambda one: (one / "notice-bundle.tar.gz").write_bytes(
            (one / "notice-bundle.tar.gz").read_bytes()[:2000]
        ),
        "readable",
        "notice-bundle.tar.gz",
    ),
    "NOTICE of another": (
        lambda one: (one / "NOTICE").write_text("thanks\n", "utf-8"),
        "readable",
        "NOTICE",
    ),
    "image that is a list": (
        edited("inventory.json", lambda one: one["image"].update(name=["x"])),
        "readable",
        "inventory.json",
    ),
    "SPDX 3 that lacks an id": (
        edited("sbom.spdx3.json", lambda one: one["@graph"][-1].pop("spdxId")),
        "validity",
        "sbom.spdx3.json",
    ),
    "credits with a fact that says nothing": (
        replaced(
            "credits.html",
            '<div><dt>Declared</dt><dd class="id">',
            "<div><dt>Declared</dt><p>",
        ),
        "readable",
        "credits.html",
    ),
    "licences of another type": (
        edited("sbom.spdx.json", lambda one: first(one).update(licenseConcluded=[1])),
        "validity",
        "sbom.spdx.json",
    ),
    "unknown key": (
        edited("inventory.json", lambda one: first(one).update(x=1)),
        "schema",
        "inventory.json",
    ),
    "severity of no kind": (
        edited("findings.json", lambda one: one["findings"][0].update(severity="?")),
        "schema",
        "findings.json",
    ),
    "invalid SBOM": (
        edited("sbom.spdx.json", lambda one: first(one).update(licenseDeclared="?")),
        "validity",
        "sbom.spdx.json",
    ),
    "dangling reference": (
        replaced(
            "sbom.spdx.json",
            '"relatedSpdxElement": "SPDXRef-P',
            '"relatedSpdxElement": "SPDXRef-X',
        ),
        "validity",
        "sbom.spdx.json",
    ),
    "no supplier": (
        edited("sbom.spdx.json", lambda one: first(one).pop("supplier")),
        "fields",
        "sbom.spdx.json",
    ),
    "no creator": (
        edited(
            "sbom.spdx.json",
            lambda one: one["creationInfo"].update(creators=["Tool: x"]),
        ),
        "fields",
        "sbom.spdx.json",
    ),
    "no purl": (
        edited("sbom.spdx.json", lambda one: first(one).pop("externalRefs")),
        "fields",
        "sbom.spdx.json",
    ),
    "SBOM lacks a package": (
        edited("sbom.spdx.json", lambda one: one["packages"].pop()),
        "agreement",
        "sbom.spdx.json",
    ),
    "SBOM has one more": (
        edited(
            "sbom.spdx.json",
            lambda one: one["packages"].append(
                {**first(one), "SPDXID": "SPDXRef-Package-a.b-1"}
            ),
        ),
        "agreement",
        "sbom.spdx.json",
    ),
    "SBOM declares another licence": (
        edited("sbom.spdx.json", lambda one: first(one).update(licenseDeclared="MIT")),
        "agreement",
        "sbom.spdx.json",
    ),
    "SBOM concludes another licence": (
        edited("sbom.spdx.json", lambda one: first(one).update(licenseConcluded="MIT")),
        "agreement",
        "sbom.spdx.json",
    ),
    "SBOM does not say what ships": (
        edited("sbom.spdx.json", unlink_relation("CONTAINS")),
        "agreement",
        "sbom.spdx.json",
    ),
    "SBOM has another text": (
        edited(
            "sbom.spdx.json",
            lambda one: one["hasExtractedLicensingInfos"][0].update(extractedText="x"),
        ),
        "agreement",
        "sbom.spdx.json",
    ),
    "inventory lacks a package": (
        edited("inventory.json", lambda one: one["packages"].pop()),
        "agreement",
        "credits.html",
    ),
    "finding about another package": (
        edited("findings.json", lambda one: one["findings"][0].update(cpv="a/b-1")),
        "agreement",
        "findings.json",
    ),
    "credits name another licence": (
        replaced("credits.html", '<dd class="id">Zlib</dd>', '<dd class="id">MIT</dd>'),
        "agreement",
        "credits.html",
    ),
    "credits lack a package": (
        replaced(
            "credits.html",
            '<article class="package" id="sys-libs/zlib',
            '<article class="gone" id="sys-libs/zlib',
        ),
        "agreement",
        "credits.html",
    ),
    "credits owe something else": (
        replaced("credits.html", 'data-obligations="', 'data-obligations="review '),
        "agreement",
        "credits.html",
    ),
    "credits have another text": (
        replaced("credits.html", '<pre dir="auto">\n', '<pre dir="auto">\nNot '),
        "agreement",
        "NOTICE",
    ),
    "NOTICE names another licence": (
        replaced("NOTICE", "License:     Zlib", "License:     MIT"),
        "agreement",
        "NOTICE",
    ),
    "NOTICE lacks a package": (
        replaced("NOTICE", "\nsys-libs/zlib", "\nsys-libs/gone"),
        "agreement",
        "NOTICE",
    ),
    "tag-value says something else": (
        replaced(
            "sbom.spdx", "PackageLicenseDeclared: Zlib", "PackageLicenseDeclared: MIT"
        ),
        "formats",
        "sbom.spdx",
    ),
    "tag-value lacks a relationship": (
        replaced("sbom.spdx", "Relationship: SPDXRef-Image CONTAINS", "# "),
        "formats",
        "sbom.spdx",
    ),
    "tag-value has another namespace": (
        replaced(
            "sbom.spdx", "DocumentNamespace: https://", "DocumentNamespace: https://x."
        ),
        "formats",
        "sbom.spdx",
    ),
    "archive has another NOTICE": (
        repacked(lambda one: one.update(NOTICE=b"thanks\n")),
        "formats",
        "notice-bundle.tar.gz",
    ),
    "archive lacks a text": (
        repacked(lambda one: one.__delitem__("licenses/Zlib.txt")),
        "formats",
        "notice-bundle.tar.gz",
    ),
    "archive has a text too many": (
        repacked(lambda one: one.update({"licenses/more.txt": b"more\n"})),
        "formats",
        "notice-bundle.tar.gz",
    ),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_fault_is_named_by_its_check(name: str, bundle: Path) -> None:
    edit, check, file = FAULTS[name]
    edit(bundle)
    seal(bundle)
    said = found(bundle)
    assert any((one.check, one.file) == (check, file) for one in said), said


def test_a_member_that_was_changed_is_named(bundle: Path) -> None:
    repacked(lambda one: one.update({"licenses/Zlib.txt": b"else\n"}))(bundle)
    seal(bundle)
    said = {(one.file, one.message) for one in found(bundle)}
    name = "notice-bundle.tar.gz: licenses/Zlib.txt"
    assert (name, "changed: its sha256 is not that of SHA256SUMS") in said


def test_what_a_finding_admits_is_a_note(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    run("generate", SYSROOT, *OVERLAYS, "-o", out)
    result = run("verify", out, "--format", "json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    schema = json.loads((ROOT / "docs/schema/verify.schema.json").read_bytes())
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(document)
    notes = [one["message"] for one in document["notes"]]
    assert any("Supplier Name" in one and "missing-identity" in one for one in notes)


def test_every_row_of_the_fields_is_told_where_a_document_has_nothing() -> None:
    empty = {
        "packages": [{"SPDXID": "SPDXRef-a"}, {"SPDXID": "SPDXRef-b"}],
        "creationInfo": {},
    }
    assert [row.field for row in ROWS if not row.lacking(empty)] == []


def test_a_bundle_equals_what_its_source_gives(generated: Path) -> None:
    result = run("verify", str(generated), SYSROOT, *OVERLAYS, *IDENTITY)
    assert (result.returncode, result.stdout) == (0, b"")


def test_what_the_source_gives_otherwise_is_named(generated: Path) -> None:
    other = [*IDENTITY, "--contact", "me@example.org"]
    result = run("verify", str(generated), SYSROOT, *OVERLAYS, *other)
    assert result.returncode == 1
    lines = result.stdout.decode().splitlines()
    assert "notice-bundle.tar.gz: regenerated: member NOTICE differs" in lines
    assert not any("member licenses/" in line for line in lines)
    assert any(
        line.startswith("sbom.spdx: regenerated: differs from") for line in lines
    )


def test_packing_alone_is_no_difference(bundle: Path) -> None:
    repacked(lambda _members: None)(bundle)
    seal(bundle)
    result = run("verify", str(bundle), SYSROOT, *OVERLAYS, *IDENTITY)
    assert (result.returncode, result.stdout) == (0, b"")


@pytest.mark.parametrize("path", ["nothing", "file", "empty"])
def test_what_is_no_bundle_is_one_line(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    assert "generate wrote" in one_line(run("verify", str(tmp_path / path)))


def test_names_in_a_bundle_do_not_act(bundle: Path) -> None:
    (bundle / "a\x1b[31m\nb").write_text("", encoding="utf-8")
    result = run("verify", str(bundle))
    assert result.returncode == 1
    assert b"\x1b" not in result.stdout
    assert len(result.stdout.splitlines()) == 1


def test_a_file_of_a_long_name_is_named_in_full(bundle: Path) -> None:
    name = "x" * 250
    (bundle / name).touch()
    assert name in {one.file for one in found(bundle)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Lines:       ", "Lines:       9"),
        ("3. License texts and NOTICE files\n=", "3. Texts\n="),
    ],
)
def test_a_notice_that_does_not_add_up_is_refused(
    old: str, new: str, generated: Path
) -> None:
    text = (generated / "NOTICE").read_text("utf-8")
    assert old in text
    with pytest.raises(ReadError):
        parse_notice(text.replace(old, new, 1))
