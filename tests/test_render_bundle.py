# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The NOTICE bundle: what is in it, that it is reproducible, and that it is safe."""

import hashlib
import io
import re
import shutil
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from builders import META, make_inventory, make_package, make_text, make_use

from coos_license.model import Inventory, Package, TextKind, TextUse
from coos_license.render import bundle

ARTIFACTS = {"NOTICE": b"the notice\n", "credits.html": b"<!DOCTYPE html>\n"}
BSD = make_text("Redistribution and use\n", "BSD-3-Clause")
GPL = make_text("GNU GENERAL\n", "GPL-2.0-only", content=b"GNU\r\nGENERAL\x0c\xe9\n")


def packed(inventory: Inventory) -> bytes:
    return b"".join(bundle.render(inventory, META, ARTIFACTS))


def members(content: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {member.name: member for member in archive}


def files(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {
            member.name: opened.read()
            for member in archive
            if (opened := archive.extractfile(member)) is not None
        }


def one_package(*texts: TextUse) -> tuple[Package, ...]:
    return (make_package(("app-arch", "zstd", "1.5.7-r1"), texts=texts),)


@pytest.fixture
def inventory() -> Inventory:
    return make_inventory(
        [
            make_package(
                ("app-arch", "zstd", "1.5.7-r1"),
                texts=(make_use(BSD, "BSD"), make_use(GPL, "GPL-2")),
            )
        ],
        [BSD, GPL],
    )


def test_holds_the_artifacts_and_the_original_bytes(inventory: Inventory) -> None:
    assert {n: c for n, c in files(packed(inventory)).items() if n != "SHA256SUMS"} == {
        **ARTIFACTS,
        "licenses/BSD-3-Clause.txt": BSD.content,
        "licenses/GPL-2.0-only.txt": GPL.content,
    }


def test_same_input_same_bytes(inventory: Inventory) -> None:
    assert packed(inventory) == packed(inventory)


def test_headers_tell_nothing_of_the_machine(inventory: Inventory) -> None:
    content = packed(inventory)
    assert content[3] == 0, "no file name in the gzip header"
    assert content[4:8] == bytes(4), "no time in the gzip header"
    found = members(content)
    assert list(found) == sorted(found)
    for member in found.values():
        assert (member.mtime, member.uid, member.gid) == (META.epoch, 0, 0)
        assert (member.uname, member.gname) == ("", "")
        assert member.mode == (0o755 if member.isdir() else 0o644)
        assert member.isdir() or member.isreg()


def test_time_before_1970_and_long_after(inventory: Inventory) -> None:
    for epoch in (-1, 2**40):
        content = b"".join(
            bundle.render(inventory, replace(META, epoch=epoch), ARTIFACTS)
        )
        assert {member.mtime for member in members(content).values()} == {epoch}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_checksums_hold_for_sha256sum(inventory: Inventory, tmp_path: Path) -> None:
    content = packed(inventory)
    for name, inside in files(content).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(inside)
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    listed = [line[66:] for line in files(content)["SHA256SUMS"].decode().splitlines()]
    assert listed == sorted(files(content).keys() - {"SHA256SUMS"})


def test_texts_of_one_id_are_told_apart_by_hash() -> None:
    other = make_text("Redistribution by others\n", "BSD-3-Clause")
    content = packed(
        make_inventory(
            one_package(make_use(BSD, "BSD"), make_use(other, "BSD-Google")),
            [BSD, other],
        )
    )
    names = {name for name in files(content) if name.startswith("licenses/")}
    assert names == {
        f"licenses/BSD-3-Clause-{text.sha256[:8]}.txt" for text in (BSD, other)
    }


def test_ids_that_differ_by_case_only_do_not_meet_on_any_file_system() -> None:
    texts = [
        make_text("a\n", "LicenseRef-gentoo-x"),
        make_text("b\n", "licenseref-GENTOO-x"),
    ]
    content = packed(
        make_inventory(one_package(*(make_use(t, "x") for t in texts)), texts)
    )
    names = [name.casefold() for name in files(content)]
    assert len(names) == len(set(names))
    assert sum(name.startswith("licenses/") for name in names) == 2


@pytest.mark.parametrize(
    "spdx",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "a\nb",
        "-rf",
        "é",
        "x" * 400,
        "\ud800",
    ],
)
def test_untrusted_id_cannot_leave_the_directory(spdx: str) -> None:
    text = make_text("evil\n", spdx)
    content = packed(make_inventory(one_package(make_use(text, "evil")), [text]))
    (name,) = (name for name in files(content) if name.startswith("licenses/"))
    assert re.fullmatch(r"licenses/[A-Za-z0-9_][A-Za-z0-9.+_-]{0,180}\.txt", name)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("sources/app-arch/zstd-1.5.7-r1/doc/COPYING", "doc/COPYING"),
        ("chromiumos-overlay/licenses/copyright-attribution/app-arch/zstd", "zstd"),
        ("sources/app-arch/zstd-1.5.7-r1/../../../etc/passwd", "passwd-{hash}"),
        ("sources/app-arch/zstd-1.5.7-r1//etc/passwd", "passwd-{hash}"),
        ("sources/app-arch/zstd-1.5.7-r1/a b/COPYING", "COPYING-{hash}"),
        ("sources/app-arch/zstd-1.5.7-r1/", "zstd-1.5.7-r1"),
        ("..", "_..-{hash}"),
        ("", "_-{hash}"),
    ],
)
def test_own_files_of_a_package(path: str, name: str) -> None:
    text = make_text("Copyright (c) Ada\n", "BSD-3-Clause")
    content = packed(
        make_inventory(
            one_package(TextUse(text.sha256, "BSD", TextKind.SOURCE, path)), [text]
        )
    )
    folder = "packages/app-arch/zstd-1.5.7-r1/"
    own = {n: c for n, c in files(content).items() if n.startswith(folder)}
    assert own == {folder + name.format(hash=text.sha256[:8]): text.content}


def test_own_files_that_meet_are_both_kept() -> None:
    texts = [make_text("one\n", "MIT"), make_text("two\n", "ISC")]
    uses = [
        TextUse(text.sha256, "MIT", TextKind.CACHE, f"cache/{number}/LICENSE")
        for number, text in enumerate(texts)
    ]
    content = files(packed(make_inventory(one_package(*uses), texts)))
    own = [content[name] for name in content if name.startswith("packages/")]
    assert sorted(own) == [b"one\n", b"two\n"]


@pytest.mark.parametrize("kind", [TextKind.STOCK, TextKind.OVERLAY, TextKind.SPDX_LIST])
def test_texts_of_a_repository_are_not_the_packages_own(kind: TextKind) -> None:
    content = packed(make_inventory(one_package(make_use(BSD, "BSD", kind)), [BSD]))
    assert not [name for name in members(content) if name.startswith("packages")]


def test_comes_in_pieces(monkeypatch: pytest.MonkeyPatch, inventory: Inventory) -> None:
    whole = packed(inventory)
    monkeypatch.setattr(bundle, "_CHUNK", 1)
    pieces = list(bundle.render(inventory, META, ARTIFACTS))
    assert len(pieces) > 1
    assert b"".join(pieces) == whole


def test_checksum_file_names_each_file_once(inventory: Inventory) -> None:
    found = files(packed(inventory))
    for line in found["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(found[name]).hexdigest() == digest
