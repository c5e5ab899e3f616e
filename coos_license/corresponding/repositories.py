# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What makes the repositories of a bundle ones that portage takes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from coos_license import findings
from coos_license.corresponding.ebuilds import pieces_below, read_beside
from coos_license.corresponding.values import Gap, Piece, Rebuild, Role
from coos_license.errors import ReadError
from coos_license.policy.policy_public import is_private
from coos_license.portage.config_root import ConfigRoot
from coos_license.portage.repository import Repository

_PROFILES: Final = "/profiles/"


def told_repositories(
    repositories: Sequence[Repository],
    used: frozenset[str],
    private: Sequence[str],
) -> tuple[Repository, ...]:
    """Return the repositories that a bundle tells of.

    Without private ones, unless something ``used`` in the bundle is from there.
    """
    return tuple(
        one
        for one in repositories
        if one.name in used or not is_private(one.name, private)
    )


def rebuild_of(config: ConfigRoot, repositories: Sequence[Repository]) -> Rebuild:
    """Return what the bundle with these repositories is built again with.

    Without a record the main repository is the one without masters, if that is one.
    """
    masters = {one.name: one.masters for one in repositories}
    roots = [name for name, above in masters.items() if not above]
    main = config.main if config.main in masters else ""
    if not main and len(roots) == 1:
        main = roots[0]
    return Rebuild(main, _profile_path(config, repositories), masters)


def _profile_path(config: ConfigRoot, repositories: Sequence[Repository]) -> str:
    """Return where in the bundle the profile is, ``""`` where that is not known."""
    place, found, inside = config.profile.rpartition(_PROFILES)
    has_it = [
        one.name
        for one in repositories
        if found and _is_directory(one, f"profiles/{inside}")
    ]
    named = [name for name in has_it if config.places.get(name) == place]
    last = place.rpartition("/")[2]
    alike = [name for name in has_it if last in (name, f"overlay-{name}")]
    for names in (named, alike, has_it):
        if len(names) == 1:
            return f"repos/{names[0]}/profiles/{inside}"
    return ""


def _is_directory(repository: Repository, path: str) -> bool:
    """Return whether a repository has a directory; no path leads out of it."""
    if ".." in path.split("/") or not path.isprintable():
        return False
    try:
        repository.tree.at(path).close()
    except ReadError:
        return False
    return True


def repository_pieces(
    repositories: Iterable[Repository], licenses: Mapping[str, Iterable[str]]
) -> tuple[list[Piece], list[Gap]]:
    """Return what makes the repositories of a bundle ones that portage takes.

    ``licenses`` are the names whose texts are to be there, by repository.
    """
    pieces: list[Piece] = []
    gaps: list[Gap] = []
    for one in repositories:
        found, faults = pieces_below(one, "profiles", Role.REPOSITORY)
        named = ["metadata/layout.conf"]
        named += [f"licenses/{name}" for name in sorted(licenses.get(one.name, ()))]
        top = f"repos/{one.name}"
        pieces += [
            Piece(f"{top}/{path}", Role.REPOSITORY, tree=one.tree, source=path)
            for path in named
            if read_beside(one, path, 1 << 24) is not None
        ]
        if not any(piece.path == f"{top}/profiles/repo_name" for piece in found):
            content = f"{one.name}\n".encode()
            path = f"{top}/profiles/repo_name"
            pieces.append(Piece(path, Role.REPOSITORY, content))
        pieces += found
        gaps += [
            Gap(findings.SOURCE_MISSING, Role.REPOSITORY, f"{one.name}/{path}", reason)
            for path, reason in faults
        ]
    return pieces, gaps
