# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the miniature owes is in every output, and no evidence of it goes unmissed."""

import hashlib
import html
import io
import json
import re
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command import run
from mini.work import Work, work_directory
from test_sbom_checkers import assert_explained

from coos_license.verify.spdx3 import faults

pytestmark = [pytest.mark.miniature, pytest.mark.slow]

NOTICE = "Requests\nCopyright 2019 Kenneth Reitz\n"
#: Components whose source the miniature has, byte for byte, with licence and notice.
COMPONENTS = {
    "github.com/mattn/go-colorable": (
        "v0.1.13",
        "MIT",
        "Copyright (c) 2016 Yasuhiro Matsumoto",
    ),
    "github.com/mitchellh/copystructure": (
        "v1.2.0",
        "MIT",
        "Copyright (c) 2014 Mitchell Hashimoto",
    ),
    "github.com/mitchellh/mapstructure": (
        "v1.5.0",
        "MIT",
        "Copyright (c) 2013 Mitchell Hashimoto",
    ),
    "github.com/muesli/cancelreader": (
        "v0.2.2",
        "MIT",
        "Copyright (c) 2022 Erik Geiser and Christian Muehlhaeuser",
    ),
    "fnv": ("1.0.7", "Apache-2.0 OR MIT", "Copyright (c) 2017 Contributors"),
    "hex": (
        "0.4.3",
        "MIT OR Apache-2.0",
        "Copyright (c) 2013-2014 The Rust Project Developers.",
    ),
    "hmac": ("0.12.1", "MIT OR Apache-2.0", "Copyright (c) 2017 Artyom Pavlov"),
    "rand_chacha": (
        "0.3.1",
        "MIT OR Apache-2.0",
        "Copyright 2018 Developers of the Rand project",
    ),
    "same-file": ("1.0.6", "Unlicense OR MIT", "Copyright (c) 2017 Andrew Gallant"),
}
#: Statements that only the sources of these packages have.
STATEMENTS = {
    "idna": "Copyright (c) 2013-2021, Kim Davies",
    "lefthook": "Copyright (c) 2016 Yasuhiro Matsumoto",
    "xxhash": "Copyright (c) 2012-2020 Yann Collet",
}


@pytest.fixture(scope="module")
def work() -> Work:
    found = work_directory()
    if not (found.stamps / "build-packages").exists():
        pytest.skip("the miniature was not built here: ./run miniature")
    return found


@pytest.fixture(scope="module")
def snapshot(work: Work, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of the checkout, without sources and without the hook's records.

    The records repeat what the sources have, which then would be no sole evidence.
    """
    directory = tmp_path_factory.mktemp("snapshot")
    whole = directory / "whole.tar.gz"
    done = run("snapshot", str(work.checkout), "--board", "lakitu", "-o", str(whole))
    assert done.returncode == 0, done.stderr
    return without(whole, directory / "miniature.tar.gz", "license.yaml")


def without(archive: Path, target: Path, name: str) -> Path:
    """Copy a tar without the members whose path ends so; there must be one."""
    dropped = 0
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as made:
        for member in source:
            if f"/{member.name}".endswith(f"/{name}"):
                dropped += 1
            else:
                made.addfile(member, source.extractfile(member))
    assert dropped
    return target


@pytest.fixture(scope="module")
def outputs(
    work: Work, snapshot: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """All outputs of the miniature with its sources."""
    directory = tmp_path_factory.mktemp("attribution")
    policy = directory / "policy.toml"
    policy.write_text(
        'schema = 1\n[[elections]]\npackage = "sys-libs/libcap"\n'
        'elect = "BSD-3-Clause"\nreason = "no source offer needed"\n',
        "utf-8",
    )
    out = directory / "out"
    done = run(
        *("generate", str(snapshot), "--sources", str(work.distfiles)),
        *("--policy", str(policy), "-q", "-o", str(out)),
    )
    assert done.returncode in {0, 1}, done.stderr
    return out


def document(outputs: Path) -> dict[str, Any]:
    """The SBOM."""
    value: dict[str, Any] = json.loads((outputs / "sbom.spdx.json").read_bytes())
    return value


def element(outputs: Path, name: str, version: str = "") -> dict[str, Any]:
    """The one element of a package, or of a component with its version."""
    kind = "SPDXRef-Component-" if version else "SPDXRef-Package-"
    (found,) = (
        one
        for one in document(outputs)["packages"]
        if one["SPDXID"].startswith(kind)
        and (one["name"] if version else one["name"].partition("/")[2]) == name
        and one["versionInfo"].startswith(version)
    )
    return dict(found)


def page(outputs: Path) -> str:
    """What the credits page says, without its marks."""
    text = (outputs / "credits.html").read_text("utf-8")
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def bundle(outputs: Path) -> str:
    """The NOTICE file."""
    return (outputs / "NOTICE").read_text("utf-8")


# --- in credits, NOTICE and SBOM -----------------------------------------------------


def test_the_notice_of_requests_is_whole_in_every_output(outputs: Path) -> None:
    assert f"\n{NOTICE}" in bundle(outputs)
    assert NOTICE in page(outputs)
    requests = element(outputs, "requests")
    assert NOTICE.strip() in "\n".join(requests["attributionTexts"])


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_has_its_licence_in_every_output(outputs: Path, name: str) -> None:
    version, expression, statement = COMPONENTS[name]
    found = element(outputs, name, version)
    assert (found["licenseDeclared"], found["copyrightText"].split("\n")[0]) == (
        expression,
        statement,
    )
    related = {
        one["relationshipType"]
        for one in document(outputs)["relationships"]
        if one["relatedSpdxElement"] == found["SPDXID"]
    }
    assert related == {"CONTAINS", "STATIC_LINK"}
    for text in (bundle(outputs), page(outputs)):
        group = re.search(
            rf"\d+ (?:Go module|Rust crate)s?, {re.escape(expression)}\b(?!:? OR)"
            rf"(?:(?!Contains).)*?{re.escape(name)}\s+{re.escape(version)}\b",
            text,
            re.DOTALL,
        )
        assert group is not None
        assert statement in text


def test_components_without_a_source_are_counted_and_claim_nothing(
    outputs: Path,
) -> None:
    inventory = json.loads((outputs / "inventory.json").read_bytes())
    found = json.loads((outputs / "findings.json").read_bytes())["findings"]
    for package in inventory["packages"]:
        unknown = [
            one for one in package["components"] if one["declared"] == "NOASSERTION"
        ]
        messages = [
            one["message"]
            for one in found
            if (one["code"], one["cpv"]) == ("CL045", package["cpv"])
        ]
        assert len(messages) == bool(unknown)
        if unknown:
            assert f"licence not known: {len(unknown)} " in messages[0]


def test_checksums_of_components_are_those_of_their_lists(
    work: Work, outputs: Path
) -> None:
    crate = (work.distfiles / "fnv-1.0.7.crate").read_bytes()
    digest = hashlib.sha256(crate).hexdigest()
    assert f"sha256:{digest}" in element(outputs, "fnv", "1.0.7")["sourceInfo"]


def test_the_choice_of_libcap_stays_and_its_election_shows(outputs: Path) -> None:
    libcap = element(outputs, "libcap")
    assert libcap["licenseDeclared"] == "GPL-2.0-only OR BSD-3-Clause"
    assert libcap["licenseConcluded"] == "BSD-3-Clause"
    for text in (bundle(outputs), page(outputs)):
        assert "GPL-2.0-only OR BSD-3-Clause" in text


def test_the_licence_of_busybox_is_reduced(outputs: Path) -> None:
    expression = "GPL-2.0-only AND bzip2-1.0.6"
    assert element(outputs, "busybox")["licenseDeclared"] == expression
    for text in (bundle(outputs), page(outputs)):
        assert expression in text


@pytest.mark.parametrize("name", STATEMENTS)
def test_scanned_statements_are_in_every_output(outputs: Path, name: str) -> None:
    statement = STATEMENTS[name]
    assert statement in element(outputs, name)["copyrightText"]
    for text in (bundle(outputs), page(outputs)):
        assert statement in text


# --- a file that is the sole evidence for a claim ------------------------------------


#: What the distfiles of a package begin with, where that is not its name.
OTHER_NAMES = {"lefthook": r"github\.com", "uv": "fnv"}


@dataclass(frozen=True, slots=True)
class Removal:
    """A file whose removal yields a finding: its code, package, and words in it."""

    name: str
    file: str
    code: str
    package: str
    words: tuple[str, ...]


IN_SNAPSHOT = (
    Removal(
        "copyright-attribution",
        "copyright-attribution/dev-lang/lua",
        "CL011",
        "dev-lang/lua",
        ("MIT", "copyright-attribution/dev-lang/lua"),
    ),
    Removal(
        "text",
        "licenses/public-domain",
        "CL003",
        "sys-libs/timezone-data",
        ("public-domain",),
    ),
    Removal(
        "declaration",
        "dev-python/idna-3.4/LICENSE",
        "CL001",
        "dev-python/idna",
        ("LICENSE",),
    ),
)
IN_SOURCES = (
    Removal("notice", "NOTICE", "CL046", "dev-python/requests", ("NOTICE",)),
    Removal("licence", "LICENSE.md", "CL011", "dev-python/idna", ("BSD",)),
    Removal(
        "module",
        "go-colorable@v0.1.13/LICENSE",
        "CL045",
        "dev-vcs/lefthook",
        ("no text in their sources: github.com/mattn/go-colorable v0.1.13",),
    ),
    Removal(
        "crate",
        "fnv-1.0.7/LICENSE-",
        "CL045",
        "dev-python/uv",
        ("no text in their sources: fnv 1.0.7",),
    ),
)


def audited(snapshot: Path, *sources: Path) -> list[dict[str, Any]]:
    """The findings."""
    given = (word for one in sources for word in ("--sources", str(one)))
    done = run("audit", str(snapshot), *given, "-q", "--format", "json")
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def names(found: list[dict[str, Any]], removal: Removal) -> bool:
    """Whether a finding names the claim that fell."""
    return any(
        one["code"] == removal.code
        and one["cpv"].startswith(f"{removal.package}-")
        and all(word in one["message"] for word in removal.words)
        for one in found
    )


def unpacked(work: Work, target: Path, package: str, dropped: str) -> None:
    """Lay out sources: those of a package unpacked, without paths that hold this."""
    name = package.partition("/")[2]
    pattern = rf"{OTHER_NAMES.get(name, name)}[-_%].*(?<!whl)"
    tree = next(iter(target.glob(f"{package}-*")))
    for file in sorted(work.distfiles.iterdir()):
        if not re.fullmatch(pattern, file.name):
            (target / file.name).symlink_to(file)
            continue
        for path, content in members(file):
            place = tree / path
            if f"/{dropped}" not in f"/{path}":
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)


def members(file: Path) -> list[tuple[str, bytes]]:
    """The files of a tar or zip."""
    data = io.BytesIO(file.read_bytes())
    if zipfile.is_zipfile(data):
        with zipfile.ZipFile(data) as packed:
            return [(name, packed.read(name)) for name in packed.namelist()]
    data.seek(0)
    with tarfile.open(fileobj=data) as archive:
        streams = ((one.name, archive.extractfile(one)) for one in archive)
        return [(name, stream.read()) for name, stream in streams if stream]


@pytest.fixture(scope="module")
def undisturbed(work: Work, snapshot: Path) -> list[dict[str, Any]]:
    return audited(snapshot, work.distfiles)


@pytest.mark.parametrize("removal", IN_SNAPSHOT, ids=lambda one: one.name)
def test_removing_a_file_of_a_repository_names_the_claim(
    work: Work,
    snapshot: Path,
    undisturbed: list[dict[str, Any]],
    removal: Removal,
    tmp_path: Path,
) -> None:
    assert not names(undisturbed, removal)
    less = without(snapshot, tmp_path / "less.tar.gz", removal.file)
    assert names(audited(less, work.distfiles), removal)


@pytest.mark.parametrize("removal", IN_SOURCES, ids=lambda one: one.name)
def test_removing_a_file_of_the_sources_names_the_claim(
    work: Work, snapshot: Path, removal: Removal, tmp_path: Path
) -> None:
    with tarfile.open(snapshot) as archive:
        entry = next(
            name
            for name in archive.getnames()
            if name.startswith(f"root/var/db/pkg/{removal.package}-")
        )
    found = {}
    for kind, dropped in (("whole", "\0"), ("less", removal.file)):
        sources = tmp_path / kind
        (sources / "/".join(entry.split("/")[4:6])).mkdir(parents=True)
        unpacked(work, sources, removal.package, dropped)
        found[kind] = names(audited(snapshot, sources), removal)
    assert found == {"whole": False, "less": True}


def test_the_spdx3_document_is_sound_and_each_failing_row_explained(
    outputs: Path,
) -> None:
    assert faults((outputs / "sbom.spdx3.json").read_bytes()) == ()
    assert "All component names provided?" not in assert_explained(outputs)
