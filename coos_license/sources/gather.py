# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reads many places, by several processes where wanted; the answer is the same.

A place of a known digest is read once, whatever packages it is for.
"""

from collections.abc import Iterable
from typing import Final

from coos_license.processes import in_processes
from coos_license.sources.places import Place, read_place
from coos_license.sources.values import Scan

#: Below this, starting processes takes longer than it saves.
_FEW: Final = 2


def read_all(places: Iterable[Place], jobs: int) -> dict[tuple[str, ...], Scan]:
    """Return what places say, by their keys, in their order.

    Raises: InputError where a process ended before it had answered.
    """
    distinct = {place.key: place for place in places}
    chosen = tuple(distinct.values())
    if jobs < _FEW or len(chosen) < _FEW:
        scans: Iterable[Scan] = map(read_place, chosen)
    else:
        scans = in_processes(read_place, chosen, jobs, "--sources")
    return dict(zip(distinct, scans, strict=True))
