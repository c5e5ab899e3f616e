# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests share: golden files, real data where it lies, a browser if any."""

import shutil
import signal
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard
from browsing import ARGUMENTS
from builders_archives import keep_all
from builders_checkout import make_checkout
from builders_installed import write_sysroot
from builders_inventory import STOCK, opened
from builders_vdb import write_repository
from command import IDENTITY, OVERLAYS, SYSROOT, run
from hypothesis import settings

from coos_license.portage.repository import Repository
from coos_license.trees.archive import TarTree
from coos_license.trees.unpack import sniff

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# The same examples on every machine and in every run, however slow it is; look
# further with --hypothesis-profile=explore.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=5_000, deadline=None)
settings.load_profile("ci")


def pytest_configure() -> None:
    """Let programs under test be interrupted: jobs of a shell ignore SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regen",
        action="store_true",
        help="rewrite golden files instead of comparing; read the diff afterwards",
    )
    parser.addoption(
        "--slow", action="store_true", help="try every case where a few do by default"
    )


@pytest.fixture(scope="session")
def regen(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are rewritten rather than compared."""
    return bool(request.config.getoption("--regen"))


@pytest.fixture
def golden(regen: bool) -> Callable[[Path, bytes], None]:
    """Compare bytes with a golden file as a whole, or rewrite it with ``--regen``."""

    def check(path: Path, actual: bytes) -> None:
        if regen:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual)
        assert path.is_file(), f"{path} is missing; write it with --regen"
        assert actual.decode() == path.read_bytes().decode()

    return check


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets beside the checkout; not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no ../shared/data beside the checkout: the real data sets")
    return SHARED_DATA


@pytest.fixture(scope="session")
def unpack(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Unpack ``NAME.tar.zst`` of the real data sets, once per session."""
    unpacked: dict[str, Path] = {}

    def unpack_once(name: str) -> Path:
        if name not in unpacked:
            archive = shared_data / f"{name}.tar.zst"
            if not archive.is_file():
                pytest.skip(f"no {archive.name} among the real data sets")
            target = tmp_path_factory.mktemp(name)
            _extract(archive, target)
            unpacked[name] = target
        return unpacked[name]

    return unpack_once


def _extract(archive: Path, target: Path) -> None:
    with (
        archive.open("rb") as compressed,
        zstandard.ZstdDecompressor().stream_reader(compressed) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        # Without a filter newer Pythons warn; Debian 12's 3.11.2 does not know any.
        if hasattr(tarfile, "tar_filter"):
            tar.extractall(target, filter="tar")
        else:
            tar.extractall(target)  # noqa: S202 (our own data sets)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium, for playwright's ``executable_path``."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path is None:
            continue
        # Ubuntu's stub is on PATH too, but only names the snap to install.
        answer = subprocess.run([path, "--version"], capture_output=True, check=False)
        if answer.returncode == 0:
            return path
    pytest.skip("no Chromium on PATH")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """A running Chromium, which playwright drives."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs playwright, which drives the browser"
    )
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``generate`` writes for the miniature."""
    directory = tmp_path_factory.mktemp("generated") / "out"
    result = run("generate", SYSROOT, *OVERLAYS, *IDENTITY, "-o", str(directory))
    assert result.returncode == 0, result.stderr
    assert result.stdout == b""
    return directory


@pytest.fixture
def repositories(tmp_path: Path) -> Iterable[tuple[Repository, ...]]:
    """A stock repository and an overlay of it."""
    stock = write_repository(tmp_path / "stock", "portage-stable", STOCK)
    google = {"BSD-Google": "Copyright 2010, Google Inc. All rights reserved. ...\n"}
    overlay = write_repository(
        tmp_path / "overlay", "chromiumos", google, "portage-stable eclass-overlay"
    )
    with ExitStack() as trees:
        yield opened([stock, overlay], trees)


@pytest.fixture(scope="session")
def installed_sysroot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sysroot with a package of every kind of component."""
    return write_sysroot(tmp_path_factory.mktemp("installed") / "sysroot")


@pytest.fixture(scope="session")
def installed_outputs(installed_sysroot: Path) -> Path:
    """What ``generate`` writes of it."""
    out = installed_sysroot.parent / "out"
    result = run(
        "generate", str(installed_sysroot), *OVERLAYS, *IDENTITY, "-o", str(out)
    )
    assert result.returncode in {0, 1}, result.stderr
    return out


@pytest.fixture(name="opened")
def opening(tmp_path: Path) -> Callable[[bytes], TarTree]:
    """Open an archive given as bytes, whatever form they have."""

    def open_bytes(content: bytes) -> TarTree:
        path = tmp_path / "archive"
        path.write_bytes(content)
        return TarTree.open(path, sniff(path), keep_all)

    return open_bytes


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of 2022, with the chroot in a directory."""
    return make_checkout(tmp_path_factory.mktemp("base") / "co")
