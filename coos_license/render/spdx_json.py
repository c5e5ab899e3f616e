# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.3 as JSON, indented by two: a change of one field is one line of a diff."""

from collections.abc import Iterator

from coos_license.model import DocumentMeta, Inventory
from coos_license.render import spdx


def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the document as UTF-8 that ends in a line feed."""
    import orjson  # noqa: PLC0415 (heavy: only when a document is written)

    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    yield orjson.dumps(spdx.document(inventory, meta), option=options)
