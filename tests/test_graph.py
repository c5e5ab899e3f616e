# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The graph command, what is near a package, and the graph of an inventory."""

import gzip
import json
import lzma
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from builders import make_inventory, make_package
from builders_elf import elf
from builders_vdb import write_entry
from command import run
from lxml import etree

from coos_license.embedded import Component, Ecosystem, Linkage
from coos_license.expression import Claim, License
from coos_license.linkage import LinkedFile, LinkGraph, Need, Provider
from coos_license.model import Obligation
from coos_license.obligations.from_inventory import graph_of
from coos_license.obligations.graph import EdgeKind, Graph, Node
from coos_license.obligations.neighbourhood import around
from coos_license.obligations.resolutions import Propagation

ROOT = Path(__file__).parent.parent
MINIATURE = str(ROOT / "tests/fixtures/miniature/sysroot")
MIT = ((License("MIT"),),)


def made(root: Path) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Return each node of a sysroot's graph: its package, source, edges by user."""
    value = json.loads(run("graph", str(root), "-q").stdout)
    names = {one["id"]: one["name"] for one in value["nodes"]}
    edges: dict[int, dict[str, str]] = {}
    for one in value["edges"]:
        edges.setdefault(one["user"], {})[names[one["used"]]] = one["kind"]
    return {
        one["name"]: (one["cpv"], one["source"], edges.get(one["id"], {}))
        for one in value["nodes"]
    }


def test_json_has_long_paths_in_full(tmp_path: Path) -> None:
    path = f"/usr/lib/{'d' * 220}/liba.so"
    needed = f"X86_64;{path};liba.so;;;x86_64"
    write_entry(tmp_path, "a/b-1", {"LICENSE": "MIT", "NEEDED.ELF.2": needed})
    assert path in made(tmp_path)


def test_json_has_files_edges_and_what_is_owed() -> None:
    graph = made(Path(MINIATURE))
    lua = graph["/usr/bin/lua"]
    assert lua[:2] == ("dev-lang/lua-5.4.4", "owed")
    assert lua[2] == {"/usr/lib64/libreadline.so.8.2": "dynamic"}
    assert graph["/usr/lib64/libtinfo.so.6.4"][1] == "owed"
    assert graph["/usr/lib64/libz.so.1.2.13"][1] == "not-owed"


def test_what_a_package_was_built_with_and_does_not_load_is_unknown(
    tmp_path: Path,
) -> None:
    needed = "X86_64;/usr/bin/a;;;;x86_64"
    files = {"LICENSE": "MIT", "DEPEND": "dev-libs/b dev-libs/c", "USE": ""}
    write_entry(tmp_path, "app-misc/a-1", {**files, "NEEDED.ELF.2": needed})
    write_entry(tmp_path, "dev-libs/b-1", {"LICENSE": "GPL-3+"})
    write_entry(tmp_path, "dev-libs/c-1", {"LICENSE": "ISC"})
    graph = made(tmp_path)
    between = "app-misc/a-1 (what it may have linked statically)"
    assert graph["/usr/bin/a"][1:] == ("perhaps", {between: "unknown"})
    assert graph[between][2] == {"dev-libs/b-1": "unknown"}  # c owes a notice only


def test_the_runtime_of_a_compiler_is_what_may_be_linked_of_it(tmp_path: Path) -> None:
    needed = "X86_64;/usr/bin/a;;;;x86_64"
    files = {"LICENSE": "MIT", "DEPEND": "sys-devel/gcc", "USE": ""}
    write_entry(tmp_path, "app-misc/a-1", {**files, "NEEDED.ELF.2": needed})
    write_entry(tmp_path, "sys-devel/gcc-12", {"LICENSE": "GPL-3+"})
    assert made(tmp_path)["/usr/bin/a"][1] == "not-owed"


LIBRARY = make_package(("dev-libs", "lib", "1"), "ISC")


def program(part: Component, beside: LinkGraph | None = None) -> Propagation:
    """Return what reaches where: a program that loads a library and holds a part."""
    found = make_package(("app-misc", "a", "1"), "MIT", components=(part,))
    need = Need("lib.so", (Provider(LIBRARY.id, "/lib.so"),))
    files = {
        found.id: (LinkedFile("/usr/bin/a", "x86_64", "", (need,)),),
        LIBRARY.id: (LinkedFile("/lib.so", "x86_64", "lib.so", ()),),
    }
    links = replace(beside or LinkGraph(), files=files, is_recorded=True)
    inventory = replace(make_inventory([found, LIBRARY]), links=links)
    return Propagation.of(graph_of(inventory))


def part(spdx: str, linked: Linkage, *evidence: str) -> Component:
    return Component(
        ecosystem=Ecosystem.GO,
        name="example.org/x",
        version="1",
        purl="pkg:golang/example.org/x@1",
        declared=Claim(spdx) if spdx in set(Claim) else License(spdx),
        stated="",
        linked=linked,
        digests=(),
        evidence=evidence,
    )


def owed_source(made: Propagation) -> set[str]:
    """Return the names of the nodes whose source is owed for the licence of others."""
    return {
        made.graph.nodes[one.acts_on].name
        for one in made.resolutions()
        if one.path and one.obligation is Obligation.SOURCE
    }


@pytest.mark.parametrize("tree", ["root", "shipped"])
def test_a_component_in_a_program_reaches_what_that_loads(tree: str) -> None:
    made = program(part("GPL-2.0-only", Linkage.STATIC, f"{tree}/usr/bin/a"))
    assert {"/usr/bin/a", "/lib.so"} <= owed_source(made)


@pytest.mark.parametrize(
    ("spdx", "linked"),
    [
        ("GPL-2.0-only", Linkage.CONTAINED),
        ("GPL-2.0-only", Linkage.DECLARED),
        ("ISC", Linkage.STATIC),
        ("NOASSERTION", Linkage.STATIC),
    ],
)
def test_a_component_beside_a_program_reaches_nothing(
    spdx: str, linked: Linkage
) -> None:
    assert owed_source(program(part(spdx, linked, "root/usr/bin/a"))) == set()


def test_a_kernel_module_of_another_package_is_reviewed(tmp_path: Path) -> None:
    module = "X86_64;/lib/modules/6.1/{0}.ko;;;;x86_64"
    for cpv, license_, name in (
        ("sys-kernel/k-6.1", "GPL-2", "own"),
        ("net-wireless/wl-1", "Broadcom", "wl"),
    ):
        files = {"LICENSE": license_, "NEEDED.ELF.2": module.format(name)}
        write_entry(tmp_path, cpv, files)
    assert made(tmp_path)["/lib/modules/6.1/wl.ko"][2] == {
        "sys-kernel/k-6.1": "kernel-module"
    }
    found = json.loads(run("audit", str(tmp_path), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL067")
    assert one["cpv"] == "net-wireless/wl-1"
    assert "is loaded into sys-kernel/k-6.1" in one["message"]


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}


def write_module(root: Path, cpv: str, license_: str, path: str, stated: bytes) -> None:
    """Install a kernel module; portage records those that are not packed."""
    files = {
        "LICENSE": license_,
        "CONTENTS": f"obj /{path} d41d8cd98f00b204e9800998ecf8427e 1\n",
    }
    if path.endswith(".ko"):
        files["NEEDED.ELF.2"] = f"X86_64;/{path};;;;x86_64"
    write_entry(root, cpv, files)
    module = elf({b".modinfo": b"alias=pci:*\0license=" + stated + b"\0author=x\0"})
    (root / path).parent.mkdir(parents=True)
    (root / path).write_bytes(PACKERS[path.partition(".ko")[2]](module))


@pytest.mark.parametrize("end", PACKERS)
@pytest.mark.parametrize("kept", ["tree", "snapshot", "tar"])
def test_a_module_says_its_license_where_the_file_is_at_hand(
    tmp_path: Path, kept: str, end: str
) -> None:
    root = tmp_path / "root"
    modules = "lib/modules/6.1"
    path = f"{modules}/extra/wl.ko{end}"
    write_module(root, "net-wireless/wl-1", "Broadcom", path, b"Proprietary")
    own = f"{modules}/kernel/own.ko{end}"
    write_module(root, "sys-kernel/k-6.1", "GPL-2", own, b"GPL")
    needed = "X86_64;/usr/bin/a;;;;x86_64"
    write_entry(root, "app-misc/a-1", {"LICENSE": "MIT", "NEEDED.ELF.2": needed})
    source = str(root)
    if kept == "snapshot":
        source = str(tmp_path / "snapshot.tar.gz")
        assert run("snapshot", str(root), "-o", source).returncode == 0
    elif kept == "tar":
        source = str(tmp_path / "root.tar")
        with tarfile.open(source, "w") as packed:
            packed.add(root, "root")
    found = json.loads(run("audit", source, "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL067")
    assert "(MODULE_LICENSE says 'Proprietary'), and GPL-2.0-only" in one["message"]


def test_a_packed_module_that_is_broken_is_named(tmp_path: Path) -> None:
    root = tmp_path / "root"
    path = "lib/modules/6.1/wl.ko.xz"
    write_module(root, "net-wireless/wl-1", "Broadcom", path, b"Proprietary")
    (root / path).write_bytes((root / path).read_bytes()[:-30])
    found = json.loads(run("audit", str(root), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if path in one["message"])
    assert one["code"] == "CL045"
    assert "truncated" in one["message"]


def test_needs_without_a_link_are_beside_each_other(tmp_path: Path) -> None:
    needed = "X86_64;/usr/bin/a;;;;x86_64"
    files = {"LICENSE": "Adobe", "RDEPEND": "app-shells/bash", "NEEDED.ELF.2": needed}
    write_entry(tmp_path, "app-misc/a-1", files)
    write_entry(tmp_path, "app-shells/bash-5", {"LICENSE": "GPL-3+"})
    graph = made(tmp_path)
    assert graph["app-misc/a-1"][2] == {"app-shells/bash-5": "aggregate"}
    assert graph["/usr/bin/a"][1] == "not-owed"


def test_binary_packages_of_an_index_link_as_packages(tmp_path: Path) -> None:
    paragraphs = (
        "VERSION: 0\n",
        "CPV: app-misc/a-1\nLICENSE: MIT\nREQUIRES: x86_64: libb.so.1\n",
        "CPV: dev-libs/b-1\nLICENSE: GPL-3+\nPROVIDES: x86_64: libb.so.1\n",
    )
    (tmp_path / "Packages").write_text("\n".join(paragraphs), "utf-8")
    graph = made(tmp_path / "Packages")
    assert graph["app-misc/a-1"][1:] == ("owed", {"dev-libs/b-1": "dynamic"})


def chain(count: int) -> Graph:
    """Return a graph where each node links the next one."""
    nodes = tuple(Node(f"n{number}", MIT) for number in range(count))
    edges = tuple((n, n + 1, EdgeKind.DYNAMIC) for n in range(count - 1))
    return Graph(nodes, edges)


def test_near_is_by_links_on_both_sides() -> None:
    assert around(chain(7), [3], 2, 100) == {3: 0, 2: -1, 1: -2, 4: 1, 5: 2}
    assert len(around(chain(7), [3], 5, 3)) == 3


def test_what_is_only_beside_is_not_near() -> None:
    graph = Graph(chain(2).nodes, ((0, 1, EdgeKind.AGGREGATE),))
    assert around(graph, [0], 2, 100) == {0: 0}


@pytest.mark.parametrize("form", ["svg", "dot"])
def test_pictures_show_the_neighbourhood(form: str) -> None:
    done = run("graph", MINIATURE, "--around", "lua", "--format", form, "-q")
    text = done.stdout.decode()
    assert done.returncode == 0
    for name in ("/usr/bin/lua", "libreadline.so.8.2", "libtinfo.so.6.4"):
        assert name in text
    assert "busybox" not in text
    if form == "svg":
        top = etree.fromstring(text.encode())
        boxes = top.findall(".//{http://www.w3.org/2000/svg}rect")
        assert len(boxes) == 4  # the package and three files
        for hostile in ("script", "href", "http:"):
            assert hostile not in text.replace("http://www.w3.org/2000/svg", "")


def test_names_cannot_break_out_of_a_picture(tmp_path: Path) -> None:
    name = '/usr/bin/"><script>x</script>\\'
    files = {"LICENSE": "MIT", "NEEDED.ELF.2": f"X86_64;{name};;;;x86_64"}
    write_entry(tmp_path, "app-misc/a-1", files)
    options = (str(tmp_path), "--around", "a", "-q", "--format")
    svg = run("graph", *options, "svg").stdout.decode()
    assert "<script" not in svg
    etree.fromstring(svg.encode())
    dot = run("graph", *options, "dot").stdout.decode()
    assert 'label="/usr/bin/\\"><script>x</script>\\\\ (app-misc/a-1)' in dot


def test_a_picture_of_everything_is_refused() -> None:
    done = run("graph", MINIATURE, "--format", "svg")
    assert done.returncode == 2
    assert b"name a package with --around" in done.stderr
