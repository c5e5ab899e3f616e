# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What tells about a source bundle: its index, its offer and its findings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coos_license import findings
from coos_license.cli.reading import Loaded
from coos_license.cli.source_bundle import Filling
from coos_license.corresponding.gaps import gap_findings, image_gaps, judged
from coos_license.corresponding.offer import Offer
from coos_license.corresponding.policy_duties import duties, duty_findings
from coos_license.corresponding.values import (
    Bundled,
    ComponentSource,
    Gap,
    Kept,
    Rebuild,
    Role,
)
from coos_license.model import Finding
from coos_license.policy.policy_waivers import weighed
from coos_license.render import findings_json, source_index
from coos_license.render.offer import NAMES, offer_file
from coos_license.render.source_index import SourceIndex
from coos_license.store.directory import Store


@dataclass(frozen=True, slots=True)
class Held:
    """What the bundle holds: of packages, and ``files`` and ``gaps`` of none.

    ``components`` are those of the image that owe source.
    """

    bundled: Sequence[Bundled]
    files: Sequence[Kept]
    gaps: Sequence[Gap]
    rebuild: Rebuild
    components: Sequence[ComponentSource]


def indexed(
    loaded: Loaded,
    filling: Filling,
    store: Store,
    offer: Offer | None,
    held: Held,
) -> SourceIndex:
    """Return the index, once the offer is written, if anything is owed."""
    files = list(held.files)
    owed = [one.plan.package.id for one in held.bundled if one.plan.reasons]
    name = ""
    if owed:
        name, content = offer_file(offer, loaded.inventory.image, owed)
        files.append(filling.made(name, Role.RECORD, content))
    for other in NAMES:
        if other != name:
            store.remove(other)
    policy = loaded.policy
    return SourceIndex(
        image=loaded.inventory.image,
        bundled=[
            replace(one, gaps=judged(one.gaps, one.plan.package, policy))
            for one in held.bundled
        ],
        files=tuple(sorted(files, key=lambda one: one.path)),
        gaps=judged(held.gaps, None, policy),
        components=held.components if loaded.inventory.accounting else None,
        duties=duties(held.bundled, loaded.propagation),
        rebuild=held.rebuild,
        offer=offer,
        offer_file=name,
    )


def weighed_findings(index: SourceIndex, loaded: Loaded) -> tuple[Finding, ...]:
    """Return all findings of a bundle as the policy weighs them, heaviest first."""
    found = [
        *gap_findings(index.bundled),
        *image_gaps(index.gaps),
        *duty_findings(index.duties),
    ]
    if index.offer_file and index.offer is None:
        message = f"{index.offer_file} is a template: no --offer was given"
        found.append(Finding(findings.NO_WRITTEN_OFFER, "offer", message))
    told = weighed(found, loaded.policy, of_sources=True)
    return tuple(sorted(told, key=_order))


def _order(one: Finding) -> tuple[int, str, str, str, str]:
    """Return the sort key of a finding."""
    cpv = one.package.cpv if one.package else ""
    return -one.kind.severity, one.kind.code, cpv, one.subject, one.message


def write_index(filling: Filling, index: SourceIndex, found: Sequence[Finding]) -> None:
    """Write what tells about the bundle. Raises: OutputError."""
    for name, content in (
        ("index.json", source_index.json(index)),
        ("index.html", source_index.html(index)),
        ("findings.json", findings_json.render(found)),
    ):
        filling.made(name, Role.RECORD, b"".join(content))
