# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Policies of a few rules, and packages that they judge."""

from typing import Any

from builders import make_inventory, make_package

from coos_license.licenses.expressions import parse_expression
from coos_license.model import Inventory, LinkGraph, Package
from coos_license.policy.policy_file import parse_policy
from coos_license.policy.policy_rules import policy_findings
from coos_license.policy.policy_values import Policy
from coos_license.resources import preset

GPL3 = "GPL-3.0-or-later"
WAIVER = """
[[waivers]]
finding = "denied-license"
package = "a/b"
reason = "known"
owner = "me"
expires = 2027-01-01
"""


def policy(text: str) -> Policy:
    """Return the policy of a file."""
    return parse_policy(f"schema = 1\n{text}", "policy.toml", preset)


def rule(verdict: str, about: str, more: str = "") -> str:
    """Return a rule of a file."""
    head = f"[[rules]]\nid = 'r-{verdict}'\nverdict = '{verdict}'\nreason = 'because'\n"
    return f"{head}{about}\n{more}\n"


def package(declared: str, name: str = "b", **fields: Any) -> Package:
    """Return a package of that licence."""
    return make_package(("a", name, "1"), parse_expression(declared), **fields)


def judged(text: str, *packages: Package, links: LinkGraph | None = None) -> list[str]:
    """Return name and subject of what a policy says of packages."""
    inventory = make_inventory(packages)
    if links is not None:
        inventory = Inventory(
            image=inventory.image,
            packages=inventory.packages,
            texts={},
            extracted={},
            links=links,
        )
    found = policy_findings(inventory, policy(text))
    return [f"{one.kind.name} {one.subject}" for one in found]
