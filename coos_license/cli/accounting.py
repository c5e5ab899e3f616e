# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--accounting``: whose each file of the image is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from coos_license.chromiumos.databases import DatabaseKind
from coos_license.errors import ExitCode, InputError, PolicyError, ReadError
from coos_license.model import Finding, Inventory, PackageId
from coos_license.portage.sysroot import holds_files

if TYPE_CHECKING:
    from coos_license.accounted import NoticeFile
    from coos_license.accounting.account import Image, Result, Unlisted
    from coos_license.accounting.mounts import Mounts
    from coos_license.accounting.owners import Database
    from coos_license.accounting.policy_implicit import ImplicitRule
    from coos_license.cli.sources import Source
    from coos_license.portage.contents import Listed
    from coos_license.resolve.texts import TextFinder

_CURE: Final = (
    "give the root file system as a directory or an image, as SOURCE or with --shipped"
)
#: Files and directories in the CONTENTS of a database: a sysroot with all packages of
#: Chromium OS has half a million, and two million take 0.9 GB.
_MOST_LISTED: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants accounted for: with the rules of these files and presets.

    ``texts``: and whether the licence texts are in the image or beside it; in place of
    beside it, in the pages of the ``bundle`` where one is checked.
    """

    implicit: tuple[Path, ...] = ()
    texts: bool = False
    bundle: tuple[tuple[str, bytes], ...] | None = None


def image_path(source: Path, shipped: str | None) -> Path:
    """Return the path of the image: of --shipped, where that is a path, else SOURCE."""
    is_path = shipped not in (None, "", "all")
    if shipped and is_path and not shipped.startswith("closure:"):
        return Path(shipped)
    return source


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose the files of the image at ``path`` are, before packages are judged."""

    wanted: Wanted
    path: Path
    rules: "tuple[ImplicitRule, ...]"
    names: "Sequence[str]"
    mounts: "Mounts"
    result: "Result"
    notices: "dict[str, NoticeFile]"
    unread: "tuple[Finding, ...]"

    @property
    def unlisted(self) -> dict[PackageId, str]:
        """Return why packages ship that the database of the image does not list."""
        return {one.package: _reason(one) for one in self.result.unlisted}


def _reason(found: "Unlisted") -> str:
    """Return why a package ships that only the sysroot lists."""
    files = f"{found.files:,} file{'' if found.files == 1 else 's'}"
    return f"The image holds {files} of it, such as {found.first}, and does not list it"


def count_files(
    source: "Source", image: "Source", wanted: Wanted, path: Path
) -> Counted:
    """Return whose the files of ``image`` are, which is at ``path``.

    The database of ``source`` counts where that of the image has no owner. Raises:
    InputError where there are no files to account for, or a rule is broken.
    """
    # Most runs account for nothing.
    from coos_license.accounting.account import account  # noqa: PLC0415 (only with --accounting)
    from coos_license.accounting.mounts import mounted  # noqa: PLC0415 (only with --accounting)
    from coos_license.accounting.notices import read_notices  # noqa: PLC0415 (only with --accounting)

    rules = _rules(wanted.implicit)
    _check(image, path)
    sources = (
        {"root": source} if image is source else {"shipped": image, "root": source}
    )
    try:
        databases = [_database(one, root) for root, one in sources.items()]
        mounts = mounted(image.opened.tree, image.opened.disk)
        whole = _image(mounts, databases)
        result = account(whole, rules)
    except ReadError as error:
        raise InputError(str(error), where=str(path), cure="repair it") from error
    met = (rules[number] for number in sorted({one for one, _ in result.implicit}))
    notices, unread = read_notices(met, mounts.open_file, next(iter(sources)))
    return Counted(
        wanted, path, rules, whole.names.others, mounts, result, notices, unread
    )


def with_accounting(
    inventory: Inventory, counted: Counted, finder: "TextFinder"
) -> Inventory:
    """Return the inventory with the files of the image accounted for.

    Components that rules declare have the texts that ``finder`` knows.
    """
    from coos_license.accounting.components import (  # noqa: PLC0415 (only with --accounting)
        accounting_of,
        unknown_licenses,
    )
    from coos_license.resolve.implicit import with_implicit  # noqa: PLC0415 (only with --accounting)

    found = accounting_of(
        counted.result, counted.rules, inventory.packages, counted.notices
    )
    defects = (
        *inventory.defects,
        *counted.result.found,
        *counted.unread,
        *unknown_licenses(found),
    )
    counted_in = replace(inventory, accounting=found, defects=defects)
    return with_implicit(counted_in, finder)


def _check(image: "Source", path: Path) -> None:
    """Raise InputError where a source has no files to account for."""
    from coos_license.trees.archive import TarTree  # noqa: PLC0415 (only with --accounting)

    opened = image.opened
    what = ""
    if isinstance(opened.tree, TarTree):
        what = "is an archive or a list, of which not every name is kept"
    elif image.database.kind is not DatabaseKind.INSTALLED:
        what = "holds no installed files"
    elif image.is_stateful and opened.disk is None:
        what = "is a stateful partition alone; the files are on another one"
    elif not holds_files(opened.release or opened.tree):
        what = "holds the package database, and no files of its packages"
    if what:
        raise InputError(what, where=str(path), cure=_CURE)


def _database(source: "Source", root: str) -> "Database":
    """Return what all packages of a source list. Raises: ReadError."""
    from coos_license.accounting.owners import Database  # noqa: PLC0415 (only with --accounting)
    from coos_license.components.embed import each_contents  # noqa: PLC0415 (only with --accounting)
    from coos_license.portage.contents import listed  # noqa: PLC0415 (only with --accounting)

    place = source.database.place
    packages: list[tuple[PackageId, Listed]] = []
    left = _MOST_LISTED
    with source.opened.tree.at(place) as vdb:
        for package, contents in each_contents(source.packages, vdb):
            found = listed(contents)
            left -= len(found.names) + len(found.directories)
            if left < 0:
                raise ReadError(f"lists more than {_MOST_LISTED} files of packages")
            packages.append((package.id, found))
    return Database(f"{root}/{place}", tuple(packages))


def _image(mounts: "Mounts", databases: "list[Database]") -> "Image":
    """Return all names of a source, and how to look closer. Raises: ReadError."""
    from coos_license.accounting.account import Image  # noqa: PLC0415 (only with --accounting)
    from coos_license.accounting.containers import (  # noqa: PLC0415 (only with --accounting)
        is_program_at,
        look_into,
    )
    from coos_license.trees.allowance import Allowance  # noqa: PLC0415 (only with --accounting)

    allowance = Allowance()
    return Image(
        names=mounts.names(),
        read_link=mounts.read_link,
        look_into=lambda path: look_into(path, mounts.open_file, allowance),
        is_program=lambda path: is_program_at(path, mounts.open_file),
        databases=databases,
    )


def _rules(named: tuple[Path, ...]) -> "tuple[ImplicitRule, ...]":
    """Return all rules, in order. Raises: InputError."""
    from coos_license.accounting.policy_implicit import check_agree  # noqa: PLC0415 (only with --accounting)

    rules = tuple(rule for one in named for rule in _read(one))
    check_agree(rules)
    return rules


def _read(named: Path) -> "tuple[ImplicitRule, ...]":
    """Return the rules of a file, or the preset of that name. Raises: InputError."""
    from coos_license.accounting.policy_implicit import (  # noqa: PLC0415 (only with --accounting)
        NOTICE_LIMIT,
        PRESETS,
        read_rules,
    )
    from coos_license.cli.named_files import read_small  # noqa: PLC0415 (only with --accounting)
    from coos_license.resources import implicit  # noqa: PLC0415 (only with --accounting)
    from coos_license.trees.directory import DirectoryTree  # noqa: PLC0415 (only with --accounting)

    name = str(named)
    if name in PRESETS:
        return read_rules(implicit(name), f"preset {name}", is_own=False)
    if not named.exists():
        cure = f"give a file, or one of {', '.join(PRESETS)}"
        what = "is neither a file nor a preset"
        raise PolicyError(what, where=f"--implicit {name}", cure=cure)
    text = read_small(named, "see docs/accounting.md").decode()
    with DirectoryTree.open(named.resolve().parent) as beside:
        return read_rules(
            text, name, is_own=True, read=lambda file: beside.read(file, NOTICE_LIMIT)
        )


def texts_lacking(inventory: Inventory, counted: Counted) -> tuple[Finding, ...]:
    """Return the packages whose licence texts do not go along with the image."""
    wanted = counted.wanted
    if not wanted.texts:
        return ()
    from coos_license.accounting.carried import texts_not_carried  # noqa: PLC0415 (only with --accounting)
    from coos_license.cli.carried import carried_texts  # noqa: PLC0415 (only with --accounting)

    carried = carried_texts(counted.names, counted.mounts, counted.path, wanted.bundle)
    return tuple(texts_not_carried(carried, inventory))


def below(inventory: Inventory, least: float | None) -> ExitCode | None:
    """Return FINDINGS where less than ``least`` percent have an owner, and say so."""
    found = inventory.accounting
    if found is None or least is None or found.percent >= least:
        return None
    line = f"{found.percent:.2f} % is less than --min-coverage {least:g}"
    click.echo(f"coos-license: {line}", err=True)
    return ExitCode.FINDINGS
