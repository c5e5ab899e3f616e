# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The license hook and the credits page of the miniature: the rules of chromite."""

from pathlib import Path

import pytest
from credits_page import StockText, credits_page
from package_license import (
    PackageLicense,
    PackageLicenseError,
    chosen,
    from_yaml,
    read_package,
    to_yaml,
)


def package(tmp_path: Path, **values: str) -> PackageLicense:
    """What the hook makes of a build-info with these values."""
    info, work = tmp_path / "build-info", tmp_path / "work"
    info.mkdir(exist_ok=True)
    work.mkdir(exist_ok=True)
    values = {"CATEGORY": "dev-libs", "PF": "foo-1.2-r3", "SIZE": "10"} | values
    for name, value in values.items():
        (info / name).write_text(f"{value}\n", encoding="utf-8")
    return read_package(info, work, tmp_path / "copyright-attribution")


@pytest.mark.parametrize(
    ("license_field", "names"),
    [
        ("GPL-2 BZIP2", ["GPL-2", "BZIP2"]),
        ("|| ( GPL-2 BSD )", ["GPL-2"]),
        ("|| ( BSD GPL-2 )", ["GPL-2"]),
        ("|| ( BSD MIT )", ["BSD"]),
        ("GPL-3+ || ( BSD GPL-2 ) FDL-1.3+", ["GPL-3+", "GPL-2", "FDL-1.3+"]),
        ("|| ( ( BSD MIT ) GPL-2 )", ["GPL-2"]),
        ("|| ( ( BSD MIT ) ISC )", ["BSD", "MIT"]),
    ],
)
def test_a_choice_goes_to_what_needs_no_attribution(
    license_field: str, names: list[str]
) -> None:
    assert chosen(license_field.split()) == names


@pytest.mark.parametrize("license_field", ["|| ( BSD", "BSD )", "|| BSD"])
def test_a_license_field_that_is_no_expression(license_field: str) -> None:
    with pytest.raises(PackageLicenseError, match="LICENSE"):
        chosen(license_field.split())


def test_a_text_from_the_sources_is_taken(tmp_path: Path) -> None:
    (tmp_path / "work" / "foo-1.2").mkdir(parents=True)
    (tmp_path / "work/foo-1.2/COPYING").write_bytes(b"Copyright J\xf6rg\x0c\n")
    found = package(tmp_path, LICENSE="BSD")
    header = "Scanned Source License foo-1.2/COPYING:"
    assert found.license_text_scanned == (f"{header}\n\nCopyright J\xf6rg\n",)
    assert found.license_names == frozenset()


def test_attribution_without_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageLicenseError, match="Missing copyright attribution"):
        package(tmp_path, LICENSE="GPL-2 MIT")


def test_the_overlays_text_stands_in_for_the_sources(tmp_path: Path) -> None:
    place = tmp_path / "copyright-attribution" / "dev-libs"
    place.mkdir(parents=True)
    (place / "foo").write_text("Copyright Foo\n", encoding="utf-8")
    (text,) = package(tmp_path, LICENSE="MIT").license_text_scanned
    assert text.startswith("Copyright Attribution License chromiumos-overlay/")
    assert text.endswith("/dev-libs/foo:\n\nCopyright Foo\n")


def test_a_notice_file_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "NOTICE").write_text("Requests\n", encoding="utf-8")
    found = package(tmp_path, LICENSE="Apache-2.0")
    assert found.license_names == {"Apache-2.0"}
    assert found.license_text_scanned == ()


@pytest.mark.parametrize("category", ["virtual", "acct-user"])
def test_a_category_without_works_is_skipped(tmp_path: Path, category: str) -> None:
    assert package(tmp_path, CATEGORY=category).skip


def test_an_empty_package_is_skipped_unjudged(tmp_path: Path) -> None:
    found = package(tmp_path, LICENSE="metapackage", SIZE="0")
    assert (found.skip, found.tainted) == (True, None)


def test_the_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    found = package(tmp_path, LICENSE="GPL-2+", HOMEPAGE="https://foo.example/")
    assert from_yaml(to_yaml(found)) == found


def test_the_record_has_the_form_of_chromites(tmp_path: Path) -> None:
    text = to_yaml(package(tmp_path, LICENSE="GPL-3"))
    assert text.startswith("- !!python/tuple\n  - sysroot\n  - null\n")
    assert "- !!python/tuple\n  - revision\n  - '3'\n" in text
    assert "- !!python/tuple\n  - license_names\n  - !!set\n    GPL-3: null\n" in text


def credited(name: str, *licenses: str) -> PackageLicense:
    return PackageLicense(
        sysroot=None,
        category="dev-libs",
        name=name,
        version="1",
        revision=None,
        license_names=frozenset(licenses),
        license_text_scanned=(),
        homepages=("https://foo.example/?a=1&b=2",),
        skip=False,
        tainted=False,
        ebuild_path=None,
    )


def test_a_text_of_one_package_stands_with_it() -> None:
    texts = {name: StockText("Custom", f"text <{name}>") for name in ("A", "B")}
    page = credits_page([credited("foo", "A", "B"), credited("bar", "A")], texts)
    packages, shared = page.split("List of Shared Licenses")
    assert "Custom License B:\n\ntext &lt;B&gt;" in packages
    assert "<li><a href='#A'>Custom License A</a></li>" in packages
    assert '<a name="A" class="title">' in shared
    assert "Used by these packages: dev-libs/bar-1 dev-libs/foo-1" in shared
    assert "text &lt;B&gt;" not in shared
