# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license snapshot``: one archive with all that the other commands read."""

from contextlib import ExitStack
from pathlib import Path

import click

from coos_license.cli import options
from coos_license.cli.checkout import overlays_remark
from coos_license.cli.epoch import document_epoch
from coos_license.cli.opened import Inside
from coos_license.cli.package_sources import find_sources
from coos_license.cli.sources import (
    SOURCE_CURE,
    find_repositories,
    find_texts,
    read_source,
)
from coos_license.errors import ExitCode, InputError, ReadError
from coos_license.output import write_file
from coos_license.render.snapshot import render
from coos_license.snapshot.collect import Places, Root, collect, in_order
from coos_license.snapshot.sources import source_items
from coos_license.trees.text import show


@click.command("snapshot")
@options.inputs
@options.output("FILE", "The archive, a .tar.gz; replaced if it is there.")
@options.talking
def command(  # noqa: PLR0913 (one for each option)
    *,
    source: Path,
    sysroot: str | None,
    board: str | None,
    overlays: tuple[Path, ...],
    licenses: tuple[Path, ...],
    sources: tuple[Path, ...],
    jobs: int | None,
    output: Path,
    verbosity: int,
) -> int:
    """Write all that the other commands read of SOURCE into FILE.

    FILE is a SOURCE itself: it brings its repositories along, and every command says
    of it what it says of the live tree, byte for byte.
    """
    with ExitStack() as trees:
        read = read_source(source, trees, "root", inside=Inside(sysroot, board))
        repositories = find_repositories(read, source, overlays, trees)
        places = Places(repositories, find_texts(read, licenses, trees))
        given = find_sources(read, sources, read.packages, repositories, jobs)
        try:
            items = collect(
                Root(
                    read.opened.tree,
                    read.opened.release or read.opened.tree,
                    read.database,
                    ships_all=read.is_image and not read.is_stateful,
                    embedded=tuple(
                        file for package in read.packages for file in package.embedded
                    ),
                ),
                tuple(package.id for package in read.packages),
                places,
            )
        except ReadError as error:
            raise InputError(str(error), where=str(source), cure=SOURCE_CURE) from error
    if given.found is not None:
        items = in_order((*items, *source_items(given.found)))
    size = write_file(output, render(items, document_epoch(read.packages) or 0))
    if verbosity >= 0:
        count = len(places.repositories) + len(places.texts)
        noun = "place" if count == 1 else "places"
        for line in (
            f"{source}: {read.remark}",
            *(overlays_remark(repositories) if read.opened.checkout else ()),
            *given.remarks,
            f"{output}: {size} bytes, {len(items)} names, {count} {noun} with texts",
        ):
            click.echo(f"coos-license: {show(line)}", err=True)
    return ExitCode.CLEAN
