# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The formats of ``audit``, and what renders each."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from coos_license.audit.report import Report
from coos_license.render import (
    audit_html,
    audit_text,
    findings_json,
    github,
    gitlab,
    junit,
    markdown,
    sarif,
)

Format = Callable[[Report], Iterator[bytes]]

FORMATS: Final[Mapping[str, Format]] = {
    "text": audit_text.render,
    "json": lambda report: findings_json.render(report.findings),
    "sarif": sarif.render,
    "junit": junit.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "markdown": markdown.render,
    "html": audit_html.render,
}
