# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What this host is: gathered once, judged by ``checks``."""

import os
import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_build.probe import is_checked_out
from coos_build.runner.capture import ask

TOOLS: Final = (
    *("git", "curl", "python3", "repo", "cros_sdk", "sudo", "virsh", "lvs"),
    *("thin_check", "qemu-system-x86_64", "ssh"),
)
_KVM_MODULES: Final = ("kvm_intel", "kvm_amd")


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """Facts; ``tools`` maps a program to its path, empty where there is none."""

    tools: Mapping[str, str]
    git: Mapping[str, str]
    home_writable: bool
    umask: int
    locale: str
    file_system: str
    mount_options: str
    free_bytes: int
    memory_bytes: int
    uid: int
    has_sudo_ticket: bool
    can_ask: bool
    kvm: str
    has_sources: bool


def gather(checkout: Path, env: Mapping[str, str], *, can_ask: bool) -> Host:
    """Return the facts of this host; nothing is written, ``sudo`` asks nobody."""
    path = env.get("PATH", "")
    kind, options = _mount(checkout)
    home = Path(env.get("HOME") or "/nonexistent")
    return Host(
        tools={name: shutil.which(name, path=path) or "" for name in TOOLS},
        git=_git(env),
        home_writable=os.access(home, os.W_OK | os.X_OK),
        umask=_umask(),
        locale=env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or "",
        file_system=kind,
        mount_options=options,
        free_bytes=shutil.disk_usage(_existing(checkout)).free,
        memory_bytes=_memory_bytes(),
        uid=os.geteuid(),
        has_sudo_ticket=ask(("sudo", "-n", "true"), env=env, timeout_s=5) is not None,
        can_ask=can_ask,
        kvm=_kvm(),
        has_sources=is_checked_out(checkout),
    )


def describe(checkout: Path) -> dict[str, str]:
    """Return what a report says of the host: what times and sizes depend on."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cpus": str(os.cpu_count() or 1),
        "memory_bytes": str(_memory_bytes()),
        "file_system": _mount(checkout)[0],
        "python": platform.python_version(),
    }


def _memory_bytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _existing(path: Path) -> Path:
    """Return the path, or the nearest directory above it that is there."""
    return next(one for one in (path, *path.parents) if one.exists())


def _git(env: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of git that repo depends on; empty where unset.

    Asked at the root: a repository that a person stands in has settings of its own.
    """
    names = ("user.name", "user.email", "protocol.version")
    found = {
        name: ask(("git", "config", "--get", name), cwd=Path("/"), env=env) or ""
        for name in names
    }
    version = (ask(("git", "--version"), env=env) or "").split()
    found["version"] = version[2] if len(version) > 2 else ""  # noqa: PLR2004 (3rd word)
    return found


def _umask() -> int:
    """Return the umask; it can only be read by setting it."""
    umask = os.umask(0o022)
    os.umask(umask)
    return umask


def _mount(path: Path) -> tuple[str, str]:
    """Return type and options of the file system that a path is on."""
    real = _existing(path.absolute()).resolve()
    best: tuple[int, str, str] = (-1, "", "")
    try:
        table = Path("/proc/self/mounts").read_text("utf-8", "replace")
    except OSError:
        return "", ""
    for line in table.splitlines():
        fields = line.split(" ")
        point = fields[1].replace("\\040", " ")
        if real.is_relative_to(point) and len(point) >= best[0]:
            best = (len(point), fields[2], fields[3])
    return best[1], best[2]


def _kvm() -> str:
    """Say why KVM will not be used; empty when it may work.

    An open device proves nothing: the boot step gives it a trial with a deadline.
    """
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "/dev/kvm is not there or not writable"
    if not any(Path("/sys/module", name).is_dir() for name in _KVM_MODULES):
        return "neither kvm_intel nor kvm_amd is loaded"
    return ""
