# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reports for a terminal: ``list`` and ``audit`` in plain text.

Everything from outside goes through ``show``: no escape sequence reaches a terminal.
"""

import csv
import io
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from coos_license.audit.policy_gate import fingerprint
from coos_license.model import (
    Finding,
    FindingKind,
    Inventory,
    LicenseCategory,
    Obligation,
    Package,
    Severity,
)
from coos_license.trees.text import SENTENCE, show

#: Categories from what asks least to what asks most.
_RANKS: Final = {category: rank for rank, category in enumerate(LicenseCategory)}
_WIDTH: Final = 100
_COLORS: Final = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[33m",
    Severity.INFO: "\x1b[36m",
}


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


def painted(severity: Severity, *, color: bool) -> str:
    """Return the word of a severity, in its colour where colours are wanted."""
    return f"{_COLORS[severity]}{severity.word}\x1b[0m" if color else severity.word


def findings_text(
    found: Sequence[Finding],
    inventory: Inventory,
    baseline: frozenset[str] | None,
    *,
    color: bool = False,
) -> Iterator[str]:
    """Yield findings grouped by kind, heaviest first, then what is owed."""
    yield from kinds_text(found, baseline, color=color)
    yield from obligations_text(inventory)
    counts = Counter(one.kind.severity for one in found)
    words = (f"{counts[level]} {level.word}" for level in reversed(Severity))
    fresh = ""
    if baseline is not None:
        new = sum(fingerprint(one) not in baseline for one in found)
        fresh = f"; {new} not in the baseline"
    yield f"{len(inventory.packages)} packages; findings: {', '.join(words)}{fresh}"
    yield "This is no legal advice."


def kinds_text(
    found: Sequence[Finding], baseline: frozenset[str] | None, *, color: bool = False
) -> Iterator[str]:
    """Yield findings grouped by kind, in the order of their first."""
    groups: dict[tuple[FindingKind, Severity], list[Finding]] = {}
    for one in found:  # a policy may weigh single findings of a kind
        groups.setdefault((one.kind, one.kind.severity), []).append(one)
    for same in groups.values():
        kind = same[0].kind
        word = painted(kind.severity, color=color)
        yield f"{word}: {kind.code} {kind.name} ({len(same)})"
        yield f"  {kind.summary}"
        for one in same:
            cpv = one.package.cpv if one.package else "image"
            old = baseline is not None and fingerprint(one) in baseline
            said = show(one.message, SENTENCE)
            yield f"    {cpv}: {said}{' (in the baseline)' if old else ''}"
        yield f"  What to do: {kind.cure}"
        yield ""


def obligations_text(inventory: Inventory) -> Iterator[str]:
    """Yield what is owed for credited packages, what asks for most first.

    Packages of one licence owe the same and stand together.
    """
    groups: dict[tuple[int, str, tuple[Obligation, ...]], list[Package]] = {}
    for package in inventory.credited:
        rank = _RANKS[package.category]
        key = (-rank, str(package.effective), package.obligations)
        groups.setdefault(key, []).append(package)
    yield f"owed for {len(inventory.credited)} credited packages"
    for (_, license_, obligations), packages in sorted(groups.items()):
        yield f"  {packages[0].category}: {license_} ({len(packages)})"
        yield f"    owes: {', '.join(obligations) or 'nothing'}"
        names = " ".join(package.id.cpv for package in packages)
        yield from textwrap.wrap(
            names,
            width=_WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    yield ""
    owed = Counter(one for package in inventory.credited for one in package.obligations)
    for word, count in sorted(owed.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{count:6}  {word}"
    yield ""
