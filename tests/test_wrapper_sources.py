# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The sources step: the corresponding source beside the image, and what is missing."""

import json
import re
from pathlib import Path

import pytest
from builders_corresponding import OFFER
from builders_image import needs_e2fsprogs
from coos_build.bundles import coverage, gaps, unaccounted
from coos_build.commands import distfile_directories, source_options
from coos_build.config import load_config
from wrapper_build import Build, copy_build, make_build

POLICY = """schema = 1
[[waivers]]
finding = "source-missing"
package = "*"
reason = "the stand-ins have no distfiles"
owner = "the tests"
expires = 2099-06-30
[[waivers]]
finding = "source-unverified"
package = "*"
reason = "the miniature, whose database this is, installs what Debian has built"
owner = "the tests"
expires = 2099-06-30
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build up to its attribution."""
    build = make_build(tmp_path_factory.mktemp("built"))
    config = build.checkout / "coos-build.toml"
    told = config.read_text(encoding="utf-8")
    config.write_text(told.replace("sources = false", "sources = true"), "utf-8")
    answer = build.run("--until", "attribution")
    assert answer.returncode == 0, answer.stderr
    return build


@pytest.fixture
def build(built: Build, tmp_path: Path) -> Build:
    """The same, of this test's own."""
    return copy_build(built, tmp_path)


def test_gaps_are_told_and_do_not_stop_the_build(build: Build) -> None:
    answer = build.run()
    assert answer.returncode == 0, answer.stderr
    told = json.loads((build.images / "latest/sources/index.json").read_bytes())
    assert told["image"]["name"] == "Mini"
    missing = sum(len(one["missing"]) for one in (told, *told["packages"]))
    assert missing > 0
    counted = f"missing parts of the source that is owed: {missing};"
    assert f"sources: {counted} nothing says how" in answer.stderr
    shown = build.ask("report").stdout
    packages = len(told["packages"])
    told = (
        f"packages that owe source: {packages}; missing parts: {missing}; offer: none"
    )
    assert f"sources: {told}\n" in shown


def test_gaps_stop_where_that_is_asked_for(build: Build) -> None:
    answer = build.run("--sources-fail-on", "error")
    assert answer.returncode == 1
    assert "the source of what is owed has gaps: CL09" in answer.stderr
    states = build.states()
    assert (states["attribution"], states["sources"]) == ("done", "failed")
    assert states["vm-image"] == "pending"


def test_the_page_of_the_report_says_what_is_missing(build: Build) -> None:
    assert build.run("--until", "sources").returncode == 0
    page = (build.state / "report.html").read_text(encoding="utf-8")
    assert re.search("missing parts: [1-9][0-9]*; offer: none</span>", page)


def test_a_gap_that_the_policy_waives_is_no_news(build: Build, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    answer = build.run("--policy", str(policy), "--until", "sources")
    assert answer.returncode == 0, answer.stderr
    assert "missing parts" not in answer.stderr
    facts = gaps(build.images / "latest/sources")
    assert facts["gaps"] == facts["waived"] != "0"
    shown = build.ask("report").stdout
    assert f"missing parts: {facts['gaps']}, of them waived: {facts['gaps']}" in shown


def test_an_offer_is_passed_on(build: Build, tmp_path: Path) -> None:
    offer = tmp_path / "offer.toml"
    offer.write_text(OFFER, encoding="utf-8")
    words = ("--offer", str(offer), "--until", "sources")
    answer = build.run(*words)
    assert answer.returncode == 0, answer.stderr
    assert (build.images / "latest/sources/WRITTEN-OFFER.txt").is_file()
    assert "--offer)" not in answer.stderr


def test_a_run_again_writes_nothing_twice(build: Build) -> None:
    words = ("--until", "sources")
    assert build.run(*words).returncode == 0
    sums = build.images / "latest/sources/SHA256SUMS"
    before = sums.read_bytes()
    assert build.run(*words, "--force", "sources").returncode == 0
    assert sums.read_bytes() == before
    assert "; 0 written" in build.ask("logs", "sources").stdout


def test_a_chroot_that_is_seen_only_from_inside_gives_the_same(build: Build) -> None:
    config = build.checkout / "chroot/build/lakitu/boot/config-6.1.1"
    config.parent.mkdir()
    config.write_text("CONFIG_MODULES=y\n", encoding="utf-8")
    (config.parent / "vmlinuz").write_bytes(bytes(1 << 20))
    portage = build.checkout / "chroot/build/lakitu/etc/portage"
    portage.mkdir()
    repositories = "[DEFAULT]\nmain-repo = chromiumos\n"
    (portage / "repos.conf").write_text(repositories, encoding="utf-8")
    words = ("--until", "sources")
    assert build.run(*words).returncode == 0
    sums = build.images / "latest/sources/SHA256SUMS"
    seen = sums.read_bytes()
    index = json.loads(sums.with_name("index.json").read_bytes())
    assert index["build"]["main_repository"] == "chromiumos"
    build.hide_chroot()
    assert build.run(*words, "--force", "sources").returncode == 0
    assert sums.read_bytes() == seen
    boot = build.state / "work/sysroot/boot"
    assert [one.name for one in boot.iterdir()] == ["config-6.1.1"]


def test_the_plan_shows_the_step(build: Build) -> None:
    text = build.ask("plan", "--only", "sources").stdout
    shown = [line for line in text.splitlines() if line[:1] in {"c", "t"}]
    tar, unpack, _, sources = shown
    assert "--ignore-failed-read '--exclude=boot/[!c]*' var/db/pkg etc/" in tar
    assert unpack.startswith("tar --extract --file .coos-build/work/sysroot.tar")
    assert sources.startswith("coos-license sources .coos-build/work/sysroot ")
    assert "--distdir .cache/distfiles" in sources


def test_distfiles_are_where_a_checkout_keeps_them(tmp_path: Path) -> None:
    config = load_config(tmp_path, None, {})
    assert distfile_directories(config, tmp_path) == ()
    target = tmp_path / ".cache/distfiles/target"
    target.mkdir(parents=True)
    assert distfile_directories(config, tmp_path) == (target.parent, target)
    given = load_config(tmp_path, None, {"distdir": "/d", "accounting": False})
    assert distfile_directories(given, tmp_path) == (Path("/d"),)
    words = source_options(given, distfile_directories(given, tmp_path))
    assert words == ("--distdir", "/d")


def test_components_are_looked_for_by_the_rules_of_the_configuration(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "implicit.toml"
    rules.write_text("", encoding="utf-8")
    config = load_config(tmp_path, None, {"implicit": str(rules), "min_coverage": 100})
    words = source_options(config, ())
    implicit = ("--implicit", str(rules), "--implicit", "lakitu")
    assert words == ("--accounting", *implicit)


@needs_e2fsprogs
def test_the_bundle_says_which_components_owe_source(build: Build) -> None:
    build.behave("image-format", "ext4")
    words = ("--accounting", "--until", "sources", "--force", "build-image")
    assert build.run(*words).returncode == 0
    told = json.loads((build.images / "latest/sources/index.json").read_bytes())
    assert told["components"] is not None


@pytest.mark.parametrize("content", ["", "[]", '{"coverage": 1}', '{"findings": {}}'])
def test_a_file_that_is_no_report_says_nothing(tmp_path: Path, content: str) -> None:
    for name in ("findings.json", "index.json"):
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert coverage(tmp_path / "findings.json") == {}
    assert unaccounted(tmp_path / "findings.json") == []
    nothing = {"packages": "0", "gaps": "0", "waived": "0", "offer": ""}
    assert gaps(tmp_path) == nothing
