# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The entry point: of the console script, and of ``python -m coos_license``."""

import gc
import signal
import sys
from types import FrameType
from typing import Final, NoReturn

from coos_license.errors import ExitCode, Terminated

#: The values of a whole image are millions, none of them in a cycle: looking for cycles
#: after each 700 new ones took a tenth of the time.
_COLLECT_AFTER: Final = 200_000


def main() -> NoReturn:
    """Run the command line; an interruption is no traceback while it loads either."""
    gc.set_threshold(_COLLECT_AFTER)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    try:
        from coos_license.cli import main as run  # noqa: PLC0415 (inside the try)
    except Terminated:
        sys.exit(ExitCode.TERMINATED)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    try:
        run()
    finally:
        gc.freeze()  # what is left goes with the process: nobody looks for cycles in it


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    """Clean up as after an interrupt. Raises: Terminated, once."""
    del frame
    signal.signal(number, signal.SIG_IGN)  # a second one would cut the cleaning off
    raise Terminated


if __name__ == "__main__":
    main()
