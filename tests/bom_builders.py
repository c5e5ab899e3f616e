# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A bill of materials in which everything occurs that one may hold."""

import hashlib
from dataclasses import replace

from spdx_builders import META, rich_inventory

from coos_license.bom.build import bill_of_materials
from coos_license.bom.values import (
    Algorithm,
    Bom,
    Digest,
    Element,
    ElementKind,
    FileElement,
    Purpose,
    Relation,
    Relationship,
)
from coos_license.expression import License

ZSTD = "Package-app-arch.zstd-1.5.6-p1-r1"
GLIBC = "Package-sys-libs.glibc-2.38-r10"
TARBALL = "Source-zstd-1.5.6.tar.gz"
PATCH = "Patch-zstd-fix"
MODULE = "Component-golang..sexample.org..slib..v1.2"
FILE = "File-usr..sbin..szstd"
_DIGESTS = (
    Digest(Algorithm.BLAKE2B_512, "0b" * 64),
    Digest(Algorithm.SHA512, "05" * 64),
)


def full_bom() -> Bom:
    """Return the bill of the rich inventory, and what only real input gives."""
    bom = bill_of_materials(rich_inventory(), META)
    elements = [_richer(one) if one.id == ZSTD else one for one in bom.elements]
    return replace(
        bom,
        elements=(*elements, *_others()),
        relationships=(*bom.relationships, *_relationships()),
        files=(_file(),),
    )


def _richer(zstd: Element) -> Element:
    return replace(
        zstd,
        purls=(*zstd.purls, "pkg:generic/zstd@1.5.6"),
        cpes=("cpe:2.3:a:facebook:zstandard:1.5.6:*:*:*:*:*:*:*",),
        verification_code="d6a770ba38583ed4bb4525bd96e50461655d2758",
        annotations=("Elected BSD-3-Clause.",),
    )


def _others() -> tuple[Element, ...]:
    tarball = Element(
        kind=ElementKind.SOURCE,
        id=TARBALL,
        name="zstd-1.5.6.tar.gz",
        file_name="zstd-1.5.6.tar.gz",
        purpose=Purpose.SOURCE,
        location="https://example.org/zstd-1.5.6.tar.gz",
        purls=("pkg:generic/zstd-1.5.6.tar.gz",),
        source_info="Fetched by SRC_URI of app-arch/zstd-1.5.6_p1-r1",
        digests=_DIGESTS,
    )
    patch = Element(
        kind=ElementKind.PATCH, id=PATCH, name="fix.patch", purpose=Purpose.PATCH
    )
    module = Element(
        kind=ElementKind.COMPONENT,
        id=MODULE,
        name="example.org/lib",
        version="1.2",
        purls=("pkg:golang/example.org/lib@1.2",),
        declared=License("ISC"),
        concluded=License("ISC"),
    )
    return module, tarball, patch


def _relationships() -> tuple[Relationship, ...]:
    return (
        Relationship(ZSTD, Relation.CONTAINS, MODULE),
        Relationship(ZSTD, Relation.STATIC_LINK, MODULE),
        Relationship(ZSTD, Relation.DYNAMIC_LINK, GLIBC, "libc.so.6"),
        Relationship(ZSTD, Relation.GENERATED_FROM, TARBALL),
        Relationship(ZSTD, Relation.PATCHED_BY, PATCH),
    )


def _file() -> FileElement:
    content = b"not a program"
    return FileElement(
        id=FILE,
        path="usr/bin/zstd",
        sha1=hashlib.sha1(content, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(content).digest(),
        sha512=hashlib.sha512(content).digest(),
        owners=(ZSTD,),
    )
