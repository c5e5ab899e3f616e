# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is shipped: the whole file list of the wheel, built by the real back end."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from coos_license import __version__

ROOT = Path(__file__).parent.parent
STEM = f"coos_license-{__version__}"
WHEEL = f"{STEM}-py3-none-any.whl"


def build(target: Path, *options: str) -> None:
    """Build the checkout into ``target`` with what is installed here: no network."""
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--no-isolation"),
            *("--outdir", os.fspath(target), *options, os.fspath(ROOT)),
        ],
        check=True,
        capture_output=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1577836800"},
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as built straight from the checkout."""
    target = tmp_path_factory.mktemp("wheel")
    build(target, "--wheel")
    return target / WHEEL


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and with the wheel built from that sdist."""
    target = tmp_path_factory.mktemp("release")
    build(target)
    return target


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def tree_files() -> set[str]:
    """Return what git tracks, or would track, of the checkout; deleted files not."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout: nothing says which files are the project's")
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = answer.stdout.decode().split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


def expected_members() -> set[str]:
    """Return what the wheel must hold: both packages, templates, dist-info."""
    files = tree_files()
    license_files = {
        "NOTICE",
        *(name for name in files if name.startswith("LICENSES/")),
    }
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt"}
    about |= {f"licenses/{name}" for name in license_files}
    return (
        {name for name in files if name.startswith("coos_license/")}
        | {f"coos_license/{name}" for name in files if name.startswith("templates/")}
        | {
            f"coos_license/{name.removeprefix('docs/')}"
            for name in files
            if name.startswith("docs/schema/")
        }
        | {
            name.removeprefix("build-wrapper/")
            for name in files
            if name.startswith("build-wrapper/coos_build/")
        }
        | {f"{STEM}.dist-info/{name}" for name in about}
    )


def test_wheel_holds_package_and_templates_and_nothing_else(wheel: Path) -> None:
    assert members(wheel) == expected_members()


def test_wheel_built_from_the_sdist_is_the_same(wheel: Path, release: Path) -> None:
    assert members(release / WHEEL) == members(wheel)


def test_sdist_holds_every_file_of_the_checkout(release: Path) -> None:
    with tarfile.open(release / f"{STEM}.tar.gz") as archive:
        held = {name.removeprefix(f"{STEM}/") for name in archive.getnames()}
    assert tree_files() - held == set()


def test_metadata_states_license_and_version(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{STEM}.dist-info/METADATA").decode()
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nLicense-File: NOTICE\n" in metadata
    assert f"\nVersion: {__version__}\n" in metadata


@pytest.mark.slow
def test_installed_wheel_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The wheel alone is enough: its package wins over any checkout on the path.

    The dependencies come from this environment by a ``.pth`` line: no network.
    """
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True,
        capture_output=True,
    )
    site = next(environment.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(
        sysconfig.get_path("purelib") + "\n", encoding="utf-8"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(*command: str | Path) -> str:
        answer = subprocess.run(
            command,
            cwd=elsewhere,
            env={"PATH": os.defpath},
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        return answer.stdout

    where = run(python, "-c", "import coos_license; print(coos_license.__file__)")
    assert Path(where.strip()).is_relative_to(environment)
    assert __version__ in run(environment / "bin" / "coos-license", "--version")
