# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What an image may cost to account for is bounded, and what is past that is named."""

import gzip
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Self

import pytest
from builders_image import make_squashfs, needs_squashfs_tools
from builders_installed import install_mit
from test_accounting import RULES, TOOL, audit, found
from test_accounting_archives import archive, layer, with_paths

from coos_license.accounting import strays
from coos_license.accounting.containers import Inside, look_into
from coos_license.accounting.places import shown
from coos_license.cli import accounting
from coos_license.errors import InputError
from coos_license.portage.contents import listed
from coos_license.trees import allowance as allowances
from coos_license.trees.allowance import Allowance
from coos_license.trees.content import Memory

LONG = os.urandom(50_000)
CPIO = archive({"long": LONG})
PAST = "is past the bound of what is unpacked of one image"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    root = tmp_path / "image"
    install_mit(root, "app-misc/tool-1", TOOL)
    (root / "boot/oci/blobs/sha256").mkdir(parents=True)
    return root


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "implicit.toml"
    path.write_text(RULES, encoding="utf-8")
    return with_paths(path, '"/boot/**"')


def squashfs(tmp_path: Path) -> bytes:
    root = tmp_path / "contents"
    root.mkdir()
    (root / "long").write_bytes(LONG)
    return make_squashfs(tmp_path / "a.squashfs", root).read_bytes()


def looked(path: str, content: bytes, left: Allowance) -> Inside:
    inside = look_into(path, lambda _: Memory(content), left)
    assert inside is not None
    return inside


@needs_squashfs_tools
@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("initrd", lambda _: CPIO),
        ("initrd", lambda _: gzip.compress(CPIO)),
        ("a/blobs/sha256/aa", lambda _: layer({"long": LONG})),
        ("a/blobs/sha256/aa", lambda _: gzip.compress(layer({"long": LONG}))),
        ("a.squashfs", squashfs),
    ],
    ids=["cpio", "packed cpio", "tar", "packed tar", "squashfs"],
)
def test_archives_that_are_within_their_bounds_have_one_for_all(
    path: str, make: Callable[[Path], bytes], tmp_path: Path
) -> None:
    content = make(tmp_path)
    left = Allowance(bytes_left=1 << 20)
    faults = [looked(path, content, left).fault for _ in range(50)]
    assert faults[:2] == ["", ""]
    assert PAST in faults[-1]


def test_very_many_empty_archives_have_an_end() -> None:
    left = Allowance()
    assert not looked("initrd", gzip.compress(b"") * 9_000, left).fault
    assert allowances.MOST_BYTES - left.bytes_left > 9_000 << 16


def test_names_in_all_archives_of_an_image_are_bounded() -> None:
    left = Allowance(names_left=3)
    content = archive({"a": b"", "b": b""})
    assert not looked("initrd", content, left).fault
    second = looked("initrd", content, left)
    assert [shown(one.path) for one in second.members] == ["/initrd!/a"]
    assert second.fault == "is past the bound of names in archives of one image"


def test_a_hole_of_a_terabyte_in_a_layer_is_not_read_to_its_end() -> None:
    content = bytearray(layer({"hole": b""})[:512])
    content[124:136] = b"\x80" + (1 << 40).to_bytes(11, "big")
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content)

    class Hole:
        """The tar, and zeros behind it."""

        size_bytes = 1 << 41

        def read(self, offset: int, length: int) -> bytes:
            return bytes(content[offset : offset + length]).ljust(length, b"\0")

        def close(self) -> None:
            """Do nothing."""

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *exc: object) -> None:
            """Do nothing."""

    left = Allowance(bytes_left=1 << 24)
    inside = look_into("a/blobs/sha256/aa", lambda _: Hole(), left)
    assert inside is not None
    assert inside.fault == PAST
    assert [shown(one.path) for one in inside.members] == ["/a/blobs/sha256/aa!/hole"]


def test_each_archive_past_the_bound_is_named(
    image: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        (image / f"boot/initrd-{number}").write_bytes(CPIO)
    few = partial(Allowance, bytes_left=2 * (len(CPIO) + (1 << 16)))
    monkeypatch.setattr(allowances, "Allowance", few)
    with_paths(rules, '"/boot/*", "/boot/*!/long"')
    assert found(image, "--implicit", rules) == {
        "CL095": ["/boot/initrd-2!/", "/boot/initrd-3!/"]
    }


def test_a_file_that_breaks_off_in_an_archive_is_named(
    image: Path, rules: Path
) -> None:
    (image / "boot/initrd").write_bytes(CPIO[:-1000])
    with_paths(rules, '"/boot/initrd"')
    assert found(image, "--implicit", rules) == {
        "CL095": ["/boot/initrd!/", "/boot/initrd!/long"]
    }


def test_a_layer_that_cannot_be_unpacked_is_named(image: Path, rules: Path) -> None:
    content = gzip.compress(layer({"long": LONG}))
    blob = image / "boot/oci/blobs/sha256/aa"
    blob.write_bytes(content[:12] + b"\xff" * 40)
    with_paths(rules, '"/boot/oci/**"')
    assert found(image, "--implicit", rules) == {
        "CL095": ["/boot/oci/blobs/sha256/aa!/"]
    }


def test_a_saved_container_that_breaks_off_is_named(image: Path, rules: Path) -> None:
    content = layer({"ab/layer.tar": layer({"long": LONG}), "manifest.json": b"[]"})
    (image / "boot/preloaded.tar").write_bytes(content[:30_000])
    with_paths(rules, '"/boot/*"')
    assert found(image, "--implicit", rules) == {"CL095": ["/boot/preloaded.tar!/"]}


def test_an_initramfs_is_looked_into_whatever_the_case_of_its_name(
    image: Path, rules: Path
) -> None:
    (image / "boot/INITRD.IMG").write_bytes(archive({"init": b"x"}))
    with_paths(rules, '"/boot/*"')
    assert found(image, "--implicit", rules) == {"CL095": ["/boot/INITRD.IMG!/init"]}


def test_an_initramfs_behind_many_zeros_is_looked_into(
    image: Path, rules: Path
) -> None:
    (image / "boot/initrd").write_bytes(bytes(4096) + archive({"init": b"x"}))
    (image / "boot/initrd-empty").write_bytes(bytes(4096))
    with_paths(rules, '"/boot/*"')
    assert found(image, "--implicit", rules) == {"CL095": ["/boot/initrd!/init"]}


def stray_files(image: Path) -> list[str]:
    """Write strays: many in two directories, one in another."""
    paths = [f"usr/{one}/{number}" for one in ("a", "b") for number in range(5)]
    for path in (*paths, "usr/c/single"):
        (image / path).parent.mkdir(exist_ok=True)
        (image / path).write_bytes(b"")
    return paths


def test_of_very_many_strays_a_directory_is_one_finding_that_names_each(
    image: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray_files(image)
    (image / "usr/a/new\nline").write_bytes(b"")
    monkeypatch.setattr(strays, "MOST_SINGLE", 11)
    monkeypatch.setattr(strays, "LEAST_FOLDED", 3)
    value = json.loads(audit(image, "--implicit", rules, "--format", "json").stdout)
    told = [one["message"] for one in value["findings"] if one["code"] == "CL095"]
    assert told == [
        (
            "/usr/a/*: no package and no rule has these 6 files: 0 / 1 / 2 / 3 / 4"
            " / new\\nline"
        ),
        "/usr/b/*: no package and no rule has these 5 files: 0 / 1 / 2 / 3 / 4",
        "/usr/c/single: no package and no rule has it",
    ]
    assert value["coverage"]["files"] - value["coverage"]["accounted"] == 12


def test_as_many_strays_as_people_read_are_findings_of_their_own(
    image: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = stray_files(image)
    monkeypatch.setattr(strays, "MOST_SINGLE", 11)
    monkeypatch.setattr(strays, "LEAST_FOLDED", 3)
    told = found(image, "--implicit", rules)["CL095"]
    assert told == [*(f"/{path}" for path in paths), "/usr/c/single"]


def test_another_stray_in_a_directory_of_many_is_another_finding(
    image: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray_files(image)
    monkeypatch.setattr(strays, "MOST_SINGLE", 1)
    monkeypatch.setattr(strays, "LEAST_FOLDED", 3)
    before = found(image, "--implicit", rules)["CL095"]
    (image / "usr/a/0").rename(image / "usr/a/9")
    after = found(image, "--implicit", rules)["CL095"]
    assert len(before) == len(after) == 3
    assert [one for one in after if one not in before] == after[:1]


def with_contents(image: Path, lines: str) -> None:
    path = image / "var/db/pkg/app-misc/tool-1/CONTENTS"
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")


def obj(path: str) -> str:
    return f"obj {path} d41d8cd98f00b204e9800998ecf8427e 1\n"


def test_a_chain_of_thousands_of_links_is_no_owner(image: Path, rules: Path) -> None:
    for number in range(2000):
        (image / f"usr/a{number}").symlink_to(f"a{number + 1}/x")
    with_contents(image, obj("/usr/a0/f"))
    told = found(image, "--implicit", rules)
    assert len(told["CL095"]) == 2000


def test_files_in_directories_of_thousands_of_levels_have_owners(
    image: Path, rules: Path
) -> None:
    deep = "/".join("d" * 2000)
    (image / "usr/short").symlink_to("..")
    (image / "usr/file").write_bytes(b"")
    with_contents(image, obj(f"/{deep}/f") + obj(f"/{deep}/{deep}/{deep}/f"))
    with_contents(image, obj("/usr/short/usr/short/usr/file"))
    assert found(image, "--implicit", rules) == {"CL095": ["/usr/short"]}


def test_a_link_to_the_root_leads_there(image: Path, rules: Path) -> None:
    (image / "usr/top").symlink_to("/")
    (image / "top-file").write_bytes(b"")
    with_contents(image, obj("/usr/top/top-file") + "sym /usr/top -> / 1\n")
    assert found(image, "--implicit", rules) == {}


@pytest.mark.parametrize("begin", ["obj", "sym"])
def test_lines_that_say_nothing_cost_no_more_each(begin: str) -> None:
    started = time.monotonic()
    told = listed(f"{begin} /x\n".encode() + b"x 1\n" * 200_000)
    assert time.monotonic() - started < 10
    assert not told.names
    assert sum(map(len, told.odd)) > 700_000


def test_a_database_that_lists_too_much_is_refused(
    image: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounting, "_MOST_LISTED", 1)
    with pytest.raises(InputError, match="lists more than 1 files of packages"):
        audit(image, "--implicit", rules)
