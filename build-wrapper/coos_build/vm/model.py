# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a boot is asked for, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

RELEASE_FILES = ("/etc/os-release", "/etc/lsb-release")

# Where Chromium OS keeps the credits page of an image, plain or compressed.
ATTRIBUTION_FILES = (
    "/opt/google/chrome/resources/about_os_credits.html",
    "/opt/google/chrome/resources/about_os_credits.html.gz",
)

# Takes one line of progress, without its line end.
Say = Callable[[str], None]


class VmError(Exception):
    """A boot that could not be done: what is wrong, and what to do about it."""

    def __init__(self, what: str, cure: str) -> None:
        """Keep both; the text of the error is one line with the two."""
        super().__init__(f"{what}; {cure}")
        self.what = what
        self.cure = cure


class Accel(StrEnum):
    """Who executes the instructions of the guest."""

    AUTO = "auto"
    KVM = "kvm"
    TCG = "tcg"


class Firmware(StrEnum):
    """What starts the boot loader of the image."""

    AUTO = "auto"
    BIOS = "bios"
    UEFI = "uefi"


@dataclass(frozen=True, slots=True, kw_only=True)
class VmRequest:
    """One boot.

    Without ``password`` and ``key`` nobody logs in, and no file is read. ``reads`` are
    absolute paths inside the guest; ``*`` stands for any part of a name. One deadline,
    in seconds, holds for each of the two waits: for the guest, and for the login.
    """

    image: Path
    log_dir: Path
    memory_mib: int = 1024
    ssh_port: int = 0
    deadline_s: float = 300.0
    accel: Accel = Accel.AUTO
    firmware: Firmware = Firmware.AUTO
    user: str = "chronos"
    password: str | None = field(default=None, repr=False)
    key: Path | None = None
    reads: tuple[str, ...] = ATTRIBUTION_FILES

    @property
    def wants_login(self) -> bool:
        """Whether anything is known that the guest would accept."""
        return self.password is not None or self.key is not None


@dataclass(frozen=True, slots=True)
class GuestFile:
    """A file as read inside the guest.

    ``content`` is what the file says: ``stored``, decompressed where it was gzip.
    """

    path: str
    stored: bytes = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VmReport:
    """What happened; all times are seconds since QEMU was started.

    ``serial_s`` is None when ssh answered before the serial console said anything, and
    ``ssh_s`` when nobody was to log in. ``power_off`` says what stopped the guest:
    ``ssh``, ``serial`` or ``signal``.
    """

    accel: Accel
    accel_reason: str
    firmware: Firmware
    firmware_reason: str
    serial_s: float | None
    ssh_s: float | None
    whole_s: float
    release: Mapping[str, str]
    files: tuple[GuestFile, ...]
    power_off: str
    exit_status: int
    serial_log: Path
