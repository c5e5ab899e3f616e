# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``cos-package-info.json``: which packages a COS image has, and which built it.

It names packages and says nothing else of them: licences come from the ebuilds of the
same version in the repositories, by their metadata cache.

Three schemas were published (COS milestones 81 to today)::

    {"installedPackages": [{"category", "name", "version", "ebuild_version"}, ...],
     "buildTimePackages": [...]}
    {"installedPackages": [{"category", "name", "version", "revision"}, ...]}
    {"InstalledPackages": [{"Category", "Name", "Version", "Revision"}, ...]}

In the first, ``version`` is the number of the COS build and ``ebuild_version`` that of
the ebuild; the last was called ``/etc/package_list``. Fields that are not known here
are passed over. Source: google/osv-scalibr, extractor ``cos``; cos-image-analyzer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.model import (
    Evidence,
    Finding,
    FindingKind,
    PackageId,
    RawPackage,
    Shipped,
)
from coos_license.portage.entry import FILES, parse_package
from coos_license.portage.names import package_id
from coos_license.portage.repository import CACHE, CACHE_LIMIT, Repository
from coos_license.trees.base import AbsentError, FileTree
from coos_license.trees.text import show

#: Where an image has it; the second was there before the first.
PLACES: Final = ("etc/cos-package-info.json", "etc/package_list")
#: 120 bytes a package: that of an image of 500 packages has 60 KB.
LIMIT: Final = 1 << 22
_LISTS: Final = (
    ("installedPackages", Shipped.YES),
    ("InstalledPackages", Shipped.YES),
    ("buildTimePackages", Shipped.BUILD_TIME),
    ("BuildTimePackages", Shipped.BUILD_TIME),
)
_STRING_OR_NUMBER: Final = (str, int)


def looks_like_list(content: bytes) -> bool:
    """Return whether a file begins as a JSON object does."""
    return content.lstrip()[:1] == b"{"


def find_list(tree: FileTree) -> str | None:
    """Return where a tree has a list of packages, ``None`` where it has none."""
    for place in PLACES:
        try:
            if looks_like_list(tree.read(place, LIMIT)):
                return place
        except ReadError:
            continue
    return None


def read_list(
    content: bytes, place: str
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return the packages that a list names, each once, and what is odd about it.

    A package of both lists ships. ``place`` is the evidence path. Raises: ReadError
    where it is no such list.
    """
    found: dict[PackageId, Shipped] = {}
    odd: list[Finding] = []
    for name, shipped, entries in _lists(content):
        met: set[PackageId] = set()
        for number, entry in enumerate(entries):
            package = _package(entry)
            if package is None or package in met:
                reason = "is there twice" if package else "names no package (PMS 3.1)"
                odd.append(_odd(place, f"{name}[{number}]", reason, entry))
                continue
            met.add(package)
            found.setdefault(package, shipped)
    ordered = sorted(found.items(), key=lambda one: one[0])
    return tuple(_listed(one, shipped, place) for one, shipped in ordered), tuple(odd)


def _lists(content: bytes) -> Iterator[tuple[str, Shipped, list[Any]]]:
    """Yield the lists of the file, those of the image first. Raises: ReadError."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ReadError("is no JSON") from error
    known = {name for name, _ in _LISTS}
    if not isinstance(value, dict) or known.isdisjoint(value):
        raise ReadError(
            "is JSON, but neither a list of installedPackages nor of buildTimePackages"
        )
    for name, shipped in _LISTS:
        entries = value.get(name)
        if entries is None:
            continue
        if not isinstance(entries, list):
            raise ReadError(f"has {name} that is no list")
        yield name, shipped, entries


def _package(entry: object) -> PackageId | None:
    """Return the package that an entry names, ``None`` where it names none."""
    if not isinstance(entry, dict):
        return None
    values = {
        key.lower(): str(value)
        for key, value in entry.items()
        if isinstance(value, _STRING_OR_NUMBER)
    }
    version = values.get("ebuild_version") or values.get("version", "")
    revision = values.get("revision", "").removeprefix("r")
    if "ebuild_version" not in values and revision not in {"", "0"}:
        version = f"{version}-r{revision}"
    return package_id(values.get("category", ""), f"{values.get('name', '')}-{version}")


def _listed(package: PackageId, shipped: Shipped, place: str) -> RawPackage:
    """Return a package of which its name is known, and whether it ships."""
    raw = parse_package(package, place, {}, {}, {})
    return replace(raw, files=None, unreadable=FILES, stated=shipped)


def _odd(place: str, where: str, reason: str, entry: object) -> Finding:
    """Return the finding about an entry that is passed over."""
    shown = show(json.dumps(entry)[:100])
    message = f"{place}: {where} {reason}: {shown}"
    evidence = (Evidence(place),)
    return Finding(findings.UNREADABLE_ENTRY, where, message, evidence=evidence)


def with_ebuilds(
    packages: Sequence[RawPackage], repositories: Sequence[Repository]
) -> tuple[RawPackage, ...]:
    """Return the packages of a list with what the ebuilds of their version say.

    Of several repositories that have the ebuild the last one counts, as overlays are
    given after what they lie over. Where they differ in LICENSE nothing tells which
    one was built: it is then not known.
    """
    return tuple(_with_ebuild(package, repositories) for package in packages)


def _with_ebuild(raw: RawPackage, repositories: Sequence[Repository]) -> RawPackage:
    """Return one package of a list with what its ebuild says."""
    ebuilds = [
        ebuild
        for repository in repositories
        if (ebuild := _ebuild(raw.id, repository)) is not None
    ]
    if not ebuilds:
        names = ", ".join(repository.name for repository in repositories)
        searched = f"searched {names}" if names else "no --overlay was given"
        message = f"no repository has the ebuild of {raw.id.cpv}: {searched}"
        return _told(raw, findings.NO_EBUILD, message)
    taken = replace(ebuilds[-1], stated=raw.stated)
    if len({one.license_field for one in ebuilds}) > 1:
        said = "; ".join(
            f"{one.repository}: {show(one.license_field or '')!r}" for one in ebuilds
        )
        unknown = replace(
            taken, license_field=None, unreadable=taken.unreadable | {"LICENSE"}
        )
        message = f"the ebuilds of {raw.id.cpv} differ in LICENSE: {said}"
        return _told(unknown, findings.AMBIGUOUS_EBUILD, message)
    return taken


def _ebuild(package: PackageId, repository: Repository) -> RawPackage | None:
    """Return what the metadata cache says of an ebuild, ``None`` where it has none."""
    from coos_license.portage.ebuild_cache import read_entry  # noqa: PLC0415 (of lists alone)

    path = f"{CACHE}/{package.category}/{package.pf}"
    content: bytes | ReadError
    try:
        content = repository.tree.read(path, CACHE_LIMIT)
    except AbsentError:
        return None
    except ReadError as error:
        content = error
    return read_entry(package, f"{repository.name}/{path}", content, repository.name)


def _told(raw: RawPackage, kind: FindingKind, message: str) -> RawPackage:
    """Return the package with one finding more."""
    fault = Finding(kind, "ebuild", message, raw.id, raw.slot, (raw.evidence(),))
    return replace(raw, faults=(*raw.faults, fault))
