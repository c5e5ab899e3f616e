# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Known failures: what the log says, what it means, what cures it. The table is data.

Sources: Chromium OS developer guide and FAQ; reports of users of 2014 to 2023; the
notes of June 2020.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Known:
    """A pattern of one line, the cause, and the cure; for these steps, or for all."""

    pattern: re.Pattern[str]
    cause: str
    cure: str
    steps: tuple[str, ...] = ()


def _known(pattern: str, cause: str, cure: str, *steps: str) -> Known:
    return Known(re.compile(pattern, re.IGNORECASE), cause, cure, steps)


#: The more special first: the first that matches any line is shown.
FAILURES: Final[tuple[Known, ...]] = (
    _known(
        r"No space left on device|ENOSPC|Disk quota exceeded",
        "the disk is full",
        "make room (coos-build prune --dry-run shows old images), then run again",
    ),
    _known(
        r"no such option: --repo-ref",
        "--repo-ref is no option of repo; the notes of 2020 misspell it in one place",
        "use --repo-rev, as coos-build does",
        "repo-init",
    ),
    _known(
        r"no such option|unrecognized arguments|unknown option",
        "the program does not know one of the options",
        "compare 'coos-build plan' with its --help; drop the option in the"
        " configuration",
    ),
    _known(
        r"(tag|commit) .* (is|was) not signed|no signature|Can't check signature"
        r"|gpg: .*(BAD signature|No public key)|not signed by",
        "repo refuses a second stage whose tag is not signed by a key that it trusts",
        "use the official --repo-url and a signed --repo-rev (stable); never switch"
        " the check off",
        "repo-init",
    ),
    _known(
        r"Couldn't find remote ref|couldn't find remote branch"
        r"|revision .* in .* not found|manifest .* not found",
        "the manifest repository has no such branch, tag or file",
        "check --manifest-branch and --manifest-name",
        *("repo-init", "sync-network"),
    ),
    _known(
        r"promisor|partial clone|could not fetch .* from promisor",
        "a partial clone lacks objects that it needs now",
        "leave --partial-clone out: it is known to break fetches of these sources",
    ),
    _known(
        r"Could not resolve host|Temporary failure in name resolution"
        r"|Connection (timed out|refused|reset)|early EOF|RPC failed"
        r"|HTTP (429|5\d\d)",
        "the network or the server failed",
        "run again: what was fetched is kept; fewer --sync-jobs help with HTTP 429",
    ),
    _known(
        r"(lvm|vgcreate|lvcreate|thin_check|thin-provisioning)\S*: "
        r"(command )?not found|missing .*(lvm|thin)",
        "the tools for chroot.img are missing",
        "sudo apt-get install lvm2 thin-provisioning-tools, or --nouse-image",
        "chroot",
    ),
    _known(
        r"sudo: a (password|terminal) is required|sudo: no tty present"
        r"|sudo: timed out|sudo: \d+ incorrect password",
        "sudo asked for a password and nobody answered: its time stamp has expired",
        "sudo -v, then run again; Defaults timestamp_timeout=400 in sudoers helps",
    ),
    _known(
        r"(must not|cannot|can't|do not|don't) .*(run|be run) as root"
        r"|running as root|as the root user",
        "cros_sdk refuses root",
        "run coos-build as an ordinary user who may use sudo",
    ),
    _known(
        r"signal 9|SIGKILL|Out of memory|Cannot allocate memory|oom-kill",
        "memory ran out",
        "fewer --jobs, or more memory or swap",
    ),
    _known(
        r"The following license changes are necessary to proceed"
        r"|license\(s\) has not been accepted",
        "a package's licence was not accepted",
        "read it, then --accept-licenses with its name or group (@CHROMEOS)",
    ),
    _known(
        r"Failed Generating Licensing for|licensing.*PackageLicenseError"
        r"|gen-package-licenses",
        "the licence hook stopped a package: it found no licence text to credit",
        "the package is named above; add its text to licenses/copyright-attribution"
        " of the overlay, or mend its LICENSE",
        *("build-packages", "build-image"),
    ),
    _known(
        r"REQUIRED_USE|required_use|unmet requirements",
        "the USE flags of a package conflict for this board",
        "check the board; --force does not cure it",
    ),
    _known(
        r"ACCESS DENIED.*(open_wr|\.git/index\.lock)",
        "the sandbox of an old chroot denied git a lock: an old branch with a new git",
        "use a host of the branch's time, or a newer branch",
        *("chroot", "setup-board", "build-packages"),
    ),
    _known(
        r"Permission denied.*(/mnt/host/source|src/third_party)"
        r"|not (readable|writable) by",
        "the chroot's user cannot read or write the sources",
        "chown -R the checkout to yourself; umask 022",
    ),
    _known(
        r"losetup: .*(failed|busy)|partx: error deleting partition"
        r"|failed to set up loop device|Device or resource busy",
        "loop devices or mounts of an earlier run are left",
        "losetup -a shows them; cros_sdk --unmount, then losetup -d; never rm -rf a"
        " chroot that may have mounts",
    ),
    _known(
        r"Directory .* already exists",
        "the image directory is there: image_options say how it is named (--version)",
        "add --replace to image_options, or remove it: coos-build prune --dry-run",
        "build-image",
    ),
    _known(
        r"does not exist.*(overlay|board)|unknown board|Invalid board"
        r"|board .* (not found|unknown)",
        "the sources have no such board",
        "check --board: src/overlays/overlay-BOARD must be there",
        "setup-board",
    ),
    _known(
        r"base image|Could not find .*chromiumos_image|no .*image.* found",
        "image_to_vm.sh wants a dev image, or --test_image with a test image",
        "put dev or test last in --image-types",
        "vm-image",
    ),
    _known(
        r": not found on PATH",
        "a program is missing",
        "coos-build doctor names what is missing and how to get it",
    ),
)


def recognise(step: str, lines: Iterable[str]) -> Known | None:
    """Return the first known failure that any of the lines shows."""
    texts = tuple(lines)
    for known in FAILURES:
        if known.steps and step not in known.steps:
            continue
        if any(known.pattern.search(text) for text in texts):
            return known
    return None
