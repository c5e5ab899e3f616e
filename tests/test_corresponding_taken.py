# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which packages a bundle takes, and what the policy decides of it."""

from pathlib import Path

import pytest
from builders_corresponding import (
    BUSYBOX,
    CPV,
    LGPL_TARBALL,
    Places,
    bundle,
    errors,
    files,
    package,
    write_places,
)
from builders_vdb import write_repository
from command import one_line, run


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def test_only_packages_that_owe_source_are_taken(places: Places) -> None:
    index = bundle(places)
    assert [one["cpv"] for one in index["packages"]] == [CPV, "sys-libs/libx-2.0-r1"]
    assert index["complete"]


def test_all_takes_what_ships(places: Places) -> None:
    index = bundle(places, "--all", code=1)  # of dev-libs/mit-1 nothing is at hand
    assert package(index, "dev-libs/mit-1")["owed"] == []


def test_a_policy_that_elects_decides_what_is_owed(places: Places) -> None:
    license_file = places.sysroot / f"var/db/pkg/{CPV}/LICENSE"
    license_file.write_text("|| ( GPL-2 MIT )\n", encoding="utf-8")
    policy = places.out.with_name("policy.toml")
    policy.write_text('schema = 1\nprefer = ["MIT"]\n', encoding="utf-8")
    index = bundle(places, "--policy", str(policy))
    assert [one["cpv"] for one in index["packages"]] == ["sys-libs/libx-2.0-r1"]


def test_an_open_choice_counts_as_owed(places: Places) -> None:
    license_file = places.sysroot / f"var/db/pkg/{CPV}/LICENSE"
    license_file.write_text("|| ( GPL-2 MIT )\n", encoding="utf-8")
    (reason,) = package(bundle(places))["owed"]
    assert reason["why"] == "its own licence, an open choice"


def test_what_a_licence_reaches_owes_source_too(places: Places) -> None:
    (places.sysroot / "var/db/pkg/sys-libs/libx-2.0-r1/LICENSE").write_text(
        "GPL-2\n", encoding="utf-8"
    )
    for cpv, record in (
        ("dev-libs/mit-1", "X86_64;/usr/bin/mit;;;libx.so.2;x86_64"),
        ("sys-libs/libx-2.0-r1", "X86_64;/usr/lib64/libx.so.2;libx.so.2;;;x86_64"),
    ):
        needed = places.sysroot / f"var/db/pkg/{cpv}/NEEDED.ELF.2"
        needed.write_text(f"{record}\n", encoding="utf-8")
    found = package(bundle(places, code=1), "dev-libs/mit-1")
    assert [one["why"] for one in found["owed"]] == [
        "reached over a link from /usr/lib64/libx.so.2"
    ]


def test_a_waiver_of_the_policy_holds(places: Places) -> None:
    (places.distdir / BUSYBOX).unlink()
    policy = places.out.with_name("policy.toml")
    policy.write_text(
        'schema = 1\n[[waivers]]\nfinding = "source-missing"\n'
        'package = "sys-apps/busybox"\nreason = "on the medium"\n'
        'owner = "legal@example.com"\nexpires = 2099-01-01\n',
        encoding="utf-8",
    )
    bundle(places, "--policy", str(policy))
    assert errors(places) == []
    audit = run("audit", str(places.sysroot), "--policy", str(policy))
    assert b"unused-waiver" not in audit.stdout


def test_a_waiver_that_meets_nothing_is_a_finding_of_sources_alone(
    places: Places,
) -> None:
    policy = places.out.with_name("policy.toml")
    policy.write_text(
        'schema = 1\n[[waivers]]\nfinding = "source-missing"\n'
        'package = "sys-apps/busybox"\nreason = "on the medium"\n'
        'owner = "legal@example.com"\nexpires = 2099-01-01\n',
        encoding="utf-8",
    )
    assert b"unused-waiver" in run(*places.arguments("--policy", str(policy))).stdout


def test_lgpl_source_is_there(places: Places) -> None:
    bundle(places)
    assert files(places.out)["distfiles/libx-2.0.tar.gz"] == LGPL_TARBALL


def test_public_is_refused(places: Places) -> None:
    assert "--public hides packages" in one_line(run(*places.arguments("--public")))


def test_a_private_overlay_that_nothing_is_from_stays_out(places: Places) -> None:
    private = write_repository(places.out.with_name("private"), "secret-private", {})
    bundle(places, "--overlay", str(private))
    assert not (places.out / "repos/secret-private").exists()
