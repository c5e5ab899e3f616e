# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Single values of a bill of materials: what has no valid form is left out."""

import json
from dataclasses import replace

import pytest
from spdx_builders import (
    IMAGE,
    assert_valid_and_equal,
    inventory,
    json_bytes,
    only_package,
    package,
)

from coos_license.bom.wellformed import (
    agent,
    download_location,
    purl_locators,
    timestamp,
    web_page,
)
from coos_license.model import Image, Shipped
from coos_license.render.spdx_values import actor, single_line


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "ftp://example.org/",
        "example.org",
        "http://localhost/",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        'https://example.org/"><script>',
        "https://example.org/%zz",
        "https://bücher.example/",
        "https://example.org/\n",
        "",
    ],
)
def test_what_is_no_web_page_is_left_out(uri: str) -> None:
    assert web_page((uri,)) == ""
    assert "homepage" not in only_package(package("a", "b", "1", homepage=(uri,)))


def test_the_first_web_page_is_taken() -> None:
    pages = ("irc://example.org", "HTTPS://Example.ORG:80/~a?b=c#d", "http://b.org")
    assert web_page(pages) == "HTTPS://Example.ORG:80/~a?b=c#d"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://example.museum/a-1.tar.gz", None),
        ("ftp://ftp.example.org/a.tar", None),
        ("git+https://example.org/a.git@0123abcd#sub", None),
        ("NONE", None),
        ("mirror://gnu/a.tar.gz", ""),
        ("", ""),
        ("https://example.org/a\nPackageName: x", ""),
    ],
)
def test_download_location(uri: str, expected: str | None) -> None:
    taken = uri if expected is None else expected
    found = inventory([package("a", "b", "1", download_location=uri)])
    assert download_location(uri) == taken
    assert_valid_and_equal(found)
    written = json.loads(json_bytes(found))["packages"][1]["downloadLocation"]
    assert written == (taken or "NOASSERTION")


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        (None, None, None),
        ("", "a@b.org", None),
        ("( )", None, None),
        ("Organization:", None, None),
        ("Example: Tools", None, "Organization: Example: Tools"),
        ("Person: Jane Doe (j@b.org)", "a@b.org", "Person: Jane Doe (j@b.org)"),
        ("Example", "https://example.org", "Organization: Example"),
        ("Example", "a@b.org", "Organization: Example (a@b.org)"),
        ("a\nCreator: Tool: b", None, "Organization: a Creator: Tool: b"),
    ],
)
def test_actor(name: str | None, email: str | None, expected: str | None) -> None:
    found = agent(name, email)
    assert (actor(found) if found else None) == expected


def test_single_values() -> None:
    assert single_line("2026-01-31T00:00:00Z") == '"2026-01-31T00:00:00Z"'
    assert single_line("SPDX") == "SPDX"
    purls = ("pkg:ebuild/a/b c@1", "pkg:ebuild/a/b%20c@1")
    assert purl_locators(*purls) == purls[1:]
    assert timestamp(-1) == ""
    assert timestamp(10**12) == ""
    assert timestamp(253_402_300_799) == "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("image", "purl"),
    [
        (replace(IMAGE, milestone="105"), "pkg:cos/zstd@18244.151.14?distro=cos-105"),
        (replace(IMAGE, milestone="105", version=None), None),
        (IMAGE, None),
    ],
)
def test_what_is_in_cos_has_the_purl_proposed_for_it(
    image: Image, purl: str | None
) -> None:
    found = inventory(
        [
            package("app-arch", "zstd", "1"),
            package("sys-devel", "gcc", "1", shipped=Shipped.BUILD_TIME),
        ],
        image=image,
    )
    document = json.loads(json_bytes(found))
    purls = [
        [one["referenceLocator"] for one in found["externalRefs"]]
        for found in document["packages"][1:]
    ]
    expected = ["pkg:ebuild/app-arch/zstd@1"]
    assert purls == [
        [*expected, *([purl] if purl else [])],
        ["pkg:ebuild/sys-devel/gcc@1"],
    ]
    assert ('"cos" is a proposal' in document["comment"]) is (
        image.milestone is not None
    )
    assert_valid_and_equal(found)
