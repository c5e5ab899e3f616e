# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How a package was built, as far as it may be told: an allow-list, nothing else.

No token, no user name and no path of the machine that built gets into a bundle.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from coos_license.portage.assignments import Values, assignments
from coos_license.trees.text import clean_bytes, clean_value

#: Two directories at least: "/" alone and "-j/2" are none. One may follow the letter of
#: an option, as in "-L/usr/lib64"; in "name-x/usr/lib64" there is no option.
_PATH: Final = re.compile(
    r"(?:(?<![\w.$}])|(?<=\A-[A-Za-z])|(?<=[\s,:=;\"']-[A-Za-z]))"
    r"/(?:[^\s/:=,;\"']+/)+[^\s:=,;\"']*"
)
_HIDDEN: Final = "<path>"


@dataclass(frozen=True, slots=True)
class ToldVariables:
    """The variables that are told, each with the reason.

    Values of ``image_paths`` name files of the image, not of the machine that built.
    """

    variables: Mapping[str, str]
    image_paths: Mapping[str, str] = field(default_factory=dict)


def build_variables(
    told: ToldVariables, recorded: Mapping[str, bytes], saved: bytes | None
) -> dict[str, tuple[str, ...]]:
    r"""Return the variables of a build by name, sorted; arrays have several values.

    ``recorded`` are the files of its database entry, which count first; ``saved`` is
    the environment that portage kept.

    >>> told = ToldVariables({"CFLAGS": ""})
    >>> build_variables(told, {}, b'declare -x CFLAGS="-O2"\nTOKEN=x\n')
    {'CFLAGS': ('-O2',)}
    """
    allowed = frozenset((*told.variables, *told.image_paths))
    found: dict[str, Values] = {}
    if saved is not None:
        found.update(assignments(clean_bytes(saved)[0], allowed, {}))
    for name in allowed & recorded.keys():
        found[name] = (clean_value(recorded[name])[0],)
    return {
        name: values
        if name in told.image_paths
        else tuple(without_paths(one) for one in values)
        for name, values in sorted(found.items())
        if values is not None and any(values)
    }


def without_paths(value: str) -> str:
    """Return a value without paths: where something lay on that machine.

    >>> without_paths("-O2 -ffile-prefix-map=/home/ada/src=.")
    '-O2 -ffile-prefix-map=<path>=.'
    >>> without_paths("-Wl,-O1,-L/build/lakitu/usr/lib64 -I/home/ada/include")
    '-Wl,-O1,-L<path> -I<path>'
    """
    return _PATH.sub(_HIDDEN, value)


def build_file(variables: Mapping[str, tuple[str, ...]]) -> bytes:
    """Return the variables as a shell reads them, one a line."""
    lines = []
    for name, values in variables.items():
        quoted = [_quoted(one) for one in values]
        value = quoted[0] if len(quoted) == 1 else f"( {' '.join(quoted)} )"
        lines.append(f"{name}={value}\n")
    return "".join(lines).encode()


def _quoted(value: str) -> str:
    """Return a value in single quotes."""
    return "'" + value.replace("'", "'\\''") + "'"
