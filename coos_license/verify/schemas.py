# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Documents against the JSON schemas of ``docs/schema``."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from coos_license.resources import schema
from coos_license.verify.bundle import FINDINGS, INVENTORY, Bundle, Problem

CHECK: Final = "schema"
_MOST: Final = 20
_SHOWN: Final = 200


def check(bundle: Bundle) -> Iterator[Problem]:
    """Yield where a document does not keep to its schema; the first 20 of each."""
    for name, document, which in (
        (INVENTORY, bundle.inventory, "inventory"),
        (FINDINGS, bundle.findings, "findings"),
    ):
        if document is not None:
            for fault in islice(faults(document, which), _MOST):
                yield Problem(CHECK, name, fault)


def faults(document: object, name: str) -> Iterator[str]:
    """Yield where a document does not keep to the schema of that name."""
    import jsonschema_rs  # noqa: PLC0415 (heavy: only where a document is checked)

    validator = jsonschema_rs.Draft202012Validator(schema(name))
    for error in validator.iter_errors(document):
        place = "/".join(map(str, error.instance_path)) or "the document"
        yield f"{place}: {error.message[:_SHOWN]}"
