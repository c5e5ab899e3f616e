# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A tar is read like the directory that was packed, and hostile ones do no harm."""

import gzip
import io
import lzma
import os
import shutil
import subprocess
import tarfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from coos_license.errors import ReadError
from coos_license.portage.sysroot import find_roots
from coos_license.trees import nodes, tar_members, unpack
from coos_license.trees.archive import TarTree
from coos_license.trees.base import AbsentError, FileTree, Kind
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.nodes import UNREAD
from coos_license.trees.unpack import Form, sniff

LIMITS = {"": 1 << 20, "small": 4}
PACKERS: dict[Form, Callable[[bytes], bytes]] = {
    Form.TAR: bytes,
    Form.TAR_GZ: gzip.compress,
    Form.TAR_XZ: lzma.compress,
    Form.TAR_ZST: zstandard.ZstdCompressor().compress,
    Form.TAR_LZ4: lambda content: lz4.frame.compress(content, content_checksum=True),
}
PACKED = [form for form in PACKERS if form is not Form.TAR]
#: LZ4 cannot say more than 255 bytes with one, and 300 are allowed.
BOMBS = [form for form in PACKED if form is not Form.TAR_LZ4]


def tar(
    *members: tuple[str, bytes | str | None], form: int = tarfile.PAX_FORMAT
) -> bytes:
    """Return an archive: bytes make a file, text a symlink, ``None`` a directory."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=form) as packed:
        for name, content in members:
            one = tarfile.TarInfo(name)
            if content is None:
                one.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                one.type, one.linkname = tarfile.SYMTYPE, content
            else:
                one.size = len(content)
            packed.addfile(
                one, io.BytesIO(content if isinstance(content, bytes) else b"")
            )
    return sink.getvalue()


def special(name: str, kind: bytes, target: str = "", size: int = 0) -> bytes:
    """Return one member of any type, without data and without an end mark."""
    one = tarfile.TarInfo(name)
    one.type, one.linkname, one.size = kind, target, size
    return one.tobuf(tarfile.GNU_FORMAT)


END = bytes(1024)


def keep_all(path: tuple[str, ...]) -> int:
    """Keep everything of 1 MB at most."""
    del path
    return 1 << 20


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[bytes], TarTree]:
    """Open an archive given as bytes, whatever form they have."""

    def open_bytes(content: bytes) -> TarTree:
        path = tmp_path / "archive"
        path.write_bytes(content)
        return TarTree.open(path, sniff(path), keep_all)

    return open_bytes


Open = Callable[[bytes], TarTree]


@pytest.mark.parametrize("form", list(PACKERS))
def test_every_form_is_told_by_its_content(
    opened: Open, tmp_path: Path, form: Form
) -> None:
    content = PACKERS[form](tar(("a/b", b"x" * 600), ("a/c", b"")))
    tree = opened(content)
    assert sniff(tmp_path / "archive") is form
    assert tree.read("a/b", 600) == b"x" * 600
    assert tree.read("a/c", 0) == b""


def test_forms_that_are_none(tmp_path: Path) -> None:
    assert sniff(tmp_path) is Form.DIRECTORY
    for content in (b"", b"short", bytes(10_240), b"x" * 512):
        (tmp_path / "file").write_bytes(content)
        assert sniff(tmp_path / "file") is Form.OTHER
    os.mkfifo(tmp_path / "fifo")
    assert sniff(tmp_path / "fifo") is Form.OTHER


@pytest.mark.parametrize(
    "form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]
)
def test_long_names_in_every_dialect(opened: Open, form: int) -> None:
    name = "/".join(["d" * 60] * 3)
    assert opened(tar((name, b"x"), form=form)).read(name, 1) == b"x"
    if form != tarfile.USTAR_FORMAT:
        longer = "/".join(["e" * 200] * 3)
        tree = opened(tar((longer, b"x"), ("link", longer), form=form))
        assert tree.read(longer, 1) == tree.read("link", 1) == b"x"


def test_several_streams_are_one(opened: Open) -> None:
    content = tar(("a", b"x" * 5_000))
    for pack in (PACKERS[form] for form in PACKED):
        assert opened(pack(content[:1_000]) + pack(content[1_000:])).read("a", 5_000)


def test_links_resolve_as_in_a_directory(opened: Open) -> None:
    tree = opened(
        tar(
            ("file", b"inside"),
            ("dir/sub/deep", b"deep"),
            ("dir/up", "../file"),
            ("dir/out", "../../../../file"),
            ("dir/absolute", "/file"),
            ("dir/turn", "/dir/sub"),
            ("dangling", "nowhere"),
            ("loop", "loop2"),
            ("loop2", "loop"),
        )
    )
    below = tree.at("dir")
    for name in ("up", "out", "absolute"):
        assert below.read(name, 100) == b"inside"
    assert below.read("turn/deep", 100) == below.at("turn").read("deep", 100) == b"deep"
    with pytest.raises(AbsentError):
        tree.read("dangling", 1)
    with pytest.raises(ReadError, match="loop"):
        tree.read("loop", 1)
    with pytest.raises(ReadError, match="Not a directory"):
        tree.at("file")
    alone = tree.rooted("dir")
    with pytest.raises(AbsentError):
        alone.read("up", 100)  # what is above the root is not there


def test_absolute_names_count_from_the_root(opened: Open) -> None:
    assert opened(tar(("/etc/./passwd", b"x"), ("./a//b", b"y"))).read("a/b", 1) == b"y"
    assert opened(tar(("/etc/passwd", b"x"))).read("etc/passwd", 1) == b"x"


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/../x", "a/.."])
def test_a_name_that_leads_outside_is_refused(opened: Open, name: str) -> None:
    with pytest.raises(ReadError, match="leads outside"):
        opened(tar((name, b"x")))
    with pytest.raises(ReadError, match="leads outside"):
        opened(special("a", tarfile.LNKTYPE, name) + END)


def test_devices_and_fifos_are_names_only(opened: Open) -> None:
    tree = opened(
        special("d/char", tarfile.CHRTYPE)
        + special("d/block", tarfile.BLKTYPE)
        + special("d/fifo", tarfile.FIFOTYPE)
        + END
    )
    assert {entry.kind for entry in tree.at("d").entries()} == {Kind.OTHER}
    found, failed = tree.read_files("d", ("char", "fifo"), LIMITS)
    assert (found, sorted(failed)) == ({}, ["char", "fifo"])
    with pytest.raises(ReadError, match="regular"):
        tree.read("d/block", 10)


def test_a_hard_link_is_its_target(opened: Open) -> None:
    file = tar(("a/file", b"content"))[: -len(END)].rstrip(b"\0")
    file += bytes(-len(file) % 512)
    tree = opened(
        file
        + special("a/hard", tarfile.LNKTYPE, "./a/file", size=7)
        + special("a/none", tarfile.LNKTYPE, "a/absent")
        + special("a/self", tarfile.LNKTYPE, "a/self")
        + special("a/up", tarfile.LNKTYPE, "a")
        + END
    )
    assert tree.read("a/hard", 7) == b"content"
    for name in ("none", "self", "up"):
        with pytest.raises(ReadError, match="hard link"):
            tree.read(f"a/{name}", 7)
    with pytest.raises(ReadError, match="more than the 6"):
        tree.read("a/hard", 6)


def test_the_last_of_one_name_wins(opened: Open) -> None:
    tree = opened(
        tar(("a", b"old"), ("b", "a"), ("d", None), ("d/x", b"1"), ("d", None))
        .rstrip(b"\0")
        .ljust(512 * 7, b"\0")
        + tar(("a", b"new"), ("b", b"file"), ("d/x", "../a"))
    )
    assert tree.read("a", 9) == tree.read("d/x", 9) == b"new"
    assert tree.read("b", 9) == b"file"


@pytest.mark.parametrize(
    "members",
    [
        [("a", b"x"), ("a/b", b"x")],
        [("a", "elsewhere"), ("a/b", b"x")],
        [("a/b", b"x"), ("a", b"x")],
        [("a", None), ("a", "elsewhere")],
        [("a", b"x"), ("a", None)],
    ],
)
def test_what_no_directory_can_hold_is_refused(
    opened: Open, members: list[tuple[str, bytes | str | None]]
) -> None:
    with pytest.raises(ReadError, match="'a' both as a directory"):
        opened(tar(*members))


@pytest.mark.parametrize("form", list(PACKERS))
def test_a_truncated_archive_is_refused_wherever_it_ends(
    opened: Open, form: Form
) -> None:
    """Not one package may go missing without a word."""
    content = PACKERS[form](tar(("a", os.urandom(3_000)), ("b", os.urandom(700))))
    data = 2 * 512 + 3_072 + 1_024  # then the end mark, and padding
    last = data if form is Form.TAR else len(content) - 1
    for end in (*range(513, last, 97), last):
        with pytest.raises(ReadError):
            opened(content[:end])


@pytest.mark.parametrize("form", list(PACKERS))
def test_a_damaged_archive_never_ends_in_a_defect(tmp_path: Path, form: Form) -> None:
    content = bytearray(PACKERS[form](tar(("a", b"x" * 3_000), ("b", b"y" * 700))))
    for at in range(0, min(len(content), 6_000), 7):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        (tmp_path / "damaged").write_bytes(damaged)
        form = sniff(tmp_path / "damaged")
        if form is not Form.OTHER:
            answer(TarTree.open, tmp_path / "damaged", form, keep_all)


def test_a_header_of_no_tar(opened: Open) -> None:
    with pytest.raises(ReadError, match="holds no tar archive"):
        opened(gzip.compress(b"no tar" * 200))
    with pytest.raises(ReadError, match="truncated"):
        opened(gzip.compress(b""))
    with pytest.raises(ReadError, match="damaged at byte 1024"):
        opened(tar(("a", b"x"))[:1024] + b"x" * 512)
    with pytest.raises(ReadError, match="volume"):
        opened(special("a", b"M") + END)
    assert opened(special("label", b"V") + END).entries() == ()


@pytest.mark.parametrize(
    ("header", "content"),
    [
        (b"x", b"99 path=a\n"),
        (b"x", b"path=a\n"),
        (b"x", b"-1 path=a\n"),
        (b"x", b"10 path=ab"),
        (b"x", b"14 path=a\0bcd\n"),
        (b"x", b"11 size=-1\n"),
        (b"x", b"L" * 1_000),
        (b"L", b"a" * 5_000),
    ],
)
def test_an_extended_header_that_lies(
    opened: Open, header: bytes, content: bytes
) -> None:
    padded = content + bytes(-len(content) % 512)
    packed = special("h", header, size=len(content)) + padded + special("f", b"0") + END
    with pytest.raises(ReadError):
        opened(packed)


def test_an_extended_header_of_gigabytes_is_not_read(opened: Open) -> None:
    for kind in (b"x", b"g", b"L", b"K"):
        with pytest.raises(ReadError, match="extended header of"):
            opened(special("h", kind, size=1 << 33) + bytes(2_048))


@pytest.mark.parametrize("kind", [b"S", b"0"])
def test_a_sparse_member_of_4_gb(opened: Open, kind: bytes) -> None:
    if kind == b"S":
        header = bytearray(special("d/big", b"S"))
        header[386:398] = b"00000000000\0"
        header[482] = 1
        header[483:495] = b"40000000000\0"
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        packed = bytes(header) + bytes(512) + END
    else:
        info = tarfile.TarInfo("GNUSparseFile.0/big")
        info.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "d/big",
            "GNU.sparse.realsize": str(1 << 32),
        }
        info.size = 512
        packed = info.tobuf(tarfile.PAX_FORMAT) + b"0\n".ljust(512, b"\0") + END
    with pytest.raises(ReadError, match="sparse"):
        opened(packed).read("d/big", 1 << 40)


@pytest.mark.parametrize("form", list(PACKERS))
def test_a_member_that_claims_exabytes(opened: Open, form: Form) -> None:
    header = bytearray(special("big", b"0"))
    header[124:136] = b"\x80" + (1 << 60).to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(ReadError, match=r"truncated|larger"):
        opened(PACKERS[form](bytes(header) + END))


@pytest.mark.parametrize("form", BOMBS)
def test_a_bomb_is_stopped_early(opened: Open, form: Form) -> None:
    """1 GB of zeros, packed to a megabyte or less."""
    bomb = special("bomb", b"0", size=1 << 30)
    chunk = bytes(1 << 24)
    if form is Form.TAR_GZ:
        packed = gzip.compress(bomb) + gzip.compress(chunk) * 64
    elif form is Form.TAR_XZ:
        packed = lzma.compress(bomb) + lzma.compress(chunk) * 64
    else:
        pack = zstandard.ZstdCompressor().compress
        packed = pack(bomb) + pack(chunk) * 64
    tracemalloc.start()
    before = time.process_time()
    with pytest.raises(ReadError, match="bomb"):
        opened(packed)
    assert time.process_time() - before < 5
    assert tracemalloc.get_traced_memory()[1] < 50 << 20
    tracemalloc.stop()


def test_a_decoder_may_not_take_gigabytes(opened: Open) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    with pytest.raises(ReadError, match="unpacked"):
        opened(lzma.compress(b"x", format=lzma.FORMAT_XZ, filters=filters))
    # A frame header that asks for a window of 1 GB (RFC 8878, 3.1.1.1.2).
    frame = b"\x28\xb5\x2f\xfd" + bytes([0, 20 << 3]) + b"\x01\0\0"
    with pytest.raises(ReadError, match="unpacked"):
        opened(frame + bytes(100))


def test_counts_are_bounded(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    content = tar(*((f"{number}", b"xx") for number in range(20)))
    monkeypatch.setattr(tar_members, "_MOST_MEMBERS", 10)
    with pytest.raises(ReadError, match="more than 10 members"):
        opened(content)
    monkeypatch.undo()
    monkeypatch.setattr(nodes, "_MOST_NODES", 10)
    with pytest.raises(ReadError, match="more than 10 names"):
        opened(content)
    monkeypatch.undo()
    monkeypatch.setattr(nodes, "_MOST_KEPT", 30)
    with pytest.raises(ReadError, match="more than 30 bytes of metadata"):
        opened(content)
    assert opened(tar(*((("same"), b"xx") for _ in range(20)))).read("same", 2)
    monkeypatch.undo()
    monkeypatch.setattr(unpack, "_MOST_UNPACKED", 5_000)
    with pytest.raises(ReadError, match="larger than 5000"):
        opened(gzip.compress(content))


def test_what_is_not_read_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    path.write_bytes(
        PACKERS[Form.TAR_ZST](tar(("keep/a", b"a"), ("drop/b", b"b" * (1 << 24))))
    )

    def keep(parts: tuple[str, ...]) -> int:
        return 100 if parts[0] == "keep" else UNREAD

    with TarTree.open(path, Form.TAR_ZST, keep) as tree:
        assert tree.read("keep/a", 100) == b"a"
        assert tree.at("drop").entries() == ()


def test_roots_at_any_depth(opened: Open) -> None:
    place = "var/db/pkg/a/b-1/PF"
    for prefix in ("", "./", "root/", "some/dir/", "/"):
        roots = find_roots(opened(tar((f"{prefix}{place}", b"x"))))
        assert roots == (prefix.strip("./"),)
    both = [(f"{prefix}/{place}", b"x") for prefix in ("a", "b")]
    assert find_roots(opened(tar(*both))) == ("a", "b")
    empty = ("c/var_overlay/db/pkg", None)
    assert find_roots(opened(tar(both[0], empty))) == ("a",)
    assert find_roots(opened(tar(empty))) == ("c",)


NAMES = st.sampled_from(["a", "b", "c", "é", "d e"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TARGETS = st.lists(st.sampled_from(["a", "b", "c", "..", "."]), min_size=1, max_size=4)
CONTENT = st.one_of(
    st.binary(max_size=40),
    st.tuples(st.sampled_from(["", "/"]), TARGETS).map(lambda t: t[0] + "/".join(t[1])),
    st.none(),
)


def plant(root: Path, planned: list[tuple[str, bytes | str | None]]) -> None:
    """Make what can be made of a plan."""
    for name, content in planned:
        path = root / name
        try:
            parent = root
            for part in name.split("/")[:-1]:
                parent /= part
                assert not parent.is_symlink()
                parent.mkdir(exist_ok=True)
            if content is None:
                path.mkdir(exist_ok=True)
            elif isinstance(content, str):
                path.symlink_to(content)
            else:
                with path.open("xb") as file:
                    file.write(content)
        except (OSError, AssertionError):
            continue


def answer(ask: Callable[..., object], *arguments: object) -> object:
    """Return what a tree says, an error as its words."""
    try:
        return ask(*arguments)
    except ReadError as error:
        return type(error), str(error)


def same(one: FileTree, other: FileTree, paths: list[str]) -> None:
    """Compare all that two trees say of the paths."""
    assert one.entries() == other.entries()
    for path in paths:
        assert answer(one.read, path, 20) == answer(other.read, path, 20), path
        assert answer(listing, one, path) == answer(listing, other, path), path


def listing(tree: FileTree, path: str) -> object:
    """Return the entries of a directory of a tree."""
    return tree.at(path).entries()


@given(
    planned=st.lists(st.tuples(PATHS, CONTENT), max_size=12),
    asked=st.lists(PATHS, max_size=8),
    form=st.sampled_from(list(PACKERS)),
)
def test_a_packed_directory_is_the_directory(
    tmp_path_factory: pytest.TempPathFactory,
    planned: list[tuple[str, bytes | str | None]],
    asked: list[str],
    form: Form,
) -> None:
    base = tmp_path_factory.mktemp("tree")
    root = base / "root"
    root.mkdir()
    plant(root, planned)
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as packed:
        packed.add(root, ".")
    (base / "archive").write_bytes(PACKERS[form](sink.getvalue()))
    paths = [*asked, *(name for name, _ in planned)]
    with (
        DirectoryTree.open(root) as live,
        TarTree.open(base / "archive", form, keep_all) as tree,
    ):
        same(live, tree, paths)
        for entry in live.entries():
            if entry.kind is Kind.DIRECTORY:
                with live.at(entry.name) as below:
                    same(below, tree.at(entry.name), paths)
                answers = [
                    one.read_files(entry.name, {"a", "b", "é"}, {"": 20, "a": 3})
                    for one in (live, tree)
                ]
                (found, failed), (packed_found, packed_failed) = answers
                assert found == packed_found
                assert {k: str(v) for k, v in failed.items()} == {
                    k: str(v) for k, v in packed_failed.items()
                }
    shutil.rmtree(base)


@given(st.binary(max_size=3_000))
def test_no_bytes_make_a_defect(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise"
    start = tar(("a", b"x"))[:1_024]
    for content in (noise, start + noise, gzip.compress(start + noise)):
        path.write_bytes(content)
        form = sniff(path)
        if form is not Form.OTHER:
            assert answer(TarTree.open, path, form, keep_all) is not None


@pytest.mark.parametrize("form", ["v7", "ustar", "oldgnu", "gnu", "pax"])
def test_what_tar_itself_writes(tmp_path: Path, form: str) -> None:
    if shutil.which("tar") is None:
        pytest.skip("no tar on PATH")
    root = tmp_path / "root"
    (root / "d/e").mkdir(parents=True)
    (root / "d/e/file").write_bytes(b"content")
    (root / "d/link").symlink_to("e/file")
    (root / "d/hard").hardlink_to(root / "d/e/file")
    with (root / "holes").open("wb") as file:
        file.truncate(1 << 20)
    archived = tmp_path / "out"
    sparse = ["--sparse"] if form in {"gnu", "pax", "oldgnu"} else []
    subprocess.run(
        ["tar", f"--format={form}", *sparse, "-cf", archived, "-C", root, "."],
        check=True,
    )
    with TarTree.open(archived, sniff(archived), keep_all) as tree:
        for name in ("d/e/file", "d/link", "d/hard"):
            assert tree.read(name, 7) == b"content"
        if sparse:
            with pytest.raises(ReadError, match="sparse"):
                tree.read("holes", 1 << 20)
        else:
            assert tree.read("holes", 1 << 20) == bytes(1 << 20)
