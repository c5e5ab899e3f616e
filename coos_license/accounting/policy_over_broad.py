# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""When a rule for an implicit component claims more than one component can be.

A rule says "these files are that work, under that licence". The wider it is, the less
somebody has looked at, and the coverage is 100 % all the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from coos_license import findings
from coos_license.accounting.places import of_partition
from coos_license.accounting.policy_implicit import WILD, ImplicitRule
from coos_license.model import Finding

#: Directories that a path names before it takes all that is below. The root of a file
#: system and its first directories (``/usr``, ``/opt``, ``/boot``) hold the work of
#: many; one more name says whose: ``/usr/share/foo/**``, ``/var/db/pkg/**``.
LEAST_NAMES: Final = 2
#: The same on a partition of its own, where it is more than one file.
LEAST_ON_PARTITION: Final = 1
#: Programs of one component. A C library has a handful, a tool chain's run time none;
#: with ten, most of what it has, it is a directory of programs, each with its licence.
FEWEST_PROGRAMS: Final = 10
PROGRAMS_PERCENT: Final = 50
#: Files of a component that are opened to tell programs: evenly spread over them.
MOST_OPENED: Final = 64


@dataclass(slots=True)
class Claimed:
    """What one rule met: ``paths`` outside of archives, and counts of what is inside.

    Of ``members`` of archives those that were ``read`` are files with content, and of
    these ``programs`` are programs.
    """

    paths: list[str] = field(default_factory=list)
    members: int = 0
    read: int = 0
    programs: int = 0

    @property
    def files(self) -> int:
        """Return how many files it met."""
        return len(self.paths) + self.members


#: Whether a file of the image is a program, ``None`` for what cannot tell: a link.
IsProgram = Callable[[str], bool | None]


def over_broad(
    rule: ImplicitRule, claimed: Claimed, files: int, is_program: IsProgram
) -> Iterator[Finding]:
    """Yield that a rule claims too much of an image of ``files`` files."""
    why = _takes_all(rule, claimed) or _holds_programs(claimed, is_program)
    if why:
        percent = claimed.files * 10_000 // files / 100
        yield Finding(
            findings.OVER_BROAD_IMPLICIT,
            f"{rule.component}: {', '.join(rule.paths)}",
            f"the rule of line {rule.line}, {rule.component}, has {claimed.files:,} of"
            f" {files:,} files ({percent:.2f} %): {why}",
            evidence=(rule.evidence,),
        )


def _takes_all(rule: ImplicitRule, claimed: Claimed) -> str:
    """Return that a path takes all that is below a directory of many, or nothing."""
    for path in rule.paths:
        partition, _, below = path.partition("/")
        names, takes_all = _names(below)
        if not takes_all:
            continue
        if partition:
            begin = of_partition(partition.rstrip(":"))
            there = sum(one.startswith(begin) for one in claimed.paths)
            if names < LEAST_ON_PARTITION and there > 1:
                return f"{path} takes all of a partition"
        elif names < LEAST_NAMES:
            where = "the root" if not names else "a directory of the root"
            return f"{path} takes all that is below {where}"
    return ""


def _names(path: str) -> tuple[int, bool]:
    """Return how many names a glob has, and whether it takes all that is below them.

    >>> _names("usr/lib*/gconv/**"), _names("usr/*"), _names("usr/*/*")
    ((3, True), (1, False), (1, True))
    """
    parts = path.replace("!/", "/").split("/")
    wild = ["" if WILD.sub("", part) else part for part in parts]
    names = wild.count("")
    takes_all = bool(wild[-1]) and ("**" in path or len(wild) - names > 1)
    return names, takes_all


def _holds_programs(claimed: Claimed, is_program: IsProgram) -> str:
    """Return that most of the files are programs, or nothing."""
    if claimed.files < FEWEST_PROGRAMS:
        return ""
    step = -(-len(claimed.paths) // MOST_OPENED) or 1
    told = [is_program(path) for path in claimed.paths[::step]]
    known = [one for one in told if one is not None]
    opened = claimed.read + len(known)
    programs = claimed.programs + sum(known)
    if programs < FEWEST_PROGRAMS or programs * 100 < opened * PROGRAMS_PERCENT:
        return ""
    return f"{programs:,} of {opened:,} that were looked at are programs"


def all_over_broad(
    rules: Sequence[ImplicitRule],
    claimed: dict[int, Claimed],
    files: int,
    is_program: IsProgram,
) -> Iterator[Finding]:
    """Yield each rule that claims too much, in the order of the rules."""
    for number, some in sorted(claimed.items()):
        yield from over_broad(rules[number], some, files, is_program)
