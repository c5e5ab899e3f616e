# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The notices of implicit components that lie in the image."""

from collections.abc import Iterable

from coos_license import findings
from coos_license.accounted import NoticeFile
from coos_license.accounting.containers import Opener
from coos_license.accounting.places import of_partition, shown
from coos_license.accounting.policy_implicit import NOTICE_LIMIT, ImplicitRule
from coos_license.errors import ReadError
from coos_license.model import Finding


def read_notices(
    rules: Iterable[ImplicitRule], open_file: Opener, place: str
) -> tuple[dict[str, NoticeFile], tuple[Finding, ...]]:
    """Return the notices that rules name, by their words, and what cannot be read.

    ``place`` is what evidence paths of files of the image begin with.
    """
    found: dict[str, NoticeFile] = {}
    unread: dict[str, Finding] = {}
    for rule in rules:
        for name in rule.notices or ():
            if name in found or name in unread:
                continue
            path = _path(name)
            try:
                content = _read(path, open_file)
            except ReadError as error:
                told = f"{rule.component}: its notice {shown(path)} {error}"
                unread[name] = Finding(
                    findings.IMPLICIT_NOTICE_UNREAD,
                    f"{rule.component}: {shown(path)}",
                    told,
                    evidence=(rule.evidence,),
                )
                continue
            found[name] = NoticeFile(f"{place}/{path.lstrip('/')}", content)
    return found, tuple(unread.values())


def _path(name: str) -> str:
    """Return the path of a notice as files of the image are named."""
    partition, _, below = name.partition("/")
    return f"{of_partition(partition.rstrip(':')) if partition else ''}{below}"


def _read(path: str, open_file: Opener) -> bytes:
    """Return the bytes of a notice. Raises: ReadError."""
    with open_file(path) as file:
        if file.size_bytes > NOTICE_LIMIT:
            raise ReadError(f"is longer than the {NOTICE_LIMIT} bytes that are read")
        content = file.read(0, file.size_bytes)
    if not content.strip():
        raise ReadError("is empty")
    return content
