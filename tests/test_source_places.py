# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where sources lie and whose they are; read by one process or by several."""

import hashlib
import os
from pathlib import Path

import pytest
from builders_archives import make_tar
from builders_sources import MIT, NOTICE, faults, names, write_tree
from builders_vdb import raw

from coos_license.errors import InputError
from coos_license.portage.manifest import Distfile, parse_manifest
from coos_license.portage.source_uri import distfiles
from coos_license.processes import cores
from coos_license.sources import gather
from coos_license.sources.gather import read_all
from coos_license.sources.locate import Survey, locate, survey
from coos_license.sources.packages import assemble
from coos_license.sources.places import Place, read_place
from coos_license.trees.directory import DirectoryTree

ZLIB = raw("sys-libs/zlib-1.2.13-r1", license="ZLIB")


def surveyed(root: Path) -> Survey:
    with DirectoryTree.open(root) as tree:
        return survey(tree, str(root))


def manifest_line(name: str, content: bytes) -> Distfile:
    digests = (
        ("BLAKE2B", hashlib.blake2b(content).hexdigest()),
        ("SHA512", hashlib.sha512(content).hexdigest()),
    )
    return Distfile(name, len(content), digests)


@pytest.mark.parametrize(
    ("src_uri", "use", "expected"),
    [
        ("https://x.example/a-1.tar.gz", None, ("a-1.tar.gz",)),
        ("https://x.example/v1 -> a-1.tar.gz", None, ("a-1.tar.gz",)),
        ("mirror://gnu/a.tgz a.patch", None, ("a.tgz", "a.patch")),
        (
            "a.tgz doc? ( d.tgz ) !doc? ( n.tgz )",
            frozenset({"doc"}),
            ("a.tgz", "d.tgz"),
        ),
        ("a.tgz doc? ( d.tgz )", None, ("a.tgz", "d.tgz")),
        ("doc? ( d.tgz )", frozenset(), ()),
        ("a.tgz a.tgz", None, ("a.tgz",)),
        ("https://x.example/dir/", None, ()),
        ("x -> ../../etc/passwd", None, ()),
        ("( a", None, ()),
        ("", None, ()),
    ],
)
def test_distfiles_of_a_source_uri(
    src_uri: str, use: frozenset[str] | None, expected: tuple[str, ...]
) -> None:
    assert distfiles(src_uri, use) == expected


def test_manifest_gives_size_and_digests_of_distfiles_only() -> None:
    content = (
        b"AUX fix.patch 9 SHA512 00\nDIST a.tar.gz 12 BLAKE2B AB SHA512 cd\n"
        b"DIST b.tar.gz many SHA512 ef\nDIST short\n\xff\n"
    )
    digests = (("BLAKE2B", "ab"), ("SHA512", "cd"))
    assert parse_manifest(content) == {"a.tar.gz": Distfile("a.tar.gz", 12, digests)}


def test_directory_of_packages_and_distfiles_are_told_apart(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "sys-libs/zlib-1.2.13-r1/COPYING": MIT,
            "sys-libs/zlib-1.2.13-r1/extra.tar.gz": make_tar({}),
            "sys-libs/README": "no package\n",
            "git3-src/no-package/HEAD": "",
            "a-1.tar.gz": make_tar({}),
            ".keep": "",
        },
    )
    found = surveyed(tmp_path)
    assert found.entries == {("sys-libs", "zlib-1.2.13-r1"): ("extra.tar.gz",)}
    assert found.files == {"a-1.tar.gz"}
    assert found.remark == "sources of 1 packages and 1 distfiles"


def test_links_are_what_they_lead_to(tmp_path: Path) -> None:
    write_tree(tmp_path, {"store/zlib-1.2.13/COPYING": MIT, "store/x.tgz": b""})
    (tmp_path / "sys-libs").symlink_to("store")
    (tmp_path / "x.tgz").symlink_to("store/x.tgz")
    (tmp_path / "away.tgz").symlink_to("/nowhere/away.tgz")
    found = surveyed(tmp_path)
    assert ("sys-libs", "zlib-1.2.13") in found.entries
    assert found.files == {"x.tgz", "away.tgz"}


@pytest.mark.parametrize("name", ["zlib-1.2.13-r1", "zlib-1.2.13"])
def test_directory_is_named_with_revision_or_without(tmp_path: Path, name: str) -> None:
    write_tree(tmp_path, {f"sys-libs/{name}/COPYING": MIT})
    found = locate([ZLIB], [surveyed(tmp_path)], (), lambda _: "")[ZLIB.id]
    assert [place.path for place in found.places] == [f"sys-libs/{name}"]


def test_directory_of_another_version_is_not_taken(tmp_path: Path) -> None:
    write_tree(tmp_path, {"sys-libs/zlib-1.2.14/COPYING": MIT})
    found = locate([ZLIB], [surveyed(tmp_path)], (), lambda _: "")[ZLIB.id]
    assert found.places == ()


def test_distfile_is_found_by_source_uri_and_a_missing_one_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "zlib.tar.gz").write_bytes(make_tar({}))
    uri = "https://x.example/zlib.tar.gz https://x.example/more.tar.gz"
    found = locate([ZLIB], [surveyed(tmp_path)], (), lambda _: uri)[ZLIB.id]
    assert [place.path for place in found.places] == ["zlib.tar.gz"]
    assert found.missing == ("more.tar.gz",)


def test_archive_beside_a_tree_has_its_name_in_the_evidence(tmp_path: Path) -> None:
    top = "sys-libs/zlib-1.2.13-r1"
    write_tree(
        tmp_path,
        {
            f"{top}/doc/COPYING": MIT,
            f"{top}/zlib.tar.gz": make_tar({"zlib/NOTICE": NOTICE}),
        },
    )
    located = locate([ZLIB], [surveyed(tmp_path)], (), lambda _: "")
    scans = read_all(located[ZLIB.id].places, 1)
    found = assemble(located, scans).packages[ZLIB.id]
    assert [file.path for file in found.files] == [
        f"sources/{top}/doc/COPYING",
        f"sources/{top}/zlib.tar.gz/zlib/NOTICE",
    ]


@pytest.mark.parametrize(("cut", "read"), [(0, True), (300, False)])
def test_package_was_read_where_each_of_its_places_was(
    tmp_path: Path, cut: int, *, read: bool
) -> None:
    archive = make_tar({"NOTICE": NOTICE, "noise": os.urandom(1_000)})
    archive = archive[: len(archive) - cut]
    top = "sys-libs/zlib-1.2.13-r1"
    write_tree(tmp_path, {f"{top}/COPYING": MIT, f"{top}/x.tar.gz": archive})
    located = locate([ZLIB], [surveyed(tmp_path)], (), lambda _: "")
    scans = read_all(located[ZLIB.id].places, 1)
    assert assemble(located, scans).packages[ZLIB.id].read is read


def test_distfile_that_is_what_its_manifest_says_is_read(tmp_path: Path) -> None:
    content = make_tar({"COPYING": MIT})
    (tmp_path / "a.tar.gz").write_bytes(content)
    place = Place(
        str(tmp_path),
        "a.tar.gz",
        "a.tar.gz",
        is_file=True,
        expected=manifest_line("a.tar.gz", content),
    )
    assert names(read_place(place)) == ["COPYING"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (b"longer", "bytes long"),
        (b"", "has another BLAKE2B than its Manifest says"),
    ],
)
def test_distfile_that_differs_from_its_manifest_is_not_read(
    tmp_path: Path, change: bytes, reason: str
) -> None:
    content = make_tar({"COPYING": MIT})
    other = content + change if change else bytes([content[0] ^ 1]) + content[1:]
    (tmp_path / "a.tar.gz").write_bytes(other)
    expected = manifest_line("a.tar.gz", content)
    place = Place(str(tmp_path), "a.tar.gz", "a", is_file=True, expected=expected)
    found = read_place(place)
    assert found.files == ()
    ((path, said),) = faults(found)
    assert path == ""
    assert reason in said


def test_second_digest_is_compared_too(tmp_path: Path) -> None:
    content = make_tar({"COPYING": MIT})
    (tmp_path / "a").write_bytes(content)
    blake, _ = manifest_line("a", content).digests
    expected = Distfile("a", len(content), (blake, ("SHA512", "0" * 128)))
    found = read_place(Place(str(tmp_path), "a", "a", is_file=True, expected=expected))
    assert faults(found) == [("", "has another SHA512 than its Manifest says")]


def test_place_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert faults(read_place(Place(str(tmp_path / "none"), "a")))[0][0] == ""
    found = read_place(Place(str(tmp_path), "a.tar.gz", "a", is_file=True))
    assert faults(found) == [("", "is not there")]


def test_several_processes_answer_as_one_does(tmp_path: Path) -> None:
    places = []
    for number in range(9):
        name = f"{number}.tar.gz"
        files = {"COPYING": f"{MIT}{number}", "NOTICE": NOTICE, "x.c": "int x;\n"}
        content = make_tar(files)
        (tmp_path / name).write_bytes(content[: len(content) - 40 * (number % 2)])
        places.append(Place(str(tmp_path), name, name, is_file=True))
    alone = read_all(places, 1)
    assert read_all(places, 3) == alone
    assert list(read_all(reversed(places), 2)) == list(reversed(alone))


def test_one_file_of_many_packages_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make_tar({"COPYING": MIT})
    read = []
    places = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.tar.gz").write_bytes(content)
        expected = manifest_line("x.tar.gz", content)
        base = str(tmp_path / name)
        places.append(
            Place(base, "x.tar.gz", "x.tar.gz", is_file=True, expected=expected)
        )

    def counted(place: Place) -> object:
        read.append(place)
        return read_place(place)

    monkeypatch.setattr(gather, "read_place", counted)
    found = read_all(places, 1)
    assert len(read) == 1
    assert {place.key for place in places} == set(found)


def end(_: Place) -> None:
    """End the process as the system does when memory is short."""
    import os  # noqa: PLC0415 (in the worker only)

    os._exit(9)


def test_process_that_ends_is_one_line_with_a_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "read_place", end)
    places = [Place(str(tmp_path), name) for name in "abc"]
    with pytest.raises(InputError, match="--jobs 1"):
        read_all(places, 2)


def test_there_is_a_core() -> None:
    assert cores() >= 1
