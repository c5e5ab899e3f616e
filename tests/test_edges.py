# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Exit codes of the outermost layer, and the paths that a good run never takes."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_inventory import opened, result
from builders_vdb import raw, write_entry, write_repository
from command import IDENTITY, OVERLAYS, SYSROOT, one_line, run
from hypothesis import given, settings
from hypothesis import strategies as st

from coos_license import cli
from coos_license.cli import listing
from coos_license.errors import ParseError
from coos_license.expression import all_of, any_of, choices, leaves
from coos_license.licenses.expressions import licensing, parse_expression
from coos_license.model import Claim
from coos_license.portage.atoms import parse_atom
from coos_license.portage.source_uri import download_location

_WORDS = st.sampled_from(["MIT", "ISC", "AND", "OR", "WITH", "(", ")", "+", ",", "a.b"])


def outcome(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: BaseException,
) -> tuple[object, str]:
    """Return exit code and stderr of a command that raises the error."""

    def fails(_request: object) -> None:
        raise error

    monkeypatch.setattr(listing, "load", fails)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["list", SYSROOT])
    return stopped.value.code, capfd.readouterr().err


def test_a_defect_of_the_tool_is_one_line_and_three(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code, line = outcome(monkeypatch, capfd, RuntimeError("odd\n\x1b[1m state"))
    assert code == 3
    assert line.count("\n") == 1
    assert "RuntimeError: odd \\x1b[1m state" in line
    assert "COOS_LICENSE_DEBUG=1" in line


def test_a_defect_shows_its_traceback_when_asked(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COOS_LICENSE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        outcome(monkeypatch, capfd, RuntimeError("odd"))


def test_an_interruption_is_130(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code, line = outcome(monkeypatch, capfd, KeyboardInterrupt())
    assert code == 130
    # click ends the line that shows ^C first.
    assert line == "\ncoos-license: error: interrupted; outputs are as they were\n"


def test_generate_takes_a_baseline_too(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("generate", SYSROOT, "-q", "-o", str(first)).returncode == 1
    baseline = ("--baseline", str(first / "findings.json"))
    again = run("generate", SYSROOT, "-q", "-o", str(second), *baseline)
    assert again.returncode == 0
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()
    (tmp_path / "none.json").write_text("[]", "utf-8")
    line = one_line(
        run(
            *("generate", SYSROOT, "-o", str(second)),
            *("--baseline", str(tmp_path / "none.json")),
        )
    )
    assert "none.json" in line


def test_audit_writes_sarif() -> None:
    log = json.loads(
        run("audit", SYSROOT, *OVERLAYS, *IDENTITY, "--format", "sarif").stdout
    )
    results = log["runs"][0]["results"]
    assert {one["ruleId"] for one in results} == {
        *("CL010", "CL011", "CL033", "CL046", "CL051", "CL059"),
    }
    uris = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in results
    }
    assert "root/var/db/pkg/sys-libs/libcap-2.66/LICENSE" in uris


def test_an_overlay_whose_licenses_cannot_be_read(tmp_path: Path) -> None:
    repository = write_repository(tmp_path / "r", "own", {})
    (repository / "licenses").rmdir()
    assert run("list", SYSROOT, "--overlay", str(repository)).returncode == 0
    (repository / "licenses").write_text("no directory", "utf-8")
    line = one_line(run("list", SYSROOT, "--overlay", str(repository)))
    assert "licenses/ " in line
    (repository / "metadata/layout.conf").unlink()
    (repository / "metadata/layout.conf").mkdir()
    assert "is not a regular file" in one_line(
        run("list", SYSROOT, "--overlay", str(repository))
    )


def test_explain_shows_pointers_notices_and_what_is_missing(tmp_path: Path) -> None:
    text = run("explain", SYSROOT, *OVERLAYS, "lakitu-init", "-q").stdout.decode()
    assert "copyright   Copyright 2010, Google Inc." in text
    text = run("explain", SYSROOT, *OVERLAYS, "chardet", "-q").stdout.decode()
    assert "LGPL-2.1 (stock, pointed at by LGPL-2.1+)" in text
    write_entry(tmp_path, "a/none-1", {})
    text = run("explain", str(tmp_path), "none", "-q").stdout.decode()
    assert "  LICENSE     no LICENSE\n" in text
    assert "no LICENSE, or an empty one" in text


@pytest.mark.parametrize(
    "text",
    ["", "MIT OR", "MIT WITH Nope", "Nope WITH LLVM-exception", "(Nope OR MIT)", "( )"],
)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ParseError):
        parse_expression(text)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            ["MIT", "ISC", "AND", "OR", "WITH", "(", ")", "Nope", "+", ",", "a.b"]
        )
    )
)
def test_any_words_are_an_expression_or_a_parse_error(words: list[str]) -> None:
    try:
        expression = parse_expression(" ".join(words))
    except ParseError:
        return
    assert parse_expression(str(expression)) == expression


def test_expressions_are_parsed_with_our_own_list() -> None:
    text = "(mit OR gpl-2.0-only WITH classpath-exception-2.0) AND LicenseRef-x"
    assert str(parse_expression(text)) == (
        "(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND LicenseRef-x"
    )
    assert "LicenseRef-scancode-unknown" not in licensing().known_symbols


def test_an_expression_needs_an_operand_and_a_claim_has_none() -> None:
    for build in (all_of, any_of):
        with pytest.raises(ValueError, match="at least one operand"):
            build([])
    assert list(leaves(Claim.NONE)) == []
    assert list(choices(Claim.NOASSERTION)) == []


@pytest.mark.parametrize(
    "text",
    [
        "=a/b",
        "a/b-1",
        "a/b*",
        ">=a/b-1*",
        "a/b[-x?]",
        "a/b[]",
        "a/b[x",
        "b",
        "a/b:",
        "/",
    ],
)
def test_what_is_no_atom(text: str) -> None:
    with pytest.raises(ParseError):
        parse_atom(text)


@pytest.mark.parametrize(
    ("src_uri", "use", "expected"),
    [
        ("https://x.example/a.tgz", None, "https://x.example/a.tgz"),
        ("fetch+https://x.example/a.tgz", None, "https://x.example/a.tgz"),
        ("https://x.example/a https://x.example/b", None, ""),
        ("doc? ( https://x.example/d ) https://x.example/a", "", "https://x.example/a"),
        ("doc? ( https://x.example/d ) https://x.example/a", None, ""),
        ("mirror://gnu/a.tgz", None, ""),
        ("a.tgz", None, ""),
        ("|| (", None, ""),
        ("", None, ""),
    ],
)
def test_download_location(src_uri: str, use: str | None, expected: str) -> None:
    flags = None if use is None else frozenset(use.split())
    assert download_location(src_uri, flags) == expected


def test_the_source_comes_from_the_ebuild_cache_of_the_repository(
    tmp_path: Path,
) -> None:
    path = write_repository(tmp_path / "r", "portage-stable", {"MIT": "MIT ...\n"})
    cache = path / "metadata/md5-cache/app-misc"
    cache.mkdir(parents=True)
    (cache / "x-1").write_text(
        "EAPI=8\nSRC_URI=https://x.example/x.tgz -> y.tgz\n", "utf-8"
    )
    with ExitStack() as trees:
        repositories = opened([path], trees)
        found = result(repositories, "MIT")
        other = result(repositories, "MIT", cpv="app-misc/x-2")
        own = result(repositories, "MIT", src_uri="https://x.example/own")
    assert found.packages[0].download_location == "https://x.example/x.tgz"
    assert other.packages[0].download_location == ""
    assert own.packages[0].download_location == "https://x.example/own"


def test_any_version_of_an_unknown_slot_default() -> None:
    assert raw("a/b-1", slot="3").subslot == "3"
