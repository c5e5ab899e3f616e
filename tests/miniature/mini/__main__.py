# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The command line of the miniature."""

import argparse
import sys

from mini.driver import run_steps, step_keys
from mini.errors import CannotRunError, MiniatureError
from mini.prepare import prepare
from mini.steps import pipeline
from mini.timing import stopwatch
from mini.work import work_directory


def main(arguments: list[str]) -> int:
    """Exit code 2 says that this machine cannot, 1 that something failed."""
    parser = argparse.ArgumentParser(prog="./run miniature", description=__doc__)
    parser.add_argument(
        "--refresh", action="store_true", help="ask the registries again"
    )
    parser.add_argument(
        "--until", metavar="STEP", help="`prepare`, or the last step to run"
    )
    options = parser.parse_args(arguments)
    try:
        run(until=options.until, refresh=options.refresh)
    except CannotRunError as error:
        say(f"skipped: {error}")
        return 2
    except MiniatureError as error:
        say(f"failed: {error}")
        return 1
    return 0


def run(*, until: str | None, refresh: bool) -> None:
    """Prepare, then the steps up to and with `until`."""
    work = work_directory()
    taken = stopwatch()
    prepared = prepare(work, say, refresh=refresh)
    say(f"{'prepare':<16} {taken()}")
    steps = pipeline(prepared)
    names = ["prepare", *(step.name for step in steps)]
    if until is not None and until not in names:
        raise MiniatureError(f"--until {until}: the steps are {', '.join(names)}")
    last = names.index(until) if until else len(steps)
    keys = step_keys(steps, prepared.keys)
    run_steps(work, steps[:last], keys, prepared.environment, say)


def say(line: str) -> None:
    """Tell the person who waits."""
    sys.stderr.write(f"miniature: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
