# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a policy says, as values: rules, waivers, severities, elections."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import IntEnum
from fnmatch import fnmatchcase

from coos_license.model import LicenseCategory, Severity, Shipped
from coos_license.policy.policy_elections import Elections


class Verdict(IntEnum):
    """What a rule says of a licence; ordered by weight."""

    ALLOW = 0
    REVIEW = 1
    DENY = 2

    @property
    def word(self) -> str:
        """Return the word that a file has for it."""
        return self.name.lower()


_PLACES = frozenset(("by", "place"))
#: What credits and NOTICE name is what most rules are about.
CREDITED = (Shipped.YES, Shipped.LINKED_UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyRule:
    """One rule: a verdict on licences of packages; what is empty does not limit it.

    A licence is meant that ``licenses`` (globs of SPDX ids and Gentoo names),
    ``categories`` or ``groups`` name; ``packages`` are globs of category/name,
    ``files`` globs of ELF files. ``exceptions`` are the ids of those of
    ``policy_exceptions.toml`` whose files the rule passes. ``by`` is what outputs call
    it, ``place`` file and line for messages.
    """

    id: str
    verdict: Verdict
    licenses: tuple[str, ...] = ()
    categories: tuple[LicenseCategory, ...] = ()
    groups: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    shipped: tuple[Shipped, ...] = CREDITED
    files: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    reason: str
    by: str
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A finding that the distributor lives with, until a day; who says so, and why."""

    finding: str
    package: str
    subject: str
    reason: str
    owner: str
    expires: date
    by: str

    def is_for(self, code: str, package: str, subject: str) -> bool:
        """Return whether it waives a finding; an image has the package ``""``."""
        return (
            code == self.finding
            and fnmatchcase(package, self.package)
            and fnmatchcase(subject, self.subject)
        )


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """That findings of a kind weigh something else, and why."""

    finding: str
    severity: Severity
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A policy in force: what a file says, before what it extends.

    ``default`` is the verdict on a licence that no rule is about.
    """

    name: str
    extends: tuple[str, ...] = ()
    default: Verdict = Verdict.ALLOW
    default_by: str = ""
    elections: Elections = field(default_factory=Elections)
    rules: tuple[PolicyRule, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    severities: tuple[SeverityRule, ...] = ()
    groups: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what it decides, wherever it is written."""
        value = asdict(self)
        for key in ("name", "extends", "default_by"):
            value.pop(key)
        value["groups"] = {
            name: sorted(names) for name, names in sorted(self.groups.items())
        }
        text = json.dumps(_without_places(value), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def _without_places(value: object) -> object:
    """Return the value without where it was read."""
    match value:
        case dict():
            return {
                key: _without_places(one)
                for key, one in value.items()
                if key not in _PLACES
            }
        case list() | tuple():
            return [_without_places(one) for one in value]
        case _:
            return value
