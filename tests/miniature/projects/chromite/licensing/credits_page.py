# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""about_os_credits.html in the structure that chromite gives it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from package_license import PackageLicense

PAGE = """\
<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>Credits</title>
</head>
<body>
<span class="page-title">Credits</span>
<h2>List of Packages used in Google Chrome OS</h2>
{packages}\
<h2>List of Shared Licenses used in Google Chrome OS</h2>
{licenses}\
</body>
</html>
"""
PACKAGE = """\
<div class="product">
<span class="title" id="{name}">{name}-{version}</span>
<a class="show" href="#">show license</a>
<span class="homepage"><a href="{homepage}">homepage</a></span>
<div class="licence">
<pre>
{texts}</pre>
<ul>
{links}</ul>
</div>
</div>
"""
LICENSE = """\
<div class="product">
<a name="{name}" class="title">{kind} License {name}</a>
<a class="show" href="#">show license</a>
<div class="licence">
<pre>{text}</pre>
<div class="license-packages">Used by these packages: {packages}</div>
</div>
</div>
"""
RULE = "\n" + "-=" * 40 + "\n"


@dataclass(frozen=True, slots=True)
class StockText:
    """The text of a license name: chromite calls it stock or custom by its place."""

    kind: str
    text: str


def credits_page(
    packages: Iterable[PackageLicense], texts: Mapping[str, StockText]
) -> str:
    """The page of all packages that are not skipped, with a text for each name.

    A text that one package alone uses stands with that package.
    """
    shown = sorted((p for p in packages if not p.skip), key=_order)
    users = {
        name: [p.full_name for p in shown if name in p.license_names] for name in texts
    }
    shared = [n for n in sorted(users, key=str.casefold) if len(users[n]) > 1]
    return PAGE.format(
        packages="".join(_package(p, texts, shared) for p in shown),
        licenses="".join(_license(n, texts[n], users[n]) for n in shared),
    )


def _order(package: PackageLicense) -> tuple[str, str, int]:
    return package.name.lower(), package.version, int(package.revision or 0)


def _package(
    package: PackageLicense, texts: Mapping[str, StockText], shared: list[str]
) -> str:
    names = sorted(package.license_names)
    own = [
        f"{texts[n].kind} License {n}:\n\n{texts[n].text}"
        for n in names
        if n not in shared
    ]
    return PACKAGE.format(
        name=escape(package.name),
        version=escape(package.version),
        homepage=escape("".join(package.homepages[:1])),
        texts="".join(escape(t) + RULE for t in [*package.license_text_scanned, *own]),
        links="".join(
            f"<li><a href='#{escape(n)}'>{texts[n].kind} License {escape(n)}</a></li>\n"
            for n in names
            if n in shared
        ),
    )


def _license(name: str, stock: StockText, users: list[str]) -> str:
    return LICENSE.format(
        name=escape(name),
        kind=stock.kind,
        text=escape(stock.text),
        packages=escape(" ".join(users)),
    )
