# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a package was made from as far as it was fetched, and what leaves that open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from coos_license import findings
from coos_license.corresponding.values import Gap, Role
from coos_license.model import FetchedFile, PackageId
from coos_license.portage.assignments import assignments
from coos_license.portage.manifest import Distfile
from coos_license.trees.text import clean_bytes

#: Eclasses that fetch from a version control system while they unpack.
_FETCHING: Final = frozenset(
    (
        "bzr",
        "cvs",
        "darcs",
        "git",
        "git-2",
        "git-r3",
        "golang-vcs",
        "mercurial",
        "subversion",
    )
)
#: Eclass of Chromium OS for what others have built.
_BINARY: Final = "cros-binary"
#: How Gentoo names packages of what was built elsewhere.
_BIN: Final = "-bin"


def _assigned(name: str) -> re.Pattern[bytes]:
    """Return what matches an assignment of more than nothing in a script."""
    nothing = rb"(?:\"\"|'')?[ \t]*(?:#.*)?$"
    words = rb"^[ \t]*" + name.encode() + rb"\+?=(?!" + nothing + rb")"
    return re.compile(words, re.MULTILINE)


_FETCHES: Final = _assigned("SRC_URI")
_PREBUILT: Final = _assigned("QA_PREBUILT")
_SAVED: Final = frozenset({"A", "PROPERTIES", "QA_PREBUILT", "RESTRICT"})
#: What must not be fetched from mirrors, or by a program at all (PMS 7.3.6).
_RESTRICTED: Final = frozenset(("fetch", "mirror"))


class Fetching:
    """What the records of a build say of what was fetched."""

    def __init__(
        self,
        package: PackageId,
        fetched: tuple[FetchedFile, ...],
        recorded: Mapping[str, bytes],
        saved: bytes | None,
    ) -> None:
        """Take what SRC_URI names, files of the database entry, and the environment."""
        self._package = package
        self._fetched = fetched
        self._recorded = recorded
        text = clean_bytes(saved)[0] if saved is not None else ""
        self._saved = assignments(text, _SAVED, {}) if text else {}

    def files(
        self,
        src_uri: str | None,
        manifest: Mapping[str, Distfile],
        ebuild: bytes | None,
    ) -> tuple[tuple[FetchedFile, ...], list[Gap]]:
        """Return the files that were fetched, and that they are not known.

        Those of SRC_URI with the recorded flags, else those that the saved environment
        names (``A``, PMS 11.1). ``src_uri`` is ``None`` where it is not known.
        """
        if self._fetched:
            return self._fetched, []
        values = self._saved.get("A")
        if values is not None:
            names = " ".join(values).split()
            return tuple(_listed(name, manifest) for name in names), []
        fetches = manifest or _FETCHES.search(ebuild or b"")
        if src_uri is None and fetches:
            reason = "neither the package database nor a metadata/md5-cache has it"
        elif src_uri:
            reason = "hangs on USE flags that are not recorded"
        else:
            return (), []
        return (), [Gap(findings.SOURCE_MISSING, Role.DISTFILE, "SRC_URI", reason)]

    def not_kept(self, eclasses: frozenset[str]) -> Iterator[Gap]:
        """Yield that a package was fetched in a way that leaves no file behind."""
        fetching = sorted(eclasses & _FETCHING)
        reason = ""
        if fetching:
            reason = f"was fetched by {fetching[0]}.eclass, which leaves no distfile"
        elif "live" in self._words("PROPERTIES"):
            reason = "was fetched while it was unpacked (PROPERTIES has live)"
        if reason:
            yield Gap(findings.SOURCE_MISSING, Role.TREE, "repository", reason)

    def prebuilt(self, eclasses: frozenset[str], ebuild: bytes | None) -> Iterator[Gap]:
        """Yield that what a package installs may have been built elsewhere.

        Its distfiles are then no source, or nobody says that they are.
        """
        signs = []
        if self._package.name.endswith(_BIN):
            signs.append(f"its name ends in {_BIN}")
        if _BINARY in eclasses:
            signs.append(f"it inherits {_BINARY}")
        if self._words("QA_PREBUILT") or _PREBUILT.search(ebuild or b""):
            signs.append("QA_PREBUILT names files")
        if signs:
            told = ", ".join(signs)
            reason = f"may hold what was built elsewhere, and not its source: {told}"
            yield Gap(findings.SOURCE_UNVERIFIED, Role.DISTFILE, "prebuilt", reason)

    @property
    def is_restricted(self) -> bool:
        """Return whether the files may be of those that nobody may pass on."""
        return bool(_RESTRICTED & set(self._words("RESTRICT")))

    def _words(self, name: str) -> Sequence[str]:
        """Return the words of a variable, as recorded or else as saved."""
        recorded = self._recorded.get(name)
        if recorded is not None:
            return clean_bytes(recorded)[0].split()
        return " ".join(self._saved.get(name) or ()).split()


def _listed(name: str, manifest: Mapping[str, Distfile]) -> FetchedFile:
    """Return a file with what the Manifest says of it."""
    listed = manifest.get(name)
    if listed is None:
        return FetchedFile(name, "", None, ())
    return FetchedFile(name, "", listed.size, listed.digests)
