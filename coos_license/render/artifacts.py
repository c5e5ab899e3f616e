# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The files that ``generate`` writes, and what renders each."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from coos_license.model import DocumentMeta, Inventory
from coos_license.render import (
    credits as credits_page,
)
from coos_license.render import (
    findings_json,
    notice,
    spdx3_json,
    spdx_json,
    spdx_tag_value,
)

Renderer = Callable[[Inventory, DocumentMeta], Iterator[bytes]]

#: Name -> renderer. The bundle is not in it: it is made of other artifacts; nor is the
#: audit page, which is made of a report.
ARTIFACTS: Final[dict[str, Renderer]] = {
    "NOTICE": notice.render,
    "credits.html": credits_page.render,
    "findings.json": lambda _inventory, meta: findings_json.render(meta.findings),
    "sbom.spdx": spdx_tag_value.render,
    "sbom.spdx.json": spdx_json.render,
    "sbom.spdx3.json": spdx3_json.render,
}
BUNDLE: Final = "notice-bundle.tar.gz"
_IN_BUNDLE: Final = ("NOTICE", "credits.html")


def cyclonedx_renderer() -> tuple[str, Renderer]:
    """Return name and renderer of what is written on demand only.

    Raises: ImportError where the extra ``cyclonedx`` is not installed.
    """
    from coos_license.render import cyclonedx_json  # noqa: PLC0415 (an extra)

    return "sbom.cdx.json", cyclonedx_json.render


def render_all(
    inventory: Inventory,
    meta: DocumentMeta,
    listed: bytes,
    asked: Iterable[tuple[str, Renderer]] = (),
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield each artifact's name and its bytes, the bundle last.

    What goes into the bundle too is rendered once and kept; the rest streams.
    ``listed`` is ``inventory.json``, which the caller has made the namespace from;
    ``asked`` is what is written besides.
    """
    from coos_license.render import bundle  # noqa: PLC0415 (tar and gzip, only here)

    kept: dict[str, bytes] = {}
    for name, render in (*ARTIFACTS.items(), *asked):
        if name in _IN_BUNDLE:
            kept[name] = b"".join(render(inventory, meta))
            yield name, (kept[name],)
        else:
            yield name, render(inventory, meta)
    yield "inventory.json", (listed,)
    yield BUNDLE, bundle.render(inventory, meta, kept)
