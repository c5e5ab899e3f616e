# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The inventory for ``list``: as a table, or as CSV."""

import csv
import io
from collections.abc import Iterator

from coos_license.model import Inventory, Package


def table(inventory: Inventory) -> Iterator[str]:
    """Yield the inventory as aligned columns: package, shipped, effective licence.

    A package with components says behind its licence how many.
    """
    rows = [
        (package.id.cpv, package.shipped.value, _licensed(package))
        for package in inventory.packages
    ]
    heads = ("PACKAGE", "SHIPPED", "LICENSE")
    first, second = (
        max([len(heads[column]), *(len(row[column]) for row in rows)])
        for column in (0, 1)
    )
    for row in (heads, *rows):
        yield f"{row[0]:<{first}}  {row[1]:<{second}}  {row[2]}"


def _licensed(package: Package) -> str:
    """Return the effective licence, and how many components have their own."""
    count = len(package.components)
    if not count:
        return str(package.effective)
    return f"{package.effective}  (+{count} component{'s' if count > 1 else ''})"


def comma_separated(inventory: Inventory) -> Iterator[str]:
    """Yield the inventory as CSV (RFC 4180, LF), one package a row.

    A cell that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    heads = (
        "cpv",
        "category",
        "name",
        "version",
        "slot",
        "repository",
        "shipped",
        "license_field",
        "declared",
        "concluded",
        "effective",
        "license_category",
        "obligations",
        "purl",
        "homepage",
        "components",
    )
    yield ",".join(heads)
    for package in inventory.packages:
        buffer = io.StringIO()
        cells = (
            package.id.cpv,
            package.id.category,
            package.id.name,
            package.id.version,
            package.slot,
            package.repository,
            package.shipped.value,
            package.license_field or "",
            str(package.declared),
            str(package.concluded),
            str(package.effective),
            package.category.value,
            " ".join(package.obligations),
            package.purl,
            " ".join(package.homepage),
            str(len(package.components)),
        )
        csv.writer(buffer, lineterminator="").writerow([_cell(one) for one in cells])
        yield buffer.getvalue()


def _cell(text: str) -> str:
    """Return the cell so that no spreadsheet runs it."""
    return f"'{text}" if text[:1] in "=+-@" and text else text
