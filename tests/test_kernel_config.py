# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Configurations of kernels, wherever an installation has them."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from functools import partial
from pathlib import Path

import lz4.block
import pytest
import zstandard
from builders_sources import write_tree

from coos_license.corresponding.ikconfig import embedded_config
from coos_license.corresponding.kernel import is_kernel, kernel_configs
from coos_license.model import PackageId
from coos_license.trees.content import Memory
from coos_license.trees.directory import DirectoryTree

KERNEL = PackageId("sys-kernel", "lakitu-kernel-6_1", "6.1.192-r3")
CONFIG = b"CONFIG_IKCONFIG=y\n" * 2000
MARKED = b"IKCFG_ST" + gzip.compress(CONFIG) + b"IKCFG_ED"
#: The mark lies across two pieces that are read.
VMLINUX = bytes((1 << 20) - 3) + MARKED + bytes(1000)


def configs(root: Path) -> dict[str, bytes | None]:
    """Return the configurations by name: what they hold, or are a copy of."""
    with DirectoryTree.open(root) as tree:
        found = kernel_configs(KERNEL, tree)
    assert found is not None
    return {
        one.path.rpartition("/")[2]: one.content or one.source.encode() for one in found
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("boot/config-6.1.192", "config-6.1.192"),
        ("lib/modules/6.1.192/build/.config", "config-6.1.192"),
        ("usr/lib/modules/6.1.192-x/config", "config-6.1.192-x"),
        ("usr/src/linux-6.1.192/.config", "config-linux-6.1.192"),
    ],
)
def test_a_configuration_is_found(tmp_path: Path, path: str, name: str) -> None:
    write_tree(tmp_path, {path: "CONFIG_X=y\n"})
    assert configs(tmp_path) == {name: path.encode()}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("boot/vmlinuz-6.1.192", "config-of-vmlinuz-6.1.192"),
        ("usr/lib/debug/boot/vmlinux", "config-of-vmlinux"),
        ("lib/modules/6.1.192/vmlinuz", "config-of-6.1.192"),
        ("lib/modules/6.1.192/kernel/kernel/configs.ko", "config-of-6.1.192"),
    ],
)
def test_a_kernel_carries_its_configuration(
    tmp_path: Path, path: str, name: str
) -> None:
    write_tree(tmp_path, {path: ""})
    (tmp_path / path).write_bytes(VMLINUX)
    assert configs(tmp_path) == {name: CONFIG}


def test_the_version_counts_before_the_place(tmp_path: Path) -> None:
    other, right = "boot/config-5.15.1", "lib/modules/6.1.192/build/.config"
    write_tree(tmp_path, {other: "a\n", right: "b\n"})
    assert configs(tmp_path) == {"config-6.1.192": right.encode()}
    (tmp_path / right).unlink()
    assert configs(tmp_path) == {"config-5.15.1": other.encode()}


def test_a_kernel_without_its_configuration_has_none(tmp_path: Path) -> None:
    write_tree(tmp_path, {"boot/vmlinuz-6.1.192": "MZ"})
    assert configs(tmp_path) == {}


def as_lz4(content: bytes) -> bytes:
    """Pack as ``lz4 -l`` does, and the kernel has it."""
    block: bytes = lz4.block.compress(content, store_size=False)
    return b"\x02\x21\x4c\x18" + len(block).to_bytes(4, "little") + block


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lzma.compress,
        partial(lzma.compress, format=lzma.FORMAT_ALONE, preset=9),
        bz2.compress,
        zstandard.ZstdCompressor().compress,
        as_lz4,
    ],
    ids=["gzip", "xz", "lzma", "bzip2", "zstd", "lz4"],
)
def test_the_payload_of_an_image_is_looked_into(pack: Callable[[bytes], bytes]) -> None:
    image = b"MZ" + b"\x1f\x8b\x08 no payload" + bytes(70_000) + pack(VMLINUX) + b"end"
    assert embedded_config(Memory(image)) == CONFIG


@pytest.mark.parametrize(
    "content",
    [
        MARKED[:100],
        MARKED.replace(b"IKCFG_ST", b"IKCFG_S_"),
        b"IKCFG_ST\x1f\x8bnothing",
        b"IKCFG_ST" + gzip.compress(bytes(1 << 24)),
        b"",
    ],
    ids=["cut off", "no mark", "no gzip", "too long", "empty"],
)
def test_what_is_no_configuration_is_none(content: bytes) -> None:
    assert embedded_config(Memory(content)) is None


def test_headers_are_no_kernel() -> None:
    assert is_kernel(KERNEL)
    assert not is_kernel(PackageId("sys-kernel", "linux-headers", "6.1"))
    assert not is_kernel(PackageId("sys-apps", "kernel-tools", "1"))
