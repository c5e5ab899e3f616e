# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Inventories made of model values, for the tests of what is rendered from them."""

import hashlib
from collections.abc import Iterable
from typing import Any

from coos_license.expression import Claim, Declared, License, any_of
from coos_license.model import (
    DocumentMeta,
    Election,
    Evidence,
    Image,
    Inventory,
    LicenseCategory,
    LicenseText,
    Obligation,
    Package,
    PackageId,
    Shipped,
    TextKind,
    TextUse,
)

META = DocumentMeta(
    created="2026-01-31T00:00:00Z",
    epoch=1769817600,
    namespace="https://example.org/spdx/0",
    tool_version="1.2.3",
)
IMAGE = Image(name="Example OS", version="101.1", board="example")


def make_text(text: str, spdx: str, *, content: bytes | None = None) -> LicenseText:
    """Return a text whose bytes are the UTF-8 of it, where not given."""
    raw = text.encode() if content is None else content
    return LicenseText(
        sha256=hashlib.sha256(raw).hexdigest(),
        content=raw,
        text=text,
        encoding="utf-8",
        spdx=spdx,
    )


def make_use(
    text: LicenseText, name: str, kind: TextKind = TextKind.STOCK, path: str = ""
) -> TextUse:
    """Return that ``name`` is backed by the text."""
    return TextUse(text.sha256, name, kind, path or f"portage-stable/licenses/{name}")


def make_package(
    cpv: tuple[str, str, str], declared: Declared | str = "MIT", **fields: Any
) -> Package:
    """Return a package of that id and licence; any other field by its name."""
    package = PackageId(*cpv)
    expression = License(declared) if type(declared) is str else declared
    values: dict[str, Any] = {
        "id": package,
        "slot": "0",
        "subslot": "0",
        "repository": "portage-stable",
        "purl": f"pkg:ebuild/{package.key}@{package.version}",
        "shipped": Shipped.YES,
        "license_field": str(expression),
        "license_names": (),
        "declared": expression,
        "concluded": expression,
        "effective": expression,
        "license_comment": "",
        "elections": (),
        "texts": (),
        "copyrights": (),
        "notices": (),
        "homepage": (),
        "description": "",
        "download_location": "NOASSERTION",
        "depends_on": (),
        "category": LicenseCategory.PERMISSIVE,
        "obligations": (),
        "build_time": None,
        "files": 1,
        "evidence": Evidence(f"root/var/db/pkg/{package.category}/{package.pf}"),
        "license_evidence": Evidence(f"root/var/db/pkg/{package.cpv}/LICENSE"),
    }
    return Package(**values | fields)


def make_inventory(
    packages: Iterable[Package],
    texts: Iterable[LicenseText] = (),
    image: Image = IMAGE,
) -> Inventory:
    """Return the inventory, sorted as the real one is."""
    return Inventory(
        image=image,
        packages=tuple(sorted(packages, key=lambda package: package.id)),
        texts={text.sha256: text for text in sorted(texts, key=lambda t: t.sha256)},
        extracted={},
    )


def make_rich_inventory() -> Inventory:
    """Return an image with one package of every kind that the outputs tell apart."""
    bsd = make_text("Redistribution and use\n  in source forms\n", "BSD-3-Clause")
    gpl = make_text("\nGNU GENERAL PUBLIC LICENSE\n\tVersion 2\n", "GPL-2.0-only")
    mit = make_text("Permission <is> hereby & granted\n", "MIT")
    own = make_text("Copyright (c) 1999 Zo\xeb\nPermission granted\n", "MIT")
    file = make_text("This product includes software\n", "NOTICE")
    choice = any_of([License("BSD-3-Clause"), License("GPL-2.0-only")])
    packages = (
        make_package(
            ("app-arch", "zstd", "1.5.7-r1"),
            choice,
            effective=License("BSD-3-Clause"),
            elections=(Election(("a", "b"), "a", "policy", "BSD is enough here."),),
            license_field="|| ( BSD GPL-2 )",
            license_names=("BSD", "GPL-2"),
            texts=(make_use(bsd, "BSD"), make_use(gpl, "GPL-2")),
            copyrights=("Copyright (c) Meta Platforms",),
            homepage=("https://facebook.github.io/zstd/",),
            description="zstd fast compression library",
            obligations=(Obligation.LICENSE_TEXT, Obligation.COPYRIGHT_NOTICE),
        ),
        make_package(
            ("app-shells", "bash", "5.2_p37"),
            "GPL-3.0-or-later",
            license_field="GPL-3+",
            license_names=("GPL-3+",),
            obligations=(Obligation.LICENSE_TEXT, Obligation.SOURCE),
        ),
        make_package(
            ("sys-apps", "kmod", "33"),
            "GPL-2.0-only",
            license_names=("GPL-2",),
            texts=(make_use(gpl, "GPL-2"),),
            shipped=Shipped.LINKED_UNKNOWN,
            obligations=(Obligation.LICENSE_TEXT, Obligation.SOURCE),
        ),
        make_package(
            ("dev-libs", "c++-lib", "1.0"),
            texts=(make_use(mit, "MIT"), make_use(own, "MIT", TextKind.ATTRIBUTION)),
            license_names=("MIT",),
            notices=(file.sha256,),
            homepage=("ftp://old.example.org", "http://example.org/a?b=c&d"),
        ),
        make_package(("acct-group", "audio", "0-r3"), Claim.NONE, license_field=None),
        make_package(("virtual", "libc", "1"), Claim.NONE, license_field=""),
        make_package(
            ("app-misc", "odd", "1"), Claim.NOASSERTION, license_field="|| ( x"
        ),
        make_package(("dev-build", "cmake", "4.0"), shipped=Shipped.BUILD_TIME),
    )
    return make_inventory(packages, (bsd, gpl, mit, own, file))


def make_hostile_inventory() -> Inventory:
    """Return an image whose every field tries to be more than text."""
    attack = (
        "</pre><script>alert(1)</script><img src=x onerror=alert(2)><!--"
        "{{ 7 * 7 }}{% raw %}{# \"' onfocus=alert(3) autofocus"
    )
    disguise = "\u202egnp.exe\u202c\x1b[31m\x00\r\n"
    long = "W" * 5_000
    texts = (
        make_text(f"{attack}\n{long}\n{disguise}", attack),
        make_text("\n\n  </article></details></main>\n", "../../etc"),
        make_text("javascript:alert(4)", disguise, content=b"\xff\xfe"),
    )
    packages = (
        make_package(
            ("app-misc", 'x"><script>alert(5)</script>', "1"),
            License(attack),
            license_field=attack,
            texts=tuple(make_use(text, attack) for text in texts),
            copyrights=(attack, disguise, long),
            homepage=(
                "javascript:alert(6)",
                "data:text/html,<script>alert(7)</script>",
                'https://example.org/" onmouseover="alert(8)',
                " https://example.org/",
                disguise,
            ),
            description=attack + disguise,
            license_names=(attack, long),
            obligations=(Obligation.LICENSE_TEXT, Obligation.REVIEW),
        ),
        make_package(("a b", f"c%2F{disguise}", "#1?&"), License(long)),
        make_package(("a b", long, "1"), Claim.NOASSERTION, license_field=disguise),
    )
    image = Image(name=attack, version=disguise, board=long, supplier=attack)
    return make_inventory(packages, texts, image)
