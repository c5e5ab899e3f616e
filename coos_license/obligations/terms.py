# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The ways to fulfil an expression, the one that asks for least first."""

from functools import lru_cache
from itertools import product
from typing import Final

from coos_license.expression import (
    And,
    Claim,
    Declared,
    Expression,
    License,
    Or,
    leaves,
)
from coos_license.licenses.expressions import license_row
from coos_license.model import LicenseCategory

Option = tuple[License, ...]
#: More than any LICENSE met has; beyond, all licences are taken to apply.
_MOST_OPTIONS: Final = 64
_RANKS: Final = {category: rank for rank, category in enumerate(LicenseCategory)}


@lru_cache(maxsize=1 << 12)
def options_of(expression: Declared) -> tuple[Option, ...]:
    """Return the options of an expression; none where nothing is known.

    >>> [len(one) for one in options_of(License("MIT"))]
    [1]
    """
    if isinstance(expression, Claim):
        return ((),) if expression is Claim.NONE else ()
    found = _options(expression)
    if not found:
        return (tuple(dict.fromkeys(leaves(expression))),)
    return tuple(sorted(dict.fromkeys(found), key=_weight))


def _options(expression: Expression) -> list[Option]:
    """Return the options as written, none where there are too many."""
    match expression:
        case License():
            return [(expression,)]
        case Or(operands):
            parts = [_options(one) for one in operands]
            found = [option for part in parts for option in part]
            return found if all(parts) and len(found) <= _MOST_OPTIONS else []
        case And(operands):
            parts = [_options(one) for one in operands]
            count = 1
            for part in parts:
                count *= len(part)
            if not 0 < count <= _MOST_OPTIONS:
                return []
            return [
                tuple(dict.fromkeys(leaf for option in taken for leaf in option))
                for taken in product(*parts)
            ]


def _weight(option: Option) -> int:
    """Return how much an option asks for."""
    return max((_RANKS[license_row(leaf).category] for leaf in option), default=0)
