# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The credits page as a document; tests/test_browser_credits.py drives it."""

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from builders import (
    META,
    make_hostile_inventory,
    make_inventory,
    make_package,
    make_rich_inventory,
    make_text,
    make_use,
)
from lxml import html

from coos_license import resources
from coos_license.errors import InputError
from coos_license.model import Image, Inventory, Obligation
from coos_license.render import credits as credits_page
from coos_license.render.words import OBLIGATION_WORDS, file_name
from coos_license.trees.text import clean

INVENTORIES: dict[str, Callable[[], Inventory]] = {
    "rich": make_rich_inventory,
    "hostile": make_hostile_inventory,
    "empty": lambda: make_inventory([], image=Image()),
}


def source(inventory: Inventory) -> str:
    return b"".join(credits_page.render(inventory, META)).decode()


def parsed(inventory: Inventory) -> html.HtmlElement:
    page: html.HtmlElement = html.document_fromstring(
        source(inventory), parser=html.HTMLParser(huge_tree=True)
    )
    return page


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def first(element: html.HtmlElement, tag: str) -> html.HtmlElement:
    return next(element.iter(tag))


def package_of(page: html.HtmlElement, anchor: str) -> html.HtmlElement:
    return next(a for a in page.iter("article") if a.get("id") == anchor)


def fact(package: html.HtmlElement, label: str) -> str:
    (found,) = package.xpath(".//dt[.=$label]/../dd", label=label)
    return words_of(found)


@pytest.mark.parametrize("name", INVENTORIES)
def test_ids_are_unique_and_links_inside_resolve(name: str) -> None:
    page = parsed(INVENTORIES[name]())
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not [id_ for id_ in ids if re.search(r"\s", id_) or not id_]
    inside = [href for href in page.xpath("//a/@href") if href.startswith("#")]
    assert {unquote(href[1:]) for href in inside} <= set(ids)
    for reference in page.xpath("//@aria-labelledby | //label/@for"):
        assert reference in ids


@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_texts_equal_the_cleaned_texts(name: str) -> None:
    inventory = INVENTORIES[name]()
    page = source(inventory)
    # The HTML parser of a browser drops the one newline; lxml's keeps it.
    assert page.count("<pre") == page.count('<pre dir="auto">\n')
    shown = [pre.text_content() for pre in parsed(inventory).iter("pre")]
    cleaned = [clean(text.text) for text in inventory.texts.values()]
    assert sorted(shown) == sorted(f"\n{text}" for text in cleaned)


def test_every_credited_package_has_its_place() -> None:
    inventory = make_rich_inventory()
    ids = parsed(inventory).xpath("//article[@class='package']/@id")
    assert sorted(ids) == sorted(package.id.cpv for package in inventory.credited)
    assert len(ids) == len(inventory.packages) - 1, "one of them is build-time only"


def test_package_and_text_point_at_each_other() -> None:
    page = parsed(make_rich_inventory())
    for package in page.xpath("//article[@class='package']"):
        for href in package.xpath(".//a[starts-with(@href, '#')]/@href"):
            text = page.get_element_by_id(unquote(href[1:]))
            back = {unquote(link[1:]) for link in text.xpath(".//li/a/@href")}
            assert package.get("id") in back


def test_facts_of_a_package() -> None:
    package = package_of(parsed(make_rich_inventory()), "app-arch/zstd-1.5.7-r1")
    assert words_of(first(package, "summary")) == (
        "app-arch/zstd 1.5.7-r1 BSD-3-Clause"
    )
    assert fact(package, "Declared") == "BSD-3-Clause OR GPL-2.0-only"
    assert fact(package, "Elected") == "BSD-3-Clause BSD is enough here."
    assert fact(package, "LICENSE field") == "|| ( BSD GPL-2 )"
    assert fact(package, "Copyright") == "Copyright (c) Meta Platforms"
    assert fact(package, "Texts") == "BSD-3-Clause GPL-2.0-only"
    assert fact(package, "Homepage") == "https://facebook.github.io/zstd/"
    assert [words_of(item) for item in package.xpath(".//dd[@class='owed']//li")] == [
        "include the license text",
        "keep the copyright notices",
    ]


@pytest.mark.parametrize(
    ("anchor", "said"),
    [
        ("app-shells/bash-5.2_p37", "No text was found for GPL-3+."),
        ("sys-apps/kmod-33", "linking unknown"),
        ("acct-group/audio-0-r3", "LICENSE fieldnot there"),
        ("acct-group/audio-0-r3", "None owed."),
        ("acct-group/audio-0-r3", "no license needed"),
        ("virtual/libc-1", "LICENSE fieldempty"),
        ("app-misc/odd-1", "not known"),
        ("app-misc/odd-1", "No license could be asserted"),
        ("dev-libs/c++-lib-1.0", "NOTICE file"),
    ],
)
def test_what_is_special_is_said(anchor: str, said: str) -> None:
    assert said in words_of(package_of(parsed(make_rich_inventory()), anchor))


def test_what_owes_no_text_stands_last_under_its_own_line() -> None:
    *_, last = parsed(make_rich_inventory()).xpath("//div[@class='group']")
    assert words_of(first(last, "p")) == "2 packages in this image owe no text:"
    assert last.xpath(".//article/@id") == ["acct-group/audio-0-r3", "virtual/libc-1"]


def test_a_text_that_is_license_here_and_notice_there() -> None:
    text = make_text("This product includes software\n", "Apache-2.0")
    packages = [
        make_package(("a", "b", "1"), texts=(make_use(text, "Apache-2.0"),)),
        make_package(("a", "c", "1"), notices=(text.sha256,)),
    ]
    page = parsed(make_inventory(packages, [text]))
    assert fact(package_of(page, "a/b-1"), "Texts") == "Apache-2.0"
    assert fact(package_of(page, "a/c-1"), "Texts") == "NOTICE file"
    assert page.xpath("//article[@class='text']//li/a/@href") == ["#a/b-1", "#a/c-1"]


def test_notice_file_is_headed_by_the_package_it_is_of() -> None:
    text = make_text("This product includes software\n", "NOTICE")
    packages = [make_package(("a", "c", "1"), notices=(text.sha256,))]
    page = parsed(make_inventory(packages, [text]))
    (heading,) = page.xpath("//article[@class='text']//h3")
    assert words_of(heading) == "a/c NOTICE file"


def test_only_the_web_becomes_links() -> None:
    package = package_of(parsed(make_rich_inventory()), "dev-libs/c++-lib-1.0")
    (outside,) = package.xpath(".//a[not(starts-with(@href, '#'))]")
    assert outside.get("href") == "http://example.org/a?b=c&d"
    assert outside.get("rel") == "noopener noreferrer nofollow"
    assert "ftp://old.example.org" in fact(package, "Homepage")


def test_numbers_of_the_header() -> None:
    page = parsed(make_rich_inventory())
    numbers = [words_of(div) for div in page.xpath("//dl[@class='numbers']/div")]
    assert numbers == [
        "packages credited7",
        "distinct licenses6",
        "distinct texts5",
    ]


@pytest.mark.parametrize(
    ("image", "title", "heading"),
    [
        (
            Image(name="Example OS", version="1.2"),
            "Credits - Example OS 1.2",
            "Example OS 1.2",
        ),
        (Image(name="Example OS"), "Credits - Example OS", "Example OS"),
        (Image(), "Credits", "Open source in this image"),
    ],
)
def test_title(image: Image, title: str, heading: str) -> None:
    page = parsed(make_inventory([], image=image))
    assert first(page, "title").text == title
    assert words_of(first(page, "h1")) == heading


def test_footer_says_by_what_when_and_that_it_is_no_advice() -> None:
    image = Image(supplier="Ada & Co", contact="https://example.org/source")
    footer = first(parsed(make_inventory([], image=image)), "footer")
    said = words_of(footer)
    assert "Made by coos-license 1.2.3 from package metadata, as of 2026-01-31." in said
    assert "not legal advice" in said
    assert "Supplied by Ada & Co. Contact: https://example.org/source" in said
    assert first(footer, "a").get("href") == "https://example.org/source"


def test_contact_that_is_no_address_of_the_web_is_text() -> None:
    image = Image(contact="javascript:alert(1)")
    footer = first(parsed(make_inventory([], image=image)), "footer")
    assert "javascript:alert(1)" in words_of(footer)
    assert footer.xpath(".//a/@href") == ["#packages"]


def test_policy_allows_the_pages_own_style_and_script_only() -> None:
    page = parsed(make_hostile_inventory())
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("style", "script"):
        (element,) = page.iter(tag)
        digest = base64.b64encode(
            hashlib.sha256((element.text or "").encode()).digest()
        )
        assert rules[f"{tag}-src"] == f"'sha256-{digest.decode()}'"
    assert set(rules) == {
        "default-src",
        "style-src",
        "script-src",
        "base-uri",
        "form-action",
    }
    assert not page.xpath("//@style | //@onclick | //@src | //link | //img | //iframe")


def test_hostile_values_stay_text() -> None:
    inventory = make_hostile_inventory()
    page = parsed(inventory)
    assert [element.tag for element in page.iter("script", "img", "svg", "b")] == [
        "script"
    ]
    said = page.text_content()
    for verbatim in ("</pre><script>", "{{ 7 * 7 }}", "{% raw %}", "<!--", "<U+202E>"):
        assert verbatim in said
    assert all(href.startswith("#") for href in page.xpath("//a/@href"))
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", source(inventory)
    )


def test_packages_of_one_name_keep_their_own_places() -> None:
    package = make_package(("a", "b", "1"))
    page = parsed(make_inventory([package, package]))
    assert page.xpath("//article/@id") == ["a/b-1", "a/b-1~2"]


def test_texts_of_one_id_have_anchors_of_their_own() -> None:
    texts = [make_text("one\n", "MIT"), make_text("two\n", "MIT")]
    package = make_package(
        ("a", "b", "1"), texts=tuple(make_use(t, "MIT") for t in texts)
    )
    page = parsed(make_inventory([package], texts))
    assert sorted(page.xpath("//article[@class='text']/@id")) == sorted(
        f"text/MIT-{text.sha256[:8]}" for text in texts
    )


def test_hashes_that_were_made_to_meet_do_not_mix_two_texts() -> None:
    first, second = make_text("one\n", "MIT"), make_text("two\n", "MIT")
    object.__setattr__(first, "sha256", "0" * 63 + "1")
    object.__setattr__(second, "sha256", "0" * 63 + "2")
    package = make_package(
        ("a", "b", "1"), texts=(make_use(first, "MIT"), make_use(second, "MIT"))
    )
    ids = parsed(make_inventory([package], [first, second])).xpath(
        "//article[@class='text']/@id"
    )
    assert ids == [f"text/MIT-{'0' * 63}{digit}" for digit in "12"]


def test_filters_offer_what_is_there_with_counts() -> None:
    page = parsed(make_rich_inventory())
    licenses = [words_of(o) for o in page.xpath("//select[@id='by-license']/option")]
    assert licenses == [
        "Any license",
        "BSD-3-Clause (1)",
        "GPL-2.0-only (2)",
        "GPL-3.0-or-later (1)",
        "MIT (1)",
        "NOASSERTION: not known (1)",
        "NONE: no license needed (2)",
    ]
    obligations = [
        words_of(o) for o in page.xpath("//select[@id='by-obligation']/option")
    ]
    assert obligations == [
        "Any obligation",
        "Include the license text (3)",
        "Keep the copyright notices (1)",
        "Make the source available (2)",
    ]


def test_every_obligation_has_words() -> None:
    assert set(OBLIGATION_WORDS) == set(Obligation)


def test_same_input_same_bytes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = source(make_rich_inventory())
    monkeypatch.setattr(credits_page, "_CHUNK", 1)
    pieces = list(credits_page.render(make_rich_inventory(), META))
    assert len(pieces) > 10
    assert b"".join(pieces).decode() == whole


def test_file_name_is_never_hidden_or_an_option() -> None:
    for name in ("", ".", "..", ".x", "-x", "/", "\0"):
        assert re.fullmatch(r"_[A-Za-z0-9.+_-]*", file_name(name))


def test_templates_are_found_in_a_wheel_and_in_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "coos_license"
    (tmp_path / "templates").mkdir(parents=True)
    with pytest.raises(InputError, match="templates are missing"):
        resources.templates(package)
    (tmp_path / "pyproject.toml").touch()
    assert resources.templates(package) == tmp_path / "templates"
    (package / "templates").mkdir(parents=True)
    assert resources.templates(package) == package / "templates"
