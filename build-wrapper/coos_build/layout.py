# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where things lie in a checkout: the state, the images, the chroot's files."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_build.text import clean_line

STATE_NAME: Final = ".coos-build"
CHROOT_IMAGE: Final = "chroot.img"
LATEST: Final = "latest"
#: R85-13274.0.2020_06_12_1147-a1 and R111-15301.0.0-d2023_01_04_103804-a1; with
#: ``--version`` there is no attempt, with ``--output_suffix`` words follow it.
IMAGE_DIRECTORY: Final = re.compile(r"R\d+-[0-9A-Za-z._+-]+\Z")
_ATTEMPT: Final = re.compile(r"-a([0-9]{1,9})(?=-|\Z)")
_CREATED: Final = re.compile(r"Done\. Image\(s\) created in (?P<path>\S+)")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one checkout and board."""

    checkout: Path
    board: str

    @property
    def state(self) -> Path:
        """Where coos-build keeps what it knows."""
        return self.checkout / STATE_NAME

    @property
    def logs(self) -> Path:
        """One log an attempt; outside of what a failed build_image deletes."""
        return self.state / "logs"

    @property
    def images(self) -> Path:
        """Where the images of the board lie, one directory a build."""
        return self.checkout / "src/build/images" / self.board

    def image_directories(self) -> tuple[Path, ...]:
        """Return the directories of images, oldest first; links are none."""
        if not self.images.is_dir():
            return ()
        found = [
            one
            for one in self.images.iterdir()
            if IMAGE_DIRECTORY.match(one.name) and one.is_dir() and not one.is_symlink()
        ]
        return tuple(sorted(found, key=lambda one: (_made(one), one.name)))

    def image_attempt(self) -> int:
        """Return the highest number of an attempt that an image directory has."""
        return max(
            (attempt_of(one.name) for one in self.image_directories()), default=0
        )

    def latest(self) -> str:
        """Return the name that ``latest`` points to; empty where there is none.

        Only a name beside it counts: build_image makes no other link.
        """
        link = self.images / LATEST
        if not link.is_symlink():
            return ""
        target = str(link.readlink())
        return target if IMAGE_DIRECTORY.match(target) else ""


def _made(directory: Path) -> float:
    """Return when the images of a directory were made; of an empty one when it was."""
    return min(written(directory))


def written(directory: Path) -> tuple[float, ...]:
    """Return when the images of a directory were last written to; of an empty one it.

    The directory itself changes when attribution is written into it later.
    """
    images = [one.lstat().st_mtime for one in directory.glob("chromiumos_*image.bin")]
    return tuple(images) or (directory.stat().st_mtime,)


def attempt_of(name: str) -> int:
    """Return which attempt an image directory says that it is; 0 if it does not.

    >>> attempt_of("R85-13274.0.0-a2"), attempt_of("R85-13274.0.0-a2-signed")
    (2, 2)
    """
    found = _ATTEMPT.findall(name)
    return int(found[-1]) if found else 0


def created_in(lines: Iterable[str]) -> str:
    """Return the image directory that build_image says it made; empty if it did not."""
    found = [match for line in lines if (match := _CREATED.search(line))]
    name = Path(found[-1]["path"]).name if found else ""
    return name if IMAGE_DIRECTORY.match(name) else ""


def is_filled(path: Path) -> bool:
    """Return whether there is a file with content, or a directory with entries."""
    try:
        if path.is_dir():
            return next(path.iterdir(), None) is not None
        return path.stat().st_size > 0
    except OSError:
        return False


def chroot_places(layout: Layout, path: str) -> Iterator[Path]:
    """Yield where a file of the chroot may be read without entering it."""
    yield layout.checkout / "chroot" / path.removeprefix("/")
    if path.startswith("/build/"):
        yield layout.checkout / "out" / path.removeprefix("/")


def is_chroot_visible(layout: Layout) -> bool:
    """Return whether the chroot's files can be seen from outside.

    A chroot.img is mounted in the name space of each entry only.
    """
    return is_filled(layout.checkout / "chroot/etc")


def has_chroot(layout: Layout) -> bool:
    """Return whether there is a chroot of either kind."""
    image = layout.checkout / CHROOT_IMAGE
    return is_chroot_visible(layout) or is_filled(image)


def allocated_bytes(path: Path) -> int:
    """Return the bytes that a file takes on the disk; a sparse one takes few."""
    try:
        return path.stat().st_blocks * 512
    except OSError:
        return 0


def figures(layout: Layout, image_directory: str) -> dict[str, int]:
    """Return the sizes that matter and cost nothing to read, by name."""
    found = {CHROOT_IMAGE: allocated_bytes(layout.checkout / CHROOT_IMAGE)}
    folder = layout.images / image_directory
    if image_directory and folder.is_dir():
        for one in sorted(folder.iterdir()):
            if one.suffix == ".bin" and one.is_file() and not one.is_symlink():
                found[clean_line(one.name)] = allocated_bytes(one)
    return {name: count for name, count in found.items() if count}
