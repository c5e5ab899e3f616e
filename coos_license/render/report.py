# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reports for a terminal: ``list`` and ``explain`` in plain text.

Everything from outside goes through ``show``: no escape sequence reaches a terminal.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from coos_license.expression import Claim
from coos_license.model import (
    Evidence,
    Finding,
    Inventory,
    Linkage,
    Package,
)
from coos_license.render.audit_text import painted
from coos_license.trees.text import show


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


def explanation(
    package: Package, found: Iterable[Finding], *, color: bool = False
) -> Iterator[str]:
    """Yield why each claim about a package holds, with its evidence."""
    repository = package.repository or "not known"
    yield f"{package.id.cpv}  (slot {package.slot}, repository {repository})"
    yield f"  purl        {package.purl}"
    yield f"  shipped     {package.shipped}"
    field = "no LICENSE" if package.license_field is None else package.license_field
    yield f"  LICENSE     {show(field)}"
    if package.license_field is not None:
        yield f"              {_place(package.license_evidence)}"
    yield f"  declared    {package.declared}"
    yield f"  concluded   {package.concluded}"
    yield f"  effective   {package.effective}"
    if package.license_comment:
        yield f"              {show(package.license_comment)}"
    yield from _decisions(package)
    yield f"  category    {package.category}"
    yield f"  obligations {', '.join(package.obligations) or 'none'}"
    for use in package.texts:
        pointed = f", pointed at by {use.pointed_from}" if use.pointed_from else ""
        yield f"  text        {use.name} ({use.kind}{pointed})"
        yield f"              {use.path}  sha256 {use.sha256[:16]}"
    for use in package.notice_files:
        yield "  notice      NOTICE file, to be passed on whole"
        yield f"              {use.path}  sha256 {use.sha256[:16]}"
    for line in package.copyrights:
        yield f"  copyright   {show(line)}"
    yield from _headers(package)
    yield from _components(package)
    for needed in package.depends_on:
        yield f"  needs       {needed.cpv}"
    for one in found:
        if one.package == package.id:
            word = painted(one.kind.severity, color=color)
            gap = " " * (11 - len(one.kind.severity.word))
            head = f"{word}{gap} {one.kind.code} {one.kind.name}"
            yield f"  {head}: {show(one.message)}"
            yield from (f"              {_place(place)}" for place in one.evidence)


def _headers(package: Package) -> Iterator[str]:
    """Yield what the package's source files say in their heads."""
    for header in package.license_headers:
        files = "1 source file" if header.files == 1 else f"{header.files} source files"
        yield f"  header      {show(header.expression)} ({files})"
        yield f"              {_place(header.first)}"


def _components(package: Package) -> Iterator[str]:
    """Yield what the package is made of, each with the files that name it."""
    every = package.components
    if not every:
        return
    static = sum(one.linked is Linkage.STATIC for one in every)
    unknown = sum(one.declared is Claim.NOASSERTION for one in every)
    yield (
        f"  components  {len(every)}: {static} linked statically,"
        f" {unknown} without a known licence"
    )
    for one in every:
        said = f" (stated: {show(one.stated)})" if one.stated else ""
        yield f"  component   {one.purl}  {one.linked}  {one.declared}{said}"
        yield from (f"              {show(place)}" for place in one.evidence)
        yield from (f"              {show(digest)}" for digest in one.digests)


def _decisions(package: Package) -> Iterator[str]:
    """Yield what people decided about a package, and on what grounds."""
    for election in package.elections:
        yield f"  elected     {election.elected} of {' | '.join(election.options)}"
        yield f"              {election.by}: {show(election.reason)}"
    for curated in package.curations:
        yield f"  curated     {curated.id}: {curated.reason}"
        for told in (curated.comment, f"owner {curated.owner}", *curated.evidence):
            if told:
                yield f"              {show(told)}"


def _place(evidence: Evidence) -> str:
    """Return where evidence lies."""
    line = "" if evidence.line is None else f":{evidence.line}"
    return f"{show(evidence.path)}{line}"
