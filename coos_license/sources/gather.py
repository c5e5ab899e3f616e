# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reads many places, by several processes where wanted; the answer is the same.

A place of a known digest is read once, whatever packages it is for.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    from multiprocessing import active_children  # noqa: PLC0415

    pool = ProcessPoolExecutor(min(jobs, len(places)))
    try:
        with _interrupts_held():
            answers = [pool.submit(read_place, place) for place in places]
        return [answer.result() for answer in answers]
    except BrokenProcessPool as error:
        raise InputError(
            "a process that read sources was ended from outside",
            where="--sources",
            cure="free memory, or give --jobs 1",
        ) from error
    except KeyboardInterrupt:
        for child in active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back while processes start.

    They start with interrupts blocked, and so does the thread that looks after them:
    an interrupt comes to the one that waits, which ends the others and says so, once.
    """
    import signal  # noqa: PLC0415 (only where processes are started)

    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """Return how many processes can run at once."""
    return len(os.sched_getaffinity(0))
