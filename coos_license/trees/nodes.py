# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The names of an archive in memory, made member by member."""

from collections.abc import Callable
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content, Kind
from coos_license.trees.content import Memory
from coos_license.trees.digests import FileDigests, Passed, check_length
from coos_license.trees.excerpt import Excerpt
from coos_license.trees.tar_members import Member, members
from coos_license.trees.text import show
from coos_license.trees.unpack import Stream

#: Path of a member -> bytes to keep of it at most, or ``UNREAD``.
Keep = Callable[[tuple[str, ...]], int]
#: No command reads the member; not even its name is kept.
UNREAD: Final = -1
#: Parts of the member are read, where it holds any: it is looked at in passing.
IN_PART: Final = -2
#: Whether a file that is open holds anything to keep. Raises: ReadError, which says
#: that it does and cannot be read.
Look = Callable[[Content], bool]
#: A vdb entry takes 40 names; a chroot has 100,000 directories.
_MOST_NODES: Final = 1_000_000
_MOST_KEPT: Final = 1 << 29
_NOT_REGULAR: Final = "is not a regular file"


#: What lies below a file; never written to.
_NOTHING: Final[dict[str, "Node"]] = {}
_NO_DIGESTS: Final[dict[str, FileDigests]] = {}


class Node:
    """One name: a directory has ``children``, a file that was kept its ``content``."""

    __slots__ = (
        *("children", "content", "digests", "excerpt", "fault", "kind", "size"),
        "target",
    )

    def __init__(self, kind: Kind, *, size: int = 0, fault: str = "") -> None:
        """Return a node without anything below or in it."""
        self.kind = kind
        self.size = size
        self.fault = fault
        self.target = ""
        self.content: bytes | None = None
        self.excerpt: Excerpt | None = None
        self.children: dict[str, Node] = {} if kind is Kind.DIRECTORY else _NOTHING
        #: Those of the files in a directory, kept or not, where they were asked for.
        self.digests: dict[str, FileDigests] = _NO_DIGESTS

    def read(self, limit: int) -> bytes:
        """Return the content. Raises: ReadError."""
        if self.kind is not Kind.FILE:
            raise ReadError(_NOT_REGULAR)
        if self.fault:
            raise ReadError(self.fault)
        if self.size > limit:
            message = f"is {self.size} bytes long, more than the {limit} allowed"
            raise ReadError(message)
        if self.content is None:
            message = "is a member of the archive that was not kept"
            raise ReadError(message)
        return self.content

    def open(self) -> Content:
        """Return the content by position. Raises: ReadError."""
        return self.excerpt or Memory(self.read(self.size))


def path_parts(path: str) -> list[str]:
    """Return the names of a path, without empty ones and dots."""
    return [part for part in path.split("/") if part not in ("", ".")]


class Builder:
    """Makes the nodes of what is kept, in the order of the archive."""

    def __init__(
        self,
        stream: Stream,
        keep: Keep,
        look: Look | None = None,
        *,
        digests: bool = False,
    ) -> None:
        """Start with an empty root; with ``digests`` every file has its own."""
        self._stream: Stream | Passed = stream
        self._archive = stream
        self._digests = digests
        self._keep = keep
        self._look = look
        self._root = Node(Kind.DIRECTORY)
        self._nodes = 0
        self._kept = 0
        #: Members of one directory follow each other: the last one is remembered.
        self._last: tuple[list[str], Node] = ([], self._root)

    def build(self) -> Node:
        """Return the root. Raises: ReadError."""
        for member in members(self._archive):
            parts = _safe_parts(member.name)
            if parts:
                self._add(parts, member)
        return self._root

    def _add(self, parts: list[str], member: Member) -> None:
        """Add one member, where it counts. Raises: ReadError."""
        if member.kind is Kind.DIRECTORY:
            self._parent(parts).fault = member.fault
            return
        parent = self._parent(parts[:-1])
        if not self._digests:
            self._put(parent, parts, self._node(parts, member))
            return
        if parent.digests is _NO_DIGESTS:
            parent.digests = {}
        passed = Passed(self._archive.read, member.size)
        self._stream = passed
        self._put(parent, parts, self._node(parts, member))
        self._note(parent.digests, parts[-1], member, passed)

    def _note(
        self, found: dict[str, FileDigests], name: str, member: Member, passed: Passed
    ) -> None:
        """Note the digests of a member, which count until it comes again.

        Raises: ReadError.
        """
        found.pop(name, None)
        if member.kind is Kind.FILE and not member.fault:
            check_length(member.size)
            found[name] = passed.finish()
        elif member.kind is None:
            *above, last = _safe_parts(member.target) or [""]
            directory = self._found("/".join(above))
            same = directory.digests.get(last) if directory else None
            if same is not None:
                found[name] = same

    def _node(self, parts: list[str], member: Member) -> Node | None:
        """Return what a name is, ``None`` where nothing of it is kept.

        Raises: ReadError.
        """
        most = self._keep(tuple(parts))
        if member.kind is Kind.SYMLINK:
            node = Node(Kind.SYMLINK)
            node.target = member.target
            return node
        if most == UNREAD:
            return None
        if most == IN_PART:
            return self._looked_at(member)
        if member.kind is None:
            return self._linked(member.target, most)
        return self._read(member, most)

    def _put(self, parent: Node, parts: list[str], node: Node | None) -> None:
        """Let a name be the node, or nothing. Raises: ReadError."""
        name = parts[-1]
        earlier = parent.children.get(name)
        if earlier is not None:
            if earlier.kind is Kind.DIRECTORY:
                raise _clash(parts)
            self._kept -= _kept_bytes(earlier)
            del parent.children[name]
            self._nodes -= 1
        if node is not None:
            parent.children[name] = node
            self._count()

    def _count(self) -> None:
        """Count one more node. Raises: ReadError."""
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            message = f"has more than {_MOST_NODES} names to keep"
            raise ReadError(message)

    def _parent(self, parts: list[str]) -> Node:
        """Return the directory at ``parts``, made where it is not there yet.

        Raises: ReadError where something else is there: a member below a symlink or a
        file is what no directory can have been packed from.
        """
        if parts == self._last[0]:
            return self._last[1]
        node = self._root
        for index, part in enumerate(parts, start=1):
            below = node.children.get(part)
            if below is None:
                below = node.children[part] = Node(Kind.DIRECTORY)
                self._count()
            elif below.kind is not Kind.DIRECTORY:
                raise _clash(parts[:index])
            node = below
        self._last = (parts, node)
        return node

    def _read(self, member: Member, most: int) -> Node:
        """Return the node of a file or a device. Raises: ReadError."""
        kind = member.kind or Kind.OTHER
        node = Node(kind, size=member.size, fault=member.fault)
        if kind is Kind.FILE and not member.fault and member.size <= most:
            self._charge(member.size)
            node.content = self._stream.read(member.size)
            if len(node.content) < member.size:
                message = "is truncated"
                raise ReadError(message)
        return node

    def _looked_at(self, member: Member) -> Node | None:
        """Return the node of a file of which parts are kept. Raises: ReadError."""
        if member.kind is None:
            found = self._found(member.target)
            node = found if found is not None and found.excerpt is not None else None
            self._kept += 0 if node is None else _kept_bytes(node)
            return node
        if self._look is None or member.kind is not Kind.FILE or member.fault:
            return None
        node = Node(Kind.FILE, size=member.size)
        with Excerpt(self._stream, member.size) as excerpt:
            try:
                node.excerpt = excerpt if self._look(excerpt) else None
            except ReadError:
                node.excerpt = excerpt
        if node.excerpt is None:
            return None
        self._charge(node.excerpt.kept_bytes)
        return node

    def _charge(self, count: int) -> None:
        """Count bytes that are kept. Raises: ReadError."""
        if self._kept + count > _MOST_KEPT:
            message = f"holds more than {_MOST_KEPT} bytes of metadata"
            raise ReadError(message)
        self._kept += count

    def _found(self, target: str) -> Node | None:
        """Return the node that a hard link names. Raises: ReadError."""
        found: Node | None = self._root
        for part in _safe_parts(target):
            found = found.children.get(part) if found is not None else None
        return found

    def _linked(self, target: str, most: int) -> Node:
        """Return a node with the content of an earlier member. Raises: ReadError."""
        found = self._found(target)
        fault = f"is a hard link to what is not kept: {show(target)!r}"
        if found is None or found.kind is not Kind.FILE or _is_lost(found, most):
            return Node(Kind.FILE, fault=fault)
        node = Node(Kind.FILE, size=found.size, fault=found.fault)
        node.content = found.content
        self._kept += len(found.content or b"")  # as _put takes it off again
        return node


def _kept_bytes(node: Node) -> int:
    """Return how many bytes of a file are kept."""
    kept = 0 if node.excerpt is None else node.excerpt.kept_bytes
    return kept + len(node.content or b"")


def _is_lost(node: Node, most: int) -> bool:
    """Return whether a file that may be kept was not, being under another name."""
    return node.content is None and not node.fault and node.size <= most


def _safe_parts(name: str) -> list[str]:
    """Return the names of a member's path. Raises: ReadError where it leads up."""
    parts = path_parts(name)
    if ".." in parts:
        message = f"has a member whose name leads outside: {show(name)!r}"
        raise ReadError(message)
    return parts


def _clash(parts: list[str]) -> ReadError:
    """Return the error that a directory is something else too."""
    name = show("/".join(parts))
    return ReadError(f"has {name!r} both as a directory and as something else")
