# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The files that ``generate`` writes, and what renders each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from types import MappingProxyType
from typing import Final

from coos_license.model import DocumentMeta, Inventory

Renderer = Callable[[Inventory, DocumentMeta], Iterator[bytes]]
#: Name of each file, and what renders its content; again each time it is called.
Rendering = dict[str, Callable[[], Iterable[bytes]]]


def _of(module: str) -> Renderer:
    """Return the renderer of a module, which is imported when it is called.

    Two processes share the work, and neither needs what the other one imports.
    """

    def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
        renderer = import_module(f"coos_license.render.{module}").render
        yield from renderer(inventory, meta)

    return render


def _whole(content: Callable[[], bytes]) -> tuple[bytes]:
    """Return a content that is kept as its only piece."""
    return (content(),)


def _findings(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the findings."""
    from coos_license.render import findings_json  # noqa: PLC0415 (as _of says)

    yield from findings_json.render(meta.findings, inventory.accounting)


#: Name -> renderer of what machines read; ``inventory.json`` besides, which the
#: namespace is made from.
RECORDS: Final[Mapping[str, Renderer]] = MappingProxyType(
    {
        "findings.json": _findings,
        "sbom.spdx": _of("spdx_tag_value"),
        "sbom.spdx.json": _of("spdx_json"),
        "sbom.spdx3.json": _of("spdx3_json"),
    }
)
#: Name -> renderer of what people read; the audit page, which is made of a report, and
#: the bundle, which is made of these, besides.
PAGES: Final[Mapping[str, Renderer]] = MappingProxyType(
    {"NOTICE": _of("notice"), "credits.html": _of("credits")}
)
BUNDLE: Final = "notice-bundle.tar.gz"


@dataclass(frozen=True, slots=True)
class Rendered:
    """All files of ``generate`` in two halves that take about the same time."""

    records: Rendering
    pages: Rendering

    @property
    def all(self) -> Rendering:
        """Return both."""
        return {**self.records, **self.pages}


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
    page: tuple[str, Renderer],
    asked: Iterable[tuple[str, Renderer]] = (),
) -> Rendered:
    """Return what renders each artifact.

    What goes into the bundle too is rendered once and kept; the rest streams.
    ``listed`` is ``inventory.json``, ``page`` the audit page, and ``asked`` what is
    written besides.
    """
    kept = {
        name: cache(lambda render=render: b"".join(render(inventory, meta)))
        for name, render in PAGES.items()
    }

    def bundle() -> Iterator[bytes]:
        from coos_license.render import bundle  # noqa: PLC0415 (tar and gzip, only here)

        contents = {name: content() for name, content in kept.items()}
        yield from bundle.render(inventory, meta, contents)

    name, audit_page = page
    return Rendered(
        records={
            **{
                name: partial(render, inventory, meta)
                for name, render in (*RECORDS.items(), *asked)
            },
            "inventory.json": lambda: (listed,),
        },
        pages={
            **{name: partial(_whole, content) for name, content in kept.items()},
            name: partial(audit_page, inventory, meta),
            BUNDLE: bundle,
        },
    )
