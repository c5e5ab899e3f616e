# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``license.yaml`` and ``license.json``: what they say, refuse and contradict."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from builders_inventory import problems
from builders_vdb import raw
from hypothesis import given
from hypothesis import strategies as st

from coos_license.chromiumos.license_cache import (
    LicenseCache,
    ScannedText,
    parse_license_cache,
)
from coos_license.errors import ReadError
from coos_license.expression import Claim
from coos_license.model import Image, Inventory, RawPackage, TextKind
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import ship_all
from coos_license.resolve.texts import TextFinder

HEAD = "Scanned Source License zlib-1.2.13/LICENSE:\n\n"
NOTICE = "Copyright (C) 1995-2022 Jean-loup Gailly\n\nPermission is granted\n"
FIELDS: Mapping[str, Any] = {
    "sysroot": None,
    "category": "sys-libs",
    "name": "zlib",
    "version": "1.2.13",
    "revision": "1",
    "license_names": {"ZLIB"},
    "license_text_scanned": [HEAD + NOTICE],
    "homepages": ["https://zlib.net/"],
    "skip": False,
    "tainted": False,
    "ebuild_path": None,
}


def dumped(**changes: object) -> bytes:
    """Return the file as chromite writes it: a dump of the items of an object."""
    return yaml.dump(list({**FIELDS, **changes}.items())).encode()


def as_json(**changes: object) -> bytes:
    """Return the file as later chromite writes it: sets are sorted lists."""
    fields = {**FIELDS, "revision": 1, **changes}
    return json.dumps(fields, default=sorted).encode()


def package(
    content: bytes | None, name: str = "license.yaml", field: str = "ZLIB"
) -> RawPackage:
    """Return zlib with a cache."""
    one = raw("sys-libs/zlib-1.2.13-r1", license=field)
    cache = None if content is None else (name, content)
    values = {key: getattr(one, key) for key in RawPackage.__slots__}
    return RawPackage(**{**values, "license_cache": cache})


def resolved(one: RawPackage) -> Inventory:
    return build([one], TextFinder(()), ship_all([one]), Image())


def contradictions(one: RawPackage) -> list[str]:
    return [
        defect.message
        for defect in resolved(one).defects
        if defect.kind.name == "license-cache-mismatch"
    ]


EXPECTED = LicenseCache(
    category="sys-libs",
    name="zlib",
    version="1.2.13",
    revision="1",
    license_names=frozenset({"ZLIB"}),
    scanned=(ScannedText("zlib-1.2.13/LICENSE", NOTICE.encode()),),
    skip=False,
    tainted=False,
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("license.yaml", dumped()),
        ("license.yaml", yaml.dump(list(FIELDS.items()), default_flow_style=None)),
        ("license.json", as_json()),
    ],
)
def test_all_editions_say_the_same(name: str, content: bytes | str) -> None:
    data = content.encode() if isinstance(content, str) else content
    assert parse_license_cache(name, data) == EXPECTED


def test_the_keys_of_2020_and_python_2_are_read() -> None:
    content = b"""
- !!python/tuple [board, lakitu]
- !!python/tuple [!!python/unicode 'category', !!python/unicode 'net-misc']
- !!python/tuple [name, wget]
- !!python/tuple [version, 1.20]
- !!python/tuple [revision, null]
- !!python/tuple [license_names, !!set {GPL-3: null}]
- !!python/tuple
  - license_text_scanned
  - [!!binary "SvZyZw=="]
- !!python/tuple [tainted, null]
"""
    cache = parse_license_cache("license.yaml", content)
    assert (cache.category, cache.version, cache.revision) == ("net-misc", "1.20", "0")
    assert cache.license_names == {"GPL-3"}
    assert cache.scanned == (ScannedText("", "Jörg".encode()),)
    assert not cache.tainted


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"- !!python/object/apply:os.system [id]", "tag"),
        (b"- !!python/name:os.system ''", "tag"),
        (b"- [name, !!python/str x]", "tag"),
        (b"- [name, !!timestamp 2020-01-01]", "tag"),
        (b"- &a [name, *a]", "alias"),
        (b"a: &a [x]\nb: *a", "alias"),
        (b"[" * 200, "nested"),
        (b"[" * 20_000, "is "),  # the parser may have a limit of its own
        (b"- [" + b"x, " * 200_000 + b"x]", "too many"),
        (b"--- [a]\n--- [b]", "more than one document"),
        (b"{name: x}", "no list of pairs"),
        (b"- [name]", "no list of pairs"),
        (b"- [version, [1]]", "no text as version"),
        (b"- [license_names, 5]", "no list of texts as license_names"),
        (b"- [name, 'x", "is no YAML (line 1)"),
        (b"\xff\xfe\xff", "is no YAML"),
        (b"", "no list of pairs"),
    ],
)
def test_anything_else_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason.replace("(", r"\(").replace(")", r"\)")):
        parse_license_cache("license.yaml", content)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b'{"version": true}'])
def test_a_broken_json_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError):
        parse_license_cache("license.json", content)


@given(st.binary(max_size=300))
def test_bytes_give_a_cache_or_a_read_error(content: bytes) -> None:
    for name in ("license.yaml", "license.json"):
        try:
            parse_license_cache(name, content)
        except ReadError as error:
            assert str(error).isprintable()  # noqa: PT017 - either is right


@given(st.lists(st.text(max_size=40), max_size=4))
def test_texts_come_back_as_dumped(texts: list[str]) -> None:
    content = dumped(license_text_scanned=[HEAD + text for text in texts])
    cache = parse_license_cache("license.yaml", content)
    assert [one.content.decode() for one in cache.scanned] == texts


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/abs//x/./LICENSE", "abs/x/LICENSE"),
        ("a\x1b[1mb/COPYING", "a\\x1b[1mb/COPYING"),
    ],
)
def test_a_hostile_path_stays_inside(path: str, kept: str) -> None:
    text = f"Scanned Source License {path}:\n\nx"
    cache = parse_license_cache("license.json", as_json(license_text_scanned=[text]))
    assert cache.scanned[0].path == kept


def test_a_scanned_text_is_credited_with_its_copyright_line() -> None:
    (one,) = resolved(package(dumped())).packages
    use = one.texts[-1]
    assert use.kind is TextKind.CACHE
    assert use.path == (
        "root/var/db/pkg/sys-libs/zlib-1.2.13-r1/license.yaml/zlib-1.2.13/LICENSE"
    )
    assert one.copyrights == ("Copyright (C) 1995-2022 Jean-loup Gailly",)


def test_what_is_declared_comes_from_license_alone() -> None:
    (one,) = resolved(package(dumped(license_names={"GPL-2"}))).packages
    assert str(one.declared) == "Zlib"


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        (NOTICE, True),
        ("all documentation, are copyright (C) 1996-2019 Julian R Seward.\n", True),
        ("Permission is granted, as the copyright notice says\n", False),
        ("Copyright (c) <year> <copyright holders>\n", False),
    ],
)
def test_only_a_text_with_a_statement_settles_attribution(
    text: str, settled: bool
) -> None:
    content = dumped(license_text_scanned=[HEAD + text], license_names=set())
    found = problems(resolved(package(content, field="BSD")))
    assert (("missing-attribution", "BSD") not in found) == settled


def test_the_copyright_line_of_the_gpl_is_not_the_packages() -> None:
    gpl = "Copyright (C) 1989, 1991 Free Software Foundation, Inc.,\nand so on\n"
    ours = "Copyright (C) 2001 Somebody\n"
    content = dumped(license_text_scanned=[HEAD + gpl + ours], license_names={"GPL-2"})
    (one,) = resolved(package(content, field="GPL-2")).packages
    assert one.copyrights == ("Copyright (C) 2001 Somebody",)


def test_an_unreadable_cache_is_a_finding_and_the_rest_stands() -> None:
    found = resolved(package(b"- !!python/object:os.system []"))
    assert str(found.packages[0].declared) == "Zlib"
    assert ("unreadable-entry", "license.yaml") in problems(found)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "ZLIB"),
        ({"license_names": set()}, "MIT"),
        ({"license_names": {"GPL-2", "GPL-2+"}}, "GPL-2+"),
        ({"license_names": {"GPL-2"}}, "|| ( GPL-2 BSD )"),
        ({"license_names": set(), "skip": True}, "Proprietary-Binary"),
        ({"license_names": {"TAINTED"}, "tainted": True}, "TAINTED"),
        ({"category": None}, "ZLIB"),
    ],
)
def test_what_the_hook_changes_by_rule_is_no_contradiction(
    changes: Mapping[str, object], field: str
) -> None:
    assert contradictions(package(dumped(**changes), field=field)) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "bzip2"}, "license.yaml is of sys-libs/bzip2-1.2.13-r1"),
        ({"revision": None}, "license.yaml is of sys-libs/zlib-1.2.13"),
        (
            {"license_names": {"ZLIB", "GPL-2"}},
            "license.yaml names the licence GPL-2, LICENSE does not",
        ),
        ({"license_names": set()}, "LICENSE names ZLIB, license.yaml does not"),
        (
            {"tainted": True},
            "license.yaml says that the package is tainted, LICENSE does not",
        ),
    ],
)
def test_a_contradiction_is_a_finding(
    changes: Mapping[str, object], message: str
) -> None:
    assert contradictions(package(dumped(**changes))) == [message]


def test_google_code_under_bsd_may_be_bsd_google() -> None:
    one = raw("chromeos-base/x-1", license="BSD")
    content = dumped(
        category="chromeos-base",
        name="x",
        version="1",
        revision=None,
        license_names={"BSD-Google"},
    )
    values = {key: getattr(one, key) for key in RawPackage.__slots__}
    cached = RawPackage(**{**values, "license_cache": ("license.yaml", content)})
    assert contradictions(cached) == []


def test_json_counts_where_both_are_there() -> None:
    files = {"license.json": as_json(), "license.yaml": b"- !!python/object:x []"}
    one = raw("sys-libs/zlib-1.2.13-r1", license="ZLIB")
    assert one.license_cache is None
    from coos_license.portage.entry import parse_package  # noqa: PLC0415

    both = parse_package(one.id, one.place, {"LICENSE": b"ZLIB", **files}, {})
    assert both.license_cache == ("license.json", files["license.json"])
    assert resolved(both).packages[0].declared is not Claim.NOASSERTION
