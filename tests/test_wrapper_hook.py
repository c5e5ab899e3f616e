# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The scripts inside of the chroot by which the credits page enters the image."""

import gzip
import subprocess
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "build-wrapper/coos_build/data"


def script(name: str, source: Path) -> str:
    return (
        (DATA / name)
        .read_text(encoding="utf-8")
        .replace("/mnt/host/source", str(source))
    )


def box_in(folder: Path) -> Path:
    box = folder / ".coos-build/install"
    (box / "licensing").mkdir(parents=True)
    (box / "answer").touch()
    return box


def page_of(folder: Path) -> Path:
    root = folder / "src/build/images/lakitu/R1-2-a3/rootfs"
    (root / "var/db/pkg/a/b-1").mkdir(parents=True)
    page = root / "opt/google/chrome/resources/about_os_credits.html"
    page.parent.mkdir(parents=True)
    return page


def call(folder: Path, *words: str) -> "subprocess.Popen[str]":
    text = script("licenses.sh", folder)
    return subprocess.Popen(
        ["sh", "-c", text, "licenses", *words], stderr=subprocess.PIPE, encoding="utf-8"
    )


def answer(box: Path, word: str) -> None:
    (box / "credits.html").write_text("<html>ours</html>", encoding="utf-8")
    while not (box / "request.tar").exists():
        pass
    (box / "answer").write_text(f"{word}\n", encoding="utf-8")


@pytest.mark.parametrize("form", ["--output={}", "--output {}", "-o {}"])
def test_the_stand_in_puts_our_page_where_the_build_wants_it(
    tmp_path: Path, form: str
) -> None:
    box, page = box_in(tmp_path), page_of(tmp_path)
    words = form.format(page).split(" ")
    process = call(tmp_path, "--board=x", "--log-level", "error", *words)
    answer(box, "made")
    assert process.communicate(timeout=20)[1] == ""
    assert page.read_text(encoding="utf-8") == "<html>ours</html>"
    assert (box / "directory").read_text(encoding="utf-8") == "R1-2-a3\n"


def test_a_build_that_compresses_gets_a_compressed_page(tmp_path: Path) -> None:
    box, page = box_in(tmp_path), page_of(tmp_path)
    target = page.with_suffix(".html.gz")
    process = call(tmp_path, "--compress-output", "--output", str(target))
    answer(box, "made")
    process.communicate(timeout=20)
    assert gzip.decompress(target.read_bytes()) == b"<html>ours</html>"


def test_a_refusal_fails_the_build(tmp_path: Path) -> None:
    box, page = box_in(tmp_path), page_of(tmp_path)
    process = call(tmp_path, "--output", str(page))
    answer(box, "refused")
    told = process.communicate(timeout=20)[1]
    assert process.returncode == 1
    assert "coos-license refuses the image" in told
    assert not page.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "licenses was called without --output"),
        (("--output",), "with --output and no file"),
        (("--output", "/nowhere/x.html"), "which is in no image"),
        (
            ("--output", "/nowhere/opt/google/chrome/resources/a.html"),
            "there is no package database in /nowhere",
        ),
    ],
)
def test_a_call_that_is_not_understood_is_refused_aloud(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    box_in(tmp_path)
    process = call(tmp_path, *words)
    assert said in process.communicate(timeout=20)[1]
    assert process.returncode == 1


def test_the_hook_is_replaced_in_one_name_space_only(tmp_path: Path) -> None:
    space = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*space, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no user name spaces on this system")
    box = box_in(tmp_path)
    real = tmp_path / "chromite/licensing"
    real.mkdir(parents=True)
    (real / "licenses").write_text("real", encoding="utf-8")
    (box / "licensing/licenses").write_text("ours", encoding="utf-8")
    (box / "host-mounts").write_text(
        f"{Path('/proc/self/ns/mnt').readlink()}\n", encoding="utf-8"
    )
    words = ["sh", "-c", script("enter.sh", tmp_path), "enter", "cat"]
    inside = [*space, *words, str(real / "licenses")]
    found = subprocess.run(inside, check=True, capture_output=True, encoding="utf-8")
    assert found.stdout == "ours"
    assert (real / "licenses").read_text(encoding="utf-8") == "real"


def test_a_chroot_that_shares_our_mounts_is_refused(tmp_path: Path) -> None:
    box = box_in(tmp_path)
    (box / "host-mounts").write_text(
        f"{Path('/proc/self/ns/mnt').readlink()}\n", encoding="utf-8"
    )
    words = ["sh", "-c", script("enter.sh", tmp_path), "enter", "true"]
    found = subprocess.run(words, check=False, capture_output=True, encoding="utf-8")
    assert found.returncode == 1
    assert "shares the mounts of the host" in found.stderr
