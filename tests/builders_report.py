# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reports of an audit, for the tests of their formats."""

from collections.abc import Sequence
from typing import Any

from builders import META, make_inventory, make_package

from coos_license import findings
from coos_license.audit.policy_gate import baseline_of
from coos_license.audit.report import Report
from coos_license.model import Evidence, Finding, PackageId

BASH = PackageId("app-shells", "bash", "5.2_p37")
ZSTD = PackageId("app-arch", "zstd", "1.5.7-r1")
OLD_ZSTD = PackageId("app-arch", "zstd", "1.5.6")
#: Two versions of one package, a finding of the image, and every severity.
FOUND = (
    Finding(
        findings.MISSING_LICENSE_TEXT,
        "Nope-1",
        "no text of Nope-1",
        BASH,
        "0",
        (
            Evidence("root/var/db/pkg/app-shells/bash-5.2_p37/LICENSE", 1),
            Evidence("portage-stable/licenses"),
        ),
    ),
    Finding(findings.TAINTED, "TAINTED", "is TAINTED", OLD_ZSTD, "0"),
    Finding(findings.TAINTED, "TAINTED", "is TAINTED", ZSTD, "0"),
    Finding(findings.MISSING_IDENTITY, "image", "unknown: name of the image"),
    Finding(findings.CHOICE_UNSET, "BSD | GPL-2", "not chosen", ZSTD, "0"),
)
#: What a repository could call things to be more than text in some format.
HOSTILE = (
    "a|b `c` **d** <script>alert(1)</script> &amp; ]]> \\| @all :tada: https://x.example",
    "100% ::error::, title=x: y",
    "two\nlines\r\n::error::second",
    "\x1b[1mbold\x1b[0m \x00\x08 \u202egpj.exe",
    "</table></details><!-- {{ 7 * 7 }} {% raw %}",
    "W" * 300,
)


def make_report(found: Sequence[Finding] = FOUND, **fields: Any) -> Report:
    """Return a report on the packages that findings are about, and one more."""
    named = sorted({one.package for one in found if one.package})
    packages = [make_package((one.category, one.name, one.version)) for one in named]
    values: dict[str, Any] = {
        "inventory": make_inventory([*packages, make_package(("a", "clean", "1"))]),
        "findings": tuple(found),
        "created": META.created,
        "tool_version": "1.2.3",
    }
    return Report(**values | fields)


def make_hostile_report() -> Report:
    """Return a report whose every text tries to be more than that."""
    return make_report(
        [
            Finding(
                findings.UNKNOWN_LICENSE,
                attack,
                attack,
                BASH,
                "0",
                (Evidence(f"root/{attack}", 7),),
            )
            for attack in HOSTILE
        ]
    )


def with_baseline(report: Report, known: Sequence[Finding]) -> Report:
    """Return the report against a baseline that holds these findings."""
    return make_report(
        report.findings, baseline=baseline_of(known), fail_on=report.fail_on
    )
