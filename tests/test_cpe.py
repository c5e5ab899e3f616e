# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""CPE names by what metadata.xml states, and what is none."""

import re

import pytest

from coos_license.portage.cpe import cpe_names

CPE = '<p><upstream><remote-id type="cpe">{}</remote-id></upstream></p>'
ENTITY = "<!DOCTYPE p [<!ENTITY e {}>]>" + CPE.format("&e;")
GNU_FOO = CPE.format("cpe:/a:gnu:foo")
#: What annex F of SPDX 2.3 wants of a ``cpe23Type``.
CPE_STRING = re.compile(
    r"cpe:2\.3:[aho](?::(?:[a-zA-Z0-9._-]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~])+){3}"
    r":(?:\*|[a-z0-9]+)(?::\*){6}"
)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.2.3", "1.2.3:*"),
        ("1.0.2u-r4", "1.0.2u:*"),
        ("9.6_p1-r1", "9.6:p1"),
        ("5_rc2", "5:rc2"),
        ("1_alpha", "1:alpha"),
    ],
)
def test_a_version_as_cpe_has_it(version: str, expected: str) -> None:
    [name] = cpe_names(GNU_FOO.encode(), version)
    assert name == f"cpe:2.3:a:gnu:foo:{expected}:*:*:*:*:*:*"
    assert CPE_STRING.fullmatch(name)


@pytest.mark.parametrize("version", ["9999", "1.2.9999-r3", "1_rc1_p2"])
def test_what_is_no_version_of_upstream_has_no_cpe(version: str) -> None:
    assert cpe_names(GNU_FOO.encode(), version) == ()


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("cpe:/a:gnu:libsigc%2b%2b", r"a:gnu:libsigc\+\+"),
        ("cpe:/o:Linux:linux-Kernel", "o:linux:linux-kernel"),
        ("\n cpe:/a:x.org:x_y \n", "a:x.org:x_y"),
        ("cpe:/a:gnu:foo:1.0", "a:gnu:foo"),
        (r"cpe:2.3:a:gnu:lib\+\+:*:*:*:*:*:*:*:*", r"a:gnu:lib\+\+"),
    ],
)
def test_vendor_and_product_as_stated(stated: str, expected: str) -> None:
    [name] = cpe_names(CPE.format(stated).encode(), "1")
    assert name == f"cpe:2.3:{expected}:1:*:*:*:*:*:*:*"
    assert CPE_STRING.fullmatch(name)


@pytest.mark.parametrize(
    "metadata",
    [
        CPE.format("cpe:/a:gnu"),
        CPE.format("cpe:/x:gnu:foo"),
        CPE.format("cpe:/a:gnu:f%01o*"),
        CPE.format("cpe:/a:gnu:é"),
        CPE.format("cpe:/a:-:foo"),
        CPE.format("gnu:foo"),
        CPE.format(""),
        '<p><remote-id type="github">cpe:/a:gnu:foo</remote-id></p>',
        "cpe <broken",
        ENTITY.format('SYSTEM "file:///etc/passwd"'),
        ENTITY.format('"cpe:/a:gnu:foo"'),
    ],
)
def test_what_is_no_cpe_is_none(metadata: str) -> None:
    assert cpe_names(metadata.encode(), "1") == ()


def test_a_doctype_is_not_fetched() -> None:
    doctype = '<!DOCTYPE p SYSTEM "https://www.gentoo.org/dtd/metadata.dtd">'
    assert len(cpe_names(f"{doctype}{GNU_FOO}".encode(), "1")) == 1
