# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A rule for implicit components that claims too much is a finding."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from builders_installed import install_mit
from test_accounting import RULES, TOOL, audit
from test_accounting_archives import LINK, archive, member
from test_implicit import rule

from coos_license.accounting.policy_implicit import PRESETS, read_rules
from coos_license.accounting.policy_over_broad import Claimed, over_broad
from coos_license.accounting.programs import is_program
from coos_license.resources import implicit

EXEC, DYN, RELOCATABLE = 2, 3, 1
INTERP, LOAD = 3, 1


def elf(kind: int, *segments: int, wide: bool = True, order: str = "<") -> bytes:
    """Return the head of an ELF file with segments of these types (ELF-64, ELF-32)."""
    ident = b"\x7fELF" + bytes((1 + wide, 1 if order == "<" else 2, 1)) + bytes(9)
    word, size, entry = ("Q", 64, 56) if wide else ("I", 52, 32)
    head = ident + struct.pack(
        *(f"{order}HHI{word}{word}{word}IHHH", kind, 62, 1, 0, size, 0, 0, size),
        *(entry, len(segments)),
    )
    table = b"".join(
        struct.pack(f"{order}I", one) + bytes(entry - 4) for one in segments
    )
    return head.ljust(size, b"\0") + table + bytes(16)


@pytest.mark.parametrize("wide", [True, False], ids=["64", "32"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
def test_a_program_is_told_from_a_library(*, wide: bool, order: str) -> None:
    how: dict[str, Any] = {"wide": wide, "order": order}
    assert is_program(elf(EXEC, LOAD, **how))
    assert is_program(elf(DYN, LOAD, INTERP, **how))
    assert not is_program(elf(DYN, LOAD, LOAD, **how))
    assert not is_program(elf(RELOCATABLE, **how))


@pytest.mark.parametrize(
    "head",
    [
        *(b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF" + bytes(100)),
        elf(DYN, LOAD, INTERP)[:70],
        elf(DYN).replace(struct.pack("<Q", 64), b"\xff" * 8, 1),
        elf(DYN)[:54] + b"\0\0\xff\xff" + bytes(4096),
    ],
    ids=["empty", "script", "cut", "nothing", "no-table", "far-table", "no-size"],
)
def test_what_breaks_off_is_no_program(head: bytes) -> None:
    assert not is_program(head)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    root = tmp_path / "image"
    install_mit(root, "app-misc/tool-1", TOOL)
    (root / "opt/vendor").mkdir(parents=True)
    return root


def told(image: Path, text: str) -> list[str]:
    """Return the messages about rules that claim too much."""
    rules = image.parent / "implicit.toml"
    rules.write_text(RULES + text, encoding="utf-8")
    found = audit(image, "--implicit", rules, "--format", "json").stdout
    return [
        one["message"]
        for one in json.loads(found)["findings"]
        if one["code"] == "CL077"
    ]


def licensed(path: str) -> str:
    """Return a rule for a path."""
    return rule("vendor", path, 'license = "LicenseRef-Vendor"')


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/**", "the root"),
        ("/**/*", "the root"),
        ("/*/*/*", "the root"),
        ("/{version}/**", "the root"),
        ("/opt/**", "a directory of the root"),
        ("/opt/*/**", "a directory of the root"),
        ("/opt/*/*", "a directory of the root"),
    ],
)
def test_a_path_that_takes_all_is_named_with_its_share(
    image: Path, path: str, where: str
) -> None:
    (image / "opt/vendor/file").write_bytes(b"x")
    (message,) = told(image, licensed(path))
    assert message == (
        f"the rule of line 11, vendor, has 1 of 11 files (9.09 %): {path} takes all"
        f" that is below {where}"
    )


@pytest.mark.parametrize(
    "path", ["/opt/vendor/**", "/opt/v*/**", "/opt/**/file", "/opt/vendor/*"]
)
def test_a_path_that_says_whose_files_it_takes_is_good(image: Path, path: str) -> None:
    (image / "opt/vendor/file").write_bytes(b"x")
    assert told(image, licensed(path)) == []


def programs(image: Path, count: int, others: int) -> None:
    """Write programs, and files that are none, into one directory."""
    for number in range(count):
        (image / f"opt/vendor/p{number}").write_bytes(elf(DYN, INTERP))
    for number in range(others):
        (image / f"opt/vendor/q{number}").write_bytes(elf(DYN, LOAD))


def test_a_component_of_programs_is_named(image: Path) -> None:
    programs(image, 10, 10)
    (message,) = told(image, licensed("/opt/vendor/**"))
    assert message.endswith(": 10 of 20 that were looked at are programs")


@pytest.mark.parametrize(("count", "others"), [(9, 0), (10, 11)])
def test_a_component_with_few_programs_is_good(
    image: Path, count: int, others: int
) -> None:
    programs(image, count, others)
    assert told(image, licensed("/opt/vendor/**")) == []


def test_links_to_programs_are_no_programs_and_hide_none(image: Path) -> None:
    programs(image, 10, 0)
    for number in range(40):
        (image / f"opt/vendor/l{number}").symlink_to("p0")
    (message,) = told(image, licensed("/opt/vendor/**"))
    assert message.endswith(": 10 of 10 that were looked at are programs")


def test_the_files_that_are_opened_are_bounded(image: Path) -> None:
    programs(image, 150, 0)
    (message,) = told(image, licensed("/opt/vendor/**"))
    assert message.endswith(": 50 of 50 that were looked at are programs")


def test_programs_in_an_archive_count(image: Path) -> None:
    (image / "boot").mkdir()
    files = {f"bin/p{number}": elf(EXEC, LOAD) for number in range(12)}
    links = [member(f"bin/l{number}", b"p0", LINK) for number in range(40)]
    (image / "boot/initrd.img").write_bytes(archive(files, *links))
    text = rule("initramfs", "/boot/initrd.img!/**", 'license = "MIT"')
    text = text.replace('/**"]', '/**", "/boot/initrd.img"]')
    (message,) = told(image, text)
    assert message.endswith(": 12 of 13 that were looked at are programs")


@pytest.mark.parametrize("preset", PRESETS)
def test_no_rule_of_a_preset_takes_all(preset: str) -> None:
    for one in read_rules(implicit(preset), preset, is_own=False):
        claimed = Claimed([f"usr/x{number}" for number in range(100)])
        assert list(over_broad(one, claimed, 100, lambda _: False)) == []


def test_a_partition_of_many_files_is_not_taken_as_a_whole() -> None:
    (one,) = read_rules(
        "schema = 1\n" + licensed("STATE:/**"), "rules.toml", is_own=True
    )
    paths = ["//STATE/home/a", "//STATE/home/b"]
    (found,) = over_broad(one, Claimed(paths), 10, lambda _: False)
    assert found.message.endswith("STATE:/** takes all of a partition")
    assert list(over_broad(one, Claimed(paths[:1]), 10, lambda _: False)) == []
