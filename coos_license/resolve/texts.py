# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which text backs a licence name of a package.

Order: the package's own repository, its masters, the remaining repositories, the
extra directories; the SPDX list is the last resort and marked so. A text that only
points at others brings those too.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError
from coos_license.expression import License, leaves
from coos_license.licenses import spdx_list
from coos_license.licenses.expressions import license_row, parse_expression
from coos_license.licenses.names import NameRow, name_rows
from coos_license.model import (
    Evidence,
    LicenseText,
    Obligation,
    PackageId,
    RawPackage,
    TextKind,
    TextUse,
)
from coos_license.portage.repository import Repository, search_order
from coos_license.resolve.copyrights import statements
from coos_license.trees.text import clean_bytes

if TYPE_CHECKING:
    from coos_license.sources.values import Sources

_POINTER: Final = re.compile(r"\b[Ss]ee\s+(?P<names>[A-Za-z0-9_+. -]+?)\s+for\b")
_POINTER_BYTES: Final = 600


@dataclass(frozen=True, slots=True)
class Named:
    """What is known of one licence name in one repository.

    ``own`` is the sha256 of the text found under the very name, ``None`` where there
    is none. ``unresolved`` are the names pointed at whose text is missing; ``faults``
    the texts that are there and cannot be read, as (path, reason).
    """

    name: str
    row: NameRow | None
    uses: tuple[TextUse, ...]
    own: str | None
    unresolved: tuple[str, ...]
    searched: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]

    @property
    def known(self) -> bool:
        """Return whether the table or a repository knows the name as a licence."""
        if self.row is not None:
            return self.row.kind != "not-a-license"
        return self.own is not None


class TextFinder:
    """Looks texts up once per name and repository, and keeps each distinct one."""

    def __init__(
        self,
        repositories: Sequence[Repository],
        extra: Sequence[Repository] = (),
        *,
        template_texts: bool = False,
        sources: "Sources | None" = None,
    ) -> None:
        """Search ``repositories`` by their masters, then ``extra`` in order.

        ``template_texts`` lets the SPDX list's text of a licence stand that wants the
        work's own copyright notice, which that text does not hold. ``sources`` is what
        the packages' own sources hold, ``None`` where none were given.
        """
        self.sources = sources
        self.repositories = repositories
        self._by_name = {repository.name: repository for repository in repositories}
        self._extra = extra
        self._template_texts = template_texts
        self._named: dict[tuple[str, str], Named] = {}
        self._orders: dict[str, tuple[Repository, ...]] = {}
        self._read: dict[tuple[str, str], bytes | None] = {}
        self._contents: dict[str, bytes] = {}
        self._cached: dict[str, frozenset[str]] = {}
        self._attributed: dict[str, frozenset[str]] = {}
        self.rubouts: dict[PackageId, str] = {}
        self.missing_masters: dict[tuple[str, str], None] = {}

    @property
    def repository_names(self) -> frozenset[str]:
        """Return the names of the repositories that were given."""
        return frozenset(self._by_name)

    def named(self, name: str, repository: str) -> Named:
        """Return what is known of a name that a package of ``repository`` uses."""
        key = (name, repository)
        if key not in self._named:
            self._named[key] = self._look_up(name, repository)
        return self._named[key]

    def attribution(self, package: RawPackage) -> TextUse | None:
        """Return the copyright-attribution file of a package, if it has one.

        The first repository that has one counts; an empty file rubs it out. Source:
        Chromium OS, ``licenses/copyright-attribution/<category>/{PF, P, PN}``.
        """
        for place in self._order(package.repository):
            if place.name not in self._attributed:
                self._attributed[place.name] = place.attributed_categories()
            if package.id.category not in self._attributed[place.name]:
                continue
            found = place.attribution(package.id)
            if found is not None:
                name, content = found
                path = f"{place.place}/{name}"
                if not content.strip():
                    self.rubouts[package.id] = path
                    return None
                sha256 = self.keep(content)
                return TextUse(sha256, package.id.key, TextKind.ATTRIBUTION, path)
        return None

    def source_uri(self, package: RawPackage) -> tuple[str, Evidence]:
        """Return SRC_URI of a package, and where it lies.

        By its entry, else by its own repository's ebuild cache; ``""`` where neither
        has one.
        """
        unknown = "", package.evidence("SRC_URI")
        own = self._by_name.get(package.repository)
        if package.src_uri or own is None:
            return package.src_uri, unknown[1]
        if own.name not in self._cached:
            self._cached[own.name] = own.cached_categories()
        if package.id.category not in self._cached[own.name]:
            return unknown
        return own.cached_source_uri(package.id)

    def content(self, sha256: str) -> bytes:
        """Return the bytes of a text that some :class:`Named` uses."""
        return self._contents[sha256]

    def _order(self, repository: str) -> tuple[Repository, ...]:
        """Return where a package of the repository finds texts."""
        if repository not in self._orders:
            order, missing = search_order(self.repositories, repository)
            self._orders[repository] = (*order, *self._extra)
            self.missing_masters.update(dict.fromkeys(missing))
        return self._orders[repository]

    def _find(
        self, name: str, repository: str
    ) -> tuple[TextUse | None, list[tuple[str, str]]]:
        """Return the first text under the very name, and what could not be read."""
        faults: list[tuple[str, str]] = []
        for place in self._order(repository):
            key = (place.place, name)
            try:
                if key not in self._read:
                    self._read[key] = place.license_text(name)
                content = self._read[key]
            except ReadError as error:
                faults.append((f"{place.place}/{name}", str(error)))
                continue
            if content is not None and not _is_blank(content):
                kind = TextKind.OVERLAY if place.masters else TextKind.STOCK
                kind = TextKind.OVERLAY if place in self._extra else kind
                use = TextUse(self.keep(content), name, kind, f"{place.place}/{name}")
                return use, faults
        return None, faults

    def keep(self, content: bytes) -> str:
        """Remember a text; return its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._contents[sha256] = content
        return sha256

    def _look_up(self, name: str, repository: str) -> Named:
        """Return what is known of the name, what it points at included."""
        row = name_rows().get(name)
        use, faults = self._find(name, repository)
        uses = [use] if use else self.list_texts(name, row)
        unresolved: list[str] = []
        todo = self._targets(row, self._contents[use.sha256]) if use else ()
        seen = {name}
        holds_terms = not (use and self._only_points(use, todo))
        while todo:
            target, todo = todo[0], todo[1:]
            if target in seen:
                continue
            seen.add(target)
            found, more = self._find(target, repository)
            faults += more
            row_of = name_rows().get(target)
            texts = [found] if found else self.list_texts(target, row_of)
            if not texts:
                unresolved.append(target)
            uses += [
                TextUse(text.sha256, text.name, text.kind, text.path, name)
                for text in texts
            ]
            further = (
                self._targets(row_of, self._contents[found.sha256]) if found else ()
            )
            todo = (*todo, *further)
            if texts and not (found and self._only_points(found, further)):
                holds_terms = True
        if not holds_terms and not unresolved:
            unresolved.append(name)
        return Named(
            name,
            row,
            tuple(uses),
            use.sha256 if use else None,
            tuple(unresolved),
            tuple(place.place for place in self._order(repository)),
            tuple(faults),
        )

    def _only_points(self, use: TextUse, targets: tuple[str, ...]) -> bool:
        """Return whether a text holds no terms of its own: short, and it points."""
        return bool(targets) and len(self._contents[use.sha256]) <= _POINTER_BYTES

    @staticmethod
    def _targets(row: NameRow | None, content: bytes) -> tuple[str, ...]:
        """Return the names that a text points at instead of being a licence."""
        if row is not None:
            return row.points_to
        if len(content) > _POINTER_BYTES:
            return ()
        match = _POINTER.search(clean_bytes(content)[0])
        words = match["names"].replace(",", " ").split() if match else []
        return tuple(word for word in words if word in name_rows())

    def list_texts(self, name: str, row: NameRow | None) -> list[TextUse]:
        """Return the SPDX list's texts for a name of the table, all or none."""
        if row is None or not row.expression:
            return []
        uses = []
        for leaf in dict.fromkeys(leaves(parse_expression(row.expression))):
            parts = [(leaf.id, spdx_list.list_text(leaf.id))]
            if leaf.exception:
                parts.append((leaf.exception, spdx_list.exception_text(leaf.exception)))
            for spdx_id, content in parts:
                if content is None or self._lacks_notice(row, leaf, content):
                    return []
                path = f"spdx-list-{spdx_list.LIST_VERSION}/{spdx_id}"
                uses.append(TextUse(self.keep(content), name, TextKind.SPDX_LIST, path))
        return uses

    def _lacks_notice(self, row: NameRow, leaf: License, content: bytes) -> bool:
        """Return whether the list's text may not stand for want of a notice.

        A template never has the notice of the work; a holder-specific text has it
        where the list prints the holder.
        """
        owed = license_row(leaf).obligations
        if self._template_texts or Obligation.COPYRIGHT_NOTICE not in owed:
            return False
        if row.notice == "own":
            return not statements(clean_bytes(content)[0])
        return row.notice == "template"


def _is_blank(content: bytes) -> bool:
    """Return whether a file has nothing to read: an empty text is no text."""
    return len(content) <= _POINTER_BYTES and not clean_bytes(content)[0].strip()


def license_text(sha256: str, content: bytes, spdx: str) -> LicenseText:
    """Return the text as a value: cleaned beside the bytes as found."""
    text, encoding = clean_bytes(content)
    return LicenseText(
        sha256=sha256, content=content, text=text, encoding=encoding, spdx=spdx
    )
