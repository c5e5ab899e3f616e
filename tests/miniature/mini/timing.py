# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How long something took, and how much of that was work."""

import resource
import time
from collections.abc import Callable


def stopwatch() -> Callable[[], str]:
    """Start one; what it returns reads it, as `12.3 s, 4.5 s of processor time`.

    The processor time is that of finished programs: on a busy machine it tells work
    from waiting.
    """
    started, used = time.monotonic(), _processor_seconds()

    def reading() -> str:
        elapsed, worked = time.monotonic() - started, _processor_seconds() - used
        return f"{elapsed:7.1f} s, {worked:.1f} s of processor time"

    return reading


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
