# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a host must have, as data: each check names its problem and its cure. Pure.

Source: the prerequisites of the notes of June 2020 and of the Chromium OS developer
guide; reports of users about umask, file systems, locales and sudo.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coos_build.config import Config
from coos_build.host import Host
from coos_build.model import Era
from coos_build.steps import STEPS
from coos_build.text import size

_GIB: Final = 1 << 30
_RAM_GIB: Final = 8
_UMASK: Final = 0o022
_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"})
_DEPOT_TOOLS: Final = (
    "git clone https://chromium.googlesource.com/chromium/tools/depot_tools.git and"
    " put it on PATH, or --clone-depot-tools"
)
_GIT_WITH_PROTOCOL_2: Final = (2, 26)


class Weight(StrEnum):
    """An error stops the run; a warning is said."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: ``problem`` returns what is wrong, or nothing."""

    name: str
    weight: Weight
    problem: Callable[[Host, Config], str]
    cure: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A check that did not hold; ``skipped``: the configuration says not to mind."""

    check: Check
    problem: str
    skipped: bool


def _tool(name: str) -> Callable[[Host, Config], str]:
    """Return the problem of a program that is not on PATH."""
    return lambda host, config: _absent(host, config, name)


def _absent(host: Host, config: Config, name: str) -> str:
    del config
    return "" if host.tools.get(name) else f"{name} is not on PATH"


def _git(host: Host, config: Config) -> str:
    lacks = _absent(host, config, "git")
    return lacks or ("" if host.git.get("version") else "git does not answer")


def _depot_tool(host: Host, config: Config) -> str:
    lacks = _absent(host, config, "repo")
    return "" if config.switch("clone_depot_tools") else lacks


def _cros_sdk(host: Host, config: Config) -> str:
    """The wrapper of depot_tools, which finds the checkout's own."""
    lacks = _absent(host, config, "cros_sdk")
    return "" if config.switch("clone_depot_tools") else lacks


def _identity(host: Host, config: Config) -> str:
    del config
    if not host.git.get("version"):
        return ""  # nobody was there to ask
    unset = [name for name in ("user.name", "user.email") if not host.git.get(name)]
    return f"git has no {' and no '.join(unset)}" if unset else ""


def _protocol(host: Host, config: Config) -> str:
    del config
    told = host.git.get("protocol.version", "")
    version = host.git.get("version", "")
    numbers = tuple(int(one) for one in version.split(".")[:2] if one.isdigit())
    default = not told and (not version or numbers >= _GIT_WITH_PROTOCOL_2)
    if told == "2" or default:
        return ""
    return f"git speaks protocol {told or 'older than 2'}; fetches are slow"


def _home(host: Host, config: Config) -> str:
    del config
    return "" if host.home_writable else "HOME cannot be written (for keys of repo)"


def _umask(host: Host, config: Config) -> str:
    del config
    return "" if host.umask == _UMASK else f"umask is {host.umask:03o}"


def _locale(host: Host, config: Config) -> str:
    del config
    told = host.locale.lower().replace("-", "")
    return "" if told.endswith("utf8") else f"locale {host.locale!r} is no UTF-8 one"


def _file_system(host: Host, config: Config) -> str:
    del config
    if host.file_system in _NETWORK:
        return f"the checkout is on {host.file_system}, a network file system"
    if host.file_system == "btrfs" and "compress" in host.mount_options:
        return "the checkout is on btrfs with compression"
    return ""


def _mount_options(host: Host, config: Config) -> str:
    del config
    bad = {"noexec", "nosuid", "nodev"} & set(host.mount_options.split(","))
    return (
        f"the checkout's file system is mounted {', '.join(sorted(bad))}" if bad else ""
    )


def _disk(host: Host, config: Config) -> str:
    fetched = {"sync-network", "sync-local"} if host.has_sources else set()
    total = sum(one.disk_gib for one in STEPS if one.name not in fetched)
    need = min(total, config.number("disk_gib"))
    if host.free_bytes >= need * _GIB:
        return ""
    return f"{size(host.free_bytes)} are free, a build takes about {need} GiB"


def _memory(host: Host, config: Config) -> str:
    del config
    if host.memory_bytes >= _RAM_GIB * _GIB:
        return ""
    return f"{size(host.memory_bytes)} of memory; linking can need {_RAM_GIB} GiB"


def _sudo(host: Host, config: Config) -> str:
    if host.uid == 0:
        return ""
    if not host.tools.get("sudo"):
        return _absent(host, config, "sudo")
    if host.has_sudo_ticket or host.can_ask:
        return ""
    return "sudo would ask for a password, and there is no terminal"


def _root(host: Host, config: Config) -> str:
    del config
    return "cros_sdk refuses to be run by root" if host.uid == 0 else ""


def _uses_lvm(config: Config) -> bool:
    """Whether the chroot is an image on a thin volume, as in 2020."""
    return config.era is Era.SCRIPTS and not config.switch("nouse_image")


def _lvm(host: Host, config: Config) -> str:
    lacks = [name for name in ("lvs", "thin_check") if not host.tools.get(name)]
    if not lacks or not _uses_lvm(config):
        return ""
    return f"chroot.img wants {' and '.join(lacks)}"


def _qemu(host: Host, config: Config) -> str:
    if not config.switch("boot"):
        return ""
    return _absent(host, config, "qemu-system-x86_64")


def _kvm(host: Host, config: Config) -> str:
    if not config.switch("boot") or config.text("accel") == "tcg":
        return ""
    return f"{host.kvm}; the image is booted by emulation" if host.kvm else ""


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "not-root",
        Weight.ERROR,
        _root,
        "run as an ordinary user; in a container whose cros_sdk takes root:"
        " --skip-checks not-root",
    ),
    Check("sudo", Weight.ERROR, _sudo, "sudo -v, in the terminal of this run"),
    Check("git", Weight.ERROR, _git, "sudo apt-get install git"),
    Check("curl", Weight.ERROR, _tool("curl"), "sudo apt-get install curl"),
    Check("python", Weight.ERROR, _tool("python3"), "sudo apt-get install python3"),
    Check("repo", Weight.ERROR, _depot_tool, _DEPOT_TOOLS),
    Check("cros-sdk", Weight.ERROR, _cros_sdk, _DEPOT_TOOLS),
    Check(
        "git-identity",
        Weight.ERROR,
        _identity,
        "git config --global user.name NAME; git config --global user.email ADDRESS",
    ),
    Check(
        "git-protocol",
        Weight.WARNING,
        _protocol,
        "git config --global protocol.version 2",
    ),
    Check("home", Weight.ERROR, _home, "set HOME to a directory of yours"),
    Check("umask", Weight.ERROR, _umask, "umask 022"),
    Check("locale", Weight.ERROR, _locale, "export LC_ALL=C.UTF-8"),
    Check(
        "file-system",
        Weight.ERROR,
        _file_system,
        "put the checkout on a local ext4 or xfs without compression",
    ),
    Check(
        "mount-options",
        Weight.ERROR,
        _mount_options,
        "mount -o remount,exec,suid,dev the file system, or use another",
    ),
    Check("disk", Weight.ERROR, _disk, "make room, or set --disk-gib for a small tree"),
    Check("memory", Weight.WARNING, _memory, "fewer --jobs, or more memory or swap"),
    Check(
        "lvm",
        Weight.ERROR,
        _lvm,
        "sudo apt-get install lvm2 thin-provisioning-tools, or --nouse-image",
    ),
    Check(
        "libvirt",
        Weight.WARNING,
        _tool("virsh"),
        "sudo apt-get install libvirt-clients libvirt-daemon-system (the notes of 2020"
        " list it; coos-build boots without)",
    ),
    Check(
        "qemu",
        Weight.ERROR,
        _qemu,
        "sudo apt-get install --no-install-recommends qemu-system-x86, or --no-boot",
    ),
    Check(
        "kvm",
        Weight.WARNING,
        _kvm,
        "sudo adduser $USER kvm, on a host with hardware virtualisation",
    ),
)


def examine(host: Host, config: Config) -> Iterator[Miss]:
    """Yield the checks that do not hold, in order."""
    skipped = config.words("skip_checks")
    for check in CHECKS:
        problem = check.problem(host, config)
        if problem:
            yield Miss(check, problem, check.name in skipped)
