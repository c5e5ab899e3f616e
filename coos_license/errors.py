# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The error tree and the exit codes.

An error stops our own work (no sysroot, a broken policy, a full disk). A defect of
the audited image is never an error: it is a :class:`coos_license.model.Finding`.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers; one meaning each, in every command."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    DEFECT = 3
    INTERRUPTED = 130
    TERMINATED = 143


class Terminated(KeyboardInterrupt):
    """SIGTERM: cleaned up after as an interrupt is, and told from one; exit 143."""


class CoosLicenseError(Exception):
    """Root of all errors that a person can cure; shown as one line, exit 2."""


class InputError(CoosLicenseError):
    """Input that cannot be read: ``where`` it is, ``what`` is wrong, ``cure`` next."""

    def __init__(self, what: str, *, where: str, cure: str) -> None:
        """Keep the three parts of the line."""
        super().__init__(f"{where}: {what}; {cure}")
        self.what = what
        self.where = where
        self.cure = cure


class OutputError(InputError):
    """An output that cannot be written; what was there before is untouched."""


class StoppedError(InputError):
    """A run was stopped that another one goes on with; exit 130, or 143."""


class PolicyError(InputError):
    """A policy file that does not say what it must."""


class ReadError(CoosLicenseError):
    """One entry of a tree that cannot be read; callers turn it into a finding."""


class ParseError(CoosLicenseError):
    """Text that breaks its grammar, at ``column`` (counted from 1) of the text."""

    def __init__(self, reason: str, column: int) -> None:
        """Keep reason and place apart: a finding shows both."""
        super().__init__(f"{reason} (column {column})")
        self.reason = reason
        self.column = column
