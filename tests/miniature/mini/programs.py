# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Starting other programs, and saying which one failed."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mini.errors import CannotRunError, MiniatureError

# Program to Debian package, for a message that can be pasted.
PACKAGES = {
    "apt-get": "apt",
    "bash": "bash",
    "dpkg-deb": "dpkg",
    "dpkg-source": "dpkg-dev",
    "fstrim": "util-linux",
    "git": "git",
    "gpg": "gpg",
    "gpgconf": "gpgconf",
    "mkfs.ext4": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "qemu-system-x86_64": "qemu-system-x86",
    "ssh": "openssh-client",
    "tar": "tar",
    "unshare": "util-linux",
    "zstd": "zstd",
}

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def output(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What the program writes to stdout.

    Raises:
        MiniatureError: It failed; the last lines that it wrote to stderr are told.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,  # mmdebstrap and apt need one that is open
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, **(environment or {})},
            check=False,
        )
    except OSError as error:
        raise MiniatureError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        last = " | ".join(done.stderr.strip().splitlines()[-3:])
        raise MiniatureError(f"{shlex.join(command)}: status {done.returncode}: {last}")
    return done.stdout


def run_in(directory: Path, command: Sequence[str], env: Mapping[str, str]) -> str:
    """As `output`, with `directory` as the current one."""
    return output(["env", "-C", str(directory), *command], env)


def missing_programs() -> list[str]:
    """Those of `PACKAGES` that are not on the system's path, sorted."""
    path = f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
    return sorted(name for name in PACKAGES if not shutil.which(name, path=path))


def need_programs(say: Callable[[str], None]) -> None:
    """Install by name what is missing, as root; else tell what to install.

    Raises:
        CannotRunError: Something is missing and cannot be installed from here.
    """
    missing = missing_programs()
    if not missing:
        return
    packages = sorted({PACKAGES[name] for name in missing})
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    if "apt-get" in missing:
        raise CannotRunError("no apt-get here: the miniature needs Debian 12")
    if os.geteuid() != 0:
        raise CannotRunError(
            f"{', '.join(missing)} not found; run: sudo {shlex.join(install)}"
        )
    say(f"installing {' '.join(packages)} with apt-get")
    output(["apt-get", "update", "-qq"])
    output(install, {"DEBIAN_FRONTEND": "noninteractive"})
