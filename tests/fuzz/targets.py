# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is fuzzed: each parser of bytes from outside, as a function of those bytes.

A target returns, or raises an error that a person can cure; nothing else, and soon.
A new parser gets a target here, with its module in ``modules``, and at least one file
in ``corpus/<name>/``. ``test_fuzz.py`` fails until it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import readers

from coos_license.accounting.policy_implicit import read_rules
from coos_license.accounting.programs import is_program
from coos_license.components import cargo, go_modules
from coos_license.corresponding.ikconfig import embedded_config
from coos_license.corresponding.offer import parse_offer
from coos_license.documents.notice import parse_notice
from coos_license.embedded import EvidenceKind
from coos_license.model import PackageId
from coos_license.policy.policy_curations import parse_curations
from coos_license.policy.policy_file import parse_policy
from coos_license.portage.cpe import cpe_names
from coos_license.portage.manifest import parse_manifest
from coos_license.portage.needed import read_objects
from coos_license.portage.patches import applied_patches
from coos_license.resources import preset
from coos_license.snapshot.layout import parse_manifest as parse_snapshot
from coos_license.trees.content import Memory
from coos_license.trees.members import read_members
from coos_license.trees.packed import unpacked


@dataclass(frozen=True, slots=True)
class Target:
    """A function of bytes, and the modules of ``coos_license`` that it tries."""

    name: str
    modules: tuple[str, ...]
    run: Callable[[bytes], object]


TARGETS: Final = (
    Target("atoms", ("portage.atoms",), readers.atoms),
    Target("depset", ("portage.depset",), readers.license_field),
    Target("dependencies", ("portage.installed",), readers.dependencies),
    Target(
        "assignments",
        ("portage.assignments", "chromiumos.workon"),
        readers.ebuild_variables,
    ),
    Target("names", ("portage.names",), readers.names),
    Target("entry", ("portage.entry", "portage.source_uri"), readers.entry),
    Target("vdb", ("portage.vdb",), readers.vdb),
    Target("manifest", ("portage.manifest",), parse_manifest),
    Target(
        "needed",
        ("portage.needed",),
        lambda content: [
            read_objects({name: content})
            for name in ("NEEDED.ELF.2", "PROVIDES", "REQUIRES")
        ],
    ),
    Target(
        "binary-package",
        ("portage.binary_package", "portage.xpak", "portage.gpkg"),
        readers.binary_package,
    ),
    Target("binhost", ("portage.binhost",), readers.binhost),
    Target("package-index", ("portage.package_index",), readers.package_index),
    Target("ebuild-cache", ("portage.ebuild_cache",), readers.ebuild_cache),
    Target(
        "repository",
        ("portage.repository", "portage.license_groups"),
        readers.repository,
    ),
    Target("contents", ("portage.contents",), readers.contents),
    Target(
        "patches",
        ("portage.patches",),
        lambda content: applied_patches(
            content.decode("utf-8", "replace"), PackageId("app-misc", "x", "1")
        ),
    ),
    Target("members", ("trees.members",), read_members),
    Target("overlays", ("chromiumos.checkout",), readers.overlays),
    Target(
        "license-yaml",
        ("chromiumos.license_cache", "chromiumos.dumped_yaml"),
        partial(readers.license_cache, "license.yaml"),
    ),
    Target(
        "license-json",
        ("chromiumos.license_cache",),
        partial(readers.license_cache, "license.json"),
    ),
    Target("release", ("chromiumos.release",), readers.release),
    Target("package-info", ("chromiumos.package_info",), readers.package_info),
    Target("cpe", ("portage.cpe",), lambda content: cpe_names(content, "1.2-r3")),
    Target("whole", ("trees.whole",), readers.whole),
    Target(
        "program",
        (
            *("components.elf", "components.module_info", "components.reading"),
            "trees.excerpt",
        ),
        readers.program,
    ),
    Target(
        "go-build",
        ("components.go_build", "components.parts"),
        partial(readers.component, EvidenceKind.GO_BUILD_INFO),
    ),
    Target(
        "rust-audit",
        ("components.rust_audit",),
        partial(readers.component, EvidenceKind.RUST_AUDIT),
    ),
    Target(
        "python-metadata",
        ("components.python_metadata",),
        partial(readers.component, EvidenceKind.PYTHON_METADATA),
    ),
    Target(
        "node-package",
        ("components.node_package",),
        partial(readers.component, EvidenceKind.NODE_PACKAGE),
    ),
    Target(
        "component-places",
        ("components.places", "components.purls"),
        readers.component_places,
    ),
    Target(
        "cargo-lock", ("components.cargo", "trees.toml_text"), cargo.parse_cargo_lock
    ),
    Target("cargo-toml", ("components.cargo",), cargo.parse_cargo_toml),
    Target("go-sum", ("components.go_modules",), go_modules.parse_go_sum),
    Target("go-mod", ("components.go_modules",), go_modules.parse_go_mod),
    Target("modules-txt", ("components.go_modules",), go_modules.parse_modules_txt),
    Target("source-names", ("sources.names",), readers.source_names),
    Target("source-heads", ("sources.headers",), readers.source_heads),
    Target(
        "source", ("sources.places", "sources.scan", "sources.walks"), readers.source
    ),
    Target(
        "archive",
        (
            *("trees.packed", "trees.found", "trees.content", "trees.ar_members"),
            *("trees.zip_members", "trees.tar_members"),
        ),
        readers.archive,
    ),
    Target(
        "tar-tree", ("trees.archive", "trees.nodes", "trees.unpack"), readers.tar_tree
    ),
    Target(
        "packed",
        ("trees.decoders",),
        lambda content: unpacked(content, readers.MOST_UNPACKED),
    ),
    Target(
        "image",
        (
            *("trees.ext4", "trees.ext4_blocks", "trees.ext4_directory"),
            *("trees.ext4_superblock", "trees.image", "trees.gpt", "trees.window"),
            "chromiumos.disk",
        ),
        readers.image,
    ),
    Target("search-path", ("portage.search_path",), readers.search_path),
    Target("git-pack", ("trees.git_objects", "trees.git_packs"), readers.git_pack),
    Target("git-object", ("trees.git_objects", "trees.git_tree"), readers.git_object),
    Target("git-pointer", ("trees.git_places",), readers.git_pointer),
    Target(
        "file-system",
        (
            *("trees.fat", "trees.fat_boot", "trees.fat_directory"),
            *("trees.file_systems", "trees.squashfs", "trees.squashfs_packing"),
            *("trees.squashfs_superblock", "trees.squashfs_tables"),
        ),
        readers.file_system,
    ),
    Target("text", ("trees.text",), readers.clean),
    Target("snapshot", ("snapshot.layout",), parse_snapshot),
    Target("snapshot-sources", ("snapshot.sources",), readers.snapshot_sources),
    Target("document-inventory", ("documents.inventory",), readers.inventory),
    Target("document-spdx", ("documents.spdx", "documents.tag_value"), readers.spdx),
    Target("document-spdx3", ("documents.spdx3",), readers.spdx3),
    Target("document-cyclonedx", ("documents.cyclonedx",), readers.cyclonedx),
    Target(
        "document-notice",
        ("documents.notice",),
        lambda content: parse_notice(content.decode("utf-8", "replace")),
    ),
    Target("document-page", ("documents.pages", "documents.carried"), readers.page),
    Target(
        "curations",
        ("policy.policy_curations",),
        partial(readers.toml, parse_curations),
    ),
    Target(
        "policy",
        (
            *("policy.policy_file", "policy.policy_licenses", "policy.policy_table"),
            "policy.toml_lines",
        ),
        partial(readers.toml, partial(parse_policy, presets=preset)),
    ),
    Target(
        "implicit-rules",
        ("accounting.policy_implicit",),
        partial(readers.toml, partial(read_rules, is_own=True)),
    ),
    Target(
        "initramfs",
        ("trees.cpio_members", "trees.cpio_decoders", "trees.cpio_source"),
        readers.initramfs,
    ),
    Target(
        "ikconfig",
        ("corresponding.ikconfig",),
        lambda content: embedded_config(Memory(content)),
    ),
    Target("config-root", ("portage.config_root",), readers.config_root),
    Target("elf-head", ("accounting.programs",), is_program),
    Target("license-groups", ("portage.license_groups",), readers.license_groups),
    Target("offer", ("corresponding.offer",), partial(readers.toml, parse_offer)),
    Target(
        "build-scripts",
        (
            *("corresponding.ebuilds", "corresponding.environment"),
            *("corresponding.patches", "corresponding.fetching"),
        ),
        readers.build_scripts,
    ),
)
#: Modules of the same packages that read no bytes from outside, and why they do not.
NO_PARSERS: Final = {
    "accounting.account": "compares names",
    "accounting.carried": "compares texts that were parsed",
    "accounting.components": "puts values together",
    "accounting.containers": "gives archives to the parsers",
    "accounting.notices": "keeps bytes as they are",
    "accounting.policy_over_broad": "compares names",
    "accounting.strays": "puts names together",
    "accounting.mounts": "chooses which tree is asked",
    "accounting.owners": "compares names",
    "accounting.places": "takes paths apart",
    "chromiumos.chroot": "looks at which directories there are",
    "chromiumos.databases": "tells by names which reader is asked",
    "chromiumos.source": "holds values",
    "chromiumos.volumes": "gives partitions to the parsers",
    "components.source_lists": "gives the lists of sources to the parsers",
    "components.embed": "gives the files of CONTENTS to the parsers",
    "corresponding.components": "puts values together",
    "corresponding.gaps": "puts values into words",
    "corresponding.kernel": "looks at names",
    "corresponding.overrides": "looks at names",
    "corresponding.plan": "gives scripts to the parsers",
    "corresponding.policy_duties": "puts values together",
    "corresponding.policy_owing": "puts values together",
    "corresponding.repositories": "chooses what is written",
    "corresponding.values": "holds values",
    "trees.allowance": "counts",
    "trees.worktree": "writes a tar of what it walks",
    "policy.curate": "applies what was parsed",
    "policy.policy_elections": "applies what was parsed",
    "policy.policy_public": "leaves out of what was parsed",
    "policy.policy_rules": "applies what was parsed",
    "policy.policy_values": "holds values",
    "policy.policy_waivers": "applies what was parsed",
    "trees.digests": "hashes bytes",
    "policy.suggest": "writes",
    "portage.builds": "compares values",
    "portage.sysroot": "looks at which directories there are",
    "snapshot.collect": "chooses what is written",
    "snapshot.databases": "chooses what is written",
    "sources.checkouts": "gives ebuilds to the parser",
    "sources.gather": "starts processes",
    "sources.locate": "looks at names",
    "sources.packages": "puts values together",
    "sources.values": "holds values",
    "trees.base": "holds protocols",
    "trees.listing": "lists what a tree holds",
    "trees.directory": "reads the file system, which a test of its own tries",
}
