# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license sources``: the corresponding source of what is owed."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from coos_license import findings
from coos_license.audit.policy_gate import verdict
from coos_license.cli import gates, options
from coos_license.cli.accounting import Wanted
from coos_license.cli.named_files import read_small
from coos_license.cli.printing import print_lines
from coos_license.cli.reading import Loaded, load, tell
from coos_license.cli.request import Request
from coos_license.cli.source_bundle import Filling
from coos_license.cli.source_parts import PARTS, size_of, write_parts
from coos_license.cli.source_plans import plans, surroundings, without_sources
from coos_license.cli.source_reports import (
    Held,
    indexed,
    weighed_findings,
    write_index,
)
from coos_license.cli.source_trees import SourceTrees
from coos_license.corresponding.components import component_sources
from coos_license.corresponding.offer import Offer, parse_offer
from coos_license.corresponding.policy_owing import owing
from coos_license.corresponding.repositories import (
    rebuild_of,
    repository_pieces,
    told_repositories,
)
from coos_license.corresponding.values import Bundled, Gap, Kept, Plan
from coos_license.errors import StoppedError, Terminated
from coos_license.model import Finding
from coos_license.output import CHECKSUMS
from coos_license.portage.repository import Repository
from coos_license.render import source_index
from coos_license.render.audit_text import kinds_text
from coos_license.render.checksums import checksum_lines
from coos_license.store.directory import Store
from coos_license.trees.text import show

_NOT_LOOKED_AT: Final = (
    "components outside of the package database were not looked at: --accounting does"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What the options say of the bundle."""

    output: Path
    distdirs: tuple[Path, ...]
    all_digests: bool
    patches: bool
    take_all: bool
    offer: Path | None
    split: int | None


@click.command("sources")
@options.reading
@options.output(
    "DIR", "Where the bundle goes; made if it is not there, gone on with if it is."
)
@click.option(
    "--distdir",
    "distdirs",
    multiple=True,
    type=options.NamedPath(),
    metavar="DIR",
    help="Directory of distfiles; repeatable. Default: .cache/distfiles of a checkout.",
)
@click.option(
    "--all-digests",
    is_flag=True,
    help="Compare every digest of a Manifest, not the strongest alone.",
)
@click.option(
    "--patches",
    is_flag=True,
    help="Give each package a copy of its patches, numbered as they are applied.",
)
@click.option(
    "--all",
    "take_all",
    is_flag=True,
    help="Take all packages that ship, not only those that owe source.",
)
@click.option(
    "--offer",
    type=options.NamedPath(),
    metavar="FILE",
    help="TOML file that says who offers the source: docs/corresponding-source.md."
    " Default: none, and a template is written.",
)
@click.option(
    "--split",
    callback=size_of,
    metavar="SIZE",
    help="Also write the bundle as parts of one tar of at most SIZE each: 650M, 2G."
    " Default: no parts.",
)
@gates.accounting
@gates.fail_on
def command(  # noqa: PLR0913 (one for each option)
    request: Request,
    *,
    output: Path,
    distdirs: tuple[Path, ...],
    all_digests: bool,
    patches: bool,
    take_all: bool,
    offer: Path | None,
    split: int | None,
    fail_on: str,
    accounting: Wanted | None,
) -> int:
    """Write the corresponding source of what is owed into DIR, and what is missing.

    Distfiles are checked against Manifests. Everything that is at hand is written
    whatever the findings; they decide the exit code.
    """
    asked = _Asked(
        output=output,
        distdirs=distdirs,
        all_digests=all_digests,
        patches=patches,
        take_all=take_all,
        offer=offer,
        split=split,
    )
    if request.public:
        what = "--public hides packages; whoever gets the image is owed their source"
        raise click.UsageError(what)
    given = _read_offer(offer)
    loaded = load(without_sources(request), links=True, accounting=accounting)
    try:
        found, remarks = _bundle(request, loaded, asked, given)
    except KeyboardInterrupt as error:
        how = "terminated" if isinstance(error, Terminated) else "interrupted"
        what, cure = f"{how}; what is whole stays", "run it again to go on"
        raise StoppedError(what, where=str(output), cure=cure) from error
    tell(request, loaded)
    if request.verbosity >= 0:
        remarks += () if accounting else (_NOT_LOOKED_AT,)
        for line in remarks:
            click.echo(f"coos-license: {show(line)}", err=True)
    late = _expired(given, request)
    if late:
        print_lines(kinds_text(late, color=request.color))
    return verdict((*late, *found), gates.severity(fail_on))


def _read_offer(path: Path | None) -> Offer | None:
    """Return what a file says of the offer. Raises: InputError."""
    if path is None:
        return None
    cure = "see docs/corresponding-source.md"
    return parse_offer(read_small(path, cure).decode(), str(path))


def _expired(offer: Offer | None, request: Request) -> list[Finding]:
    """Return that an offer is over; it depends on the day, and so is in no file."""
    if offer is None or offer.until is None or offer.until >= request.as_of:
        return []
    message = f"the offer was good until {offer.until}"
    return [Finding(findings.NO_WRITTEN_OFFER, "expired", message)]


def _bundle(
    request: Request, loaded: Loaded, asked: _Asked, offer: Offer | None
) -> tuple[tuple[Finding, ...], list[str]]:
    """Write the bundle; return its findings, and remarks on it. Raises: InputError."""
    with ExitStack() as trees:
        around = surroundings(request, asked.distdirs, trees)
        store = trees.enter_context(Store(asked.output))
        filling = Filling(
            store,
            around.distdirs,
            trees.enter_context(closing(SourceTrees(loaded.epoch))),
            patches=asked.patches,
            all_digests=asked.all_digests,
        )
        components = component_sources(
            loaded.inventory, owing(loaded.inventory, loaded.propagation)
        )
        planned = tuple(plans(loaded, around, components, take_all=asked.take_all))
        filling.fetch(planned)
        bundled = [filling.add(one) for one in planned]
        told = told_repositories(
            around.repositories,
            filling.kept_repositories,
            request.private_overlays,
        )
        files, gaps = _repositories(filling, bundled, told)
        rebuild = rebuild_of(around.config, told if bundled else ())
        held = Held(bundled, files, gaps, rebuild, components)
        index = indexed(loaded, filling, store, offer, held)
        found = weighed_findings(index, loaded)
        write_index(filling, index, found)
        kept = filling.kept
        sums = checksum_lines((one.path, one.sha256) for one in kept)
        store.put(CHECKSUMS, iter((sums,)))
        parts = write_parts(store, kept, len(sums), asked.split, loaded.epoch)
        names = frozenset((*(one.path for one in kept), CHECKSUMS, *parts))
        strays = list(store.others(names))
    print_lines(
        (
            *source_index.summary(index),
            "",
            *kinds_text(found, color=request.color),
        )
    )
    remarks = _remarks(asked, filling, parts, strays)
    return found, [*remarks, *_restricted(planned)]


def _remarks(
    asked: _Asked, filling: Filling, parts: Sequence[str], strays: Sequence[str]
) -> list[str]:
    """Return what was written, for stderr."""
    kept = filling.kept
    total = sum(one.size_bytes for one in kept)
    lines = [
        f"{asked.output}: {len(kept)} files, {total:,} bytes; {filling.written} written"
    ]
    if parts:
        count = len(parts) - 1
        lines.append(f"{count} part{'' if count == 1 else 's'} in {PARTS}")
    if strays:
        more = f" and {len(strays) - 1} more" if len(strays) > 1 else ""
        lines.append(f"not of this bundle, left alone: {strays[0]}{more}")
    return lines


def _restricted(planned: Sequence[Plan]) -> Iterator[str]:
    """Yield which packages' files may be of those that nobody may pass on."""
    names = [one.package.id.cpv for one in planned if one.is_restricted]
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield (
            "not owed, and their files may not be for passing on (RESTRICT):"
            f" {names[0]}{more}; see their licences"
        )


def _repositories(
    filling: Filling, bundled: Sequence[Bundled], repositories: Sequence[Repository]
) -> tuple[list[Kept], list[Gap]]:
    """Write what makes the repositories of the bundle whole."""
    licenses: dict[str, set[str]] = {}
    for one in bundled:
        for use in one.plan.package.texts:
            repository, found, name = use.path.partition("/licenses/")
            if found and "/" not in name:
                licenses.setdefault(repository, set()).add(name)
    if not bundled:
        return [], []
    pieces, gaps = repository_pieces(repositories, licenses)
    results = [filling.piece(one) for one in pieces]
    kept = [one for one in results if isinstance(one, Kept)]
    return kept, [*gaps, *(one for one in results if isinstance(one, Gap))]
