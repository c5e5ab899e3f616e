# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
r"""Rules for what is in an image and in no package database: data with reasons.

::

    schema = 1

    [[implicit]]
    component = "gcc-runtime"
    paths = ["/usr/lib64/libgcc_s.so*", "/usr/lib64/libstdc++.so*"]
    version = "13.2"
    license = "GPL-3.0-or-later WITH GCC-exception-3.1"
    reason = "build_image unpacks it from the toolchain, outside of the vdb"
    source = "crosutils, build_library/base_image_util.sh"

``*`` and ``?`` stay in one directory, ``**`` does not; ``!/`` goes into an archive.
``{version}`` stands for a part of one name, and is the version of the component.
``notices`` are texts to be passed on: files of the image, or beside the rules.
``source-files`` are archives with its corresponding source: names with their SHA-256.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.accounted import NoticeFile
from coos_license.accounting.places import INSIDE, directory_of, of_partition
from coos_license.errors import PolicyError, ReadError
from coos_license.expression import Claim, Declared
from coos_license.licenses.expressions import parse_expression
from coos_license.model import Evidence
from coos_license.policy.policy_table import Table
from coos_license.trees.toml_text import parse_toml

SCHEMA: Final = 1
PRESETS: Final = ("lakitu",)
#: What the evidence paths of rules, and of files beside them, begin with.
EVIDENCE: Final = "implicit"
#: Bytes of a notice; how many notices, and archives of source, a rule may name.
NOTICE_LIMIT: Final = 1 << 20
MOST_NOTICES: Final = 16
MOST_SOURCES: Final = 100
#: Gives a file beside the rules, by its path from there. Raises: ReadError.
ReadBeside = Callable[[str], bytes]
_CURE: Final = "see docs/accounting.md"
_PATH: Final = re.compile(r"(?:(?P<partition>[A-Za-z0-9_-]+):)?/(?P<path>[^\0\n]*)")
#: What in a path stands for other things than itself.
WILD: Final = re.compile(r"(\*\*|\*|\?|\{version\}|!/)")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_FILE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+~@=-]{0,254}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_BESIDE: Final = re.compile(r"[^\0\n/\\:][^\0\n\\:]*")
_VERSION: Final = "{version}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImplicitRule:
    """One rule. ``is_own``: a person wrote it, so that it has to meet something.

    ``license`` is ``None`` where the rule names none, ``package`` the ``category/name``
    that version and licence are known from, or a glob of it. ``by`` is its file and
    line. ``notices`` are files of the image, ``beside`` those that lie beside the
    rules, as they were read; ``None`` where the rule says nothing of notices.
    ``source_files`` are names of distfiles, each with its SHA-256.
    """

    component: str
    paths: tuple[str, ...]
    version: str
    package: str
    license: Declared | None
    reason: str
    source: str
    by: str
    line: str
    is_own: bool
    notices: tuple[str, ...] | None = None
    beside: tuple[NoticeFile, ...] = ()
    source_files: tuple[tuple[str, str], ...] = ()

    @property
    def evidence(self) -> Evidence:
        """Return where the rule stands; never a path of this machine."""
        file = self.by.rpartition(":")[0].rpartition("/")[2]
        return Evidence(f"{EVIDENCE}/{file}", int(self.line))


@dataclass(frozen=True, slots=True)
class _Glob:
    """A compiled path of a rule, and the place of the rule among all."""

    rule: int
    pattern: re.Pattern[str]


class RuleIndex:
    """The rules by the directory that they begin in; the first that fits counts."""

    def __init__(self, rules: Iterable[ImplicitRule]) -> None:
        """Compile all rules."""
        self._globs: dict[str, list[_Glob]] = {}
        self._near: dict[str, tuple[_Glob, ...]] = {}
        for number, rule in enumerate(rules):
            for path in rule.paths:
                begin, pattern = compiled(path)
                self._globs.setdefault(begin, []).append(_Glob(number, pattern))

    def find(self, path: str) -> tuple[int, str] | None:
        """Return the number of the rule for a path, and the version in the path."""
        directory = directory_of(path)
        near = self._near.get(directory)
        if near is None:
            near = self._near[directory] = self._above(directory)
        for glob in near:
            match = glob.pattern.fullmatch(path)
            if match is not None:
                return glob.rule, match.groupdict().get("version") or ""
        return None

    def _above(self, directory: str) -> tuple[_Glob, ...]:
        """Return the globs that begin in a directory or above it, in order of rules."""
        found = list(self._globs.get("", ()))
        for end, char in enumerate(directory, start=1):
            if char in ("/", INSIDE):
                found += self._globs.get(directory[:end], ())
        return tuple(sorted(found, key=lambda glob: glob.rule))


def compiled(path: str) -> tuple[str, re.Pattern[str]]:
    r"""Return the directory that all matches are in, and the pattern of a path.

    >>> compiled("/lib/modules/{version}/**")[0]
    'lib/modules/'
    >>> bool(compiled("/boot/*.img!/**")[1].fullmatch("boot/a.img\0bin/sh"))
    True
    """
    partition, _, below = path.partition("/")
    begin = of_partition(partition.rstrip(":")) if partition else ""
    parts = WILD.split(below)
    literal, pattern, is_inside, has_version = begin, re.escape(begin), False, False
    is_literal = True
    for part in parts:
        if part == "!/":
            pattern += INSIDE
            is_inside = True
            literal += INSIDE if is_literal else ""
        elif part in ("*", "?", "**", _VERSION):
            is_literal = False
            named = part == _VERSION and not has_version
            pattern += _wild(part, is_inside=is_inside, named=named)
            has_version = has_version or named
        else:
            pattern += re.escape(part)
            literal += part if is_literal else ""
    return directory_of(literal), re.compile(pattern, re.DOTALL)


def _wild(part: str, *, is_inside: bool, named: bool) -> str:
    """Return what a wildcard matches; in an archive ``**`` is archives in it, too."""
    match part:
        case "**":
            return ".*" if is_inside else f"[^{INSIDE}]*"
        case "?":
            return f"[^/{INSIDE}]"
        case "*":
            return f"[^/{INSIDE}]*"
        case _:
            return f"(?P<version>[^/{INSIDE}]+)" if named else f"[^/{INSIDE}]+"


def _nothing_beside(name: str) -> bytes:
    """Refuse a file beside rules that lie nowhere. Raises: ReadError."""
    raise ReadError(f"{name} is beside no file")


def read_rules(
    text: str, where: str, *, is_own: bool, read: ReadBeside = _nothing_beside
) -> tuple[ImplicitRule, ...]:
    """Return the rules of a file; ``read`` gives the files beside it.

    Raises: PolicyError with file and line.
    """
    try:
        values = parse_toml(text)
    except ReadError as error:
        raise PolicyError(str(error), where=where, cure=_CURE) from error
    table = Table.of(values, text, where, _CURE)
    table.check_keys(("schema", "implicit"), ())
    if values["schema"] != SCHEMA or isinstance(values["schema"], bool):
        raise table.fault("schema", what=f"must say schema = {SCHEMA}")
    return tuple(_rule(one, read, is_own=is_own) for one in table.tables("implicit"))


def _rule(table: Table, read: ReadBeside, *, is_own: bool) -> ImplicitRule:
    """Return one rule. Raises: PolicyError."""
    must = ("component", "paths", "reason", "source")
    may = ("version", "package", "license", "notices", "source-files")
    table.check_keys(must, may)
    has = table.values.keys()
    if has.isdisjoint(("license", "package")):
        raise table.fault(what="says no licence: give license or package")
    name = table.line("component")
    if not _NAME.fullmatch(name):
        raise table.fault("component", what=f"is no name of a component: {name!r}")
    paths = table.lines("paths")
    for number, path in enumerate(paths):
        if not _PATH.fullmatch(path):
            what = f"{path!r} is no glob of a path, such as '/usr/lib*/libgcc_s.so*'"
            raise table.fault("paths", number, what=what)
    notices = _notices(table) if "notices" in has else None
    return ImplicitRule(
        component=name,
        paths=paths,
        version=table.line("version") if "version" in has else "",
        package=_package(table) if "package" in has else "",
        license=_license(table) if "license" in has else None,
        reason=table.line("reason"),
        source=table.line("source"),
        by=table.place(),
        line=table.place().rpartition(":")[2],
        is_own=is_own,
        notices=notices and tuple(filter(_is_of_image, notices)),
        beside=tuple(_beside(table, notices or (), read)),
        source_files=_source_files(table) if "source-files" in has else (),
    )


def _package(table: Table) -> str:
    """Return ``category/name``, or a glob of one with ``*``. Raises: PolicyError."""
    is_glob = "*" in table.line("package").partition("/")[2]
    return table.glob("package") if is_glob else table.package("package")


def _source_files(table: Table) -> tuple[tuple[str, str], ...]:
    """Return the archives of a rule, with their SHA-256. Raises: PolicyError."""
    files = table.values["source-files"]
    if not isinstance(files, dict) or not 0 < len(files) <= MOST_SOURCES:
        what = f"must be a table of up to {MOST_SOURCES} names, each with its SHA-256"
        raise table.fault("source-files", what=what)
    for name, digest in files.items():
        is_digest = isinstance(digest, str) and _SHA256.fullmatch(digest)
        if not is_digest or not _FILE.fullmatch(name):
            what = f"{name!r} must be the name of a file, with its SHA-256"
            raise table.fault("source-files", what=what)
    return tuple(sorted(files.items()))


def _notices(table: Table) -> tuple[str, ...]:
    """Return the paths of the notices of a rule. Raises: PolicyError."""
    notices = table.lines("notices", may_be_empty=True)
    if len(notices) > MOST_NOTICES:
        raise table.fault("notices", what=f"names more than {MOST_NOTICES} files")
    for number, path in enumerate(notices):
        below = path.partition(":/")[2] if ":/" in path else path.removeprefix("/")
        parts = below.split("/")
        is_legal = _is_of_image(path) or _BESIDE.fullmatch(path)
        if not is_legal or {"", ".", ".."}.intersection(parts) or WILD.search(path):
            what = (
                f"{path!r} is neither a path in the image, such as '/usr/share/NOTICE',"
                " nor that of a file beside the rules"
            )
            raise table.fault("notices", number, what=what)
    return notices


def _is_of_image(path: str) -> bool:
    """Return whether a notice is a file of the image."""
    return _PATH.fullmatch(path) is not None


def _beside(
    table: Table, notices: Iterable[str], read: ReadBeside
) -> Iterator[NoticeFile]:
    """Yield the notices that lie beside the rules. Raises: PolicyError."""
    for number, name in enumerate(notices):
        if _is_of_image(name):
            continue
        try:
            yield NoticeFile(f"{EVIDENCE}/{name}", read(name))
        except ReadError as error:
            raise table.fault("notices", number, what=f"{name} {error}") from error


def _license(table: Table) -> Declared:
    """Return the licence of a rule, ``NONE`` for what has none. Raises: PolicyError."""
    words = table.line("license")
    if words == Claim.NONE:
        return Claim.NONE
    return parse_expression(table.expression(words, "license"))


def check_agree(rules: Iterable[ImplicitRule]) -> None:
    """Raise PolicyError where two rules of one component say different things."""
    known: dict[str, ImplicitRule] = {}
    for rule in rules:
        first = known.setdefault(rule.component, rule)
        if (first.license, first.package) != (rule.license, rule.package):
            what = f"says another licence or package of {rule.component} than before"
            raise PolicyError(what, where=rule.by, cure="give two components two names")
