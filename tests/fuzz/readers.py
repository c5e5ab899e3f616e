# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the fuzz targets run: readers of bytes from outside, each as one function.

Where a reader wants a file or a tree, it gets one that holds the bytes.
"""

import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import sha1, sha256
from pathlib import Path
from typing import Final

from builders_archives import make_tar

from coos_license.chromiumos.checkout import find_overlays, is_checkout
from coos_license.chromiumos.disk import open_image
from coos_license.chromiumos.license_cache import parse_license_cache
from coos_license.chromiumos.package_info import looks_like_list, read_list
from coos_license.chromiumos.release import read_release
from coos_license.chromiumos.workon import projects_of
from coos_license.compare import from_inventory, from_pages, from_spdx
from coos_license.compare.sides import Kind as SideKind
from coos_license.components.parts import parts_of
from coos_license.components.places import candidates, component_directory, is_notice
from coos_license.components.purls import component_purl, python_name
from coos_license.components.reading import read_program
from coos_license.corresponding.ebuilds import inherit_lines
from coos_license.corresponding.environment import (
    ToldVariables,
    build_file,
    build_variables,
)
from coos_license.corresponding.fetching import Fetching
from coos_license.corresponding.patches import patches_of
from coos_license.corresponding.values import Piece, Role
from coos_license.documents.carried import owners_of, texts_of
from coos_license.documents.cyclonedx import from_cyclonedx, looks_like_cyclonedx
from coos_license.documents.inventory import parse_inventory
from coos_license.documents.pages import looks_like_page, parse_page
from coos_license.documents.spdx import (
    looks_like_tag_value,
    parse_object,
    parse_spdx,
)
from coos_license.documents.spdx3 import from_spdx3, looks_like_spdx3
from coos_license.embedded import Ecosystem, EmbeddedFile, EvidenceKind
from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage import depset
from coos_license.portage.assignments import assignments
from coos_license.portage.atoms import parse_atom, version_fits
from coos_license.portage.binary_package import is_binary_package, read_binary_package
from coos_license.portage.binhost import read_binhost
from coos_license.portage.config_root import read_config_root
from coos_license.portage.contents import listed, owned
from coos_license.portage.ebuild_cache import read_cache
from coos_license.portage.entry import ALL_FILES, parse_package
from coos_license.portage.installed import Installed
from coos_license.portage.license_groups import read_groups
from coos_license.portage.names import compare_versions, package_id, purl
from coos_license.portage.package_index import (
    index_problems,
    listed_builds,
    looks_like_index,
    read_index,
)
from coos_license.portage.repository import Repository, read_repository
from coos_license.portage.search_path import read_search_path
from coos_license.portage.source_uri import distfiles, download_location
from coos_license.portage.vdb import find_owners, read_vdb
from coos_license.snapshot.sources import read_sources
from coos_license.sources.headers import header_of, license_fields
from coos_license.sources.names import is_code, rule_of
from coos_license.sources.places import Place, read_place
from coos_license.trees.archive import TarTree
from coos_license.trees.base import FileTree, Kind
from coos_license.trees.content import Memory
from coos_license.trees.cpio_members import walk_cpio
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.excerpt import Excerpt
from coos_license.trees.file_systems import open_file_system
from coos_license.trees.git_objects import GitObjects
from coos_license.trees.git_places import GitCheckout
from coos_license.trees.git_tree import entries_of, tree_of
from coos_license.trees.packed import packing_of, walk
from coos_license.trees.text import clean_bytes, clean_line, file_lines, show
from coos_license.trees.unpack import Form, Stream, sniff
from coos_license.trees.whole import first_block, read_whole
from coos_license.trees.window import Window

MOST_UNPACKED: Final = 1 << 22
_PACKAGE: Final = PackageId("app-misc", "foo", "1.2-r3")


def _text(content: bytes) -> str:
    """Return bytes as the text that parsers of text get."""
    return clean_bytes(content)[0]


@contextmanager
def _file(content: bytes, name: str = "file") -> Iterator[Path]:
    """Hold the bytes as a file."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory:
        path = Path(directory) / name
        path.write_bytes(content)
        yield path


def atoms(content: bytes) -> None:
    """Read a dependency atom, and hold versions against it."""
    atom = parse_atom(_text(content))
    version_fits(atom, "1.2-r3")


def license_field(content: bytes) -> None:
    """Read an expression as LICENSE has it."""
    tree = depset.parse(_text(content))
    depset.words(tree)
    depset.reduce(tree, frozenset({"a"}))


def dependencies(content: bytes) -> None:
    """Ask what is installed of a dependency."""
    raw = parse_package(_PACKAGE, "root/x", {}, {})
    Installed([raw]).resolve(_text(content), None)


def ebuild_variables(content: bytes) -> None:
    """Read variables of an ebuild, and what they say of a checkout."""
    names = frozenset(("A", "B", "CROS_WORKON_LOCALNAME"))
    assignments(_text(content), names, {"PN": "foo"})
    projects_of(_text(content), _PACKAGE)


def names(content: bytes) -> None:
    """Read names and versions."""
    text = _text(content)
    category, _, rest = text.partition("/")
    package = package_id(category, rest)
    if package is not None:
        purl(package)
        compare_versions(package.version, "1.0_rc1-r1")


def entry(content: bytes) -> None:
    """Read an entry whose every value is these bytes."""
    raw = parse_package(_PACKAGE, "root/x", dict.fromkeys(ALL_FILES, content), {})
    download_location(raw.src_uri, raw.use)
    distfiles(raw.src_uri, raw.use)


def vdb(content: bytes) -> None:
    """Read a database whose CONTENTS and LICENSE are these bytes."""
    tree = _tree({"a-b/c-1/CONTENTS": content, "a-b/c-1/LICENSE": content})
    read_vdb(tree, "root/var/db/pkg")
    list(find_owners(tree, "/usr/bin/x"))


def _tree(files: Mapping[str, bytes]) -> FileTree:
    """Return a tree that holds the files."""
    with _file(make_tar(files, "")) as path:
        return TarTree.open(path, Form.TAR, lambda _: MOST_UNPACKED)


def binary_package(content: bytes) -> None:
    """Read a binary package of either kind."""
    memory = Memory(content)
    if is_binary_package(memory):
        read_binary_package(memory)


def binhost(content: bytes) -> None:
    """Read a directory whose index and package are these bytes."""
    read_binhost(_tree({"Packages": content, "a-b/c-1.tbz2": content}), "root")


def package_index(content: bytes) -> None:
    """Read an index of binary packages."""
    looks_like_index(content)
    index = read_index(content, "root/Packages")
    list(listed_builds(index))
    list(index_problems(index))


def ebuild_cache(content: bytes) -> None:
    """Read a cache with one entry of these bytes."""
    read_cache(_tree({"a-b/c-1": content}), "repo/metadata/md5-cache", "repo")


def repository(content: bytes) -> None:
    """Read a repository whose every file is these bytes."""
    names = ("profiles/repo_name", "metadata/layout.conf", "licenses/MIT")
    groups = "profiles/license_groups"
    attribution = "licenses/copyright-attribution/app-misc/foo"
    tree = _tree(dict.fromkeys((*names, groups, attribution), content))
    repository = read_repository(tree)
    if repository is not None:
        repository.license_text("MIT")
        repository.attribution(_PACKAGE)
        read_groups((repository,))


def config_root(content: bytes) -> None:
    """Read bytes as repos.conf, as a file and as one of a directory."""
    for name in ("etc/portage/repos.conf", "etc/portage/repos.conf/a.conf"):
        read_config_root(_tree({name: content}))


def license_groups(content: bytes) -> None:
    """Read the license groups of a repository."""
    tree = _tree({"profiles/license_groups": content})
    read_groups([Repository("x", (), tree, "licenses/", "x/licenses")])


def overlays(content: bytes) -> None:
    """Find the repositories of a board by files of these bytes."""
    top = "src/overlays/overlay-x"
    files = {f"{top}/profiles/repo_name": b"x\n", ".repo/x": b""}
    tree = _tree({**files, f"{top}/metadata/layout.conf": content})
    if is_checkout(tree):
        find_overlays(tree, "x", "checkout")


def license_cache(name: str, content: bytes) -> None:
    """Read what the licence hook left."""
    parse_license_cache(name, content)


def release(content: bytes) -> None:
    """Read who an image is."""
    read_release(_tree({"etc/os-release": content, "etc/lsb-release": content}))


def program(content: bytes) -> None:
    """Read what a program says of its parts, also where it passes by in an archive."""
    for kind, found in read_program(Memory(content)):
        parts_of(EmbeddedFile(kind, "usr/bin/x", found))
    with _file(content) as path:
        stream = Stream.open(path, Form.TAR)
        try:
            read_program(Excerpt(stream, len(content)))
        finally:
            stream.close()


def component(kind: EvidenceKind, content: bytes) -> None:
    """Read one kind of file that names components."""
    for part in parts_of(EmbeddedFile(kind, "usr/lib/x", content)):
        component_purl(part.ecosystem, part.name, part.version)


def component_places(content: bytes) -> None:
    """Find what may tell of components among the lines of CONTENTS."""
    for path, _ in candidates(content):
        component_directory(path)
        is_notice(path)
    name = _text(content)
    python_name(name)
    for ecosystem in Ecosystem:
        component_purl(ecosystem, name, name)


def package_info(content: bytes) -> None:
    """Read the list of packages of a COS image."""
    place = "etc/cos-package-info.json"
    looks_like_list(content)
    read_list(content, f"root/{place}")


def whole(content: bytes) -> None:
    """Read a document that may be packed."""
    with _file(content) as path:
        first_block(path)
        read_whole(path, MOST_UNPACKED)


def inventory(content: bytes) -> None:
    """Read an inventory.json to compare it."""
    from_inventory.side_of_json(parse_inventory(content))


def spdx(content: bytes) -> None:
    """Read an SBOM of either form to compare it."""
    looks_like_tag_value(content)
    from_spdx.side_of(parse_spdx(content))


def spdx3(content: bytes) -> None:
    """Read an SPDX 3 document to compare it."""
    document = parse_object(content)
    looks_like_spdx3(document)
    from_spdx.side_of(from_spdx3(document), SideKind.SPDX3)


def cyclonedx(content: bytes) -> None:
    """Read a CycloneDX document to compare it."""
    document = parse_object(content)
    looks_like_cyclonedx(document)
    from_spdx.side_of(from_cyclonedx(document), SideKind.CYCLONEDX)


def page(content: bytes) -> None:
    """Read a credits page to compare it."""
    if looks_like_page(content):
        from_pages.side_of(parse_page(content), SideKind.CREDITS)
    for name, _ in texts_of(content):
        owners_of(name)


def source_names(content: bytes) -> None:
    """Decide what a path of a source is."""
    parts = tuple(_text(content).split("/"))
    rule_of(parts)
    is_code(parts)


def source_heads(content: bytes) -> None:
    """Read the head of a source file, and metadata."""
    header_of(content)
    license_fields(content)


def source(content: bytes) -> None:
    """Read a distfile."""
    with _file(content, "x-1.tar") as path:
        read_place(Place(str(path.parent), path.name, path.name, is_file=True))


def archive(content: bytes) -> None:
    """Walk an archive of any kind, and read its members."""
    memory = Memory(content)
    for found in walk(memory, packing_of(memory)):
        if found.kind is Kind.FILE and not found.fault:
            found.read(1 << 16)


def tar_tree(content: bytes) -> None:
    """Open a tar as a tree."""
    with _file(content) as path:
        form = sniff(path)
        if form in {Form.TAR, Form.TAR_GZ, Form.TAR_XZ, Form.TAR_ZST, Form.TAR_LZ4}:
            tree = TarTree.open(path, form, lambda _: MOST_UNPACKED)
            _look(tree, 0)


def image(content: bytes) -> None:
    """Open a disk or file system image, and look at all that it holds."""
    with _file(content) as path, Window.open(path) as window:
        _look(open_image(window).tree, 0)


def search_path(content: bytes) -> None:
    """Read where libraries are looked for; the file includes itself, too."""
    with _file(content, "ld.so.conf") as path:
        root = path.parent / "root"
        (root / "etc/ld.so.conf.d").mkdir(parents=True)
        (root / "etc/ld.so.conf").write_bytes(content)
        (root / "etc/ld.so.conf.d/more.conf").write_bytes(content)
        with DirectoryTree.open(root) as tree:
            read_search_path(tree)


def file_system(content: bytes) -> None:
    """Look at all that a file system without packages holds."""
    with _file(content) as path, Window.open(path) as window:
        tree = open_file_system(window)
        if tree is None:
            raise ReadError("is no file system that is read")
        _look(tree, 0)


def _look(tree: FileTree, depth: int) -> None:
    """Look at what a tree holds, as deep as a person would."""
    for entry in tree.entries()[:20]:
        if entry.kind is Kind.FILE:
            tree.read(entry.name, MOST_UNPACKED)
        elif entry.kind is Kind.DIRECTORY and depth < 4:
            with tree.at(entry.name) as below:
                _look(below, depth + 1)


def clean(content: bytes) -> None:
    """Clean bytes in every way."""
    text, _ = clean_bytes(content)
    lines = file_lines(content)
    assert lines is None or len(lines) == text.count("\n") + 1
    assert "\n" not in clean_line(content)
    show(text)


def snapshot_sources(content: bytes) -> None:
    """Read what a snapshot says of sources; the one file that it holds is empty."""
    empty = f"files/{sha256(b'').hexdigest()}"
    read_sources(_tree({"index.json": content, empty: b""}))


def toml(parse: Callable[[str, str], object], content: bytes) -> None:
    """Read a file that decides."""
    parse(_text(content), "file.toml")


def contents(content: bytes) -> None:
    """Read CONTENTS as both who hash files and who count them do."""
    owned(content)
    listed(content)


def initramfs(content: bytes) -> None:
    """Read all members of an initramfs."""
    for found in walk_cpio(Memory(content)):
        if found.kind is Kind.FILE and not found.fault:
            found.read(1 << 16)


def build_scripts(content: bytes) -> None:
    """Read an ebuild, and the same as a saved environment."""
    piece = Piece("x", Role.FILE, content=b"", source="a-b/c/files/x.patch")
    patches_of(_PACKAGE, content, content, [piece])
    inherit_lines(content)
    told = ToldVariables({"CFLAGS": "", "A": ""}, {"INSTALL_MASK": ""})
    build_file(build_variables(told, {"USE": content}, content))
    recorded = dict.fromkeys(("PROPERTIES", "QA_PREBUILT", "RESTRICT"), content)
    for records in (recorded, {}):
        fetching = Fetching(_PACKAGE, (), records, content)
        fetching.files(None, {}, content)
        tuple(fetching.not_kept(frozenset()))
        tuple(fetching.prebuilt(frozenset(), content))
        bool(fetching.is_restricted)


def git_pack(content: bytes) -> None:
    """Read every object of a pack; two bytes say how long its index is."""
    end = 2 + int.from_bytes(content[:2])
    index = content[2:end]
    names = {"pack/pack-1.idx": index, "pack/pack-1.pack": content[end:]}
    with closing(GitObjects([_tree(names)])) as objects:
        for at in range(1032, min(len(index) - 20, 3000), 20):
            oid = index[at : at + 20].hex()
            if oid in objects:
                _ignored(partial(_walked, objects, oid))


def git_object(content: bytes) -> None:
    """Read bytes as an object with a file of its own, as a tree and as a commit."""
    with closing(GitObjects([_tree({f"aa/{'b' * 38}": content})])) as objects:
        _ignored(partial(_walked, objects, "aa" + "b" * 38))
    for kind, reader in (("tree", entries_of), ("commit", tree_of)):
        whole = f"{kind} {len(content)}\0".encode() + content
        oid = sha1(whole, usedforsecurity=False).hexdigest()
        name = f"{oid[:2]}/{oid[2:]}"
        with closing(GitObjects([_tree({name: zlib.compress(whole)})])) as objects:
            _ignored(partial(reader, objects, oid))


def git_pointer(content: bytes) -> None:
    """Read bytes as all that leads from a work tree to its objects."""
    with tempfile.TemporaryDirectory() as directory:
        base = Path(directory)
        for name in ("a/.git", "b/.git/commondir", "b/.git/objects/info/alternates"):
            path = base / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with closing(GitCheckout(directory)) as checkout:
            for inside in ("a/x", "b/x"):
                place = checkout.place_of(inside)
                if place is not None:
                    checkout.objects(place.git)


def _walked(objects: GitObjects, oid: str) -> None:
    """Read an object to its end."""
    for _ in objects.open(oid).pieces:
        pass


def _ignored(work: Callable[[], object]) -> None:
    """Do one of several things that may be refused."""
    with suppress(ReadError):
        work()
