# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""File accounting: every file of an image has an owner, or is named."""

import json
import os
import shutil
import socket
from pathlib import Path

import jsonschema_rs
import lxml.html
import pytest
from builders_image import Part, make_disk, make_ext4, needs_e2fsprogs
from builders_installed import install_mit
from builders_vdb import write_entry, write_repository
from click.testing import CliRunner, Result
from command import one_line, run
from hypothesis import given
from hypothesis import strategies as st

from coos_license.cli import root as command_line
from coos_license.render.treemap import Box, squarified
from coos_license.trees import listing

ROOT = Path(__file__).parent.parent
RULES = """
schema = 1

[[implicit]]
component = "package-database"
paths = ["/var/db/pkg/**"]
license = "NONE"
reason = "what portage records"
source = "portage(5)"
"""
TOOLCHAIN = """
[[implicit]]
component = "gcc-runtime"
paths = ["/usr/lib64/libgcc_s.so.{version}"]
license = "GPL-3.0-or-later WITH GCC-exception-3.1"
reason = "comes with the toolchain"
source = "build_image"
"""
#: The last code of what is about files.
CODES = "CL098"
TOOL = {"usr/bin/tool": b"tool", "usr/share/tool/data": b"data"}


def audit(*words: str | Path) -> Result:
    """Run ``audit --accounting`` and return what it said."""
    return CliRunner().invoke(
        command_line,
        ["audit", *map(str, words), "--accounting"],
        catch_exceptions=False,
    )


def found(*words: str | Path) -> dict[str, list[str]]:
    """Return code -> subjects of the findings of an accounting."""
    value = json.loads(audit(*words, "--format", "json").stdout)
    codes: dict[str, list[str]] = {}
    for one in value["findings"]:
        codes.setdefault(one["code"], []).append(one["subject"])
    return {code: some for code, some in codes.items() if "CL095" <= code <= CODES}


def coverage(*words: str | Path) -> dict[str, float]:
    value = json.loads(audit(*words, "--format", "json").stdout)
    result: dict[str, float] = value["coverage"]
    return result


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return a root file system of which every file is explained by RULES."""
    root = tmp_path / "image"
    install_mit(root, "app-misc/tool-1", TOOL)
    return root


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "implicit.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_an_explained_image_is_covered_wholly(image: Path, rules: Path) -> None:
    assert found(image, "--implicit", rules) == {}
    told = coverage(image, "--implicit", rules)
    assert told["percent"] == 100
    assert told["files"] == told["accounted"] > len(TOOL)


def test_a_stray_file_is_named_exactly(image: Path, rules: Path) -> None:
    (image / "usr/bin/stray").write_bytes(b"x")
    assert found(image, "--implicit", rules) == {"CL095": ["/usr/bin/stray"]}


def test_without_a_rule_exactly_its_files_are_named(image: Path, rules: Path) -> None:
    libraries = image / "usr/lib64"
    libraries.mkdir()
    (libraries / "libgcc_s.so.1").write_bytes(b"x")
    (libraries / "libgcc_s.so").symlink_to("libgcc_s.so.1")
    rules.write_text(RULES + TOOLCHAIN, encoding="utf-8")
    assert found(image, "--implicit", rules) == {"CL095": ["/usr/lib64/libgcc_s.so"]}
    rules.write_text(RULES, encoding="utf-8")
    assert found(image, "--implicit", rules) == {
        "CL095": ["/usr/lib64/libgcc_s.so", "/usr/lib64/libgcc_s.so.1"]
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\nb", "/odd/a\\nb"),
        (b"\xff\xfe", "/odd/\\udcff\\udcfe"),
        (b"\x1b[31m", "/odd/\\x1b[31m"),
    ],
    ids=["newline", "no-utf8", "escape"],
)
def test_an_odd_name_is_named_escaped(
    image: Path, rules: Path, name: bytes, shown: str
) -> None:
    (image / "odd").mkdir()
    Path(os.fsdecode(os.fsencode(image / "odd") + b"/" + name)).write_bytes(b"")
    assert found(image, "--implicit", rules) == {"CL095": [shown]}


def test_a_package_owns_a_name_with_a_newline(image: Path, rules: Path) -> None:
    install_mit(image, "app-misc/odd-1", {"usr/share/a\nb": b"x"})
    assert found(image, "--implicit", rules) == {}


def test_special_files_count_and_are_owned(image: Path, rules: Path) -> None:
    special = image / "run"
    special.mkdir()
    os.mkfifo(special / "owned")
    os.mkfifo(special / "stray")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(special / "socket"))
    install_mit(image, "app-misc/fifo-1", {}, "fif /run/owned\n")
    assert found(image, "--implicit", rules) == {"CL095": ["/run/socket", "/run/stray"]}


def test_a_hard_link_is_a_file_of_its_own(image: Path, rules: Path) -> None:
    os.link(image / "usr/bin/tool", image / "usr/bin/second")
    assert found(image, "--implicit", rules) == {"CL095": ["/usr/bin/second"]}


def test_a_sparse_file_of_5_gb_is_counted_and_not_read(
    image: Path, rules: Path
) -> None:
    with (image / "usr/large.tar").open("wb") as large:
        large.truncate(5 << 30)
    assert found(image, "--implicit", rules) == {"CL095": ["/usr/large.tar"]}


def test_a_file_of_two_packages_is_one_finding(image: Path, rules: Path) -> None:
    install_mit(image, "app-misc/other-2", {"usr/bin/tool": b"tool"})
    assert found(image, "--implicit", rules) == {"CL096": ["/usr/bin/tool"]}


def test_files_are_found_behind_an_owned_link(image: Path, rules: Path) -> None:
    (image / "lib").symlink_to("usr/lib")
    files = {"usr/lib/libx.so": b"x"}
    install_mit(image, "sys-libs/x-1", files, "dir /lib\nsym /lib -> usr/lib 1\n")
    entry = image / "var/db/pkg/sys-libs/x-1/CONTENTS"
    entry.write_bytes(entry.read_bytes().replace(b"/usr/lib/libx", b"/lib/libx"))
    assert found(image, "--implicit", rules) == {}


def test_a_directory_that_became_a_link_is_named(image: Path, rules: Path) -> None:
    install_mit(image, "app-misc/moved-1", {"opt/real/x": b"x"}, "dir /opt/was\n")
    (image / "opt/was").symlink_to("real")
    codes = found(image, "--implicit", rules)
    assert codes == {"CL095": ["/opt/was"], "CL097": ["/opt/was"]}


def test_a_directory_that_became_a_link_leads_nowhere_outside(
    image: Path, rules: Path
) -> None:
    install_mit(image, "app-misc/moved-1", {"opt/was/x": b"x"}, "dir /opt/was\n")
    (image / "opt/was/x").unlink()
    (image / "opt/was").rmdir()
    (image / "opt/was").symlink_to("../../../outside")
    for root in (image.parent, image):
        (root / "outside").mkdir()
        (root / "outside/x").write_bytes(b"x")
    (image / "outside/y").write_bytes(b"y")
    codes = found(image, "--implicit", rules)
    assert codes == {"CL095": ["/opt/was", "/outside/y"], "CL097": ["/opt/was"]}


def test_links_in_a_circle_end(image: Path, rules: Path) -> None:
    (image / "a").symlink_to("b")
    (image / "b").symlink_to("a")
    install_mit(image, "app-misc/circle-1", {}, f"obj /a/x {'0' * 32} 1\n")
    assert found(image, "--implicit", rules) == {"CL095": ["/a", "/b"]}


def test_a_rule_that_meets_nothing_is_named(image: Path, rules: Path) -> None:
    rules.write_text(RULES + TOOLCHAIN, encoding="utf-8")
    assert found(image, "--implicit", rules) == {
        "CL098": ["gcc-runtime: /usr/lib64/libgcc_s.so.{version}"]
    }


def test_a_packaged_rule_may_meet_nothing(image: Path) -> None:
    assert found(image, "--implicit", "lakitu") == {}


def test_the_sysroot_explains_what_the_image_does_not(
    tmp_path: Path, image: Path, rules: Path
) -> None:
    sysroot = tmp_path / "sysroot"
    install_mit(sysroot, "app-misc/tool-1", TOOL)
    install_mit(sysroot, "sys-libs/glibc-2.39", {"lib64/libc.so.6": b"libc"})
    (image / "lib64").mkdir()
    shutil.copy(sysroot / "lib64/libc.so.6", image / "lib64/libc.so.6")
    assert found(image, "--implicit", rules) == {"CL095": ["/lib64/libc.so.6"]}
    assert found(sysroot, "--shipped", image, "--implicit", rules) == {}


def test_coverage_below_the_gate_exits_1(image: Path, rules: Path) -> None:
    repository = write_repository(image.parent / "repo", "portage-stable", {"MIT": "x"})
    (image / "usr/bin/stray").write_bytes(b"x")
    made = image.parent / "attribution"
    run("generate", str(image), "-o", str(made), "--overlay", str(repository))
    for command in (["audit"], ["generate", "-o", str(image.parent / "out")]):
        words = [*command, str(image), "--overlay", str(repository), "--accounting"]
        words += ["--implicit", str(rules), "--min-coverage"]
        low, high = run(*words, "80"), run(*words, "99")
        assert low.returncode == 0, low.stderr
        assert high.returncode == 1
        assert b"is less than --min-coverage 99" in high.stderr


def test_documents_hold_coverage_and_components(
    tmp_path: Path, image: Path, rules: Path
) -> None:
    (image / "usr/lib64").mkdir()
    (image / "usr/lib64/libgcc_s.so.1").write_bytes(b"x")
    rules.write_text(RULES + TOOLCHAIN, encoding="utf-8")
    output = tmp_path / "out"
    words = ["generate", image, "-o", output, "--accounting", "--implicit", rules]
    CliRunner().invoke(command_line, list(map(str, words)))
    findings = json.loads((output / "findings.json").read_bytes())
    inventory = json.loads((output / "inventory.json").read_bytes())
    for name, value in (("findings", findings), ("inventory", inventory)):
        schema = json.loads((ROOT / f"docs/schema/{name}.schema.json").read_bytes())
        jsonschema_rs.Draft202012Validator(schema).validate(value)
    assert findings["coverage"]["percent"] == 100
    told = {one["name"]: one for one in inventory["accounting"]["components"]}
    assert told["gcc-runtime"]["version"] == "1"
    sbom = json.loads((output / "sbom.spdx.json").read_bytes())
    named = {one["name"]: one for one in sbom["packages"]}
    component = named["gcc-runtime"]
    assert component["licenseDeclared"] == "GPL-3.0-or-later WITH GCC-exception-3.1"
    again = (output, image, "--accounting", "--implicit", rules)
    checked = run("verify", *map(str, again))
    assert checked.returncode == 0, checked.stdout


@needs_e2fsprogs
def test_a_disk_is_accounted_for_with_all_partitions(
    tmp_path: Path, rules: Path
) -> None:
    root, state = tmp_path / "root", tmp_path / "state"
    install_mit(root, "app-misc/tool-1", TOOL)
    (state / "var_overlay/db").mkdir(parents=True)
    shutil.move(root / "var/db/pkg", state / "var_overlay/db/pkg")
    (state / "dev_image").mkdir()
    (state / "dev_image/stray").write_bytes(b"x")
    kernel = tmp_path / "kernel"
    kernel.write_bytes(b"CHROMEOS" + bytes(1016))
    parts = [
        Part("STATE", make_ext4(tmp_path / "state.img", state)),
        Part("KERN-A", kernel),
        Part("ROOT-A", make_ext4(tmp_path / "root.img", root)),
        Part("KERN-B", 4096),
    ]
    disk = make_disk(tmp_path / "disk.bin", parts)
    assert found(disk, "--implicit", rules) == {
        "CL095": ["KERN-A:/", "STATE:/dev_image/stray"]
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("schema = 2\nimplicit = []\n", "must say schema = 1"),
        (RULES.replace('"/var/db/pkg/**"', '"var/db"'), "is no glob of a path"),
        (RULES.replace('license = "NONE"', ""), "says no licence"),
        (RULES.replace('"NONE"', '"Nonsense-1"'), "Nonsense-1"),
        (RULES.replace("reason", "raeson"), "unknown key 'raeson'"),
        (RULES + RULES.split("1\n", 1)[1].replace("NONE", "MIT"), "another licence"),
    ],
    ids=["schema", "glob", "no-licence", "licence", "key", "disagrees"],
)
def test_a_broken_rule_is_one_line(
    image: Path, rules: Path, text: str, told: str
) -> None:
    rules.write_text(text, encoding="utf-8")
    line = one_line(run("audit", str(image), "--accounting", "--implicit", str(rules)))
    assert told in line
    assert str(rules) in line
    assert "docs/policy.md" not in line


def test_a_tree_without_files_is_refused(tmp_path: Path) -> None:
    write_entry(tmp_path, "app-misc/tool-1", {"LICENSE": "MIT\n"})
    line = one_line(run("audit", str(tmp_path), "--accounting"))
    assert "no files of its packages" in line


def test_rules_without_accounting_are_refused(image: Path, rules: Path) -> None:
    words = ["audit", str(image), "--implicit", str(rules)]
    result = CliRunner().invoke(command_line, words)
    assert "--implicit needs --accounting" in result.output
    assert result.exit_code == 2


def test_the_page_has_a_tile_for_each_owner(image: Path, rules: Path) -> None:
    (image / "usr/bin/stray").write_bytes(b"x")
    words = (image, "--implicit", rules, "--format", "html")
    page = lxml.html.fromstring(audit(*words).stdout)
    told = {
        tile.get("class"): tile.findtext("title")
        for tile in page.iter("rect")
        if "tile" in (tile.get("class") or "").split()
    }
    assert told == {
        "tile image": "app-misc/tool-1: 2 files of packages of the image",
        "tile implicit": "package-database: 8 files of declared components",
        "tile unaccounted": "1 owner: 1 file of nobody",
    }


def test_the_text_counts_files_by_owner(image: Path, rules: Path) -> None:
    text = audit(image, "--implicit", rules).stdout
    assert "Files: 10 of 10 accounted for (100.00 %)" in text
    assert "package-database: 8, NONE; what portage records" in text


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=80))
def test_a_tree_map_fills_its_box(areas: list[int]) -> None:
    areas.sort(reverse=True)
    boxes = squarified(areas, Box(0, 0, 1000, 360))
    for area, box in zip(areas, boxes, strict=True):
        assert box.width * box.height == pytest.approx(area * 360_000 / sum(areas))
        assert box.x + box.width <= 1000.001
        assert box.y + box.height <= 360.001


def test_the_public_is_told_no_private_owner(image: Path, rules: Path) -> None:
    install_mit(image, "app-misc/secret-1", {"usr/bin/x": b"x"})
    entry = image / "var/db/pkg/app-misc/secret-1"
    (entry / "repository").write_bytes(b"overlay-private\n")
    (image / "usr/lib").mkdir()
    (image / "usr/lib/libx.so").write_bytes(b"x")
    told = """
[[implicit]]
component = "library"
paths = ["/usr/lib/libx.so"]
package = "app-misc/secret"
reason = "copied"
source = "build"
"""
    rules.write_text(RULES + told, encoding="utf-8")
    for form in ("html", "text", "json"):
        words = (image, "--implicit", rules, "--public", "--format", form)
        assert "secret" not in audit(*words).stdout


def test_a_directory_that_cannot_be_listed_is_not_covered(
    image: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_DEEPEST", 5)
    (image / "1/2/3/4/5/6").mkdir(parents=True)
    words = (image, "--implicit", rules)
    assert found(*words) == {"CL095": ["/1/2/3/4/5/6/"]}
    assert coverage(*words)["percent"] < 100
