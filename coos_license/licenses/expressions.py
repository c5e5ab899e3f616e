# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX expressions from text, and what they weigh."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from coos_license.errors import ParseError
from coos_license.expression import (
    And,
    Claim,
    Declared,
    Expression,
    License,
    Or,
    all_of,
    any_of,
    leaves,
)
from coos_license.licenses import spdx_list
from coos_license.licenses.categories import (
    CategoryRow,
    exception_category,
    is_categorized,
    license_category,
)
from coos_license.licenses.names import name_rows
from coos_license.model import Component, LicenseCategory, Obligation

if TYPE_CHECKING:
    from license_expression import Licensing

#: From what asks least to what asks most; UNKNOWN weighs most: it must be read.
_ORDER: Final = {category: rank for rank, category in enumerate(LicenseCategory)}
_OBLIGATIONS: Final = {obligation: rank for rank, obligation in enumerate(Obligation)}


@lru_cache(maxsize=1)
def licensing() -> "Licensing":
    """Return license-expression's parser over our SPDX list, not its own stale one."""
    from license_expression import LicenseSymbol, Licensing  # noqa: PLC0415 (heavy)

    return Licensing(
        [LicenseSymbol(spdx_id) for spdx_id in sorted(spdx_list.license_ids())]
        + [
            LicenseSymbol(spdx_id, is_exception=True)
            for spdx_id in sorted(spdx_list.exception_ids())
        ]
    )


@lru_cache(maxsize=1 << 12)
def parse_expression(text: str) -> Expression:
    """Return the SPDX expression that the text is, ids in the list's own spelling.

    A LicenseRef is taken as it is. Raises: ParseError.

    >>> parse_expression("Apache-2.0 WITH LLVM-exception")
    License(id='Apache-2.0', exception='LLVM-exception')
    """
    words = text.split()
    match words:
        case [spdx_id] if not spdx_id.startswith("("):
            return License(_known(spdx_id, spdx_list.license_ids(), text))
        case [spdx_id, "WITH", exception] if "(" not in text:
            return License(
                _known(spdx_id, spdx_list.license_ids(), text),
                _known(exception, spdx_list.exception_ids(), text),
            )
    import license_expression as library  # noqa: PLC0415 (heavy)

    try:
        tree = licensing().parse(text, strict=True)
    except (library.ExpressionError, library.ParseError, IndexError) as error:
        # IndexError: its parser's own, for "( )".
        message = f"{text!r} is no SPDX expression: {error}".splitlines()[0]
        raise ParseError(message, 1) from error
    return _converted(tree, text)


def _known(word: str, known: frozenset[str], text: str) -> str:
    """Return the id as the list spells it. Raises: ParseError."""
    if word.startswith(("LicenseRef-", "DocumentRef-")):
        return word
    canonical = spdx_list.canonical_id(word)
    if canonical in spdx_list.deprecated_ids():
        message = f"{word!r} is deprecated on the SPDX list; name its successor"
        raise ParseError(message, text.find(word) + 1)
    if canonical is None or canonical not in known:
        message = f"{word!r} is not on the SPDX list {spdx_list.LIST_VERSION}"
        row = name_rows().get(word)
        if row is not None and row.expression:
            message += f"; did you mean {row.expression!r}?"
        raise ParseError(message, text.find(word) + 1)
    return canonical


def _converted(tree: object, text: str) -> Expression:
    """Return license-expression's tree as our values."""
    import license_expression as library  # noqa: PLC0415 (heavy)

    match tree:
        case library.LicenseWithExceptionSymbol():
            return License(
                _known(tree.license_symbol.key, spdx_list.license_ids(), text),
                _known(tree.exception_symbol.key, spdx_list.exception_ids(), text),
            )
        case library.LicenseSymbol():
            return License(_known(tree.key, spdx_list.license_ids(), text))
        case library.AND():
            return all_of(_converted(part, text) for part in tree.args)
        case library.OR():
            return any_of(_converted(part, text) for part in tree.args)
        case _:
            message = f"{text!r} is no SPDX expression"
            raise ParseError(message, 1)


@lru_cache(maxsize=1 << 12)
def license_row(leaf: License) -> CategoryRow:
    """Return category and obligations of one licence, its exception considered.

    An exception only ever permits more: of the two categories the milder holds. What
    network use asks for, no exception met lifts.
    """
    row = license_category(leaf.id)
    pair = exception_category(leaf.exception) if leaf.exception else None
    if (
        pair is None
        or pair.category is LicenseCategory.UNKNOWN
        or row.category is LicenseCategory.NETWORK_RESTRICTED
    ):
        return row
    milder = min(row.category, pair.category, key=_ORDER.__getitem__)
    return row._replace(category=milder)


def category_of(expression: Declared) -> LicenseCategory:
    """Return what the expression asks for: the most of an AND, the least of an OR."""
    match expression:
        case License():
            return license_row(expression).category
        case And(operands):
            return max(map(category_of, operands), key=_ORDER.__getitem__)
        case Or(operands):
            return min(map(category_of, operands), key=_ORDER.__getitem__)
        case Claim.NONE:
            return LicenseCategory.UNENCUMBERED
        case Claim.NOASSERTION:
            return LicenseCategory.UNKNOWN


def obligations_of(licenses: Iterable[License]) -> tuple[Obligation, ...]:
    """Return all that the licences oblige to, in the order of the vocabulary.

    Options of a choice count all: to credit too much is harmless, too little is a
    breach.
    """
    owed = {one for leaf in licenses for one in license_row(leaf).obligations}
    return tuple(sorted(owed, key=_OBLIGATIONS.__getitem__))


def with_components(
    owed: Iterable[Obligation], components: Iterable[Component]
) -> tuple[Obligation, ...]:
    """Return what is owed and what licences of components ask for besides, in order."""
    licenses = (leaf for one in components for leaf in leaves(one.declared))
    every = {*owed, *obligations_of(licenses)}
    return tuple(sorted(every, key=_OBLIGATIONS.__getitem__))


def uncategorized(expression: Declared) -> tuple[str, ...]:
    """Return the ids of the expression that no row of ``categories.toml`` decides."""
    return tuple(
        dict.fromkeys(
            leaf.id for leaf in leaves(expression) if not is_categorized(leaf.id)
        )
    )
