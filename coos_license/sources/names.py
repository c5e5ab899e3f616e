# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which files of a source tree are about its licence, by their names.

``RULES`` is a table: the first row that takes a path decides. Where it differs from
the rules of chromite (``licenses_lib.py``, ``LICENSE_NAMES_REGEX``), the reason says
so. ``docs/sources-measured.md`` holds it against another tool's rules.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from coos_license.sources.values import Role

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a file whose path it ``takes`` is ``role``; without one, nothing."""

    name: str
    role: Role | None
    reason: str
    takes: Callable[[Path], bool]


def _words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


#: Suffixes of files that are written in a programming or data language, or compiled.
_CODE: Final = _words(
    """
    a am asm awk bp c c++ cabal cc cfg class clj cmake cmd conf cpp cs css csv cxx d
    dart db def dll dylib dyn_hi dyn_o el erl ex exe f f90 fs gn gni go gradle h h++ hh
    hi hpp hrl hs hxx idl inc inl java jl js json json5 jsx ko kt la less lo lock lua
    m m4 mak map meson mjs mk ml mli mm mo nim nix o obj orig pas patch php pl plist pm
    po pot proto ps1 pxd py pyc pyi pyo pyx r rake rb rej rs s sass scala scss sh sln so
    sql st sum swift t tcl test tmpl toml ts tsx v vala vb vcxproj vim vue wasm xib xml
    xsl y yaml yml zig
    """
)
#: Suffixes of pictures, fonts and printable documents, of which credits could show
#: nothing. ``.doc`` is none: ``COPYING.DOC`` of GNU programs is a plain text.
_NO_TEXT: Final = _words(
    """
    bmp docx eps gif icns ico jpeg jpg odt ods otf pdf png ppt psd ps rtf svg tif tiff
    ttf webp woff woff2 xls
    """
)
_PACKED: Final = re.compile(r"\.(?:gz|bz2|xz|zst)$")
#: Suffixes of texts in a directory of licences; any other is no text there.
_TEXTS: Final = frozenset(("", "txt", "md", "rst", "html", "htm", "license"))
_DATA_DIRECTORIES: Final = frozenset(("license-list-data", "license-list-xml"))
_METADATA_PLACES: Final = (".dist-info", ".egg-info")
_SOURCES: Final = "SOURCES.txt"
_LISTS: Final = frozenset(("go.sum", "go.mod", "Cargo.lock", "Cargo.toml"))
_LICENSE: Final = r"licen[cs](?:e|es|ing)"


def base_name(path: Path) -> str:
    """Return the last name in lower case, without the suffix of a packed file.

    >>> base_name(("doc", "LICENSE.gz"))
    'license'
    """
    return _PACKED.sub("", path[-1].lower())


def _suffix(path: Path) -> str:
    """Return what follows the last dot of the last name, ``""`` without one."""
    _, dot, suffix = base_name(path).rpartition(".")
    return suffix if dot else ""


def _begins(words: str) -> Callable[[Path], bool]:
    """Return whether a name begins with one of the words, and no letter follows."""
    pattern = re.compile(rf"[._-]?(?:{words})(?![a-z])")
    return lambda path: pattern.match(base_name(path)) is not None


def _ends(words: str) -> Callable[[Path], bool]:
    """Return whether a name ends with one of the words, or that and a text suffix."""
    pattern = re.compile(rf".*[._ -](?:{words})(?:\.(?:txt|md|rst|html?))?")
    return lambda path: pattern.fullmatch(base_name(path)) is not None


def _names_gnu(path: Path) -> bool:
    """Return whether the name says that the terms are those of the GNU family."""
    name = base_name(path)
    return "gpl" in name and bool(_of_terms(path))


def _is_in_licenses(path: Path) -> bool:
    """Return whether the file is a text in a directory of licence texts."""
    inside = any(name.lower() in ("licenses", "licences") for name in path[:-1])
    suffix = _suffix(path)
    return inside and (suffix in _TEXTS or suffix[:1].isdigit())


def _is_metadata(path: Path) -> bool:
    """Return whether the file is the metadata of a Python package.

    ``SOURCES.txt`` of an sdist lists all of its files.
    """
    if path[-1] == "PKG-INFO" or (path[-1] == _SOURCES and _in_egg_info(path)):
        return True
    return (
        path[-1] == "METADATA" and len(path) > 1 and path[-2].endswith(_METADATA_PLACES)
    )


def _in_egg_info(path: Path) -> bool:
    """Return whether a file lies in the metadata of setuptools."""
    return len(path) > 1 and path[-2].endswith(".egg-info")


def _is_list(path: Path) -> bool:
    """Return whether the file names modules of Go or crates of Rust."""
    return path[-1] in _LISTS or path[-2:] == ("vendor", "modules.txt")


_begins_terms: Final = _begins(rf"{_LICENSE}|copying|copyleft|unlicense|patents?|eula")
_ends_terms: Final = _ends(rf"{_LICENSE}|unlicense|copying|eula")


def _of_terms(path: Path) -> bool:
    """Return whether the name says that the file holds terms."""
    return _begins_terms(path) or _ends_terms(path) or _is_in_licenses(path)


def _is_font_agreement(path: Path) -> bool:
    """Return whether the file is the licence of the IPA fonts."""
    return base_name(path).startswith("ipa_font_license_agreement")


RULES: Final = (
    Rule(
        "licence list",
        None,
        "a copy of the SPDX list holds every licence, and none of them is the"
        " package's (chromite leaves out Cabal's)",
        lambda path: not _DATA_DIRECTORIES.isdisjoint(path[:-1]),
    ),
    Rule(
        "version control",
        None,
        "what version control keeps is no source",
        lambda path: not {".git", ".hg", ".svn"}.isdisjoint(path[:-1]),
    ),
    Rule(
        "list of components",
        Role.LIST,
        "no text to pass on; it tells which module or crate a directory is",
        _is_list,
    ),
    Rule(
        "metadata",
        Role.METADATA,
        "a mere PKG-INFO is no licence text, though chromite takes it for one; it names"
        " the licence files of the package",
        _is_metadata,
    ),
    Rule(
        "debian copyright",
        Role.ATTRIBUTION,
        "Debian's list of holders and licences, file by file",
        lambda path: path[-2:-1] == ("debian",) and base_name(path) == "copyright",
    ),
    Rule(
        "copyright header",
        Role.ATTRIBUTION,
        "old code of MIT includes its notice from mit-copyright.h",
        lambda path: (
            re.fullmatch(r"(?:.*[-_])?copyright\.h", base_name(path)) is not None
        ),
    ),
    Rule(
        "code",
        None,
        "license_manager.cc is a program that deals with licences, not a licence; the"
        " lines at its head are read as those of any source file",
        lambda path: _suffix(path) in _CODE,
    ),
    Rule(
        "no text",
        None,
        "no text can be made of it that credits could show",
        lambda path: _suffix(path) in _NO_TEXT,
    ),
    Rule(
        "notice",
        Role.NOTICE,
        "Apache-2.0 section 4(d) wants NOTICE files passed on, other licences their"
        " LEGAL or attribution notices; chromite never looks for one",
        lambda path: (
            _begins(
                r"notices?|third[-_ ]?party[-_ ]?(?:notices?|licen[cs]es?"
                r"|copyrights?|attributions?)|attributions?|legal"
            )(path)
            or _ends("notices?")(path)
        ),
    ),
    Rule(
        "copyright",
        Role.ATTRIBUTION,
        "the notice itself; chromite takes copyright, .txt and .regex only",
        lambda path: _begins("copyrights?")(path) or _ends("copyrights?")(path),
    ),
    Rule(
        "authors",
        Role.AUTHORS,
        "notices such as 'The Go Authors' refer to it",
        _begins("authors"),
    ),
    Rule(
        "GNU terms",
        Role.GNU_TERMS,
        "credited, but the notice of another licence is not in it; chromite leaves out"
        " names with GPL in them, in capitals only",
        _names_gnu,
    ),
    Rule(
        "terms",
        Role.TERMS,
        "COPYING, LICENSE, UNLICENSE, PATENTS and their kin, what is named after them"
        " (MIT-LICENSE, foo.LICENSE), and the texts in LICENSES/ (REUSE 3.3)",
        _of_terms,
    ),
    Rule(
        "font agreement",
        Role.TERMS,
        "the one name of a font licence that chromite knows",
        _is_font_agreement,
    ),
)


def rule_of(path: Path) -> Rule | None:
    """Return the row that takes a path, ``None`` where none does.

    >>> rule_of(("foo-1", "COPYING")).role
    <Role.TERMS: 'terms'>
    >>> rule_of(("foo-1", "license_manager.cc")).name
    'code'
    """
    return next((rule for rule in RULES if rule.takes(path)), None)


def role_of(path: Path) -> Role | None:
    """Return what a file is to its package, ``None`` where it says nothing of it."""
    rule = rule_of(path)
    return None if rule is None else rule.role


def is_code(path: Path) -> bool:
    """Return whether the file is a source file, which may begin with a licence line."""
    return _suffix(path) in _HEADED or base_name(path) in _HEADED_NAMES


_HEADED: Final = _CODE - _words(
    """
    a class csv db dll dylib dyn_hi dyn_o exe hi json ko la lo lock map mo o obj orig
    patch po pot pyc pyo rej so sum t test wasm
    """
)
_HEADED_NAMES: Final = frozenset(
    ("makefile", "kconfig", "kbuild", "cmakelists.txt", "meson.build", "dockerfile")
)
