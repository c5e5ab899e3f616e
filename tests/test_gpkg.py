# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""gpkg: what portage reads, and its Manifest against what is there."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import portage
import pytest
import zstandard
from builders_archives import special, tar
from builders_binpkg import (
    FIXTURES,
    Guarded,
    make_gpkg,
    metadata_tar,
    outer,
    row,
    stated,
)
from hypothesis import given
from hypothesis import strategies as st
from portage.gpkg import gpkg

from coos_license.errors import ReadError
from coos_license.portage.binary_package import KEYS
from coos_license.portage.entry import LIMITS
from coos_license.portage.gpkg import is_gpkg, read_gpkg
from coos_license.portage.xpak import Metadata
from coos_license.trees.content import Memory
from coos_license.trees.window import Window

PACKAGES = sorted(FIXTURES.rglob("*.gpkg.tar"))
VALUES = stated("app-misc/foo-1", LICENSE="MIT")
PACKED = metadata_tar(VALUES)


def read(content: bytes) -> Metadata:
    return read_gpkg(Memory(content), KEYS, LIMITS)


def members(metadata: bytes = PACKED, name: str = "metadata.tar") -> dict[str, bytes]:
    return {"gpkg-1": b"", name: metadata, "image.tar": tar()}


def rows(of: dict[str, bytes]) -> str:
    return "".join(row(name, content) for name, content in of.items())


def whole(of: dict[str, bytes]) -> bytes:
    """Return a gpkg of these members with a Manifest that is right."""
    return outer(of, rows(of))


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.name)
def test_portage_reads_the_same(path: Path) -> None:
    theirs = gpkg(settings=portage.settings, gpkg_file=str(path)).get_metadata()
    with Window.open(path) as window:
        assert is_gpkg(window.read(0, 512))
        ours = read_gpkg(window, KEYS, LIMITS)
    assert ours.files == {name: theirs[name] for name in theirs.keys() & KEYS}
    assert (ours.failed, ours.faults) == ({}, ())


@pytest.mark.parametrize(
    "packer",
    [
        *(bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.compress),
        lz4.frame.compress,
    ],
    ids=["none", "gz", "bz2", "xz", "zst", "lz4"],
)
def test_metadata_may_be_packed_in_any_way(packer: Callable[[bytes], bytes]) -> None:
    found = read(whole(members(packer(PACKED), "metadata.tar.any")))
    assert found.files["LICENSE"] == b"MIT\n"
    assert found.faults == ()


def test_a_way_of_packing_that_is_not_read_is_told() -> None:
    lzop = b"\x89LZO\0\r\n\x1a\n" + bytes(600)
    with pytest.raises(ReadError, match="metadata that is no tar, or packed in a way"):
        read(whole(members(lzop, "metadata.tar.lzo")))


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("", "metadata.tar, which its Manifest lacks"),
        (row("metadata.tar", b"other", len(PACKED)), "checksum its Manifest denies"),
        (row("metadata.tar", PACKED, 1), "whose size its Manifest denies"),
        (f"DATA metadata.tar {len(PACKED)} WHIRL ab\n", "no checksum that is known"),
        (f"DATA metadata.tar {len(PACKED)} SHA512\n", "no checksum that is known"),
        ("DATA metadata.tar\n", "whose size its Manifest denies"),
        (rows({"metadata.tar": PACKED, "gone": b""}), "lacks gone, which its Manifest"),
    ],
)
def test_a_manifest_that_denies_what_is_there(manifest: str, message: str) -> None:
    manifest += row("image.tar", tar()) + row("gpkg-1", b"")
    found = read(outer(members(), manifest))
    assert len(found.faults) == 1
    assert message in found.faults[0][1]
    assert found.files["LICENSE"] == b"MIT\n"


def test_no_manifest_and_one_that_is_long_vouch_for_nothing() -> None:
    bare = tar(*((f"p/{name}", content) for name, content in members().items()))
    for content in (bare, outer(members(), "x" * (1 << 17))):
        assert "nothing vouches" in read(content).faults[0][1]


def test_a_signed_manifest_is_read_without_its_signature() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
        f"{rows(members())}-----BEGIN PGP SIGNATURE-----\n\niQ\n"
    )
    assert read(outer(members(), signed)).faults == ()


def test_the_length_of_the_image_is_compared() -> None:
    manifest = row("gpkg-1", b"") + row("metadata.tar", PACKED)
    found = read(outer(members(), manifest + row("image.tar", tar(), 5)))
    assert found.faults == (
        ("image.tar", "has image.tar, whose size its Manifest denies"),
    )


@pytest.mark.parametrize(
    ("of", "message"),
    [
        ({"metadata.tar": PACKED}, "no member gpkg-1"),
        ({"gpkg-1": b"", "image.tar": b""}, r"no members metadata.tar"),
        (
            {**members(), "metadata.tar.gz": gzip.compress(PACKED)},
            r"2 members metadata.tar",
        ),
        (members(b"x" * 600), "metadata that is no tar"),
        (members(PACKED[:700]), "metadata that is truncated"),
    ],
)
def test_what_has_no_metadata_is_refused(of: dict[str, bytes], message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(whole(of))


def test_a_bomb_in_the_metadata_is_stopped() -> None:
    bomb = zstandard.compress(tar(("metadata/x", bytes(1 << 27))))
    assert len(bomb) < 1 << 15
    with pytest.raises(ReadError, match="larger than 67108864 bytes"):
        read(whole(members(bomb, "metadata.tar.zst")))


def test_metadata_of_many_megabytes_is_refused() -> None:
    with pytest.raises(ReadError, match="metadata of 16777217 bytes"):
        read(whole(members(bytes((1 << 24) + 1))))


@pytest.mark.parametrize(
    "name", ["/metadata/USE", "metadata/../USE", "metadata/a/USE", "other/USE", "USE"]
)
def test_a_name_that_no_metadata_has_is_told_and_not_read(name: str) -> None:
    found = read(whole(members(tar((name, b"evil"), ("metadata/SLOT", b"0")))))
    assert found.files == {"SLOT": b"0"}
    assert "metadata of a name that is none" in found.faults[0][1]


def test_links_and_devices_are_no_metadata() -> None:
    inner = tar(("metadata/USE", "/etc/passwd"))
    inner = special("metadata/SLOT", b"3") + special("metadata/PF", b"1", "x") + inner
    found = read(whole(members(inner)))
    assert found.files == {}
    assert len(found.faults) == 3


def test_a_value_that_is_too_long_fails_alone() -> None:
    inner = tar(("metadata/USE", bytes((1 << 20) + 1)), ("metadata/SLOT", b"0"))
    found = read(whole(members(inner)))
    assert found.files == {"SLOT": b"0"}
    assert "more than the 1048576 allowed" in str(found.failed["USE"])


def test_a_package_without_an_image_keeps_its_metadata() -> None:
    of = {"gpkg-1": b"", "metadata.tar": PACKED}
    found = read(whole(of))
    assert found.files["LICENSE"] == b"MIT\n"
    assert found.archive is None
    assert found.faults == (("image", "has no members image.tar*"),)


def test_a_name_twice_in_the_metadata_is_told() -> None:
    found = read(whole(members(tar(("metadata/USE", b"1"), ("metadata/USE", b"2")))))
    assert found.files == {"USE": b"2"}
    assert "twice" in found.faults[0][1]


@pytest.mark.parametrize("name", ["/etc/passwd", "../gpkg-1", "x", "a/b/c", "p/"])
def test_a_member_that_no_gpkg_has_is_told(name: str) -> None:
    of = members()
    good = [(f"p/{one}", content) for one, content in of.items()]
    content = tar(*good, ("p/Manifest", rows(of).encode()), (name, b"x"))
    assert read(content).faults


def test_a_member_twice_and_a_hundred_members_are_refused() -> None:
    good = [(f"p/{one}", content) for one, content in members().items()]
    with pytest.raises(ReadError, match="twice"):
        read(tar(*good, *good))
    with pytest.raises(ReadError, match="more than 32 members"):
        read(tar(*good, *((f"p/{number}", b"") for number in range(100))))


def test_the_image_is_not_read() -> None:
    """Its bytes are not there at all: only what lies around them is asked for."""
    image = bytes(1 << 20)
    content = make_gpkg(VALUES, image)
    start = content.index(image)
    kept = Guarded(content, range(start + (1 << 15), start + (1 << 20) - (1 << 15)))
    assert read_gpkg(kept, KEYS, LIMITS).files["LICENSE"] == b"MIT\n"


@given(st.data())
def test_no_damage_makes_a_defect(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(PACKAGES)).read_bytes())
    at = data.draw(st.integers(0, len(whole)))
    content = data.draw(st.binary(min_size=1, max_size=20))
    whole[at : at + len(content)] = content
    del whole[data.draw(st.integers(len(whole) // 2, len(whole))) :]
    try:
        read(bytes(whole))
    except ReadError:
        return


@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=30)), max_size=4))
def test_no_members_make_a_defect(planned: list[tuple[str, bytes]]) -> None:
    names = [(f"p/{name}".replace("\0", ""), content) for name, content in planned]
    try:
        read(tar(*names))
    except ReadError:
        return
