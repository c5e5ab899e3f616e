# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What follows for a package from its own sources, or from their absence."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from coos_license import findings
from coos_license.expression import Declared
from coos_license.licenses import spdx_list
from coos_license.model import (
    CopyrightUse,
    Evidence,
    Finding,
    HeaderUse,
    LicenseText,
    PackageId,
    RawPackage,
    TextKind,
    TextUse,
)
from coos_license.resolve.copyrights import (
    Statement,
    holds_notice,
    own_statements,
    statements,
)
from coos_license.resolve.header_lines import undeclared
from coos_license.resolve.placed import placed
from coos_license.resolve.problems import Problem
from coos_license.sources.values import (
    EMPTY,
    SCRIPT,
    PackageSources,
    Role,
    SourceFile,
)
from coos_license.trees.text import clean_bytes

#: Roles whose files are credited as texts of the package.
_TEXTS: Final = (Role.TERMS, Role.GNU_TERMS, Role.ATTRIBUTION, Role.AUTHORS)
_LABELS: Final = {Role.NOTICE: "NOTICE", Role.AUTHORS: "AUTHORS"}
#: Under these names are texts that hold no terms.
NO_TERMS: Final = frozenset(_LABELS.values())
#: Texts of the list with a copyright line that is of the text and of no package.
_WITH_OWN_LINE: Final = (
    *("AGPL-3.0-only", "GPL-1.0-only", "GPL-2.0-only", "GPL-3.0-only"),
    *("LGPL-2.0-only", "LGPL-2.1-only", "LGPL-3.0-only", "Artistic-2.0"),
    *("GFDL-1.1-only", "GFDL-1.2-only", "GFDL-1.3-only"),
)
_MOST_NAMED: Final = 5


def text_uses(found: PackageSources, package: PackageId) -> tuple[TextUse, ...]:
    """Return the files of the sources that are credited as texts."""
    return tuple(use_of(file, package) for file in found.files if file.role in _TEXTS)


def notice_uses(found: PackageSources, package: PackageId) -> tuple[TextUse, ...]:
    """Return the NOTICE files, the nearest to the top first."""
    files = [file for file in found.files if file.role is Role.NOTICE]
    files.sort(key=lambda file: (file.path.count("/"), file.path))
    return tuple(use_of(file, package) for file in files)


def header_uses(found: PackageSources) -> tuple[HeaderUse, ...]:
    """Return what the heads of source files say, the most frequent first."""
    uses = (
        HeaderUse(one.expression, one.files, Evidence(one.path, one.line))
        for one in found.headers
    )
    return tuple(sorted(uses, key=lambda use: (-use.files, use.expression)))


def use_of(file: SourceFile, package: PackageId) -> TextUse:
    """Return a file of the sources as a text of the package."""
    return TextUse(file.sha256, package.key, TextKind.SOURCE, file.path)


def label_of(file: SourceFile) -> str | None:
    """Return what a file is called where texts are listed, ``None`` for terms.

    Those are a licence, which the text tells; lists of people and notices are none.
    """
    return _LABELS.get(file.role)


def copyrights_of(
    text: LicenseText, path: str, license_texts: Iterable[str]
) -> tuple[CopyrightUse, ...]:
    """Return the copyright statements of the package in a file of its sources."""
    return placed(text, path, statements_in(text.text, license_texts))


def statements_in(text: str, license_texts: Iterable[str]) -> tuple[Statement, ...]:
    """Return the copyright statements in a file that are of no licence's own text."""
    lines = (*map(_lines, license_texts), *_texts_with_own_line())
    return own_statements(text, lines)


def settles(role: Role, text: str, found: tuple[CopyrightUse, ...]) -> bool:
    """Return whether a file with the statements ``found`` gives the wanted notice.

    A statement within a sentence is enough, unless the file has others, which then are
    those of a licence. Terms of the GNU family are the notice of no other licence.
    """
    if role is Role.GNU_TERMS:
        return False
    return bool(found) or (holds_notice(text) and not statements(text))


@lru_cache(maxsize=1)
def _texts_with_own_line() -> tuple[str, ...]:
    """Return the texts of the list whose copyright line is of no package."""
    found = (spdx_list.list_text(name) for name in _WITH_OWN_LINE)
    return tuple(
        _lines(clean_bytes(content)[0]) for content in found if content is not None
    )


@lru_cache(maxsize=1 << 10)
def _lines(text: str) -> str:
    """Return the copyright lines of a text: what else it says takes time to look at."""
    return "\n".join(statements(text))


def problems_of(
    found: PackageSources, package: PackageId, declared: Declared, *, notice_owed: bool
) -> Iterator[Problem]:
    """Yield what is wrong with the sources of a package, and what they contradict.

    A NOTICE file with nothing in it counts where a licence of the package wants its
    NOTICE file passed on: ``notice_owed``.
    """
    for fault in found.faults:
        message = f"{fault.path} {fault.reason}"
        subject, place = subject_of(fault.path, package), (fault.path, None)
        yield Problem(findings.UNUSABLE_SOURCE, subject, message, place=place)
    for one in found.left_out:
        is_notice = one.role is Role.NOTICE and one.reason not in (EMPTY, SCRIPT)
        if is_notice and notice_owed:
            message = f"{one.path} is left out: {one.reason}"
            subject, place = subject_of(one.path, package), (one.path, None)
            yield Problem(findings.MISSING_NOTICE, subject, message, place=place)
    for path, name in found.named:
        message = f"{path} names the licence file {name}, which is not there"
        yield Problem(findings.MISSING_NOTICE, name, message, place=(path, None))
    yield from undeclared(found.headers, declared)


def subject_of(path: str, package: PackageId) -> str:
    """Return a path as it is in every version of the package: fingerprints outlive one.

    >>> subject_of("sources/a/b-1.2-r3/b-1.2/NOTICE", PackageId("a", "b", "1.2-r3"))
    'b-${PV}/NOTICE'
    """
    below = "/".join(path.split("/")[3:])
    return below.replace(package.version.partition("-r")[0], "${PV}") or "sources"


def list_fault(path: str, reason: str, package: RawPackage) -> Finding:
    """Return the finding that a list in the sources does not say what it names."""
    return Finding(
        findings.COMPONENT_LICENSE_UNKNOWN,
        subject_of(path, package.id),
        f"{path} {reason}; what it names is not known",
        package.id,
        package.slot,
        (Evidence(path),),
    )


def unmatched(found: PackageSources) -> Problem | None:
    """Return what of a package was not found."""
    if found.unlocated:
        message = f"its sources in the checkout are not known: {found.unlocated}"
        return Problem(findings.UNLOCATED_SOURCES, "sources", message)
    if found.missing:
        shown = ", ".join(found.missing[:_MOST_NAMED])
        more = len(found.missing) - _MOST_NAMED
        shown += f" and {more} more" if more > 0 else ""
        rest = "; others are" if found.read else ""
        message = f"{len(found.missing)} distfiles are not in --sources: {shown}{rest}"
        if len(found.missing) == 1:
            message = message.replace("1 distfiles are", "1 distfile is", 1)
        return Problem(findings.UNMATCHED_SOURCES, "sources", message)
    if found.read or found.faults:
        return None  # it is there; faults say why it was not read
    message = "--sources has no directory of it, and its SRC_URI names no file"
    return Problem(findings.UNMATCHED_SOURCES, "sources", message)
