# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The preset lakitu covers what the scripts make, and nothing that ebuilds install.

What they make was read in crosutils and overlay-lakitu; each rule names its script.
"""

import pytest

from coos_license.accounting.places import of_partition
from coos_license.accounting.policy_implicit import (
    ImplicitRule,
    RuleIndex,
    read_rules,
)
from coos_license.resources import implicit

RULES = read_rules(implicit("lakitu"), "lakitu", is_own=False)
INDEX = RuleIndex(RULES)


def rule(path: str) -> ImplicitRule | None:
    """The rule for a path as findings write it."""
    partition, _, below = path.rpartition(":")
    begin = of_partition(partition) if partition else ""
    met = INDEX.find(begin + below.removeprefix("/"))
    return RULES[met[0]] if met else None


@pytest.mark.parametrize(
    ("path", "component"),
    [
        ("/lib64/libc.so.6", "glibc"),
        ("/lib64/libnss_dns-2.27.so", "glibc"),
        ("/lib64/libthread_db-1.0.so", "glibc"),
        ("/usr/lib64/gconv/gconv-modules.d/gconv-modules-extra.conf", "glibc"),
        ("/usr/lib64/libpthread.so", "glibc"),
        ("/sbin/ldconfig", "glibc"),
        ("STATE:/dev_image/bin/getent", "glibc"),
        ("/usr/lib/libc++.so.1.0", "llvm-runtime"),
        ("KERN-B:/", "kernel-image"),
        ("STATE:/vmlinuz_hd.vblock", "kernel-signature"),
        ("/lib/modules/5.4.49+/modules.symbols.bin", "kernel-module-index"),
        ("EFI-SYSTEM:/syslinux/vmlinuz.A", "kernel-image"),
        ("EFI-SYSTEM:/syslinux/ldlinux.sys", "syslinux"),
        ("EFI-SYSTEM:/syslinux/usb.A.cfg", "boot-loader-configuration"),
        ("EFI-SYSTEM:/efi/boot/shimx64.efi", "boot-loader"),
        ("EFI-SYSTEM:/efi/Google/GSetup/dbx/01-dbx.der", "boot-loader-configuration"),
        ("EFI-SYSTEM:/boot/grub/grub.cfg", "boot-loader-configuration"),
        ("EFI-SYSTEM:/boot/grub/i386-pc/normal.mod", "grub-for-bios"),
        ("RWFW:/", "grub-for-bios"),
        ("/boot/efi/boot/bootx64.efi", "boot-loader"),
        ("/boot/efi/boot/grub.cfg", "boot-loader-configuration"),
        ("/boot/syslinux/root.B.cfg", "boot-loader-configuration"),
        ("/etc/udev/hwdb.bin", "hardware-database"),
        ("/etc/shadow", "accounts"),
        ("/etc/toolchain-path", "image-build-records"),
        ("/usr/sbin/write_gpt.sh", "image-build-records"),
        ("/opt/google/chrome/resources/about_os_credits.html.gz", "credits-page"),
        ("/usr/bin/python3.11", "links-to-usr-local"),
        ("STATE:/dev_image/usr", "links-to-usr-local"),
    ],
)
def test_what_the_scripts_make_has_its_component(path: str, component: str) -> None:
    found = rule(path)
    assert found is not None
    assert found.component == component


@pytest.mark.parametrize(
    "path",
    [
        "/usr/lib64/libgcc_s.so.1",  # sys-libs/gcc-libs
        "/usr/lib64/libstdc++.so.6",
        "/usr/lib64/locale/locale-archive",  # chromeos-base/chromeos-locale
        "/boot/vmlinuz",  # the kernel's ebuild
        "/lib/modules/5.4.49+/modules.order",
        "/lib/modules/5.4.49+/kernel/fs/x.ko",
        "/boot/efi/boot/grub-lakitu.efi",  # sys-boot/grub-lakitu
        "/boot/efi/boot/shimx64.efi",  # sys-boot/shim
        "/lib64/libfoo-2.0.so",
        "/lib64/libnss_nis.so.2",  # left out by install_libc
        "/usr/bin/ldd",
        "KERN-C:/",  # unused
        "/usr/bin/python3.11-config",
        "/etc/hosts",
        "STATE:/dev_image/bin/gdb",
        "STATE:/home/user",
        "EFI-SYSTEM:/efi/boot/stray.txt",
        "EFI-SYSTEM:/stray",
    ],
)
def test_what_they_do_not_make_has_none(path: str) -> None:
    assert rule(path) is None


def test_whole_directories_are_taken_only_where_nobody_else_writes() -> None:
    whole = {path for one in RULES for path in one.paths if "**" in path}
    assert whole == {
        "/usr/lib*/gconv/**",
        "STATE:/dev_image/lib/debug/**",
        "EFI-SYSTEM:/boot/grub/**",
        "/var/db/pkg/**",
        "/var/lib/portage/**",
        "/var/cache/edb/**",
    }


def test_every_rule_names_a_script_or_a_manual() -> None:
    for one in RULES:
        assert one.source.startswith(("crosutils", "overlay-lakitu", "portage")), one
        assert one.reason
