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


def snapshot(target: Path, source: str | Path, *options: str) -> Path:
    """Write a snapshot; return it."""
    result = run("snapshot", str(source), *options, "-q", "-o", str(target))
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    return target


def assert_same(tmp_path: Path, live: list[str], packed: list[str]) -> None:
    """Compare all that ``generate`` writes, and what other commands print."""
    codes = {}
    for name, arguments in (("live", live), ("packed", packed)):
        result = run("generate", *arguments, *IDENTITY, "-o", str(tmp_path / name))
        codes[name] = result.returncode
        assert result.returncode in {0, 1}, result.stderr
    assert codes["live"] == codes["packed"]
    written = sorted(path.name for path in (tmp_path / "live").iterdir())
    assert written == sorted(path.name for path in (tmp_path / "packed").iterdir())
    for name in written:
        one, other = (tmp_path / which / name for which in ("live", "packed"))
        assert one.read_bytes() == other.read_bytes(), name
    for command in ("list", "audit"):
        printed = [run(command, *arguments).stdout for arguments in (live, packed)]
        assert printed[0] == printed[1]
