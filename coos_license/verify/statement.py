# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The in-toto statement about a bundle: its files by digest, and how it was made.

Source: in-toto attestation framework, Statement v1; the predicate is described in
``docs/verify.md``. Pure and deterministic.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from coos_license.documents.spdx import elements, parse_object, text, texts
from coos_license.errors import ReadError
from coos_license.trees.text import in_full
from coos_license.verify.bundle import INVENTORY, Bundle, Problem

CHECK: Final = "attestation"
#: Where it lies by default; it is no subject of its own.
NAME: Final = "attestation.intoto.json"
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "urn:coos-license:attribution:v1"
_TOOL: Final = "Tool: "
_CONTEXT: Final = "Generation context: "


def statement(bundle: Bundle, beside: str) -> bytes:
    """Return the statement as JSON; ``beside`` names a file that is no subject.

    Raises: ReadError where the documents that it is made of cannot be read.
    """
    import orjson  # noqa: PLC0415 (only where JSON is written)

    value = {
        "_type": STATEMENT,
        "subject": [
            {"name": name, "digest": {"sha256": digest}}
            for name, digest in sorted(_digests(bundle.files).items())
            if name != beside
        ],
        "predicateType": PREDICATE,
        "predicate": _predicate(bundle),
    }
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return name -> sha256."""
    return {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }


def _predicate(bundle: Bundle) -> dict[str, Any]:
    """Return how the bundle was made, all from its own documents. Raises: ReadError."""
    if bundle.sbom is None or bundle.inventory is None or bundle.findings is None:
        raise ReadError("lacks documents that can be read; 'verify' names them")
    info = bundle.sbom.get("creationInfo")
    if not isinstance(info, dict):
        raise ReadError("has an SBOM without creation information")
    tools = [one for one in texts(info, "creators") if one.startswith(_TOOL)]
    counts = Counter(
        text(one, "severity") for one in elements(bundle.findings, "findings")
    )
    return {
        "tool": [one.removeprefix(_TOOL) for one in tools],
        "created": text(info, "created"),
        "context": text(info, "comment").removeprefix(_CONTEXT).rstrip("."),
        "image": {
            key: bundle.inventory["image"].get(key)
            for key in ("name", "version", "board", "supplier")
        },
        "documentNamespace": text(bundle.sbom, "documentNamespace"),
        "inputs": {"sha256": hashlib.sha256(bundle.files[INVENTORY]).hexdigest()},
        "packages": len(bundle.inventory["packages"]),
        "findings": {word: counts[word] for word in ("error", "warning", "info")},
    }


def subject_problems(
    payload: bytes, files: Mapping[str, bytes], beside: str
) -> Iterator[Problem]:
    """Yield how the files differ from the subjects of a statement that was signed."""
    try:
        value = parse_object(payload)
    except ReadError as error:
        yield Problem(CHECK, NAME, f"the statement {error}")
        return
    if (value.get("_type"), value.get("predicateType")) != (STATEMENT, PREDICATE):
        yield Problem(CHECK, NAME, f"is no statement of type {PREDICATE}")
        return
    stated: dict[str, str] = {}
    for one in elements(value, "subject"):
        digest = one.get("digest")
        sha256 = text(digest, "sha256") if isinstance(digest, dict) else ""
        stated[text(one, "name")] = sha256
    found = {name: one for name, one in _digests(files).items() if name != beside}
    for name in sorted(stated.keys() | found.keys()):
        if name not in found:
            yield Problem(CHECK, in_full(name), "missing: the attestation names it")
        elif name not in stated:
            yield Problem(
                CHECK, in_full(name), "extra: the attestation does not name it"
            )
        elif stated[name] != found[name]:
            yield Problem(CHECK, in_full(name), "changed since it was attested")
