# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Remake tests/fixtures/miniature from the sysroot that the miniature built.

    ./run miniature --until build-packages
    PYTHONPATH=tests/miniature .venv/bin/python tools/miniature_fixtures.py

Everything is as portage wrote it but for what would only make it large: ebuild copies,
`environment.bz2`, the `metadata` of newer portages, all but the first lines of long
CONTENTS, and texts that the hook found in a PKG-INFO. Of the binary packages only
those are taken that hold nothing but this project's own files.
"""

import io
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mini.work import Work, work_directory

FIXTURE = Path(__file__).parent.parent / "tests" / "fixtures" / "miniature"
CONTENTS_LINES = 60
LEFT_OUT = re.compile(r".*\.ebuild|environment\.bz2|metadata")
OWN_PACKAGES = (
    "acct-group/chronos",
    "acct-user/chronos",
    "chromeos-base/chromeos",
    "chromeos-base/lakitu-init",
    "virtual/target-lakitu-os",
    "virtual/target-os",
)
# In the chroot: real portage writes the index of the packages that are taken.
COLLECT = """
set -e
rm -rf /tmp/fixture
mkdir -p /tmp/fixture/packages
cd /build/lakitu/packages
for package; do cp --parents "$package"-[0-9]*.tbz2 /tmp/fixture/packages; done
export PKGDIR=/tmp/fixture/packages PORTAGE_CONFIGROOT=/build/lakitu ROOT=/build/lakitu
emaint --fix binhost >&2
rm -f /tmp/fixture/packages/.portage*
tar -c -C /tmp/fixture packages -C /build/lakitu var/db/pkg
rm -rf /tmp/fixture
"""


def collected(work: Work) -> bytes:
    """A tar of the database and of the binary packages, out of the chroot."""
    lines = work.environment.read_text(encoding="utf-8").splitlines()
    environment = dict(line.split("=", 1) for line in lines)
    command = ["cros_sdk", "--", "bash", "-c", COLLECT, "collect", *OWN_PACKAGES]
    return subprocess.run(
        command, cwd=work.checkout, env=environment, stdout=subprocess.PIPE, check=True
    ).stdout


def members(archive: bytes) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Path and content of each file to keep."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None and not LEFT_OUT.fullmatch(path.name):
                yield path, shortened(path.name, stream.read())


def shortened(name: str, data: bytes) -> bytes:
    """The content without its bulk, still in the form that portage gave it."""
    if name == "CONTENTS":
        return b"".join(data.splitlines(keepends=True)[:CONTENTS_LINES])
    if name == "license.yaml":
        return b"".join(_yaml_blocks(data.decode("utf-8")))
    return data


def _yaml_blocks(text: str) -> Iterator[bytes]:
    """The lines of license.yaml, without the texts found in a PKG-INFO.

    In a list of texts each begins with `  - - ` (the first) or `    - `.
    """
    blocks = re.split(r"^(?=  - - |    - )", text, flags=re.MULTILINE)
    for block in blocks:
        if re.match(r"  (?:- |  )- ['\"]Scanned Source License \S*PKG-INFO:", block):
            _, _, rest = block.partition("\n- !!python/tuple")
            yield ("- !!python/tuple" + rest).encode() if rest else b""
        else:
            yield block.encode()


def main() -> int:
    """Replace the fixture."""
    shutil.rmtree(FIXTURE / "sysroot", ignore_errors=True)
    shutil.rmtree(FIXTURE / "packages", ignore_errors=True)
    size = 0
    for path, data in members(collected(work_directory())):
        root = FIXTURE if path.parts[0] == "packages" else FIXTURE / "sysroot"
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        size += len(data)
    print(f"{FIXTURE}: {size >> 10} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
