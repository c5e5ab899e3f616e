# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--public``: what is left out is nowhere, is told, and still counts."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from builders import (
    make_inventory,
    make_package,
    make_rich_inventory,
    make_text,
    make_use,
)
from builders_vdb import write_entry, write_repository
from command import FILES, run

from coos_license import findings
from coos_license.model import Evidence, Finding, Inventory, Obligation, Shipped
from coos_license.policy.policy_public import NOTE, is_private, publish

MIT = "Permission is hereby granted, free of charge, to any person\n"


def public(inventory: Inventory, *named: str) -> Inventory:
    return publish(inventory, frozenset(named)).inventory


def names(inventory: Inventory) -> set[str]:
    return {package.id.name for package in inventory.packages}


def test_build_time_packages_are_left_out_with_what_is_only_theirs() -> None:
    inventory = make_rich_inventory()
    assert "cmake" in names(inventory)
    published = public(inventory)
    assert names(inventory) - names(published) == {"cmake"}
    assert published.note == NOTE
    assert published.texts == inventory.texts


def test_private_repositories_are_those_named_and_those_of_chromium_os() -> None:
    assert is_private("lakitu-private", ())
    assert is_private("secrets", ("secrets",))
    assert not is_private("private", ())
    assert not is_private("", ())


def private_inventory() -> Inventory:
    """A public and a private package, each with what leads to the other."""
    own, stock = make_text("own\n", "LicenseRef-own"), make_text(MIT, "MIT")
    secret = make_package(
        ("chromeos-base", "secret", "1"),
        repository="lakitu-private",
        texts=(make_use(own, "own", path="lakitu-private/licenses/own"),),
        obligations=(Obligation.LICENSE_TEXT,),
    )
    known = make_package(
        ("sys-libs", "known", "1"),
        texts=(make_use(stock, "MIT", path="lakitu-private/licenses/MIT"),),
        depends_on=(secret.id,),
        built_with=(secret.id,),
    )
    other = make_package(("chromeos-base", "secret-agent", "1"))
    defects = (
        Finding(findings.TAINTED, "TAINTED", "is TAINTED", secret.id, "0"),
        Finding(findings.CHOICE_UNSET, "x", "needed by chromeos-base/secret", known.id),
        Finding(findings.MISSING_REPOSITORY, "lakitu-private", "not given"),
        Finding(
            findings.SPDX_LIST_TEXT,
            "y",
            "y",
            known.id,
            "0",
            (Evidence("lakitu-private/licenses/y"),),
        ),
        Finding(findings.TAINTED, "TAINTED", "chromeos-base/secret-agent", other.id),
    )
    made = make_inventory([secret, known, other], [own, stock])
    return replace(made, defects=defects)


def test_nothing_leads_to_what_is_private() -> None:
    published = public(private_inventory())
    agent, known = published.packages
    assert (agent.id.name, known.id.name) == ("secret-agent", "known")
    assert known.depends_on == known.built_with == ()
    assert [use.path for use in known.texts] == ["private-overlay/licenses/MIT"]
    assert [text.spdx for text in published.texts.values()] == ["MIT"]
    assert [one.package for one in published.defects] == [agent.id]


def test_what_is_not_shown_is_what_leads_to_the_private() -> None:
    inventory = private_inventory()
    expired = Finding(findings.CURATION_EXPIRED, "c", "of chromeos-base/secret")
    edition = publish(inventory, frozenset())
    shown = [one for one in (*inventory.defects, expired) if edition.shows(one)]
    assert shown == [inventory.defects[-1]]
    assert [one.kind.code for one in edition.uncredited] == ["CL080"]


def test_a_private_package_that_does_not_ship_is_not_missed() -> None:
    package = make_package(
        ("a", "b", "1"),
        repository="x-private",
        obligations=(Obligation.SOURCE,),
        shipped=Shipped.BUILD_TIME,
    )
    assert publish(make_inventory([package]), frozenset()).uncredited == ()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A sysroot with a package of a private overlay, and the arguments to read it."""
    base = tmp_path_factory.mktemp("public")
    stock = write_repository(base / "stock", "portage-stable", {"MIT": MIT})
    own = write_repository(base / "own", "lakitu-private", {"Own-1": "Ours.\n"})
    for cpv, field, repository in (
        ("chromeos-base/sesame", "Own-1", "lakitu-private"),
        ("sys-libs/known", "MIT", "portage-stable"),
        ("dev-build/maker", "MIT", "portage-stable"),
        ("virtual/target-os", "", "portage-stable"),
    ):
        entry = {"LICENSE": field, "repository": repository, "SLOT": "0"}
        if cpv == "virtual/target-os":
            entry["RDEPEND"] = "chromeos-base/sesame sys-libs/known"
        if cpv == "sys-libs/known":
            entry["RDEPEND"] = "chromeos-base/sesame"
            entry["BDEPEND"] = "dev-build/maker"
        write_entry(base / "sysroot", f"{cpv}-1", entry)
    return [str(base / "sysroot"), "--overlay", str(stock), "--overlay", str(own)]


def test_no_file_names_what_is_left_out(image: list[str], tmp_path: Path) -> None:
    result = run("generate", *image, "--public", "-o", str(tmp_path))
    assert result.returncode in {0, 1}
    told = result.stderr.decode()
    assert "findings about what the public outputs leave out" in told
    assert "sesame" not in told
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    for name in FILES:
        content = (tmp_path / name).read_bytes()
        if name.endswith(".gz"):
            content = gzip.decompress(content)
        for word in (b"sesame", b"lakitu-private", b"maker", b"Own-1"):
            assert word not in content, (name, word)
        if name not in {"SHA256SUMS", "findings.json"}:
            flat = b" ".join(content.split())
            assert NOTE.encode() in flat, name


def test_the_inventory_with_a_note_keeps_to_the_schema(image: list[str]) -> None:
    path = Path(__file__).parent.parent / "docs/schema/inventory.schema.json"
    validator = jsonschema_rs.Draft202012Validator(json.loads(path.read_bytes()))
    listed: Any = json.loads(run("list", *image, "--public", "--format", "json").stdout)
    assert listed["note"] == NOTE
    assert [str(error) for error in validator.iter_errors(listed)] == []
    assert {one["name"] for one in listed["packages"]} == {"known", "target-os"}


def test_the_gate_counts_what_is_hidden_and_verbose_names_it(image: list[str]) -> None:
    options = ("--public", "--fail-on", "warning", "--image-name", "a")
    identity = ("--image-version", "1", "--supplier", "Person: A")
    result = run("audit", *image, *options, *identity, "-v")
    assert result.returncode == 1
    assert b"sesame" not in result.stdout
    assert b"left out: warning CL080 chromeos-base/sesame-1: ships" in result.stderr


def test_a_public_run_against_its_own_baseline_is_clean(
    image: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "baseline.json"
    assert (
        run("baseline", "update", *image, "--public", "-o", str(path)).returncode == 0
    )
    assert b"sesame" not in path.read_bytes()
    known = ("--baseline", str(path), "--fail-on", "info")
    assert run("audit", *image, "--public", *known).returncode == 0
