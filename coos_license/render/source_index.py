# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The index of a source bundle as JSON and as a page.

Schema: ``docs/schema/sources.schema.json``. Sizes are in bytes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coos_license.corresponding.offer import Offer
from coos_license.corresponding.values import (
    Bundled,
    ComponentSource,
    Duty,
    Gap,
    Kept,
    Rebuild,
)
from coos_license.model import Image
from coos_license.resources import environment, inline
from coos_license.trees.text import in_full

SCHEMA: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceIndex:
    """All that the index says. ``files`` and ``gaps`` are those of no package.

    ``components`` owe source as packages do; ``None``: nobody looked for any.
    """

    image: Image
    bundled: Sequence[Bundled]
    files: Sequence[Kept]
    gaps: Sequence[Gap]
    duties: Sequence[Duty]
    rebuild: Rebuild
    offer: Offer | None
    offer_file: str
    components: Sequence[ComponentSource] | None

    @property
    def missing(self) -> int:
        """Return how many gaps there are."""
        return sum(1 for _ in self.each_gap())

    @property
    def waived(self) -> list[tuple[str, Gap]]:
        """Return the gaps that the policy waives, with their package or ``""``."""
        return [one for one in self.each_gap() if one[1].waiver]

    def each_gap(self) -> Iterator[tuple[str, Gap]]:
        """Yield all gaps, with the package that each is of, or ``""``."""
        yield from (("", gap) for gap in self.gaps)
        for one in self.bundled:
            yield from ((one.plan.package.id.cpv, gap) for gap in one.gaps)


def json(index: SourceIndex) -> Iterator[bytes]:
    """Yield ``index.json``."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    yield orjson.dumps(_value(index), option=options)


def _value(index: SourceIndex) -> dict[str, Any]:
    """Return the index as JSON values."""
    image, offer = index.image, index.offer
    return {
        "schema": SCHEMA,
        "image": {
            "name": image.name,
            "board": image.board,
            "version": image.version,
        },
        "complete": not index.missing,
        "gaps": {
            "open": index.missing - len(index.waived),
            "waived": len(index.waived),
        },
        "offer": {
            "file": index.offer_file or None,
            "way": offer.way.value if offer else None,
            "until": str(offer.until) if offer and offer.until else None,
        },
        "build": {
            "main_repository": index.rebuild.main or None,
            "profile": index.rebuild.profile or None,
            "repositories": [
                {"name": name, "masters": list(masters)}
                for name, masters in sorted(index.rebuild.masters.items())
            ],
        },
        "duties": [
            {
                "obligation": one.obligation.value,
                "packages": [package.cpv for package in one.packages],
                "at_hand": one.at_hand,
                "met": one.is_met,
            }
            for one in index.duties
        ],
        "files": [_file(one) for one in index.files],
        "missing": [_gap(one) for one in index.gaps],
        "packages": [_package(one) for one in index.bundled],
        "components": None
        if index.components is None
        else [_component(one) for one in index.components],
    }


def _component(one: ComponentSource) -> dict[str, Any]:
    """Return a component that owes source, and which entries have it."""
    return {
        "cpv": one.component.id.cpv,
        "license": str(one.component.effective),
        "source": [package.cpv for package in one.sources],
    }


def _package(one: Bundled) -> dict[str, Any]:
    """Return what there is of a package."""
    package = one.plan.package
    return {
        "cpv": package.id.cpv,
        "slot": package.slot,
        "repository": package.repository,
        "shipped": package.shipped.value,
        "license": str(package.effective),
        "owed": [
            {
                "license": reason.license,
                "why": reason.why,
                "obligations": [each.value for each in reason.obligations],
            }
            for reason in one.plan.reasons
        ],
        "complete": not one.gaps,
        "commits": list(one.plan.commits),
        "patches": [
            {"path": patch.path, "number": patch.number} for patch in one.plan.patches
        ],
        "files": [_file(each) for each in one.files],
        "missing": [_gap(each) for each in one.gaps],
    }


def _file(one: Kept) -> dict[str, Any]:
    """Return a file of the bundle."""
    return {
        "path": one.path,
        "role": one.role.value,
        "sha256": one.sha256,
        "bytes": one.size_bytes,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    """Return what is missing, and why."""
    return {
        "finding": gap.kind.name,
        "role": gap.role.value,
        "name": in_full(gap.name),
        "reason": gap.reason,
        "digests": dict(gap.digests),
        "waived": gap.waiver
        and {
            "reason": gap.waiver.reason,
            "owner": gap.waiver.owner,
            "expires": str(gap.waiver.expires),
        },
    }


def html(index: SourceIndex) -> Iterator[bytes]:
    """Yield ``index.html``: one page that loads nothing, and links into the bundle."""
    template = environment().get_template("sources.html.j2")
    sizes = {
        kept.path: kept.size_bytes
        for kept in (*index.files, *(k for one in index.bundled for k in one.files))
    }
    counts = Counter("complete" if not one.gaps else "gaps" for one in index.bundled)
    values = {
        "index": index,
        "style": inline("diff.css.j2"),
        "title": " ".join(filter(None, (index.image.name, index.image.version))),
        "counts": (
            ("packages", len(index.bundled)),
            ("complete", counts["complete"]),
            ("gaps", index.missing),
            ("files", len(sizes)),
            ("bytes", sum(sizes.values())),
        ),
        "in_full": in_full,
        "quoted": _quoted,
    }
    yield from (text.encode() for text in template.generate(**values))


def _quoted(path: str) -> str:
    """Return a path of the bundle as the target of a link."""
    from urllib.parse import quote  # noqa: PLC0415 (heavy)

    return f"./{quote(path)}"


def summary(index: SourceIndex) -> Iterator[str]:
    """Yield the completeness report as text: every package, then what is missing."""
    for one in index.bundled:
        state = f"{len(one.gaps)} missing" if one.gaps else "complete"
        whys = dict.fromkeys(f"{why.license}, {why.why}" for why in one.plan.reasons)
        owed = "; ".join(whys) or "not owed, taken with --all"
        total = sum(kept.size_bytes for kept in one.files)
        noun = "file" if len(one.files) == 1 else "files"
        held = f"{len(one.files)} {noun}, {total:,} bytes"
        yield f"{one.plan.package.id.cpv}: {state}; {held}"
        yield f"    {in_full(owed)}"
