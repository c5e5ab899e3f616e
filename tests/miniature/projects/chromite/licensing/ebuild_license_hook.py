#!/usr/bin/env -S python3 -B
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Write license.yaml of the package that is being built."""

import argparse
import sys
from pathlib import Path

from package_license import PackageLicenseError, read_package, to_yaml

SOURCE_ROOT = Path(__file__).resolve().parent.parent.parent
ATTRIBUTIONS = Path("src/third_party/chromiumos-overlay/licenses/copyright-attribution")


def main(arguments: list[str]) -> int:
    """Exit code 1 says why the package cannot be credited."""
    parser = argparse.ArgumentParser(prog="ebuild_license_hook", description=__doc__)
    parser.add_argument("--builddir", required=True, type=Path, help="PORTAGE_BUILDDIR")
    builddir = parser.parse_args(arguments).builddir
    info = builddir / "build-info"
    try:
        package = read_package(info, builddir / "work", SOURCE_ROOT / ATTRIBUTIONS)
    except PackageLicenseError as error:
        sys.stderr.write(f"ebuild_license_hook: {builddir.name}: {error}\n")
        return 1
    (info / "license.yaml").write_text(to_yaml(package), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
