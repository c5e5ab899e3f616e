# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the options of a command to an inventory and its findings."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coos_license.audit.policy_gate import audit, fingerprint
from coos_license.chromiumos.databases import DatabaseKind
from coos_license.chromiumos.package_info import with_ebuilds
from coos_license.cli.accounting import (
    Wanted,
    count_files,
    image_path,
    texts_lacking,
    with_accounting,
)
from coos_license.cli.checkout import overlays_remark
from coos_license.cli.epoch import document_date, document_epoch
from coos_license.cli.named_files import read_policy, read_small
from coos_license.cli.opened import Inside
from coos_license.cli.package_sources import find_sources
from coos_license.cli.shipping import find_shipped, what_ships
from coos_license.cli.sources import (
    SOURCE_CURE,
    Source,
    find_repositories,
    find_texts,
    open_source,
    read_source,
)
from coos_license.errors import InputError, ReadError
from coos_license.model import (
    Context,
    Evidence,
    Finding,
    Image,
    Inventory,
    PackageId,
)
from coos_license.policy.policy_elections import elect
from coos_license.policy.policy_file import with_groups
from coos_license.policy.policy_rules import is_denied
from coos_license.policy.policy_values import Policy
from coos_license.policy.policy_waivers import expired_waivers
from coos_license.portage.sysroot import find_vdb
from coos_license.portage.vdb import find_owners
from coos_license.resolve.inventory import build
from coos_license.resolve.texts import TextFinder
from coos_license.trees.text import show

if TYPE_CHECKING:
    from coos_license.obligations.resolutions import Propagation
    from coos_license.policy.policy_curations import Curation


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a person asked for."""

    source: Path
    sysroot: str | None
    overlays: tuple[Path, ...]
    licenses: tuple[Path, ...]
    sources: tuple[Path, ...]
    jobs: int | None
    shipped: str | None
    template_texts: bool
    image: Image
    image_file: Path | None
    policy: Path | None
    curations: Path | None
    as_of: date
    color: bool
    verbosity: int
    public: bool = False
    private_overlays: tuple[str, ...] = ()

    @property
    def inside(self) -> Inside:
        """Return which root inside of SOURCE is meant."""
        return Inside(self.sysroot, self.image.board)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What was read: the inventory, all findings, and the time of the documents.

    ``expired`` are findings that depend on the day, and so are in no file; ``hidden``
    those about what public outputs leave out, and so in none either. The
    ``propagation`` is that of the links, where they were asked for. ``context`` is
    when SOURCE is from. ``lacking`` are the packages whose licence texts do not go
    along, where that was asked for; they are findings, but of a bundle that is checked.
    ``remarks`` is for stderr: what SOURCE was taken for. It is said when the work is
    done, so that an error stays one line.
    """

    inventory: Inventory
    findings: tuple[Finding, ...]
    expired: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    epoch: int
    created: str
    context: Context
    remarks: tuple[str, ...]
    policy: Policy
    propagation: "Propagation | None"
    lacking: tuple[Finding, ...] = ()


def load(
    request: Request,
    *,
    links: bool = False,
    files: bool = False,
    accounting: Wanted | None = None,
) -> Loaded:
    """Return the inventory and findings of what the request names.

    With ``links`` it is read what links what, with ``files`` the installed files, with
    ``accounting`` whose all files of the image are. Raises: InputError.
    """
    policy = read_policy(request.policy)
    curations = read_curations(request.curations) if request.curations else ()
    named = _with_file(request)
    with ExitStack() as trees:
        inside = replace(request.inside, links=links, files=files)
        source = read_source(request.source, trees, "root", inside=inside)
        repositories = find_repositories(
            source, request.source, request.overlays, trees
        )
        if any(rule.groups for rule in policy.rules):
            from coos_license.portage.license_groups import read_groups  # noqa: PLC0415 (wanted by few)

            policy = with_groups(policy, read_groups(repositories))
        extra = find_texts(source, request.licenses, trees)
        if source.is_listed:
            known = with_ebuilds(source.packages, repositories)
            source = replace(source, packages=known)
        shipped_from = find_shipped(request.shipped, source, trees, links=links)
        counted = None
        if accounting is not None:
            place = image_path(request.source, request.shipped)
            counted = count_files(source, shipped_from, accounting, place)
        unlisted = counted.unlisted if counted else {}
        packages, shipping = what_ships(
            request.shipped, source, shipped_from, repositories, unlisted
        )
        given = find_sources(
            source, request.sources, packages, repositories, request.jobs
        )
        finder = TextFinder(
            repositories,
            extra,
            template_texts=request.template_texts,
            sources=given.found,
        )
        inventory = build(
            packages,
            finder,
            shipping,
            _image(named, shipped_from.release, source.release),
            (*source.odd, *(() if shipped_from is source else shipped_from.odd)),
        )
        if curations:
            from coos_license.policy.curate import curate  # noqa: PLC0415 (only with --curations)

            inventory = curate(inventory, curations)
        if files:
            from coos_license.cli.installed import with_files  # noqa: PLC0415 (only with --files)

            inventory = with_files(inventory, source, request.source, request.jobs)
        if counted is not None:
            inventory = with_accounting(inventory, counted, finder)
        denies = partial(is_denied, policy)
        inventory = elect(inventory, policy.elections, denies)
        lacking = texts_lacking(inventory, counted) if counted else ()
    if accounting is not None and accounting.bundle is None:
        inventory = replace(inventory, defects=(*inventory.defects, *lacking))
    late = expired_waivers(policy, request.as_of)
    if curations:
        from coos_license.policy.curate import expired  # noqa: PLC0415 (only with --curations)

        late = (*expired(curations, request.as_of), *late)
    epoch = document_epoch(packages)
    audited = _audited(request, inventory, policy, links=links, epoch=epoch)
    inventory, found = audited.inventory, audited.findings
    count = len(inventory.packages)
    credited = len(inventory.credited) - len(inventory.implicit)
    searched = (f"texts searched in {one.place}" for one in (*repositories, *extra))
    remarks = (
        f"{request.source}: {source.remark}",
        *given.remarks,
        *overlays_remark(source.opened.checkout, repositories),
        f"{credited} of {count} packages credited, shipped: {shipping.rule}",
        *(searched if request.verbosity > 0 else ()),
        *_coverage_remark(inventory),
        f"{len(found)} findings",
        *_hidden_remarks(audited.hidden, verbose=request.verbosity > 0),
    )
    return Loaded(
        inventory=inventory,
        findings=found,
        expired=tuple(one for one in late if audited.shows(one)),
        hidden=(*audited.hidden, *(one for one in late if not audited.shows(one))),
        policy=policy,
        propagation=audited.propagation,
        lacking=tuple(one for one in lacking if audited.shows(one)),
        epoch=epoch or 0,
        created=document_date(epoch or 0),
        context=_context(source),
        remarks=remarks,
    )


@dataclass(frozen=True, slots=True)
class _Audited:
    """An inventory as it is told, with all findings of it; as in :class:`Loaded`."""

    inventory: Inventory
    propagation: "Propagation | None"
    findings: tuple[Finding, ...]
    hidden: tuple[Finding, ...] = ()
    shows: Callable[[Finding], bool] = lambda _: True


def _audited(
    request: Request,
    inventory: Inventory,
    policy: Policy,
    *,
    links: bool,
    epoch: int | None,
) -> _Audited:
    """Return the findings, and what of all is told where that is not everything."""

    def audited(some: Inventory) -> _Audited:
        made = None
        if links:
            from coos_license.obligations.from_inventory import graph_of  # noqa: PLC0415 (not of `list`)
            from coos_license.obligations.resolutions import Propagation  # noqa: PLC0415 (not of `list`)

            made = Propagation.of(graph_of(some))
        known = epoch is not None
        found = audit(some, epoch_known=known, policy=policy, propagation=made)
        return _Audited(some, made, found)

    whole = audited(inventory)
    if not request.public:
        return whole
    from coos_license.policy.policy_public import publish  # noqa: PLC0415 (only with --public)

    edition = publish(inventory, frozenset(request.private_overlays))
    public = audited(edition.inventory)
    # What only the reduced image has is no finding: a waiver of what is left out.
    marks = {fingerprint(one) for one in whole.findings}
    found = tuple(
        one
        for one in public.findings
        if edition.shows(one) and fingerprint(one) in marks
    )
    told = {fingerprint(one) for one in found}
    hidden = (
        one
        for one in whole.findings
        if not edition.shows(one) or fingerprint(one) not in told
    )
    return replace(
        public,
        findings=found,
        hidden=(*hidden, *edition.uncredited),
        shows=edition.shows,
    )


def _hidden_remarks(hidden: Sequence[Finding], *, verbose: bool) -> Iterator[str]:
    """Yield how much public outputs do not say; names only where they are asked for."""
    if hidden:
        yield f"{len(hidden)} findings about what the public outputs leave out"
    if verbose:
        for one in hidden:
            name = one.package.cpv if one.package else "image"
            word = one.kind.severity.word
            yield f"left out: {word} {one.kind.code} {name}: {one.message}"


def _with_file(request: Request) -> Image:
    """Return the image as the options name it, with its file where one is given."""
    if request.image_file is None:
        return request.image
    from coos_license.cli.image_file import measured  # noqa: PLC0415 (wanted by few)

    return replace(request.image, file=measured(request.image_file))


def _coverage_remark(inventory: Inventory) -> Iterator[str]:
    """Yield how many files have an owner, where they were counted."""
    found = inventory.accounting
    if found is not None:
        yield (
            f"{found.accounted:,} of {found.files:,} files accounted for:"
            f" {found.percent:.2f} %"
        )


def tell(request: Request, loaded: Loaded) -> None:
    """Say on stderr what was read; nothing with ``-q``."""
    if request.verbosity >= 0:
        for line in loaded.remarks:
            click.echo(f"coos-license: {show(line)}", err=True)


def _image(given: Image, *read: Image) -> Image:
    """Return who the image is: options first, then what the sources say."""
    values = {
        name: next((getattr(one, name) for one in read if getattr(one, name)), None)
        for name in ("name", "version", "board", "milestone")
        if not getattr(given, name)
    }
    return replace(given, **values)


def _context(source: Source) -> Context:
    """Return when SOURCE is from: an image is what a build made."""
    if source.database.kind is DatabaseKind.EBUILDS:
        return Context.BEFORE_BUILD
    return Context.AFTER_BUILD if source.is_image else Context.DURING_BUILD


def read_curations(path: Path) -> "tuple[Curation, ...]":
    """Return the curations of a file. Raises: InputError."""
    from coos_license.policy.policy_curations import parse_curations  # noqa: PLC0415 (wanted by few)

    text = read_small(path, "see docs/curations.md").decode()
    return parse_curations(text, str(path))


def owners(request: Request, file: str) -> dict[PackageId, Evidence]:
    """Return the packages whose CONTENTS lists the file, and where.

    Raises: InputError.
    """
    with ExitStack() as trees:
        opened = open_source(request.source, trees, SOURCE_CURE, request.inside)
        tree = opened.tree
        try:
            place = find_vdb(tree, opened.places)
            if place is None:
                raise InputError(
                    "records no lists of files",
                    where=str(request.source),
                    cure="give the sysroot or the image that the file is in",
                )
            with tree.at(place) as vdb:
                return {
                    package: Evidence(f"root/{place}/{package.cpv}/CONTENTS", line)
                    for package, line in find_owners(vdb, file)
                }
        except ReadError as error:
            where = str(request.source)
            raise InputError(str(error), where=where, cure="repair it") from error
