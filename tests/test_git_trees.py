# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Trees of commits, out of repositories that Git itself made, in every layout."""

import hashlib
import subprocess
import tarfile
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from builders_git import ENVIRONMENT, commit, git, tree_id, write_project
from builders_sources import write_tree

from coos_license.errors import ReadError
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.git_objects import GitObjects, MissingObjectError
from coos_license.trees.git_packs import patched
from coos_license.trees.git_places import GitCheckout
from coos_license.trees.git_tree import GitTreeTar, below, tree_of

PLACE = "src/project"


def archive(base: Path, place: str, commit: str) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the tar of a commit's tree, and the submodules that it lacks."""
    with closing(GitCheckout(str(base))) as checkout:
        repository = checkout.place_of(place)
        assert repository is not None
        objects = checkout.objects(repository.git)
        assert objects is not None

        def module(path: str, commit: str) -> GitObjects | None:
            return checkout.module(repository, path, commit)

        made = GitTreeTar("top", 0, commit, module)
        content = b"".join(made.chunks(objects, tree_of(objects, commit)))
    return content, made.missing


def unpacked(content: bytes, goal: Path) -> Path:
    """Unpack a tar as its recipient does."""
    goal.mkdir()
    subprocess.run(["tar", "xf", "-"], input=content, cwd=goal, check=True)
    return goal / "top"


def as_loose(project: Path) -> None:
    assert not list((project / ".git/objects/pack").iterdir())


def check_deltas(project: Path) -> None:
    (index,) = (project / ".git/objects/pack").glob("*.idx")
    assert "chain length = 2" in git(project, "verify-pack", "--verbose", str(index))


def as_packed(project: Path) -> None:
    git(project, "repack", "-adfq", "--depth=50")
    git(project, "prune-packed")
    check_deltas(project)


def as_packed_by_id(project: Path) -> None:
    words = ("-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=2")
    git(project, *words, "repack", "-adfq", "--depth=50")
    git(project, "prune-packed")
    check_deltas(project)


def as_symlinks(project: Path) -> None:
    """Lay the repository out as ``repo`` does."""
    own = project.parent.parent / ".repo/projects/src/project.git"
    shared = project.parent.parent / ".repo/project-objects/project.git"
    own.parent.mkdir(parents=True)
    shared.mkdir(parents=True)
    (project / ".git").rename(own)
    (own / "objects").rename(shared / "objects")
    (own / "objects").symlink_to("../../../project-objects/project.git/objects")
    (project / ".git").symlink_to("../../.repo/projects/src/project.git")


def as_work_tree(project: Path) -> None:
    """Keep the repository elsewhere in the checkout, with a work tree of it here."""
    main = project.parent.parent / "main"
    project.rename(main)
    git(main, "worktree", "add", "--quiet", "--detach", str(project), "HEAD")


def as_borrower(project: Path) -> None:
    """Have a repository without objects of its own, which uses those of another."""
    other = project.parent.parent / "other"
    project.rename(other)
    git(other.parent, "clone", "--quiet", "--shared", str(other), str(project))


LAYOUTS = [
    *(as_loose, as_packed, as_packed_by_id, as_symlinks, as_work_tree, as_borrower),
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.__name__)
def test_the_tree_of_a_commit_is_the_one_of_git(
    tmp_path: Path, layout: Callable[[Path], None]
) -> None:
    project = tmp_path / "base" / PLACE
    first = write_project(project)
    expected = tree_id(project, first)
    layout(project)
    content, missing = archive(tmp_path / "base", PLACE, first)
    assert missing == []
    top = unpacked(content, tmp_path / "unpacked")
    assert (top / "a.secret").exists(), "export-ignore leaves nothing out"
    assert (top / "exported").read_text(encoding="utf-8") == "$Format:%H$\n"
    git(top, "init", "--quiet")
    git(top, "add", "--all", "--force")
    assert git(top, "write-tree") == expected


def test_the_tar_names_its_commit(tmp_path: Path) -> None:
    first = write_project(tmp_path / "base" / PLACE)
    content, _ = archive(tmp_path / "base", PLACE, first)
    named = ["git", "get-tar-commit-id"]
    done = subprocess.run(
        named, input=content, env=ENVIRONMENT, check=True, capture_output=True
    )
    assert done.stdout.decode().strip() == first


def test_two_layouts_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_project(tmp_path / "base" / PLACE)
    loose = archive(tmp_path / "base", PLACE, first)
    as_packed(tmp_path / "base" / PLACE)
    assert archive(tmp_path / "base", PLACE, first) == loose


@pytest.fixture
def with_module(tmp_path: Path) -> tuple[Path, str, str]:
    """Return a checkout whose project has a submodule, and the commits of both."""
    library = tmp_path / "library"
    write_tree(library, {"lib.c": "int lib;\n", "sub/x": "x\n"})
    git(library, "init", "--quiet", "--initial-branch=main")
    inner = commit(library)
    base = tmp_path / "base"
    write_project(base / PLACE)
    words = ("submodule", "--quiet", "add", str(library), "third_party/lib")
    git(base / PLACE, *words)
    return base, commit(base / PLACE), inner


@pytest.mark.parametrize("is_checked_out", [True, False])
def test_submodules_are_in_the_tree(
    with_module: tuple[Path, str, str], tmp_path: Path, *, is_checked_out: bool
) -> None:
    base, outer, _ = with_module
    if not is_checked_out:
        words = ("submodule", "--quiet", "deinit", "--force", "--all")
        git(base / PLACE, *words)
    content, missing = archive(base, PLACE, outer)
    assert missing == []
    top = unpacked(content, tmp_path / "unpacked")
    assert (top / "third_party/lib/sub/x").read_text(encoding="utf-8") == "x\n"


def test_a_submodule_that_is_not_there_is_named(
    with_module: tuple[Path, str, str],
) -> None:
    base, outer, inner = with_module
    git(base / PLACE, "submodule", "--quiet", "deinit", "--force", "--all")
    (base / PLACE / ".git/modules").rename(base.parent / "gone")
    _, missing = archive(base, PLACE, outer)
    assert missing == [("third_party/lib", inner)]


def test_objects_outside_of_the_checkout_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    first = write_project(outside)
    base = tmp_path / "base"
    (base / "src").mkdir(parents=True)
    git(base, "clone", "--quiet", "--shared", str(outside), str(base / PLACE))
    with pytest.raises(MissingObjectError, match=first):
        archive(base, PLACE, first)


def object_file(project: Path, oid: str) -> Path:
    return project / ".git/objects" / oid[:2] / oid[2:]


def put_object(project: Path, kind: str, content: bytes) -> str:
    """Write an object that Git itself would refuse; return its id."""
    whole = f"{kind} {len(content)}\0".encode() + content
    oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    path = object_file(project, oid)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(whole))
    return oid


def write_commit(project: Path, tree: str) -> str:
    """Write a commit of a tree; return its id."""
    return put_object(project, "commit", f"tree {tree}\nauthor x\n\nx\n".encode())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    found = tmp_path / "base" / PLACE
    write_project(found)
    return found


def test_an_object_that_was_changed_is_refused(project: Path, tmp_path: Path) -> None:
    first = git(project, "rev-list", "--max-parents=0", "HEAD")
    blob = tree_id(project, first, "dir/b.c")
    path = object_file(project, blob)
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob 7\0int x;\n"))
    with pytest.raises(ReadError, match="has another object under the id"):
        archive(tmp_path / "base", PLACE, first)


def test_an_object_that_is_gone_is_named(project: Path, tmp_path: Path) -> None:
    first = git(project, "rev-list", "--max-parents=0", "HEAD")
    blob = tree_id(project, first, "dir/b.c")
    object_file(project, blob).unlink()
    with pytest.raises(MissingObjectError, match=blob):
        archive(tmp_path / "base", PLACE, first)


@pytest.mark.parametrize("name", [b"..", b"a/b", b".git", b".GIT", b"", b"."])
def test_a_name_that_leads_out_of_the_tree_is_refused(
    project: Path, tmp_path: Path, name: bytes
) -> None:
    tree = put_object(project, "tree", b"100644 %s\0%s" % (name, b"\1" * 20))
    with pytest.raises(ReadError, match="has a tree with the name"):
        archive(tmp_path / "base", PLACE, write_commit(project, tree))


def test_a_tree_of_billions_of_names_is_refused(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coos_license.trees.git_tree._MOST_NAMES", 5_000)
    oid = put_object(project, "blob", b"")
    mode = b"100644"
    for _ in range(10):
        entries = (b"%s f%d\0%s" % (mode, at, bytes.fromhex(oid)) for at in range(10))
        oid = put_object(project, "tree", b"".join(entries))
        mode = b"40000"
    with pytest.raises(ReadError, match="more than 5000 names"):
        archive(tmp_path / "base", PLACE, write_commit(project, oid))


def test_an_object_that_unpacks_to_more_than_it_says_is_refused(
    project: Path, tmp_path: Path
) -> None:
    tree = "ab" * 20
    path = object_file(project, tree)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(b"tree 5\0" + bytes(50_000_000)))
    with pytest.raises(ReadError, match="is not the 5 bytes long that it says"):
        archive(tmp_path / "base", PLACE, write_commit(project, tree))


def test_a_path_of_a_commit_is_found(project: Path) -> None:
    first = git(project, "rev-list", "--max-parents=0", "HEAD")
    with closing(GitObjects([DirectoryTree.open(project / ".git/objects")])) as objects:
        found = below(objects, tree_of(objects, first), "tool")
        assert found.oid == tree_id(project, first, "tool")
        for path in ("none", "dir.c/x"):
            with pytest.raises(ReadError, match="in that commit"):
                below(objects, tree_of(objects, first), path)


def test_members_have_no_owner_and_no_time(project: Path, tmp_path: Path) -> None:
    first = git(project, "rev-list", "--max-parents=0", "HEAD")
    content, _ = archive(tmp_path / "base", PLACE, first)
    (tmp_path / "a.tar").write_bytes(content)
    with tarfile.open(tmp_path / "a.tar") as read:
        members = read.getmembers()
    assert {(one.uid, one.gid, one.uname, one.mtime) for one in members} == {
        (0, 0, "", 0)
    }
    modes = {one.name: one.mode for one in members}
    assert modes["top/run"] == 0o755
    assert modes["top/dir.c"] == 0o644


def test_alternates_that_name_their_own_repository_have_an_end(tmp_path: Path) -> None:
    project = tmp_path / PLACE
    write_project(project)
    lines = "../objects\n" * 20
    write_tree(project, {".git/objects/info/alternates": lines})
    with closing(GitCheckout(str(tmp_path))) as checkout:
        assert checkout.objects(f"{PLACE}/.git") is not None
        opened = len(list(Path("/proc/self/fd").iterdir()))
    assert opened < 300


def test_a_pack_that_is_none_is_told_of_where_an_object_is_missing(
    project: Path, tmp_path: Path
) -> None:
    packs = project / ".git/objects/pack"
    (packs / "pack-1.idx").write_bytes(bytes(2000))
    (packs / "pack-1.pack").write_bytes(bytes(2000))
    first = git(project, "rev-list", "--max-parents=0", "HEAD")
    assert archive(tmp_path / "base", PLACE, first)[0]
    blob = tree_id(project, first, "dir/b.c")
    object_file(project, blob).unlink()
    told = f"{blob}; of its packs pack/pack-1 is no index of a Git pack of version 2"
    with pytest.raises(MissingObjectError, match=told):
        archive(tmp_path / "base", PLACE, first)


def test_what_deltas_make_of_one_repository_is_bounded(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_packed(project)
    first = git(project, "rev-list", "--max-parents=0", "HEAD")
    monkeypatch.setattr("coos_license.trees.git_objects._MOST_MADE", 1000)
    with pytest.raises(ReadError, match="has deltas that make more than is read"):
        archive(tmp_path / "base", PLACE, first)


def test_delta_of_very_many_pieces_takes_the_memory_of_what_it_makes() -> None:
    pieces = 1 << 17
    size = bytes((0x80, 0x80, 0x10))  # 2 * pieces, seven bits a byte
    tracemalloc.start()
    try:
        made = patched(b"", b"\0" + size + b"\x02ab" * pieces, 1 << 20)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert made == b"ab" * pieces
    assert peak < 2 << 20
