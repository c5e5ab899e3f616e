# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A tree map: rectangles of areas that are given, none much longer than wide.

Source: M. Bruls, K. Huizing, J. van Wijk, Squarified Treemaps (2000).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coos_license.accounted import Means
from coos_license.model import Accounting


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tile:
    """Whose files a rectangle stands for, and how many; ``owners`` of small ones."""

    means: Means
    owner: str
    files: int
    owners: int
    box: Box


def tiles(
    accounting: Accounting, width: float, height: float, most: int
) -> tuple[Tile, ...]:
    """Return the tree map of the owners of all files, largest first.

    Of each means the ``most`` largest stand alone, the others together.
    """
    rows: list[tuple[int, Means, str, int]] = []
    for means in Means:
        some = [one for one in accounting.shares if one.means is means]
        some.sort(key=lambda one: (-one.files, one.owner))
        rows += [(one.files, means, one.owner, 1) for one in some[:most]]
        rest = some[most:]
        if rest:
            rows.append((sum(one.files for one in rest), means, "", len(rest)))
    rows = sorted((row for row in rows if row[0]), key=lambda row: -row[0])
    boxes = squarified([row[0] for row in rows], Box(0, 0, width, height))
    return tuple(
        Tile(means, owner, files, owners, box)
        for (files, means, owner, owners), box in zip(rows, boxes, strict=True)
    )


def squarified(areas: Sequence[float], box: Box) -> list[Box]:
    """Return a rectangle for each area, all together the box.

    The areas are positive and fall; they are scaled to the box.

    >>> squarified([1, 1], Box(0, 0, 2, 1))[1]
    Box(x=1.0, y=0.0, width=1.0, height=1.0)
    """
    scale = box.width * box.height / sum(areas) if areas else 0.0
    left = [area * scale for area in areas]
    found: list[Box] = []
    while left:
        side = min(box.width, box.height)
        count = 1
        while count < len(left) and (
            _worst(left[: count + 1], side) <= _worst(left[:count], side)
        ):
            count += 1
        row, left = left[:count], left[count:]
        found += _row(row, box)
        box = _rest(sum(row), box)
    return found


def _worst(row: Sequence[float], side: float) -> float:
    """Return how much longer than wide the worst of a row is, along a side."""
    total = sum(row)
    if not total or not side:
        return 0.0
    thick = total / side
    return max(max(thick * thick / area, area / (thick * thick)) for area in row)


def _row(row: Sequence[float], box: Box) -> list[Box]:
    """Return the rectangles of a row along the shorter side of a box."""
    if not box.width or not box.height:  # rounding may leave nothing at the end
        return [Box(box.x, box.y, 0.0, 0.0) for _ in row]
    total, found, at = sum(row), list[Box](), 0.0
    for area in row:
        if box.width >= box.height:
            thick, long = total / box.height, area / total * box.height
            found.append(Box(box.x, box.y + at, thick, long))
        else:
            thick, long = total / box.width, area / total * box.width
            found.append(Box(box.x + at, box.y, long, thick))
        at += long
    return found


def _rest(area: float, box: Box) -> Box:
    """Return what a row of that area leaves of a box."""
    if not box.width or not box.height:
        return box
    if box.width >= box.height:
        thick = area / box.height
        return Box(box.x + thick, box.y, max(box.width - thick, 0.0), box.height)
    thick = area / box.width
    return Box(box.x, box.y + thick, box.width, max(box.height - thick, 0.0))
