#!/usr/bin/env -S python3 -B
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Write the credits page of a board from what the hook wrote into its database."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from credits_page import StockText, credits_page
from package_license import (
    PackageLicense,
    PackageLicenseError,
    clean_text,
    from_yaml,
    read_package,
)

SOURCE_ROOT = Path(__file__).resolve().parent.parent.parent
PORTAGE_STABLE = SOURCE_ROOT / "src/third_party/portage-stable"
CHROMIUMOS = SOURCE_ROOT / "src/third_party/chromiumos-overlay"
REINSTALL = re.compile(r"\[[^]]+R[^]]+\] (\S+).* to /build/.*")


class LicensesError(Exception):
    """The page cannot be made; the message says of which package or license."""


def main(arguments: list[str]) -> int:
    """Exit code 1 says which package or license is missing something."""
    parser = argparse.ArgumentParser(prog="licenses", description=__doc__)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--board")
    place.add_argument("--sysroot", type=Path)
    parser.add_argument("-o", "--output", required=True, type=Path)
    parser.add_argument("-g", "--generate-licenses", action="store_true")
    parser.add_argument("-p", "--package", action="append", default=[])
    parser.add_argument("--log-level", help="taken and not used")
    options = parser.parse_args(arguments)
    sysroot = options.sysroot or Path("/build") / options.board
    try:
        names = options.package or installed_packages(sysroot)
        found = [load(sysroot, n, generate=options.generate_licenses) for n in names]
        page = credits_page(found, stock_texts(found, license_directories(sysroot)))
    except (LicensesError, PackageLicenseError) as error:
        sys.stderr.write(f"licenses: {error}\n")
        return 1
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(page, encoding="utf-8")
    return 0


def installed_packages(sysroot: Path) -> list[str]:
    """What emerge would install again for virtual/target-os: category/PF, sorted."""
    emerge = [str(sysroot / "build/bin/emerge"), "--with-bdeps=y", "--usepkgonly"]
    emerge += ["--emptytree", "--pretend", "--color=n", "virtual/target-os"]
    said = subprocess.run(emerge, capture_output=True, text=True, check=False)
    if said.returncode:
        raise LicensesError(f"emerge --pretend: {said.stderr.strip()}")
    lines = [line for line in said.stdout.splitlines() if " to /build/" in line]
    found = {line: REINSTALL.match(line) for line in lines}
    wrong = [line for line, match in found.items() if match is None]
    if wrong:
        raise LicensesError(f"Package incorrectly installed: {wrong[0]}")
    return sorted(match[1] for match in found.values() if match)


def load(sysroot: Path, name: str, *, generate: bool) -> PackageLicense:
    """What the hook wrote for one package; made from its database entry if allowed."""
    entry = sysroot / "var/db/pkg" / name
    path = entry / "license.yaml"
    if path.is_file():
        return from_yaml(path.read_text(encoding="utf-8"))
    if not generate:
        raise LicensesError(f"{name}: license is missing")
    return read_package(entry, entry, CHROMIUMOS / "licenses/copyright-attribution")


def license_directories(sysroot: Path) -> list[tuple[str, Path]]:
    """Kind and place of the license texts of a board, stock first."""
    script = '. "$1" && printf "%s\\n" $PORTDIR_OVERLAY'
    make_conf = str(sysroot / "etc/make.conf")
    said = subprocess.run(
        ["bash", "-c", script, "make.conf", make_conf],
        capture_output=True,
        text=True,
        check=True,
    )
    overlays = [("Custom", Path(p) / "licenses") for p in said.stdout.split()]
    return [("Gentoo Package Stock", PORTAGE_STABLE / "licenses"), *overlays]


def stock_texts(
    packages: list[PackageLicense], directories: list[tuple[str, Path]]
) -> dict[str, StockText]:
    """The text of every name that a shown package has; the first place that has it."""
    names = sorted({n for p in packages if not p.skip for n in p.license_names})
    return {name: _stock_text(name, directories) for name in names}


def _stock_text(name: str, directories: list[tuple[str, Path]]) -> StockText:
    for kind, directory in directories:
        if (directory / name).is_file():
            return StockText(kind, clean_text(directory / name))
    raise LicensesError(f"Could not find license text of {name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
