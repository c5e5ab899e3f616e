# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The attribution step, and the credits page that enters the image."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from builders_image import needs_e2fsprogs
from coos_build.actions.attribution import parse_overlays
from coos_build.bundles import shipped, stopping_findings
from coos_build.commands import accounting_options, coverage_options, host_path
from coos_build.config import load_config
from coos_build.errors import StepError
from wrapper_build import Build, copy_build, make_build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build up to its packages."""
    build = make_build(tmp_path_factory.mktemp("built"))
    answer = build.run("--until", "build-packages")
    assert answer.returncode == 0, answer.stderr
    return build


@pytest.fixture
def build(built: Build, tmp_path: Path) -> Build:
    """The same, of this test's own."""
    return copy_build(built, tmp_path)


def spoil(build: Build) -> None:
    """Let the sysroot have a package whose licence nobody knows."""
    for root in ("chroot", ".hidden"):
        (entry,) = (build.checkout / root).glob("build/lakitu/var/db/pkg/*/zlib-*")
        (entry / "LICENSE").write_text("No-Such-Licence\n", encoding="utf-8")
        return


def test_a_chroot_that_is_seen_only_from_inside_gives_the_same(build: Build) -> None:
    assert build.run("--until", "attribution").returncode == 0
    seen = (build.images / "latest/attribution/SHA256SUMS").read_text(encoding="utf-8")
    build.hide_chroot()
    answer = build.run("--force", "attribution", "--until", "attribution")
    assert answer.returncode == 0, answer.stderr
    assert (build.images / "latest/attribution/SHA256SUMS").read_text(
        encoding="utf-8"
    ) == seen
    assert (build.state / "work/sysroot.tar").is_file()
    tar = [call for call in build.calls() if "tar" in call]
    assert len(tar) == 1


def test_the_repositories_are_those_that_portage_names(build: Build) -> None:
    assert build.run("--until", "attribution").returncode == 0
    log = build.ask("logs", "attribution").stdout
    assert log.count("--overlay") == 3
    assert log.index("portage-stable") < log.index("overlay-lakitu")


def test_a_policy_stops_the_run_and_says_what_and_why(build: Build) -> None:
    spoil(build)
    answer = build.run()
    assert answer.returncode == 1
    assert "attribution: the licence policy stops the image here: CL0" in answer.stderr
    assert "sys-libs/zlib" in answer.stderr
    states = build.states()
    assert (states["attribution"], states["vm-image"]) == ("failed", "pending")
    assert (build.images / "latest/attribution/findings.json").is_file()


def test_a_baseline_lets_known_findings_pass(build: Build, tmp_path: Path) -> None:
    spoil(build)
    build.run()
    known = tmp_path / "known.json"
    shutil.copy(build.images / "latest/attribution/findings.json", known)
    answer = build.run("--baseline", str(known), "--until", "attribution")
    assert answer.returncode == 0, answer.stderr


def test_accounting_is_asked_for_with_its_rules_first(tmp_path: Path) -> None:
    rules = tmp_path / "implicit.toml"
    rules.write_text("", encoding="utf-8")
    config = load_config(tmp_path, None, {"implicit": str(rules), "min_coverage": 100})
    asked = ("--accounting", "--implicit", str(rules), "--implicit", "lakitu")
    assert accounting_options(config) == asked
    assert coverage_options(config) == (*asked, "--min-coverage", "100")
    values = {"accounting": False, "min_coverage": 100}
    off = load_config(tmp_path, None, values)
    assert accounting_options(off) == coverage_options(off) == ()


@needs_e2fsprogs
def test_the_coverage_of_the_image_is_in_the_report(build: Build) -> None:
    build.behave("image-format", "ext4")
    answer = build.run("--accounting", "--until", "attribution")
    assert answer.returncode == 0, answer.stderr
    findings = build.images / "latest/attribution/findings.json"
    told = json.loads(findings.read_bytes())["coverage"]
    assert 0 < told["accounted"] < told["files"]
    (line,) = [
        line
        for line in build.ask("report").stdout.splitlines()
        if line.startswith("attribution: ")
    ]
    assert line == (
        f"attribution: {told['accounted']:,} of {told['files']:,} files"
        f" accounted for ({told['percent']:.2f} %)"
    )


@needs_e2fsprogs
def test_too_little_that_is_accounted_for_stops_and_names_files(build: Build) -> None:
    build.behave("image-format", "ext4")
    words = ("--accounting", "--min-coverage", "100", "--until", "attribution")
    answer = build.run(*words)
    assert answer.returncode == 1
    told = answer.stderr
    assert "% of its files are accounted for, min_coverage asks 100 %;" in told
    assert "are not: /etc/stray" in told
    assert build.states()["attribution"] == "failed"


def test_an_image_that_is_gone_is_said(build: Build) -> None:
    answer = build.run("--only", "attribution")
    assert answer.returncode == 1
    assert "there is no chromiumos_image.bin to credit" in answer.stderr


def test_without_portage_s_answer_nothing_is_guessed(build: Build) -> None:
    assert build.run("--until", "build-image").returncode == 0
    build.behave("portageq", "die")
    answer = build.run("--only", "attribution")
    assert answer.returncode == 1
    assert "portageq: it broke" in answer.stderr


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("/mnt/host/source", ""),
        ("/mnt/host/source/src/x", "src/x"),
        ("/mnt/host/source/../etc", None),
        ("/mnt/host/sources", None),
        ("/usr/local/portage", None),
    ],
)
def test_a_path_of_the_chroot_is_found_outside_or_left(
    inside: str, outside: str | None
) -> None:
    expected = None if outside is None else Path("/c", outside)
    assert host_path(Path("/c"), inside) == expected


def test_overlays_are_those_that_are_there_once_each(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    content = "/mnt/host/source/b\n/mnt/host/source/a /mnt/host/source/b /x\n"
    assert parse_overlays(tmp_path, content) == (tmp_path / "b", tmp_path / "a")


def test_findings_that_stop_are_severe_and_new(tmp_path: Path) -> None:
    listed = [
        {"code": "CL1", "name": "n", "cpv": "a/b", "message": "m\x1b[2J"}
        | {"severity": severity, "fingerprint": severity}
        for severity in ("info", "warning", "error")
    ]
    path = tmp_path / "findings.json"
    path.write_text(json.dumps({"findings": [*listed, 7]}), encoding="utf-8")
    known = tmp_path / "known.json"
    known.write_text(json.dumps({"findings": [listed[2]]}), encoding="utf-8")
    assert stopping_findings(path, "warning", str(known)) == ["CL1 n a/b: m"]
    assert len(stopping_findings(path, "info", "")) == 3
    assert stopping_findings(tmp_path / "absent", "info", "") == []


def test_an_inventory_that_is_none_is_an_error_of_the_step(tmp_path: Path) -> None:
    (tmp_path / "inventory.json").write_text('{"packages": [1]}', encoding="utf-8")
    with pytest.raises(StepError, match=r"inventory\.json cannot be read"):
        shipped(tmp_path)


# --- with --install -------------------------------------------------------------------


def test_the_page_in_the_image_equals_the_one_beside(build: Build) -> None:
    answer = build.run("--install", "--until", "attribution")
    assert answer.returncode == 0, answer.stderr
    folder = build.images / "latest"
    page = (folder / "license_credits.html").read_bytes()
    assert page == (folder / "attribution/credits.html").read_bytes()
    log = build.ask("logs", "attribution").stdout
    assert "the page inside the image equals the one beside it" in log


def test_no_file_of_the_checkout_is_changed_by_it(build: Build) -> None:
    before = (build.checkout / "chromite/licensing/licenses").read_bytes()
    assert build.run("--install", "--until", "build-image").returncode == 0
    assert (build.checkout / "chromite/licensing/licenses").read_bytes() == before


def test_a_policy_stops_before_there_is_an_image(build: Build) -> None:
    spoil(build)
    answer = build.run("--install", "--until", "build-image")
    assert answer.returncode == 1
    assert "build-image: the licence policy stops the image here" in answer.stderr
    assert not (build.images / "R85-13274.0.0-a1").exists()


def test_an_image_made_without_the_page_is_not_taken_for_one_with_it(
    build: Build,
) -> None:
    assert build.run("--until", "build-image").returncode == 0
    answer = build.run("--install", "--only", "attribution")
    assert answer.returncode == 1
    assert "the image was made without our credits page" in answer.stderr


def believe_page(build: Build) -> None:
    """Have the journal say that the page which lies there is the one in the image."""
    page = (build.state / "install/attribution/credits.html").read_bytes()
    journal = build.state / "journal.jsonl"
    told = journal.read_text(encoding="utf-8")
    digest = hashlib.sha256(page).hexdigest()
    told = re.sub('"installed": "[0-9a-f]{64}"', f'"installed": "{digest}"', told)
    journal.write_text(told, encoding="utf-8")


def test_the_page_of_a_later_attempt_is_not_taken_for_that_of_the_image(
    build: Build,
) -> None:
    """A later attempt at the image was refused: its page is there, its image is not."""
    words = ("--install", "--until", "attribution")
    assert build.run(*words).returncode == 0
    page = build.state / "install/attribution/credits.html"
    for spoilt in ("<html>of another attempt</html>", ""):
        page.unlink()
        if spoilt:
            page.write_text(spoilt, encoding="utf-8")
        answer = build.run(
            "--install", "--only", "attribution", "--force", "attribution"
        )
        assert answer.returncode == 1
        assert "is not the page that was made for the image" in answer.stderr
        page.touch()


def test_the_page_in_an_image_that_was_replaced_must_be_ours(build: Build) -> None:
    words = ("--install", "--until", "build-image", "--image-options=--version=1")
    assert build.run(*words).returncode == 0
    build.behave("page", "other")
    more = ("--image-options=--replace", "--force", "build-image")
    answer = build.run(*words, *more)
    assert answer.returncode == 1
    assert "license_credits.html is not the page that was made for it" in answer.stderr


def test_a_page_that_lacks_packages_of_a_base_image_is_a_failure(build: Build) -> None:
    words = ("--install", "--image-types", "base")
    assert build.run(*words, "--until", "build-image").returncode == 0
    path = build.state / "install/attribution/inventory.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["packages"] = told["packages"][1:]
    path.write_text(json.dumps(told), encoding="utf-8")
    (build.state / "install/attribution/credits.html").write_text(
        "<html>less</html>", encoding="utf-8"
    )
    believe_page(build)
    answer = build.run(*words, "--only", "attribution")
    assert answer.returncode == 1
    assert "the page inside the image lacks 1 packages" in answer.stderr


def test_a_checkout_without_the_hook_says_so(build: Build) -> None:
    (build.checkout / "chromite/licensing/licenses").unlink()
    answer = build.run("--install", "--only", "build-image")
    assert answer.returncode == 1
    assert "there is no chromite/licensing/licenses to stand in for" in answer.stderr
