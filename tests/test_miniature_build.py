# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What `./run miniature` built: its sysroot, and builds inside of its chroot."""

import subprocess
from collections.abc import Callable

import pytest
from mini.work import Work, work_directory
from miniature_packages import BUILT_WITH, DECLARED, column, listed

pytestmark = [pytest.mark.miniature, pytest.mark.slow]

Enter = Callable[..., subprocess.CompletedProcess[str]]

# A sysroot of its own, filled from the binary packages that the build left.
BINARY_RUN = """
set -e
root=/build/binary-run
setup_board --board lakitu --board-root "$root" --force
PKGDIR=/build/lakitu/packages "$root/build/bin/emerge" --usepkgonly --with-bdeps=y \
    --quiet --color=n --jobs=2 --jobs-tmpdir-require-free-gb=0 virtual/target-os >&2
cd "$root/var/db/pkg"
for entry in */*; do printf '%s %s\\n' "$entry" "$(cat "$entry/LICENSE" 2>&-)"; done
rm -rf "$root"
"""
LICENSES = """
cd /build/lakitu/var/db/pkg
for entry in */*; do printf '%s %s\\n' "$entry" "$(cat "$entry/LICENSE" 2>&-)"; done
"""
# A package whose license asks for a notice that its sources do not have.
BUILD_UNCREDITED = """
set -e
export PORTAGE_CONFIGROOT=/tmp/uncredited/config ROOT=/tmp/uncredited/root
export CHOST=x86_64-cros-linux-gnu SYSROOT=$ROOT
rm -rf /tmp/uncredited
mkdir -p "$PORTAGE_CONFIGROOT" "$ROOT" /tmp/uncredited/hooks/install
cp -a /build/lakitu/etc "$PORTAGE_CONFIGROOT/"
sed -i "s:^ROOT=.*:ROOT=\\"$ROOT\\":" "$PORTAGE_CONFIGROOT/etc/make.conf"
cp /mnt/host/source/src/scripts/hooks/install/gen-package-licenses.sh \
    /tmp/uncredited/hooks/install/
sed -i "$1" /tmp/uncredited/hooks/install/gen-package-licenses.sh
ln -sfn /tmp/uncredited/hooks "$PORTAGE_CONFIGROOT/etc/portage/hooks"
ebuild=/tmp/uncredited/repository/dev-libs/uncredited/uncredited-1.ebuild
mkdir -p "${ebuild%/*}" /tmp/uncredited/repository/{metadata,profiles}
echo uncredited >/tmp/uncredited/repository/profiles/repo_name
echo dev-libs >/tmp/uncredited/repository/profiles/categories
printf 'masters = portage-stable\\nthin-manifests = true\\n' \
    >/tmp/uncredited/repository/metadata/layout.conf
cat >"$ebuild" <<'TEXT'
EAPI=7
DESCRIPTION="A package without the notice that it owes"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
S="${WORKDIR}"
src_install() { insinto /etc; newins - uncredited <<<"content"; }
TEXT
ebuild "$ebuild" --skip-manifest clean merge
"""


@pytest.fixture(scope="module")
def work() -> Work:
    found = work_directory()
    if not (found.stamps / "build-packages").exists():
        pytest.skip("the miniature was not built here: ./run miniature")
    return found


@pytest.fixture(scope="module")
def enter(work: Work) -> Enter:
    """Run a script of bash in the chroot."""
    lines = work.environment.read_text(encoding="utf-8").splitlines()
    environment = dict(line.split("=", 1) for line in lines)

    def entered(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["cros_sdk", "--", "bash", "-c", script, "script", *arguments],
            cwd=work.checkout,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    return entered


@pytest.fixture(scope="module")
def rows(work: Work) -> list[dict[str, str]]:
    """What the tool finds in the sysroot, read out of the chroot from outside."""
    image = work.checkout / "chroot.img"
    if image.exists():
        return listed(str(image), "--sysroot", "build/lakitu")
    return listed(str(work.checkout / "chroot" / "build" / "lakitu"))


def test_the_built_sysroot_has_the_expected_packages(
    rows: list[dict[str, str]],
) -> None:
    assert column(rows, "declared") == DECLARED


def test_build_dependencies_are_told_apart(rows: list[dict[str, str]]) -> None:
    shipped = column(rows, "shipped")
    assert {name for name in shipped if shipped[name] != "yes"} == BUILT_WITH


def test_binary_packages_alone_make_an_equal_sysroot(enter: Enter) -> None:
    done = enter(BINARY_RUN)
    assert done.returncode == 0, done.stderr
    assert done.stdout == enter(LICENSES).stdout


def test_the_programs_of_the_sysroot_run_on_its_own_libc(enter: Enter) -> None:
    done = enter("chroot /build/lakitu /usr/bin/lua -e 'print(6 * 7)'")
    assert done.stdout == "42\n", done.stderr


def test_the_hook_that_dies_stops_the_package(enter: Enter) -> None:
    done = enter(BUILD_UNCREDITED, "")
    assert done.returncode != 0
    assert "Missing copyright attribution for ['MIT']" in done.stdout + done.stderr
    assert "Failed Generating Licensing for dev-libs/uncredited-1" in (
        done.stdout + done.stderr
    )


def test_a_hook_that_only_fails_lets_the_package_through(enter: Enter) -> None:
    done = enter(BUILD_UNCREDITED, "s/die .*/exit 1/")
    assert done.returncode == 0, done.stderr
    found = enter("ls /tmp/uncredited/root/var/db/pkg/dev-libs/uncredited-1")
    assert "CONTENTS" in found.stdout.split()
    assert "license.yaml" not in found.stdout.split()


def test_the_credits_page_has_every_package_that_has_works(enter: Enter) -> None:
    licenses = "/mnt/host/source/chromite/licensing/licenses"
    output = "/build/about_os_credits.html"
    done = enter(f"{licenses} --board=lakitu --output {output} && cat {output}")
    assert done.returncode == 0, done.stderr
    for name, declared in DECLARED.items():
        title = f'<span class="title" id="{name.split("/")[1]}">'
        assert (title in done.stdout) == (declared != "NONE"), name
