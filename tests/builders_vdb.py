# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Vdb entries and sysroots for tests: as values, and as files."""

from collections.abc import Mapping
from pathlib import Path

from coos_license.model import RawPackage
from coos_license.portage.entry import parse_package
from coos_license.portage.names import package_id


def raw(cpv: str, **files: str) -> RawPackage:
    """Return the entry that the files make up; names in lower case, SLOT by slot."""
    category, _, pf = cpv.partition("/")
    package = package_id(category, pf)
    assert package is not None
    slot, subslot = files.pop("slot", "0"), files.pop("subslot", "")
    content = {name.upper(): value.encode() for name, value in files.items()}
    content["SLOT"] = f"{slot}/{subslot}".rstrip("/").encode()
    if "IUSE" in content:
        content["IUSE_EFFECTIVE"] = content.pop("IUSE")
    if "REPOSITORY" in content:
        content["repository"] = content.pop("REPOSITORY")
    return parse_package(package, f"root/var/db/pkg/{cpv}", content, {})


def write_entry(root: Path, cpv: str, files: Mapping[str, str | bytes]) -> Path:
    """Write a vdb entry below a sysroot; return its directory."""
    entry = root / "var/db/pkg" / cpv
    entry.mkdir(parents=True)
    category, _, pf = cpv.partition("/")
    defaults: dict[str, str | bytes] = {
        "CATEGORY": f"{category}\n",
        "PF": f"{pf}\n",
        "SLOT": "0\n",
        "USE": "\n",
        "repository": "portage-stable\n",
        "BUILD_TIME": "1700000000\n",
    }
    for name, value in {**defaults, **files}.items():
        data = value if isinstance(value, bytes) else value.encode()
        (entry / name).write_bytes(data)
    return entry


def write_repository(
    root: Path, name: str, licenses: Mapping[str, str | bytes], masters: str = ""
) -> Path:
    """Write an ebuild repository; return its directory."""
    (root / "licenses").mkdir(parents=True)
    (root / "metadata").mkdir()
    (root / "profiles").mkdir()
    (root / "profiles/repo_name").write_text(f"{name}\n", "utf-8")
    (root / "metadata/layout.conf").write_text(f"masters = {masters}\n", "utf-8")
    for license_name, value in licenses.items():
        data = value if isinstance(value, bytes) else value.encode()
        (root / "licenses" / license_name).write_bytes(data)
    return root
