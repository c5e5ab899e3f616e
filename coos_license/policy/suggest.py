# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A curation for every gap, ready but for what only a person can say."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from coos_license import findings
from coos_license.model import Finding, Inventory, Package, TextKind
from coos_license.policy.policy_curations import SCHEMA, Reason
from coos_license.trees.text import in_full

#: Finding -> why a curation is wanted, and which key answers it.
_GAPS: Final = {
    findings.MISSING_LICENSE: (Reason.MISSING_LICENSE, "conclude"),
    findings.LICENSE_SYNTAX: (Reason.INCORRECT_LICENSE, "conclude"),
    findings.UNKNOWN_LICENSE: (Reason.INCORRECT_LICENSE, "conclude"),
    findings.EMPTY_ANY_OF: (Reason.INCORRECT_LICENSE, "conclude"),
    findings.LICENSE_CACHE_MISMATCH: (Reason.INCORRECT_LICENSE, "conclude"),
    findings.SOURCES_CONTRADICT_LICENSE: (Reason.INCORRECT_LICENSE, "conclude"),
    findings.BARE_EXCEPTION: (Reason.BOUND_EXCEPTION, "conclude"),
    findings.CHOICE_UNSET: (Reason.ELECTION, "elect"),
    findings.MISSING_ATTRIBUTION: (Reason.MISSING_NOTICE, "copyrights"),
}
_DAYS: Final = 365
_MOST_PINS: Final = 20


def suggestions(
    inventory: Inventory, found: Iterable[Finding], owner: str, today: date
) -> Iterator[str]:
    """Yield a curations file, line by line, with an entry for each gap.

    An empty text is for the person to fill in: the file is refused before.
    """
    packages = {package.id: package for package in inventory.packages}
    yield "# Fill in what is empty; the file is not accepted before. docs/curations.md"
    yield f"schema = {SCHEMA}"
    if not (gaps := [one for one in found if one.kind in _GAPS and one.package]):
        yield "curations = []"
    for number, one in enumerate(gaps, start=1):
        if one.package is not None:
            yield from _entry(packages[one.package], one, f"{number}", owner, today)


def _entry(
    package: Package, gap: Finding, number: str, owner: str, today: date
) -> Iterator[str]:
    """Yield one entry, with the gap and what can be told of it as comments."""
    reason, key = _GAPS[gap.kind]
    name = f"{package.id.category}-{package.id.name}".replace("+", "x")
    yield ""
    yield f"# {gap.kind.code} {gap.kind.name}: {in_full(gap.message)}"
    yield "[[curations]]"
    yield f"id = {_text(f'{name}-{number}'[:100])}"
    yield f"package = {_text(package.id.key)}"
    yield f"versions = [{_text(f'={package.id.version}')}]"
    if package.license_field:
        yield f"license = {_text(' '.join(package.license_field.split()))}"
    match key:
        case "conclude":
            yield f'conclude = ""  # declared: {package.declared}'
        case "elect":
            yield f'elect = ""  # {in_full(gap.subject)}'
        case _:
            yield 'copyrights = [""]'
    yield f"reason = {_text(reason)}"
    yield f"owner = {_text(owner)}"
    yield 'evidence = [""]'
    yield f"expires = {today + timedelta(days=_DAYS)}"
    read = (*package.texts, *package.notice_files)
    pins = [use for use in read if use.kind is not TextKind.SPDX_LIST]
    for use in pins[:_MOST_PINS]:
        yield ""
        yield "[[curations.files]]"
        yield f"path = {_text(use.path)}"
        yield f"sha256 = {_text(use.sha256)}"


def _text(text: str) -> str:
    r"""Return a TOML basic string of the whole text; what does not print is escaped.

    >>> _text('a "b"\x1b\u202e')
    '"a \\"b\\"\\U0000001b\\U0000202e"'
    """
    return f'"{"".join(map(_char, text))}"'


def _char(char: str) -> str:
    """Return a character of a TOML basic string; TOML 1.0.0 has none for surrogates."""
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = f"{ord(char):08x}"
    return f"\\\\U{code}" if "\ud800" <= char <= "\udfff" else f"\\U{code}"
