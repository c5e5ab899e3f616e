# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--sources`` from the command line: what it takes, writes and packs."""

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import jsonschema_rs
import pytest
from builders_archives import make_tar
from builders_sources import MIT, NOTICE, write_tree
from builders_vdb import write_entry, write_repository
from command import ENVIRONMENT, FILES, one_line, run

TAG = "SPDX-License" + "-Identifier: "
APACHE = "Apache License, Version 2.0\n"
ZLIB = make_tar({"zlib-1.3/LICENSE": MIT, "zlib-1.3/z.c": f"// {TAG}ISC\n"}, "xz")
REQUESTS = make_tar(
    {
        "requests-2.31.0/NOTICE": NOTICE,
        "requests-2.31.0/LICENSE": APACHE,
        "requests-2.31.0/PKG-INFO": "Name: requests\nLicense-File: NOTICE\n",
    }
)


def manifest(name: str, content: bytes) -> str:
    blake, sha = hashlib.blake2b(content), hashlib.sha512(content)
    digests = f"BLAKE2B {blake.hexdigest()} SHA512 {sha.hexdigest()}"
    return f"DIST {name} {len(content)} {digests}\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory with a sysroot, a repository and distfiles."""
    sysroot, repository = tmp_path / "sysroot", tmp_path / "repo"
    entries = {
        "sys-libs/zlib-1.3-r1": ("MIT", "https://x.example/zlib-1.3.tar.xz"),
        "dev-python/requests-2.31.0": ("Apache-2.0", ""),
        "app-misc/lost-1": ("MIT", "https://x.example/lost-1.tar.gz"),
    }
    for cpv, (license_field, uri) in entries.items():
        write_entry(sysroot, cpv, {"LICENSE": license_field, "SRC_URI": uri})
    texts = {"MIT": "Copyright <year> <owner>\nMIT\n", "Apache-2.0": APACHE}
    write_repository(repository, "portage-stable", texts)
    write_tree(
        repository,
        {
            "metadata/md5-cache/dev-python/requests-2.31.0": (
                "SRC_URI=https://x.example/v2.31.0.tar.gz -> requests-2.31.0.tar.gz\n"
            ),
            "sys-libs/zlib/Manifest": manifest("zlib-1.3.tar.xz", ZLIB),
        },
    )
    distfiles = {"zlib-1.3.tar.xz": ZLIB, "requests-2.31.0.tar.gz": REQUESTS}
    write_tree(tmp_path / "distfiles", distfiles)
    return tmp_path


def arguments(place: Path, *more: str) -> list[str]:
    return [
        str(place / "sysroot"),
        *("--overlay", str(place / "repo")),
        *("--sources", str(place / "distfiles")),
        *("--image-name", "x", "--image-version", "1", "--supplier", "Person: X"),
        *more,
    ]


def audited(place: Path, *more: str) -> set[tuple[str, str, str]]:
    """Return the findings about packages."""
    found = json.loads(
        run("audit", *arguments(place), "--format", "json", *more).stdout
    )
    return {
        (one["name"], one["cpv"], one["subject"])
        for one in found["findings"]
        if one["cpv"]
    }


def bundle_of(directory: Path) -> dict[str, bytes]:
    packed = io.BytesIO((directory / "notice-bundle.tar.gz").read_bytes())
    with tarfile.open(fileobj=packed) as archive:
        files = {one.name: archive.extractfile(one) for one in archive if one.isfile()}
        return {name: file.read() for name, file in files.items() if file}


def test_distfiles_are_found_by_the_entry_and_by_the_ebuild_cache(place: Path) -> None:
    assert audited(place) == {
        ("missing-attribution", "app-misc/lost-1", "MIT"),
        ("unmatched-sources", "app-misc/lost-1", "sources"),
        ("undeclared-header", "sys-libs/zlib-1.3-r1", "ISC"),
    }


def test_stderr_says_what_the_directory_was_taken_for(place: Path) -> None:
    said = run("list", *arguments(place)).stderr.decode()
    assert f"coos-license: {place / 'distfiles'}: 2 distfiles\n" in said
    assert "coos-license: sources of 2 of 3 packages found\n" in said


def test_distfile_that_is_not_the_one_of_the_manifest_is_an_error(place: Path) -> None:
    file = place / "distfiles/zlib-1.3.tar.xz"
    file.write_bytes(make_tar({"zlib-1.3/LICENSE": MIT}, "xz"))
    assert (
        "unusable-source",
        "sys-libs/zlib-1.3-r1",
        "zlib-${PV}.tar.xz",
    ) in audited(place)


def test_removing_the_notice_of_a_source_names_it(place: Path) -> None:
    tree = place / "distfiles/dev-python/requests-2.31.0"
    named = {"PKG-INFO": "License-File: NOTICE\n", "NOTICE": NOTICE}
    write_tree(tree, named)
    assert "missing-notice" not in {name for name, _, _ in audited(place)}
    (tree / "NOTICE").unlink()
    (place / "distfiles/requests-2.31.0.tar.gz").unlink()
    assert ("missing-notice", "dev-python/requests-2.31.0", "NOTICE") in audited(place)


def test_curation_answers_for_a_notice_that_no_source_has(place: Path) -> None:
    asked = run("curations", "suggest", *arguments(place), "--owner", "a@example.com")
    entry = asked.stdout.decode()
    assert 'package = "app-misc/lost"' in entry
    file = place / "curations.toml"
    filled = entry.replace('copyrights = [""]', 'copyrights = ["(c) 2020 Lost"]')
    file.write_text(filled.replace('evidence = [""]', 'evidence = ["it"]'), "utf-8")
    found = {name for name, _, _ in audited(place, "--curations", str(file))}
    assert "missing-attribution" not in found


def test_curation_pins_a_notice_file_of_the_sources(place: Path) -> None:
    top = "sources/dev-python/requests-2.31.0/requests-2.31.0.tar.gz/requests-2.31.0"
    digest = hashlib.sha256(NOTICE.encode()).hexdigest()
    file = place / "curations.toml"
    file.write_text(
        'schema = 1\n[[curations]]\nid = "n"\npackage = "dev-python/requests"\n'
        'versions = ["=2.31.0"]\ncopyrights = ["(c) 2021 X"]\n'
        'reason = "missing-notice"\nowner = "a@example.com"\nevidence = ["it"]\n'
        f'expires = 2099-01-01\n[[curations.files]]\npath = "{top}/NOTICE"\n'
        f'sha256 = "{digest}"\n',
        "utf-8",
    )
    found = {name for name, _, _ in audited(place, "--curations", str(file))}
    assert "curation-drifted" not in found
    gone = make_tar({"requests-2.31.0/LICENSE": APACHE})
    (place / "distfiles/requests-2.31.0.tar.gz").write_bytes(gone)
    found = {name for name, _, _ in audited(place, "--curations", str(file))}
    assert "curation-drifted" in found


def test_notice_is_in_every_output(place: Path) -> None:
    out = place / "out"
    assert run("generate", *arguments(place), "-o", str(out)).returncode == 1
    assert NOTICE in (out / "NOTICE").read_text("utf-8")
    assert "The Example Authors" in (out / "credits.html").read_text("utf-8")
    sbom = json.loads((out / "sbom.spdx.json").read_bytes())
    attributions = {
        one["name"]: one.get("attributionTexts") for one in sbom["packages"]
    }
    assert attributions["dev-python/requests"] == [NOTICE]
    members = bundle_of(out)
    assert members["packages/dev-python/requests-2.31.0/NOTICE"] == NOTICE.encode()
    zlib = "packages/sys-libs/zlib-1.3-r1/zlib-1.3.tar.xz/zlib-1.3/LICENSE"
    assert members[zlib] == MIT.encode()


def test_inventory_with_sources_keeps_to_the_schema(place: Path) -> None:
    listed = json.loads(run("list", *arguments(place), "--format", "json").stdout)
    schema = Path(__file__).parent.parent / "docs/schema/inventory.schema.json"
    validator = jsonschema_rs.Draft202012Validator(json.loads(schema.read_bytes()))
    assert [error.message for error in validator.iter_errors(listed)] == []
    notices = [one["notice_files"] for one in listed["packages"]]
    assert any(notices)
    assert any(one["license_headers"] for one in listed["packages"])


def test_explain_shows_texts_notices_and_headers_with_their_places(place: Path) -> None:
    shown = run("explain", *arguments(place), "requests").stdout.decode()
    top = "sources/dev-python/requests-2.31.0/requests-2.31.0.tar.gz/requests-2.31.0"
    assert "  notice      NOTICE file, to be passed on whole\n" in shown
    assert f"{top}/NOTICE  sha256 " in shown
    assert f"{top}/LICENSE  sha256 " in shown
    shown = run("explain", *arguments(place), "zlib").stdout.decode()
    assert "  header      ISC (1 source file)\n" in shown
    assert "zlib-1.3.tar.xz/zlib-1.3/z.c:1\n" in shown


def test_explain_shows_statements_with_file_and_line(place: Path) -> None:
    shown = run("explain", *arguments(place), "zlib", "-q").stdout.decode()
    (line,) = re.findall(r"^  copyright   .*\n +(\S+)$", shown, re.MULTILINE)[:1]
    path, _, number = line.rpartition(":")
    listed = json.loads(run("list", *arguments(place), "--format", "json").stdout)
    (zlib,) = [one for one in listed["packages"] if one["name"] == "zlib"]
    first = zlib["copyright_evidence"][0]["places"][0]
    assert first == {"path": path, "line": int(number)}


def test_jobs_do_not_change_a_byte(place: Path) -> None:
    outputs = [
        run("list", *arguments(place), "--format", "json", "--jobs", jobs).stdout
        for jobs in ("1", "3")
    ]
    assert outputs[0] == outputs[1] != b""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_signal_ends_the_processes_at_once_with_one_line(
    place: Path, number: int, code: int, word: str
) -> None:
    lines = ""
    for name in ("zlib-1.3.tar.xz", "zlib-1.3.patch"):
        with (place / "distfiles" / name).open("wb") as file:
            file.truncate(1 << 36)  # to compare its digests takes a minute
        lines += f"DIST {name} {1 << 36} BLAKE2B 00\n"
    write_tree(place, {"repo/sys-libs/zlib/Manifest": lines})
    uri = "https://x.example/zlib-1.3.tar.xz https://x.example/zlib-1.3.patch"
    entry = place / "sysroot/var/db/pkg/sys-libs/zlib-1.3-r1/SRC_URI"
    entry.write_text(uri, "utf-8")
    command = [sys.executable, "-m", "coos_license", "list", *arguments(place)]
    with subprocess.Popen(
        [*command, "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        start_new_session=True,
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(children.read_text("utf-8").split()) < 2:
            time.sleep(0.05)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=20)
    assert process.returncode == code
    line = f"coos-license: error: {word}; outputs are as they were"
    assert said.decode().strip() == line


def test_snapshot_brings_along_what_the_sources_say(place: Path) -> None:
    packed = place / "s.tar.gz"
    made = run("snapshot", *arguments(place)[:5], "-o", str(packed))
    assert made.returncode == 0, made.stderr
    identity = arguments(place)[5:]
    for name in ("live", "packed"):
        source = arguments(place)[:5] if name == "live" else [str(packed)]
        run("generate", *source, *identity, "-o", str(place / name))
    for file in FILES:
        live, again = (place / name / file for name in ("live", "packed"))
        assert live.read_bytes() == again.read_bytes(), file
    with tarfile.open(packed) as archive:
        members = archive.getnames()
    assert "sources/index.json" in members
    assert not any(name.endswith("tar.xz") for name in members)
    second = place / "again.tar.gz"
    run("snapshot", str(packed), "-o", str(second))
    assert second.read_bytes() == packed.read_bytes()


def test_snapshot_without_sources_has_none(place: Path) -> None:
    packed = place / "s.tar.gz"
    run("snapshot", *arguments(place)[:3], "-o", str(packed))
    with tarfile.open(packed) as archive:
        assert not any(name.startswith("sources") for name in archive.getnames())


@pytest.mark.parametrize(
    ("path", "what"),
    [("none", "No such file or directory"), ("empty", "holds no sources")],
)
def test_directory_without_sources_is_one_line(
    place: Path, path: str, what: str
) -> None:
    (place / "empty").mkdir()
    line = one_line(run("list", *arguments(place), "--sources", str(place / path)))
    assert what in line
    assert "<category>/<name>-<version>/" in line


def test_file_in_place_of_a_directory_is_one_line(place: Path) -> None:
    file = str(place / "distfiles/zlib-1.3.tar.xz")
    assert "is no directory" in one_line(
        run("list", *arguments(place, "--sources", file))
    )


def test_index_that_is_no_json_is_one_line(place: Path) -> None:
    packed = place / "s.tar.gz"
    run("snapshot", *arguments(place)[:5], "-o", str(packed))
    with tarfile.open(packed) as archive:
        archive.extractall(place / "unpacked", filter="data")
    (place / "unpacked/sources/index.json").write_text("{", "utf-8")
    with tarfile.open(place / "bad.tar", "w") as archive:
        for child in sorted((place / "unpacked").iterdir()):
            archive.add(child, child.name)
    line = one_line(run("list", str(place / "bad.tar")))
    assert "index.json is no JSON; make the snapshot again" in line
