# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The database that real portage wrote when the miniature lakitu was built."""

import pytest
from command import ROOT
from miniature_packages import BUILT_WITH, DECLARED, column, listed
from package_license import PackageLicense, from_yaml

FIXTURE = ROOT / "tests" / "fixtures" / "miniature"
VDB = FIXTURE / "sysroot" / "var" / "db" / "pkg"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return listed(str(FIXTURE / "sysroot"))


def credited() -> dict[str, PackageLicense]:
    paths = VDB.glob("*/*/license.yaml")
    found = [from_yaml(path.read_text(encoding="utf-8")) for path in paths]
    return {f"{package.category}/{package.name}": package for package in found}


def linked_by(name: str) -> dict[str, set[str]]:
    """The libraries that each ELF file of a package needs."""
    (path,) = VDB.glob(f"{name}-[0-9]*/NEEDED.ELF.2")
    fields = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    return {one[1]: set(one[4].split(",")) for one in fields}


def test_every_package_has_the_expected_expression(rows: list[dict[str, str]]) -> None:
    assert column(rows, "declared") == DECLARED


def test_what_only_a_build_needs_is_linked_unknown(rows: list[dict[str, str]]) -> None:
    unknown = {
        name for name, value in column(rows, "shipped").items() if value != "yes"
    }
    assert unknown == BUILT_WITH


def test_the_hook_credited_every_package() -> None:
    assert set(credited()) == set(DECLARED)


def test_a_notice_file_is_in_nobodys_record() -> None:
    requests = credited()["dev-python/requests"]
    assert requests.license_names == {"Apache-2.0"}
    assert requests.license_text_scanned == ()


def test_a_program_under_mit_links_a_library_under_gpl() -> None:
    assert "libreadline.so.8" in linked_by("dev-lang/lua")["/usr/bin/lua"]


def test_a_rust_program_links_the_library_of_gcc() -> None:
    assert "libgcc_s.so.1" in linked_by("dev-python/uv")["/usr/bin/uv"]


def test_no_package_owns_libc() -> None:
    contents = "".join(path.read_text("utf-8") for path in VDB.glob("*/*/CONTENTS"))
    assert "libcrypt.so.1" in contents
    assert "libc.so.6" not in contents


def test_the_index_lists_the_binary_packages_beside_it() -> None:
    packages = FIXTURE / "packages"
    index = (packages / "Packages").read_text(encoding="utf-8").splitlines()
    named = {line.removeprefix("PATH: ") for line in index if line.startswith("PATH: ")}
    there = {path.relative_to(packages).as_posix() for path in packages.rglob("*.tbz2")}
    assert named == there
