# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From what a request names to its inventory, which nobody has judged yet."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coos_license.chromiumos.package_info import with_ebuilds
from coos_license.cli.accounting import (
    Counted,
    Wanted,
    count_files,
    image_path,
    with_accounting,
)
from coos_license.cli.epoch import document_epoch
from coos_license.cli.package_sources import find_sources
from coos_license.cli.request import Request
from coos_license.cli.shipping import find_shipped, what_ships
from coos_license.cli.sources import Source, find_repositories, find_texts, read_source
from coos_license.model import Finding, Image, Inventory
from coos_license.portage.repository import Repository
from coos_license.resolve.inventory import build
from coos_license.resolve.texts import TextFinder

if TYPE_CHECKING:
    from coos_license.policy.policy_curations import Curation


@dataclass(frozen=True, slots=True)
class Opened:
    """What the request names, open: ``image`` says what ships, ``texts`` come last."""

    source: Source
    image: Source
    repositories: tuple[Repository, ...]
    texts: tuple[Repository, ...]

    @property
    def odd(self) -> tuple[Finding, ...]:
        """Return what is odd about the databases."""
        other = () if self.image is self.source else self.image.odd
        return (*self.source.odd, *other)


def open_all(request: Request, trees: ExitStack, *, links: bool, files: bool) -> Opened:
    """Return what the request names. Raises: InputError."""
    inside = replace(request.inside, links=links, files=files)
    source = read_source(request.source, trees, "root", inside=inside)
    repositories = find_repositories(source, request.source, request.overlays, trees)
    if source.is_listed:
        known = with_ebuilds(source.packages, repositories)
        source = replace(source, packages=known)
    return Opened(
        source,
        find_shipped(request.shipped, source, trees, links=links),
        repositories,
        find_texts(source, request.licenses, trees),
    )


@dataclass(frozen=True, slots=True)
class Built:
    """An inventory that nobody has judged, by which rule its packages ship.

    ``epoch`` is when the documents are from, ``remarks`` are those on the sources,
    ``counted`` are the files of the image, where they were asked for.
    """

    inventory: Inventory
    rule: str
    epoch: int | None
    remarks: tuple[str, ...]
    counted: Counted | None


def build_inventory(
    request: Request,
    opened: Opened,
    curations: "Sequence[Curation]",
    accounting: Wanted | None,
    *,
    files: bool,
) -> Built:
    """Return the inventory of what is open. Raises: InputError."""
    source, repositories = opened.source, opened.repositories
    counted = None
    if accounting is not None:
        place = image_path(request.source, request.shipped)
        counted = count_files(source, opened.image, accounting, place)
    unlisted = counted.unlisted if counted else {}
    packages, shipping = what_ships(
        request.shipped, source, opened.image, repositories, unlisted
    )
    given = find_sources(source, request.sources, packages, repositories, request.jobs)
    finder = TextFinder(
        repositories,
        opened.texts,
        template_texts=request.template_texts,
        sources=given.found,
    )
    named = _image(_with_file(request), opened.image.release, source.release)
    inventory = build(packages, finder, shipping, named, opened.odd)
    if curations:
        from coos_license.policy.curate import curate  # noqa: PLC0415 (only with --curations)

        inventory = curate(inventory, curations)
    if files:
        from coos_license.cli.installed import with_files  # noqa: PLC0415 (only with --files)

        inventory = with_files(inventory, source, request.source, request.jobs)
    if counted is not None:
        inventory = with_accounting(inventory, counted, finder)
    return Built(
        inventory, shipping.rule, document_epoch(packages), given.remarks, counted
    )


def _image(given: Image, *read: Image) -> Image:
    """Return who the image is: options first, then what the sources say."""
    values = {
        name: next((getattr(one, name) for one in read if getattr(one, name)), None)
        for name in ("name", "version", "board", "milestone")
        if not getattr(given, name)
    }
    return replace(given, **values)


def _with_file(request: Request) -> Image:
    """Return the image as the options name it, with its file where one is given."""
    if request.image_file is None:
        return request.image
    from coos_license.cli.image_file import measured  # noqa: PLC0415 (wanted by few)

    return replace(request.image, file=measured(request.image_file))
