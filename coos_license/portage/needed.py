# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""NEEDED.ELF.2, PROVIDES and REQUIRES: what portage records of ELF files.

A line of NEEDED.ELF.2 is ``arch;path;soname;runpaths;needed[;multilib category]``, with
``:`` between runpaths and ``,`` between sonames. PROVIDES and REQUIRES sum it up for a
package: ``x86_64: libc.so.6 libz.so.1``. Source: portage 3.0.83,
``util/_dyn_libs/NeededEntry.py``, ``LinkageMapELF.py`` and ``dep/soname/parse.py``.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from coos_license.linkage import ElfObject
from coos_license.trees.text import show

NEEDED: Final = "NEEDED.ELF.2"
PROVIDES: Final = "PROVIDES"
REQUIRES: Final = "REQUIRES"
#: A kernel with 6,000 modules has 700 KB.
NEEDED_LIMIT: Final = 1 << 24
MOST_OBJECTS: Final = 100_000
_MOST_FAULTS: Final = 10
_FIELDS: Final = 5
#: scanelf writes this for no path, where it is not told to be quiet.
_NO_PATH: Final = "  -  "
#: From ELF machines, as scanelf names them, to the multilib category of nearly all
#: their objects: portage up to 2.2.18 wrote five fields (``LinkageMapELF.py``).
_CATEGORIES: Final = {
    "386": "x86_32",
    "68K": "m68k_32",
    "AARCH64": "arm_64",
    "ALPHA": "alpha_64",
    "ARM": "arm_32",
    "IA_64": "ia64_64",
    "MIPS": "mips_o32",
    "PARISC": "hppa_64",
    "PPC": "ppc_32",
    "PPC64": "ppc_64",
    "S390": "s390_64",
    "SH": "sh_32",
    "SPARC": "sparc_32",
    "SPARC32PLUS": "sparc_32",
    "SPARCV9": "sparc_64",
    "X86_64": "x86_64",
}

Fault = tuple[str, str]


def read_objects(
    values: Mapping[str, bytes],
) -> tuple[tuple[ElfObject, ...], list[Fault]]:
    """Return the ELF files that the values of a package record, and what is odd.

    Where NEEDED.ELF.2 is not there, PROVIDES and REQUIRES count: objects without a
    path. A fault is the name of a value and what is wrong with it.
    """
    if NEEDED in values:
        return parse_needed(values[NEEDED])
    if PROVIDES not in values and REQUIRES not in values:
        return (), []
    faults: list[Fault] = []
    provided = _sonames(values, PROVIDES, faults)
    required = _sonames(values, REQUIRES, faults)
    objects = [
        ElfObject("", category, soname)
        for category, sonames in provided.items()
        for soname in sonames
    ]
    objects += [
        ElfObject("", category, needed=sonames)
        for category, sonames in required.items()
    ]
    return tuple(objects), faults


def parse_needed(content: bytes) -> tuple[tuple[ElfObject, ...], list[Fault]]:
    """Return the objects of a NEEDED.ELF.2 and the lines that are none.

    >>> parse_needed(b"X86_64;/bin/a;;;libc.so.6;x86_64")[0][0].needed
    ('libc.so.6',)
    """
    objects: list[ElfObject] = []
    faults: list[Fault] = []
    for number, line in enumerate(_lines(content), start=1):
        if not line:
            continue
        if len(objects) == MOST_OBJECTS:
            faults.append((NEEDED, f"{NEEDED} has more than {MOST_OBJECTS} lines"))
            break
        fields = line.split(";")
        if len(fields) >= _FIELDS and fields[1].startswith("/"):
            objects.append(_object(fields))
        elif len(faults) < _MOST_FAULTS:
            message = f"{NEEDED}, line {number}: is no record of an ELF file"
            faults.append((NEEDED, f"{message}: {show(line)!r}"))
    return tuple(objects), faults


def _lines(content: bytes) -> list[str]:
    """Return the lines; names may be in any encoding, as they are on disk."""
    return content.decode("utf-8", "surrogateescape").split("\n")


def _object(fields: list[str]) -> ElfObject:
    """Return the object that the fields of a line are."""
    category = fields[_FIELDS] if len(fields) > _FIELDS else ""
    machine, path, soname, runpaths, needed = fields[:_FIELDS]
    return ElfObject(
        path=path,
        category=category or _CATEGORIES.get(machine, machine),
        soname=soname,
        runpaths=_split(runpaths, ":") if runpaths != _NO_PATH else (),
        needed=_split(needed, ","),
    )


@lru_cache(maxsize=1 << 12)
def _split(text: str, separator: str) -> tuple[str, ...]:
    """Return the parts that are not empty."""
    return tuple(filter(None, text.split(separator)))


def _sonames(
    values: Mapping[str, bytes], name: str, faults: list[Fault]
) -> dict[str, tuple[str, ...]]:
    """Return the sonames of each multilib category of PROVIDES or REQUIRES."""
    found: dict[str, list[str]] = {}
    category = ""
    for word in _words(values.get(name, b"")):
        if word.endswith(":"):
            category = word[:-1]
        elif category:
            found.setdefault(category, []).append(word)
        else:
            message = f"{name} names {show(word)!r} before any multilib category"
            faults.append((name, message))
            break
    return {category: tuple(sonames) for category, sonames in found.items()}


def _words(content: bytes) -> Iterator[str]:
    """Yield the words of a value."""
    yield from content.decode("utf-8", "surrogateescape").split()[:MOST_OBJECTS]
