# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Packages, files and agents of SPDX 3.0.1.

What is one file is a ``software_File``: a distfile, a patch, a binary package. All else
is a ``software_Package``. An agent is one element however many things it made.
"""

from collections.abc import Iterator
from typing import Final

from coos_license.bom.values import (
    Agent,
    AgentKind,
    Algorithm,
    Bom,
    Digest,
    Element,
    ElementKind,
)
from coos_license.render.spdx3_values import (
    Json,
    element,
    hashes,
    identifiers,
    iri,
    purpose,
    short_digest,
)

#: 2.3 and 3.0.1 have no word for a version that nobody stated; checkers want one.
_NO_VERSION: Final = "unknown"
_FILES: Final = frozenset({ElementKind.SOURCE, ElementKind.PATCH})
_AGENTS: Final = {
    AgentKind.PERSON: "Person",
    AgentKind.ORGANIZATION: "Organization",
    AgentKind.TOOL: "SoftwareAgent",
}
_MAKER_COMMENT: Final = "Who they are is known by this page only: HOMEPAGE."
_STRUCTURED: Final = ["container"]
_ARCHIVE: Final = ["archive", *_STRUCTURED]
_ARCHIVES: Final = (
    *(".bz2", ".crate", ".gem", ".gz", ".jar", ".lz", ".rpm", ".tar", ".tbz2", ".tgz"),
    *(".txz", ".whl", ".xz", ".zip", ".zst", ".deb", ".7z"),
)


def agent_id(namespace: str, agent: Agent) -> str:
    """Return the id of an agent: by who it is, so that one is never two."""
    words = f"{agent.kind}:{agent.name}:{agent.email}"
    return iri(namespace, f"Agent-{short_digest(words)}")


def created_by(bom: Bom) -> Agent:
    """Return who answers for the document; the tool itself where nobody is named."""
    return bom.creators[0]


def agents(bom: Bom) -> Iterator[Json]:
    """Yield who created the document, who supplies the image, and who made packages."""
    named = dict.fromkeys(filter(None, (created_by(bom), bom.supplier)))
    for agent in named:
        yield element(
            _AGENTS[agent.kind],
            agent_id(bom.namespace, agent),
            name=agent.name,
            externalIdentifier=_addresses(bom, agent),
        )
    for page in sorted({one.homepage for one in bom.elements if one.homepage}):
        yield element(
            "Organization",
            _maker_id(bom.namespace, page),
            name=f"The makers of {page}",
            externalIdentifier=identifiers("urlScheme", page),
            comment=_MAKER_COMMENT,
        )
    tool = bom.creators[-1]
    yield element("Tool", iri(bom.namespace, "Tool"), name=tool.name)


def artifacts(bom: Bom) -> Iterator[Json]:
    """Yield the image, then every other thing of the bill."""
    yield _image(bom)
    if bom.image.file_name:
        yield _packed(bom, bom.image)
    for item in bom.elements:
        yield _file(bom, item) if item.kind in _FILES else _package(bom, item)
        if item.kind not in _FILES and item.file_name:
            yield _packed(bom, item)


def installed_files(bom: Bom) -> Iterator[Json]:
    """Yield the files of the image."""
    for file in bom.files:
        yield element(
            "software_File",
            iri(bom.namespace, file.id),
            name=file.path,
            software_fileKind="file",
            verifiedUsing=hashes(
                (
                    Digest(Algorithm.SHA1, file.sha1.hex()),
                    Digest(Algorithm.SHA256, file.sha256.hex()),
                    Digest(Algorithm.SHA512, file.sha512.hex()),
                )
            ),
        )


def packed_id(namespace: str, item: Element) -> str:
    """Return the id of the file that a package was read from."""
    return iri(namespace, f"File-{item.id}")


def _addresses(bom: Bom, agent: Agent) -> list[Json]:
    """Return where an agent can be asked: by its address, else that of the image."""
    if agent.email:
        return identifiers("email", agent.email)
    if agent.kind is AgentKind.TOOL:
        return []
    kind = "email" if "@" in bom.contact else "urlScheme"
    is_address = "@" in bom.contact or bom.contact.startswith(("http://", "https://"))
    return identifiers(kind, bom.contact) if is_address else []


def _maker_id(namespace: str, page: str) -> str:
    """Return the id of those whose home page this is."""
    return iri(namespace, f"Maker-{short_digest(page)}")


def _image(bom: Bom) -> Json:
    """Return the root: the image as a whole, with the copyrights of what is in it."""
    image = bom.image
    lines = {line for one in bom.elements for line in one.copyright.splitlines()}
    lines.discard("NONE")
    supplier = agent_id(bom.namespace, bom.supplier) if bom.supplier else ""
    return element(
        "software_Package",
        iri(bom.namespace, image.id),
        name=image.name,
        software_packageVersion=image.version,
        software_primaryPurpose=purpose(image.purpose),
        suppliedBy=supplier,
        originatedBy=[supplier] if supplier else [],
        software_copyrightText=image.copyright or "\n".join(sorted(lines)),
        comment=image.comment,
        **_facts(image),
    )


def _package(bom: Bom, item: Element) -> Json:
    """Return a package, or a component of packages."""
    return element(
        "software_Package",
        iri(bom.namespace, item.id),
        name=item.name,
        software_packageVersion=item.version or _NO_VERSION,
        software_primaryPurpose=purpose(item.purpose),
        suppliedBy=agent_id(bom.namespace, bom.supplier) if bom.supplier else "",
        originatedBy=[_maker_id(bom.namespace, item.homepage)] if item.homepage else [],
        software_packageUrl=item.purls[0] if item.purls else "",
        software_sourceInfo=item.source_info,
        software_downloadLocation="" if item.location == "NONE" else item.location,
        software_homePage=item.homepage,
        verifiedUsing=_verification_code(item.verification_code),
        software_copyrightText=item.copyright,
        comment=item.comment,
        **_facts(item),
    )


def _verification_code(code: str) -> list[Json]:
    """Return the code of a package's files as a list of one, of none without files."""
    if not code:
        return []
    return [{"type": "PackageVerificationCode", "algorithm": "sha1", "hashValue": code}]


def _file(bom: Bom, item: Element) -> Json:
    """Return a distfile or a patch; a file has no field for where it comes from."""
    told = (item.source_info, item.license_comment, item.comment)
    return element(
        "software_File",
        iri(bom.namespace, item.id),
        name=item.file_name or item.name,
        software_primaryPurpose=purpose(item.purpose),
        software_additionalPurpose=_additional_purposes(item),
        software_fileKind="file",
        verifiedUsing=hashes(item.digests),
        externalRef=_reference("sourceArtifact", item.location),
        software_copyrightText=item.copyright,
        comment="\n".join(filter(None, told)),
        **_facts(item),
    )


def _additional_purposes(item: Element) -> list[str]:
    """Return whether a file is an archive, and that it has structure (BSI TR-03183-2).

    That guideline calls a file "container" that is no mere dump of a memory.
    """
    if item.kind is not ElementKind.SOURCE:
        return []
    is_archive = item.file_name.lower().endswith(_ARCHIVES)
    return _ARCHIVE if is_archive else _STRUCTURED


def _packed(bom: Bom, item: Element) -> Json:
    """Return the binary package that a package was read from, or the image's file."""
    is_image = item.kind is ElementKind.IMAGE
    return element(
        "software_File",
        packed_id(bom.namespace, item),
        name=item.file_name,
        software_primaryPurpose="diskImage" if is_image else "archive",
        software_additionalPurpose=_STRUCTURED if is_image else _ARCHIVE,
        software_fileKind="file",
        verifiedUsing=hashes(item.digests),
    )


def _facts(item: Element) -> dict[str, object]:
    """Return what all kinds of artifacts say in the same words."""
    return {
        "summary": item.summary,
        "externalIdentifier": identifiers("packageUrl", *item.purls)
        + identifiers("cpe23", *item.cpes),
        "software_attributionText": list(item.attributions),
        "builtTime": item.built,
    }


def _reference(kind: str, location: str) -> list[Json]:
    """Return where a file can be had, as a list of one, of none where not known."""
    if not location or location == "NONE":
        return []
    return [{"type": "ExternalRef", "externalRefType": kind, "locator": [location]}]
