# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Credits pages read back: ours, and those of chromite's licensing.

Read by lxml without any network; nothing in a page is followed or run. Source of the
second: chromite ``licensing/licenses_lib.py`` with its templates.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.names import split_pf
from coos_license.trees.text import clean_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: A page of 4,600 texts has 31 MB.
LIMIT: Final = 1 << 27
_CSP: Final = "Content-Security-Policy"
_TEXT_ID: Final = "text/"
_NOTICE: Final = "NOTICE file"
_SHARED: Final = '//div[@class="product"]/a[@class="title"]'
_REVISION = re.compile(r"-r[0-9]+\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageCredit:
    """A package of our page: ``texts`` and ``notices`` are labels of texts."""

    cpv: str
    category: str
    name: str
    version: str
    declared: str
    elected: str
    obligations: tuple[str, ...]
    texts: tuple[str, ...]
    notices: tuple[str, ...]
    linked_unknown: bool


@dataclass(frozen=True, slots=True)
class OurPage:
    """Our credits page; ``texts`` is label -> text."""

    title: str
    packages: tuple[PageCredit, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChromitePackage:
    """A package of chromite's page; no category, no revision.

    ``licenses`` are the names that it links to or has inlined; what came from its
    sources is a text without a name. ``texts`` are what it has, and what it links to.
    """

    name: str
    version: str
    licenses: frozenset[str]
    texts: tuple[str, ...] = ()


def looks_like_page(content: bytes) -> bool:
    """Return whether a file begins as a page does."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _document(content: bytes) -> "HtmlElement":
    """Return the tree of a page. Raises: ReadError."""
    from lxml import etree  # noqa: PLC0415 (heavy: only where a page is read)
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415 (heavy)

    # Without huge_tree a text of more than 10 MB would be dropped without a word.
    parser = HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        document = document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"is no page that can be read ({error})") from error
    # Past some depth libxml2 stops, and what it has until then would be all.
    for entry in parser.error_log:
        if entry.level >= etree.ErrorLevels.FATAL:
            raise ReadError(f"is no page that can be read ({entry.message})")
    return document


def parse_page(content: bytes) -> OurPage | tuple[ChromitePackage, ...]:
    """Return what a credits page says. Raises: ReadError where it is none."""
    document = _document(content)
    articles = document.xpath('//article[@class="package"]')
    if articles or document.xpath('//section[@aria-labelledby="packages"]'):
        return _our_page(document, articles)
    products = document.xpath('//div[@class="product"]')
    shared = dict(map(_shared, document.xpath(_SHARED)))
    packages = tuple(one for product in products for one in _product(product, shared))
    if not packages:
        raise ReadError("is a page, but no credits page with packages")
    return packages


def _our_page(document: "HtmlElement", articles: Iterable["HtmlElement"]) -> OurPage:
    """Return our own page."""
    texts = {
        article.get("id", "").removeprefix(_TEXT_ID): _words(article.xpath(".//pre"))
        for article in document.xpath('//article[@class="text"]')
    }
    title = _words(document.xpath("//title")).removeprefix("Credits").lstrip(" -")
    return OurPage(title, tuple(map(_credit, articles)), texts)


def _words(found: list["HtmlElement"]) -> str:
    """Return the text of the first element, ``""`` where there is none."""
    return str(found[0].text_content()) if found else ""


def _credit(article: "HtmlElement") -> PageCredit:
    """Return one package of our page."""
    category = _words(article.xpath('.//h3//span[@class="category"]')).rstrip("/")
    version = _words(article.xpath('.//h3//span[@class="version"]'))
    heading = _words(article.xpath(".//h3"))
    linked = bool(article.xpath('.//h3//span[@class="badge"]'))
    name = heading.removeprefix(f"{category}/").partition(f" {version}")[0]
    facts = dict(map(_fact, article.xpath("./details/div/dl/div")))
    elected = facts.get("Elected", facts.get("Concluded"))
    return PageCredit(
        cpv=PackageId(category, name, version).cpv,
        category=category,
        name=name,
        version=version,
        declared=facts["Declared"].text_content() if "Declared" in facts else "",
        elected="" if elected is None else _words(elected.xpath("./span")),
        obligations=tuple(article.get("data-obligations", "").split()),
        texts=_labels(facts, notices=False),
        notices=_labels(facts, notices=True),
        linked_unknown=linked,
    )


def _fact(row: "HtmlElement") -> tuple[str, "HtmlElement"]:
    """Return the name and the value of a fact. Raises: ReadError without a value."""
    values = row.xpath("./dd")
    if not values:
        raise ReadError("is a credits page that is damaged or cut off")
    return _words(row.xpath("./dt")), values[0]


def _labels(facts: Mapping[str, "HtmlElement"], *, notices: bool) -> tuple[str, ...]:
    """Return the labels of the texts that a package links to."""
    from urllib.parse import unquote  # noqa: PLC0415 (only where a page is read)

    if "Texts" not in facts:
        return ()
    return tuple(
        unquote(link.get("href", "")).removeprefix(f"#{_TEXT_ID}")
        for link in facts["Texts"].xpath(".//a")
        if (link.text_content() == _NOTICE) is notices
    )


def _shared(title: "HtmlElement") -> tuple[str, str]:
    """Return name and text of a licence that packages of chromite's page link to."""
    return title.get("name") or "", _words(title.xpath("..//pre"))


def _product(
    product: "HtmlElement", shared: Mapping[str, str]
) -> Iterable[ChromitePackage]:
    """Yield the package that a product of chromite's page is; a licence is none."""
    titles = product.xpath('./span[@class="title"]')
    if not titles:
        return
    title = clean_line(titles[0].text_content().encode())
    name = clean_line((titles[0].get("id") or "").encode())
    version = title.removeprefix(f"{name}-")
    if not name or version == title:
        name, _, version = title.rpartition("-")
        name, version = split_pf(title) or (name or version, version if name else "")
    linked = (a.get("href", "") for a in product.xpath(".//li/a"))
    names = {one.removeprefix("#") for one in linked if one.startswith("#")}
    own = [str(pre.text_content()) for pre in product.xpath(".//pre")]
    texts = (*own, *(shared[one] for one in sorted(names) if one in shared))
    for text in own:
        names |= _inlined(text)
    names = {clean_line(one.encode()) for one in names}
    yield ChromitePackage(
        name, _REVISION.sub("", version), frozenset(filter(None, names)), texts
    )


_INLINED = re.compile(r"^(?:Gentoo Package Stock|Custom) License (\S+):$", re.MULTILINE)


def _inlined(text: str) -> set[str]:
    r"""Return the licences whose texts stand with the one package that has them.

    >>> _inlined("Gentoo Package Stock License ZLIB:\n\nzlib terms")
    {'ZLIB'}
    """
    return set(_INLINED.findall(text))
