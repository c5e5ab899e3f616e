# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The rules by which a file of a source tree counts; cases of each row of the table."""

import pytest

from coos_license.sources.names import RULES, is_code, role_of, rule_of
from coos_license.sources.values import Role

#: Row of the table -> paths that it decides.
DECIDES = {
    "licence list": ["Cabal/license-list-data/MIT.txt", "license-list-xml/src/ISC"],
    "version control": [".git/LICENSE", "a/.hg/COPYING"],
    "list of components": [
        "go.sum",
        "a/go.mod",
        "Cargo.lock",
        "crates/a/Cargo.toml",
        "vendor/modules.txt",
    ],
    "metadata": [
        "idna-3.4/PKG-INFO",
        "src/x.egg-info/PKG-INFO",
        "x-1.dist-info/METADATA",
    ],
    "debian copyright": ["debian/copyright", "foo-1/debian/copyright"],
    "copyright header": ["copyright.h", "lib/ss/mit-sipb-copyright.h"],
    "code": [
        "license_manager.cc",
        "license.py",
        "licenses.json",
        "LICENSE.o",
        "license.js",
        "include/license.h",
        "Licensing.java",
        "LICENSES/list.py",
        "notice.c",
        "copyright.php",
        "authors.rb",
    ],
    "no text": ["LICENSE.pdf", "COPYING.png", "Licence.docx"],
    "notice": [
        "NOTICE",
        "NOTICE.txt",
        "doc/notice.md",
        "NOTICES",
        "NOTICE-fonts",
        "NOTICE.gz",
        "ThirdPartyNotices.txt",
        "THIRD-PARTY-NOTICES",
        "third_party_licenses.txt",
        "ATTRIBUTION.md",
        "LEGAL",
        "apache.NOTICE",
    ],
    "copyright": [
        "COPYRIGHT",
        "copyright.txt",
        "COPYRIGHT.md",
        "copyright.regex",
        "Copyrights",
        "doc/COPYRIGHT.gz",
    ],
    "authors": ["AUTHORS", "authors.txt", "AUTHORS.rst", "AUTHORS.bz2"],
    "GNU terms": [
        "LICENSE.GPL",
        "license.gpl",
        "COPYING.LGPL",
        "LICENSES/GPL-2.0-only.txt",
        "gpl-license.txt",
    ],
    "terms": [
        "COPYING",
        "copying.txt",
        "COPYING.LIB",
        "COPYING3",
        "COPYING.DOC",
        "LICENSE",
        "LICENCE.md",
        "LICENSE-MIT",
        "LICENSE_1_0.txt",
        "License.rst",
        "LICENSING",
        "licenses.html",
        "LICENSE.gz",
        "COPYING.xz",
        "UNLICENSE",
        "UNLICENSE.md",
        "PATENTS",
        "MIT-LICENSE",
        "MIT-LICENSE.txt",
        "jquery.LICENSE",
        "image.png.license",
        "LICENSES/MIT.txt",
        "LICENSES/Apache-2.0",
        "LICENSES/preferred/MIT",
        "x.dist-info/licenses/vendored/note.txt",
        "EULA.txt",
    ],
    "font agreement": ["IPA_Font_License_Agreement_v1.0.txt"],
}
#: Paths that no row decides.
PASSES = [
    "README",
    "main.c",
    "licensed.txt",
    "licensee",
    "noticeboard.txt",
    "copyrighted.txt",
    "authorship",
    "patentable",
    "licenses/table.csv/x.bin2",
    "doc/COPYRIGHTS.d/index",
    "MIT.txt",
    "metadata",
    "METADATA",
    "modules.txt",
    "cargo.lock.txt",
]


def parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def test_every_row_has_a_case_and_a_reason() -> None:
    assert list(DECIDES) == [rule.name for rule in RULES]
    assert all(rule.reason for rule in RULES)


@pytest.mark.parametrize(
    ("row", "path"), [(row, path) for row, paths in DECIDES.items() for path in paths]
)
def test_row_decides(row: str, path: str) -> None:
    rule = rule_of(parts(path))
    assert rule is not None
    assert rule.name == row


@pytest.mark.parametrize("path", PASSES)
def test_no_row_decides(path: str) -> None:
    assert role_of(parts(path)) is None


@pytest.mark.parametrize(
    ("path", "role"),
    [
        # Rows 23 to 26 of the edge cases.
        ("LICENSE.GPL", Role.GNU_TERMS),
        ("license.py", None),
        ("license.gpl", Role.GNU_TERMS),
        ("LICENSES/MIT.txt", Role.TERMS),
        ("NOTICE", Role.NOTICE),
        ("COPYRIGHT.md", Role.ATTRIBUTION),
        ("license_manager.cc", None),
        ("LICENSE.gz", Role.TERMS),
    ],
)
def test_edge_cases_of_names(path: str, role: Role | None) -> None:
    assert role_of(parts(path)) is role


@pytest.mark.parametrize("path", ["a.c", "b/c.rs", "Makefile", "x.sh", "k.S", "d.py"])
def test_source_files_are_code(path: str) -> None:
    assert is_code(parts(path))


@pytest.mark.parametrize("path", ["a.o", "a.json", "README", "a.patch", "lib.so", "a"])
def test_what_is_compiled_or_data_has_no_head(path: str) -> None:
    assert not is_code(parts(path))
