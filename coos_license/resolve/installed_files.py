# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The files that packages own: what is there of them, and what is not as it was.

CONTENTS says what a package installed, with an MD5 of each file. A file of several
packages is one file; it is changed only where it is that of none of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license import findings
from coos_license.files.gather import Answer, Wanted
from coos_license.model import (
    Evidence,
    Finding,
    FindingKind,
    InstalledFile,
    PackageId,
    RawPackage,
)
from coos_license.portage.contents import Owned, by_directory, owned
from coos_license.trees.base import Kind
from coos_license.trees.digests import FileDigests
from coos_license.trees.text import in_full, show

_CONTENTS: Final = "CONTENTS"
_MOST_NAMED: Final = 3
#: Of one package; the rest are one more finding.
_MOST_FINDINGS: Final = 100

#: From the directories with what is wanted of them to what is at each path.
Hash = Callable[[Sequence[Wanted]], Mapping[str, Answer]]


@dataclass(frozen=True, slots=True)
class InstalledFiles:
    """The files by path, and what is wrong with them."""

    files: tuple[InstalledFile, ...]
    faults: tuple[Finding, ...]


def installed_files(
    contents: Iterable[tuple[RawPackage, bytes]], look: Hash
) -> InstalledFiles:
    """Return the files of packages, given with their CONTENTS."""
    lists = [(package, *owned(content)) for package, content in contents]
    owners: dict[str, list[PackageId]] = {}
    recorded: dict[str, set[bytes]] = {}
    kinds: dict[str, Kind] = {}
    for package, some, _ in lists:
        for one in some:
            owners.setdefault(one.path, []).append(package.id)
            recorded.setdefault(one.path, set()).add(one.md5)
            # A path that is a file for one package and a link for another is hashed.
            if kinds.get(one.path) is not Kind.FILE:
                kinds[one.path] = one.kind
    found = look(_wanted(kinds))
    faults = [
        fault
        for package, some, odd in lists
        for fault in _faults(package, some, odd, found, recorded)
    ]
    return InstalledFiles(tuple(_files(found, owners)), tuple(faults))


def _wanted(kinds: Mapping[str, Kind]) -> tuple[Wanted, ...]:
    """Return what is looked for, by directory, in order."""
    files = by_directory(path for path, kind in kinds.items() if kind is Kind.FILE)
    links = by_directory(path for path, kind in kinds.items() if kind is Kind.SYMLINK)
    return tuple(
        Wanted(place, tuple(files.get(place, ())), tuple(links.get(place, ())))
        for place in sorted({*files, *links})
    )


def _files(
    found: Mapping[str, Answer], owners: Mapping[str, Sequence[PackageId]]
) -> Iterator[InstalledFile]:
    """Yield the files that have digests, in order of their paths."""
    shared: dict[tuple[PackageId, ...], tuple[PackageId, ...]] = {}
    for path in sorted(found):
        digests = found[path]
        if isinstance(digests, FileDigests):
            who = tuple(sorted(owners[path]))
            yield InstalledFile(
                path,
                digests.sha1,
                digests.sha256,
                digests.sha512,
                shared.setdefault(who, who),
            )


def _faults(
    package: RawPackage,
    some: Sequence[Owned],
    odd: Sequence[bytes],
    found: Mapping[str, Answer],
    recorded: Mapping[str, set[bytes]],
) -> Iterator[Finding]:
    """Yield what is wrong with the files of one package."""
    if odd:
        first = show(odd[0].decode("utf-8", "surrogateescape"))
        message = f"{len(odd)} lines of CONTENTS are not understood, such as {first!r}"
        yield _finding(findings.UNREADABLE_CONTENTS, package, _CONTENTS, message)
    missing = sorted(one.path for one in some if found[one.path] is None)
    if missing:
        message = (
            f"{len(missing)} of {len(some)} files are not there: {_named(missing)}"
        )
        yield _finding(findings.MISSING_FILES, package, "files", message)
    wrong = sorted(_wrong(some, found, recorded), key=lambda one: one[1])
    for kind, path, what in wrong[:_MOST_FINDINGS]:
        shown = f"/{in_full(path)}"
        yield _finding(kind, package, shown, f"{shown} {what}")
    if len(wrong) > _MOST_FINDINGS:
        more = len(wrong) - _MOST_FINDINGS
        message = f"{more} more files are changed or cannot be read"
        yield _finding(findings.UNREAD_FILE, package, "files", message)


def _wrong(
    some: Iterable[Owned],
    found: Mapping[str, Answer],
    recorded: Mapping[str, set[bytes]],
) -> Iterator[tuple[FindingKind, str, str]]:
    """Yield kind, path and words for files that are not what was installed."""
    for one in some:
        match found[one.path]:
            case str(reason) if reason:
                yield findings.UNREAD_FILE, one.path, reason
            case FileDigests() if one.kind is Kind.SYMLINK:
                yield findings.UNREAD_FILE, one.path, "is a file, not a symbolic link"
            case FileDigests(md5=md5) if md5 not in recorded[one.path]:
                what = "has another MD5 than CONTENTS says"
                yield findings.CHANGED_FILE, one.path, what
            case _:
                continue


def _named(paths: Sequence[str]) -> str:
    """Return the first few paths."""
    shown = ", ".join(f"/{show(path)}" for path in paths[:_MOST_NAMED])
    more = len(paths) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _finding(
    kind: FindingKind, package: RawPackage, subject: str, message: str
) -> Finding:
    """Return a finding about the files of a package."""
    evidence: tuple[Evidence, ...] = (package.evidence(_CONTENTS),)
    return Finding(kind, subject, message, package.id, package.slot, evidence)
