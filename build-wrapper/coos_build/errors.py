# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The error tree and the exit codes of ``coos-build``."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers; one meaning each, in every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    DEFECT = 3
    INTERRUPTED = 130


class BuildError(Exception):
    """Wrong usage, or a state that nobody can build from; one line, exit 2."""

    def __init__(self, what: str, *, where: str, cure: str) -> None:
        """Keep the three parts of the line."""
        super().__init__(f"{where}: {what}; {cure}")
        self.what = what
        self.where = where
        self.cure = cure


class StepError(Exception):
    """A step that did not do its work: ``what``, and the ``cure`` if one is known."""

    def __init__(
        self, what: str, cure: str = "", exit_status: int | None = None
    ) -> None:
        """Keep both, and the exit status of the program where one ran."""
        super().__init__(f"{what}; {cure}" if cure else what)
        self.what = what
        self.cure = cure
        self.exit_status = exit_status


class InterruptedRunError(Exception):
    """A person, or a signal, asked for an end; what ran was ended first."""
