# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The tool as a process of its own, and the sysroot that most tests give it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MINI = ROOT / "tests/fixtures/mini"
SYSROOT = str(MINI / "sysroot")
OVERLAYS = [
    part
    for name in ("portage-stable", "chromiumos-overlay", "overlay-lakitu")
    for part in ("--overlay", str(MINI / "repos" / name))
]
IDENTITY = [
    "--image-name",
    "Miniature",
    "--image-version",
    "1.2",
    "--supplier",
    "Organization: Example",
]
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
#: By these the processes that the tests start are measured too.
COVERAGE = {key: one for key, one in os.environ.items() if key.startswith("COVERAGE_")}
FILES = [
    "NOTICE",
    "SHA256SUMS",
    "audit.html",
    "credits.html",
    "findings.json",
    "inventory.json",
    "notice-bundle.tar.gz",
    "sbom.spdx",
    "sbom.spdx.json",
    "sbom.spdx3.json",
]


def run(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the tool in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "coos_license", *arguments],
        cwd=cwd or ROOT,
        env={**ENVIRONMENT, **COVERAGE, **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )


def one_line(result: subprocess.CompletedProcess[bytes]) -> str:
    """Return the one line of an error; nothing else may have been said."""
    assert result.returncode == 2, result.stderr
    assert result.stdout == b""
    lines = result.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("coos-license: error: ")
    return lines[0]
