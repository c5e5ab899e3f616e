# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the options of a command to an inventory and its findings."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coos_license.audit.policy_gate import audit, fingerprint
from coos_license.chromiumos.databases import DatabaseKind
from coos_license.cli.accounting import Wanted, texts_lacking
from coos_license.cli.building import Built, Opened, build_inventory, open_all
from coos_license.cli.epoch import document_date
from coos_license.cli.named_files import read_policy, read_small
from coos_license.cli.request import Request
from coos_license.cli.sources import (
    SOURCE_CURE,
    Source,
    open_source,
)
from coos_license.errors import InputError, ReadError
from coos_license.model import (
    Context,
    Evidence,
    Finding,
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
from coos_license.trees.text import show

if TYPE_CHECKING:
    from coos_license.obligations.resolutions import Propagation
    from coos_license.policy.policy_curations import Curation


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
    ``accounting`` whose all files of the image are. Raises: InputError, and
    click.UsageError.
    """
    if request.private_overlays and not request.public:
        what = "--private-overlay needs --public; without it nothing is left out"
        raise click.UsageError(what)
    policy = read_policy(request.policy)
    curations = read_curations(request.curations) if request.curations else ()
    with ExitStack() as trees:
        opened = open_all(request, trees, links=links, files=files)
        if any(rule.groups for rule in policy.rules):
            from coos_license.portage.license_groups import read_groups  # noqa: PLC0415 (wanted by few)

            policy = with_groups(policy, read_groups(opened.repositories))
        built = build_inventory(request, opened, curations, accounting, files=files)
        denies = partial(is_denied, policy)
        inventory = elect(built.inventory, policy.elections, denies)
        lacking = texts_lacking(inventory, built.counted) if built.counted else ()
    if accounting is not None and accounting.bundle is None:
        inventory = replace(inventory, defects=(*inventory.defects, *lacking))
    epoch = built.epoch
    audited = _audited(request, inventory, policy, links=links, epoch=epoch)
    late = _late(request, policy, curations)
    return Loaded(
        inventory=audited.inventory,
        findings=audited.findings,
        expired=tuple(one for one in late if audited.shows(one)),
        hidden=(*audited.hidden, *(one for one in late if not audited.shows(one))),
        policy=policy,
        propagation=audited.propagation,
        lacking=tuple(one for one in lacking if audited.shows(one)),
        epoch=epoch or 0,
        created=document_date(epoch or 0),
        context=_context(opened.source),
        remarks=tuple(_remarks(request, opened, built, audited)),
    )


def _late(
    request: Request, policy: Policy, curations: "Sequence[Curation]"
) -> tuple[Finding, ...]:
    """Return the findings that depend on the day."""
    waivers = expired_waivers(policy, request.as_of)
    if not curations:
        return waivers
    from coos_license.policy.curate import expired  # noqa: PLC0415 (only with --curations)

    return (*expired(curations, request.as_of), *waivers)


def _remarks(
    request: Request, opened: Opened, built: Built, audited: "_Audited"
) -> Iterator[str]:
    """Yield what was read, line by line."""
    inventory, source = audited.inventory, opened.source
    yield f"{request.source}: {source.remark}"
    yield from built.remarks
    if source.opened.checkout:
        from coos_license.cli.checkout import overlays_remark  # noqa: PLC0415 (only with --board)

        yield from overlays_remark(opened.repositories)
    count = len(inventory.packages)
    credited = len(inventory.credited) - len(inventory.implicit)
    yield f"{credited} of {count} packages credited, shipped: {built.rule}"
    if request.verbosity > 0:
        for one in (*opened.repositories, *opened.texts):
            yield f"texts searched in {one.place}"
    yield from _coverage_remark(inventory)
    yield f"{len(audited.findings)} findings"
    yield from _hidden_remarks(audited.hidden, verbose=request.verbosity > 0)


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
