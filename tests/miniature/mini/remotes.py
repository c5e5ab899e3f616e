# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The git hosts of the pipeline, as bare repositories beside each other.

The command lines of the pipeline stay the production ones: git itself puts the local
place instead of each host, by `url.*.insteadOf`.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mini.git import IDENTITY, publish
from mini.repo_tool import RepoTool
from mini.work import Work

HOSTS = {
    "chromium": "https://chromium.googlesource.com/",
    "cos": "https://cos.googlesource.com/",
}
# Where the launcher of depot_tools, and that of repo's own releases, find the rest.
REPO_URLS = (
    "https://chromium.googlesource.com/external/repo",
    "https://gerrit.googlesource.com/git-repo",
)
# Host, repository and branch under which the manifest is known to its users.
MANIFESTS = (
    ("chromium", "chromiumos/manifest", "stable"),
    ("cos", "cos/manifest", "release-R125"),
)


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the manifest: its name on the host, its path in the checkout."""

    name: str
    path: str
    branch: str


def read_manifest(path: Path) -> Iterator[Project]:
    """Yield the projects of a manifest without includes, in its order."""
    root = ET.parse(path).getroot()  # noqa: S314 - our own file
    default = root.find("default")
    usual = "" if default is None else default.get("revision", "")
    for project in root.iter("project"):
        revision = project.get("revision", usual)
        yield Project(
            project.attrib["name"],
            project.attrib["path"],
            revision.removeprefix("refs/heads/"),
        )


def publish_projects(work: Work, projects: Path) -> Path:
    """Make every remote hold what `projects` has now, and return where they are.

    `projects` holds each project under its path in the checkout, and the manifest
    under `manifest`.

    Raises:
        MiniatureError: git failed.
    """
    remotes = work.root / "remotes"
    manifest = projects / "manifest"
    for project in read_manifest(manifest / "full.xml"):
        repository = remotes / "chromium" / f"{project.name}.git"
        repository.parent.mkdir(parents=True, exist_ok=True)
        publish(projects / project.path, repository, project.branch)
    for host, name, branch in MANIFESTS:
        repository = remotes / host / f"{name}.git"
        repository.parent.mkdir(parents=True, exist_ok=True)
        publish(manifest, repository, branch)
    return remotes


def git_config(remotes: Path, tool: RepoTool) -> str:
    """The text of a git configuration that keeps every host on this machine."""
    name, email = IDENTITY
    lines = [
        f'[user]\n\tname = "{name}"\n\temail = "{email}"',
        "[protocol]\n\tversion = 2",
        "[color]\n\tui = auto",
        "[advice]\n\tdetachedHead = false",
    ]
    for host, url in HOSTS.items():
        lines.append(f'[url "file://{remotes / host}/"]\n\tinsteadOf = {url}')
    # The longer of two that match wins, so that the order does not matter.
    for url in REPO_URLS:
        lines.append(f'[url "file://{tool.repository}"]\n\tinsteadOf = {url}.git')
        lines.append(f'[url "file://{tool.repository}"]\n\tinsteadOf = {url}')
    return "\n".join(lines) + "\n"


def git_config_path(work: Work) -> Path:
    """Where the configuration is: git reads it without being told, too."""
    return work.home / ".gitconfig"


def write_git_config(work: Work, text: str) -> None:
    """Write the configuration into the pipeline's home."""
    path = git_config_path(work)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
