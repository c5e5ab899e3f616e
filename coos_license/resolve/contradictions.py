# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where the sources of a package say another licence than LICENSE does.

LICENSE covers what is installed (GLEP 23), and sources hold more: tests, build systems,
bundled libraries. So only the licence files of the project itself count, those nearest
to the top, and only where none of them is what LICENSE says. How often that is right
is measured: docs/identification.md.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from coos_license import findings
from coos_license.expression import Claim, Declared, leaves
from coos_license.licenses.identify import Identified
from coos_license.model import PackageId
from coos_license.resolve.header_lines import uncovered
from coos_license.resolve.identification import in_doubt
from coos_license.resolve.problems import Problem
from coos_license.resolve.source_facts import subject_of
from coos_license.sources.values import (
    ARCHIVES,
    Header,
    PackageSources,
    Role,
    SourceFile,
)

#: Roles of files that state the terms of a project.
_TERMS: Final = (Role.TERMS, Role.GNU_TERMS)
#: Directories of which a licence file tells nothing about the project.
_ASIDE: Final = frozenset(
    (
        *("build-aux", "contrib", "debian", "demo", "demos", "deps", "doc", "docs"),
        *("example", "examples", "external", "extern", "extras", "licenses", "m4"),
        *("test", "tests", "testsuite", "third-party", "third_party", "thirdparty"),
        *("vendor", "vendored"),
    )
)
#: Fewer files with a licence line than this tell nothing of the rest.
_FEWEST_HEADERS: Final = 5
_GNU: Final = re.compile(
    r"(?P<family>[AL]?GPL|GFDL)-(?P<version>\d+\.\d+)-(?P<later>only|or-later)"
)


def contradiction(
    files: Iterable[SourceFile],
    identify: Callable[[str], Identified],
    package: PackageId,
    declared: Declared,
    named: frozenset[str],
) -> Iterator[Problem]:
    """Yield the licence of the project's own files, where LICENSE has none of them.

    ``named`` are what the texts of the names in LICENSE are: of ids that a text cannot
    tell apart the plain one, for "or later" is for LICENSE to say.
    A text that is not sure speaks for LICENSE where it is nearest to it.
    """
    if isinstance(declared, Claim):
        return
    implied = named.union(leaf.id for leaf in leaves(declared))
    against: list[tuple[SourceFile, Identified]] = []
    for file in project_files(files, package):
        found = identify(file.sha256)
        if any(_implies(one, other) for one in implied for other in _ids(found)):
            return
        if found.ids:
            against.append((file, found))
    if not against:
        return
    file, found = against[0]
    which = " or ".join(found.ids)
    yield Problem(
        findings.SOURCES_CONTRADICT_LICENSE,
        found.ids[0],
        f"{file.path} is {which}, and no licence file of the project is {declared}",
        place=(file.path, None),
    )


def headers_against(headers: Iterable[Header], declared: Declared) -> Iterator[Problem]:
    """Yield that most heads of source files name licences that LICENSE does not.

    A few are tests, or files of a build system.
    """
    if isinstance(declared, Claim):
        return
    ids = frozenset(leaf.id for leaf in leaves(declared))
    every = tuple(headers)
    total = sum(one.files for one in every)
    against = [one for one in every if uncovered(one.expression, ids)]
    count = sum(one.files for one in against)
    if total < _FEWEST_HEADERS or 2 * count <= total:
        return
    first = min(against, key=lambda one: (-one.files, one.expression))
    yield Problem(
        findings.SOURCES_CONTRADICT_LICENSE,
        first.expression,
        f"{count} of the {total} source files with a licence line name others than"
        f" {declared}, most often {first.expression}",
        place=(first.path, first.line),
    )


def doubtful_files(
    found: PackageSources,
    identify: Callable[[str], Identified],
    package: PackageId,
) -> Iterator[Problem]:
    """Yield each distinct text of the sources that is no licence for sure."""
    told: set[str] = set()
    for file in found.files:
        if file.role not in _TERMS or file.sha256 in told:
            continue
        told.add(file.sha256)
        if said := in_doubt(identify(file.sha256)):
            yield Problem(
                findings.TEXT_NEEDS_REVIEW,
                subject_of(file.path, package),
                f"{file.path} {said}",
                place=(file.path, None),
            )


def _ids(found: Identified) -> tuple[str, ...]:
    """Return what a text is, or is nearest to."""
    return found.ids or found.nearest


def project_files(
    files: Iterable[SourceFile], package: PackageId
) -> tuple[SourceFile, ...]:
    """Return the licence files of the project: those nearest to its top.

    Of each source of the package alone: an archive mostly has one directory at its
    top, an unpacked tree has none.
    """
    nearest: dict[str, tuple[int, list[SourceFile]]] = {}
    for file in files:
        if file.role not in _TERMS:
            continue
        source, below = _split(file.path)
        depth = len(below) - 1
        if depth > 1 or (depth == 1 and below[0].lower() in _ASIDE):
            continue
        least, same = nearest.get(source, (depth, []))
        if depth < least:
            least, same = depth, []
        if depth == least:
            same.append(file)
        nearest[source] = least, same
    main = _main(nearest, package)
    return tuple(file for source in main for file in nearest[source][1])


def _split(path: str) -> tuple[str, tuple[str, ...]]:
    """Return the archive that a path is in, ``""`` for none, and what is below it.

    >>> _split("sources/a/b-1/b-1.tar.gz/b-1/COPYING")
    ('b-1.tar.gz', ('b-1', 'COPYING'))
    """
    first, *rest = path.split("/")[3:]
    if rest and first.lower().endswith(ARCHIVES):
        return first, tuple(rest)
    return "", (first, *rest)


def _main(sources: Iterable[str], package: PackageId) -> tuple[str, ...]:
    """Return the sources that are the package itself, all where no name tells.

    Others are libraries and crates that are built in: components have licences of
    their own.
    """
    every = tuple(sorted(sources))
    own = package.name.lower().replace("_", "-")
    named = tuple(
        one for one in every if not one or one.lower().replace("_", "-").startswith(own)
    )
    return named or every


def _implies(declared: str, other: str) -> bool:
    """Return whether a declared licence is the other one, or may be it by its terms.

    "Or later" is any later version, and LGPL-3.0 is an addition to the GPL-3.0.

    >>> _implies("LGPL-2.0-or-later", "LGPL-2.1-only")
    True
    >>> _implies("LGPL-3.0-only", "GPL-3.0-only")
    True
    >>> _implies("GPL-2.0-only", "GPL-3.0-only")
    False
    """
    if declared == other:
        return True
    one, two = _GNU.fullmatch(declared), _GNU.fullmatch(other)
    if one is None or two is None:
        return False
    if one["family"] == "LGPL" and two["family"] == "GPL":
        return one["version"] == two["version"] == "3.0"
    if one["family"] != two["family"]:
        return False
    later = one["later"] == "or-later" and one["version"] <= two["version"]
    return later or one["version"] == two["version"]
