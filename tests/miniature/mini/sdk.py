# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The SDK tarball: a Debian tree made into a Chromium OS SDK."""

import shlex
import tempfile
from pathlib import Path

from mini import apt as debian
from mini import pypi
from mini.keys import drop_others, key_of, made_whole
from mini.programs import output
from mini.recipe import Client, Recipe
from mini.work import SOURCE, Work

CUSTOMIZE = SOURCE / "sdk" / "customize"

# A build needs no manual; the licenses of what the SDK is made of are kept.
LEFT_OUT = (
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "force-unsafe-io",
)


def obtain(work: Work, recipe: Recipe, *, refresh: bool) -> Path:
    """The SDK tarball of the recipe, from the cache or made anew."""
    key = key_of([recipe.debian, recipe.portage, *recipe.sdk, CUSTOMIZE.read_bytes()])
    tarball = work.cache / f"sdk-{key}.tar.zst"
    if not tarball.exists() or refresh:
        _make(work, recipe, tarball)
        drop_others(tarball, "sdk-*.tar.zst")
    return tarball


def _make(work: Work, recipe: Recipe, tarball: Path) -> None:
    entries = debian.system_entries(recipe.debian)
    with (
        tempfile.TemporaryDirectory(dir=work.cache, prefix=".fetching-") as place,
        made_whole(tarball) as target,
    ):
        wheel = pypi.fetch(Client.WHEEL, recipe.portage, Path(place))
        hook = f'{shlex.quote(str(CUSTOMIZE))} "$1" {shlex.quote(str(wheel))}'
        output(
            [
                "mmdebstrap",
                "--variant=essential",
                "--format=tar",
                "--aptopt=APT::Install-Recommends false",
                "--aptopt=Acquire::Languages none",
                *(f"--dpkgopt={option}" for option in LEFT_OUT),
                f"--include={','.join(recipe.sdk)}",
                f"--customize-hook={hook}",
                recipe.debian,
                str(target),
                *(f"deb {entry}" for entry in entries),
            ],
            {"TMPDIR": place},
        )
