# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Keys: a digest of all that a made thing depends on."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

KEY_LENGTH = 16


def key_of(parts: Iterable[str | bytes]) -> str:
    """A key of `parts` in their order; no two lists of parts run into each other."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:KEY_LENGTH]


def key_of_tree(root: Path) -> str:
    """A key of names, kinds, execute bits and contents below `root`."""
    return key_of(_tree_parts(root))


def _tree_parts(root: Path) -> Iterator[str | bytes]:
    for path in sorted(root.rglob("*")):
        if "__pycache__" in path.parts or path.is_dir():
            continue
        yield path.relative_to(root).as_posix()
        if path.is_symlink():
            yield f"-> {path.readlink()}"
        else:
            yield "x" if path.stat().st_mode & 0o100 else "-"
            yield path.read_bytes()


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold `lock` against every other process that asks for it; wait for it first."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """A temporary place that becomes `target` when the block ends well.

    What is under a key is therefore always complete, whatever was interrupted.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".making-") as made:
        place = Path(made) / target.name
        yield place
        place.rename(target)


def drop_others(target: Path, pattern: str) -> None:
    """Remove what lies beside `target` under older keys."""
    for other in target.parent.glob(pattern):
        if other == target:
            continue
        if other.is_dir():
            shutil.rmtree(other)
        else:
            other.unlink()
