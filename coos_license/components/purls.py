# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Package URLs of components.

Source: the purl specification (ECMA-427), and of its types ``golang``, ``cargo``,
``pypi`` and ``npm`` the definitions.
"""

import re
from typing import Final
from urllib.parse import quote

from coos_license.model import Ecosystem

#: Python's distribution names that are equal (PEP 503).
_SAME_IN_PYTHON: Final = re.compile(r"[-_.]+")


def component_purl(ecosystem: Ecosystem, name: str, version: str) -> str:
    """Return the purl; without a version where none is known.

    >>> component_purl(Ecosystem.GO, "github.com/Azure/go-ansiterm", "v0.1.0+inc")
    'pkg:golang/github.com/azure/go-ansiterm@v0.1.0%2Binc'
    >>> component_purl(Ecosystem.NODE, "@types/node", "20.1.0")
    'pkg:npm/%40types/node@20.1.0'
    """
    match ecosystem:
        case Ecosystem.GO | Ecosystem.NODE:
            parts = name.lower().split("/")
        case Ecosystem.PYTHON:
            parts = [python_name(name)]
        case Ecosystem.RUST:
            parts = [name]
    path = "/".join(_encoded(part) for part in parts if part)
    return f"pkg:{ecosystem}/{path}" + (f"@{_encoded(version)}" if version else "")


def python_name(name: str) -> str:
    """Return the name in its normal form.

    >>> python_name("Zope.Interface")
    'zope-interface'
    """
    return _SAME_IN_PYTHON.sub("-", name).lower()


def _encoded(part: str) -> str:
    """Return the part percent-encoded; a colon stays, as the specification says."""
    return quote(part, safe=":", errors="surrogatepass")
