# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The entry point: of the console script, and of ``python -m coos_build``."""

import sys
from typing import NoReturn

from coos_build.errors import ExitCode


def main() -> NoReturn:
    """Run the command line; an interruption is no traceback while it loads either."""
    try:
        from coos_build.cli import main as run  # noqa: PLC0415 (inside the try)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
