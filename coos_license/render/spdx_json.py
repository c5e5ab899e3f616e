# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.3 as JSON, indented by two: a change of one field is one line of a diff."""

from collections.abc import Iterator
from itertools import chain

from coos_license.bom.build import bill_of_materials
from coos_license.model import DocumentMeta, Inventory
from coos_license.render import spdx
from coos_license.render.json_lists import json_object


def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the document as UTF-8 that ends in a line feed, piece by piece."""
    bom = bill_of_materials(inventory, meta)
    values = dict(spdx.document(inventory, meta))
    values["packages"] = iter(values["packages"])
    related = values.pop("relationships")
    if bom.files:
        values["files"] = spdx.files(bom)
    values["relationships"] = chain(related, spdx.contained(bom))
    return json_object(values)
