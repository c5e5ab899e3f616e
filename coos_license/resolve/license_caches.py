# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the licence hook of Chromium OS left beside a package, held against it.

The hook is chromite's: some of what it writes differs from LICENSE by its own rules,
and only the rest is a contradiction.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from coos_license import findings
from coos_license.chromiumos.license_cache import LicenseCache
from coos_license.model import PackageId, RawPackage, TextKind, TextUse
from coos_license.resolve.problems import Problem
from coos_license.trees.text import show

#: Names for which the hook looks into the sources and that it then leaves out; the
#: union of the editions of 2020 to 2024. Source: chromite ``licenses_lib.py``,
#: ``COPYRIGHT_ATTRIBUTION_LICENSES``.
_SCANNED_NAMES: Final = frozenset(
    (
        *("BSD", "BSD-2", "BSD-2-with-patent", "BSD-3", "BSD-4"),
        *("BSD-with-attribution", "BSD-with-disclosure", "ISC", "MIT"),
        *("MIT-with-advertising", "Old-MIT"),
    )
)
#: What the hook puts in beside or in place of a name: the texts of "or later" names
#: only point at the plain ones, and Google's own BSD code has Google's notice.
_DERIVED: Final = {"GPL-2+": "GPL-2", "LGPL-2+": "LGPL-2"}
_NO_NAMES: Final = frozenset(("metapackage", "Proprietary-Binary"))


def check_cache(
    cache: LicenseCache, package: RawPackage, names: tuple[str, ...]
) -> Iterator[Problem]:
    """Yield where a cache contradicts the entry that it lies in.

    ``names`` are the licence names of LICENSE.
    """
    path = package.license_cache[0] if package.license_cache else ""
    kind = findings.LICENSE_CACHE_MISMATCH
    stated = _identity(cache)
    if stated is not None and stated != package.id:
        message = f"{path} is of {show(stated.cpv)}"
        yield Problem(kind, "identity", message, path)
    for name in sorted(cache.license_names - _may_have(names, package.id.category)):
        message = f"{path} names the licence {show(name)}, LICENSE does not"
        yield Problem(kind, name, message, path)
    if not cache.skip and "||" not in (package.license_field or "").split():
        for name in sorted(_must_have(names) - cache.license_names):
            message = f"LICENSE names {name}, {path} does not"
            yield Problem(kind, name, message, path)
    if cache.tainted and "TAINTED" not in names:
        message = f"{path} says that the package is tainted, LICENSE does not"
        yield Problem(kind, "TAINTED", message, path)


def cached_uses(
    cache: LicenseCache, package: RawPackage
) -> Iterator[tuple[TextUse, bytes]]:
    """Yield the texts of a cache as uses, with their content.

    The evidence is the file that the text was found in, below the cache that holds it.
    """
    name = package.license_cache[0] if package.license_cache else ""
    for number, text in enumerate(cache.scanned, start=1):
        path = f"{package.place}/{name}/{text.path or number}"
        sha256 = hashlib.sha256(text.content).hexdigest()
        yield TextUse(sha256, package.id.key, TextKind.CACHE, path), text.content


def _identity(cache: LicenseCache) -> PackageId | None:
    """Return the package that a cache says it is of, ``None`` where it does not."""
    if cache.category is None or cache.name is None or cache.version is None:
        return None
    revision = "" if cache.revision == "0" else f"-r{cache.revision}"
    return PackageId(cache.category, cache.name, f"{cache.version}{revision}")


def _may_have(names: tuple[str, ...], category: str) -> frozenset[str]:
    """Return the names that a cache may have for those of LICENSE."""
    derived = {_DERIVED[name] for name in names if name in _DERIVED}
    if category == "chromeos-base" and "BSD" in names:
        derived.add("BSD-Google")
    return frozenset((*names, *derived))


def _must_have(names: tuple[str, ...]) -> frozenset[str]:
    """Return the names that a cache must have for those of LICENSE."""
    return frozenset(names) - _SCANNED_NAMES - _NO_NAMES
