# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The architecture as a test: who may import whom, and who may touch the world."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

PACKAGE = "coos_license"
SOURCE = Path(__file__).parent.parent / PACKAGE

# A module imports from its own row and from rows above it, never from below. A new
# top-level module or package gets its place here, and in docs/architecture.md.
LAYERS = (
    {
        *("", "accounted", "embedded", "errors", "expression", "findings"),
        *("identity", "linkage", "model", "origin", "vocabulary"),
    },
    {"processes"},
    {"trees"},
    {"portage"},
    {"chromiumos"},
    {"sources"},
    {"files"},
    {"components"},
    {"snapshot"},
    {"licenses"},
    {"resolve"},
    {"obligations"},
    {"policy"},
    {"accounting"},
    {"audit"},
    {"corresponding"},
    {"documents"},
    {"compare"},
    {"resources", "template_cache"},
    {"bom"},
    {"render"},
    {"verify"},
    {"output", "store"},
    {"cli", "__main__"},
)
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}

# No program, no network: the tool is safe to run on anything, anywhere.
FORBIDDEN_MODULES = (
    "asyncio.subprocess",
    "ftplib",
    "http",
    "multiprocessing.connection",
    "pty",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "urllib.request",
    "webbrowser",
    "xmlrpc",
)
FORBIDDEN_OS = ("exec", "fork", "popen", "posix_spawn", "spawn", "startfile", "system")

# Files are read through a FileTree and written by output; packaged data is read by
# its loaders. Everything else is a function from values to values.
FILE_LAYERS = {
    *("trees", "licenses", "output", "resources", "store", "template_cache"),
    "processes",  # the pipe to a fork
}
FILE_MODULES = ("fileinput", "glob", "mmap", "shutil", "tempfile")
FILE_OS = (
    *("fdopen", "link", "listdir", "makedirs", "mkdir", "open", "read", "remove"),
    *("rename", "replace", "rmdir", "scandir", "symlink", "unlink", "walk", "write"),
)
FILE_METHODS = (
    *("iterdir", "mkdir", "read_bytes", "read_text", "rglob", "touch", "unlink"),
    *("write_bytes", "write_text"),
)
OPENERS = ("bz2", "codecs", "gzip", "io", "lzma", "tarfile")

# A command that prints its version or its help must not wait for these.
HEAVY = (
    *("cyclonedx", "jinja2", "license_expression", "lxml", "lz4", "orjson", "rich"),
    *("spdx_python_model", "spdx_tools", "zstandard"),
)
LIGHT_FILES = ("__init__.py", "cli/__init__.py", "errors.py", "model.py")


def dotted(path: Path, source: Path = SOURCE) -> str:
    """Name a file as a module: ``render/__init__.py`` is ``coos_license.render``."""
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join((PACKAGE, *(part for part in parts if part != "__init__")))


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    return {dotted(path): path for path in sorted(SOURCE.rglob("*.py"))}


def layer(module: str) -> str:
    """Name the layer of a module; the package itself is ``""``."""
    _, _, below = module.partition(".")
    return below.partition(".")[0]


def imports(node: ast.AST, module: str, *, is_package: bool) -> Iterator[str]:
    """Name what one node imports, absolutely, a name of a module included.

    ``from . import cli`` gives ``coos_license`` and ``coos_license.cli``: whether the
    last part is a module or a value is not known here, and the caller looks it up.
    """
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=target, names=names, level=level):
            base = [target] if target else []
            if level:
                parts = module.split(".")
                base = parts[: len(parts) - level + is_package] + base
            source = ".".join(base)
            yield source
            yield from (f"{source}.{alias.name}" for alias in names)
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="__import__"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name
        case _:
            return


def layering_faults(tree: ast.AST, module: str, *, is_package: bool) -> list[str]:
    """Return the imports of a module that go down the table."""
    faults = []
    for node in ast.walk(tree):
        named = imports(node, module, is_package=is_package)
        ours = [name for name in named if name.split(".")[0] == PACKAGE]
        # `from coos_license import x` names the package on the way to x, and a value
        # of it (`__version__`) is no layer: both are the first row, open to all.
        worst = max((RANK.get(layer(name), 0) for name in ours), default=0)
        if worst > RANK.get(layer(module), 0):
            line = getattr(node, "lineno", 0)
            faults.append(f"{module}:{line} imports {max(ours, key=len)}")
    return faults


def is_under(name: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of these or within one."""
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def uses_of(node: ast.AST) -> Iterator[str]:
    """Name what one node takes from elsewhere: imports and ``module.attribute``."""
    yield from imports(node, PACKAGE, is_package=True)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield f"{node.value.id}.{node.attr}"


def world_faults(tree: ast.AST, module: str) -> list[str]:
    """Return where a module starts a process or uses the network."""
    return [
        f"{module}:{getattr(node, 'lineno', 0)} uses {name}"
        for node in ast.walk(tree)
        for name in uses_of(node)
        if is_under(name, FORBIDDEN_MODULES)
        or (name.startswith("os.") and name[3:].startswith(FORBIDDEN_OS))
    ]


def file_call(call: ast.Call) -> str | None:
    """Name the file access that a call is; archives in memory and no file are none."""
    match call:
        case ast.Call(func=ast.Name(id="open")):
            return "open()"
        case ast.Call(args=[ast.Attribute(attr="devnull"), *_]):
            return None
        case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr=name)):
            return f"os.{name}()" if name in FILE_OS else None
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="open")):
            in_memory = any(keyword.arg == "fileobj" for keyword in call.keywords)
            return f"{module}.open()" if module in OPENERS and not in_memory else None
        case ast.Call(func=ast.Attribute(attr=method)):
            return f".{method}()" if method in FILE_METHODS else None
        case _:
            return None


def file_faults(tree: ast.AST, module: str) -> list[str]:
    """Return where a module reads or writes files by itself."""
    faults = []
    for node in ast.walk(tree):
        names: list[str | None] = [
            name
            for name in imports(node, PACKAGE, is_package=True)
            if is_under(name, FILE_MODULES)
            or name in {f"os.{function}" for function in FILE_OS}
            or name in {f"{opener}.open" for opener in OPENERS}
        ]
        if isinstance(node, ast.Call):
            names.append(file_call(node))
        line = getattr(node, "lineno", 0)
        faults += [f"{module}:{line} uses {name}" for name in names if name]
    return faults


def eager(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run at import: no function bodies, no type checking."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
            children: Iterable[ast.AST] = orelse
        case _:
            yield node
            children = ast.iter_child_nodes(node)
    for child in children:
        yield from eager(child)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), str(path))


def test_every_module_has_a_layer() -> None:
    assert {layer(module) for module in modules()} - RANK.keys() == set()


def test_imports_go_up_the_table() -> None:
    faults = []
    for module, path in modules().items():
        is_package = path.name == "__init__.py"
        faults += layering_faults(parse(path), module, is_package=is_package)
    assert faults == []


def test_nothing_starts_a_program_or_uses_the_network() -> None:
    faults = []
    for module, path in modules().items():
        faults += world_faults(parse(path), module)
    # A fork of this program runs no other one.
    allowed = "coos_license.processes:"
    assert [one for one in faults if not one.startswith(allowed)] == []
    (fork,) = (one for one in faults if one.startswith(allowed))
    assert fork.endswith(" uses os.fork")


def test_only_trees_output_and_loaders_touch_files() -> None:
    faults = []
    for module, path in modules().items():
        if layer(module) not in FILE_LAYERS:
            faults += file_faults(parse(path), module)
    assert faults == []


@pytest.mark.parametrize("name", LIGHT_FILES)
def test_light_modules_import_nothing_heavy(name: str) -> None:
    path = SOURCE / name
    if not path.is_file():
        pytest.skip(f"{name} is not written yet")
    named = {
        name
        for node in eager(parse(path))
        for name in imports(node, dotted(path), is_package=path.name == "__init__.py")
    }
    assert [name for name in sorted(named) if is_under(name, HEAVY)] == []


# The rules themselves: each line is a fault that must be seen, or a use that is fine.


@pytest.mark.parametrize(
    "line",
    [
        "from coos_license.cli import main",
        "from coos_license import cli",
        "import coos_license.cli as front",
        "from . import cli",
        "from .cli import main",
        "from .render.html import render",
        "def f():\n    from coos_license.output import write",
        "if TYPE_CHECKING:\n    from coos_license.audit import rules",
        "importlib.import_module('coos_license.cli')",
        "__import__('coos_license.cli')",
    ],
)
def test_a_downward_import_is_seen(line: str) -> None:
    faults = layering_faults(ast.parse(line), "coos_license.policy", is_package=False)
    assert len(faults) == 1


@pytest.mark.parametrize(
    "line",
    [
        "from coos_license import __version__",
        "from coos_license.model import Package",
        "from coos_license.policy.presets import strict",
        "import os.path",
        "from . import presets",
        "from .. import model",
    ],
)
def test_an_upward_import_is_fine(line: str) -> None:
    faults = layering_faults(ast.parse(line), "coos_license.policy", is_package=True)
    assert faults == []


def test_a_relative_import_counts_from_its_own_package() -> None:
    tree = ast.parse("from .. import cli")
    assert layering_faults(tree, "coos_license.policy", is_package=True) != []
    assert layering_faults(tree, "coos_license.policy.rules", is_package=False) != []
    nested = ast.parse("from . import cli")
    assert layering_faults(nested, "coos_license.policy.rules", is_package=False) == []


@pytest.mark.parametrize(
    "line",
    [
        "import subprocess",
        "import http.client",
        "from urllib import request",
        "from urllib.request import urlopen",
        "os.system('true')",
        "from os import execvp",
    ],
)
def test_reaching_out_is_seen(line: str) -> None:
    assert world_faults(ast.parse(line), "coos_license.policy") != []


def test_taking_a_url_apart_is_not_reaching_out() -> None:
    tree = ast.parse("from urllib.parse import quote\nimport multiprocessing")
    assert world_faults(tree, "coos_license.policy") == []


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "os.open('x', 0)",
        "from os import scandir",
        "io.open('x')",
        "gzip.open('x')",
        "tarfile.open('x')",
        "Path('x').read_text()",
        "path.write_bytes(b'')",
        "import tempfile",
    ],
)
def test_touching_a_file_is_seen(line: str) -> None:
    assert file_faults(ast.parse(line), "coos_license.policy") != []


@pytest.mark.parametrize(
    "line",
    [
        "tree.read('LICENSE', 100)",
        "text.replace('a', 'b')",
        "os.fspath(path)",
        "os.open(os.devnull, os.O_WRONLY)",
        "tarfile.open(fileobj=buffer, mode='w')",
    ],
)
def test_a_tree_is_not_a_file(line: str) -> None:
    assert file_faults(ast.parse(line), "coos_license.policy") == []


def test_a_late_import_is_not_eager() -> None:
    tree = ast.parse(
        "import click\n"
        "if TYPE_CHECKING:\n    import rich\n"
        "try:\n    import lxml\nexcept ImportError:\n    pass\n"
        "def f():\n    import orjson\n"
        "class C:\n    def m(self):\n        import jinja2\n"
    )
    named = {
        name for node in eager(tree) for name in imports(node, PACKAGE, is_package=True)
    }
    assert named == {"click", "lxml"}
