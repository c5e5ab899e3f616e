# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Work for several processes at once; the answers are those of one."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Final, NoReturn, TypeVar

from coos_license.errors import InputError

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")
#: Packages from which on a second process is worth it: it begins in 3 ms, in which 30
#: are read.
MANY: Final = 200
#: The end of a whole answer.
_WHOLE: Final = b"\0"


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
    pool = ProcessPoolExecutor(
        min(jobs, len(items)), context, partial(_begin_fork, begin)
    )
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
def beside(
    work: Callable[[], _Answer], *, worth: bool = True
) -> Iterator[Callable[[], _Answer]]:
    """Do ``work`` in a fork while the block runs, where a core is free for it.

    What is given waits for the answer, or makes it: where there is one core, where it
    is not ``worth`` a process, and where there is none or it failed. Raises: as the
    work does.
    """
    if not worth or cores() == 1:
        yield work
        return
    import pickle  # noqa: PLC0415 (only where processes are started)

    def answer(waits: Callable[[], bytes | None]) -> _Answer:
        told = waits()
        if told is None:
            return work()
        made: _Answer = pickle.loads(told)  # noqa: S301 (of our own fork)
        return made

    fork = forked(lambda: pickle.dumps(work(), pickle.HIGHEST_PROTOCOL))
    with ExitStack() as stack:
        waits: Callable[[], bytes | None] = _nothing
        with suppress(OSError):  # no process, or no descriptor, is to be had
            waits = stack.enter_context(fork)
        yield partial(answer, waits)


def _nothing() -> None:
    """Answer as a process does that failed."""


@contextmanager
def forked(work: Callable[[], bytes]) -> Iterator[Callable[[], bytes | None]]:
    """Do ``work`` in a fork while the block runs; what is given waits for its answer.

    The answer is ``None`` where the work failed or the process was ended: to do it
    again here says why. At the end of the block the process is gone, whatever happened.
    """
    import signal  # noqa: PLC0415 (only where processes are started)

    reading, writing = os.pipe()
    child = 0
    try:
        # An interrupt that was held back comes here, where the process is ended.
        try:
            with _interrupts_held():
                child = os.fork()
                if child == 0:
                    os.close(reading)
                    _answer(work, writing)
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb", closefd=False) as pipe:
            yield lambda: _answer_of(pipe.read())
    finally:
        os.close(reading)
        if child:
            # It holds its number until it is waited for: no other can be hit.
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _answer(work: Callable[[], bytes], descriptor: int) -> NoReturn:
    """Write the answer, and an end mark that only whole answers have; end the process.

    Nothing of the other process runs here again: no handler, no buffer of its files.
    """
    try:
        _begin_fork()
        with os.fdopen(descriptor, "wb") as pipe:
            pipe.write(work() + _WHOLE)
    finally:
        os._exit(0)


def _answer_of(read: bytes) -> bytes | None:
    """Return the answer without its end mark, ``None`` where that is missing."""
    return read.removesuffix(_WHOLE) if read.endswith(_WHOLE) else None


def _begin_fork(begin: Callable[[], None] | None = None) -> None:
    """Let SIGTERM end a fork at once, by no handler: cleaning up is the parent's."""
    import signal  # noqa: PLC0415 (only where processes are started)

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))
    if begin is not None:
        begin()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts and SIGTERM back while processes start.

    They start with both blocked, and so does the thread that looks after them: an
    interrupt comes to the one that waits, which ends the others and says so, once.
    """
    import signal  # noqa: PLC0415 (only where processes are started)

    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """Return how many processes can run at once."""
    return len(os.sched_getaffinity(0))
