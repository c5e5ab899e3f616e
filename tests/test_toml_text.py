# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""TOML that the standard library's parser takes too long for, or trips over."""

from collections.abc import Callable
from pathlib import Path

import pytest
from command import one_line, run

from coos_license.accounting.policy_implicit import read_rules
from coos_license.components.cargo import parse_cargo_lock
from coos_license.corresponding.offer import parse_offer
from coos_license.errors import CoosLicenseError, ReadError
from coos_license.policy.policy_curations import parse_curations
from coos_license.policy.policy_file import parse_policy
from coos_license.trees.toml_text import parse_toml

BAD = {
    "parts": (".".join("a" * 20_000) + " = 1\n", "more than 16 parts"),
    "quoted": (" . ".join(["'a'", '"b"'] * 50) + " = 1\n", "more than 16 parts"),
    "table": ("[" + ".".join("a" * 20_000) + "]\n", "more than 16 parts"),
    "number": ("a = " + "9" * 5_000 + "\n", "a number is too long"),
    "nested": ("a = " + "[" * 100_000, "nested too deep"),
    "syntax": ("a = ", "is no TOML: "),
}


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD)
def test_what_goes_beyond_a_bound_is_no_toml(text: str, told: str) -> None:
    with pytest.raises(ReadError, match=told):
        parse_toml(text)


def test_long_texts_and_versions_are_no_long_keys() -> None:
    text = f'a = "{"1. " * 1_000}{"x" * 100_000}"\nb.c."d.e".f = 1.5 # {"." * 200}\n'
    assert parse_toml(text)["b"] == {"c": {"d.e": {"f": 1.5}}}


READERS: dict[str, Callable[[str], object]] = {
    "curations": lambda text: parse_curations(text, "x.toml"),
    "implicit": lambda text: read_rules(text, "x.toml", is_own=True),
    "lock": lambda text: parse_cargo_lock(text.encode()),
    "offer": lambda text: parse_offer(text, "x.toml"),
    "policy": lambda text: parse_policy(text, "x.toml", str),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("name", ["number", "parts"])
def test_every_reader_of_toml_has_the_bounds(
    reader: Callable[[str], object], name: str
) -> None:
    with pytest.raises(CoosLicenseError, match=r"is no TOML|200 dots"):
        reader(BAD[name][0])


def test_a_number_that_python_does_not_read_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(BAD["number"][0], encoding="utf-8")
    assert "a number is too long" in one_line(run("policy", "check", str(file)))
