# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The real data sets beside the checkout: nothing lost, nothing flattened."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import IDENTITY, run
from portage.dep import use_reduce
from spdx_builders import read_json, read_tag_value, validation_messages

pytestmark = pytest.mark.slow
Unpack = Callable[[str], Path]

#: (sysroot, archive, repositories, packages)
SETS = [
    (
        "flatcar-sysroot",
        "flatcar-sysroot",
        ("flatcar-repos/portage-stable", "flatcar-repos/coreos-overlay"),
        753,
    ),
    (
        "flatcar-image-sysroot",
        "flatcar-sysroot",
        ("flatcar-repos/portage-stable", "flatcar-repos/coreos-overlay"),
        338,
    ),
    (
        "lakitu-sample",
        "lakitu-sample",
        (
            "lakitu-repos/portage-stable-2021",
            "lakitu-repos/chromiumos-overlay-2018",
            "lakitu-repos/overlay-lakitu-2019",
        ),
        39,
    ),
    ("portage-3.0.83", "mini-vdbs", (), 15),
    ("portage-3.0.30", "mini-vdbs", (), 14),
    ("pkgcore", "mini-vdbs", (), 7),
]
BY_NAME = {one[0]: one for one in SETS}
NAMES = [one[0] for one in SETS]


def arguments(unpack: Unpack, name: str) -> list[str]:
    """Return SOURCE and its repositories."""
    sysroot, archive, repositories, _ = BY_NAME[name]
    base = unpack(archive)
    overlays = [part for one in repositories for part in ("--overlay", str(base / one))]
    return [str(base / sysroot), *overlays]


def listed(unpack: Unpack, name: str, *options: str) -> list[dict[str, Any]]:
    """Return the packages of the inventory."""
    result = run("list", *arguments(unpack, name), "--format", "json", *options)
    assert result.returncode == 0, result.stderr
    packages: list[dict[str, Any]] = json.loads(result.stdout)["packages"]
    return packages


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_is_in_the_inventory(unpack: Unpack, name: str) -> None:
    vdb = unpack(BY_NAME[name][1]) / name / "var/db/pkg"
    entries = {
        f"{path.parent.name}/{path.name}"
        for path in vdb.glob("*/*")
        if path.is_dir() and not path.name.startswith(("-MERGING-", "."))
    }
    assert len(entries) == BY_NAME[name][3]
    assert {one["cpv"] for one in listed(unpack, name)} == entries


def test_the_closure_of_flatcars_image(unpack: Unpack) -> None:
    """335 packages: the image set without the three that only IDEPEND brings."""
    rule = "closure:coreos-base/coreos"
    packages = listed(unpack, "flatcar-sysroot", "--shipped", rule)
    shipped = {one["cpv"] for one in packages if one["shipped"] == "yes"}
    closure = (unpack("flatcar-sysroot") / "flatcar-image-closure.txt").read_text(
        "utf-8"
    )
    assert shipped == set(closure.split()) - {
        "app-eselect/eselect-lib-bin-symlink-0.1.1-r1",
        "app-eselect/eselect-pinentry-0.7.4",
        "sys-apps/locale-gen-3.10",
    }
    assert len(shipped) == 335
    result = run(
        "audit",
        *arguments(unpack, "flatcar-sysroot"),
        "--shipped",
        rule,
        "--format",
        "json",
    )
    unmatched = [
        one["subject"]
        for one in json.loads(result.stdout)["findings"]
        if one["name"] == "unmatched-dependency"
    ]
    assert len(unmatched) == 4


def choices(reduced: list[Any]) -> int:
    """Return how many any-of groups portage sees in a reduced value."""
    return sum(
        choices(one) if isinstance(one, list) else one == "||" for one in reduced
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_choice_is_flattened(unpack: Unpack, name: str) -> None:
    for package in listed(unpack, name):
        field = package["license_field"] or ""
        if package["declared"] in {"NONE", "NOASSERTION"}:
            assert package["declared"] == "NONE", package["cpv"]
            continue
        groups = choices(use_reduce(field))
        assert (package["declared"].count(" OR ") > 0) == (groups > 0), package["cpv"]
        # One group alone: as many options on both sides.
        if groups == 1 and use_reduce(field)[0] == "||" and len(use_reduce(field)) == 2:
            options = len(dict.fromkeys(map(str, use_reduce(field)[1])))
            assert package["declared"].count(" OR ") == options - 1, package["cpv"]


@pytest.mark.parametrize("name", NAMES[:3])
def test_every_name_with_a_text_is_resolved(unpack: Unpack, name: str) -> None:
    repositories = BY_NAME[name][2]
    base = unpack(BY_NAME[name][1])
    there = {
        path.name
        for one in repositories
        for path in (base / one / "licenses").glob("*")
    }
    for package in listed(unpack, name):
        resolved = {text["name"] for text in package["texts"]}
        assert set(package["license_names"]) & there <= resolved | {"metapackage"}


def installed(document: Any) -> set[str]:
    """Return the packages of an SBOM, without the image and what they are made from."""
    return {
        f"{one.name}-{one.version}"
        for one in document.packages
        if one.spdx_id.startswith("SPDXRef-Package-")
    }


def test_the_image_set_is_clean_with_an_identity(
    unpack: Unpack, tmp_path: Path
) -> None:
    result = run(
        "generate",
        *arguments(unpack, "flatcar-image-sysroot"),
        *IDENTITY,
        "-o",
        str(tmp_path),
    )
    assert result.returncode == 0, result.stderr
    document = read_json((tmp_path / "sbom.spdx.json").read_bytes())
    assert validation_messages(document) == []
    assert len(installed(document)) == 338
    tag_value = read_tag_value((tmp_path / "sbom.spdx").read_bytes())
    assert validation_messages(tag_value) == []
    assert len(tag_value.packages) == len(document.packages)


@pytest.mark.parametrize("name", NAMES)
def test_all_outputs_name_the_same_packages(
    unpack: Unpack, tmp_path: Path, name: str
) -> None:
    result = run("generate", *arguments(unpack, name), "-q", "-o", str(tmp_path))
    assert result.returncode in {0, 1}, result.stderr
    packages = {
        one["cpv"]
        for one in json.loads((tmp_path / "inventory.json").read_bytes())["packages"]
    }
    document = read_json((tmp_path / "sbom.spdx.json").read_bytes())
    assert installed(document) == packages
    notice = (tmp_path / "NOTICE").read_text("utf-8")
    page = (tmp_path / "credits.html").read_text("utf-8")
    for cpv in packages:
        assert f"\n{cpv}" in notice
        assert f'id="{cpv.replace("+", "&#43;")}"' in page or f'id="{cpv}"' in page


COPYLEFT = {"reciprocal", "restricted", "restricted-if-static", "network-restricted"}


@pytest.mark.parametrize("name", ["flatcar-image-sysroot", "lakitu-sample"])
def test_every_package_of_a_copyleft_category_is_listed_with_what_is_owed(
    unpack: Unpack, name: str
) -> None:
    text = run("audit", *arguments(unpack, name), "-q").stdout.decode()
    shown, _, _ = text.partition("what copyleft reaches")
    lines = {line.split()[0] for line in shown.splitlines() if line.strip()}
    wanted = {
        one["cpv"]
        for one in listed(unpack, name)
        if one["license_category"] in COPYLEFT and one["shipped"] != "build-time"
    }
    assert wanted
    assert wanted - lines == set()
    assert shown.count("    owes: ") > 5
