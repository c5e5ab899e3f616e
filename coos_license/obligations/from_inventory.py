# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The graph of an image: its packages and their files, and how they use each other.

Edges and the evidence that they rest on: dynamic from NEEDED.ELF.2 or PROVIDES; static
from components that a program names; unknown from DEPEND where nothing is loaded;
kernel modules from their file names; beside each other from RDEPEND and PDEPEND; tools
from BDEPEND.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from coos_license.expression import Claim, License
from coos_license.licenses.expressions import license_row
from coos_license.licenses.linking import (
    FileException,
    bind,
    bound_exceptions,
    package_exceptions,
)
from coos_license.model import (
    Component,
    Inventory,
    LicenseCategory,
    Linkage,
    LinkedFile,
    Package,
    PackageId,
)
from coos_license.obligations.graph import Edge, EdgeKind, Graph, Node
from coos_license.obligations.policy_propagation import reaches, reaches_if_static
from coos_license.obligations.terms import Option, options_of

_MODULE: Final = re.compile(r"/lib/modules/.+\.ko(?:\.(?:gz|xz|zst))?")
_KERNEL: Final = "sys-kernel"
_IN_THE_WAY: Final = frozenset(
    (
        LicenseCategory.PROPRIETARY,
        LicenseCategory.NOT_ALLOWED,
        LicenseCategory.BY_EXCEPTION_ONLY,
        LicenseCategory.UNKNOWN,
    )
)


def graph_of(inventory: Inventory) -> Graph:
    """Return the graph of an inventory; nodes by package, the package itself first."""
    return _Builder(inventory).graph()


class _Builder:
    """Numbers nodes and collects edges."""

    def __init__(self, inventory: Inventory) -> None:
        """Prepare for the packages of the inventory."""
        self._inventory = inventory
        self._nodes: list[Node] = []
        self._edges: dict[Edge, None] = {}
        self._packages: dict[PackageId, int] = {}
        self._libraries: dict[PackageId, int] = {}
        self._by_id = {package.id: package for package in inventory.packages}
        self._files: dict[tuple[PackageId, str], int] = {}
        self._options: dict[tuple[PackageId, tuple[str, ...]], tuple[Option, ...]] = {}

    def graph(self) -> Graph:
        """Return the graph."""
        for package in self._inventory.packages:
            self._add_package(package)
        modules = [
            self._packages[one.id]
            for one in self._inventory.packages
            if one.id.category == _KERNEL and self._has_modules(one.id)
        ]
        for package in self._inventory.packages:
            self._link(package)
            self._may_link(package)
            self._components(package)
            self._modules(package, modules)
            self._beside(package)
        return Graph(tuple(self._nodes), tuple(self._edges))

    def _add_package(self, package: Package) -> None:
        """Number a package and its files."""
        self._packages[package.id] = self._node(package, "")
        for file in self._linked(package.id):
            key = package.id, file.path
            if file.path and key not in self._files:
                number = self._files[key] = self._node(package, file.path)
                if file.module_licenses:
                    node = self._nodes[number]
                    self._nodes[number] = replace(node, stated=file.module_licenses)

    def _linked(self, package: PackageId) -> tuple[LinkedFile, ...]:
        """Return the ELF files of a package."""
        return self._inventory.links.files.get(package, ())

    def _has_modules(self, package: PackageId) -> bool:
        """Return whether a package holds kernel modules."""
        return any(_MODULE.match(file.path) for file in self._linked(package))

    def _node(self, package: Package, path: str) -> int:
        """Number a file of a package, or the package itself."""
        bound = bound_exceptions(package.id.key, path)
        return self._bound(package, path, bound)

    def _library(self, package: Package) -> int:
        """Return the node of what may be linked of a package that nothing loads.

        That is a library: an exception that is for the libraries of a package is for
        this one, be the package full of programs.
        """
        if package.id not in self._libraries:
            bound = package_exceptions(package.id.key)
            self._libraries[package.id] = (
                self._bound(package, "", bound)
                if any(one.files for one in bound)
                else self._packages[package.id]
            )
        return self._libraries[package.id]

    def _bound(
        self, package: Package, path: str, bound: tuple[FileException, ...]
    ) -> int:
        """Number a part of a package with the exceptions that are for it."""
        names = tuple(one.id for one in bound)
        key = package.id, names
        if key not in self._options:
            self._options[key] = tuple(
                tuple(bind(leaf, bound) for leaf in option)
                for option in options_of(package.effective)
            )
        options = self._options[key]
        used = {leaf.exception for option in options for leaf in option}
        return self._numbered(
            Node(
                path or package.id.cpv,
                options,
                package.id,
                path,
                is_bare=_is_bare(package, options),
                is_elected=bool(package.elections),
                excepted=tuple(one.id for one in bound if one.exception in used),
            )
        )

    def _numbered(self, node: Node) -> int:
        """Return the number of a new node."""
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _at(self, package: PackageId, path: str) -> int:
        """Return the node of a file, that of its package where the file has none."""
        return self._files.get((package, path), self._packages[package])

    def _edge(self, user: int, used: int, kind: EdgeKind) -> None:
        """Add an edge once."""
        if user != used:
            self._edges[user, used, kind] = None

    def _link(self, package: Package) -> None:
        """Add what the files of a package load."""
        for file in self._linked(package.id):
            user = self._at(package.id, file.path)
            for need in file.needs:
                several = len(need.providers) > 1
                kind = EdgeKind.ONE_OF if several else EdgeKind.DYNAMIC
                for provider in need.providers:
                    if provider.package in self._packages:
                        used = self._at(provider.package, provider.path)
                        self._edge(user, used, kind)

    def _may_link(self, package: Package) -> None:
        """Add what a package was built with and does not load, where it matters.

        One node stands between: which file holds it, if any does, is not known.
        """
        files = self._linked(package.id)
        if not files:
            return
        loaded = {
            provider.package
            for file in files
            for need in file.needs
            for provider in need.providers
        }
        perhaps = [
            self._library(self._by_id[one])
            for one in self._inventory.links.built_with.get(package.id, ())
            if one not in loaded and one in self._by_id
        ]
        perhaps = [one for one in perhaps if _matters(self._nodes[one])]
        if not perhaps:
            return
        name = f"{package.id.cpv} (what it may have linked statically)"
        between = self._numbered(Node(name, ((),)))
        for file in files:
            user = self._at(package.id, file.path)
            self._edge(user, between, EdgeKind.UNKNOWN)
        for used in perhaps:
            self._edge(between, used, EdgeKind.UNKNOWN)

    def _components(self, package: Package) -> None:
        """Add the components of a package whose licences are known."""
        for component in package.components:
            if isinstance(component.declared, Claim):
                continue
            node = Node(component.purl, options_of(component.declared), package.id)
            used = self._numbered(node)
            for user in dict.fromkeys(self._holders(package, component)):
                is_static = component.linked is Linkage.STATIC
                kind = EdgeKind.STATIC if is_static else EdgeKind.AGGREGATE
                self._edge(user, used, kind)

    def _holders(self, package: Package, component: Component) -> Iterator[int]:
        """Yield the nodes of the files that a component is in.

        Evidence begins with which tree it is of: ``root`` or ``shipped``.
        """
        for place in component.evidence:
            _, slash, path = place.partition("/")
            yield self._at(package.id, f"{slash}{path}")

    def _modules(self, package: Package, kernels: Iterable[int]) -> None:
        """Add that kernel modules of other packages are loaded into the kernel."""
        if package.id.category == _KERNEL:
            return
        for file in self._linked(package.id):
            if _MODULE.match(file.path):
                user = self._at(package.id, file.path)
                for kernel in kernels:
                    self._edge(user, kernel, EdgeKind.MODULE)

    def _beside(self, package: Package) -> None:
        """Add what a package needs beside it, and the tools that it was built with."""
        user = self._packages[package.id]
        for needed in package.depends_on:
            if needed in self._packages:
                self._edge(user, self._packages[needed], EdgeKind.AGGREGATE)
        for tool in self._inventory.links.tools.get(package.id, ()):
            if tool in self._packages:
                self._edge(user, self._packages[tool], EdgeKind.TOOLCHAIN)


def _is_bare(package: Package, options: Iterable[Option]) -> bool:
    """Return whether a "this version only" rests on a name that nobody looked into.

    Old ebuilds say ``GPL-2`` where the sources say "or later".
    """
    looked = any(one.concluded for one in package.curations)
    every = (leaf.id for option in options for leaf in option)
    return not looked and any(one.endswith("-only") for one in every)


def _matters(node: Node) -> bool:
    """Return whether a work that holds the node owes more than a notice for it."""
    return not node.options or any(_is_strict(leaf) for leaf in node.terms)


def _is_strict(leaf: License) -> bool:
    """Return whether a licence reaches others, or is in their way."""
    strict = license_row(leaf).category in _IN_THE_WAY
    return strict or reaches(leaf) or reaches_if_static(leaf)
