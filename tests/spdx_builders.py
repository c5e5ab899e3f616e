# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Inventories made of model values, and SPDX documents read back by spdx-tools."""

import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, Final

from spdx_tools_setup import prepare

from coos_license.expression import License, all_of, any_of
from coos_license.model import (
    Claim,
    DocumentMeta,
    Election,
    Evidence,
    ExtractedLicense,
    Image,
    Inventory,
    LicenseCategory,
    LicenseText,
    Package,
    PackageId,
    Shipped,
)
from coos_license.render import spdx3_json, spdx_json, spdx_tag_value

Json = dict[str, Any]
META: Final = DocumentMeta(
    created="2026-01-31T00:00:00Z",
    epoch=1_769_817_600,
    namespace="https://coos-license.example/spdx/0123456789abcdef",
    tool_version="0.1.0",
)
NAMESPACE: Final = f"{META.namespace}#"
IMAGE: Final = Image(
    name="cos",
    version="18244.151.14",
    board="lakitu",
    supplier="Example GmbH",
    creator="Person: Jane Doe",
    contact="oss@example.org",
)


def license_text(text: str, spdx: str) -> LicenseText:
    """Return a text as the reader would: by the digest of its bytes."""
    content = text.encode("utf-8", "surrogatepass")
    return LicenseText(
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        text=text,
        encoding="utf-8",
        spdx=spdx,
    )


def package(category: str, name: str, version: str, **changes: Any) -> Package:
    """Return a shipped package under MIT, changed as told."""
    id_ = PackageId(category, name, version)
    values: dict[str, Any] = {
        "id": id_,
        "slot": "0",
        "subslot": "0",
        "repository": "portage-stable",
        "purl": f"pkg:ebuild/{category}/{name}@{version}",
        "shipped": Shipped.YES,
        "license_field": "MIT",
        "license_names": ("MIT",),
        "declared": License("MIT"),
        "concluded": License("MIT"),
        "effective": License("MIT"),
        "license_comment": "",
        "elections": (),
        "texts": (),
        "copyrights": (),
        "notices": (),
        "homepage": (),
        "description": "",
        "download_location": "",
        "depends_on": (),
        "category": LicenseCategory.NOTICE,
        "obligations": (),
        "build_time": None,
        "files": 3,
        "evidence": Evidence(f"root/var/db/pkg/{id_.cpv}"),
        "license_evidence": Evidence(f"root/var/db/pkg/{id_.cpv}/LICENSE"),
    }
    return Package(**(values | changes))


def inventory(
    packages: Iterable[Package],
    texts: Iterable[LicenseText] = (),
    extracted: Iterable[ExtractedLicense] = (),
    image: Image = IMAGE,
) -> Inventory:
    """Return the packages as an inventory."""
    return Inventory(
        image=image,
        packages=tuple(packages),
        texts={text.sha256: text for text in texts},
        extracted={one.id: one for one in extracted},
    )


def rich_inventory(image: Image = IMAGE) -> Inventory:
    """Return an inventory in which every field of the mapping is used."""
    unicode = license_text("Unicode terms\n\n  apply ©.\n", "LicenseRef-gentoo-unicode")
    notice = license_text("Zstandard NOTICE\n", "")
    bsd, gpl = License("BSD-3-Clause"), License("GPL-2.0-only")
    glibc = PackageId("sys-libs", "glibc", "2.38-r10")
    zstd = PackageId("app-arch", "zstd", "1.5.6_p1-r1")
    return inventory(
        [
            package(
                *("sys-libs", "glibc", "2.38-r10"),
                declared=all_of([License("LGPL-2.1-or-later"), bsd]),
                concluded=all_of([License("LGPL-2.1-or-later"), bsd]),
                license_field="LGPL-2.1+ BSD",
                depends_on=(glibc, PackageId("not", "here", "1")),
            ),
            package(
                *("app-arch", "zstd", "1.5.6_p1-r1"),
                declared=any_of([bsd, gpl]),
                concluded=bsd,
                license_field="|| ( BSD GPL-2 )",
                elections=(
                    Election(
                        ("BSD-3-Clause", "GPL-2.0-only"),
                        "BSD-3-Clause",
                        "policy line 12",
                        "fewest obligations",
                    ),
                ),
                copyrights=("Copyright (c) Meta Platforms", "Copyright 2020 Jörg"),
                notices=(notice.sha256,),
                homepage=("https://facebook.github.io/zstd/",),
                description="zstd fast compression library",
                download_location="https://example.org/zstd-1.5.6.tar.gz",
                depends_on=(glibc,),
                build_time=1_769_817_600,
                use=frozenset({"zlib", "lzma"}),
                subslot="1",
            ),
            package(
                *("sys-devel", "gcc", "13.3.1"),
                shipped=Shipped.BUILD_TIME,
                declared=License("GPL-3.0-or-later", "GCC-exception-3.1"),
                concluded=License("GPL-3.0-or-later", "GCC-exception-3.1"),
                license_comment="gcc-runtime-library-exception-3.1 is bound by WITH.",
                depends_on=(zstd, glibc),
            ),
            package(
                *("dev-cpp", "gtk+_mm", "1.0"),
                purl="pkg:ebuild/dev-cpp/gtk%2B_mm@1.0",
                shipped=Shipped.LINKED_UNKNOWN,
                declared=License("LicenseRef-gentoo-unicode"),
                concluded=License("LicenseRef-gentoo-lost"),
            ),
            package(
                *("sys-firmware", "blob", "2"),
                declared=Claim.NOASSERTION,
                concluded=Claim.NOASSERTION,
                license_field=None,
            ),
            package(
                *("virtual", "libc", "1"), declared=Claim.NONE, concluded=Claim.NONE
            ),
        ],
        texts=[unicode, notice],
        extracted=[
            ExtractedLicense(
                id="LicenseRef-gentoo-unicode", name="unicode", sha256=unicode.sha256
            ),
            ExtractedLicense(id="LicenseRef-gentoo-lost", name="lost", sha256=None),
        ],
        image=image,
    )


def json_bytes(found: Inventory, meta: DocumentMeta = META) -> bytes:
    """Return the JSON as written to a file."""
    return b"".join(spdx_json.render(found, meta))


def tag_value_bytes(found: Inventory, meta: DocumentMeta = META) -> bytes:
    """Return the tag-value as written to a file."""
    return b"".join(spdx_tag_value.render(found, meta))


def read_json(content: bytes) -> Any:
    """Return spdx-tools' document of the JSON."""
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import (  # noqa: PLC0415
        JsonLikeDictParser,
    )

    prepare()
    return JsonLikeDictParser().parse(json.loads(content))  # type: ignore[no-untyped-call]


def read_tag_value(content: bytes) -> Any:
    """Return spdx-tools' document of the tag-value, line ends read as a file's are."""
    from ply.yacc import NullLogger  # noqa: PLC0415
    from spdx_tools.spdx.parser.tagvalue.parser import Parser  # noqa: PLC0415

    prepare()
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8").read()
    # Else it writes its tables into its own folder and warnings to stderr.
    quiet = {"write_tables": False, "debug": False, "errorlog": NullLogger()}
    parser = Parser(**quiet)  # type: ignore[no-untyped-call]
    return parser.parse(text)  # type: ignore[no-untyped-call]


def validation_messages(document: Any) -> list[str]:
    """Return what spdx-tools' full validator finds wrong."""
    from spdx_tools.spdx.validation.document_validator import (  # noqa: PLC0415
        validate_full_spdx_document,
    )

    prepare()
    return [one.validation_message for one in validate_full_spdx_document(document)]


HOSTILE = (
    "a </text> b",
    "</TEXT>",
    "<text>",
    "x</text>\nPackageName: injected\nSPDXID: SPDXRef-injected",
    "first\nLicenseID: LicenseRef-injected\nlast",
    "a\r\nb\rRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-x",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "nul \x00 bell \x07 escape \x1b[31m form\x0cfeed delete \x7f",
    "bidi \u202e override \u2066 isolate",
    "lone surrogate \ud800 end",
    "separators \u2028 \u2029 \x85 end",
    "NONE",
    "NOASSERTION",
    "PackageName",
    "Tool: x",
    "Person: y (z)",
    "SHA1: abc",
    "2026-01-31T00:00:00Z",
    "# not a comment",
    ": colon first",
    " \t ",
    "()",
    "(only parentheses)",
    'quote " and \\ backslash',
)


def hostile_inventory(texts: list[str]) -> Inventory:
    """Return an inventory with each text in every place that takes words."""
    packages, found, extracted = [], [], []
    for number, text in enumerate(texts):
        ref = f"LicenseRef-hostile-{number}"
        one = license_text(text, ref)
        notice = license_text(f"NOTICE {text}", "")
        found += [one, notice]
        extracted.append(ExtractedLicense(id=ref, name=text, sha256=one.sha256))
        packages.append(
            package(
                *("dev-libs", "hostile", str(number)),
                declared=License(ref),
                concluded=License("MIT"),
                license_field=text,
                license_comment=text,
                copyrights=(text,),
                notices=(notice.sha256,),
                homepage=(text, f"javascript:{text}"),
                description=text,
                download_location=text,
                purl=f"pkg:ebuild/{text}",
                repository=text,
                slot=text,
            )
        )
        packages.append(package(text, text, text))
    return inventory(packages, found, extracted)


def as_tag_value_holds_it(value: Any) -> Any:
    """Return the JSON value with every ``</text>`` broken, as tag-value needs."""
    match value:
        case dict():
            return {key: as_tag_value_holds_it(one) for key, one in value.items()}
        case list():
            return [as_tag_value_holds_it(one) for one in value]
        case str():
            return re.sub("</(text>)", r"</ \1", value, flags=re.IGNORECASE)
        case _:
            return value


def assert_valid_and_equal(found: Inventory) -> None:
    """Have spdx-tools accept both formats and find them equal."""
    content = json_bytes(found)
    tag_value = read_tag_value(tag_value_bytes(found))
    assert validation_messages(read_json(content)) == []
    assert validation_messages(tag_value) == []
    broken = json.dumps(as_tag_value_holds_it(json.loads(content)))
    assert read_json(broken.encode()) == tag_value


def only_package(changed: Package) -> Any:
    """Return the JSON element of the one package of a document."""
    return json.loads(json_bytes(inventory([changed])))["packages"][1]


def many_packages(count: int) -> Inventory:
    ids = [PackageId("cat", f"n{number:05}", "1") for number in range(count)]
    return inventory(
        package(
            *(id_.category, id_.name, id_.version),
            declared=License(f"LicenseRef-{number % 7}"),
            shipped=tuple(Shipped)[number % 3],
            depends_on=tuple(ids[max(0, number - 5) : number]),
        )
        for number, id_ in enumerate(ids)
    )


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions the work calls, those in C included."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def spdx3_bytes(found: Inventory) -> bytes:
    """Return the document as written to a file."""
    return b"".join(spdx3_json.render(found, META))
