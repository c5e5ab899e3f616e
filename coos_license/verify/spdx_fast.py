# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Whether an SPDX 2 document is valid, in the time of reading it.

The validator of spdx-tools builds the list of all ids again for each relationship: 95
seconds for 5,000 packages. Here its validators of single elements are used, each
distinct expression is validated once, and references are looked up in sets. A table of
injected faults in the tests holds that the verdict is that of the full validator.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from coos_license.verify.spdx_library import prepare

_VERSIONS: Final = ("SPDX-2.2", "SPDX-2.3")
#: What spdx-tools' reader raises for values of types that it does not expect.
_MISSHAPEN: Final = (
    *(AttributeError, KeyError, RecursionError, TypeError, ValueError),
)
_CLAIMS: Final = frozenset({"NONE", "NOASSERTION"})


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids of a document, and of which kind their elements are."""

    all: frozenset[str]
    files: frozenset[str]
    contained: Mapping[str, int]


def faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a document in the shape of the JSON schema."""
    prepare()
    from spdx_tools.spdx.parser.error import SPDXParsingError  # noqa: PLC0415 (heavy)
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import (  # noqa: PLC0415 (heavy)
        JsonLikeDictParser,
    )

    try:
        parsed = JsonLikeDictParser().parse(dict(document))  # type: ignore[no-untyped-call]  # its constructor has no annotations
    except SPDXParsingError as error:
        yield from error.messages
        return
    except _MISSHAPEN as error:
        yield f"a value has another type than SPDX wants ({error})"
        return
    yield from _parsed_faults(parsed)


def _parsed_faults(document: Any) -> Iterator[str]:  # noqa: ANN401 (untyped library)
    """Yield what is wrong with spdx-tools' document."""
    version = document.creation_info.spdx_version
    if version not in _VERSIONS:
        yield f"{version!r} is no version that is validated: {', '.join(_VERSIONS)}"
        return
    ids = _ids(document)
    yield from _of_elements(document, version)
    yield from _of_expressions(document)
    yield from _of_references(document, ids)
    yield from _of_files_in_packages(document, ids)
    yield from _of_the_whole(document, ids)


def _ids(document: Any) -> _Ids:  # noqa: ANN401 (untyped library)
    """Return the ids of the document."""
    files = [one.spdx_id for one in document.files]
    found = [document.creation_info.spdx_id, *files]
    found += [one.spdx_id for one in (*document.packages, *document.snippets)]
    return _Ids(frozenset(found), frozenset(files), Counter(found))


def _of_elements(document: Any, version: str) -> Iterator[str]:  # noqa: ANN401 (untyped library)
    """Yield what is wrong with elements by themselves."""
    from spdx_tools.spdx.validation.actor_validator import (  # noqa: PLC0415 (heavy)
        validate_actor,
    )
    from spdx_tools.spdx.validation.creation_info_validator import (  # noqa: PLC0415 (heavy)
        validate_creation_info,
    )
    from spdx_tools.spdx.validation.extracted_licensing_info_validator import (  # noqa: PLC0415 (heavy)
        validate_extracted_licensing_infos,
    )
    from spdx_tools.spdx.validation.file_validator import (  # noqa: PLC0415 (heavy)
        validate_file,
    )
    from spdx_tools.spdx.validation.package_validator import (  # noqa: PLC0415 (heavy)
        validate_package,
    )
    from spdx_tools.spdx.validation.snippet_validator import (  # noqa: PLC0415 (heavy)
        validate_snippet,
    )

    yield from _words(validate_creation_info(document.creation_info, version))
    for validate, elements in (
        (validate_package, document.packages),
        (validate_file, document.files),
        (validate_snippet, document.snippets),
    ):
        for one in elements:
            for word in _words(validate(one, version)):
                yield f"{one.spdx_id}: {word}"
    for one in document.annotations:
        yield from _words(validate_actor(one.annotator, "annotation"))
    yield from _words(
        validate_extracted_licensing_infos(document.extracted_licensing_info)
    )


def _words(messages: Iterable[Any]) -> list[str]:
    """Return the words of spdx-tools' messages."""
    return [message.validation_message for message in messages]


def _of_expressions(document: Any) -> Iterator[str]:  # noqa: ANN401 (untyped library)
    """Yield what is wrong with licence expressions, each distinct one read once."""
    from spdx_tools.spdx.model.document import Document  # noqa: PLC0415 (heavy)
    from spdx_tools.spdx.validation.license_expression_validator import (  # noqa: PLC0415 (heavy)
        validate_license_expression,
    )

    small = Document(
        document.creation_info,
        extracted_licensing_info=document.extracted_licensing_info,
    )
    known: dict[str, list[str]] = {}
    for owner, expression in _expressions(document):
        text = str(expression)
        if text not in known:
            known[text] = _words(validate_license_expression(expression, small, owner))
        yield from (f"{owner}: {word}" for word in known[text])
    for one in document.packages:
        if one.license_info_from_files and not one.files_analyzed:
            yield f"{one.spdx_id}: has licences of files that were not analyzed"


def _expressions(document: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (untyped library)
    """Yield the owner and each expression of the document."""
    for one in document.packages:
        analyzed = one.license_info_from_files if one.files_analyzed else []
        for expression in (one.license_concluded, one.license_declared, *analyzed):
            yield one.spdx_id, expression
    for one in document.files:
        for expression in (one.license_concluded, *one.license_info_in_file):
            yield one.spdx_id, expression
    for one in document.snippets:
        for expression in (one.license_concluded, *one.license_info_in_snippet):
            yield one.spdx_id, expression


def _of_references(document: Any, ids: _Ids) -> Iterator[str]:  # noqa: ANN401 (untyped library)
    """Yield ids that are none, and references to what is not there."""
    from spdx_tools.spdx.model.document import Document  # noqa: PLC0415 (heavy)
    from spdx_tools.spdx.model.relationship import (  # noqa: PLC0415 (heavy)
        RelationshipType,
    )
    from spdx_tools.spdx.validation.spdx_id_validators import (  # noqa: PLC0415 (heavy)
        validate_spdx_id,
    )

    small = Document(document.creation_info)
    named: dict[str, None] = dict.fromkeys(
        one.spdx_id for one in (*document.packages, *document.files, *document.snippets)
    )
    wanted: dict[str, None] = dict.fromkeys(one.spdx_id for one in document.annotations)
    only_in_2_3 = {
        RelationshipType.SPECIFICATION_FOR,
        RelationshipType.REQUIREMENT_DESCRIPTION_FOR,
    }
    for one in document.relationships:
        wanted[one.spdx_element_id] = None
        if str(one.related_spdx_element_id) not in _CLAIMS:
            wanted[one.related_spdx_element_id] = None
        old = document.creation_info.spdx_version == _VERSIONS[0]
        if old and one.relationship_type in only_in_2_3:
            yield f"{one.relationship_type.name} is not in {_VERSIONS[0]}"
    of_snippets = {one.file_spdx_id: None for one in document.snippets}
    for spdx_id in {**named, **wanted, **of_snippets}:
        yield from validate_spdx_id(spdx_id, small)
    for places, there, what in (
        (wanted, ids.all, "an element"),
        (of_snippets, ids.files, "a file"),
    ):
        for spdx_id in places:
            if ":" not in spdx_id and spdx_id not in there:
                yield f"{spdx_id} is referred to, and is not the id of {what}"


def _of_files_in_packages(document: Any, ids: _Ids) -> Iterator[str]:  # noqa: ANN401 (untyped library)
    """Yield packages that contain files although their files were not analyzed."""
    from spdx_tools.spdx.model.relationship import (  # noqa: PLC0415 (heavy)
        RelationshipType,
    )

    closed = {one.spdx_id for one in document.packages if not one.files_analyzed}
    for one in document.relationships:
        ends = (one.spdx_element_id, str(one.related_spdx_element_id))
        if one.relationship_type is RelationshipType.CONTAINED_BY:
            ends = (ends[1], ends[0])
        elif one.relationship_type is not RelationshipType.CONTAINS:
            continue
        if ends[0] in closed and ends[1] in ids.files:
            yield f"{ends[0]}: contains {ends[1]}, but its files were not analyzed"


def _of_the_whole(document: Any, ids: _Ids) -> Iterator[str]:  # noqa: ANN401 (untyped library)
    """Yield ids that are there twice, and that the document describes nothing."""
    from spdx_tools.spdx.model.relationship import (  # noqa: PLC0415 (heavy)
        RelationshipType,
    )

    for spdx_id, count in sorted(ids.contained.items()):
        if count > 1:
            yield f"{spdx_id} is the id of {count} elements"
    own = document.creation_info.spdx_id
    describes = any(
        (one.relationship_type, one.spdx_element_id)
        == (RelationshipType.DESCRIBES, own)
        or (one.relationship_type, one.related_spdx_element_id)
        == (RelationshipType.DESCRIBED_BY, own)
        for one in document.relationships
    )
    alone = (len(document.packages), len(document.files), len(document.snippets))
    if not describes and alone != (1, 0, 0):
        yield f"{own} DESCRIBES nothing"
