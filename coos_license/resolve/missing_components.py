# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The one finding of a package that counts what its components lack."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from coos_license import findings
from coos_license.components.purls import python_name
from coos_license.expression import Claim, leaves
from coos_license.licenses.expressions import obligations_of
from coos_license.model import (
    Component,
    Evidence,
    Finding,
    Linkage,
    Obligation,
    RawPackage,
)

_SUBJECT: Final = "components"
#: Those whose source is at hand are few, and somebody can look: they are named.
_MOST_NAMED: Final = 10


def missing(package: RawPackage, components: Iterable[Component]) -> Iterator[Finding]:
    """Yield the one finding that counts the components without a licence, or its text.

    The package's own text stands for the component that is the package itself.
    """
    every = tuple(components)
    unclear = [one for one in every if _is_unclear(one)]
    found = {
        "licence not known": [one for one in every if _is_unknown(one)],
        "came without the text that their licence wants": [
            one for one in every if _is_bare(one) and not is_package(one, package)
        ],
    }
    said = [f"{what}: {_counted(some)}" for what, some in found.items() if some]
    if unclear:
        said.append(f"licence not told by their texts: {_named(unclear)}")
    lacking = [*unclear, *(one for some in found.values() for one in some)]
    without = [one for one in lacking if one.source and not _has_text(one)]
    if without:
        said.append(f"no text in their sources: {_named(without)}")
    if said:
        yield Finding(
            findings.COMPONENT_LICENSE_UNKNOWN,
            _SUBJECT,
            f"of {_total(every)}, {'; '.join(said)}",
            package.id,
            package.slot,
            tuple(_places(lacking)),
        )


def is_package(component: Component, package: RawPackage) -> bool:
    """Return whether a component is the package itself, by its name."""
    return python_name(component.name) == python_name(package.id.name)


def _has_text(component: Component) -> bool:
    """Return whether a licence text of the component is passed on."""
    return any(not text.notice for text in component.texts)


def _is_unknown(component: Component) -> bool:
    """Return whether nothing says which licence a component is under."""
    return component.declared is Claim.NOASSERTION and not _has_text(component)


def _is_unclear(component: Component) -> bool:
    """Return whether the texts of a component are there, and no one licence."""
    return component.declared is Claim.NOASSERTION and _has_text(component)


def _is_bare(component: Component) -> bool:
    """Return whether the licence of a component wants a text that is not there."""
    owed = obligations_of(leaves(component.declared))
    return Obligation.LICENSE_TEXT in owed and not _has_text(component)


def _places(components: Iterable[Component]) -> Iterator[Evidence]:
    """Yield the files that name the components, each once, in order."""
    places: dict[str, int | None] = {}
    for one in components:
        places.update(dict.fromkeys(one.evidence))
        if not one.evidence:
            for place in one.lists:
                places.setdefault(place.path, place.line)
    return (Evidence(path, places[path]) for path in sorted(places))


def _total(components: Iterable[Component]) -> str:
    """Return how many components there are, those apart that only may be in."""
    counts = Counter(one.linked is Linkage.DECLARED for one in components)
    first, rest = (counts[False], counts[True]) if counts[False] else (counts[True], 0)
    words = f"{first:,} component{'' if first == 1 else 's'}"
    if not counts[True]:
        return words
    return f"{words}{f' and {rest:,}' if rest else ''} that the build may use"


def _named(components: list[Component]) -> str:
    """Return the names of some components, and how many more there are."""
    shown = ", ".join(
        f"{one.name} {one.version}".rstrip() for one in components[:_MOST_NAMED]
    )
    more = len(components) - _MOST_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _counted(components: Iterable[Component]) -> str:
    """Return how many there are of each ecosystem.

    >>> _counted(())
    ''
    """
    counts = Counter(one.ecosystem for one in components)
    return ", ".join(one.counted(count) for one, count in sorted(counts.items()))
