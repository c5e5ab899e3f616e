# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The source bundle of the miniature: what is built of it, and what it lacks.

busybox is built in a chroot unpacked anew, that has portage, the toolchain and the
bundle, and neither network nor the checkout.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders_corresponding import OFFER
from command import ROOT, run
from mini.work import Work, work_directory

pytestmark = [pytest.mark.miniature, pytest.mark.slow]

PAGE = ROOT / "docs/corresponding-source.md"
WALK = re.compile(
    r"^## Build a package again\n.*?^```sh\n.*?^```sh\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
KEY = "sys-apps/busybox"
#: What of the miniature is what Debian has built, and comes without configuration.
POLICY = ROOT / "tests/miniature/policy.toml"
#: Where the SDK's own configuration looks for repositories.
SDK_REPOSITORIES = {
    "portage-stable": "portage-stable",
    "chromiumos-overlay": "chromiumos",
}
INSIDE = "/mnt/host/source/bundle"
#: After the lines of the page: what was installed.
SHOW = 'cat "$root/var/db/pkg/$package/CONTENTS"\n'


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was asked for: where it is, and how that ended."""

    path: Path
    status: int

    def report(self, name: str) -> dict[str, Any]:
        """Return one of its reports."""
        value: dict[str, Any] = json.loads((self.path / name).read_bytes())
        return value

    def errors(self) -> list[tuple[str, str, str]]:
        """Return code, package and message of each error."""
        return [
            (one["code"], one["cpv"], one["message"])
            for one in self.report("findings.json")["findings"]
            if one["severity"] == "error"
        ]

    def busybox(self) -> str:
        """Return category, name and version of busybox."""
        (found,) = (
            one["cpv"]
            for one in self.report("index.json")["packages"]
            if one["cpv"].startswith(f"{KEY}-")
        )
        return str(found)


@pytest.fixture(scope="module")
def work() -> Work:
    if os.geteuid() != 0:
        pytest.skip("a network name space of its own needs root")
    found = work_directory()
    if not (found.stamps / "build-packages").exists():
        pytest.skip("the miniature was not built here: ./run miniature")
    return found


@pytest.fixture(scope="module")
def bundle(work: Work, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """Return the bundle of the checkout with all distfiles."""
    # A checkout of nothing but the bundle: cros_sdk knows one by .repo.
    checkout = tmp_path_factory.mktemp("checkout")
    (checkout / ".repo").mkdir()
    yield bundled(work, work.distfiles, checkout)
    # Half a gigabyte that pytest would keep.
    delete = ("cros_sdk", "--delete")
    subprocess.run(delete, cwd=checkout, env=environment(work), check=True)


def bundled(work: Work, distfiles: Path, place: Path) -> Bundle:
    """Make the bundle of the miniature below a directory."""
    (place / "offer.toml").write_text(OFFER, encoding="utf-8")
    done = run(
        *("sources", str(work.checkout), "--board", "lakitu", "--patches"),
        *("--distdir", str(distfiles), "--offer", str(place / "offer.toml")),
        *("--policy", str(POLICY), "-o", str(place / "bundle")),
    )
    return Bundle(place / "bundle", done.returncode)


def entered(
    checkout: Path, environment: Mapping[str, str], script: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of bash in the chroot of a checkout, without network."""
    inside = ("cros_sdk", "--working-dir=/", "--", "bash", "-euc", script)
    return subprocess.run(
        ["unshare", "--net", *inside],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def environment(work: Work) -> dict[str, str]:
    """Return the environment that cros_sdk wants."""
    lines = work.environment.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def listed(contents: str) -> list[str]:
    """Return the lines of CONTENTS, sorted, without digests and times.

    Kind and path remain, and where a symbolic link leads.
    """
    after = {"dir": 0, "obj": 2, "sym": 1}
    lines = contents.splitlines()
    return sorted(line.rsplit(" ", after[line.split(" ")[0]])[0] for line in lines)


def test_busybox_is_built_from_the_bundle_alone(work: Work, bundle: Bundle) -> None:
    assert (bundle.status, bundle.errors()) == (0, [])
    checkout, package = bundle.path.parent, bundle.busybox()
    (checkout / "src/third_party").mkdir(parents=True)
    for place, name in SDK_REPOSITORIES.items():
        link = checkout / "src/third_party" / place
        link.symlink_to(f"../../bundle/repos/{name}")
    found = WALK.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None, "the page has no walk-through"
    settings = (
        f"bundle={INSIDE} package={package}\nconfig=/tmp/again root=/tmp/again/root\n"
    )
    given = environment(work)
    apart = given | {"MINIATURE_DISTFILES": str(bundle.path / "distfiles")}
    built = entered(checkout, apart, f"{settings}{{\n{found[1]}}} >&2\n{SHOW}")
    assert built.returncode == 0, built.stderr[-3000:]
    first = entered(
        work.checkout, given, f"cat /build/lakitu/var/db/pkg/{package}/CONTENTS"
    )
    assert "obj /bin/busybox" in listed(first.stdout)
    assert listed(built.stdout) == listed(first.stdout)


def test_a_missing_distfile_is_one_error_with_its_digest(
    work: Work, bundle: Bundle, tmp_path: Path
) -> None:
    lines = (bundle.path / f"repos/portage-stable/{KEY}/Manifest").read_text("utf-8")
    _, name, _, algorithm, digest, *_ = lines.split()
    distfiles = tmp_path / "distfiles"
    shutil.copytree(work.distfiles, distfiles, ignore=shutil.ignore_patterns(name))
    less = bundled(work, distfiles, tmp_path)
    message = f"distfile {name}: is in no --distdir; {algorithm} {digest}"
    assert less.status == 1
    assert less.errors() == [("CL090", bundle.busybox(), message)]
