# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The architecture of coos-build: who imports whom, and who starts programs."""

import ast
from collections.abc import Iterator
from pathlib import Path

from test_layers import imports, parse

ROOT = Path(__file__).parent.parent
WRAPPER = ROOT / "build-wrapper/coos_build"

# A module imports from its own row and from rows above it, never from below.
LAYERS = (
    {"", "errors", "model", "text"},
    {"profiles", "progress", "failures", "secret"},
    {"keys", "steps"},
    {"config", "journal", "lock"},
    {"runner", "vm"},
    {"bundles", "history", "layout", "probe"},
    {"monitor", "plan", "proofs"},
    {"host", "commands"},
    {"bench", "checks", "survey", "report"},
    {"actions", "report_html", "writing"},
    {"engine"},
    {"cli", "__main__"},
)
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}
STARTS_PROGRAMS = {"runner", "vm"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(WRAPPER.rglob("*.py")):
        parts = path.relative_to(WRAPPER).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


def named(name: str, path: Path) -> set[str]:
    dotted = f"coos_build.{name}".rstrip(".")
    is_package = path.name == "__init__.py"
    nodes = ast.walk(parse(path))
    return {
        one for node in nodes for one in imports(node, dotted, is_package=is_package)
    }


def layer(name: str) -> str:
    return name.partition(".")[0]


def test_every_module_has_a_layer() -> None:
    assert {layer(name) for name, _ in modules()} == RANK.keys()


def test_imports_go_up_the_table() -> None:
    faults = [
        f"{name} imports {one}"
        for name, path in modules()
        for one in named(name, path)
        if one.startswith("coos_build.")
        and RANK[layer(one.removeprefix("coos_build."))] > RANK[layer(name)]
    ]
    assert faults == []


def test_the_wrapper_never_imports_the_tool() -> None:
    faults = [
        name
        for name, path in modules()
        if any(layer(one) == "coos_license" for one in named(name, path))
    ]
    assert faults == []


def test_the_tool_never_imports_the_wrapper() -> None:
    for path in sorted((ROOT / "coos_license").rglob("*.py")):
        assert "coos_build" not in path.read_text(encoding="utf-8"), path


def test_only_runner_and_vm_start_programs() -> None:
    found = {
        layer(name)
        for name, path in modules()
        if named(name, path) & {"subprocess", "pty", "multiprocessing", "asyncio"}
        or b"os.exec" in path.read_bytes()
        or b"os.system" in path.read_bytes()
    }
    assert found == STARTS_PROGRAMS


def test_the_supervisor_needs_nothing_of_ours() -> None:
    path = WRAPPER / "runner/supervise.py"
    assert not [one for one in named("runner.supervise", path) if "coos_build" in one]
