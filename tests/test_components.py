# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Components of packages, from installed files to every output."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from builders_elf import MODULES, go_program, rust_program
from builders_image import ROOT_TYPE, Part, make_disk, make_ext4, needs_e2fsprogs
from builders_installed import (
    DOCKER,
    NODE,
    SITE,
    contents_of,
    install,
    write_sysroot,
)
from builders_vdb import write_entry
from command import OVERLAYS, ROOT, one_line, run
from hypothesis import given
from hypothesis import strategies as st
from test_snapshot import assert_same, snapshot

from coos_license.components.places import candidates, plain_kind, plain_limit
from coos_license.components.reading import (
    InstalledFiles,
    read_program,
    tells_something,
)
from coos_license.errors import ReadError
from coos_license.model import EvidenceKind
from coos_license.snapshot.layout import keep_limit
from coos_license.trees.archive import TarTree
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.excerpt import Excerpt
from coos_license.trees.unpack import Form

PLACE = "root/usr/bin/dockerd"
GO = {
    "ecosystem": "golang",
    "declared": "NOASSERTION",
    "stated": "",
    "linked": "static",
    "digests": [],
    "evidence": [PLACE],
    "lists": [],
    "source": [],
    "texts": [],
    "copyrights": [],
}
DOCKER_COMPONENTS = [
    GO
    | {
        "name": "example.org/fork",
        "version": "v0.2.0+incompatible",
        "purl": "pkg:golang/example.org/fork@v0.2.0%2Bincompatible",
        "digests": ["h1:BBB="],
    },
    GO
    | {
        "name": "example.org/tool",
        "version": "",
        "purl": "pkg:golang/example.org/tool",
        "linked": "contained",
    },
    GO
    | {
        "name": "github.com/Azure/x",
        "version": "v1.2.0",
        "purl": "pkg:golang/github.com/azure/x@v1.2.0",
        "digests": ["h1:AAA="],
    },
    GO | {"name": "k8s.io/api", "version": "", "purl": "pkg:golang/k8s.io/api"},
    GO
    | {
        "name": "stdlib",
        "version": "1.22.1",
        "purl": "pkg:golang/stdlib@1.22.1",
    },
]


def inventory(*arguments: str | Path) -> dict[str, Any]:
    """Return package -> what ``list --format json`` says of it."""
    result = run("list", "--format", "json", "-q", *map(str, arguments))
    assert result.returncode == 0, result.stderr
    return {one["cpv"]: one for one in json.loads(result.stdout)["packages"]}


def components(*arguments: str | Path) -> dict[str, list[Any]]:
    """Return package -> its components."""
    return {cpv: one["components"] for cpv, one in inventory(*arguments).items()}


def findings(*arguments: str | Path) -> list[tuple[str, str, str]]:
    """Return package, subject and message of each CL045."""
    result = run("audit", "--format", "json", "-q", *map(str, arguments))
    return [
        (one["cpv"], one["subject"], one["message"])
        for one in json.loads(result.stdout)["findings"]
        if one["code"] == "CL045"
    ]


def only(root: Path, files: dict[str, bytes]) -> Path:
    """Write a sysroot with one package that has the files; return it."""
    install(root, "app-misc/one-1", "MIT", files)
    return root


def test_components_of_a_go_program(installed_outputs: Path) -> None:
    found = json.loads((installed_outputs / "inventory.json").read_bytes())
    docker = next(one for one in found["packages"] if one["name"] == "docker")
    assert docker["components"] == DOCKER_COMPONENTS


def test_components_of_the_other_ecosystems(installed_sysroot: Path) -> None:
    found = {
        cpv: [(one["purl"], one["linked"], one["declared"]) for one in components_]
        for cpv, components_ in components(installed_sysroot).items()
        if "docker" not in cpv
    }
    assert found == {
        "sys-apps/ripgrep-14.1.0": [
            ("pkg:cargo/adler@1.0.2", "static", "NOASSERTION"),
            ("pkg:cargo/tool@0.3.0", "contained", "NOASSERTION"),
        ],
        "dev-python/requests-2.31.0": [
            ("pkg:pypi/requests@2.31.0", "contained", "Apache-2.0")
        ],
        "app-misc/page-2.0.0": [
            ("pkg:npm/%40it/left@1.0.0", "contained", "MIT"),
            ("pkg:npm/page@2.0.0", "contained", "NOASSERTION"),
        ],
    }


def test_one_finding_for_each_package_counts_what_is_missing(
    installed_sysroot: Path,
) -> None:
    assert findings(installed_sysroot) == [
        (cpv, "components", f"of {count} components, licence not known: {what}")
        for cpv, count, what in (
            ("app-containers/docker-24.0.9", 5, "5 Go modules"),
            ("app-misc/page-2.0.0", 2, "1 npm package"),
            ("sys-apps/ripgrep-14.1.0", 2, "2 Rust crates"),
        )
    ]


def test_a_stated_licence_with_its_text_cures_the_finding(tmp_path: Path) -> None:
    silent = {f"{NODE}/x/package.json": b'{"name": "x", "version": "1"}'}
    stated = {f"{NODE}/x/package.json": b'{"name": "x", "license": "MIT"}'}
    cured = stated | {f"{NODE}/x/LICENSE": b"Copyright (c) 2020 X\n"}
    textless = "came without the text that their licence wants"
    said = [
        [message for _, _, message in findings(only(tmp_path / name, files))]
        for name, files in (("a", silent), ("b", stated), ("c", cured))
    ]
    assert said == [
        ["of 1 component, licence not known: 1 npm package"],
        [f"of 1 component, {textless}: 1 npm package"],
        [],
    ]


def test_the_package_itself_has_the_text_of_the_package(tmp_path: Path) -> None:
    files = {f"{NODE}/one/package.json": b'{"name": "one", "license": "MIT"}'}
    assert findings(only(tmp_path, files)) == []


def test_what_licences_of_components_ask_for_is_owed(tmp_path: Path) -> None:
    files = {f"{NODE}/x/package.json": b'{"name": "x", "license": "GPL-3.0-only"}'}
    (one,) = inventory(only(tmp_path, files)).values()
    assert one["declared"] == "MIT"
    assert {"copyright-notice", "source"} <= set(one["obligations"])


def test_an_election_leaves_what_components_ask_for(tmp_path: Path) -> None:
    files = {f"{NODE}/x/package.json": b'{"name": "x", "license": "GPL-3.0-only"}'}
    install(tmp_path / "root", "app-misc/one-1", "|| ( MIT ISC )", files)
    policy = tmp_path / "policy.toml"
    policy.write_text('schema = 1\nprefer = ["ISC"]\n', "utf-8")
    (one,) = inventory(tmp_path / "root", "--policy", policy).values()
    assert one["effective"] == "ISC"
    assert "source" in one["obligations"]


def test_texts_of_a_distribution_are_credited_with_the_package(
    installed_outputs: Path,
) -> None:
    found = json.loads((installed_outputs / "inventory.json").read_bytes())
    requests = next(one for one in found["packages"] if one["name"] == "requests")
    place = f"root/{SITE}/requests-2.31.0.dist-info/licenses"
    own = [use for use in requests["texts"] if use["kind"] == "component"]
    assert [use["path"] for use in own] == [f"{place}/LICENSE"]
    assert requests["copyrights"] == ["Copyright 2019 Kenneth Reitz"]
    assert [found["texts"][one]["spdx"] for one in requests["notices"]] == ["NOTICE"]
    notice = (installed_outputs / "NOTICE").read_text("utf-8")
    assert "\nRequests\nCopyright 2019 Kenneth Reitz\n" in notice


def test_a_package_that_brought_its_notice_needs_no_sources_for_it(
    installed_outputs: Path,
) -> None:
    found = json.loads((installed_outputs / "findings.json").read_bytes())["findings"]
    (message,) = [one["message"] for one in found if one["code"] == "CL046"]
    assert message.endswith(": app-containers/docker-24.0.9")


def test_a_text_of_the_package_itself_settles_the_wanted_notice(tmp_path: Path) -> None:
    """It does under the package's own name; a part's notice is that of the part."""
    info = f"{SITE}/{{0}}-1.dist-info"
    wanted = []
    for name in ("One", "other"):
        files = {
            f"{info.format(name)}/METADATA": f"Name: {name}\nVersion: 1\n".encode(),
            f"{info.format(name)}/LICENSE": b"Copyright (c) 2020 Somebody\n",
        }
        root = only(tmp_path / name, files)
        result = run("audit", str(root), *OVERLAYS, "--format", "json", "-q")
        codes = {one["code"] for one in json.loads(result.stdout)["findings"]}
        wanted.append("CL011" in codes)
    assert wanted == [False, True]


def test_equal_components_of_several_files_are_one(tmp_path: Path) -> None:
    files = {"usr/bin/a": go_program(), "opt/x/b": go_program()}
    (found,) = components(only(tmp_path, files)).values()
    assert {tuple(one["evidence"]) for one in found} == {
        ("root/opt/x/b", "root/usr/bin/a")
    }
    assert len(found) == 5


def test_files_that_do_not_agree_on_a_licence_assert_nothing(tmp_path: Path) -> None:
    text = '{{"name": "x", "version": "1", "license": "{}"}}'
    files = {
        f"{NODE}/x/package.json": text.format("MIT").encode(),
        f"{NODE}/y/node_modules/x/package.json": text.format("ISC").encode(),
    }
    (found,) = components(only(tmp_path, files)).values()
    assert [(one["declared"], one["stated"]) for one in found] == [
        ("NOASSERTION", "MIT; ISC")
    ]


WORDS = {
    "License-Expression: MIT OR Apache-2.0": ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
    "License: mit": ("MIT", "mit"),
    "License: BSD": ("NOASSERTION", "BSD"),
    "License: GPL-2.0": ("NOASSERTION", "GPL-2.0"),
    "License: LicenseRef-Mine": ("NOASSERTION", "LicenseRef-Mine"),
    "Classifier: License :: OSI Approved :: MIT License": (
        "MIT",
        "License :: OSI Approved :: MIT License",
    ),
    "License: BSD\nClassifier: License :: OSI Approved :: ISC License (ISCL)": (
        "ISC",
        "BSD",
    ),
    "Classifier: License :: OSI Approved :: BSD License": (
        "NOASSERTION",
        "License :: OSI Approved :: BSD License",
    ),
    "License: " + "(" * 500 + "MIT": ("NOASSERTION", "(" * 200 + "..."),
    "Summary: says nothing": ("NOASSERTION", ""),
}


@pytest.mark.parametrize("words", WORDS)
def test_a_licence_is_asserted_only_where_it_is_spdx(
    tmp_path: Path, words: str
) -> None:
    metadata = f"Name: x\nVersion: 1\n{words}\n".encode()
    root = only(tmp_path, {f"{SITE}/x-1.egg-info/PKG-INFO": metadata})
    (found,) = components(root).values()
    assert (found[0]["declared"], found[0]["stated"]) == WORDS[words]


def test_several_licences_of_the_oldest_form_assert_nothing(tmp_path: Path) -> None:
    text = b'{"name": "x", "licenses": [{"type": "MIT"}, {"type": "ISC"}]}'
    (found,) = components(only(tmp_path, {f"{NODE}/x/package.json": text})).values()
    assert (found[0]["declared"], found[0]["stated"]) == ("NOASSERTION", "MIT; ISC")


SILENT = {
    "is a Go program that lists no modules": go_program(""),
    "is a damaged ELF file (a part outside of the file)": go_program()[:-100],
    "has Go build information whose line 2 is damaged": go_program(
        MODULES.replace("path\t", "dep\t", 1)
    ),
    "has a damaged list of Rust crates (name or version)": rust_program([{}]),
}


@pytest.mark.parametrize("what", SILENT)
def test_a_file_that_does_not_say_is_a_finding(tmp_path: Path, what: str) -> None:
    root = only(tmp_path, {"usr/bin/x": SILENT[what]})
    message = f"root/usr/bin/x {what}; the components in it are not known"
    found = findings(root)
    assert ("app-misc/one-1", "/usr/bin/x", message) in found


def test_a_directory_that_is_none_is_a_finding(tmp_path: Path) -> None:
    root = only(tmp_path, {"usr/bin/x/y": b""})
    shutil.rmtree(root / "usr/bin/x")
    (root / "usr/bin/x").write_bytes(b"")
    ((_, subject, message),) = findings(root)
    assert subject == "/usr/bin/x/y"
    assert "cannot be read (Not a directory)" in message


def test_a_program_beside_package_json_leaves_it_its_text(tmp_path: Path) -> None:
    place = f"{NODE}/x"
    files = {
        f"{place}/package.json": b'{"name": "x", "license": "ISC"}',
        f"{place}/LICENSE": b"Copyright (c) 2020 X\n",
        f"{place}/tool": rust_program(),
    }
    ((_, _, message),) = findings(only(tmp_path, files))
    assert message == "of 3 components, licence not known: 2 Rust crates"


def test_a_text_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    files = {f"{SITE}/x-1.dist-info/LICENSE": b"x" * ((1 << 20) + 1)}
    ((_, _, message),) = findings(only(tmp_path, files))
    assert message.endswith("more than the 1048576 allowed; it is not credited")


def test_a_database_without_files_has_no_components(tmp_path: Path) -> None:
    entry: dict[str, str | bytes]
    entry = {"LICENSE": "MIT\n", "CONTENTS": contents_of(DOCKER)}
    write_entry(tmp_path, "app-misc/one-1", entry)
    assert components(tmp_path) == {"app-misc/one-1": []}
    assert findings(tmp_path) == []


def test_only_what_contents_names_is_looked_at(tmp_path: Path) -> None:
    root = only(tmp_path, {"usr/bin/owned": b"#!/bin/sh\n"})
    (root / "usr/bin/foreign").write_bytes(go_program())
    assert components(root) == {"app-misc/one-1": []}


def hostile(root: Path) -> Path:
    """Write a package whose CONTENTS and files try to lead elsewhere."""
    outside = root.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "go").write_bytes(go_program())
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/escape").symlink_to(f"../../../{outside.name}/go")
    (root / "usr/bin/loop").symlink_to("loop")
    (root / "usr/bin/directory.egg-info").mkdir()
    (root / "usr/bin/linked").symlink_to("directory.egg-info")
    (root / "usr/bin/\x1b[31m").write_bytes(go_program(""))
    (root / "usr/bin/bin.egg-info").symlink_to("directory.egg-info")
    (root / "usr/bin/directory.egg-info/PKG-INFO").write_bytes(b"Name: x\nVersion: 1\n")
    digest = "0" * 32
    paths = (
        f"/usr/bin/../../../{outside.name}/go",
        "/usr/bin/escape",
        "/usr/bin/loop",
        "/usr/bin/directory.egg-info",
        "/usr/bin/linked",
        "/usr/bin/bin.egg-info",
        "/usr/bin/bin.egg-info/PKG-INFO",
        "/usr/bin/directory.egg-info/PKG-INFO",
        "/usr/bin/\x1b[31m",
        "/usr/bin/absent",
        "//usr/bin/escape",
        "/usr/bin/",
    )
    lines = "".join(f"obj {path} {digest} 1\n" for path in paths)
    write_entry(
        root,
        "app-misc/one-1",
        {
            "LICENSE": "MIT\n",
            "CONTENTS": lines.encode() + b"obj /usr/bin/\xff 0 1\nobj",
        },
    )
    return root


def test_contents_leads_nowhere_else(tmp_path: Path) -> None:
    root = hostile(tmp_path / "sysroot")
    (found,) = components(root).values()
    assert [(one["name"], one["evidence"]) for one in found] == [
        ("stdlib", ["root/usr/bin/\\x1b[31m"]),
        (
            "x",
            [
                "root/usr/bin/bin.egg-info/PKG-INFO",
                "root/usr/bin/directory.egg-info/PKG-INFO",
            ],
        ),
    ]
    assert [subject for _, subject, _ in findings(root)] == [
        "/usr/bin/\\x1b[31m",
        "/usr/bin/loop",
        "components",
    ]


@pytest.mark.parametrize("write", [write_sysroot, hostile])
def test_a_snapshot_says_the_same(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    live = write(tmp_path / "sysroot")
    packed = snapshot(tmp_path / "s.tar.gz", live, *OVERLAYS)
    assert_same(tmp_path, [str(live), *OVERLAYS], [str(packed)])
    again = snapshot(tmp_path / "again.tar.gz", packed)
    assert again.read_bytes() == packed.read_bytes()


def test_a_snapshot_holds_what_was_read_and_no_program(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    packed = snapshot(tmp_path / "s.tar.gz", installed_sysroot)
    with tarfile.open(packed) as archive:
        names = {
            member.name
            for member in archive
            if member.isfile() and "/var/db/" not in member.name
        }
    site, left = f"root/{SITE}/requests-2.31.0.dist-info", f"root/{NODE}/page"
    assert names == {
        "components/usr/bin/dockerd/go-buildinfo",
        "components/usr/bin/rg/cargo-auditable.json",
        f"{site}/METADATA",
        f"{site}/licenses/LICENSE",
        f"{site}/licenses/NOTICE",
        f"{left}/package.json",
        f"{left}/node_modules/@it/left/package.json",
        f"{left}/node_modules/@it/left/LICENSE",
        "snapshot.json",
    }


@pytest.mark.parametrize("place", [".", "some/where", "build/lib/x"])
def test_a_tar_lists_equal_to_the_directory(
    tmp_path: Path, installed_sysroot: Path, place: str
) -> None:
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(installed_sysroot, place)
    assert inventory(path) == inventory(installed_sysroot)
    packed = snapshot(tmp_path / "s.tar.gz", path)
    assert inventory(packed) == inventory(installed_sysroot)


def test_a_tar_of_hostile_programs_says_what_the_directory_says(tmp_path: Path) -> None:
    places = ("usr/bin/a", "usr/bin/b", "opt/c", "lib/d")
    files = dict(zip(places, SILENT.values(), strict=True))
    root = only(tmp_path / "root", files | {"usr/bin/x": b"\x7fELF", "bin/y": b""})
    (root / "usr/bin/loop").symlink_to("loop")
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(root, ".")
    assert findings(path) == findings(root)
    assert len(findings(path)) > 5


def test_a_program_of_a_tar_has_several_names(tmp_path: Path) -> None:
    """By hard link, and by a directory that is a symbolic link."""
    root = tmp_path / "root"
    install(root, "app-misc/one-1", "MIT", {"usr/bin/a": go_program()})
    (root / "usr/bin/b").hardlink_to(root / "usr/bin/a")
    (root / "bin").symlink_to("usr/bin")
    owned = contents_of({"usr/bin/b": b"", "bin/a": b""})
    (root / "var/db/pkg/app-misc/one-1/CONTENTS").write_bytes(owned)
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(root, ".")
    (found,) = components(path).values()
    assert found[0]["evidence"] == ["root/bin/a", "root/usr/bin/b"]
    assert components(path) == components(root)


def test_a_tar_that_ends_within_a_program_is_an_error(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(installed_sysroot / "var", "var")
        archive.add(installed_sysroot / "usr/bin/dockerd", "usr/bin/dockerd")
    with tarfile.open(path) as archive:
        start = archive.getmember("usr/bin/dockerd").offset_data
    path.write_bytes(path.read_bytes()[: start + 80])
    assert "x.tar: is truncated; give a sysroot" in one_line(run("list", str(path)))


def test_of_a_program_in_a_tar_only_what_is_read_is_kept(tmp_path: Path) -> None:
    big = go_program() + bytes(1 << 22)
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for name, content in (("usr/bin/a", big), ("usr/bin/b", b"#!" + big)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with TarTree.open(path, Form.TAR, keep_limit, tells_something) as tree:
        assert [one.name for one in tree.at("usr/bin").entries()] == ["a"]
        kept = tree.open_file("usr/bin/a")
        assert isinstance(kept, Excerpt)
        assert kept.kept_bytes < 4_096
        assert read_program(kept)
        with pytest.raises(ReadError, match="are looked at"):
            kept.read(1 << 20, 1)


@needs_e2fsprogs
def test_an_image_lists_equal_to_the_directory(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    image = make_ext4(tmp_path / "x.ext4", installed_sysroot)
    assert components(image) == components(installed_sysroot)


@needs_e2fsprogs
def test_a_disk_has_its_database_and_its_files_apart(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    shutil.copytree(installed_sysroot / "var/db", tmp_path / "state/var_overlay/db")
    shutil.copytree(installed_sysroot / "usr", tmp_path / "root/usr")
    parts = tuple(
        Part(name, make_ext4(tmp_path / f"{tree}.ext4", tmp_path / tree), *more)
        for name, tree, more in (
            ("STATE", "state", ()),
            ("ROOT-A", "root", (ROOT_TYPE,)),
        )
    )
    disk = make_disk(tmp_path / "disk.bin", parts)
    assert components(disk) == components(installed_sysroot)
    packed = snapshot(tmp_path / "s.tar.gz", disk)
    assert components(packed) == components(installed_sysroot)


def test_files_of_the_image_and_else_of_the_source_tell(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    """Of --shipped the files count where it has some; evidence says which."""
    image = tmp_path / "image"
    cpv = "app-containers/docker-24.0.9"
    install(image, cpv, "Apache-2.0", {"usr/bin/dockerd": go_program("")})
    entry = {"LICENSE": "MIT\n"}
    write_entry(image, "sys-apps/ripgrep-14.1.0", entry)
    found = components(installed_sysroot, "--shipped", image)
    assert [one["evidence"] for one in found[cpv]] == [["shipped/usr/bin/dockerd"]]
    rust = found["sys-apps/ripgrep-14.1.0"]
    assert {one["evidence"][0] for one in rust} == {"root/usr/bin/rg"}


def test_the_inventory_keeps_to_its_schema(installed_outputs: Path) -> None:
    for name in ("inventory", "findings"):
        schema = json.loads((ROOT / f"docs/schema/{name}.schema.json").read_bytes())
        document = json.loads((installed_outputs / f"{name}.json").read_bytes())
        jsonschema_rs.Draft202012Validator(schema).validate(document)


PLACES = {
    "/usr/bin/dockerd": EvidenceKind.ELF,
    "/usr/bin/sh": EvidenceKind.ELF,
    "/usr/bin/python3.11": EvidenceKind.ELF,
    "/usr/lib64/libx.so.1.2": EvidenceKind.ELF,
    "/opt/cni/bin/bridge": EvidenceKind.ELF,
    "/usr/libexec/docker/cli-plugins/docker-buildx": EvidenceKind.ELF,
    "/usr/lib/python3.11/x.py": None,
    "/usr/lib/firmware/x/y": None,
    "/lib/modules/6.1/kernel/x.ko": None,
    "/usr/share/doc/x": None,
    "/etc/x": None,
    "/usr/lib/x-1.egg-info": EvidenceKind.PYTHON_METADATA,
    "/usr/lib/x-1.egg-info/PKG-INFO": EvidenceKind.PYTHON_METADATA,
    "/usr/lib/x-1.dist-info/METADATA": EvidenceKind.PYTHON_METADATA,
    "/usr/lib/x-1.dist-info/licenses/a/b": EvidenceKind.TEXT,
    "/usr/lib/x-1.dist-info/LICENSE.txt": EvidenceKind.TEXT,
    "/usr/share/x/node_modules/a/package.json": EvidenceKind.NODE_PACKAGE,
    "/usr/share/x/node_modules/@a/b/package.json": EvidenceKind.NODE_PACKAGE,
    "/usr/share/x/node_modules/@a/b/LICENCE": EvidenceKind.TEXT,
    "/usr/share/x/node_modules/@a/package.json": None,
    "/usr/share/x/node_modules/a/dist/package.json": None,
    "/usr/share/x/package.json": None,
    "/usr/share/with space/node_modules/a/package.json": EvidenceKind.NODE_PACKAGE,
}


@pytest.mark.parametrize("path", PLACES)
def test_which_files_are_candidates(path: str) -> None:
    found = [kind for _, kind in candidates(contents_of({path[1:]: b""}))]
    assert found == [PLACES[path]] * (PLACES[path] is not None)


@given(st.binary(max_size=200), st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_no_contents_breaks_the_search(noise: bytes, parts: list[str]) -> None:
    for path, _ in candidates(
        b"obj /usr/" + noise + b" " + b"0" * 32 + b" 1\n" + noise
    ):
        assert not {"", ".", ".."} & set(path.split("/"))
    assert (plain_kind(parts) is None) == (plain_limit(parts) is None)


def test_more_than_any_image_has_is_said_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coos_license.components.reading._MOST_FILES", 1)
    root = only(tmp_path, {"usr/bin/a": go_program(), "usr/bin/b": go_program()})
    contents = (root / "var/db/pkg/app-misc/one-1/CONTENTS").read_bytes()
    with DirectoryTree.open(root) as tree:
        found = InstalledFiles(tree).read(contents)
    assert [(one.path, bool(one.fault)) for one in found] == [
        ("usr/bin/a", False),
        ("usr/bin/b", True),
    ]
