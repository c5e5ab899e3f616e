# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reads many places, by several processes where wanted; the answer is the same.

A place of a known digest is read once, whatever packages it is for.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Final

from coos_license.errors import InputError
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
        return dict(zip(distinct, scans, strict=True))
    return dict(zip(distinct, _in_processes(chosen, jobs), strict=True))


def _in_processes(places: Sequence[Place], jobs: int) -> list[Scan]:
    """Return what places say, in their order. Raises: InputError."""
    # Runs that read one source, or none, do without them.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    pool = ProcessPoolExecutor(
        min(jobs, len(places)), initializer=_end_when_interrupted
    )
    try:
        return list(pool.map(read_place, places))
    except BrokenProcessPool as error:
        raise InputError(
            "a process that read sources was ended from outside",
            where="--sources",
            cure="free memory, or give --jobs 1",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _end_when_interrupted() -> None:
    """Let an interrupt end the process at once; the one that waits says so, once."""
    import signal  # noqa: PLC0415 (only in worker processes)

    signal.signal(signal.SIGINT, signal.SIG_DFL)


def cores() -> int:
    """Return how many processes can run at once."""
    return len(os.sched_getaffinity(0))
