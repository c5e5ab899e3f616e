# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A bundle as one tar that is cut into parts of a size, for hosts that limit files.

``cat`` of the parts in order is the tar. Equal files give equal parts.
"""

import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from coos_license.trees.worktree import tar_header

TOP: Final = "source"


def tar_of(
    files: Iterable[tuple[str, int]], read: Callable[[str], Iterator[bytes]], epoch: int
) -> Iterator[bytes]:
    """Yield the tar of files, given by path and size in bytes, in their order."""
    for path, size in files:
        name = f"{TOP}/{path}"
        yield tar_header(name, tarfile.REGTYPE, 0o644, epoch, size=size)
        yield from read(path)
        yield bytes(-size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def cut(chunks: Iterable[bytes], size: int) -> Iterator[Iterator[bytes]]:
    """Yield the chunks in parts of ``size`` bytes; each is taken before the next.

    >>> [b"".join(part) for part in cut([b"abc", b"defg"], 3)]
    [b'abc', b'def', b'g']
    """
    rest = iter(chunks)
    left = [next(rest, b"")]

    def part() -> Iterator[bytes]:
        taken = 0
        while left[0] and taken < size:
            chunk, left[0] = left[0][: size - taken], left[0][size - taken :]
            taken += len(chunk)
            yield chunk
            while not left[0]:
                more = next(rest, None)
                if more is None:
                    return
                left[0] = more

    while left[0]:
        yield part()
