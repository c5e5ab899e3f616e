# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What makes the repositories of a bundle ones that portage takes."""

from collections.abc import Iterable, Mapping, Sequence

from coos_license import findings
from coos_license.corresponding.ebuilds import pieces_below, read_beside
from coos_license.corresponding.values import Gap, Piece, Role
from coos_license.policy.policy_public import is_private
from coos_license.portage.repository import Repository


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
