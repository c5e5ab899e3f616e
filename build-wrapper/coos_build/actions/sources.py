# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""sources: the corresponding source of what is owed, beside the attribution.

``coos-license sources`` writes what is at hand, whatever is missing. Whether a gap
stops the run is decided by ``sources_fail_on``: a build from binary packages has few
distfiles, and says so without failing.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from coos_build.actions.attribution import (
    credited_image,
    name_options,
    overlay_options,
    overlays,
    program,
    sysroot,
)
from coos_build.bench import Bench
from coos_build.bundles import FINDINGS, gaps, stopping_findings
from coos_build.commands import (
    NEVER,
    SOURCES,
    SYSROOT,
    Command,
    distfile_directories,
    source_options,
    unpack_command,
    who_options,
)
from coos_build.config import Config
from coos_build.errors import StepError
from coos_build.plan import Scene

PAGE: Final = "index.html"
_SHOWN: Final = 5
_CURE: Final = "fetch what is missing, or give --distdir"


def collect_sources(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Write ``sources/`` beside the image. Raises: StepError where gaps stop the run.

    A run that was stopped goes on: what is there and right is not written again.
    """
    del commands
    layout, config = bench.session.layout, bench.session.config
    image = credited_image(bench, scene)
    output = image.parent / SOURCES
    source, repositories = _whole_sysroot(bench), overlays(bench)
    distdirs = distfile_directories(config, layout.checkout)
    words = (
        *(program(), "sources", str(source), *overlay_options(repositories)),
        *("--shipped", str(image), "--sources", str(layout.checkout)),
        *who_options(config),
        *name_options(config, image.parent.name),
        *source_options(config, distdirs),
        *("--output", str(output)),
    )
    status = bench.run(words, allowed=(0, 1))
    facts = gaps(output)
    if status and config.text("sources_fail_on") != NEVER:
        raise _gaps_error(output, config)
    lacks = _lacks(facts)
    if lacks:
        cure = f"see {output / PAGE}; {_CURE}, then 'coos-build run --force sources'"
        bench.session.monitor.say(f"{bench.step.name}: {lacks}; {cure}")
    return facts


def _whole_sysroot(bench: Bench) -> Path:
    """Return a directory of the sysroot: of an archive not every file can be read.

    Raises: StepError.
    """
    source = sysroot(bench, whole=True)
    if source.is_dir():
        return source
    place = bench.session.layout.checkout / SYSROOT
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    bench.run(unpack_command())
    return place


def _lacks(facts: Mapping[str, str]) -> str:
    """Say what keeps the source from being passed on; empty if nothing."""
    told = []
    left = int(facts["gaps"]) - int(facts["waived"])
    if left > 0:
        told.append(f"missing parts of the source that is owed: {left}")
    if facts["offer"] == "none":
        told.append("nothing says how people get the source (--offer)")
    return "; ".join(told)


def _gaps_error(output: Path, config: Config) -> StepError:
    """Return the error of gaps that stop the run, with the first of them."""
    level = config.text("sources_fail_on")
    told = stopping_findings(output / FINDINGS, level, "")
    listed = "; ".join(told[:_SHOWN])
    more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    message = f"the source of what is owed has gaps: {listed}{more}"
    return StepError(message, f"see {output / PAGE}; {_CURE}", 1)
