# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Words for people: cleaned lines, durations, sizes. Pure."""

import re
from typing import Final

_ESCAPES: Final = re.compile(
    # CSI, OSC (ended by BEL or ST), and the two-byte ones, in 7-bit and 8-bit form.
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[@-Z\\-_]"
)
_WIDTH: Final = 4096
_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")
_STEP: Final = 1024
_MINUTE: Final = 60
_HOUR: Final = 3600


def clean_line(text: str) -> str:
    r"""Return one line that does nothing to a terminal.

    Escape sequences go; of a line that was drawn over (``\r``) the last state stays;
    what else cannot be printed becomes ``?``.

    >>> clean_line("10%\r\x1b[1;31m20%\x1b[0m")
    '20%'
    """
    plain = _ESCAPES.sub("", text[:_WIDTH]).rstrip("\r\n").rsplit("\r", 1)[-1]
    plain = plain.replace("\t", "    ")
    return "".join(one if one.isprintable() else "?" for one in plain)


def duration(seconds: float) -> str:
    """Return a length of time in two units at most.

    >>> duration(4414), duration(75.4), duration(0.25)
    ('1 h 14 min', '1 min 15 s', '0.2 s')
    """
    whole = round(seconds)
    if seconds < 10:  # noqa: PLR2004 (tenths say something only below this)
        return f"{seconds:.1f} s"
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    minutes = round(seconds / _MINUTE)
    return f"{minutes // _MINUTE} h {minutes % _MINUTE} min"


def size(count: float) -> str:
    """Return an amount of bytes in binary units, with its sign.

    >>> size(0), size(1536), size(-3 * 1024**3)
    ('0 B', '1.5 KiB', '-3.0 GiB')
    """
    amount = float(count)
    for unit in _UNITS:
        if abs(amount) < _STEP or unit == _UNITS[-1]:
            break
        amount /= _STEP
    return f"{amount:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"
