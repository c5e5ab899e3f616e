# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The real `repo` against local remotes: the production command lines, and refusals."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mini import remotes, repo_tool
from mini.errors import MiniatureError
from mini.git import bare_git, publish
from mini.work import SOURCE, Work

MANIFEST = (
    *("--manifest-url", "https://chromium.googlesource.com/chromiumos/manifest.git"),
    *("--manifest-branch", "stable", "--groups", "minilayout"),
)
REPO = "https://chromium.googlesource.com/external/repo.git"
SYNC = ("sync", "--fail-fast")
NETWORK = ("--no-manifest-update", "--network-only", "--clone-bundle", "--jobs", "4")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    """A work directory with `repo` and the remotes, each project a file of its own."""
    work = Work(tmp_path_factory.mktemp("work"))
    try:
        tool = repo_tool.make_repo_tool(work)
    except (MiniatureError, FileNotFoundError) as error:
        pytest.skip(f"no repo: {str(error).splitlines()[0]}")
    projects = work.root / "projects"
    for name in ("default.xml", "full.xml"):
        text = (SOURCE / "projects" / "manifest" / name).read_bytes()
        write(projects / "manifest" / name, text)
    for project in remotes.read_manifest(projects / "manifest" / "full.xml"):
        write(projects / project.path / "README", project.name.encode())
    places = remotes.publish_projects(work, projects)
    remotes.write_git_config(work, remotes.git_config(places, tool))
    repo_tool.trust_signer(tool, work.home)
    return work


def write(path: Path, content: bytes) -> None:
    """Write a file and the directories above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def repo(
    work: Work, checkout: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the launcher in a checkout, with the environment of the pipeline."""
    checkout.mkdir(exist_ok=True)
    environment = {
        "GIT_CONFIG_GLOBAL": str(remotes.git_config_path(work)),
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(work.home),
        "PATH": os.environ["PATH"],
    }
    return subprocess.run(
        [sys.executable, repo_tool.make_repo_tool(work).launcher, *arguments],
        cwd=checkout,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_the_production_command_lines_make_a_checkout(
    work: Work, tmp_path: Path
) -> None:
    checkout = tmp_path / "cos"
    for arguments in (
        ("init", *MANIFEST, "--repo-url", REPO, "--repo-rev", "stable"),
        (*SYNC, *NETWORK),
        (*SYNC, "--local-only", "--jobs", "1"),
    ):
        done = repo(work, checkout, *arguments)
        assert done.returncode == 0, done.stderr

    text = (checkout / "src" / "scripts" / "README").read_text(encoding="utf-8")
    assert text == "chromiumos/platform/crosutils"


@pytest.fixture(scope="module")
def checkout(work: Work, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synced checkout, made without saying where `repo` comes from."""
    place = tmp_path_factory.mktemp("checkout")
    for arguments in (("init", *MANIFEST), ("sync", "--jobs", "2")):
        done = repo(work, place, *arguments)
        assert done.returncode == 0, done.stderr
    return place


def test_it_works_without_a_repo_url_too(checkout: Path) -> None:
    assert (checkout / "chromite" / "README").is_file()


def test_a_project_in_no_default_group_stays_out(work: Work, checkout: Path) -> None:
    listed = repo(work, checkout, "list", "--name-only").stdout.split()

    assert "chromiumos/chromite" in listed
    assert "chromiumos/third_party/kernel" not in listed


def test_the_manifest_with_revisions_names_commits(work: Work, checkout: Path) -> None:
    scripts = checkout / "src" / "scripts"
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=scripts, capture_output=True, check=True
    ).stdout.decode()

    manifest = repo(work, checkout, "manifest", "-r").stdout

    assert f'revision="{head.strip()}"' in manifest


def test_the_launcher_refuses_repo_ref(work: Work, tmp_path: Path) -> None:
    done = repo(work, tmp_path, "init", *MANIFEST, "--repo-ref", "stable")

    assert done.returncode == 2
    assert "no such option: --repo-ref" in done.stderr


def test_the_second_stage_refuses_repo_ref_too(work: Work, checkout: Path) -> None:
    done = repo(work, checkout, "init", *MANIFEST, "--repo-ref", "stable")

    assert done.returncode == 2
    assert "no such option: --repo-ref" in done.stderr


def test_a_second_init_and_sync_take_what_is_new(work: Work, tmp_path: Path) -> None:
    projects = work.root / "projects"
    repo(work, tmp_path, "init", *MANIFEST)
    repo(work, tmp_path, "sync", "--jobs", "2")
    write(projects / "chromite" / "NEW", b"new")
    remotes.publish_projects(work, projects)

    assert repo(work, tmp_path, "init", *MANIFEST).returncode == 0
    assert repo(work, tmp_path, *SYNC, *NETWORK).returncode == 0
    assert repo(work, tmp_path, *SYNC, "--local-only").returncode == 0

    assert (tmp_path / "chromite" / "NEW").read_bytes() == b"new"


def test_an_unsigned_tag_is_refused(work: Work, tmp_path: Path) -> None:
    repository = copied(work, tmp_path)
    bare_git(repository, "tag", "--annotate", "-m", "unsigned", "v9.0", "stable")

    done = repo(
        work, tmp_path / "cos", "init", *MANIFEST, "--repo-url", f"file://{repository}"
    )

    assert done.returncode == 1
    assert "no signature found" in done.stderr


def test_a_tag_signed_by_a_stranger_is_refused(work: Work, tmp_path: Path) -> None:
    repository = copied(work, tmp_path)
    with repo_tool.signing_home() as stranger:
        repo_tool.sign_tag(repository, "v9.0", stranger)

    done = repo(
        work, tmp_path / "cos", "init", *MANIFEST, "--repo-url", f"file://{repository}"
    )

    assert done.returncode == 1
    assert "No public key" in done.stderr


def copied(work: Work, place: Path) -> Path:
    """A copy of the project of `repo` with a commit that has no tag yet."""
    tool = repo_tool.make_repo_tool(work)
    repository, tree = place / "repo.git", place / "tree"
    shutil.copytree(tool.repository, repository)
    write(tree / "repo", tool.launcher.read_bytes())
    write(tree / "main.py", b"raise SystemExit('this must not run')")
    publish(tree, repository, "stable")
    return repository
