# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``generate --files``: what is listed of the installed files, and what is found."""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from builders_image import make_ext4, needs_e2fsprogs
from builders_installed import contents_of, install
from builders_vdb import write_entry
from command import IDENTITY, SYSROOT, one_line, run
from spdx_builders import read_json, read_tag_value, validation_messages

from coos_license.files.gather import Wanted, hash_files
from coos_license.portage.contents import Owned, owned
from coos_license.trees.base import Kind
from coos_license.trees.digests import FileDigests
from coos_license.trees.directory import DirectoryTree

FOO = {
    "usr/bin/foo": b"\x7fELF no more\n",
    "usr/share/foo/a b -> c": b"names hold anything\n",
    "usr/share/foo/ two  spaces ": b"",
    "usr/share/foo/</text>": b"mark\n",
    "usr/share/foo/Grüße": "ü".encode(),
}
BAR = {"usr/share/bar/x": b"x" * 700_000}


def sysroot(root: Path) -> Path:
    """Return a sysroot with two packages that own one file both."""
    install(root, "app-misc/foo-1", "MIT", FOO)
    entry = install(root, "app-misc/bar-2", "MIT", BAR)
    shared = {"usr/share/foo/a b -> c": FOO["usr/share/foo/a b -> c"]}
    with (entry / "CONTENTS").open("ab") as contents:
        contents.write(b"dir /usr\n" + contents_of(shared))
    write_entry(root, "virtual/none-0", {"LICENSE": "metapackage\n"})
    return root


def generated(source: Path, out: Path, *options: str) -> Path:
    """Return what ``generate --files`` writes."""
    result = run(
        "generate", str(source), "--files", *IDENTITY, *options, "-q", "-o", str(out)
    )
    assert result.returncode in {0, 1}, result.stderr
    return out


def document(out: Path) -> Any:
    """Return the JSON document."""
    return json.loads((out / "sbom.spdx.json").read_bytes())


def findings(out: Path) -> list[tuple[str, str, str]]:
    """Return code, package and message of the findings about files."""
    found = json.loads((out / "findings.json").read_bytes())["findings"]
    return [
        (one["code"], one["cpv"].rpartition("-")[0], one["message"])
        for one in found
        if one["code"] in {"CL036", "CL037", "CL038", "CL039"}
    ]


def listed(value: Any) -> dict[str, Mapping[str, str]]:
    """Return the digests of each file of a document, by its name."""
    return {
        one["fileName"]: {
            digest["algorithm"]: digest["checksumValue"] for digest in one["checksums"]
        }
        for one in value["files"]
    }


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of the sysroot."""
    base = tmp_path_factory.mktemp("files")
    return generated(sysroot(base / "sysroot"), base / "out")


# --- what the document says


def test_every_file_has_its_digests(outputs: Path) -> None:
    found = listed(document(outputs))
    expected = {f"./{path}": content for path, content in {**FOO, **BAR}.items()}
    expected["./usr/share/foo/ two  spaces\\x20"] = expected.pop(
        "./usr/share/foo/ two  spaces "
    )
    assert found == {
        name: {
            "SHA1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            "SHA256": hashlib.sha256(content).hexdigest(),
            "SHA512": hashlib.sha512(content).hexdigest(),
        }
        for name, content in expected.items()
    }
    assert findings(outputs) == []


def test_a_file_of_two_packages_is_one_file_in_both(outputs: Path) -> None:
    value = document(outputs)
    names = {one["SPDXID"]: one["fileName"] for one in value["files"]}
    assert len(names) == len(value["files"]) == 6
    contained = [
        (one["spdxElementId"], names[one["relatedSpdxElement"]])
        for one in value["relationships"]
        if one["relatedSpdxElement"] in names
    ]
    assert len(contained) == len(set(contained)) == 7
    both = [owner for owner, name in contained if name.endswith("a b -> c")]
    assert both == ["SPDXRef-Package-app-misc.bar-2", "SPDXRef-Package-app-misc.foo-1"]


def test_only_packages_with_files_have_a_verification_code(outputs: Path) -> None:
    value = document(outputs)
    by_name = {one["name"]: one for one in value["packages"]}
    assert by_name["app-misc/foo"]["filesAnalyzed"] is True
    for name in ("virtual/none", "Miniature"):
        assert by_name[name]["filesAnalyzed"] is False
        assert "packageVerificationCode" not in by_name[name]
    sums = sorted(
        hashlib.sha1(content, usedforsecurity=False).hexdigest()
        for content in FOO.values()
    )
    code = hashlib.sha1("".join(sums).encode(), usedforsecurity=False).hexdigest()
    stated = by_name["app-misc/foo"]["packageVerificationCode"]
    assert stated == {"packageVerificationCodeValue": code}


def test_both_formats_are_valid_and_equal(outputs: Path) -> None:
    read = read_json((outputs / "sbom.spdx.json").read_bytes())
    assert validation_messages(read) == []
    assert read_tag_value((outputs / "sbom.spdx").read_bytes()) == read


def test_without_the_option_no_file_is_listed(tmp_path: Path, outputs: Path) -> None:
    source = outputs.parent / "sysroot"
    result = run("generate", str(source), *IDENTITY, "-q", "-o", str(tmp_path / "out"))
    assert result.returncode in {0, 1}
    value = document(tmp_path / "out")
    assert "files" not in value
    assert not any(one["filesAnalyzed"] for one in value["packages"])
    assert value["documentNamespace"] != document(outputs)["documentNamespace"]


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "sysroot"
    for number in range(3):
        files = {
            f"usr/share/{number}/{index}": f"{number}{index}".encode()
            for index in range(400)
        }
        install(root, f"app-misc/n{number}-1", "MIT", files)
    one, two = (
        generated(root, tmp_path / jobs, "--jobs", jobs) / "SHA256SUMS"
        for jobs in ("1", "2")
    )
    assert one.read_bytes() == two.read_bytes()
    assert len(document(tmp_path / "2")["files"]) == 1200


# --- every SOURCE that holds the files


def test_a_tar_holds_the_same_files(tmp_path: Path, outputs: Path) -> None:
    archive = tmp_path / "sysroot.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(outputs.parent / "sysroot", "build/board")
    out = generated(archive, tmp_path / "out")
    assert listed(document(out)) == listed(document(outputs))
    assert findings(out) == []


@needs_e2fsprogs
def test_an_image_holds_the_same_files(tmp_path: Path, outputs: Path) -> None:
    image = make_ext4(tmp_path / "root.ext4", outputs.parent / "sysroot")
    out = generated(image, tmp_path / "out")
    assert listed(document(out)) == listed(document(outputs))
    assert findings(out) == []


def test_a_snapshot_and_a_database_alone_hold_no_files(
    tmp_path: Path, outputs: Path
) -> None:
    kept = tmp_path / "kept.tar.gz"
    source = outputs.parent / "sysroot"
    assert run("snapshot", str(source), "-q", "-o", str(kept)).returncode == 0
    (tmp_path / "bare").mkdir()
    shutil.copytree(f"{SYSROOT}/var", tmp_path / "bare/var")
    for one in (kept, tmp_path / "bare"):
        arguments = ("generate", str(one), "--files", "-o", str(tmp_path / "out"))
        assert "no --files" in one_line(run(*arguments))
        assert not (tmp_path / "out").exists()


# --- findings


def test_what_is_not_as_it_was_installed_is_found(tmp_path: Path) -> None:
    root = sysroot(tmp_path / "sysroot")
    (root / "usr/bin/foo").write_bytes(b"changed\n")
    (root / "usr/share/foo/</text>").unlink()
    (root / "usr/share/foo/ two  spaces ").unlink()
    (root / "usr/share/foo/ two  spaces ").symlink_to("/etc/passwd")
    (root / "usr/share/foo/Grüße").unlink()
    os.mkfifo(root / "usr/share/foo/Grüße")
    entry = root / "var/db/pkg/app-misc/foo-1/CONTENTS"
    lines = b"obj /usr/../etc/passwd d41d8cd98f00b204e9800998ecf8427e 1\nobj /x\n"
    lines += b"sym /usr/lib -> lib64 1\nsym /usr/bin/foo -> bar 1\n"
    entry.write_bytes(entry.read_bytes() + lines)
    out = generated(root, tmp_path / "out")
    package, odd = "app-misc/foo", lines.splitlines()[0].decode()
    assert findings(out) == [
        ("CL038", package, "/usr/bin/foo is a file, not a symbolic link"),
        (
            *("CL038", package),
            "/usr/share/foo/ two  spaces  is not a regular file",
        ),
        ("CL038", package, "/usr/share/foo/Grüße is not a regular file"),
        ("CL039", package, f"2 lines of CONTENTS are not understood, such as {odd!r}"),
        (
            *("CL036", package),
            "2 of 6 files are not there: /usr/lib, /usr/share/foo/</text>",
        ),
    ]
    assert set(listed(document(out))) == {
        "./usr/share/bar/x",
        "./usr/share/foo/a b -> c",
    }
    read = read_json((out / "sbom.spdx.json").read_bytes())
    assert validation_messages(read) == []


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    root = sysroot(tmp_path / "sysroot")
    (root / "usr/bin/foo").write_bytes(b"changed\n")
    message = "/usr/bin/foo has another MD5 than CONTENTS says"
    out = generated(root, tmp_path / "out")
    assert findings(out) == [("CL037", "app-misc/foo", message)]


def test_changed_files_of_long_paths_are_told_apart(tmp_path: Path) -> None:
    root = tmp_path / "sysroot"
    files = {f"usr/share/{'d' * 220}/{name}": b"" for name in "ab"}
    install(root, "app-misc/foo-1", "MIT", files)
    for path in files:
        (root / path).write_bytes(b"changed")
    found = findings(generated(root, tmp_path / "out"))
    what = "has another MD5 than CONTENTS says"
    assert [message for *_, message in found] == [f"/{path} {what}" for path in files]


def test_very_many_findings_of_a_package_become_one(tmp_path: Path) -> None:
    root = tmp_path / "sysroot"
    files = {f"usr/share/{number:03}": b"" for number in range(150)}
    install(root, "app-misc/foo-1", "MIT", files)
    for path in files:
        (root / path).write_bytes(b"changed")
    found = findings(generated(root, tmp_path / "out"))
    assert len(found) == 101
    more = "50 more files are changed or cannot be read"
    assert ("CL038", "app-misc/foo", more) in found


# --- the parts


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            b"obj /a -> b c " + b"0" * 32 + b" 1",
            Owned("a -> b c", Kind.FILE, bytes(16)),
        ),
        (b"sym /a -> b -> c 1", Owned("a -> b", Kind.SYMLINK)),
        (b"obj /\xff " + b"0" * 32 + b" 1", Owned("\udcff", Kind.FILE, bytes(16))),
        (b"obj /a " + b"0" * 31 + b" 1", None),
        (b"obj a " + b"0" * 32 + b" 1", None),
        (b"obj /a//b " + b"0" * 32 + b" 1", None),
        (b"sym /a 1", None),
        (b"sym /a -> b", None),
        (b"nonsense", None),
    ],
)
def test_a_line_of_contents_is_read_from_the_right(
    line: bytes, expected: Owned | None
) -> None:
    some, odd = owned(line + b"\n")
    assert some == ((expected,) if expected else ())
    assert odd == (() if expected else (line,))


def test_a_file_with_several_names_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one").write_bytes(b"same")
    (tmp_path / "two").hardlink_to(tmp_path / "a/one")
    opened = []
    real = os.open

    def counted(path: str, *rest: Any, **options: Any) -> int:
        opened.append(path)
        return real(path, *rest, **options)

    monkeypatch.setattr(os, "open", counted)
    with DirectoryTree.open(tmp_path) as tree:
        found = hash_files(tree, (Wanted("", ("two",)), Wanted("a", ("one",))), 1)
    assert [path for path in opened if path in {"one", "two"}] == ["two"]
    assert found["two"] == found["a/one"]
    assert isinstance(found["two"], FileDigests)


def test_a_hard_link_in_a_tar_has_the_digests_of_its_file(tmp_path: Path) -> None:
    root = tmp_path / "sysroot"
    install(root, "app-misc/foo-1", "MIT", {"usr/bin/a": b"x", "usr/bin/b": b"x"})
    (root / "usr/bin/b").unlink()
    (root / "usr/bin/b").hardlink_to(root / "usr/bin/a")
    archive = tmp_path / "sysroot.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(root, ".")
    found = listed(document(generated(archive, tmp_path / "out")))
    assert set(found) == {"./usr/bin/a", "./usr/bin/b"}
    assert found["./usr/bin/a"] == found["./usr/bin/b"]
