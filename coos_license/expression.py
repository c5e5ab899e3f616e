# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX licence expressions as frozen values: AND, OR and WITH, never simplified.

Source: SPDX 2.3 Annex D (licence expressions) and ``docs/licence-algebra.md``.
Flattening ``A AND (B AND C)`` and dropping an equal operand are the only changes
made: absorption (``MIT OR (MIT AND ISC)`` to ``MIT``) would lose a licence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Claim(StrEnum):
    """What stands in place of an expression: known absence, or nothing known."""

    NONE = "NONE"
    NOASSERTION = "NOASSERTION"


@dataclass(frozen=True, slots=True)
class License:
    """One licence: an SPDX id or a LicenseRef, with its exception if it has one."""

    id: str
    exception: str | None = None

    def __str__(self) -> str:
        """Return ``GPL-2.0-only`` or ``Apache-2.0 WITH LLVM-exception``."""
        return f"{self.id} WITH {self.exception}" if self.exception else self.id


@dataclass(frozen=True, slots=True)
class And:
    """All operands apply. Built by :func:`all_of` only: at least two, none equal."""

    operands: tuple["Expression", ...]

    def __str__(self) -> str:
        """Return the operands joined; only an OR among them needs parentheses."""
        return " AND ".join(
            f"({part})" if isinstance(part, Or) else str(part) for part in self.operands
        )


@dataclass(frozen=True, slots=True)
class Or:
    """The distributor may choose one operand. Built by :func:`any_of` only."""

    operands: tuple["Expression", ...]

    def __str__(self) -> str:
        """Return the operands joined; AND binds tighter but is bracketed to be read."""
        return " OR ".join(
            f"({part})" if isinstance(part, And) else str(part)
            for part in self.operands
        )


Expression = License | And | Or
Declared = Expression | Claim


def _joined(kind: type[And] | type[Or], parts: Iterable[Expression]) -> Expression:
    """Return the parts as one expression: flattened, equal ones once, order kept."""
    flat: dict[Expression, None] = {}
    for part in parts:
        if isinstance(part, kind):
            flat.update(dict.fromkeys(part.operands))
        else:
            flat[part] = None
    operands = tuple(flat)
    if not operands:
        message = "an expression needs at least one operand"
        raise ValueError(message)
    return operands[0] if len(operands) == 1 else kind(operands)


def all_of(parts: Iterable[Expression]) -> Expression:
    """Return the AND of the parts.

    >>> str(all_of([License("MIT"), License("MIT"), License("ISC")]))
    'MIT AND ISC'
    """
    return _joined(And, parts)


def any_of(parts: Iterable[Expression]) -> Expression:
    """Return the OR of the parts.

    >>> str(all_of([any_of([License("MIT"), License("ISC")]), License("Zlib")]))
    '(MIT OR ISC) AND Zlib'
    """
    return _joined(Or, parts)


def leaves(expression: Declared) -> Iterator[License]:
    """Yield every licence of the expression, as written, repeats included."""
    match expression:
        case License():
            yield expression
        case And(operands) | Or(operands):
            for part in operands:
                yield from leaves(part)
        case Claim():
            return


def choices(expression: Declared) -> Iterator[Or]:
    """Yield every OR of the expression, outer before inner."""
    match expression:
        case Or(operands):
            yield expression
            for part in operands:
                yield from choices(part)
        case And(operands):
            for part in operands:
                yield from choices(part)
        case License() | Claim():
            return
