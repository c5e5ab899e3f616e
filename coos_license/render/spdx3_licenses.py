# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Licences in SPDX 3.0.1: expressions, own texts, and which governs what.

Profile SimpleLicensing: an expression is one element however many packages have it, and
says by ``customIdToUri`` which element holds the text of each LicenseRef in it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from coos_license.bom.values import Bom, Element, ElementKind, OwnLicense, Relation
from coos_license.expression import Claim, Declared, License, leaves
from coos_license.licenses.spdx_list import LIST_VERSION
from coos_license.render.spdx3_values import Json, element, iri, short_digest

#: The license of the document's own data, which SPDX asks for.
DATA_LICENSE: Final = License("CC0-1.0")
_REFERENCE: Final = "LicenseRef-"
_UNKNOWN: Final = "expandedlicensing_NoAssertionLicense"
#: What a package that holds nothing has for a license. The individual NoneLicense is
#: read as "all rights reserved" by some and as no answer by others, and the grammar of
#: expressions has no word for it.
_NOTHING: Final = OwnLicense(
    "LicenseRef-coos-license-nothing-to-license",
    "Nothing to license",
    "The package installs no file of its own: there is nothing to license.\n",
)
_NO_TEXT: Final = "NOASSERTION"
_NO_TEXT_COMMENT: Final = "The text of this license was not found; see the findings."
_IMAGE_COMMENT: Final = (
    "The image has no license of its own: each of these governs some of its packages."
)


def license_id(namespace: str, declared: Declared) -> str:
    """Return the id of the element of an expression, or of what stands for a claim."""
    if declared is Claim.NOASSERTION:
        return _UNKNOWN
    if declared is Claim.NONE:
        declared = License(_NOTHING.id)
    return iri(namespace, f"License-{short_digest(str(declared))}")


def license_elements(bom: Bom) -> Iterator[Json]:
    """Yield each own text, and each distinct expression, in their order."""
    claims = {one for item in bom.elements for one in (item.declared, item.concluded)}
    found: dict[str, Declared] = {str(one): one for one in claims | {DATA_LICENSE}}
    found.pop(Claim.NOASSERTION, None)
    if found.pop(Claim.NONE, None):
        found[_NOTHING.id] = License(_NOTHING.id)
        yield _text(bom.namespace, _NOTHING)
    for own in bom.licenses:
        yield _text(bom.namespace, own)
    for words in sorted(found):
        yield _expression(bom.namespace, words, found[words])


def license_relationships(namespace: str, item: Element) -> Iterator[Json]:
    """Yield what a package or component declares, and what was concluded."""
    is_file = item.kind in (ElementKind.SOURCE, ElementKind.PATCH)
    for word, one, comment in (
        ("hasDeclaredLicense", item.declared, ""),
        ("hasConcludedLicense", item.concluded, item.license_comment),
    ):
        # Of a file nobody expects it; of a package, silence would look like neglect.
        if not (is_file and one is Claim.NOASSERTION):
            yield _governed(namespace, item.id, word, [one], comment)


def image_license(bom: Bom) -> Json:
    """Return what governs the image: the concluded license of each of its packages.

    It is not known as long as that of one package is not.
    """
    inside = {
        one.target for one in bom.relationships if one.relation is Relation.CONTAINS
    }
    concluded = {one.concluded for one in bom.elements if one.id in inside}
    if not concluded or Claim.NOASSERTION in concluded:
        return _governed(
            bom.namespace,
            bom.image.id,
            "hasConcludedLicense",
            [Claim.NOASSERTION],
            bom.image.license_comment,
        )
    # A package that holds nothing takes no license away from the image.
    some = concluded - {Claim.NONE} or {Claim.NONE}
    return _governed(
        bom.namespace, bom.image.id, "hasConcludedLicense", some, _IMAGE_COMMENT
    )


def _governed(
    namespace: str, ref: str, word: str, licenses: Iterable[Declared], comment: str
) -> Json:
    """Return that each of the licenses governs the element."""
    return element(
        "Relationship",
        iri(namespace, f"Relationship-{word}-{ref}"),
        relationshipType=word,
        **{"from": iri(namespace, ref)},
        to=[license_id(namespace, one) for one in sorted(licenses, key=str)],
        comment=comment,
    )


def _text(namespace: str, own: OwnLicense) -> Json:
    """Return a license that SPDX does not list."""
    return element(
        "simplelicensing_SimpleLicensingText",
        iri(namespace, own.id),
        name=own.name,
        simplelicensing_licenseText=own.text or _NO_TEXT,
        comment="" if own.text else _NO_TEXT_COMMENT,
    )


def _expression(namespace: str, words: str, declared: Declared) -> Json:
    """Return an expression, with the place of each text that SPDX does not list."""
    own = {leaf.id for leaf in leaves(declared) if leaf.id.startswith(_REFERENCE)}
    return element(
        "simplelicensing_LicenseExpression",
        license_id(namespace, declared),
        simplelicensing_licenseExpression=words,
        simplelicensing_licenseListVersion=LIST_VERSION,
        simplelicensing_customIdToUri=[
            {"type": "DictionaryEntry", "key": id_, "value": iri(namespace, id_)}
            for id_ in sorted(own)
        ],
    )
