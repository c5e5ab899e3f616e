# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The command line as a user meets it: outputs, exit codes, reports."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from builders_vdb import write_entry
from command import (
    FILES,
    IDENTITY,
    MINI,
    OVERLAYS,
    ROOT,
    SYSROOT,
    one_line,
    run,
)


def test_generate_writes_every_file_and_its_checksum(generated: Path) -> None:
    assert sorted(path.name for path in generated.iterdir()) == FILES
    lines = (generated / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: digest for digest, _, name in (one.partition("  ") for one in lines)}
    assert sorted(sums) == [name for name in FILES if name != "SHA256SUMS"]
    for name, digest in sums.items():
        assert hashlib.sha256((generated / name).read_bytes()).hexdigest() == digest


def test_all_outputs_name_the_same_packages(generated: Path) -> None:
    inventory = json.loads((generated / "inventory.json").read_bytes())
    packages = {one["cpv"] for one in inventory["packages"]}
    assert len(packages) == 15
    sbom = json.loads((generated / "sbom.spdx.json").read_bytes())
    described = {
        f"{one['name']}-{one['versionInfo']}"
        for one in sbom["packages"]
        if "/" in one["name"]
    }
    assert described == packages
    notice = (generated / "NOTICE").read_text("utf-8")
    credits_page = (generated / "credits.html").read_text("utf-8")
    for cpv in packages:
        assert cpv in notice
        assert f'id="{cpv}"' in credits_page


def test_nothing_of_the_builder_is_in_any_output(generated: Path) -> None:
    for path in generated.iterdir():
        content = path.read_bytes()
        if path.suffix == ".gz":
            with tarfile.open(path) as bundle:
                content = b"".join(
                    (bundle.extractfile(member) or sys.stdin.buffer).read()
                    for member in bundle.getmembers()
                    if member.isfile()
                )
        assert str(ROOT).encode() not in content, path.name
        assert b"/tmp/" not in content or path.suffix in {".json", ".html"}, path.name


def test_outputs_do_not_depend_on_where_when_or_how(
    generated: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "else where"
    shutil.copytree(MINI, copy)
    overlays = [part.replace(str(MINI), str(copy)) for part in OVERLAYS]
    out = tmp_path / "out"
    before = os.umask(0o077)
    try:
        result = run(
            "generate",
            str(copy / "sysroot"),
            *overlays,
            *IDENTITY,
            "-o",
            str(out),
            cwd=tmp_path,
            LC_ALL="tr_TR.ISO-8859-9",
            TZ="Pacific/Chatham",
            PYTHONHASHSEED="7",
            PYTHONUTF8="0",
        )
    finally:
        os.umask(before)
    assert result.returncode == 0, result.stderr
    for name in FILES:
        assert (out / name).read_bytes() == (generated / name).read_bytes(), name


def test_source_date_epoch_dates_the_documents(tmp_path: Path) -> None:
    arguments = ("generate", SYSROOT, *OVERLAYS, "-q", "-o", str(tmp_path))
    assert run(*arguments, SOURCE_DATE_EPOCH="86400").returncode == 0
    sbom = json.loads((tmp_path / "sbom.spdx.json").read_bytes())
    assert sbom["creationInfo"]["created"] == "1970-01-02T00:00:00Z"
    for wrong in ("yesterday", "-1", "1e3", "9" * 20, "9" * 5_000):
        line = one_line(run(*arguments, SOURCE_DATE_EPOCH=wrong))
        assert "SOURCE_DATE_EPOCH" in line


def test_check_tells_what_would_change_and_writes_nothing(
    generated: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(generated, out)
    arguments = ("generate", SYSROOT, *OVERLAYS, *IDENTITY, "-q", "-o", str(out))
    result = run(*arguments, "--check")
    assert (result.returncode, result.stdout) == (0, b"")
    (out / "NOTICE").write_text("changed", "utf-8")
    (out / "sbom.spdx").unlink()
    result = run(*arguments, "--check")
    assert result.returncode == 1
    assert result.stdout.decode().splitlines() == [
        "would change: NOTICE",
        "would change: sbom.spdx",
    ]
    assert (out / "NOTICE").read_text("utf-8") == "changed"
    assert not (out / "sbom.spdx").exists()


def test_list_equals_the_inventory_byte_for_byte(generated: Path) -> None:
    result = run("list", SYSROOT, *OVERLAYS, *IDENTITY, "--format", "json", "-q")
    assert result.returncode == 0
    assert result.stderr == b""
    assert result.stdout == (generated / "inventory.json").read_bytes()


def test_audit_equals_the_findings_byte_for_byte(generated: Path) -> None:
    result = run("audit", SYSROOT, *OVERLAYS, *IDENTITY, "--format", "json", "-q")
    assert result.stdout == (generated / "findings.json").read_bytes()


def test_the_page_of_audit_is_that_of_generate_byte_for_byte(generated: Path) -> None:
    result = run("audit", SYSROOT, *OVERLAYS, *IDENTITY, "--format", "html", "-q")
    assert result.stdout == (generated / "audit.html").read_bytes()


def test_list_as_table_and_csv() -> None:
    table = run("list", SYSROOT, *OVERLAYS).stdout.decode().splitlines()
    assert len(table) == 16
    assert table[0].split() == ["PACKAGE", "SHIPPED", "LICENSE"]
    text = run("list", SYSROOT, *OVERLAYS, "--format", "csv").stdout.decode()
    rows = list(csv.DictReader(text.splitlines()))
    libcap = next(row for row in rows if row["name"] == "libcap")
    assert libcap["declared"] == "GPL-2.0-only OR BSD-3-Clause"
    assert libcap["license_field"] == "|| ( GPL-2 BSD )"


def test_list_and_explain_exit_zero_whatever_the_findings() -> None:
    assert run("list", SYSROOT).returncode == 0
    assert run("explain", SYSROOT, "glibc").returncode == 0
    assert run("audit", SYSROOT).returncode == 1
    assert run("audit", SYSROOT, *OVERLAYS).returncode == 0
    assert run("audit", SYSROOT, *OVERLAYS, "--fail-on", "warning").returncode == 1


def test_a_baseline_lets_only_new_findings_fail(tmp_path: Path) -> None:
    first = run("audit", SYSROOT, "--format", "json")
    assert first.returncode == 1
    baseline = tmp_path / "baseline.json"
    baseline.write_bytes(first.stdout)
    assert run("audit", SYSROOT, "--baseline", str(baseline)).returncode == 0
    table = json.loads(first.stdout)
    dropped = next(one for one in table["findings"] if one["severity"] == "error")
    table["findings"].remove(dropped)
    baseline.write_text(json.dumps(table), "utf-8")
    again = run("audit", SYSROOT, "--baseline", str(baseline), "--format", "json")
    assert again.returncode == 1
    assert again.stdout == first.stdout
    text = run("audit", SYSROOT, "--baseline", str(baseline)).stdout.decode()
    assert "1 not in the baseline" in text


def test_explain_names_evidence_for_a_package_and_a_file() -> None:
    for name in ("libcap", "sys-libs/libcap", "sys-libs/libcap-2.66"):
        text = run("explain", SYSROOT, *OVERLAYS, name).stdout.decode()
        assert "root/var/db/pkg/sys-libs/libcap-2.66/LICENSE" in text
        assert "portage-stable/licenses/GPL-2" in text
        assert "CL010 choice-unset" in text
    contents = (MINI / "sysroot/var/db/pkg/sys-libs/zlib-1.2.13-r1/CONTENTS").read_text(
        "utf-8"
    )
    file = next(line.split()[1] for line in contents.splitlines() if line[:3] == "obj")
    assert "zlib-1.2.13-r1" in run("explain", SYSROOT, file).stdout.decode()
    assert "no installed package owns" in one_line(
        run("explain", SYSROOT, "/not/there")
    )
    assert "no such package" in one_line(run("explain", SYSROOT, "nope"))


def test_spdx_looks_names_up() -> None:
    result = run("spdx", "GPL-2+", "BSD-Google", "MIT OR Zlib")
    assert result.returncode == 0
    text = result.stdout.decode()
    assert "GPL-2+: GPL-2.0-or-later" in text
    assert "BSD-Google: BSD-3-Clause" in text
    result = run("spdx", "Nope\x1b[1m")
    assert result.returncode == 1
    assert "\x1b" not in result.stdout.decode()


def test_a_policy_file_elects(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("schema = 1\nprefer = ['BSD-3-Clause']\n", "utf-8")
    result = run(
        "list", SYSROOT, *OVERLAYS, "--policy", str(policy), "--format", "json"
    )
    packages = json.loads(result.stdout)["packages"]
    libcap = next(one for one in packages if one["name"] == "libcap")
    assert libcap["concluded"] == libcap["effective"] == "BSD-3-Clause"
    assert libcap["elections"][0]["elected"] == "BSD-3-Clause"
    policy.write_text("schema = 1\nprefer = ['BSDD']\n", "utf-8")
    assert "prefer[0]" in one_line(run("list", SYSROOT, "--policy", str(policy)))
    policy.write_bytes(b"\xff")
    assert "UTF-8" in one_line(run("list", SYSROOT, "--policy", str(policy)))
    assert "policy.toml" in one_line(
        run("list", SYSROOT, "--policy", str(tmp_path / "no/policy.toml"))
    )


def test_shipped_by_closure_and_by_path(tmp_path: Path) -> None:
    write_entry(tmp_path, "sys-libs/libcap-2.66", {})
    shipped = {}
    for rule in ("all", "closure:sys-libs/libcap", str(tmp_path)):
        result = run("list", SYSROOT, "--shipped", rule, "--format", "json")
        assert result.returncode == 0, result.stderr
        packages = json.loads(result.stdout)["packages"]
        shipped[rule] = {
            one["name"]: one["license_field"]
            for one in packages
            if one["shipped"] == "yes"
        }
        assert len(packages) == 15
    assert len(shipped["all"]) == 15
    # What the image's entry lacks comes from the sysroot's.
    assert shipped[str(tmp_path)] == {"libcap": "|| ( GPL-2 BSD )"}
    assert "libcap" in shipped["closure:sys-libs/libcap"]
    assert len(shipped["closure:sys-libs/libcap"]) < 15


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (
            {
                "os-release": 'NAME="Container-Optimized OS"\nID=cos\nVERSION_ID=101\n'
                "BUILD_ID=17162.1.2\n",
                "lsb-release": "CHROMEOS_RELEASE_BOARD=lakitu\n",
            },
            {
                "name": "Container-Optimized OS",
                "version": "17162.1.2",
                "board": "lakitu",
            },
        ),
        (
            {"os-release": "NAME='Flatcar'\nID=flatcar\nVERSION_ID=4.5\nBUILD_ID=x\n"},
            {"name": "Flatcar", "version": "4.5", "board": None},
        ),
        (
            {
                "lsb-release": "CHROMEOS_RELEASE_NAME=Chromium OS\n"
                "CHROMEOS_RELEASE_VERSION=15.6.7\n"
            },
            {"name": "Chromium OS", "version": "15.6.7", "board": None},
        ),
    ],
)
def test_the_image_says_who_it_is(
    tmp_path: Path, release: dict[str, str], expected: dict[str, str | None]
) -> None:
    write_entry(tmp_path, "a/b-1", {"LICENSE": "MIT"})
    (tmp_path / "etc").mkdir()
    for name, text in release.items():
        (tmp_path / "etc" / name).write_text(text, "utf-8")
    image = json.loads(run("list", str(tmp_path), "--format", "json").stdout)["image"]
    assert {name: image[name] for name in expected} == expected
    result = run("list", str(tmp_path), "--format", "json", "--image-name", "Own")
    assert json.loads(result.stdout)["image"]["name"] == "Own"


def test_a_stateful_partition_is_an_image(tmp_path: Path) -> None:
    write_entry(tmp_path, "virtual/target-os-1", {})
    write_entry(tmp_path, "a/b-1", {"LICENSE": "MIT"})
    (tmp_path / "var").rename(tmp_path / "var_overlay")
    packages = json.loads(run("list", str(tmp_path), "--format", "json").stdout)
    assert {one["shipped"] for one in packages["packages"]} == {"yes"}
    assert packages["packages"][0]["evidence"].startswith("root/var_overlay/db/pkg/")


def test_an_extra_directory_of_texts_is_searched_last(tmp_path: Path) -> None:
    (tmp_path / "BSD-Google").write_text("Copyright 2010 Google.\n", "utf-8")
    result = run("list", SYSROOT, "--licenses", str(tmp_path), "--format", "json")
    uses = [
        text
        for package in json.loads(result.stdout)["packages"]
        for text in package["texts"]
        if text["name"] == "BSD-Google"
    ]
    assert {use["path"] for use in uses} == {"licenses/BSD-Google"}
    assert {use["kind"] for use in uses} == {"overlay"}


def test_the_namespace_follows_all_that_the_document_says(tmp_path: Path) -> None:
    namespaces: set[str] = set()
    options: list[tuple[str, ...]] = [
        (),
        ("--creator", "Person: A"),
        ("--contact", "a@b.example"),
        ("--image-name", "x"),
        ("--shipped", "closure:sys-libs/libcap"),
    ]
    for extra in options:
        out = tmp_path / str(len(namespaces))
        run("generate", SYSROOT, "-q", "-o", str(out), *extra)
        sbom = json.loads((out / "sbom.spdx.json").read_bytes())
        namespaces.add(sbom["documentNamespace"])
    assert len(namespaces) == len(options)


def test_color_only_where_it_is_wanted() -> None:
    for command in (("audit",), ("explain", "libcap")):
        arguments = (command[0], SYSROOT, *command[1:], "--no-progress")
        plain = run(*arguments).stdout
        assert b"\x1b" not in plain
        assert run(*arguments, "--color", "never").stdout == plain
        colored = run(*arguments, "--color", "always").stdout
        assert b"\x1b[33mwarning\x1b[0m" in colored
        assert re.sub(rb"\x1b\[[0-9;]*m", b"", colored) == plain


def test_verbose_says_more_and_quiet_nothing() -> None:
    normal = run("list", SYSROOT, *OVERLAYS).stderr.decode().splitlines()
    verbose = run("list", SYSROOT, *OVERLAYS, "-v").stderr.decode().splitlines()
    assert set(normal) < set(verbose)
    assert "coos-license: texts searched in chromiumos/licenses" in verbose
    assert run("list", SYSROOT, "-q").stderr == b""


def test_help_and_version() -> None:
    text = run("--help").stdout.decode()
    for name in (
        "generate",
        "list",
        "explain",
        "audit",
        "snapshot",
        "spdx",
        "Exit codes",
    ):
        assert name in text
    for name in ("generate", "list", "explain", "audit", "snapshot", "spdx"):
        result = run(name, "--help")
        assert result.returncode == 0
        assert result.stdout
    assert run("--version").stdout.decode().startswith("coos-license, version ")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from coos_license.cli import _run; _run(['--help']);"
        "print([m for m in ('jinja2', 'lxml', 'orjson', 'spdx_tools', 'tarfile',"
        " 'zstandard',"
        " 'license_expression', 'coos_license.model') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True
    )
    assert result.stdout.decode().splitlines()[-1] == "[]"
