# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From what one file says to the parts that it names; licences still in its words."""

from dataclasses import dataclass

from coos_license.components.go_build import language_version, parse_build
from coos_license.components.node_package import parse_package_json
from coos_license.components.python_metadata import parse_metadata
from coos_license.components.rust_audit import parse_audit
from coos_license.errors import ReadError
from coos_license.model import Ecosystem, EmbeddedFile, EvidenceKind, Linkage

#: Go's own library, which is in every program that Go builds; others call it so too.
STANDARD_LIBRARY = "stdlib"


@dataclass(frozen=True, slots=True)
class Part:
    """A component as one file names it.

    ``licenses`` are the values of its licence fields as stated, the first that says
    something first; ``classifiers`` those of Python.
    """

    ecosystem: Ecosystem
    name: str
    version: str
    linked: Linkage
    digest: str = ""
    licenses: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()


def parts_of(file: EmbeddedFile) -> tuple[Part, ...]:
    """Return the parts that a file names. Raises: ReadError where it is damaged."""
    if file.fault:
        raise ReadError(file.fault)
    match file.kind:
        case EvidenceKind.GO_BUILD_INFO:
            return _of_go(file.content)
        case EvidenceKind.RUST_AUDIT:
            return _of_rust(file.content)
        case EvidenceKind.PYTHON_METADATA:
            return _of_python(file.content)
        case EvidenceKind.NODE_PACKAGE:
            return _of_node(file.content)
        case EvidenceKind.ELF | EvidenceKind.TEXT | EvidenceKind.MODULE_INFO:
            return ()


def names_modules(content: bytes) -> bool:
    """Return whether build information of Go lists modules. Raises: ReadError."""
    build = parse_build(content)
    return build.main is not None or bool(build.modules)


def _of_go(content: bytes) -> tuple[Part, ...]:
    build = parse_build(content)
    parts = [
        Part(
            Ecosystem.GO,
            STANDARD_LIBRARY,
            language_version(build.go_version),
            Linkage.STATIC,
        )
    ]
    mains = () if build.main is None else (build.main,)
    for linked, modules in (
        (Linkage.CONTAINED, mains),
        (Linkage.STATIC, build.modules),
    ):
        parts += [
            Part(Ecosystem.GO, one.path, _go_version(one.version), linked, one.checksum)
            for one in modules
        ]
    return tuple(parts)


def _go_version(version: str) -> str:
    """Return the version, empty where it is that of a working directory."""
    return "" if version == "(devel)" else version


def _of_rust(content: bytes) -> tuple[Part, ...]:
    return tuple(
        Part(
            Ecosystem.RUST,
            crate.name,
            crate.version,
            Linkage.CONTAINED if crate.is_root else Linkage.STATIC,
        )
        for crate in parse_audit(content)
    )


def _of_python(content: bytes) -> tuple[Part, ...]:
    one = parse_metadata(content)
    stated = tuple(filter(None, (one.expression, one.license)))
    return (
        Part(
            Ecosystem.PYTHON,
            one.name,
            one.version,
            Linkage.CONTAINED,
            licenses=stated,
            classifiers=one.classifiers,
        ),
    )


def _of_node(content: bytes) -> tuple[Part, ...]:
    one = parse_package_json(content)
    return (
        Part(
            Ecosystem.NODE,
            one.name,
            one.version,
            Linkage.CONTAINED,
            licenses=one.licenses,
        ),
    )
