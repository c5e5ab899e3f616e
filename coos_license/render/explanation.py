# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``explain``: every claim about a package with its evidence, for a terminal.

Everything from outside goes through ``show``: no escape sequence reaches a terminal.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from coos_license.expression import Claim
from coos_license.licenses.identify import Difference, Identified
from coos_license.model import Evidence, Finding, Linkage, Package, TextUse
from coos_license.render.audit_text import painted
from coos_license.resolve.identification import nearest
from coos_license.trees.text import SENTENCE, show

_INDENT: Final = " " * 14
_WIDTH: Final = 100
#: Places of one copyright statement that are shown.
_MOST_PLACES: Final = 5
#: Lines of one side of a difference.
_MOST_LINES: Final = 3
#: Why no licence is asserted for a text that was not compared, or not to the end.
_NOT_COMPARED: Final = {
    "long": "is longer than any licence: not compared with the SPDX list",
    "nothing": "is like no text of the SPDX list: somebody has to read it",
    "short": "is too short to tell a licence by",
}


def explanation(
    package: Package,
    found: Iterable[Finding],
    identified: Mapping[str, Identified],
    *,
    color: bool = False,
) -> Iterator[str]:
    """Yield why each claim about a package holds, with its evidence.

    ``identified`` says by sha256 what the package's texts are.
    """
    repository = package.repository or "not known"
    yield f"{package.id.cpv}  (slot {package.slot}, repository {repository})"
    yield f"  purl        {package.purl}"
    reason = f": {package.shipped_reason}" if package.shipped_reason else ""
    yield f"  shipped     {package.shipped}{reason}"
    field = "no LICENSE" if package.license_field is None else package.license_field
    yield f"  LICENSE     {show(field, SENTENCE)}"
    if package.license_field is not None:
        yield f"{_INDENT}{_place(package.license_evidence)}"
    yield f"  declared    {package.declared}"
    yield f"  concluded   {package.concluded}"
    yield f"  effective   {package.effective}"
    if package.license_comment:
        yield f"{_INDENT}{show(package.license_comment, SENTENCE)}"
    yield from _decisions(package)
    yield f"  category    {package.category}"
    yield f"  obligations {', '.join(package.obligations) or 'none'}"
    for use in package.texts:
        yield from _text(use, identified.get(use.sha256))
    for use in package.notice_files:
        yield "  notice      NOTICE file, to be passed on whole"
        yield f"{_INDENT}{show(use.path)}  sha256 {use.sha256[:16]}"
    yield from _copyrights(package)
    yield from _headers(package)
    yield from _components(package)
    for needed in package.depends_on:
        yield f"  needs       {needed.cpv}"
    for one in found:
        if one.package == package.id:
            word = painted(one.kind.severity, color=color)
            gap = " " * (11 - len(one.kind.severity.word))
            head = f"{word}{gap} {one.kind.code} {one.kind.name}"
            yield f"  {head}: {show(one.message, SENTENCE)}"
            yield from (f"{_INDENT}{_place(place)}" for place in one.evidence)


def ownership(file: str, owners: Sequence[tuple[Package, Evidence]]) -> Iterator[str]:
    """Yield who owns a file of the image, and what it carries of components.

    Portage states a licence for a package, so that is the file's as well.
    """
    yield show(file)
    for package, evidence in owners:
        named = f"root{show(file)}"
        count = sum(named in one.evidence for one in package.components)
        carries = f", names {count} of its components" if count else ""
        yield f"  owned by    {package.id.cpv}: {package.effective}{carries}"
        yield f"{_INDENT}{_place(evidence)}"


def _text(use: TextUse, identified: Identified | None) -> Iterator[str]:
    """Yield a text of a package, where it lies, and what it is."""
    pointed = f", pointed at by {use.pointed_from}" if use.pointed_from else ""
    yield f"  text        {use.name} ({use.kind}{pointed})"
    yield f"{_INDENT}{show(use.path)}  sha256 {use.sha256[:16]}"
    if identified is None:
        return
    if identified.ids:
        which = " or ".join(identified.ids)
        how = "its words" if identified.method == "equal" else "its words, nearly"
        yield f"{_INDENT}is {which} by {how}"
    elif identified.nearest:
        yield f"{_INDENT}needs review: nearest to {nearest(identified)}"
        yield from _differences(use, identified)
    else:
        yield f"{_INDENT}{_NOT_COMPARED[identified.method]}"


def _differences(use: TextUse, identified: Identified) -> Iterator[str]:
    """Yield the words in which a text differs from the licence that it is nearest to.

    In the manner of a unified diff; the words are those that are compared.
    """
    if not identified.differences:
        return
    yield f"{_INDENT}--- {identified.nearest[0]}"
    yield f"{_INDENT}+++ {show(use.path)}"
    for one in identified.differences:
        yield f"{_INDENT}@@"
        yield from _sides(one)


def _sides(difference: Difference) -> Iterator[str]:
    """Yield the words that a text lacks, and those that it has instead."""
    for sign, words in (("-", difference.missing), ("+", difference.extra)):
        lines = textwrap.wrap(words, _WIDTH - len(_INDENT) - 1)
        for line in lines[:_MOST_LINES]:
            yield f"{_INDENT}{sign}{show(line)}"
        if len(lines) > _MOST_LINES:
            yield f"{_INDENT}{sign}..."


def _copyrights(package: Package) -> Iterator[str]:
    """Yield the copyright statements, each with the places that it stands at."""
    read = set()
    for use in package.copyright_evidence:
        read.add(use.text)
        yield f"  copyright   {show(use.text)}"
        for place in use.places[:_MOST_PLACES]:
            yield f"{_INDENT}{_place(place)}"
        more = len(use.places) - _MOST_PLACES
        if more > 0:
            yield f"{_INDENT}and {more} more {'place' if more == 1 else 'places'}"
    for line in package.copyrights:
        if line not in read:
            yield f"  copyright   {show(line)}"
            yield from (
                f"{_INDENT}{curated.id}"
                for curated in package.curations
                if line in curated.copyrights
            )


def _headers(package: Package) -> Iterator[str]:
    """Yield what the package's source files say in their heads."""
    for header in package.license_headers:
        files = "1 source file" if header.files == 1 else f"{header.files} source files"
        yield f"  header      {show(header.expression)} ({files})"
        yield f"{_INDENT}{_place(header.first)}"


def _components(package: Package) -> Iterator[str]:
    """Yield what the package is made of, each with the files that name it."""
    every = package.components
    if not every:
        return
    static = sum(one.linked is Linkage.STATIC for one in every)
    maybe = sum(one.linked is Linkage.DECLARED for one in every)
    unknown = sum(one.declared is Claim.NOASSERTION for one in every)
    yield (
        f"  components  {len(every)}: {static} linked statically,"
        f"{f' {maybe} that the build may use,' if maybe else ''}"
        f" {unknown} without a known licence"
    )
    for one in every:
        said = f" (stated: {show(one.stated)})" if one.stated else ""
        yield f"  component   {one.purl}  {one.linked}  {one.declared}{said}"
        yield from (f"{_INDENT}{show(place)}" for place in one.evidence)
        yield from (f"{_INDENT}{_place(place)}" for place in one.lists)
        yield from (f"{_INDENT}{show(digest)}" for digest in one.digests)
        for text in one.texts:
            yield f"{_INDENT}{show(text.path)}  sha256 {text.sha256[:16]}"


def _decisions(package: Package) -> Iterator[str]:
    """Yield what people decided about a package, and on what grounds."""
    for election in package.elections:
        yield f"  elected     {election.elected} of {' | '.join(election.options)}"
        yield f"{_INDENT}{election.by}: {show(election.reason, SENTENCE)}"
    for curated in package.curations:
        yield f"  curated     {curated.id}: {curated.reason}"
        for told in (curated.comment, f"owner {curated.owner}", *curated.evidence):
            if told:
                yield f"{_INDENT}{show(told)}"


def _place(evidence: Evidence) -> str:
    """Return where evidence lies."""
    line = "" if evidence.line is None else f":{evidence.line}"
    return f"{show(evidence.path)}{line}"
