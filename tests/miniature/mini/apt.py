# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Debian packages by name, through apt, with lists and sources of our own.

The system's apt seldom has source packages configured, and its state is not ours to
change: a private configuration takes the system's entries of one release and asks for
the sources too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mini.errors import CannotRunError, MiniatureError
from mini.programs import output, run_in

SYSTEM_SOURCES = Path("/etc/apt")
PRINTED_URI = re.compile(r"^'[^']+' (?P<file>\S+) \d+ (?P<hash>\S*)$", re.MULTILINE)
EPOCH = re.compile(r"_\d+%3a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Apt:
    """A private apt configuration."""

    config: Path
    release: str

    @property
    def environment(self) -> dict[str, str]:
        """What makes apt read this configuration after the system's."""
        return {"APT_CONFIG": str(self.config)}

    @property
    def sources(self) -> Path:
        """The one-line entries, as mmdebstrap takes them too."""
        return self.config.parent / "sources.list"


def stanza_entries(text: str, release: str) -> list[str]:
    """The entries of a deb822 file for `release`, as one-line entries."""
    entries = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = _stanza_fields(stanza)
        signer = fields.get("signed-by", "")
        options = f"[signed-by={signer}] " if signer.startswith("/") else ""
        entries += [
            f"{options}{uri} {suite} main"
            for uri in fields.get("uris", "").split()
            for suite in fields.get("suites", "").split()
            if _is_wanted(suite, fields.get("components", "").split(), release)
            and "deb" in fields.get("types", "").split()
            and fields.get("enabled", "yes") != "no"
        ]
    return entries


def _stanza_fields(stanza: str) -> dict[str, str]:
    joined = re.sub(r"\n[ \t]+", " ", stanza)
    lines = [line for line in joined.splitlines() if not line.startswith("#")]
    return {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }


def line_entries(text: str, release: str) -> list[str]:
    """The entries of a one-line sources file for `release`."""
    entries = []
    for line in text.splitlines():
        found = re.fullmatch(
            r"deb\s+(\[.*?\]\s+)?(\S+)\s+(\S+)\s+([^#]*).*", line.strip()
        )
        if found and _is_wanted(found[3], found[4].split(), release):
            entries.append(f"{found[1] or ''}{found[2]} {found[3]} main")
    return entries


def _is_wanted(suite: str, components: list[str], release: str) -> bool:
    suites = (release, f"{release}-updates", f"{release}-security")
    return suite.split("/", maxsplit=1)[0] in suites and "main" in components


def system_entries(release: str, root: Path = SYSTEM_SOURCES) -> list[str]:
    """What the system's apt knows of `release`, as one-line entries, sorted.

    Raises:
        CannotRunError: It has none.
    """
    entries: set[str] = set()
    for path in [root / "sources.list", *sorted(root.glob("sources.list.d/*"))]:
        if path.suffix == ".list" and path.is_file():
            entries.update(line_entries(path.read_text(encoding="utf-8"), release))
        if path.suffix == ".sources":
            entries.update(stanza_entries(path.read_text(encoding="utf-8"), release))
    if not entries:
        raise CannotRunError(
            f"apt knows no Debian {release}, which the miniature is made of"
        )
    return sorted(entries)


def private_apt(directory: Path, release: str) -> Apt:
    """Write the configuration below `directory`."""
    entries = system_entries(release)
    for name in ("state/lists/partial", "cache/archives/partial", "parts"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    (directory / "status").touch()
    apt = Apt(directory / "apt.conf", release)
    lines = [f"{kind} {entry}" for entry in entries for kind in ("deb", "deb-src")]
    apt.sources.write_text("\n".join(lines) + "\n", encoding="utf-8")
    apt.config.write_text(
        f'Dir::State "{directory}/state";\n'
        f'Dir::State::status "{directory}/status";\n'
        f'Dir::Cache "{directory}/cache";\n'
        f'Dir::Etc::sourcelist "{apt.sources}";\n'
        f'Dir::Etc::sourceparts "{directory}/parts";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n'
        'APT::Sandbox::User "root";\n',
        encoding="utf-8",
    )
    return apt


def update(apt: Apt) -> None:
    """Read what is on offer now.

    Raises:
        CannotRunError: apt reached nothing.
    """
    # Without the option apt takes old lists for good when it reaches nobody.
    command = ["apt-get", "update", "-qq", "-oAPT::Update::Error-Mode=any"]
    try:
        output(command, apt.environment)
    except MiniatureError as error:
        raise CannotRunError(f"offline, and not all is cached: {error}") from error


def dependency(apt: Apt, metapackage: str) -> str:
    """The first package that `metapackage` depends on."""
    said = output(["apt-cache", "depends", "--important", metapackage], apt.environment)
    return next(
        line.split()[1] for line in said.splitlines() if line.startswith("  Depends:")
    )


def offered_files(apt: Apt, kind: str, names: Iterable[str]) -> dict[str, str]:
    """The file that apt would fetch for each of `names`, and its digest: `name hash`.

    `kind` is `source` (the upstream tarball) or `download` (the binary package).
    """
    names = sorted(names)
    said = output(
        ["apt-get", "--print-uris", *_request(apt, kind, names)], apt.environment
    )
    found = {match["file"]: match["hash"] for match in PRINTED_URI.finditer(said)}
    wanted = ".orig.tar." if kind == "source" else ".deb"
    return {
        name: next(
            f"{file} {digest}"
            for file, digest in found.items()
            if file.startswith(f"{name}_") and wanted in file and ".asc" not in file
        )
        for name in names
    }


def fetch(apt: Apt, kind: str, names: list[str], directory: Path) -> None:
    """Fetch what `offered_files` names into `directory`; apt checks the digests."""
    if names:
        command = ["apt-get", "-qq", *_request(apt, kind, names)]
        run_in(directory, command, apt.environment)


def _request(apt: Apt, kind: str, names: Iterable[str]) -> list[str]:
    """The arguments of one request.

    Sources are those of the release itself: a mirror of the security archive need not
    have the upstream tarball of each of its updates.
    """
    if kind == "source":
        wanted = [f"{name}/{apt.release}" for name in sorted(names)]
        return [kind, "--only-source", "--tar-only", *wanted]
    return [kind, *sorted(names)]


def plain_name(file: str) -> str:
    """A name without the escaped epoch, which SRC_URI could not hold."""
    return EPOCH.sub("_", file)
