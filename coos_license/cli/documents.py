# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What ``generate`` writes and ``verify`` writes again to compare."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from typing import Final

from coos_license import __version__
from coos_license.audit.report import Report
from coos_license.cli.reading import Loaded
from coos_license.errors import InputError
from coos_license.model import DocumentMeta, Finding, Inventory
from coos_license.render import inventory_json
from coos_license.render.artifacts import (
    Rendered,
    Renderer,
    cyclonedx_renderer,
    render_all,
)

#: Documents of one content share one namespace; nobody needs to host it (SPDX 6.5).
_NAMESPACE: Final = "https://spdx.org/spdxdocs/coos-license-"


def artifacts(loaded: Loaded, asked: Iterable[tuple[str, Renderer]] = ()) -> Rendered:
    """Return what renders every document. ``asked`` is what is written besides."""

    def page(*_: object) -> Iterator[bytes]:
        from coos_license.render import audit_html  # noqa: PLC0415 (heavy, on its side)

        yield from audit_html.render(report_of(loaded))

    listed = b"".join(inventory_json.render(loaded.inventory))
    meta = _meta(loaded, listed)
    return render_all(loaded.inventory, meta, listed, ("audit.html", page), asked)


def report_of(loaded: Loaded, *late: Finding) -> Report:
    """Return what an audit has to tell, findings that depend on the day first."""
    return Report(
        inventory=loaded.inventory,
        findings=(*late, *loaded.findings),
        created=loaded.created,
        tool_version=__version__,
        policy=loaded.policy,
        propagation=loaded.propagation,
    )


def cyclonedx() -> tuple[str, Renderer]:
    """Return what writes CycloneDX. Raises: InputError where its library is missing."""
    try:
        return cyclonedx_renderer()
    except ImportError as error:
        message = f"needs a library that is not installed: {error.name}"
        cure = "install the extra: pip install 'coos-license[cyclonedx]'"
        raise InputError(message, where="--cyclonedx", cure=cure) from error


def _meta(loaded: Loaded, listed: bytes) -> DocumentMeta:
    """Return what the documents say of themselves; a digest of all that they hold.

    ``listed`` is ``inventory.json``: the inputs as far as it shows them.
    """
    image = loaded.inventory.image
    told = (
        *(__version__, loaded.created, loaded.context),
        *(image.creator or "", image.contact or "", image.milestone or ""),
        *((loaded.policy.digest,) if loaded.policy.name != "default" else ()),
    )
    digest = hashlib.sha256("\0".join(told).encode())
    digest.update(listed)
    for said in _unlisted(loaded.inventory):
        digest.update(said)
    name = uuid.uuid5(uuid.NAMESPACE_URL, digest.hexdigest())
    return DocumentMeta(
        created=loaded.created,
        epoch=loaded.epoch,
        namespace=f"{_NAMESPACE}{name}",
        tool_version=__version__,
        findings=loaded.findings,
        context=loaded.context,
    )


def _unlisted(inventory: Inventory) -> Iterator[bytes]:
    """Yield what the documents say and ``inventory.json`` does not: links, files."""
    for package, _, need in inventory.links.links():
        for provider in need.providers:
            yield f"{package.cpv}\0{provider.package.cpv}\n".encode()
    for file in inventory.files:
        yield file.path.encode("utf-8", "surrogateescape") + b"\0" + file.sha512
