# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Curations: bound to what was looked at, applied while that holds, never silent."""

import json
import tomllib
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from builders_inventory import STOCK, inventory, opened, problems
from builders_vdb import raw, write_repository
from command import OVERLAYS, SYSROOT, one_line, run

from coos_license.audit.policy_gate import audit
from coos_license.errors import PolicyError
from coos_license.model import Inventory
from coos_license.policy.curate import curate, expired
from coos_license.policy.policy_curations import Curation, parse_curations
from coos_license.policy.suggest import suggestions
from coos_license.portage.repository import Repository

BASE = """
id = "one"
package = "a/b"
reason = "incorrect-license"
owner = "me@example.com"
evidence = ["ticket 1"]
expires = 2027-01-01
"""


@pytest.fixture
def repositories(tmp_path: Path) -> Iterable[tuple[Repository, ...]]:
    """A stock repository."""
    path = write_repository(tmp_path / "stock", "portage-stable", STOCK)
    with ExitStack() as trees:
        yield opened([path], trees)


def parsed(*entries: str) -> tuple[Curation, ...]:
    """Return the curations with these lines besides the base; ids are numbered."""
    text = "schema = 1\n"
    for number, entry in enumerate(entries):
        base = BASE.replace('"one"', f'"c{number}"')
        text += f"[[curations]]\n{base}{entry}\n"
    return parse_curations(text, "curations.toml")


def curated(
    repositories: tuple[Repository, ...], field: str | None, *entries: str
) -> Inventory:
    """Return the inventory of a/b-1.2 under the curations."""
    files = {} if field is None else {"license": field}
    package = raw("a/b-1.2", repository="portage-stable", **files)
    return curate(inventory(repositories, package), parsed(*entries))


def test_without_curations_nothing_changes(
    repositories: tuple[Repository, ...],
) -> None:
    before = inventory(repositories, raw("a/b-1", license="GPL-2"))
    assert curate(before, ()) is before


def test_a_conclusion_leaves_what_is_declared(
    repositories: tuple[Repository, ...],
) -> None:
    found = curated(repositories, "GPL-2", 'conclude = "Zlib"\nlicense = "GPL-2"')
    (package,) = found.packages
    assert str(package.declared) == "GPL-2.0-only"
    assert str(package.concluded) == str(package.effective) == "Zlib"
    assert "source" not in package.obligations
    assert [one.id for one in package.curations] == ["c0"]
    assert package.texts[-1].path.endswith("/Zlib")
    assert package.texts[-1].sha256 in found.texts


@pytest.mark.parametrize("field", [None, "GPL-2 )", "Nope-1"])
def test_a_conclusion_answers_what_license_leaves_open(
    repositories: tuple[Repository, ...], field: str | None
) -> None:
    bound = "" if field is None else f'license = "{field}"\n'
    found = curated(repositories, field, f'{bound}versions=["=1.2"]\nconclude="Zlib"')
    names = {name for name, _ in problems(found)}
    assert names.isdisjoint({"missing-license", "license-syntax", "unknown-license"})
    assert str(found.packages[0].effective) == "Zlib"


def test_a_conclusion_without_a_text_or_notice_is_told(
    repositories: tuple[Repository, ...],
) -> None:
    entry = 'conclude = "BSD-3-Clause AND LicenseRef-own"\nlicense = "GPL-2"'
    found = problems(curated(repositories, "GPL-2", entry))
    assert ("missing-attribution", "BSD-3-Clause") in found
    assert ("missing-license-text", "LicenseRef-own") in found
    entry += '\ncopyrights = ["Copyright 2020 A"]'
    found = problems(curated(repositories, "GPL-2", entry))
    assert ("missing-attribution", "BSD-3-Clause") not in found


def test_the_first_conclusion_counts(repositories: tuple[Repository, ...]) -> None:
    bound = 'license = "GPL-2"\n'
    entries = (f'{bound}conclude = "Zlib"', f'{bound}conclude = "MIT"')
    found = curated(repositories, "GPL-2", *entries)
    assert str(found.packages[0].effective) == "Zlib"
    assert ("curation-unused", "c1") in problems(found)


def test_an_exception_is_bound(repositories: tuple[Repository, ...]) -> None:
    entry = (
        'conclude = "GPL-3.0-or-later WITH GCC-exception-3.1"\n'
        'license = "GPL-3 gcc-runtime-library-exception-3.1"'
    )
    field = "GPL-3 gcc-runtime-library-exception-3.1"
    found = curated(repositories, field, entry)
    assert "bare-exception" not in {name for name, _ in problems(found)}


def test_an_election_by_curation_is_recorded(
    repositories: tuple[Repository, ...],
) -> None:
    found = curated(repositories, "|| ( GPL-2 MIT )", 'elect = "MIT"')
    (package,) = found.packages
    assert str(package.effective) == "MIT"
    assert package.elections[0].by == "curation c0"
    assert "choice-unset" not in {name for name, _ in problems(found)}


def test_what_cannot_be_elected_is_rejected(
    repositories: tuple[Repository, ...],
) -> None:
    field = "|| ( GPL-2 gcc-runtime-library-exception-3.1 )"
    reference = "LicenseRef-gentoo-gcc-runtime-library-exception-3.1"
    found = curated(repositories, field, f'elect = "{reference}"')
    assert ("election-rejected", reference) in problems(found)


def test_a_copyright_line_settles_attribution(
    repositories: tuple[Repository, ...],
) -> None:
    found = curated(repositories, "BSD", 'copyrights = ["Copyright 2020 A"]')
    assert found.packages[0].copyrights == ("Copyright 2020 A",)
    assert "missing-attribution" not in {name for name, _ in problems(found)}


@pytest.mark.parametrize(
    ("versions", "applies"),
    [
        ('[">=1.0", "<1.3"]', True),
        ('["~1.2"]', True),
        ('["=1.2-r1"]', False),
        ('["<1.2"]', False),
        ('[">1.2"]', False),
    ],
)
def test_versions_are_those_of_pms(
    repositories: tuple[Repository, ...], versions: str, applies: bool
) -> None:
    entry = f'versions = {versions}\nelect = "MIT"'
    found = curated(repositories, "|| ( GPL-2 MIT )", entry)
    assert bool(found.packages[0].curations) == applies
    assert (("curation-unused", "c0") in problems(found)) != applies


def test_white_space_of_license_is_no_drift(
    repositories: tuple[Repository, ...],
) -> None:
    entry = 'license = "||  ( GPL-2 MIT )"\nelect = "MIT"'
    assert curated(repositories, "|| ( GPL-2 MIT )", entry).packages[0].curations


@pytest.mark.parametrize(
    "bound",
    [
        'license = "GPL-2+"',
        f'[[curations.files]]\npath="portage-stable/licenses/BSD"\nsha256="{"0" * 64}"',
        f'[[curations.files]]\npath="portage-stable/licenses/x"\nsha256="{"0" * 64}"',
    ],
)
def test_a_drifted_curation_is_told_and_not_applied(
    repositories: tuple[Repository, ...], bound: str
) -> None:
    found = curated(repositories, "BSD", f'copyrights = ["(c) 2020 A"]\n{bound}')
    assert found.packages[0].copyrights == ()
    assert ("curation-drifted", "c0") in problems(found)
    assert ("curation-unused", "c0") not in problems(found)


def test_a_pinned_text_that_is_as_it_was(
    repositories: tuple[Repository, ...],
) -> None:
    (before,) = inventory(
        repositories, raw("a/b-1.2", license="BSD", repository="portage-stable")
    ).packages
    pin = before.texts[0]
    entry = (
        'copyrights = ["(c) 2020 A"]\n[[curations.files]]\n'
        f'path = "{pin.path}"\nsha256 = "{pin.sha256}"'
    )
    assert curated(repositories, "BSD", entry).packages[0].copyrights


@pytest.mark.parametrize(
    ("bound", "broad"),
    [
        ("", True),
        ('versions = [">=1"]', True),
        ('versions = ["<2"]', False),
        ('license = "GPL-2"', False),
    ],
)
def test_a_conclusion_that_nothing_binds_is_over_broad(
    repositories: tuple[Repository, ...], bound: str, broad: bool
) -> None:
    found = curated(repositories, "GPL-2", f'conclude = "Zlib"\n{bound}')
    assert (("curation-over-broad", "c0") in problems(found)) == broad


@pytest.mark.parametrize(
    ("today", "count"), [(date(2027, 1, 1), 0), (date(2027, 1, 2), 1)]
)
def test_a_curation_is_good_until_its_day(today: date, count: int) -> None:
    assert len(expired(parsed('elect = "MIT"'), today)) == count


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("schema = 2\ncurations = []", "must say schema = 1"),
        ("schema = 1", "the file lacks curations"),
        ("schema = 1\ncurations = {}", "must be a list of tables"),
        ("schema = 1\ncuration = []", "did you mean 'curations'?"),
        ("schema = 1\ncurations = [1]", "curations[0] must be a table"),
        ("schema = [", "is no TOML"),
    ],
)
def test_a_broken_file_is_refused(text: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_curations(text, "curations.toml")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("", "does nothing"),
        ('elect = "MIT"\nversion = ["<1"]', "did you mean 'versions'?"),
        ('elect = "MTI"', "not on the SPDX list"),
        ('elect = ""', "elect must be a text of one line"),
        ('conclude = "a\\u001bb"', "conclude must be a text of one line"),
        ('elect = "MIT"\nversions = []', "versions must be a list that is not empty"),
        ('elect = "MIT"\nversions = ["x"]', "'x' is no version"),
        ('elect = "MIT"\nfiles = 1', "files must be a list of tables"),
        (
            'elect = "MIT"\nfiles = [{path = "a", sha256 = "0"}]',
            "files[0].sha256 must be 64 digits",
        ),
        ("copyrights = [1]", "copyrights[0] must be a text"),
    ],
)
def test_a_broken_entry_is_named(entry: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parsed(entry)
    assert "curations[0]" in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"one"', '"a b"', "id is made of"),
        ('"a/b"', '"a/*"', "package must be category/name"),
        ('"incorrect-license"', '"because"', "not one of missing-license"),
        ("2027-01-01", '"2027-01-01"', "must be a date"),
        ("2027-01-01", "2027-01-01T00:00:00", "must be a date"),
        ('evidence = ["ticket 1"]', "", "lacks evidence"),
    ],
)
def test_what_every_entry_must_have(old: str, new: str, reason: str) -> None:
    entry = f"{BASE.replace(old, new)}elect = 'MIT'"
    with pytest.raises(PolicyError) as caught:
        parse_curations(f"schema = 1\n[[curations]]\n{entry}", "curations.toml")
    assert reason in str(caught.value)


def test_two_of_one_id_are_refused() -> None:
    entry = f"[[curations]]\n{BASE}elect = 'MIT'\n"
    with pytest.raises(PolicyError, match="two curations of the id 'one'"):
        parse_curations(f"schema = 1\n{entry}{entry}", "curations.toml")


def test_a_suggestion_is_accepted_once_it_is_filled_in(
    repositories: tuple[Repository, ...],
) -> None:
    package = raw("a/b-1.2", license="BSD Nope", repository="portage-stable")
    before = inventory(repositories, package)
    found = audit(before, epoch_known=True)
    text = "\n".join(suggestions(before, found, "me", date(2026, 1, 1)))
    with pytest.raises(PolicyError):
        parse_curations(text, "x")
    filled = text.replace('[""]', '["(c) 2020 A"]').replace('= ""', '= "BSD-3-Clause"')
    after = curate(before, parse_curations(filled, "x"))
    names = {name for name, _ in problems(after)}
    assert names.isdisjoint({"missing-attribution", "unknown-license"})
    assert "curation-drifted" not in names


def test_a_suggestion_holds_a_long_license_in_full(
    repositories: tuple[Repository, ...],
) -> None:
    field = f"BSD {' '.join(f'Nope-{number}' for number in range(100))}"
    before = inventory(repositories, raw("a/b-1.2", license=field))
    found = audit(before, epoch_known=True)
    text = "\n".join(suggestions(before, found, "me\x1b\udcff", date(2026, 1, 1)))
    assert "\x1b" not in text
    entries = tomllib.loads(text)["curations"]
    assert {one["license"] for one in entries} == {field}
    assert {one["owner"] for one in entries} == {"me\x1b\\U0000dcff"}


def test_where_nothing_is_missing_nothing_is_suggested(
    repositories: tuple[Repository, ...],
) -> None:
    package = raw("a/b-1", license="GPL-2", repository="portage-stable")
    lines = suggestions(inventory(repositories, package), (), "me", date(2026, 1, 1))
    assert tomllib.loads("\n".join(lines)) == {"schema": 1, "curations": []}


# The command line


ENTRY = f"""schema = 1
[[curations]]
{BASE.replace("a/b", "sys-libs/libcap").replace("incorrect-license", "election")}
elect = "BSD-3-Clause"
comment = "no source offer needed"
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file with one curation, good until the end of 2026."""
    path = tmp_path / "curations.toml"
    path.write_text(ENTRY, "utf-8")
    return str(path)


def test_explain_shows_who_answers(file: str) -> None:
    shown = run("explain", SYSROOT, "libcap", *OVERLAYS, "--curations", file)
    text = shown.stdout.decode()
    assert "effective   BSD-3-Clause" in text
    assert "curated     one: election\n" in text
    assert "owner me@example.com" in text


def test_expiry_fails_the_gate_and_is_in_no_file(file: str, tmp_path: Path) -> None:
    arguments = (SYSROOT, *OVERLAYS, "--curations", file)
    outputs = []
    for day, code in (("2027-01-01", 0), ("2027-01-02", 1)):
        target = tmp_path / day
        options = ("-o", str(target), "--as-of", day)
        assert run("generate", *arguments, *options).returncode == code
        outputs.append((target / "SHA256SUMS").read_bytes())
        told = run("audit", *arguments, "--as-of", day, "--format", "json")
        found = json.loads(told.stdout)["findings"]
        assert told.returncode == code
        assert ("CL056" in {one["code"] for one in found}) == bool(code)
    assert outputs[0] == outputs[1]


def test_lint_looks_at_the_file_alone_and_at_a_source(
    file: str, tmp_path: Path
) -> None:
    day = ("--as-of", "2026-01-01")
    assert run("curations", "lint", file, *day).returncode == 0
    assert run("curations", "lint", file, SYSROOT, *OVERLAYS, *day).returncode == 0
    late = run("curations", "lint", file, "--as-of", "2030-01-01")
    assert late.returncode == 1
    assert b"1 curation, 1 to look at" in late.stdout
    other = tmp_path / "other.toml"
    other.write_text(ENTRY.replace("libcap", "libcup"), "utf-8")
    unused = run("curations", "lint", str(other), SYSROOT, *OVERLAYS, *day)
    assert unused.returncode == 1
    assert b"CL057 curation-unused" in unused.stdout


def test_suggest_prints_a_file(tmp_path: Path) -> None:
    shown = run("curations", "suggest", SYSROOT, *OVERLAYS, "--owner", "me")
    table = tomllib.loads(shown.stdout.decode())
    assert {one["package"] for one in table["curations"]} >= {"sys-libs/libcap"}
    path = tmp_path / "suggested.toml"
    path.write_bytes(shown.stdout)
    assert "curations[0]" in one_line(run("curations", "lint", str(path)))
