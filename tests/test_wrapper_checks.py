# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The checks of a host: each has a miss, a cure, and a name that can be skipped."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from coos_build.actions.preflight import stopping
from coos_build.checks import CHECKS, Weight, examine
from coos_build.config import load_config
from coos_build.host import TOOLS, Host, describe, gather
from wrapper_build import make_build

GOOD = Host(
    tools={name: f"/usr/bin/{name}" for name in TOOLS},
    git={
        "user.name": "A",
        "user.email": "a@example.org",
        "protocol.version": "",
        "version": "2.39.5",
    },
    home_writable=True,
    umask=0o022,
    locale="en_US.UTF-8",
    file_system="ext4",
    mount_options="rw,relatime",
    free_bytes=500 << 30,
    memory_bytes=32 << 30,
    uid=1000,
    has_sudo_ticket=True,
    can_ask=False,
    kvm="",
    has_sources=False,
)


def without(*names: str) -> dict[str, Any]:
    return {"tools": {**GOOD.tools, **dict.fromkeys(names, "")}}


def git(**changes: str) -> dict[str, Any]:
    told = {key.replace("_", "."): value for key, value in changes.items()}
    return {"git": {**GOOD.git, **told}}


def misses(host: Host, **options: Any) -> list[str]:
    config = load_config(Path("/nonexistent"), None, options)
    return [one.check.name for one in examine(host, config)]


def test_a_good_host_misses_nothing() -> None:
    assert misses(GOOD) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("not-root", {"uid": 0}),
        ("sudo", {"has_sudo_ticket": False}),
        ("sudo", without("sudo")),
        ("git", without("git")),
        ("git", git(version="")),
        ("curl", without("curl")),
        ("python", without("python3")),
        ("repo", without("repo")),
        ("cros-sdk", without("cros_sdk")),
        ("git-identity", git(user_name="")),
        ("git-identity", git(user_email="")),
        ("git-protocol", git(protocol_version="1")),
        ("git-protocol", git(version="2.20.1")),
        ("home", {"home_writable": False}),
        ("umask", {"umask": 0o077}),
        ("locale", {"locale": "C"}),
        ("locale", {"locale": ""}),
        ("file-system", {"file_system": "nfs4"}),
        ("file-system", {"file_system": "btrfs", "mount_options": "compress=zstd"}),
        ("mount-options", {"mount_options": "rw,noexec"}),
        ("disk", {"free_bytes": 100 << 30}),
        ("memory", {"memory_bytes": 4 << 30}),
        ("lvm", without("lvs")),
        ("lvm", without("thin_check")),
        ("libvirt", without("virsh")),
        ("qemu", without("qemu-system-x86_64")),
        ("kvm", {"kvm": "/dev/kvm is not there"}),
    ],
)
def test_each_miss_is_seen_alone(name: str, changes: dict[str, Any]) -> None:
    assert misses(replace(GOOD, **changes)) == [name]


def test_every_check_can_be_missed() -> None:
    bad = replace(
        GOOD,
        tools=dict.fromkeys(TOOLS, ""),
        git={"version": "1.0"},
        home_writable=False,
        umask=0,
        locale="",
        file_system="nfs",
        mount_options="noexec",
        free_bytes=0,
        memory_bytes=0,
        kvm="none",
    )
    found = {*misses(bad), *misses(replace(GOOD, uid=0))}
    assert found == {check.name for check in CHECKS}


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        (without("lvs", "thin_check"), {"nouse_image": True}),
        (without("lvs", "thin_check"), {"profile": "cos"}),
        (without("qemu-system-x86_64"), {"boot": False}),
        (without("repo", "cros_sdk"), {"clone_depot_tools": True}),
        ({"free_bytes": 115 << 30, "has_sources": True}, {}),
        ({"free_bytes": 3 << 30}, {"disk_gib": 2}),
        ({"kvm": "none"}, {"accel": "tcg"}),
        ({"locale": "C.utf8"}, {}),
        ({"has_sudo_ticket": False, "can_ask": True}, {}),
        (git(protocol_version="2", version="2.18"), {}),
    ],
)
def test_what_is_not_needed_is_not_missed(
    changes: dict[str, Any], options: dict[str, Any]
) -> None:
    assert misses(replace(GOOD, **changes), **options) == []


def test_a_skipped_check_is_shown_and_stops_nothing() -> None:
    config = load_config(Path("/nonexistent"), None, {"skip_checks": ("not-root",)})
    found = tuple(examine(replace(GOOD, uid=0), config))
    assert [(one.check.name, one.skipped) for one in found] == [("not-root", True)]
    assert stopping(found) == ()


def test_only_errors_stop_a_run() -> None:
    config = load_config(Path("/nonexistent"), None, {})
    found = tuple(examine(replace(GOOD, memory_bytes=1, umask=0), config))
    assert [one.check.name for one in stopping(found)] == ["umask"]
    assert {one.check.weight for one in found} == {Weight.ERROR, Weight.WARNING}


def test_this_host_can_be_gathered_before_there_is_a_checkout(tmp_path: Path) -> None:
    host = gather(tmp_path / "a/b", {"PATH": "/nonexistent"}, can_ask=False)
    assert host.file_system
    assert host.free_bytes > 0
    assert host.tools["git"] == ""
    assert host.git["version"] == ""
    assert describe(tmp_path / "a")["cpus"].isdigit()


def test_doctor_names_each_cure_and_writes_nothing(tmp_path: Path) -> None:
    build = make_build(tmp_path)
    (build.checkout / "coos-build.toml").unlink()
    (build.home / ".gitconfig").unlink()
    before = sorted(build.checkout.rglob("*"))
    answer = build.ask("doctor")
    assert answer.returncode == 1
    (line,) = [line for line in answer.stdout.splitlines() if "git-identity" in line]
    assert "to cure it: git config --global user.name" in line
    assert sorted(build.checkout.rglob("*")) == before


def test_a_host_that_lacks_something_stops_before_anything_starts(
    tmp_path: Path,
) -> None:
    build = make_build(tmp_path)
    (build.home / ".gitconfig").unlink()
    answer = build.run()
    assert answer.returncode == 1
    assert "preflight: git-identity: git has no user.name" in answer.stderr
    assert build.calls() == []
