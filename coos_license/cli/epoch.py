# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The time of the documents: stated, or that of the newest build; never the clock."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from coos_license.errors import InputError
from coos_license.model import RawPackage

EPOCH_VARIABLE: Final = "SOURCE_DATE_EPOCH"
_LAST_EPOCH: Final = 253402300799  # 9999-12-31T23:59:59Z
_DIGITS: Final = 12


def document_epoch(packages: Sequence[RawPackage]) -> int | None:
    """Return the time of the documents in seconds since 1970, UTC.

    ``SOURCE_DATE_EPOCH``, else the newest BUILD_TIME, else ``None``: never the clock.
    Raises: InputError where the variable is no such number.
    """
    stated = os.environ.get(EPOCH_VARIABLE)
    if stated:
        is_number = stated.isascii() and stated.isdigit() and len(stated) <= _DIGITS
        if is_number and int(stated) <= _LAST_EPOCH:
            return int(stated)
        raise InputError(
            f"is no number of seconds: {stated!r}",
            where=EPOCH_VARIABLE,
            cure="set seconds since 1970, or unset it",
        )
    return max(
        (one.build_time for one in packages if one.build_time is not None),
        default=None,
    )


def document_date(epoch: int) -> str:
    """Return the time as SPDX writes it (SPDX 2.3 clause 6.9)."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
