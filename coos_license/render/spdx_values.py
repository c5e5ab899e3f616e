# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Single values of an SPDX 2.3 document: from whatever came in to what is legal there.

A value that SPDX would refuse is left out (``None``) or turned into ``NOASSERTION``:
one bad HOMEPAGE must not make the whole document invalid. The rules are never wider
than those of spdx-tools, so that what is written here validates there.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from coos_license.model import PackageId
from coos_license.portage.names import VERSION
from coos_license.trees.text import clean

NOASSERTION: Final = "NOASSERTION"

#: Ends a ``<text>`` value of the tag-value format, which has no escape for it.
#: Tools differ in whether they look at the case, so it is not looked at here.
TEXT_END: Final = re.compile("</(?=text>)", re.IGNORECASE)

_CONTROL = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})

# Each begins with two dots, none is the beginning of another, none ends in a dot:
# so a single dot can part category and name, and every id reads back in one way.
_ESCAPES: Final = {"+": "..plus", "_": "..u", ".": "..dot"}
_COMPONENT_ESCAPES: Final = {**_ESCAPES, "/": "..s", "@": "..at"}
_VERSION_FOLLOWS: Final = "..v"
_ODD_VERSION: Final = "..v"
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9-]")
_NOT_IN_COMPONENT = re.compile(r"(?<![A-Za-z0-9-])\.|\.(?![A-Za-z0-9-])|[^A-Za-z0-9.-]")
_VERSION = re.compile(VERSION, re.ASCII)

_TAGS: Final = frozenset(
    # One word a line would be three screens: ruff may not make it so.
    """
    Annotator AnnotationDate AnnotationComment AnnotationType BuiltDate Created
    Creator CreatorComment DataLicense DocumentComment DocumentName DocumentNamespace
    ExternalDocumentRef ExternalRef ExternalRefComment ExtractedText
    FileAttributionText FileChecksum FileComment FileContributor FileCopyrightText
    FileName FileNotice FilesAnalyzed FileType LicenseComment LicenseComments
    LicenseConcluded LicenseCrossReference LicenseID LicenseInfoInFile
    LicenseInfoInSnippet LicenseListVersion LicenseName NOASSERTION NONE
    PackageAttributionText PackageChecksum PackageComment PackageCopyrightText
    PackageDescription PackageDownloadLocation PackageFileName PackageHomePage
    PackageLicenseComments PackageLicenseConcluded PackageLicenseDeclared
    PackageLicenseInfoFromFiles PackageName PackageOriginator PackageSourceInfo
    PackageSummary PackageSupplier PackageVerificationCode PackageVersion
    PrimaryPackagePurpose Relationship RelationshipComment ReleaseDate
    SnippetAttributionText SnippetByteRange SnippetComment SnippetCopyrightText
    SnippetFromFileSPDXID SnippetLicenseComments SnippetLicenseConcluded
    SnippetLineRange SnippetName SnippetSPDXID SPDXID SPDXREF SPDXVersion
    ValidUntilDate
    """.split()  # noqa: SIM905 (see above)
)
# What a tag-value reader takes for another kind of value when a line begins so.
_SPECIAL_LINE = re.compile(
    r"<text>|(?:Tool|Organization|Person):|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    r"|(?:ADLER32|BLAKE2b-\d{3}|BLAKE3|MD\d|SHA\d{1,3}|SHA3-\d{3}):"
)

_HOST = r"(?:[a-z0-9]+[-.]){0,60}[a-z0-9]+\."
_PART = r"(?:[a-z0-9._~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})*"
_REST = rf"(?::\d{{1,5}})?(?:[/?]{_PART})?(?:\#{_PART})?"
_WEB_PAGE = re.compile(rf"https?://{_HOST}[a-z]{{2,}}{_REST}", re.IGNORECASE | re.ASCII)
_DOWNLOAD = re.compile(
    rf"(?:https?|ftp)://{_HOST}[a-z]{{2,}}{_REST}"
    rf"|(?:git|hg|svn|bzr)\+(?:https?|git|ssh|svn)://{_HOST}[a-z]{{2,5}}"
    rf"(?::\d{{1,5}})?(?:/{_PART}(?:\#{_PART})?)?",
    re.IGNORECASE | re.ASCII,
)
_PURL = re.compile(
    r"pkg:[A-Za-z][A-Za-z0-9.+-]*/(?:[A-Za-z0-9._~:/?@=&+#-]|%[0-9A-Fa-f]{2})+"
)
_EMAIL = re.compile(r"[!-'*-~]+@[!-'*-~]+")
_YEAR_10000: Final = 253_402_300_800


def multi_line(text: str) -> str:
    """Return the text without what no format may hold: readers clean it, this guards.

    Two checks of the bytes are far faster than looking at each character.
    """
    if text.isprintable():
        return text
    try:
        content = text.encode()
    except UnicodeEncodeError:
        return clean(text)
    harmless = len(content.translate(None, _CONTROL)) == len(content)
    return text if harmless else clean(text)


def single_line(text: str) -> str:
    """Return the text as one line that tag-value reads as the same line.

    What would be read as a tag, a date, an actor or the beginning of a text is put
    into quotation marks. Names and versions are labels: what cannot be written in
    both formats is written in neither.

    >>> single_line(" Container-Optimized   OS"), single_line("NONE")
    ('Container-Optimized OS', '"NONE"')
    """
    line = _folded(text)
    return f'"{line}"' if line in _TAGS or _SPECIAL_LINE.match(line) else line


def _folded(text: str) -> str:
    """Return the text as one line without an end mark of a text."""
    return TEXT_END.sub("</ ", " ".join(clean(text).split()))


def spdx_id(package: PackageId) -> str:
    """Return the SPDXID: readable, legal, and never the same for two packages.

    One dot parts category and name; ``+``, ``_`` and ``.`` in them become ``..plus``,
    ``..u`` and ``..dot``. In a legal version ``_`` becomes ``-``: what follows a
    hyphen there is a letter, so nothing is lost (PMS 3.2).

    >>> spdx_id(PackageId("app-arch", "zstd", "1.5.6_rc1-r1"))
    'SPDXRef-Package-app-arch.zstd-1.5.6-rc1-r1'
    >>> spdx_id(PackageId("dev-libs", "libsigc++", "2.12.1"))
    'SPDXRef-Package-dev-libs.libsigc..plus..plus-2.12.1'
    """
    version = package.version
    if _VERSION.fullmatch(version):
        version = version.replace("_", "-")
    else:
        version = _ODD_VERSION + _in_id(version)
    return (
        f"SPDXRef-Package-{_in_id(package.category)}.{_in_id(package.name)}-{version}"
    )


def component_id(ecosystem: str, name: str, version: str) -> str:
    """Return the SPDXID of a component, never the same for two of them.

    A dot stands for itself between letters, digits and hyphens only; else each
    character that an id may not hold is two dots and a word, and so is what parts name
    and version: every id reads back in one way.

    >>> component_id("golang", "github.com/a/b_c", "1.2.0+x")
    'SPDXRef-Component-golang..sgithub.com..sa..sb..uc..v1.2.0..plusx'
    """
    # The first slash ends the ecosystem, which has none.
    named, versioned = (
        _NOT_IN_COMPONENT.sub(lambda match: _escaped(match[0], _COMPONENT_ESCAPES), one)
        for one in (f"{ecosystem}/{name}", version)
    )
    return f"SPDXRef-Component-{named}{_VERSION_FOLLOWS}{versioned}"


def _in_id(part: str) -> str:
    """Return the part with every character escaped that an id may not hold."""
    return _NOT_IN_ID.sub(lambda match: _escaped(match[0], _ESCAPES), part)


def _escaped(character: str, words: Mapping[str, str]) -> str:
    """Return the word for a character that an id may not hold."""
    return words.get(character) or f"..x{ord(character):06x}"


def actor(name: str | None, email: str | None = None) -> str | None:
    """Return ``Organization: name (email)``; ``Person: name`` stays a person.

    Source: SPDX 2.3 clauses 6.8 and 7.5. Without a word for its kind, who supplies an
    image is an organization.

    >>> actor("Example GmbH", "oss@example.org")
    'Organization: Example GmbH (oss@example.org)'
    """
    line = _folded(name or "")
    kind, colon, rest = line.partition(":")
    if not colon or kind not in {"Organization", "Person"}:
        kind, rest = "Organization", line
    # Parentheses alone would be read as an address without a name.
    rest = rest.strip()
    while rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1].strip()
    if not rest:
        return None
    if email and _EMAIL.fullmatch(email) and not rest.endswith(")"):
        rest = f"{rest} ({email})"
    return f"{kind}: {rest}"


def web_page(uris: tuple[str, ...]) -> str | None:
    """Return the first http(s) URI, ``None`` where there is none (clause 7.11).

    >>> web_page(("javascript:alert(1)", "https://example.org/a?b#c"))
    'https://example.org/a?b#c'
    """
    return next((uri for uri in uris if _WEB_PAGE.fullmatch(uri)), None)


def download_location(uri: str) -> str:
    """Return the URI where SPDX knows its kind, else ``NOASSERTION`` (clause 7.7)."""
    return uri if uri == "NONE" or _DOWNLOAD.fullmatch(uri) else NOASSERTION


def purl_locator(purl: str) -> str | None:
    """Return the purl where it can stand as a locator, percent-encoded."""
    return purl if _PURL.fullmatch(purl) else None


def timestamp(seconds: int | None) -> str | None:
    """Return seconds since 1970 as SPDX writes a date (clauses 6.9 and 7.26).

    >>> timestamp(0)
    '1970-01-01T00:00:00Z'
    """
    if seconds is None or not 0 <= seconds < _YEAR_10000:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
