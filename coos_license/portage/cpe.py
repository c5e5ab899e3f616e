# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""CPE names of packages, from the ``metadata.xml`` of their repository.

Gentoo states vendor and product as ``<remote-id type="cpe">cpe:/a:gnu:bash`` (GLEP 68);
the version is that of the package. Source of the forms: NISTIR 7695, 6.1 (URI binding)
and 6.2 (formatted string). What a rule does not cover gets no CPE: a wrong one makes
scanners report what is not there, or pass over what is.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

_MARK: Final = b"cpe"
_URI: Final = re.compile(r"cpe:/(?P<part>[aoh]):(?P<vendor>[^:]+):(?P<product>[^:]+).*")
_STRING: Final = re.compile(
    r"cpe:2\.3:(?P<part>[aoh]):(?P<vendor>(?:[^:\\]|\\.)+):(?P<product>(?:[^:\\]|\\.)+)"
    r"(?::.*)?"
)
#: One suffix at most: two are no version of upstream's.
_VERSION: Final = re.compile(
    r"(?P<version>\d+(?:\.\d+)*[a-z]?)(?:_(?P<update>(?:alpha|beta|pre|rc|p)\d*))?"
    r"(?:-r\d+)?",
    re.ASCII,
)
#: An ebuild of whatever was newest (Gentoo's convention).
_LIVE: Final = re.compile(r"(?:.*\.)?9{4,}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]")
_UNQUOTED: Final = re.compile(r"\\(.)")
_WILD: Final = frozenset("*?")


def cpe_names(metadata: bytes, version: str) -> tuple[str, ...]:
    r"""Return the CPE 2.3 names of a package, sorted; none where nothing states any.

    The suffix of a version is CPE's update: OpenSSH 9.6_p1 is ``9.6:p1`` there. A
    revision is the ebuild's and left out. No CPE has a live ebuild, nor a version with
    more than one suffix.

    >>> one = b'<a><remote-id type="cpe">cpe:/a:gnu:libsigc%2b%2b</remote-id></a>'
    >>> cpe_names(one, "2.1_rc3-r1")
    ('cpe:2.3:a:gnu:libsigc\\+\\+:2.1:rc3:*:*:*:*:*:*',)
    """
    match = _VERSION.fullmatch(version)
    if _MARK not in metadata or match is None or _LIVE.fullmatch(match["version"]):
        return ()
    update = match["update"] or "*"
    return tuple(
        sorted(
            {
                f"cpe:2.3:{part}:{vendor}:{product}:{match['version']}:{update}"
                ":*:*:*:*:*:*"
                for part, vendor, product in _products(metadata)
            }
        )
    )


def _products(metadata: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield part, vendor and product of the CPEs stated, ready for a name."""
    for text in _stated(metadata):
        line = "".join(text.split())
        uri, string = _URI.fullmatch(line), _STRING.fullmatch(line)
        if uri:
            vendor, product = (unquote(uri[one]) for one in ("vendor", "product"))
            part = uri["part"]
        elif string:
            part = string["part"]
            vendor, product = (
                _UNQUOTED.sub(r"\1", string[one]) for one in ("vendor", "product")
            )
        else:
            continue
        if all(map(_is_name, (vendor, product))):
            yield part, _quoted(vendor), _quoted(product)


def _stated(metadata: bytes) -> Iterator[str]:
    """Yield the texts of ``<remote-id type="cpe">``; nothing of what is no XML."""
    from lxml import etree  # noqa: PLC0415 (heavy: only where a repository is given)

    # No entity is expanded and nothing fetched: the DOCTYPE names a DTD on the web.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(metadata, parser)
    except etree.XMLSyntaxError:
        return
    for element in root.iter("remote-id"):
        if element.get("type") == "cpe" and element.text:
            yield element.text


def _is_name(value: str) -> bool:
    """Return whether a vendor or product is one that can be written."""
    return (
        value.isascii()
        and value.isprintable()
        and " " not in value
        and value not in ("", "-")
        and _WILD.isdisjoint(value)
    )


def _quoted(value: str) -> str:
    """Return a value as a formatted string has it: lower case, others escaped."""
    return "".join(
        char if _PLAIN.match(char) else f"\\{char}" for char in value.lower()
    )
