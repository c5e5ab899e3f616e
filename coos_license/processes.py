# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Work for several processes at once; the answers are those of one."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from coos_license.errors import InputError

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


def in_processes(
    work: Callable[[_Item], _Answer],
    items: Sequence[_Item],
    jobs: int,
    where: str,
    begin: Callable[[], None] | None = None,
) -> list[_Answer]:
    """Return what ``work`` answers to each item, in their order.

    ``begin`` is called in each process first; processes are forks, so that what it
    holds may be anything. Raises: InputError, which names ``where``, where a process
    ended before it had answered.
    """
    # Runs that have one item, or none, do without them.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (heavy)
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 (heavy)
    from multiprocessing import active_children, get_context  # noqa: PLC0415 (heavy)

    context = get_context("fork")
    pool = ProcessPoolExecutor(min(jobs, len(items)), context, begin)
    try:
        with _interrupts_held():
            answers = [pool.submit(work, item) for item in items]
        return [answer.result() for answer in answers]
    except BrokenProcessPool as error:
        raise InputError(
            "a process that read files was ended from outside",
            where=where,
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
