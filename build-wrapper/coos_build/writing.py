# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The reports beside the journal, written whole or not at all."""

import contextlib
import json
import os
from pathlib import Path
from typing import Final

from coos_build.history import read_history
from coos_build.journal import read_journal
from coos_build.layout import Layout
from coos_build.report import Report, as_json, make_report
from coos_build.report_html import render

REPORT_JSON: Final = "report.json"
REPORT_HTML: Final = "report.html"


def load_report(layout: Layout) -> Report:
    """Return the report of a checkout as its journal tells it. Raises: BuildError."""
    journal = read_journal(layout.state)
    history = read_history(journal.records)
    return make_report(history, str(layout.checkout), layout.board, journal.faults)


def write_reports(layout: Layout) -> None:
    """Write ``report.json`` and ``report.html``; a full disk keeps the old ones."""
    report = load_report(layout)
    told = json.dumps(as_json(report), indent=1, sort_keys=True)
    with contextlib.suppress(OSError):
        write_text(layout.state / REPORT_JSON, f"{told}\n")
        write_text(layout.state / REPORT_HTML, render(report))


def write_text(path: Path, text: str) -> None:
    """Write a file under a temporary name, then give it its own."""
    part = path.with_name(f".{path.name}.part")
    try:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(part, flags, 0o644), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
