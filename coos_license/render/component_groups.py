# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The components of a package as the credits page and NOTICE put them: in groups.

Components of one kind and one licence stand together, for a program of Go has hundreds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from coos_license.expression import Claim
from coos_license.model import Component, Ecosystem, Linkage
from coos_license.render.words import printable

_NOT_STATED: Final = "license not stated"


@dataclass(frozen=True, slots=True)
class Named:
    """A component by name and version; the version is empty where none is known."""

    name: str
    version: str

    @property
    def words(self) -> str:
        """Return name and version."""
        return f"{self.name} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class ComponentGroup:
    """Components of one kind and licence; ``unknown`` where SPDX has no word for it.

    ``title`` says how many there are of what. ``certain``: a program says that they are
    in it; else the build may use them.
    """

    title: str
    license: str
    unknown: bool
    certain: bool
    members: tuple[Named, ...]


def component_groups(components: Iterable[Component]) -> tuple[ComponentGroup, ...]:
    """Return the groups: what is certain, then by kind, known licences first."""
    groups: dict[tuple[bool, Ecosystem, bool, str], list[Named]] = {}
    for one in components:
        unknown = one.declared is Claim.NOASSERTION
        words = printable(_license(one))
        named = Named(printable(one.name), printable(one.version))
        maybe = one.linked is Linkage.DECLARED
        groups.setdefault((maybe, one.ecosystem, unknown, words), []).append(named)
    return tuple(
        ComponentGroup(
            ecosystem.counted(len(members)), words, unknown, not maybe, tuple(members)
        )
        for (maybe, ecosystem, unknown, words), members in sorted(groups.items())
    )


def _license(component: Component) -> str:
    """Return the licence in SPDX terms, or what is stated in its place."""
    if component.declared is not Claim.NOASSERTION:
        return str(component.declared)
    stated = component.stated
    return f"license stated as {stated!r}" if stated else _NOT_STATED
