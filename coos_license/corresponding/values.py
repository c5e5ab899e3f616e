# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The frozen values of a source bundle: what goes in, what is there, what is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from coos_license.model import (
    Digests,
    FetchedFile,
    FindingKind,
    Obligation,
    Package,
    PackageId,
)
from coos_license.policy.policy_values import Waiver
from coos_license.sources.places import Place
from coos_license.trees.base import FileTree


class Role(StrEnum):
    """What a file of the bundle is to a package."""

    DISTFILE = "distfile"
    EBUILD = "ebuild"
    ECLASS = "eclass"
    FILE = "file beside the ebuild"
    PATCH = "patch"
    RECORD = "record of the build"
    CONFIG = "kernel configuration"
    TREE = "source tree"
    REPOSITORY = "file of the repository"
    COMPONENT = "source of the component"


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One file of the bundle at ``path``, made of ``content`` or copied from a tree."""

    path: str
    role: Role
    content: bytes | None = None
    tree: FileTree | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A directory or file of a checkout that a package was built from.

    ``name`` is that of its archive; ``recorded`` are the ids that Git gives to the
    trees, as the ebuild records them, of which this is to be one; ``commits`` are
    those that the package was built from, one of which is of this place.
    """

    place: Place
    name: str
    recorded: tuple[str, ...]
    commits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that should be in the bundle and is not, or is not as recorded.

    ``kind`` says which of both; ``digests`` are those that it should have. ``waiver``
    is the one of the policy that is for it.
    """

    kind: FindingKind
    role: Role
    name: str
    reason: str
    digests: Digests = ()
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch of a package; ``path`` is where it lies in the bundle.

    ``number`` counts from 1 in the order of ``PATCHES``, and is ``None`` for a patch
    that this variable does not name.
    """

    path: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why source is owed: a licence, and whose or how it came."""

    license: str
    why: str
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ComponentSource:
    """A component of the image that owes source, and which packages have it.

    ``files`` are archives that its rule names, ``gap`` says that nothing is known to be
    its source, or only that of another version.
    """

    component: Package
    reasons: tuple[Reason, ...]
    packages: tuple[PackageId, ...] = ()
    files: tuple[FetchedFile, ...] = ()
    gap: Gap | None = None

    @property
    def sources(self) -> tuple[PackageId, ...]:
        """Return the entries of the bundle that are about its source."""
        is_own = bool(self.files) or self.gap is not None
        return (*self.packages, *((self.component.id,) if is_own else ()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What the bundle is to hold for one package, and what is known to be missing.

    ``is_restricted``: no licence asks for its source, and it may be one that nobody
    may pass on.
    """

    package: Package
    reasons: tuple[Reason, ...]
    fetched: tuple[FetchedFile, ...]
    pieces: tuple[Piece, ...]
    patches: tuple[Patch, ...] = ()
    trees: tuple[WorkTree, ...] = ()
    commits: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of the bundle as it was written."""

    path: str
    role: Role
    sha256: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundled:
    """What the bundle holds for one package."""

    plan: Plan
    files: tuple[Kept, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What a bundle is built again with: its main repository and its profile.

    Each is ``""`` where it is not recorded; ``profile`` is a path in the bundle.
    ``masters`` are those of each repository of the bundle, by name.
    """

    main: str
    profile: str
    masters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Duty:
    """What licences ask for beside source: of which packages, and what is at hand.

    ``is_met``: what is at hand is all that is asked for.
    """

    obligation: Obligation
    packages: tuple[PackageId, ...]
    at_hand: str
    is_met: bool
