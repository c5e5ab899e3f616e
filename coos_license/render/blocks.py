# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the credits page and NOTICE both say: packages, and each distinct text once.

Pure. Every string of a view is safe to print: no control characters, no lone
surrogates, and in one-line fields no bidirectional controls either. Escaping for
HTML is still the business of the page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from coos_license.expression import Claim, leaves
from coos_license.model import (
    IMPLICIT,
    Inventory,
    LicenseText,
    Obligation,
    Package,
    PackageId,
    Shipped,
    TextKind,
)
from coos_license.render.component_groups import ComponentGroup, component_groups
from coos_license.render.words import CLAIM_WORDS, file_name, printable
from coos_license.trees.text import clean

_SHORT_HASH = 8
#: Texts that packages brought themselves: the name of such a use is the package's.
OWN_FILES = frozenset(
    {
        TextKind.ATTRIBUTION,
        TextKind.SOURCE,
        TextKind.CACHE,
        TextKind.COMPONENT,
    }
)

# An unread licence, or one that asks for a text, a notice or a person's eyes.
_OWES_TEXT = frozenset(
    {
        Obligation.LICENSE_TEXT,
        Obligation.COPYRIGHT_NOTICE,
        Obligation.NOTICE_FILE,
        Obligation.ACKNOWLEDGEMENT,
        Obligation.REVIEW,
    }
)


@dataclass(frozen=True, slots=True)
class PackageRef:
    """A package as others point at it; ``anchor`` is unique, with no white space."""

    anchor: str
    category: str
    name: str
    version: str

    @property
    def key(self) -> str:
        """Return ``category/name``."""
        return f"{self.category}/{self.name}"

    @property
    def cpv(self) -> str:
        """Return ``category/name-version``."""
        return PackageId(self.category, self.name, self.version).cpv

    @property
    def is_implicit(self) -> bool:
        """Return whether it is a component that no package database lists."""
        return self.category == IMPLICIT


@dataclass(frozen=True, kw_only=True, slots=True)
class TextBlock:
    """One distinct text; ``number`` counts from 1, ``label`` is a safe file name.

    ``names`` are the licence names of packages that it stands for, those included
    whose own text only points here. ``notice`` says that it is a NOTICE file.
    """

    number: int
    label: str
    spdx: str
    names: tuple[str, ...]
    notice: bool
    packages: tuple[PackageRef, ...]
    source: LicenseText

    @property
    def text(self) -> str:
        """Return the cleaned text; cleaned here too, whoever made the value."""
        return clean(self.source.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """One credited package; ``elected`` is empty where it equals ``declared``.

    ``missing`` names the licences that owe a text of which none was found.
    """

    ref: PackageRef
    description: str
    declared: str
    elected: str
    by_election: bool
    reasons: tuple[str, ...]
    licenses: tuple[str, ...]
    license_field: str | None
    obligations: tuple[Obligation, ...]
    copyrights: tuple[str, ...]
    texts: tuple[TextBlock, ...]
    notices: tuple[TextBlock, ...]
    missing: tuple[str, ...]
    owes_no_text: bool
    linked_unknown: bool
    homepage: tuple[str, ...]
    components: tuple[ComponentGroup, ...]

    @property
    def applies(self) -> str:
        """Return the expression under which the package is passed on."""
        return self.elected or self.declared

    @property
    def in_words(self) -> str:
        """Return what a claim in place of an expression means; empty for others."""
        return CLAIM_WORDS.get(self.applies, "")

    @property
    def unknown(self) -> bool:
        """Return whether nothing could be said of the licence."""
        return self.applies == Claim.NOASSERTION


@dataclass(frozen=True, kw_only=True, slots=True)
class Credits:
    """The credited packages in the inventory's order, and the texts by SPDX id."""

    packages: tuple[Credit, ...]
    texts: tuple[TextBlock, ...]
    licenses: tuple[str, ...]

    @property
    def counted(self) -> tuple[int, int]:
        """Return how many packages there are, and how many implicit components."""
        implicit = sum(one.ref.is_implicit for one in self.packages)
        return len(self.packages) - implicit, implicit


@lru_cache(maxsize=1)
def build(inventory: Inventory) -> Credits:
    """Return what the inventory credits."""
    refs = _refs(package.id for package in inventory.credited)
    blocks = _blocks(inventory, refs)
    packages = tuple(
        _credit(package, ref, blocks)
        for package, ref in zip(inventory.credited, refs, strict=True)
    )
    licenses = {name for package in packages for name in package.licenses}
    return Credits(
        packages=packages,
        texts=tuple(blocks.values()),
        licenses=tuple(sorted(licenses, key=_alphabetical)),
    )


def _alphabetical(value: str) -> tuple[str, str]:
    """Return the key that sorts like an index, and the same way every time."""
    return value.casefold(), value


def _refs(ids: Iterable[PackageId]) -> tuple[PackageRef, ...]:
    """Return a reference per package, anchors told apart where two are equal."""
    seen: dict[str, int] = {}
    refs = []
    for package in ids:
        category, name, version = map(
            printable, (package.category, package.name, package.version)
        )
        anchor = "_".join(PackageId(category, name, version).cpv.split())
        seen[anchor] = seen.get(anchor, 0) + 1
        if seen[anchor] > 1:
            # A tilde is in no package name or version, so this meets no other anchor.
            anchor = f"{anchor}~{seen[anchor]}"
        refs.append(PackageRef(anchor, category, name, version))
    return tuple(refs)


def _blocks(inventory: Inventory, refs: tuple[PackageRef, ...]) -> dict[str, TextBlock]:
    """Return sha256 -> block for each text in use: licences first, by SPDX id."""
    names: dict[str, set[str]] = {}
    users: dict[str, dict[PackageRef, None]] = {}
    for package, ref in zip(inventory.credited, refs, strict=True):
        for use in package.texts:
            found = names.setdefault(use.sha256, set())
            if use.kind not in OWN_FILES:
                found.update({use.name, use.pointed_from or use.name})
            users.setdefault(use.sha256, {})[ref] = None
        for sha256 in package.notices:
            users.setdefault(sha256, {})[ref] = None
    ordered = sorted(
        users,
        key=lambda sha256: (
            sha256 not in names,
            *_alphabetical(inventory.texts[sha256].spdx),
            sha256,
        ),
    )
    labels = _labels(inventory.texts[sha256] for sha256 in ordered)
    return {
        sha256: TextBlock(
            number=number,
            label=labels[sha256],
            spdx=printable(inventory.texts[sha256].spdx),
            names=tuple(sorted(map(printable, names.get(sha256, ())))),
            notice=sha256 not in names,
            packages=tuple(users[sha256]),
            source=inventory.texts[sha256],
        )
        for number, sha256 in enumerate(ordered, 1)
    }


def _labels(texts: Iterable[LicenseText]) -> dict[str, str]:
    """Return sha256 -> label: the id, with 8 digits of the hash where ids meet.

    Ids meet when they differ only by case too, because file systems exist that do
    not tell ``mit.txt`` from ``MIT.txt``.
    """
    safe = {text.sha256: file_name(text.spdx) for text in texts}
    counts = Counter(map(str.casefold, safe.values()))
    short = {
        sha256: label
        if counts[label.casefold()] == 1
        else f"{label}-{sha256[:_SHORT_HASH]}"
        for sha256, label in safe.items()
    }
    # Eight digits can be made to meet on purpose; all of them cannot.
    again = Counter(map(str.casefold, short.values()))
    return {
        sha256: label if again[label.casefold()] == 1 else f"{safe[sha256]}-{sha256}"
        for sha256, label in short.items()
    }


def _credit(
    package: Package, ref: PackageRef, blocks: Mapping[str, TextBlock]
) -> Credit:
    """Return the view of one package."""
    own = dict.fromkeys(use.sha256 for use in package.texts)
    texts = tuple(blocks[sha256] for sha256 in own)
    notices = tuple(
        blocks[sha256] for sha256 in dict.fromkeys(package.notices) if sha256 not in own
    )
    missing = _missing(package, texts)
    elected = next(
        (e for e in (package.effective, package.concluded) if e != package.declared),
        None,
    )
    return Credit(
        ref=ref,
        description=printable(package.description),
        declared=printable(str(package.declared)),
        elected="" if elected is None else printable(str(elected)),
        by_election=bool(package.elections),
        reasons=tuple(
            dict.fromkeys(printable(why) for why in _reasons(package) if why)
        ),
        licenses=_licenses(package),
        license_field=(
            None if package.license_field is None else printable(package.license_field)
        ),
        obligations=package.obligations,
        copyrights=tuple(map(printable, package.copyrights)),
        texts=texts,
        notices=notices,
        missing=missing,
        owes_no_text=not (
            texts
            or notices
            or missing
            or package.copyrights
            or package.components
            or package.effective is Claim.NOASSERTION
            or not _OWES_TEXT.isdisjoint(package.obligations)
        ),
        linked_unknown=package.shipped is Shipped.LINKED_UNKNOWN,
        homepage=tuple(map(printable, package.homepage)),
        components=component_groups(package.components),
    )


def _reasons(package: Package) -> Iterator[str]:
    """Yield why something else is concluded than declared."""
    for election in package.elections:
        yield election.reason
    for curation in package.curations:
        if curation.concluded:
            yield curation.comment or f"{curation.reason} (curation {curation.id})"


def _licenses(package: Package) -> tuple[str, ...]:
    """Return each licence of the declared and effective expressions, or the claim."""
    return tuple(dict.fromkeys(map(printable, _license_words(package))))


def _license_words(package: Package) -> Iterator[str]:
    """Yield the licences of both expressions, repeats included."""
    for expression in (package.declared, package.effective):
        if isinstance(expression, Claim):
            yield str(expression)
        else:
            yield from map(str, leaves(expression))


def _missing(package: Package, texts: tuple[TextBlock, ...]) -> tuple[str, ...]:
    """Return the licence names that owe a text and have none.

    After an election or a curation the names left owe nothing, so there it is enough
    that every licence of the effective expression has its text.
    """
    if Obligation.LICENSE_TEXT not in package.obligations:
        return ()
    found = {name for use in package.texts for name in (use.name, use.pointed_from)}
    uncovered = [name for name in package.license_names if name not in found]
    if package.elections or package.curations:
        shown = {block.source.spdx for block in texts}
        if all(
            leaf.id in shown or str(leaf) in shown for leaf in leaves(package.effective)
        ):
            return ()
    return tuple(map(printable, uncovered))
