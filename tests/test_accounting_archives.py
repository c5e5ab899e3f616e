# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is in the archives of an image is accounted for, too."""

import bz2
import gzip
import io
import json
import lzma
import os
import shutil
import struct
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import lz4.block
import lz4.frame
import pytest
import zstandard
from builders_image import make_squashfs, needs_squashfs_tools, patch
from builders_installed import install_mit
from test_accounting import RULES, TOOL, audit, found
from test_squashfs import Handmade

from coos_license.accounting import containers
from coos_license.errors import ReadError
from coos_license.trees import cpio_members, cpio_source
from coos_license.trees.content import Memory
from coos_license.trees.cpio_members import walk_cpio

FILE, LINK, DIRECTORY, DEVICE = 0o100644, 0o120777, 0o040755, 0o020600
#: A file of the package in the image, under another name; and one that nobody has.
FILES = {"bin/copy": TOOL["usr/bin/tool"], "init": b"#!/bin/sh\n"}
#: What ``lz4 -l`` packs at once.
BLOCK = 1 << 23


def lz4_legacy(content: bytes) -> bytes:
    """Return what ``lz4 -l`` makes, as the kernel wants it."""
    packed = b"\x02\x21\x4c\x18"
    for at in range(0, len(content), BLOCK):
        block = lz4.block.compress(content[at : at + BLOCK], store_size=False)
        packed += len(block).to_bytes(4, "little") + block
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "lzma": lambda content: lzma.compress(content, lzma.FORMAT_ALONE),
    "bzip2": bz2.compress,
    "zstd": zstandard.compress,
    "lz4": lz4.frame.compress,
    "lz4-legacy": lz4_legacy,
}


def member(
    name: str, content: bytes, mode: int = FILE, *, ino: int = 0, links: int = 1
) -> bytes:
    """Return a member of a newc archive (cpio(5))."""
    raw = name.encode("utf-8", "surrogateescape") + b"\0"
    fields = (ino, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(raw), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + raw
    return head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)


def archive(files: Mapping[str, bytes], *more: bytes) -> bytes:
    members = b"".join(member(name, data) for name, data in files.items())
    return members + b"".join(more) + member("TRAILER!!!", b"")


def names(content: bytes) -> list[str]:
    return [one.path for one in walk_cpio(Memory(content))]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    root = tmp_path / "image"
    install_mit(root, "app-misc/tool-1", TOOL)
    (root / "boot").mkdir()
    return root


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "implicit.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


def with_paths(rules: Path, paths: str) -> Path:
    rules.write_text(RULES.replace('"/var/db', f'{paths}, "/var/db'), encoding="utf-8")
    return rules


def test_many_archives_in_several_compressions_are_one(
    image: Path, rules: Path
) -> None:
    content = archive({"kernel/microcode.bin": b"x"}) + bytes(512)
    for name, pack in PACKERS.items():
        content += pack(archive({f"{name}/{path}": x for path, x in FILES.items()}))
        content += bytes(7)
    (image / "boot/initramfs.img").write_bytes(content)
    inside = "/boot/initramfs.img!/"
    assert found(image, "--implicit", rules) == {
        "CL095": [
            "/boot/initramfs.img",
            *(f"{inside}{name}/init" for name in ("bzip2", "gzip")),
            f"{inside}kernel/microcode.bin",
            *(f"{inside}{name}/init" for name in ("lz4-legacy", "lz4", "lzma")),
            *(f"{inside}{name}/init" for name in ("xz", "zstd")),
        ]
    }


def test_a_rule_covers_what_is_in_an_archive(image: Path, rules: Path) -> None:
    (image / "boot/initrd.img").write_bytes(gzip.compress(archive(FILES)))
    with_paths(rules, '"/boot/*"')
    assert found(image, "--implicit", rules) == {"CL095": ["/boot/initrd.img!/init"]}
    with_paths(rules, '"/boot/*", "/boot/initrd.img!/**"')
    assert found(image, "--implicit", rules) == {}


def test_what_breaks_off_is_named_with_what_was_read(image: Path, rules: Path) -> None:
    content = archive({"init": b"x"}) + gzip.compress(archive(FILES))[:-20]
    (image / "boot/initrd").write_bytes(content)
    with_paths(rules, '"/boot/initrd"')
    assert found(image, "--implicit", rules) == {
        "CL095": ["/boot/initrd!/", "/boot/initrd!/init"]
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("initrd", b"\x89LZO" + bytes(600)),
        (
            "root.squashfs",
            b"hsqs" + bytes(16) + b"\3\0" + bytes(6) + b"\4" + bytes(600),
        ),
    ],
    ids=["lzo", "squashfs-lzo"],
)
def test_what_is_not_read_is_said(
    image: Path, rules: Path, name: str, content: bytes
) -> None:
    (image / "boot" / name).write_bytes(content)
    with_paths(rules, '"/boot/*"')
    assert found(image, "--implicit", rules) == {"CL095": [f"/boot/{name}!/"]}
    with_paths(rules, f'"/boot/*", "/boot/{name}!/**"')
    assert found(image, "--implicit", rules) == {}


def as_a_kernel_gets_it(pack: Callable[[bytes], bytes]) -> bytes:
    """Return microcode in a plain archive, then a packed one with all kinds of files.

    As ``dracut`` and ``mkinitcpio`` write them: the early archive is padded, and the
    kernel reads it before it can unpack anything.
    """
    early = archive(
        {},
        member("kernel", b"", DIRECTORY, links=2),
        member("kernel/x86/microcode/AuthenticAMD.bin", bytes(range(256)) * 200),
        member("kernel/x86/microcode/GenuineIntel.bin", bytes(range(256)) * 30),
    )
    main = archive(
        {},
        member(".", b"", DIRECTORY, links=3),
        member("dev/console", b"", DEVICE),
        member("bin/busybox", b"\x7fELF" + bytes(range(256)) * 9000),
        member("bin/sh", b"busybox", LINK),
        member("lib/modules/6.1.0/virtio_blk.ko", b"\x7fELF" + bytes(BLOCK)),
        member("init", b"#!/bin/sh\nexec switch_root /root\n", 0o100755),
    )
    return early + bytes(-len(early) % 512) + pack(main) + bytes(3)


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_microcode_before_a_packed_archive_is_read_whole(
    pack: Callable[[bytes], bytes],
) -> None:
    walked = {}
    for one in walk_cpio(Memory(as_a_kernel_gets_it(pack))):
        content = one.read(1 << 24) if one.kind == "file" else b""
        walked[one.path] = (str(one.kind), len(content), content[-1:])
    assert walked == {
        "kernel": ("directory", 0, b""),
        "kernel/x86/microcode/AuthenticAMD.bin": ("file", 51_200, b"\xff"),
        "kernel/x86/microcode/GenuineIntel.bin": ("file", 7_680, b"\xff"),
        ".": ("directory", 0, b""),
        "dev/console": ("device, socket or FIFO", 0, b""),
        "bin/busybox": ("file", 4 + 256 * 9000, b"\xff"),
        "bin/sh": ("symbolic link", 0, b""),
        "lib/modules/6.1.0/virtio_blk.ko": ("file", 4 + BLOCK, b"\0"),
        "init": ("file", 33, b"\n"),
    }


@pytest.mark.parametrize("options", [["-l"], ["-9"], ["-BD"]], ids=" ".join)
def test_what_lz4_itself_packs_is_read(options: list[str]) -> None:
    if shutil.which("lz4") is None:
        pytest.skip("no lz4: install lz4")
    content = as_a_kernel_gets_it(bytes)
    packed = subprocess.run(
        ["lz4", *options, "-c"], input=content, capture_output=True, check=True
    ).stdout
    assert names(packed) == names(content)


def test_an_archive_that_fills_a_legacy_block_ends_there() -> None:
    first = archive({"data": bytes(BLOCK - len(archive({"data": b""})))})
    assert len(first) == BLOCK
    content = lz4_legacy(first) + bytes(8) + gzip.compress(archive(FILES))
    assert names(content) == ["data", *FILES]


def test_archives_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpio_members, "_MOST_ARCHIVES", 3)
    assert names(archive(FILES) * 3) == [*FILES] * 3
    with pytest.raises(ReadError, match="more than 3 archives"):
        names(archive(FILES) * 4)
    with pytest.raises(ReadError, match="more than 3 archives"):
        names(gzip.compress(b"") * 4)


@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"a\nb", "a\\nb"), (b"\xff\xfe", "\\udcff\\udcfe"), (b"\x1b[31m", "\\x1b[31m")],
    ids=["newline", "no-utf8", "escape"],
)
def test_an_odd_name_in_an_archive_is_named_escaped(
    image: Path, rules: Path, name: bytes, shown: str
) -> None:
    content = archive({name.decode("utf-8", "surrogateescape"): b"x"})
    (image / "boot/initrd").write_bytes(content)
    with_paths(rules, '"/boot/initrd"')
    assert found(image, "--implicit", rules) == {"CL095": [f"/boot/initrd!/{shown}"]}


def test_a_link_in_an_archive_is_a_file_of_its_own() -> None:
    linked = (
        member("a", b"", ino=7, links=2),
        member("b", b"data", ino=7, links=2),
        member("sh", b"busybox", LINK),
    )
    walked = list(walk_cpio(Memory(archive({}, *linked))))
    assert [(one.path, one.kind, one.target) for one in walked] == [
        ("b", "file", None),
        ("sh", "symbolic link", ""),
        ("a", None, "b"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"070701" + b"zz" * 60,
        archive(FILES)[:-130],
        member("x", b"y")[:90],
        archive(FILES) + b"what is this",
        gzip.compress(gzip.compress(archive(FILES))),
        lz4.frame.compress(archive(FILES))[:-20],
        lz4_legacy(archive(FILES))[:-20],
        lz4.frame.compress(archive(FILES))[:30] + b"\xff" * 200,
        b"\x02\x21\x4c\x18\x40\0\0\0" + b"\xff" * 64,
    ],
    ids=[
        *("header", "no-trailer", "short", "rubbish", "twice"),
        *("lz4-short", "lz4-legacy-short", "lz4-broken", "lz4-legacy-broken"),
    ],
)
def test_what_is_broken_is_an_error(content: bytes) -> None:
    with pytest.raises(ReadError):
        names(content)


def test_a_bomb_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpio_source, "_FREE", 1 << 16)
    content = archive({"zeros": bytes(1 << 24)})
    for name, pack in PACKERS.items():
        if name.startswith("lz4"):  # it cannot say more than 255 bytes with one
            assert len(pack(content)) * 300 > len(content)
            continue
        with pytest.raises(ReadError, match="300 times its size"):
            names(pack(content))


def layer(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as made:
        add(made, files.items())
    return stream.getvalue()


def add(made: tarfile.TarFile, files: Iterable[tuple[str, bytes]]) -> None:
    for name, data in files:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        made.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lz4.frame.compress], ids=["plain", "gzip", "lz4"]
)
def test_a_saved_container_is_looked_into(
    image: Path, rules: Path, pack: object
) -> None:
    assert callable(pack)
    content = layer({"ab/layer.tar": pack(layer(FILES)), "manifest.json": b"[]"})
    (image / "boot/preloaded.tar").write_bytes(content)
    with_paths(rules, '"/boot/*"')
    inside = "/boot/preloaded.tar!/"
    assert found(image, "--implicit", rules) == {
        "CL095": [f"{inside}ab/layer.tar!/init", f"{inside}manifest.json"]
    }
    with_paths(rules, '"/boot/*", "/boot/*!/**"')
    assert found(image, "--implicit", rules) == {}


def test_an_odd_name_in_a_layer_is_named_escaped(image: Path, rules: Path) -> None:
    odd = layer({"a\nb": b"x", "\udcff": b"y", "\x1b[31m": b"z"})
    content = layer({"ab/layer.tar": odd, "manifest.json": b"[]"})
    (image / "boot/preloaded.tar").write_bytes(content)
    with_paths(rules, '"/boot/*", "/boot/*!/manifest.json"')
    inside = "/boot/preloaded.tar!/ab/layer.tar!/"
    assert found(image, "--implicit", rules) == {
        "CL095": sorted(f"{inside}{one}" for one in ("\\udcff", "\\x1b[31m", "a\\nb"))
    }


def test_an_ordinary_tar_is_one_file(image: Path, rules: Path) -> None:
    (image / "boot/data.tar").write_bytes(layer(FILES))
    assert found(image, "--implicit", rules) == {"CL095": ["/boot/data.tar"]}


def test_an_oci_layout_in_a_directory_is_looked_into(image: Path, rules: Path) -> None:
    blobs = image / "boot/oci/blobs/sha256"
    blobs.mkdir(parents=True)
    (blobs / "aa").write_bytes(gzip.compress(layer(FILES)))
    (blobs / "bb").write_bytes(b"{}")
    with_paths(rules, '"/boot/oci/**"')
    assert found(image, "--implicit", rules) == {
        "CL095": ["/boot/oci/blobs/sha256/aa!/init"]
    }


def test_names_in_an_archive_are_bounded(
    image: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "_MOST_MEMBERS", 1)
    (image / "boot/initrd").write_bytes(archive({"init": b"x", "more": b"y"}))
    with_paths(rules, '"/boot/initrd"')
    assert found(image, "--implicit", rules) == {
        "CL095": ["/boot/initrd!/", "/boot/initrd!/init"]
    }


@pytest.fixture
def contents(tmp_path: Path) -> Path:
    """Return files of all kinds, one of them of a package."""
    root = tmp_path / "contents"
    (root / "bin").mkdir(parents=True)
    (root / "bin/copy").write_bytes(TOOL["usr/bin/tool"])
    (root / "init").write_bytes(FILES["init"])
    os.link(root / "init", root / "bin/second")
    (root / "bin/sh").symlink_to("copy")
    Path(os.fsdecode(os.fsencode(root) + b"/\xff a\nb")).write_bytes(b"odd")
    with (root / "holes").open("wb") as file:
        file.truncate(20 << 20)
    return root


@needs_squashfs_tools
@pytest.mark.parametrize("name", ["root.squashfs", "module.img", "initrd"])
@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_a_squashfs_is_looked_into(
    image: Path, rules: Path, contents: Path, name: str, packing: str
) -> None:
    device = ("-p", "console c 600 0 0 5 1")
    make_squashfs(image / "boot" / name, contents, "-comp", packing, *device)
    with_paths(rules, '"/boot/*"')
    inside = f"/boot/{name}!/"
    left = ("\\udcff a\\nb", "bin/second", "bin/sh", "console", "holes", "init")
    assert found(image, "--implicit", rules) == {
        "CL095": sorted(f"{inside}{one}" for one in left)
    }
    with_paths(rules, '"/boot/*", "/boot/*!/**"')
    assert found(image, "--implicit", rules) == {}


@needs_squashfs_tools
def test_what_of_a_squashfs_is_damaged_is_named_with_all_the_rest(
    image: Path, rules: Path, tmp_path: Path
) -> None:
    root = tmp_path / "contents"
    root.mkdir()
    (root / "a").write_bytes(b"a" * 9000)
    (root / "b").write_bytes(TOOL["usr/bin/tool"])
    target = make_squashfs(image / "boot/root.squashfs", root, "-no-fragments")
    patch(target, 96, b"\xff" * 4)  # the first block of "a"
    with_paths(rules, '"/boot/*"')
    value = json.loads(audit(image, "--implicit", rules, "--format", "json").stdout)
    told = [one["message"] for one in value["findings"] if one["code"] == "CL095"]
    assert told[0].startswith(
        "/boot/root.squashfs!/: what is in it is not accounted for: it holds /a, which"
        " has a damaged block (it cannot be unpacked: "
    )
    assert told[1:] == ["/boot/root.squashfs!/a: no package and no rule has it"]


def test_a_damaged_directory_of_a_squashfs_is_named_with_all_the_rest(
    image: Path, rules: Path
) -> None:
    made = Handmade()
    link = made.inode(3, struct.pack("<II", 1, 1) + b"y")
    twice = made.directory((b"same", link, 3), (b"same", link, 3))
    root = made.directory((b"a", twice, 1), (b"b", link, 3))
    (image / "boot/root.sfs").write_bytes(made.image(root))
    with_paths(rules, '"/boot/*"')
    value = json.loads(audit(image, "--implicit", rules, "--format", "json").stdout)
    told = [one["message"] for one in value["findings"] if one["code"] == "CL095"]
    first, second = told
    assert first.endswith(": it holds /a, which is a damaged directory (name)")
    assert second == "/boot/root.sfs!/b: no package and no rule has it"
    (image / "boot/root.sfs").write_bytes(made.image(twice))
    assert found(image, "--implicit", rules) == {"CL095": ["/boot/root.sfs!/"]}


@needs_squashfs_tools
def test_an_img_that_is_no_squashfs_is_one_file(image: Path, rules: Path) -> None:
    (image / "boot/disk.img").write_bytes(layer({"manifest.json": b"[]"}))
    assert found(image, "--implicit", rules) == {"CL095": ["/boot/disk.img"]}
