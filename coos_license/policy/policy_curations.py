# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Curations: what somebody found out about a package that its metadata does not say.

Each one is bound to what was looked at, so that it is noticed when that changes::

    schema = 1

    [[curations]]
    id = "busybox-2026"
    package = "sys-apps/busybox"
    versions = [">=1.35", "<1.36"]
    license = "GPL-2 BZIP2"              # LICENSE as it was looked at
    conclude = "GPL-2.0-only AND bzip2-1.0.6"
    reason = "incorrect-license"
    comment = "archival/libarchive/bz is under bzip2's licence"
    owner = "legal@example.com"
    evidence = ["https://example.com/ticket/12"]
    expires = 2027-11-24

    [[curations.files]]                  # a text as it was looked at
    path = "portage-stable/licenses/BZIP2"
    sha256 = "0a56..."
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from coos_license.errors import ParseError, PolicyError, ReadError
from coos_license.expression import Expression
from coos_license.licenses.expressions import parse_expression
from coos_license.portage.atoms import Atom, parse_atom
from coos_license.portage.names import is_category, is_package_name
from coos_license.trees.toml_text import parse_toml

SCHEMA: Final = 1
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_OPERATORS: Final = (">=", "<=", "=", "~", ">", "<")
_MUST: Final = ("id", "package", "reason", "owner", "evidence", "expires")
_ACTIONS: Final = ("conclude", "elect", "copyrights")
_MAY: Final = ("versions", "license", "files", "comment", *_ACTIONS)


class Reason(StrEnum):
    """Why the metadata does not suffice; closed, so that reports can count."""

    MISSING_LICENSE = "missing-license"
    INCORRECT_LICENSE = "incorrect-license"
    AMBIGUOUS_NAME = "ambiguous-name"
    BOUND_EXCEPTION = "bound-exception"
    ELECTION = "election"
    MISSING_NOTICE = "missing-notice"


@dataclass(frozen=True, slots=True)
class Pin:
    """A text by its evidence path, and the sha256 that it had."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Curation:
    """One entry; ``conclude``, ``elect`` and ``copyrights`` say what it does.

    It is about the versions that every atom of ``versions`` takes. ``license`` and
    ``pins`` are what was looked at; where one is not so any more, it has drifted.
    """

    id: str
    package: str
    versions: tuple[Atom, ...]
    license: str | None
    pins: tuple[Pin, ...]
    conclude: Expression | None
    elect: Expression | None
    copyrights: tuple[str, ...]
    reason: Reason
    comment: str
    owner: str
    evidence: tuple[str, ...]
    expires: date

    @property
    def name(self) -> str:
        """Return how outputs call it."""
        return f"curation {self.id}"


def parse_curations(text: str, where: str) -> tuple[Curation, ...]:
    """Return the curations of a file, in its order.

    Raises: PolicyError that names the entry at fault.
    """
    try:
        table = parse_toml(text)
    except ReadError as error:
        raise _fault(where, str(error)) from error
    _check_keys(table, where, "the file", ("schema", "curations"), ())
    if table["schema"] != SCHEMA or isinstance(table["schema"], bool):
        raise _fault(where, f"must say schema = {SCHEMA}")
    entries = table["curations"]
    if not isinstance(entries, list):
        raise _fault(where, "curations must be a list of tables")
    read = tuple(
        _curation(entry, f"curations[{number}]", where)
        for number, entry in enumerate(entries)
    )
    ids = [one.id for one in read]
    for one in ids:
        if ids.count(one) > 1:
            raise _fault(where, f"has two curations of the id {one!r}")
    return read


def _fault(where: str, what: str) -> PolicyError:
    """Return the error about a curations file."""
    return PolicyError(what, where=where, cure="see docs/curations.md")


def _check_keys(
    table: Any,  # noqa: ANN401 (TOML border)
    where: str,
    place: str,
    must: Iterable[str],
    may: Iterable[str],
) -> None:
    """Raise PolicyError where a table lacks a key or has one that is not known."""
    if not isinstance(table, dict):
        raise _fault(where, f"{place} must be a table")
    known = {*must, *may}
    for key in sorted(table):
        if key not in known:
            near = _nearest(key, known)
            raise _fault(where, f"{place} has the unknown key {key!r}{near}")
    for key in must:
        if key not in table:
            raise _fault(where, f"{place} lacks {key}")


def _nearest(word: str, known: Iterable[str]) -> str:
    """Return the question whether another word was meant, if one is close."""
    import difflib  # noqa: PLC0415 - only for an error

    close = difflib.get_close_matches(word, sorted(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _curation(
    entry: Any,  # noqa: ANN401 (TOML border)
    place: str,
    where: str,
) -> Curation:
    """Return one curation. Raises: PolicyError."""
    _check_keys(entry, where, place, _MUST, _MAY)
    if not any(key in entry for key in _ACTIONS):
        raise _fault(where, f"{place} does nothing: give {' or '.join(_ACTIONS)}")

    def line(key: str) -> str:
        return _line(entry[key], f"{place}.{key}", where)

    def lines(key: str) -> tuple[str, ...]:
        return _lines(entry.get(key), f"{place}.{key}", where)

    identifier, package = line("id"), line("package")
    if not _ID.fullmatch(identifier):
        raise _fault(where, f"{place}.id is made of letters, digits, '.', '_' and '-'")
    category, _, name = package.partition("/")
    if not (is_category(category) and is_package_name(name)):
        raise _fault(where, f"{place}.package must be category/name: {package!r}")
    return Curation(
        id=identifier,
        package=package,
        versions=tuple(
            _version(package, text, f"{place}.versions", where)
            for text in lines("versions")
        ),
        license=line("license") if "license" in entry else None,
        pins=_pins(entry.get("files", []), f"{place}.files", where),
        conclude=_expression(entry, "conclude", place, where),
        elect=_expression(entry, "elect", place, where),
        copyrights=lines("copyrights"),
        reason=_reason(line("reason"), f"{place}.reason", where),
        comment=line("comment") if "comment" in entry else "",
        owner=line("owner"),
        evidence=lines("evidence"),
        expires=_date(entry["expires"], f"{place}.expires", where),
    )


def _expression(
    entry: dict[str, Any], key: str, place: str, where: str
) -> Expression | None:
    """Return the expression under a key, ``None`` without it. Raises: PolicyError."""
    if key not in entry:
        return None
    try:
        return parse_expression(_line(entry[key], f"{place}.{key}", where))
    except ParseError as error:
        raise _fault(where, f"{place}.{key}: {error}") from error


def _line(
    value: Any,  # noqa: ANN401 (TOML border)
    place: str,
    where: str,
) -> str:
    """Return a text of one line that is not empty. Raises: PolicyError."""
    if isinstance(value, str) and value.strip() and value.isprintable():
        return value.strip()
    raise _fault(where, f"{place} must be a text of one line that is not empty")


def _lines(
    value: Any,  # noqa: ANN401 (TOML border)
    place: str,
    where: str,
) -> tuple[str, ...]:
    """Return a list of texts; one that is given may not be empty."""
    if value is None:
        return ()
    if not isinstance(value, list) or not value:
        raise _fault(where, f"{place} must be a list that is not empty")
    return tuple(
        _line(one, f"{place}[{number}]", where) for number, one in enumerate(value)
    )


def _version(package: str, text: str, place: str, where: str) -> Atom:
    """Return ``>=1.2`` as an atom of the package (PMS 8.3.1). Raises: PolicyError."""
    operator = next((one for one in _OPERATORS if text.startswith(one)), "")
    version = text.removeprefix(operator).strip()
    try:
        return parse_atom(f"{operator or '='}{package}-{version}")
    except ParseError as error:
        what = f"{place}: {text!r} is no version with an operator, such as '>=1.2'"
        raise _fault(where, what) from error


def _pins(
    value: Any,  # noqa: ANN401 (TOML border)
    place: str,
    where: str,
) -> tuple[Pin, ...]:
    """Return the pinned texts. Raises: PolicyError."""
    if not isinstance(value, list):
        raise _fault(where, f"{place} must be a list of tables")
    pins = []
    for number, entry in enumerate(value):
        at = f"{place}[{number}]"
        _check_keys(entry, where, at, ("path", "sha256"), ())
        sha256 = _line(entry["sha256"], f"{at}.sha256", where)
        if not _SHA256.fullmatch(sha256):
            raise _fault(where, f"{at}.sha256 must be 64 digits of lower case")
        pins.append(Pin(_line(entry["path"], f"{at}.path", where), sha256))
    return tuple(pins)


def _reason(word: str, place: str, where: str) -> Reason:
    """Return the reason that a word names. Raises: PolicyError."""
    try:
        return Reason(word)
    except ValueError as error:
        words = ", ".join(Reason)
        raise _fault(where, f"{place} is {word!r}, not one of {words}") from error


def _date(
    value: Any,  # noqa: ANN401 (TOML border)
    place: str,
    where: str,
) -> date:
    """Return a day. Raises: PolicyError."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _fault(where, f"{place} must be a date such as 2027-11-24, without quotes")
