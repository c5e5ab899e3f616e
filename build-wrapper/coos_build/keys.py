# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The keys of the configuration: one table for the file, the options and the docs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coos_build.profiles import PROFILES, Value


class Kind(StrEnum):
    """What a value may be."""

    TEXT = "text"
    FILE = "file"
    NUMBER = "number"
    SWITCH = "switch"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file, and the option of the same name.

    ``presets`` are words that a file may be named by instead, as coos-license has them.
    """

    name: str
    kind: Kind
    help: str
    default: Value = None
    choices: tuple[str, ...] = ()
    takes: str = ""
    presets: tuple[str, ...] = ()

    @property
    def metavar(self) -> str:
        """What the help calls the value."""
        kinds = {Kind.FILE: "FILE", Kind.NUMBER: "N", Kind.LIST: "WORD"}
        return self.takes or "|".join(self.choices) or kinds.get(self.kind, "TEXT")

    def is_path(self, value: Value) -> bool:
        """Return whether a value is the path of a file."""
        return (
            self.kind is Kind.FILE
            and isinstance(value, str)
            and value != ""
            and value not in self.presets
        )

    @property
    def option(self) -> str:
        """The option of the command line."""
        return "--" + self.name.replace("_", "-")


_SOURCES: Final = (
    Key(
        "profile",
        Kind.TEXT,
        "What is built: seed-2020, cos or pinned.",
        "seed-2020",
        tuple(PROFILES),
    ),
    Key("board", Kind.TEXT, "The board.", "lakitu"),
    Key("manifest_url", Kind.TEXT, "Git repository of the manifest."),
    Key("manifest_branch", Kind.TEXT, "Its branch; for a released build its tag."),
    Key("manifest_name", Kind.TEXT, "File in the manifest repository."),
    Key("groups", Kind.TEXT, "Groups of projects to sync, such as minilayout."),
    Key("repo_url", Kind.TEXT, "Git repository of repo itself."),
    Key("repo_rev", Kind.TEXT, "Its branch or tag."),
    Key("partial_clone", Kind.SWITCH, "repo init --partial-clone.", default=False),
    Key("current_branch", Kind.SWITCH, "repo sync --current-branch.", default=False),
    Key("clone_bundle", Kind.SWITCH, "repo sync --clone-bundle.", default=True),
    Key("sync_jobs", Kind.NUMBER, "Parallel fetches of repo sync.", 4),
)
_BUILD: Final = (
    Key("nouse_image", Kind.SWITCH, "cros_sdk --nouse-image.", default=False),
    Key("setup_options", Kind.LIST, "More options of setup_board.", ("--default",)),
    Key("accept_licenses", Kind.TEXT, "Licences or groups to accept: @CHROMEOS."),
    Key("set_password", Kind.SWITCH, "Set the shared user's password.", default=True),
    Key("nousepkg", Kind.SWITCH, "Build all from source.", default=False),
    Key("package_options", Kind.LIST, "More options of build_packages.", ()),
    Key("jobs", Kind.NUMBER, "Packages built in parallel; -1: as many as can be."),
    Key("image_types", Kind.LIST, "Images to make: base, dev, test.", ("dev",)),
    Key("image_options", Kind.LIST, "More options of build_image.", ()),
    Key("vm_options", Kind.LIST, "More options of image_to_vm.sh.", ()),
)
_ATTRIBUTION: Final = (
    Key("install", Kind.SWITCH, "Put the credits page into the image.", default=False),
    Key(
        "policy",
        Kind.FILE,
        "coos-license --policy: a file or a preset.",
        takes="FILE|PRESET",
        presets=("default", "permissive-only", "no-gpl3", "chromium-os", "strict"),
    ),
    Key("curations", Kind.FILE, "coos-license --curations."),
    Key("baseline", Kind.FILE, "coos-license --baseline: only new findings stop."),
    Key(
        "fail_on",
        Kind.TEXT,
        "Findings at least this severe stop the build: info, warning or error.",
        "error",
        ("info", "warning", "error"),
    ),
    Key(
        "accounting",
        Kind.SWITCH,
        "coos-license --accounting: find the owner of every file of the image.",
        default=True,
    ),
    Key("implicit", Kind.FILE, "Its --implicit, before the rules for lakitu."),
    Key("min_coverage", Kind.NUMBER, "Its --min-coverage, in percent."),
    Key(
        "sources",
        Kind.SWITCH,
        "coos-license sources: put the source that is owed beside the image.",
        default=True,
    ),
    Key(
        "distdir",
        Kind.FILE,
        "Its --distdir; else .cache/distfiles of the checkout.",
        takes="DIR",
    ),
    Key("offer", Kind.FILE, "Its --offer."),
    Key(
        "sources_fail_on",
        Kind.TEXT,
        "Gaps of the source at least this severe stop the build, or never.",
        "never",
        ("never", "info", "warning", "error"),
    ),
    Key("supplier", Kind.TEXT, "Who distributes the image: 'Organization: NAME'."),
    Key("creator", Kind.TEXT, "Who makes the documents; else the supplier."),
    Key("contact", Kind.TEXT, "Where questions go."),
    Key(
        "image_name",
        Kind.TEXT,
        "Name of the image in the documents; else the image's own.",
    ),
    Key(
        "image_version",
        Kind.TEXT,
        "Version of the image in the documents; else the image's own.",
    ),
)
_BOOT: Final = (
    Key("boot", Kind.SWITCH, "Boot the image and compare.", default=True),
    Key(
        "accel",
        Kind.TEXT,
        "What runs it: auto, kvm or tcg.",
        "auto",
        ("auto", "kvm", "tcg"),
    ),
    Key(
        "firmware",
        Kind.TEXT,
        "Its firmware: auto, bios or uefi.",
        "auto",
        ("auto", "bios", "uefi"),
    ),
    Key("memory_mib", Kind.NUMBER, "Memory of the virtual machine.", 1024),
    Key("ssh_port", Kind.NUMBER, "Port on this host; 0: a free one.", 0),
    Key("boot_deadline_s", Kind.NUMBER, "Seconds until it must have answered.", 600),
    Key("login", Kind.TEXT, "User to log in as.", "chronos"),
)
_HOUSE: Final = (
    Key(
        "keep_images",
        Kind.NUMBER,
        "Complete images to keep, the newest; latest stays, too.",
        1,
    ),
    Key(
        "deadlines",
        Kind.LIST,
        "Other deadlines: STEP=SECONDS.",
        (),
        takes="STEP=SECONDS",
    ),
    Key("disk_gib", Kind.NUMBER, "No step asks for more free disk than this.", 120),
    Key("min_free_gib", Kind.NUMBER, "End a step when less is free.", 1),
    Key("skip_checks", Kind.LIST, "Checks of doctor not to mind, by name.", ()),
    Key(
        "clone_depot_tools", Kind.SWITCH, "Fetch depot_tools if needed.", default=False
    ),
)
#: All keys, in the order of the documents.
SECTIONS: Final = (
    ("What is built", _SOURCES),
    ("How", _BUILD),
    ("Attribution", _ATTRIBUTION),
    ("Boot", _BOOT),
    ("Care", _HOUSE),
)
KEYS: Final = {key.name: key for _, keys in SECTIONS for key in keys}
