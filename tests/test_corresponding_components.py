# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Components that no package database lists owe source as packages do."""

import hashlib
import json
from pathlib import Path

import jsonschema_rs
import pytest
from builders_corresponding import (
    BUSYBOX,
    CPV,
    Places,
    bundle,
    errors,
    files,
    package,
    write_places,
)
from builders_sources import write_tree
from builders_vdb import write_entry
from command import ROOT, one_line, run
from test_accounting import RULES
from test_implicit import rule

KERNEL = b"a kernel"
ARCHIVE = b"source of the boot loader\n" * 100
SHA256 = hashlib.sha256(ARCHIVE).hexdigest()
GPL = 'license = "GPL-2.0-only"'
NAMED = f'source-files = {{ "loader.tar" = "{SHA256}" }}'
WAIVER = """schema = 1
[[waivers]]
finding = "component-source-unknown"
package = "implicit/loader"
reason = "asked the <vendor>"
owner = "legal@example.com"
expires = 2099-01-01
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Return places whose image has a boot loader that no package has."""
    found = write_places(tmp_path)
    write_tree(found.sysroot, {"boot/loader": KERNEL, "usr/bin/mit": b"mit"})
    return found


def accounted(places: Places, *lines: str) -> list[str]:
    """Return the options for a rule with these lines for the boot loader."""
    rules = places.out.with_name("implicit.toml")
    text = RULES + rule("loader", "/boot/loader", *lines)
    rules.write_text(text, encoding="utf-8")
    return ["--accounting", "--implicit", str(rules)]


def test_a_component_takes_the_source_of_its_package(places: Places) -> None:
    index = bundle(places, *accounted(places, GPL, 'package = "sys-apps/busybox"'))
    reason = {"license": "GPL-2.0-only", "why": "implicit/loader is in the image"}
    assert [{key: one[key] for key in reason} for one in package(index)["owed"]] == [
        {**reason, "why": "its own licence"},
        reason,
    ]
    (told,) = index["components"]
    assert told["cpv"] == "implicit/loader-1.36.1"
    assert told["source"] == [CPV]


def test_a_package_that_does_not_ship_is_taken_for_its_component(
    places: Places,
) -> None:
    shipped = places.out.with_name("image")
    write_entry(shipped, "dev-libs/mit-1", {"LICENSE": "MIT\n"})
    write_tree(shipped, {"boot/loader": KERNEL, "usr/bin/mit": b"mit"})
    words = accounted(places, GPL, 'package = "sys-apps/busybox"')
    index = bundle(places, "--shipped", str(shipped), *words)
    (taken,) = index["packages"]
    assert (taken["cpv"], taken["shipped"]) == (CPV, "build-time")
    assert [one["why"] for one in taken["owed"]] == ["implicit/loader is in the image"]
    assert f"distfiles/{BUSYBOX}" in files(places.out)
    assert f"  {CPV}\n" in (places.out / "WRITTEN-OFFER.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "its rule names no package"),
        (
            'package = "sys-boot/grub"',
            "the package database has no sys-boot/grub, which its rule names",
        ),
        (
            'package = "sys-boot/g*"',
            "the package database has no sys-boot/g*, which its rule names",
        ),
    ],
)
def test_a_component_without_a_known_package_is_an_error(
    places: Places, line: str, why: str
) -> None:
    index = bundle(places, *accounted(places, GPL, line), code=1)
    message = f"GPL-2.0-only asks for it, and {why}; it has /boot/loader"
    told = f"source of the component loader: {message}"
    assert errors(places) == [("CL072", "implicit/loader", told)]
    entry = package(index, "implicit/loader")
    assert (entry["complete"], len(entry["missing"])) == (False, 1)
    assert index["gaps"] == {"open": 1, "waived": 0}


def test_a_component_that_owes_no_source_is_not_asked_for_it(places: Places) -> None:
    index = bundle(places, *accounted(places, 'license = "MIT"'))
    assert (index["complete"], index["components"]) == (True, [])


def test_archives_that_the_rule_names_are_checked_and_kept(places: Places) -> None:
    write_tree(places.distdir, {"loader.tar": ARCHIVE})
    words = accounted(places, GPL, 'package = "sys-boot/grub"', NAMED)
    index = bundle(places, *words)
    assert files(places.out)["distfiles/loader.tar"] == ARCHIVE
    (told,) = package(index, "implicit/loader")["files"]
    assert told["sha256"] == SHA256
    assert index["components"][0]["source"] == ["implicit/loader"]


@pytest.mark.parametrize(("content", "code"), [(b"other", "CL091"), (None, "CL090")])
def test_an_archive_that_is_not_the_one_of_the_rule_is_an_error(
    places: Places, content: bytes | None, code: str
) -> None:
    if content is not None:
        write_tree(places.distdir, {"loader.tar": content})
    bundle(places, *accounted(places, GPL, NAMED), code=1)
    ((found, cpv, message),) = errors(places)
    assert (found, cpv) == (code, "implicit/loader")
    assert SHA256 in message
    assert "distfiles/loader.tar" not in files(places.out)


@pytest.mark.parametrize(("version", "code"), [("1.36.1-ours", 0), ("1.36.10", 1)])
def test_the_source_of_another_version_is_not_that_of_the_component(
    places: Places, version: str, code: int
) -> None:
    lines = (GPL, 'package = "sys-apps/busybox"', f'version = "{version}"')
    index = bundle(places, *accounted(places, *lines), code=code)
    assert index["components"][0]["source"][0] == CPV
    told = [(one, cpv) for one, cpv, _ in errors(places)]
    assert told == ([("CL091", f"implicit/loader-{version}")] if code else [])


def test_a_glob_that_fits_several_packages_takes_the_source_of_all(
    places: Places,
) -> None:
    index = bundle(places, *accounted(places, GPL, 'package = "sys-*/*"'))
    both = [CPV, "sys-libs/libx-2.0-r1"]
    assert index["components"][0]["source"] == both
    whys = [[why["why"] for why in package(index, cpv)["owed"]] for cpv in both]
    assert whys == [["its own licence", "implicit/loader is in the image"]] * 2


def test_a_glob_stands_for_the_only_package_that_it_fits(places: Places) -> None:
    index = bundle(places, *accounted(places, GPL, 'package = "sys-apps/busy*"'))
    assert index["components"][0]["source"] == [CPV]


@pytest.mark.parametrize(
    "value",
    [
        *('"loader.tar"', "{}", '{ "../loader.tar" = "0" }', '{ "loader.tar" = 1 }'),
        *(f'{{ "a/b" = "{SHA256}" }}', f'{{ "loader.tar" = {"1" * 64} }}'),
    ],
)
def test_bad_source_files_are_one_line(places: Places, value: str) -> None:
    words = accounted(places, GPL, f"source-files = {value}")
    result = run(*places.arguments(*words))
    assert "implicit[1].source-files: " in one_line(result)


def test_without_accounting_it_is_said_that_nobody_looked(places: Places) -> None:
    result = run(*places.arguments())
    assert b"outside of the package database were not looked at" in result.stderr
    index = json.loads((places.out / "index.json").read_bytes())
    assert index["components"] is None
    page = (places.out / "index.html").read_text(encoding="utf-8")
    assert "were not looked at" in page


def test_where_the_only_gap_is_waived_the_page_says_complete_but_for_it(
    places: Places,
) -> None:
    policy = places.out.with_name("policy.toml")
    policy.write_text(WAIVER, encoding="utf-8")
    words = accounted(places, GPL)
    index = bundle(places, *words, "--policy", str(policy))
    assert (index["complete"], index["gaps"]) == (False, {"open": 0, "waived": 1})
    (gap,) = package(index, "implicit/loader")["missing"]
    assert gap["waived"] == {
        "reason": "asked the <vendor>",
        "owner": "legal@example.com",
        "expires": "2099-01-01",
    }
    page = (places.out / "index.html").read_text(encoding="utf-8")
    assert "Not complete" not in page
    assert "Complete but for 1 gap that is waived." in page
    assert "legal@example.com: asked the &lt;vendor&gt;" in page
    (places.distdir / BUSYBOX).unlink()
    (places.out / "distfiles" / BUSYBOX).unlink()
    bundle(places, *words, "--policy", str(policy), code=1)
    page = (places.out / "index.html").read_text(encoding="utf-8")
    assert "Not complete: 1 missing, and 1 waived." in page


def test_the_index_with_components_keeps_to_its_schema(places: Places) -> None:
    policy = places.out.with_name("policy.toml")
    policy.write_text(WAIVER, encoding="utf-8")
    index = bundle(places, *accounted(places, GPL), "--policy", str(policy))
    schema = json.loads((ROOT / "docs/schema/sources.schema.json").read_bytes())
    assert not list(jsonschema_rs.Draft202012Validator(schema).iter_errors(index))
