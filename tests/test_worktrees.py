# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Trees of a checkout in a source bundle, and the ids that Git gives to them."""

import bz2
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from builders_corresponding import Places, write_places
from builders_git import commit, git, tree_id, write_project
from builders_sources import write_tree
from builders_vdb import write_entry
from command import ENVIRONMENT, run

from coos_license.errors import ReadError
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.worktree import WorkTreeTar

CPV = "chromeos-base/tool-0.0.1-r7"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def archive(path: Path) -> tuple[bytes, str]:
    """Return the tar of a directory, and the id of its tree."""
    made = WorkTreeTar("top", 0)
    with DirectoryTree.open(path) as tree, tree.descriptor() as descriptor:
        return b"".join(made.chunks(descriptor)), made.git_id


def git_tree_id(path: Path) -> str:
    """Return the id of a directory's tree as Git itself computes it."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(path.parent)}
    for words in (["init", "-q"], ["add", "-A"], ["write-tree"]):
        done = subprocess.run(
            ["git", *words], cwd=path, env=environment, check=True, capture_output=True
        )
    return done.stdout.decode().strip()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a directory with all that Git can hold."""
    root = write_tree(
        tmp_path / "work",
        {"a.c": "int a;\n", "dir/b.c": "int b;\n", "dir.c": "", "dir-x/é": "é\n"},
    )
    (root / "run").write_text("#!/bin/sh\n", encoding="utf-8")
    (root / "run").chmod(0o755)
    (root / "link").symlink_to("dir/b.c")
    (root / "empty").mkdir()
    return root


def test_the_id_is_the_one_of_git(work: Path) -> None:
    before = archive(work)
    assert before[1] == git_tree_id(work)
    assert archive(work) == before  # and .git is no part of it


def test_the_tar_holds_the_tree(work: Path) -> None:
    content, _ = archive(work)
    with tarfile.open(fileobj=io.BytesIO(content)) as read:
        members = {one.name: one for one in read.getmembers()}
        assert members["top/run"].mode == 0o755
        assert members["top/link"].linkname == "dir/b.c"
        assert members["top/empty"].isdir()
        file = read.extractfile("top/dir-x/é")
        assert file is not None
        assert file.read() == "é\n".encode()


def test_a_fifo_in_a_tree_is_refused(work: Path) -> None:
    os.mkfifo(work / "dir/fifo")
    with pytest.raises(ReadError, match="holds top/dir/fifo, which is no file"):
        archive(work)


def write_checkout(places: Places, tree_id: str) -> Path:
    """Write a package that is built from a checkout; return the checkout."""
    write_package(places, tree_id, COMMIT)
    checkout = places.out.with_name("checkout")
    write_tree(checkout / "src/platform2/tool", {"tool.c": "int main;\n"})
    return checkout


def write_package(places: Places, tree_id: str, commit: str) -> None:
    """Write a package that is built from a checkout, and what makes it one."""
    checkout = places.out.with_name("checkout")
    write_tree(checkout, {"chromite/x": "", "src/third_party/x": ""})
    environment = (
        'declare -x CROS_WORKON_PROJECT="chromiumos/platform2"\n'
        'declare -x CROS_WORKON_LOCALNAME="platform2"\n'
        'declare -x CROS_WORKON_SUBTREE="tool"\n'
        f'declare -x CROS_WORKON_COMMIT="{commit}"\n'
        f'declare -x CROS_WORKON_TREE="{tree_id}"\n'
        'declare -x A=""\n'
    )
    write_tree(places.master, {"eclass/cros-workon.eclass": "# workon\n"})
    write_entry(
        places.sysroot,
        CPV,
        {
            "LICENSE": "GPL-2\n",
            "repository": "own\n",
            "INHERITED": "cros-workon\n",
            "tool-0.0.1-r7.ebuild": "inherit cros-workon\n",
            "environment.bz2": bz2.compress(environment.encode()),
        },
    )


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def errors(places: Places) -> list[tuple[str, str]]:
    value = json.loads((places.out / "findings.json").read_bytes())
    return [
        (one["code"], one["message"])
        for one in value["findings"]
        if one["severity"] == "error" and one["cpv"] == CPV
    ]


def test_the_tree_that_was_built_is_in_the_bundle(places: Places) -> None:
    checkout = write_checkout(places, "0" * 40)
    real = archive(checkout / "src/platform2/tool")[1]
    entry = places.sysroot / f"var/db/pkg/{CPV}/environment.bz2"
    text = bz2.decompress(entry.read_bytes()).replace(b"0" * 40, real.encode())
    entry.write_bytes(bz2.compress(text))
    result = run(*places.arguments("--sources", str(checkout)))
    assert result.returncode == 0, result.stdout
    (tar,) = (places.out / f"packages/{CPV}/trees").glob("*.tar")
    with tarfile.open(tar) as read:
        assert [name for name in read.getnames() if name.endswith("tool.c")]
    index = json.loads((places.out / "index.json").read_bytes())
    (package,) = [one for one in index["packages"] if one["cpv"] == CPV]
    assert package["commits"] == [COMMIT]


def test_a_tree_that_has_changed_since_is_an_error(places: Places) -> None:
    checkout = write_checkout(places, "f" * 40)
    assert run(*places.arguments("--sources", str(checkout))).returncode == 1
    ((code, message),) = errors(places)
    assert code == "CL091"
    assert "which CROS_WORKON_TREE does not name: " + "f" * 40 in message
    assert not list(places.out.rglob("*.tar"))


def test_without_a_checkout_the_commit_is_named(places: Places) -> None:
    write_checkout(places, "f" * 40)
    assert run(*places.arguments()).returncode == 1
    ((code, message),) = errors(places)
    assert code == "CL090"
    assert message.endswith(f"no checkout was given with --sources; commit: {COMMIT}")


def test_a_tree_without_a_recorded_id_is_in_the_bundle_unverified(
    places: Places,
) -> None:
    checkout = write_checkout(places, "")
    assert run(*places.arguments("--sources", str(checkout))).returncode == 1
    ((code, message),) = errors(places)
    assert code == "CL092"
    assert "CROS_WORKON_TREE is not recorded; Git calls it" in message
    assert list((places.out / f"packages/{CPV}/trees").glob("*.tar"))


def write_built(places: Places, *, is_recorded: bool = True) -> tuple[Path, str, str]:
    """Write a checkout with a repository that has gone on since the package was built.

    Return its repository, the commit that was built and the tree of it.
    """
    project = places.out.with_name("checkout") / "src/platform2"
    built = write_project(project)
    tree = tree_id(project, built, "tool")
    write_package(places, tree if is_recorded else "", built)
    return project, built, tree


def sources(places: Places) -> int:
    checkout = places.out.with_name("checkout")
    return run(*places.arguments("--sources", str(checkout))).returncode


def tar_of(places: Places) -> Path:
    (tar,) = (places.out / f"packages/{CPV}/trees").glob("*.tar")
    return tar


@pytest.mark.parametrize("is_recorded", [True, False], ids=["tree", "commit alone"])
def test_the_commit_that_was_built_is_taken_and_not_what_is_checked_out(
    places: Places, tmp_path: Path, *, is_recorded: bool
) -> None:
    _, built, tree = write_built(places, is_recorded=is_recorded)
    assert sources(places) == 0
    content = tar_of(places).read_bytes()
    goal = tmp_path / "unpacked"
    goal.mkdir()
    subprocess.run(["tar", "xf", "-"], input=content, cwd=goal, check=True)
    (top,) = goal.iterdir()
    assert git_tree_id(top) == tree
    assert built.encode() in content[:1024]


def write_packs(places: Places, count: int) -> None:
    """Write a checkout whose commit is in the last pack of very many."""
    project, _, _ = write_built(places)
    git(project, "repack", "-a", "-d", "-q")
    packs = project / ".git/objects/pack"
    (whole,) = packs.glob("*.idx")
    other = places.out.with_name("other")
    write_project(other)
    git(other, "checkout", "-q", "--orphan", "alone")
    git(other, "commit", "-q", "--message", "alone")
    git(other, "branch", "-D", "-q", "main")
    git(other, "reflog", "expire", "--expire=now", "--all")
    git(other, "gc", "-q", "--prune=now")
    (small,) = (other / ".git/objects/pack").glob("*.idx")
    for suffix in (".idx", ".pack"):
        whole.with_suffix(suffix).rename(packs / f"pack-z{suffix}")
        for number in range(count):
            os.link(small.with_suffix(suffix), packs / f"pack-0-{number}{suffix}")


def sources_with(places: Places, soft: int, hard: int) -> int:
    """Collect sources with so many open files, and so many where that is asked for."""
    checkout = places.out.with_name("checkout")
    words = places.arguments("--sources", str(checkout))
    limits = f'ulimit -S -n {soft}; ulimit -H -n {hard}; exec "$@"'
    command = [sys.executable, "-m", "coos_license", *words]
    done = subprocess.run(
        ["sh", "-c", limits, "sh", *command],
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode


def test_more_packs_are_read_than_files_may_be_open_at_first(places: Places) -> None:
    write_packs(places, 60)
    assert sources_with(places, 100, 1000) == 0
    assert tar_of(places).is_file()


def test_packs_that_cannot_be_opened_are_told_of(places: Places) -> None:
    write_packs(places, 60)
    assert sources_with(places, 100, 100) == 1
    ((_, message),) = errors(places)
    assert "Too many open files" in message


def test_a_commit_that_is_gone_is_an_error_and_nothing_else_is_taken(
    places: Places,
) -> None:
    project, built, tree = write_built(places)
    (project / ".git/objects" / built[:2] / built[2:]).unlink()
    assert sources(places) == 1
    ((code, message),) = errors(places)
    assert code == "CL091"
    assert f"which CROS_WORKON_TREE does not name: {tree}" in message
    assert message.endswith(f"and its Git repository has no commit {built}")
    assert not list(places.out.rglob("*.tar"))


def test_a_file_of_a_commit_that_is_gone_is_named(places: Places) -> None:
    project, built, _ = write_built(places)
    blob = tree_id(project, built, "tool/main.c")
    (project / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert sources(places) == 1
    ((code, message),) = errors(places)
    assert code == "CL091"
    assert message.endswith(f"and its Git repository has not the object {blob}")


def test_a_commit_that_is_gone_does_not_matter_where_its_tree_is_checked_out(
    places: Places,
) -> None:
    project, built, _ = write_built(places)
    git(project, "checkout", "--quiet", built)
    shutil.rmtree(project / ".git")
    assert sources(places) == 0


def test_a_commit_with_another_tree_than_was_recorded_is_an_error(
    places: Places,
) -> None:
    project, built, tree = write_built(places)
    entry = places.sysroot / f"var/db/pkg/{CPV}/environment.bz2"
    text = bz2.decompress(entry.read_bytes()).replace(tree.encode(), b"f" * 40)
    entry.write_bytes(bz2.compress(text))
    assert sources(places) == 1
    ((code, message),) = errors(places)
    assert code == "CL091"
    assert f"has the tree {tree} in commit {built}, which CROS_WORKON_TREE" in message
    assert project.exists()


def test_a_submodule_that_is_gone_is_an_error(places: Places, tmp_path: Path) -> None:
    library = write_tree(tmp_path / "library", {"lib.c": "int lib;\n"})
    git(library, "init", "--quiet", "--initial-branch=main")
    inner = commit(library)
    project = places.out.with_name("checkout") / "src/platform2"
    write_project(project)
    git(project, "submodule", "--quiet", "add", str(library), "tool/lib")
    built = commit(project)
    write_package(places, tree_id(project, built, "tool"), built)
    shutil.rmtree(project / ".git/modules")
    shutil.rmtree(project / "tool/lib")
    assert sources(places) == 1
    ((code, message),) = errors(places)
    assert code == "CL090"
    assert f"tool/lib: is a submodule, whose commit {inner} is not" in message
    assert tar_of(places).exists()


def test_what_was_built_and_has_gone_since_is_taken(
    places: Places, tmp_path: Path
) -> None:
    project, _, tree = write_built(places)
    git(project, "rm", "--quiet", "-r", "tool")
    (project / "LICENSE").write_text("came later\n", encoding="utf-8")
    commit(project)
    assert sources(places) == 0
    (path,) = (places.out / f"packages/{CPV}/trees").iterdir()
    subprocess.run(["tar", "xf", str(path)], cwd=tmp_path, check=True)
    assert git_tree_id(tmp_path / path.name.removesuffix(".tar")) == tree
