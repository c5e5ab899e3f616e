# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Sources of cros-workon packages in a checkout."""

import bz2
import json
from pathlib import Path

import pytest
from builders_sources import MIT, write_tree
from builders_vdb import write_entry, write_repository
from command import run

from coos_license.chromiumos.workon import Project, projects_of
from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.assignments import assignments

POWER = PackageId("chromeos-base", "power_manager", "0.0.1-r5")
KERNEL = PackageId("sys-kernel", "lakitu-kernel", "5.10-r1")
GPL = "GNU GENERAL PUBLIC LICENSE\n"


def values(text: str, **known: str) -> dict[str, tuple[str, ...] | None]:
    return assignments(text, frozenset("ABC"), known)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=x\n", ("x",)),
        ("A=\n", ("",)),
        ("A='$x'  # why\n", ("$x",)),
        ('A="${PN}-$PV"\n', ("foo-1",)),
        ("A=a\"b c\"'d'\n", ("ab cd",)),
        ('A="\\"\\$x\\""\n', ('"$x"',)),
        ('A=(\n\t"a"  # first\n\tb\n)\n', ("a", "b")),
        ('declare -a A=([0]="a" [1]="b")\n', ("a", "b")),
        ('declare -x A="a"\nexport B=b\n', ("a",)),
        ('A=a\nA+="b"\n', ("ab",)),
        ("A=( a )\nA+=( b )\n", ("a", "b")),
        ('B=x\nA="${B}/y"\n', ("x/y",)),
        ("A=a\nfoo() {\n    A=b\n}\nfunction bar () { A=c; }\n", ("a",)),
    ],
)
def test_plain_values_are_read(text: str, found: tuple[str, ...]) -> None:
    assert values(text, PN="foo", PV="1")["A"] == found


@pytest.mark.parametrize(
    "text",
    [
        'A="$(id)"\n',
        "A=`id`\n",
        'A="`id`"\n',
        'A="${PV%.*}"\n',
        'A="${UNKNOWN}"\n',
        "A=$'a\\n'\n",
        "A={a,b}\n",
        "A=( src/* )\n",
        "A=( a\n",
        'A="a\n',
        'A="' + "a" * 20_000 + '"\n',
        "A=( " + "a " * 2_000 + ")\n",
        "if use x; then\n\tA=b\nfi\n",
        "A=$(id)\nA+=x\n",
        "B=$(id)\nA=${B}\n",
        "A=a|b\n",
    ],
)
def test_what_a_shell_would_compute_has_no_value(text: str) -> None:
    assert values(text, PV="1")["A"] is None


@pytest.mark.parametrize(
    ("package", "text", "projects"),
    [
        (
            POWER,
            'CROS_WORKON_LOCALNAME="platform2"\nCROS_WORKON_SUBTREE="common-mk x/y"\n',
            [
                Project(
                    ("src/platform2", "src/platform/platform2"),
                    ("common-mk", "x/y"),
                    "",
                )
            ],
        ),
        (
            POWER,
            "CROS_WORKON_PROJECT=chromiumos/x\n",
            [Project(("src/power_manager", "src/platform/power_manager"), (), "")],
        ),
        (
            KERNEL,
            'CROS_WORKON_LOCALNAME="kernel/v5.10"\n',
            [
                Project(
                    (
                        "src/third_party/kernel/v5.10",
                        "src/third_party/platform/kernel/v5.10",
                    ),
                    (),
                    "",
                )
            ],
        ),
        (
            KERNEL,
            "CROS_WORKON_LOCALNAME=../platform2\n",
            [Project(("src/platform2", "src/third_party/platform2"), (), "")],
        ),
        (
            KERNEL,
            "CROS_WORKON_SRCPATH=src/aosp/x\nCROS_WORKON_LOCALNAME=no\n",
            [Project(("src/aosp/x",), (), "")],
        ),
        (
            POWER,
            (
                'CROS_WORKON_PROJECT=( "p/a" "p/b" )\n'
                "CROS_WORKON_LOCALNAME=( a sub/b )\n"
                'CROS_WORKON_DESTDIR=( "${S}/one" )\nCROS_WORKON_SUBTREE=( "" "lib" )\n'
            ),
            [
                Project(("src/a", "src/platform/a"), (), "one"),
                Project(("src/sub/b", "src/platform/sub/b"), ("lib",), "one"),
            ],
        ),
        (POWER, "LICENSE=MIT\n", []),
    ],
)
def test_projects_lie_where_the_eclass_says(
    package: PackageId, text: str, projects: list[Project]
) -> None:
    assert list(projects_of(text, package)) == projects


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CROS_WORKON_LOCALNAME=$(x)\n", "CROS_WORKON_LOCALNAME is computed"),
        ("CROS_WORKON_LOCALNAME=../../../etc\n", "lead out of the checkout"),
        ("CROS_WORKON_SRCPATH=/etc\n", "lead out of the checkout"),
        ("CROS_WORKON_SRCPATH=a\nCROS_WORKON_SUBTREE=../b\n", "lead out of"),
        (
            "CROS_WORKON_PROJECT=( a b c )\nCROS_WORKON_LOCALNAME=( a b )\n",
            "CROS_WORKON_LOCALNAME has 2 values for 3 projects",
        ),
    ],
)
def test_projects_that_cannot_be_told_say_why(text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        projects_of(text, POWER)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory with a sysroot, an overlay and a checkout."""
    overlay = tmp_path / "co/src/third_party/chromiumos-overlay"
    texts = {"MIT": "Copyright <year> <owner>\n", "GPL-2": GPL, "BSD-Google": "BSD\n"}
    write_repository(overlay, "chromiumos", texts)
    write_tree(
        tmp_path / "co",
        {
            ".repo/manifest.xml": "<manifest/>\n",
            "src/platform2/LICENSE": MIT,
            "src/platform2/power_manager/NOTICE": "Power\n",
            "src/platform2/other/COPYING": GPL,
            "src/third_party/kernel/v5.10/COPYING": GPL,
        },
    )
    ebuilds = {
        "chromeos-base/power_manager/power_manager-9999": (
            'CROS_WORKON_LOCALNAME="platform2"\n'
            'CROS_WORKON_SUBTREE="power_manager .gn"\ninherit cros-workon\n'
        ),
        "sys-kernel/kernel/kernel-5.10-r1": "CROS_WORKON_LOCALNAME=kernel/v${PV}\n",
        "chromeos-base/gone/gone-1": 'CROS_WORKON_LOCALNAME="gone"\n',
        "chromeos-base/odd/odd-1": 'CROS_WORKON_LOCALNAME="$(id)"\n',
    }
    files = {f"{name}.ebuild": text for name, text in ebuilds.items()}
    write_tree(overlay, files)
    write_tree(tmp_path / "co/src/platform2", {".gn": "x\n"})
    for cpv, licence in (
        ("chromeos-base/power_manager-0.0.1-r5", "MIT"),
        ("sys-kernel/kernel-5.10-r1", "GPL-2"),
        ("chromeos-base/gone-1", "MIT"),
        ("chromeos-base/odd-1", "MIT"),
    ):
        entry = {"LICENSE": licence, "repository": "chromiumos"}
        write_entry(tmp_path / "sysroot", cpv, entry)
    return tmp_path


def arguments(place: Path) -> list[str]:
    overlay = place / "co/src/third_party/chromiumos-overlay"
    checkout = place / "co"
    return [
        *(str(place / "sysroot"), "--overlay", str(overlay)),
        *("--sources", str(checkout), "-q"),
    ]


def texts_of(place: Path, name: str) -> list[str]:
    listed = json.loads(run("list", *arguments(place), "--format", "json").stdout)
    (package,) = [one for one in listed["packages"] if one["name"] == name]
    found = [*package["texts"], *package["notice_files"]]
    return [one["path"] for one in found if one["path"].startswith("sources/")]


def found(place: Path, code: str) -> list[tuple[str, str]]:
    shown = run("audit", *arguments(place), "--format", "json", "--fail-on", "error")
    every = json.loads(shown.stdout)["findings"]
    return [(one["cpv"], one["message"]) for one in every if one["code"] == code]


def test_package_is_read_from_its_part_of_a_project_and_its_top(place: Path) -> None:
    top = "sources/chromeos-base/power_manager-0.0.1-r5"
    assert texts_of(place, "power_manager") == [
        f"{top}/LICENSE",
        f"{top}/power_manager/NOTICE",
    ]


def test_package_of_a_third_party_is_read_from_there(place: Path) -> None:
    assert texts_of(place, "kernel") == ["sources/sys-kernel/kernel-5.10-r1/COPYING"]


def test_what_cannot_be_told_or_is_not_there_is_a_finding(place: Path) -> None:
    start = "its sources in the checkout are not known: "
    assert found(place, "CL054") == [
        (
            "chromeos-base/gone-1",
            f"{start}no checkout holds src/gone and src/platform/gone",
        ),
        (
            "chromeos-base/odd-1",
            f"{start}CROS_WORKON_LOCALNAME is computed, which is not done here",
        ),
    ]
    assert found(place, "CL047") == []


def test_syncing_the_project_cures_it(place: Path) -> None:
    write_tree(place / "co/src/platform/gone", {"LICENSE": MIT})
    cpvs = [cpv for cpv, _ in found(place, "CL054")]
    assert cpvs == ["chromeos-base/odd-1"]
    assert texts_of(place, "gone") == ["sources/chromeos-base/gone-1/LICENSE"]


def test_saved_environment_counts_before_the_ebuild(place: Path) -> None:
    saved = (
        'declare -a CROS_WORKON_LOCALNAME=([0]="platform2/other")\n'
        'declare -a CROS_WORKON_SUBTREE=([0]="")\nsrc_unpack ()\n{\n'
        "    CROS_WORKON_LOCALNAME=x\n}\n"
    )
    entry = place / "sysroot/var/db/pkg/chromeos-base/odd-1"
    (entry / "environment.bz2").write_bytes(bz2.compress(saved.encode()))
    assert texts_of(place, "odd") == ["sources/chromeos-base/odd-1/COPYING"]


def test_saved_environment_that_is_broken_is_a_finding(place: Path) -> None:
    entry = place / "sysroot/var/db/pkg/sys-kernel/kernel-5.10-r1"
    (entry / "environment.bz2").write_bytes(bz2.compress(b"x" * 1000)[:-9])
    said = dict(found(place, "CL054"))["sys-kernel/kernel-5.10-r1"]
    assert said.startswith("its sources in the checkout are not known: ")


def test_link_out_of_the_checkout_is_not_followed(place: Path) -> None:
    outside = place / "outside"
    write_tree(outside, {"LICENSE": MIT})
    (place / "co/src/gone").symlink_to(outside)
    assert "chromeos-base/gone-1" in dict(found(place, "CL054"))
    assert texts_of(place, "gone") == []


def test_snapshot_keeps_what_a_checkout_said(place: Path) -> None:
    archive = place / "snapshot.tar.gz"
    made = run("snapshot", *arguments(place), "-o", str(archive))
    assert made.returncode == 0, made.stderr
    live = run("list", *arguments(place), "--format", "json").stdout
    kept = run("list", str(archive), "-q", "--format", "json").stdout
    assert kept == live
