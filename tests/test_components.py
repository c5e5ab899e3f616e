# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Components of packages, from installed files to every output."""

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest
from builders_elf import go_program, rust_program
from builders_installed import (
    NODE,
    SILENT,
    SITE,
    components,
    findings,
    install,
    inventory,
    only,
)
from command import OVERLAYS, ROOT, run

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


def test_the_inventory_keeps_to_its_schema(installed_outputs: Path) -> None:
    for name in ("inventory", "findings"):
        schema = json.loads((ROOT / f"docs/schema/{name}.schema.json").read_bytes())
        document = json.loads((installed_outputs / f"{name}.json").read_bytes())
        jsonschema_rs.Draft202012Validator(schema).validate(document)
