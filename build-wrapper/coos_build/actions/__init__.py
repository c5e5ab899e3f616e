# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The steps that are more than one command, by the name of the step or its action."""

from collections.abc import Callable, Mapping
from typing import Final

from coos_build.actions.attribution import attribute
from coos_build.actions.booting import boot_image
from coos_build.actions.images import make_image
from coos_build.actions.preflight import check_host
from coos_build.actions.prune import prune_images
from coos_build.actions.sources import collect_sources
from coos_build.actions.trim import trim_chroot
from coos_build.bench import Bench
from coos_build.commands import Command
from coos_build.plan import Scene

Action = Callable[[Bench, Scene, tuple[Command, ...]], Mapping[str, str]]

ACTIONS: Final[Mapping[str, Action]] = {
    "preflight": check_host,
    "build-image": make_image,
    "attribution": attribute,
    "sources": collect_sources,
    "trim": trim_chroot,
    "prune": prune_images,
    "boot": boot_image,
}
