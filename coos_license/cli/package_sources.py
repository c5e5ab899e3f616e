# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the ``--sources`` directories to what the packages' own sources say."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coos_license.chromiumos.databases import DatabaseKind
from coos_license.cli.sources import Source, open_directory
from coos_license.errors import InputError, ReadError
from coos_license.model import RawPackage
from coos_license.portage.repository import Repository
from coos_license.resolve.texts import TextFinder
from coos_license.trees.base import AbsentError

if TYPE_CHECKING:
    from coos_license.sources.locate import Survey
    from coos_license.sources.values import Sources

_CURE: Final = (
    "give a directory of distfiles, or of <category>/<name>-<version>/, or a checkout"
)
#: Portage saves it with each installed package (PMS 11.1, 14); of gcc it is 300 KB.
_ENVIRONMENT: Final = "environment.bz2"
_ENVIRONMENT_LIMIT: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class Given:
    """What the sources say, ``None`` where none were given, and remarks on them."""

    found: "Sources | None" = None
    remarks: tuple[str, ...] = ()


def find_sources(
    source: Source,
    paths: Sequence[Path],
    packages: Sequence[RawPackage],
    repositories: Sequence[Repository],
    jobs: int | None,
) -> Given:
    """Return what the sources of the packages say.

    Without any ``paths``, what a snapshot brought along. Raises: InputError.
    """
    if paths:
        environment = partial(saved_environment, source)
        return _read(paths, packages, repositories, jobs, environment)
    brought = source.opened.sources
    if brought is None:
        return Given()
    # Runs without sources need none of this.
    from coos_license.snapshot.sources import read_sources  # noqa: PLC0415 (only with sources)

    try:
        return Given(read_sources(brought))
    except ReadError as error:
        raise InputError(
            str(error), where="SOURCE", cure="make the snapshot again"
        ) from error


def _read(
    paths: Sequence[Path],
    packages: Sequence[RawPackage],
    repositories: Sequence[Repository],
    jobs: int | None,
    environment: Callable[[RawPackage], bytes | None],
) -> Given:
    """Return what the sources in directories say. Raises: InputError."""
    # Runs without sources need none of this.
    from coos_license.processes import cores  # noqa: PLC0415 (only with sources)
    from coos_license.sources.gather import read_all  # noqa: PLC0415 (only with sources)
    from coos_license.sources.locate import locate  # noqa: PLC0415 (only with sources)
    from coos_license.sources.packages import assemble  # noqa: PLC0415 (only with sources)

    surveys = [_survey(path) for path in paths]
    finder = TextFinder(repositories)
    located = locate(
        packages,
        surveys,
        repositories,
        lambda raw: finder.source_uri(raw)[0],
        environment,
    )
    places = [place for where in located.values() for place in where.places]
    scans = read_all(places, jobs or cores())
    matched = sum(bool(where.places) for where in located.values())
    remarks = (
        *(f"{path}: {one.remark}" for path, one in zip(paths, surveys, strict=True)),
        f"sources of {matched} of {len(located)} packages found",
    )
    return Given(assemble(located, scans), remarks)


def saved_environment(source: Source, package: RawPackage) -> bytes | None:
    """Return the environment that portage saved when it built an installed package.

    ``None`` where it is not there or not read: SOURCE may keep no such file. Raises:
    ReadError.
    """
    if source.database.kind is not DatabaseKind.INSTALLED:
        return None
    path = f"{source.database.place}/{package.id.cpv}/{_ENVIRONMENT}"
    try:
        packed = source.opened.tree.read(path, _ENVIRONMENT_LIMIT)
    except AbsentError:
        return None
    # Runs without sources need none of this.
    from coos_license.trees.packed import unpacked  # noqa: PLC0415 (only with sources)

    return unpacked(packed, _ENVIRONMENT_LIMIT)


def _survey(path: Path) -> "Survey":
    """Return what a directory holds. Raises: InputError."""
    from coos_license.sources.locate import survey  # noqa: PLC0415 (only with sources)

    with ExitStack() as trees:
        tree = open_directory(path, trees, _CURE)
        try:
            found = survey(tree, str(path))
        except ReadError as error:
            raise InputError(str(error), where=str(path), cure=_CURE) from error
    if not (found.entries or found.files or found.is_checkout):
        raise InputError("holds no sources", where=str(path), cure=_CURE)
    return found
