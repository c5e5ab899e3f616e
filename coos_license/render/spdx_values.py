# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Labels and actors of an SPDX 2.3 document, as both its formats hold them."""

import re
from typing import Any, Final

from coos_license.bom.values import Agent
from coos_license.bom.wellformed import one_line

#: A JSON object in the making.
Element = dict[str, Any]

NOASSERTION: Final = "NOASSERTION"
DOCUMENT_ID: Final = "SPDXRef-DOCUMENT"

#: Ends a ``<text>`` value of the tag-value format, which has no escape for it.
#: Tools differ in whether they look at the case, so it is not looked at here.
TEXT_END: Final = re.compile("</(?=text>)", re.IGNORECASE)

_TEXT_END_NOTE: Final = (
    'A value of this element holds "</" directly followed by "text>". The tag-value '
    "format ends a text there and knows no escape, so in that format a space was put "
    "between the two."
)

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
    return TEXT_END.sub("</ ", one_line(text))


def actor(agent: Agent) -> str:
    """Return who acts as ``Organization: name (email)`` (clauses 6.8 and 7.5).

    >>> from coos_license.bom.values import AgentKind
    >>> actor(Agent(AgentKind.PERSON, "Jane Doe", "jane@example.org"))
    'Person: Jane Doe (jane@example.org)'
    """
    name = _folded(agent.name)
    return f"{agent.kind}: {name}" + (f" ({agent.email})" if agent.email else "")


def spdx_id(ref: str) -> str:
    """Return the SPDXID of an element of the bill (clause 3.2)."""
    return f"SPDXRef-{ref}"


def file_name(path: str) -> str:
    """Return a path as clause 8.1 wants it, relative to the root of the image.

    >>> file_name("usr/share/a b -> c")
    './usr/share/a b -> c'
    """
    return f"./{path}"


def finished(element: Element) -> Element:
    """Return the element without empty values, and a word on ``</text>`` in it."""
    kept = {key: value for key, value in element.items() if value not in ("", None, [])}
    if any(map(_ends_a_text, kept.values())):
        kept["comment"] = "\n".join(filter(None, (kept.get("comment"), _TEXT_END_NOTE)))
    return kept


def _ends_a_text(value: object) -> bool:
    """Return whether tag-value cannot hold the value, or one in it, as it is."""
    match value:
        case str():
            return "</" in value and TEXT_END.search(value) is not None
        case list():
            return any(map(_ends_a_text, value))
        case dict():
            return any(map(_ends_a_text, value.values()))
        case _:
            return False
