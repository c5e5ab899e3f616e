# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What one package contributes to the credits, by the rules of chromite's licensing.

A small version of Google's: the rules that the miniature's packages meet, and their
results in the same file format. The build system runs this while it builds a package,
so all it needs are the files in the package's build directory.
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

# Templates with a place for the holder: the text in the sources is the one to show.
COPYRIGHT_ATTRIBUTION_LICENSES = frozenset(
    {"BSD", "BSD-2", "BSD-3", "BSD-4", "ISC", "MIT", "MIT-with-advertising", "Old-MIT"}
)
LOOK_IN_SOURCE_LICENSES = frozenset({"BZIP2", "OFL", "OFL-1.1", "PSF-2", "UoI-NCSA"})
SKIPPED_CATEGORIES = frozenset({"acct-group", "acct-user", "virtual"})
ATTRIBUTION_PLACE = "chromiumos-overlay/licenses/copyright-attribution"
OPERATORS = frozenset({"(", ")", "||"})
LICENSE_FILE = re.compile(
    r"copyright([.]txt|[.]regex)?|copying.*|licen[cs]e.*|licensing.*"
    r"|ipa_font_license_agreement_v1[.]0[.]txt|mit-license|pkg-info",
    re.IGNORECASE,
)
NOT_A_LICENSE_FILE = re.compile(r"GPL|\.py$")
PACKAGE_NAME = re.compile(
    r"(?P<name>[\w+][\w+-]*?)-(?P<version>\d+(?:\.\d+)*[a-z]?"
    r"(?:_(?:alpha|beta|pre|rc|p)\d*)*)(?:-r(?P<revision>\d+))?"
)
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class PackageLicenseError(Exception):
    """The package cannot be credited as it is."""


@dataclass(frozen=True, slots=True)
class PackageLicense:
    """The fields of license.yaml, in its order."""

    sysroot: str | None
    category: str
    name: str
    version: str
    revision: str | None
    license_names: frozenset[str]
    license_text_scanned: tuple[str, ...]
    homepages: tuple[str, ...]
    skip: bool
    tainted: bool | None
    ebuild_path: str | None

    @property
    def full_name(self) -> str:
        """Category, name, version and revision."""
        revision = f"-r{self.revision}" if self.revision else ""
        return f"{self.category}/{self.name}-{self.version}{revision}"


def to_yaml(package: PackageLicense) -> str:
    """license.yaml as chromite dumps it: a list of pairs that are Python tuples."""
    fields = asdict(package)
    fields["license_names"] = set(package.license_names)
    fields["license_text_scanned"] = list(package.license_text_scanned)
    fields["homepages"] = list(package.homepages)
    return str(yaml.dump(list(fields.items())))


class _Loader(yaml.SafeLoader):
    """Reads no Python object but the tuple, which here is a list."""


def _tuple(loader: _Loader, node: yaml.SequenceNode) -> list[object]:
    return loader.construct_sequence(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:python/tuple", _tuple)


def from_yaml(text: str) -> PackageLicense:
    """The reverse of `to_yaml`."""
    fields = dict(yaml.load(text, Loader=_Loader))  # noqa: S506 -- a SafeLoader
    fields["license_names"] = frozenset(fields["license_names"])
    fields["license_text_scanned"] = tuple(fields["license_text_scanned"])
    fields["homepages"] = tuple(fields["homepages"])
    return PackageLicense(**fields)


def read_package(info: Path, work: Path, attributions: Path) -> PackageLicense:
    """What the package in `info` (build-info, or its database entry) contributes.

    Args:
        info: Holds CATEGORY and PF; LICENSE, HOMEPAGE and SIZE where there are any.
        work: Where the sources were unpacked.
        attributions: The directory `copyright-attribution` of the overlay.

    Raises:
        PackageLicenseError: By the rules, the package may not ship like this.
    """
    category, pf = _value(info, "CATEGORY"), _value(info, "PF")
    found = PACKAGE_NAME.fullmatch(pf)
    if found is None:
        raise PackageLicenseError(f"{category}/{pf}: not a package name")
    tokens = _value(info, "LICENSE").split()
    is_empty = _value(info, "SIZE") == "0"
    skip = is_empty or category in SKIPPED_CATEGORIES
    names, texts = (set(), ()) if skip else _licenses(tokens, info, work, attributions)
    return PackageLicense(
        sysroot=None,
        category=category,
        name=found["name"],
        version=found["version"],
        revision=found["revision"],
        license_names=frozenset(names),
        license_text_scanned=texts,
        homepages=tuple(_value(info, "HOMEPAGE").split()),
        skip=skip,
        tainted=None if is_empty else "TAINTED" in tokens,
        ebuild_path=None,
    )


def _value(info: Path, name: str) -> str:
    path = info / name
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def chosen(tokens: list[str]) -> list[str]:
    """The license names of LICENSE, one option of each `||` group.

    As chromite since 2024: the first option that needs no attribution, else the first.
    The version of 2022 gave up on a `||` that is not the first word, as gcc has it.
    """
    names, rest = _all_of(tokens)
    if rest:
        raise PackageLicenseError(f"LICENSE: unmatched {rest[0]}")
    return names


def _all_of(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Names up to the end of the group, and the tokens from there on."""
    names: list[str] = []
    while tokens and tokens[0] != ")":
        option, tokens = _item(tokens)
        names += option
    return names, tokens


def _item(tokens: list[str]) -> tuple[list[str], list[str]]:
    if tokens[0] not in OPERATORS:
        return [tokens[0]], tokens[1:]
    if tokens[0] == "(":
        names, rest = _all_of(tokens[1:])
        return names, _closed(rest)
    if tokens[1:2] != ["("]:
        raise PackageLicenseError("LICENSE: || without a group")
    options, rest = [], tokens[2:]
    while rest and rest[0] != ")":
        option, rest = _item(rest)
        options.append(option)
    free = [o for o in options if not COPYRIGHT_ATTRIBUTION_LICENSES & set(o)]
    return (free or options or [[]])[0], _closed(rest)


def _closed(tokens: list[str]) -> list[str]:
    if not tokens:
        raise PackageLicenseError("LICENSE: unclosed (")
    return tokens[1:]


def _licenses(
    tokens: list[str], info: Path, work: Path, attributions: Path
) -> tuple[set[str], tuple[str, ...]]:
    """The names whose stock text is shown, and the texts found in the sources."""
    if not tokens:
        raise PackageLicenseError("no license")
    names = set(chosen(tokens))
    needing = names & COPYRIGHT_ATTRIBUTION_LICENSES
    shown = names - COPYRIGHT_ATTRIBUTION_LICENSES
    shown |= {name.removesuffix("+") for name in shown & {"GPL-2+", "LGPL-2+"}}
    if not needing and not names & LOOK_IN_SOURCE_LICENSES:
        return shown, ()
    texts = _attribution(info, attributions) or _scanned(work)
    if needing and not texts:
        raise PackageLicenseError(
            f"Missing copyright attribution for {sorted(needing)}"
        )
    return shown, texts


def _attribution(info: Path, attributions: Path) -> tuple[str, ...]:
    """The text that the overlay keeps for this package, by PF, version or name."""
    category, pf = _value(info, "CATEGORY"), _value(info, "PF")
    found = PACKAGE_NAME.fullmatch(pf)
    candidates = (
        [pf, f"{found['name']}-{found['version']}", found["name"]] if found else []
    )
    for candidate in candidates:
        path = attributions / category / candidate
        if path.is_file():
            place = f"{ATTRIBUTION_PLACE}/{category}/{candidate}"
            return (f"Copyright Attribution License {place}:\n\n{clean_text(path)}",)
    return ()


def _scanned(work: Path) -> tuple[str, ...]:
    """Every license file below `work`, in the order of their paths."""
    paths = (
        path
        for path in work.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and LICENSE_FILE.fullmatch(path.name)
        and not NOT_A_LICENSE_FILE.search(path.name)
    )
    found = [(path.relative_to(work).as_posix(), path) for path in sorted(paths)]
    return tuple(
        f"Scanned Source License {name}:\n\n{clean_text(path)}" for name, path in found
    )


def clean_text(path: Path) -> str:
    """UTF-8, else Latin-1, without what XML cannot hold."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return NOT_IN_XML.sub("", text)
