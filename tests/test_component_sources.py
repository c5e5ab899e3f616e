# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Components and the sources that they come from, from a command to its outputs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from builders_archives import Files, make_tar, make_zip
from builders_elf import elf, go_program, rust_program
from builders_installed import install
from builders_sources import write_tree
from builders_vdb import write_repository
from command import assert_same, run, snapshot

from coos_license.licenses.spdx_list import list_text

APACHE = (list_text("Apache-2.0") or b"").decode()
MIT = (
    (list_text("MIT") or b"")
    .decode()
    .replace("<year> <copyright holders>", "2020 Ada Example")
)
CHECKSUM = "ab" * 32
DOCKER, RG = "app-containers/docker-24.0.9", "sys-apps/ripgrep-14.1.0"
TOP = f"{DOCKER}/docker-24.0.9"
AT = f"sources/{TOP}"
VENDORED = """# github.com/Azure/x v1.2.0
## explicit; go 1.17
github.com/Azure/x
# example.org/old v0.1.0 => example.org/fork v0.2.0+incompatible
example.org/old/pkg
# example.org/unlinked v1.0.0
example.org/unlinked
# k8s.io/api v0.0.0 => ./staging/src/k8s.io/api
k8s.io/api/core/v1
"""
GO_TREE: Files = {
    f"{TOP}/go.mod": "module example.org/tool\n",
    f"{TOP}/go.sum": "github.com/Azure/x v1.2.0 h1:AAA=\nz.example v1 h1:Z=\n",
    f"{TOP}/LICENSE": APACHE,
    f"{TOP}/vendor/modules.txt": VENDORED,
    f"{TOP}/vendor/github.com/Azure/x/LICENSE": MIT,
    f"{TOP}/vendor/github.com/Azure/x/NOTICE": "Azure\nCopyright 2019 Azure\n",
    f"{TOP}/vendor/github.com/Azure/x/PATENTS": "Patents are granted.\n",
    f"{TOP}/vendor/example.org/old/LICENSE": MIT,
    f"{TOP}/vendor/example.org/old/COPYING": APACHE,
    f"{TOP}/vendor/example.org/unlinked/LICENSE": MIT,
    f"{TOP}/vendor/k8s.io/api/LICENSE": APACHE,
}
CRATE: Files = {
    "adler-1.0.2/Cargo.toml": '[package]\nname = "adler"\nversion = "1.0.2"\n'
    'license = "0BSD/MIT"\n',
    "adler-1.0.2/LICENSE-MIT": MIT,
}
LOCK = f"""version = 3

[[package]]
name = "adler"
version = "1.0.2"
source = "registry+https://index.example"
checksum = "{CHECKSUM}"

[[package]]
name = "only-for-tests"
version = "9.0.0"
source = "registry+https://index.example"

[[package]]
name = "tool"
version = "0.3.0"
"""
RUST: Files = {
    "tool-0.3.0/Cargo.lock": LOCK,
    "tool-0.3.0/Cargo.toml": "[workspace.package]\n"
    'version = "0.3.0"\nlicense = "MIT"\n',
    "tool-0.3.0/LICENSE": MIT,
    "tool-0.3.0/tool/Cargo.toml": '[package]\nname = "tool"\n'
    "version.workspace = true\nlicense.workspace = true\n",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A sysroot with a program of Go and one of Rust, and an empty DISTDIR."""
    install(tmp_path / "root", DOCKER, "Apache-2.0", {"usr/bin/dockerd": go_program()})
    install(tmp_path / "root", RG, "MIT", {"usr/bin/rg": rust_program()})
    (tmp_path / "distfiles/x-y/z-1").mkdir(parents=True)
    return tmp_path


def generated(place: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the components by name, and the findings on them, with ``--sources``."""
    out = place / "out"
    done = run(
        *("generate", str(place / "root"), "-q", "-o", str(out)),
        *("--sources", str(place / "distfiles")),
        *(("--overlay", str(place / "repo")) if (place / "repo").is_dir() else ()),
    )
    assert done.returncode in {0, 1}, done.stderr
    inventory = json.loads((out / "inventory.json").read_bytes())
    found = json.loads((out / "findings.json").read_bytes())["findings"]
    components = {
        one["name"]: one
        for package in inventory["packages"]
        for one in package["components"]
    }
    return components, [one for one in found if one["code"] == "CL045"]


def with_distfiles(place: Path, cpv: str, files: Mapping[str, bytes]) -> None:
    """Put files into DISTDIR, and into SRC_URI of a package."""
    write_repository(place / "repo", "main", {})
    cache = place / "repo/metadata/md5-cache" / cpv
    cache.parent.mkdir(parents=True)
    cache.write_text(f"EAPI=8\nSRC_URI={' '.join(files)}\nSLOT=0\n", "utf-8")
    (place / "root/var/db/pkg" / cpv / "repository").write_text("main\n", "utf-8")
    for name, content in files.items():
        (place / "distfiles" / name).write_bytes(content)


def message(findings: list[dict[str, Any]], cpv: str) -> str:
    """The message of the one finding that counts what a package's parts lack."""
    (found,) = (
        one["message"]
        for one in findings
        if one["subject"] == "components" and one["cpv"] == cpv
    )
    return str(found)


# --- Go ------------------------------------------------------------------------------


def test_a_vendored_module_has_licence_texts_and_statements(place: Path) -> None:
    write_tree(place / "distfiles", GO_TREE)
    components, _ = generated(place)
    found = components["github.com/Azure/x"]
    directory = f"{AT}/vendor/github.com/Azure/x"
    assert found["declared"] == "MIT"
    assert found["copyrights"] == [
        "Copyright (c) 2020 Ada Example",
        "Copyright 2019 Azure",
    ]
    assert [(text["path"], text["notice"]) for text in found["texts"]] == [
        (f"{directory}/LICENSE", False),
        (f"{directory}/NOTICE", True),
        (f"{directory}/PATENTS", False),
    ]
    assert found["source"] == [directory]
    assert found["lists"] == [
        {"path": f"{AT}/go.sum", "line": 1},
        {"path": f"{AT}/vendor/modules.txt", "line": 1},
    ]


def test_a_replaced_module_lies_where_the_replaced_one_would(place: Path) -> None:
    write_tree(place / "distfiles", GO_TREE)
    components, findings = generated(place)
    fork = components["example.org/fork"]
    assert fork["source"] == [f"{AT}/vendor/example.org/old"]
    assert fork["declared"] == "NOASSERTION"
    assert fork["stated"] == "COPYING is Apache-2.0, LICENSE is MIT"
    assert components["k8s.io/api"]["declared"] == "Apache-2.0"
    assert message(findings, DOCKER) == (
        "of 5 components, licence not known: 1 Go module;"
        " licence not told by their texts: example.org/fork v0.2.0+incompatible"
    )


def test_the_main_module_has_the_text_at_the_top_and_no_other(place: Path) -> None:
    write_tree(place / "distfiles", GO_TREE)
    found = generated(place)[0]["example.org/tool"]
    assert found["declared"] == "Apache-2.0"
    assert [text["path"] for text in found["texts"]] == [f"{AT}/LICENSE"]


def test_what_is_vendored_and_not_linked_is_no_component(place: Path) -> None:
    write_tree(place / "distfiles", GO_TREE)
    components, _ = generated(place)
    assert not {"example.org/unlinked", "z.example"} & components.keys()


def test_removing_the_only_text_of_a_module_names_it(place: Path) -> None:
    files = {p: c for p, c in GO_TREE.items() if "Azure/x/" not in p}
    write_tree(place / "distfiles", files)
    components, findings = generated(place)
    assert components["github.com/Azure/x"]["declared"] == "NOASSERTION"
    assert message(findings, DOCKER).endswith(
        "no text in their sources: github.com/Azure/x v1.2.0"
    )


def test_another_version_is_not_the_source_of_a_module(place: Path) -> None:
    other = VENDORED.replace("Azure/x v1.2.0", "Azure/x v1.2.1")
    write_tree(place / "distfiles", {**GO_TREE, f"{TOP}/vendor/modules.txt": other})
    assert generated(place)[0]["github.com/Azure/x"]["texts"] == []


@pytest.mark.parametrize(
    "files",
    [
        {
            "docker-deps.tar.xz": make_tar(
                {"go-mod/github.com/!azure/x@v1.2.0/LICENSE": MIT}, "xz"
            )
        },
        {
            "docker-deps.tar.gz": make_tar(
                {
                    "go-mod/cache/download/github.com/!azure/x/@v/v1.2.0.zip": make_zip(
                        {"github.com/Azure/x@v1.2.0/LICENSE": MIT}
                    )
                }
            )
        },
        {
            "github.com%2F!azure%2Fx%2F@v%2Fv1.2.0.zip": make_zip(
                {"github.com/Azure/x@v1.2.0/LICENSE": MIT}
            )
        },
    ],
)
def test_modules_lie_as_the_eclass_has_them(
    place: Path, files: Mapping[str, bytes]
) -> None:
    with_distfiles(place, DOCKER, files)
    found = generated(place)[0]["github.com/Azure/x"]
    assert (found["declared"], len(found["texts"])) == ("MIT", 1)


def test_a_go_program_that_lists_nothing_may_hold_what_is_vendored(
    place: Path,
) -> None:
    (place / "root/usr/bin/dockerd").write_bytes(go_program(""))
    write_tree(place / "distfiles", GO_TREE)
    components, findings = generated(place)
    assert components["example.org/unlinked"]["linked"] == "declared"
    assert components["example.org/unlinked"]["declared"] == "MIT"
    assert "z.example" not in components
    assert "4 that the build may use" in message(findings, DOCKER)
    document = json.loads((place / "out/sbom.spdx.json").read_bytes())
    kinds = {
        one["relationshipType"]
        for one in document["relationships"]
        if "example.org..sunlinked" in one["relatedSpdxElement"]
    }
    assert kinds == {"DEPENDS_ON"}
    assert "    May contain: " in (place / "out/NOTICE").read_text("utf-8")


def test_a_damaged_list_is_a_finding_and_the_rest_is_read(place: Path) -> None:
    write_tree(place / "distfiles", {**GO_TREE, f"{TOP}/go.sum": "what\n"})
    components, findings = generated(place)
    assert components["github.com/Azure/x"]["declared"] == "MIT"
    assert f"{AT}/go.sum is no go.sum: line 1; what it names is not known" in [
        one["message"] for one in findings
    ]


# --- Rust ----------------------------------------------------------------------------


def test_a_crate_has_licence_text_and_checksum(place: Path) -> None:
    with_distfiles(
        place,
        RG,
        {"tool-0.3.0.tar.gz": make_tar(RUST), "adler-1.0.2.crate": make_tar(CRATE)},
    )
    found = generated(place)[0]["adler"]
    at = f"sources/{RG}/adler-1.0.2.crate/adler-1.0.2"
    assert found["declared"] == "0BSD OR MIT"
    assert found["digests"] == [f"sha256:{CHECKSUM}"]
    assert [text["path"] for text in found["texts"]] == [f"{at}/LICENSE-MIT"]
    assert found["lists"] == [
        {"path": f"main/metadata/md5-cache/{RG}", "line": 2},
        {"path": f"sources/{RG}/tool-0.3.0.tar.gz/tool-0.3.0/Cargo.lock", "line": 3},
    ]


def test_a_member_of_a_workspace_has_its_licence_and_text(place: Path) -> None:
    with_distfiles(place, RG, {"tool-0.3.0.tar.gz": make_tar(RUST)})
    found = generated(place)[0]["tool"]
    at = f"sources/{RG}/tool-0.3.0.tar.gz/tool-0.3.0"
    assert found["declared"] == "MIT"
    assert [text["path"] for text in found["texts"]] == [f"{at}/LICENSE"]


def test_what_a_lock_file_names_beside_is_no_component(place: Path) -> None:
    with_distfiles(place, RG, {"tool-0.3.0.tar.gz": make_tar(RUST)})
    assert "only-for-tests" not in generated(place)[0]


def test_a_lock_file_stands_in_for_a_program_that_tells_nothing(place: Path) -> None:
    (place / "root/usr/bin/rg").write_bytes(elf())
    with_distfiles(
        place,
        RG,
        {"tool-0.3.0.tar.gz": make_tar(RUST), "adler-1.0.2.crate": make_tar(CRATE)},
    )
    components, findings = generated(place)
    assert components["adler"]["linked"] == "declared"
    assert components["adler"]["declared"] == "0BSD OR MIT"
    assert "tool" not in components
    assert message(findings, RG) == (
        "of 2 components that the build may use, licence not known: 1 Rust crate"
    )


def test_a_crate_is_not_asked_for_by_the_lock_file_of_another(place: Path) -> None:
    (place / "root/usr/bin/rg").write_bytes(elf())
    crate = make_tar({**CRATE, "adler-1.0.2/Cargo.lock": LOCK})
    with_distfiles(place, RG, {"adler-1.0.2.crate": crate})
    assert generated(place)[0].keys() & {"adler", "only-for-tests"} == {"adler"}


def test_crates_of_src_uri_are_known_without_their_files(place: Path) -> None:
    (place / "root/usr/bin/rg").write_bytes(elf())
    with_distfiles(place, RG, {"adler-1.0.2.crate": b""})
    (place / "distfiles/adler-1.0.2.crate").unlink()
    found = generated(place)[0]["adler"]
    assert (found["linked"], found["declared"]) == ("declared", "NOASSERTION")


def test_the_notice_of_a_part_does_not_settle_that_of_the_package(place: Path) -> None:
    with_distfiles(place, RG, {"adler-1.0.2.crate": make_tar(CRATE)})
    lock = {k: v for k, v in RUST.items() if not k.endswith("LICENSE")}
    (place / "distfiles/tool.tar.gz").write_bytes(make_tar(lock))
    cache = place / "repo/metadata/md5-cache" / RG
    cache.write_text("EAPI=8\nSRC_URI=adler-1.0.2.crate tool.tar.gz\n", "utf-8")
    generated(place)
    found = json.loads((place / "out/findings.json").read_bytes())["findings"]
    assert [one["cpv"] for one in found if one["code"] == "CL011"] == [RG]


# --- elsewhere -----------------------------------------------------------------------


def test_a_snapshot_says_what_its_sources_said(place: Path) -> None:
    write_tree(place / "distfiles", GO_TREE)
    live = [str(place / "root"), "--sources", str(place / "distfiles")]
    file = snapshot(place / "s.tar.gz", *live)
    assert_same(place, live, [str(file)])
