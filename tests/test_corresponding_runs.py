# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Runs of ``sources`` one after the other, and what they leave in DIR."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from builders_corresponding import BUSYBOX, TARBALL, Places, bundle, files, write_places
from command import one_line, run

from coos_license.store.directory import PART


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def test_a_second_run_writes_nothing(places: Places) -> None:
    bundle(places, "--patches", "--split", "66K")
    before = {path: path.stat().st_mtime_ns for path in places.out.rglob("*")}
    result = run(*places.arguments("--patches", "--split", "66K"))
    assert b"; 0 written" in result.stderr
    files_then = {path: at for path, at in before.items() if path.is_file()}
    for path, at in files_then.items():
        assert path.stat().st_mtime_ns == at, path


def test_a_second_run_needs_no_distfile_that_is_there(places: Places) -> None:
    bundle(places)
    (places.distdir / BUSYBOX).unlink()
    assert bundle(places)["complete"]


def test_a_run_goes_on_where_another_was_stopped(places: Places) -> None:
    bundle(places)
    whole = files(places.out)
    (places.out / f"distfiles/{BUSYBOX}").write_bytes(TARBALL[:100])
    (places.out / PART).write_bytes(b"half")
    (places.out / "index.json").unlink()
    bundle(places)
    assert files(places.out) == whole


def test_two_runs_write_the_same_bytes(places: Places) -> None:
    bundle(places, "--split", "66K")
    other = replace(places, out=places.out.with_name("again"))
    bundle(other, "--split", "66K")
    assert files(places.out) == files(other.out)


def test_checksums_are_good_and_whole(places: Places) -> None:
    bundle(places)
    listed = (places.out / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(listed) == len(files(places.out)) - 1
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(check, cwd=places.out, check=True, capture_output=True)


def test_parts_are_one_tar_of_the_bundle(places: Places, tmp_path: Path) -> None:
    bundle(places, "--split", "66K")
    parts = sorted((places.out / "parts").glob("source.tar.*"))
    assert len(parts) == 2
    assert all(part.stat().st_size <= 66_000 for part in parts)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(check, cwd=places.out / "parts", check=True, capture_output=True)
    whole = b"".join(part.read_bytes() for part in parts)
    subprocess.run(["tar", "xf", "-"], input=whole, cwd=tmp_path, check=True)
    kept = files(places.out)
    expected = {name: one for name, one in kept.items() if not name.startswith("parts")}
    assert files(tmp_path / "source") == expected


def test_parts_of_an_earlier_run_do_not_stay(places: Places) -> None:
    bundle(places, "--split", "66K")
    bundle(places, "--split", "1M")
    names = [path.name for path in (places.out / "parts").iterdir()]
    assert sorted(names) == ["SHA256SUMS", "source.tar.000"]


def test_what_is_not_of_the_bundle_is_named_and_left_alone(places: Places) -> None:
    bundle(places)
    (places.out / "notes.txt").write_text("mine", encoding="utf-8")
    result = run(*places.arguments())
    assert b"not of this bundle, left alone: notes.txt" in result.stderr
    assert (places.out / "notes.txt").exists()


@pytest.mark.parametrize("size", ["5", "x", "-1", "1T", ""])
def test_a_size_that_is_none_is_refused(places: Places, size: str) -> None:
    line = one_line(run(*places.arguments("--split", size)))
    assert "such as 2G" in line


def test_a_symlink_in_the_bundle_is_not_written_through(places: Places) -> None:
    outside = places.out.with_name("elsewhere")
    outside.mkdir()
    places.out.mkdir()
    (places.out / "distfiles").symlink_to(outside)
    assert "is a symbolic link" in one_line(run(*places.arguments()))
    assert list(outside.iterdir()) == []


def test_what_lies_behind_a_symlink_is_not_in_the_bundle(places: Places) -> None:
    places.out.mkdir()
    (places.out / "distfiles").symlink_to(places.distdir)
    assert "is a symbolic link" in one_line(run(*places.arguments()))
