# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--offer``: who offers the source, and what is said where nobody does."""

import json
from pathlib import Path

import pytest
from builders_corresponding import OFFER, Places, write_places
from command import one_line, run


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def offered(places: Places, text: str, *more: str) -> tuple[int, dict[str, str]]:
    """Return exit code and files at the top of a bundle with that offer."""
    places.offer.write_text(text, encoding="utf-8")
    result = run(*places.arguments(*more))
    tops = (path for path in places.out.iterdir() if path.suffix == ".txt")
    found = {path.name: path.read_text(encoding="utf-8") for path in tops}
    return result.returncode, found


def test_a_written_offer_says_what_the_gpl_wants(places: Places) -> None:
    code, found = offered(places, OFFER, "--image-name", "Mini")
    assert code == 0
    (text,) = [" ".join(text.split()) for text in found.values()]
    assert list(found) == ["WRITTEN-OFFER.txt"]
    for words in (
        "Example Corporation offers to give any third party, until 2099-06-30",
        "machine-readable copy of the corresponding source code",
        "no more than the cost of physically performing the distribution",
        "1 Example Street, Example City; source@example.com",
        "Mini",
        "sys-apps/busybox-1.36.1",
    ):
        assert words in text


def test_without_an_offer_there_is_a_template_and_an_error(places: Places) -> None:
    arguments = places.arguments()[:-2]
    assert run(*arguments).returncode == 1
    template = places.out / "WRITTEN-OFFER.TEMPLATE.txt"
    assert template.read_text(encoding="utf-8").startswith("THIS IS A TEMPLATE")
    page = (places.out / "index.html").read_text(encoding="utf-8")
    assert "Nobody has said how to get it" in page
    found = json.loads((places.out / "findings.json").read_bytes())["findings"]
    assert "CL093" in [one["code"] for one in found]


def test_an_offer_replaces_the_template(places: Places) -> None:
    run(*places.arguments()[:-2])
    assert list(offered(places, OFFER)[1]) == ["WRITTEN-OFFER.txt"]


def test_nothing_is_offered_where_nothing_is_owed(places: Places) -> None:
    for entry in (places.sysroot / "var/db/pkg").glob("*/*/LICENSE"):
        entry.write_text("MIT\n", encoding="utf-8")
    assert run(*places.arguments()[:-2]).returncode == 0
    assert list(places.out.glob("*.txt")) == []


def test_the_same_place_names_the_place(places: Places) -> None:
    text = 'schema = 1\nway = "same-place"\nofferor = "Example"\nplace = "e.example"\n'
    code, found = offered(places, text)
    assert (code, list(found)) == (0, ["SOURCE-NOTICE.txt"])
    said = " ".join(found["SOURCE-NOTICE.txt"].split())
    assert "at no further charge: e.example" in said


def test_source_that_goes_along_is_said_to(places: Places) -> None:
    text = 'schema = 1\nway = "accompanied"\nofferor = "Example"\n'
    assert list(offered(places, text)[1]) == ["SOURCE-NOTICE.txt"]


def test_an_offer_that_is_over_is_an_error(places: Places) -> None:
    assert offered(places, OFFER, "--as-of", "2099-06-30")[0] == 0
    assert offered(places, OFFER, "--as-of", "2099-07-01")[0] == 1


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2099-06-30", "2099-06-29", "must be 2099-06-30 or later"),
        ('address = "1 Example Street, Example City"\n', "", "lacks address"),
        ('"written-offer"', '"hearsay"', "there is no way 'hearsay'"),
        ("schema = 1", "schema = 2", "must say schema = 1"),
        ("schema = 1", "schema = ", "is no TOML"),
        ("address =", "adress =", "did you mean 'address'?"),
        ("2096-06-30", '"2096-06-30"', "must be a date"),
        ("schema = 1", "schema = 1\nsupport-until = 2100-01-01", "before support-unt"),
        ("2096-06-30", "9999-12-31", "must be 9999-12-31 or later"),
    ],
)
def test_an_offer_that_is_not_good_is_one_line(
    places: Places, before: str, after: str, told: str
) -> None:
    assert before in OFFER
    places.offer.write_text(OFFER.replace(before, after, 1), encoding="utf-8")
    line = one_line(run(*places.arguments()))
    assert told in line
    assert line.rstrip().endswith("see docs/corresponding-source.md")
    assert not places.out.exists()


def test_leap_days_are_taken_for_the_first_of_march(places: Places) -> None:
    text = OFFER.replace("2096-06-30", "2096-02-29")
    text = text.replace("2099-06-30", "2099-02-28")
    places.offer.write_text(text, encoding="utf-8")
    assert "must be 2099-03-01 or later" in one_line(run(*places.arguments()))
