# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``SHA256SUMS`` of files whose names may hold anything (coreutils, sha256sum)."""

from collections.abc import Iterable


def checksum_lines(sums: Iterable[tuple[str, str]]) -> bytes:
    r"""Return the lines of names and SHA-256, as sha256sum(1) reads them back.

    A name with a backslash or a line break is escaped, and its line marked.

    >>> checksum_lines([("a\nb", "00")])
    b'\\00  a\\nb\n'
    """
    lines = []
    for name, digest in sorted(sums):
        escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        mark = "\\" if escaped != name else ""
        lines.append(f"{mark}{digest}  {escaped}\n")
    return "".join(lines).encode("utf-8", "surrogateescape")
