# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Twenty defects of chromite's licensing tools, D1 to D20, and what holds here.

They were seen in the edition of November 2022, unless a test says otherwise. Each test
is about one of them and would fail where the defective rule was followed.
"""

import gzip
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders_archives import Files
from builders_installed import DOCKER, install
from builders_sources import MIT, NOTICE, write_tree
from builders_vdb import write_entry, write_repository
from command import IDENTITY
from lxml import html

from coos_license import cli

TEXTS = {
    "GPL-2": "GNU GENERAL PUBLIC LICENSE Version 2 ...\n",
    "GPL-3": "GNU GENERAL PUBLIC LICENSE Version 3 ...\n",
    "LGPL-2.1": "GNU LESSER GENERAL PUBLIC LICENSE Version 2.1 ...\n",
    "BSD": "Copyright (c) <year> <owner>. All rights reserved. ...\n",
    "MIT": "Copyright (c) <year> <copyright holders> ...\n",
    "ISC": "Copyright (c) <year> <owner> ...\n",
    "Apache-2.0": "Apache License Version 2.0 ...\n",
}
ADA = "Copyright (c) 2020 Ada Example"
TREE = "sources/app-misc/x-1/x-1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``generate`` wrote."""

    exit: int
    outputs: Path

    @property
    def packages(self) -> dict[str, dict[str, Any]]:
        """Return the packages of the inventory by name and version, in their order."""
        found = json.loads((self.outputs / "inventory.json").read_bytes())
        return {one["cpv"]: one for one in found["packages"]}

    @property
    def package(self) -> dict[str, Any]:
        """Return the only package."""
        (one,) = self.packages.values()
        return one

    @property
    def findings(self) -> set[tuple[str, str]]:
        """Return name and subject of every finding."""
        found = json.loads((self.outputs / "findings.json").read_bytes())
        return {(one["name"], one["subject"]) for one in found["findings"]}

    @property
    def of_packages(self) -> list[tuple[str, str, str, str]]:
        """Return package, severity, name and subject of every finding of a package."""
        found = json.loads((self.outputs / "findings.json").read_bytes())["findings"]
        keys = ("cpv", "severity", "name", "subject")
        told = [tuple(one[key] for key in keys) for one in found if one["cpv"]]
        return sorted(told)

    @property
    def notice(self) -> str:
        """Return NOTICE."""
        return (self.outputs / "NOTICE").read_text("utf-8")

    @property
    def page(self) -> html.HtmlElement:
        """Return the credits page."""
        page: html.HtmlElement = html.fromstring(
            (self.outputs / "credits.html").read_bytes()
        )
        return page

    def from_sources(self) -> list[str]:
        """Return where the texts of the only package lie in its sources."""
        place = f"{TREE}/"
        texts = (one["path"] for one in self.package["texts"])
        return [path.removeprefix(place) for path in texts if path.startswith(place)]


class Site:
    """A sysroot, a repository and sources on disk."""

    def __init__(self, root: Path) -> None:
        """Make them below a directory, without packages."""
        self.root = root
        self.repository = write_repository(root / "repo", "portage-stable", TEXTS)

    def package(self, license_field: str, cpv: str = "app-misc/x-1") -> None:
        """Add a package."""
        fields = {"LICENSE": f"{license_field}\n"}
        write_entry(self.root / "sysroot", cpv, fields)

    def sources(self, files: Files) -> Path:
        """Add files to the sources of ``app-misc/x-1``; return their directory."""
        return write_tree(self.root / TREE, files)

    def file(self, name: str, text: str) -> str:
        """Write a file; return its path."""
        (self.root / name).write_text(text, "utf-8")
        return str(self.root / name)

    def generate(self, *options: str) -> Answer:
        """Return what the tool says."""
        command = ["generate", str(self.root / "sysroot"), *IDENTITY, *options]
        command += ["--overlay", str(self.repository), "--quiet", "--jobs", "1"]
        if (self.root / "sources").is_dir():
            command += ["--sources", str(self.root / "sources")]
        with pytest.raises(SystemExit) as stopped:
            cli.main([*command, "--output", str(self.root / "out")])
        assert type(stopped.value.code) is int
        return Answer(stopped.value.code, self.root / "out")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_d01_a_notice_beside_a_choice_is_still_wanted(site: Site) -> None:
    """D1, licenses_lib.py: of `|| ( GPL-2 BSD ) MIT` the MIT was dropped."""
    site.package("|| ( GPL-2 BSD ) MIT")
    found = site.generate()
    assert found.package["declared"] == "(GPL-2.0-only OR BSD-3-Clause) AND MIT"
    assert ("missing-attribution", "MIT") in found.findings
    assert TEXTS["MIT"] in found.notice


def test_d02_a_choice_may_stand_behind_a_name(site: Site) -> None:
    """D2, licenses_lib.py: "Can't parse || in the middle" ended the build."""
    site.package("GPL-3 || ( GPL-2 ISC )")
    found = site.generate()
    assert found.package["declared"] == "GPL-3.0-only AND (GPL-2.0-only OR ISC)"
    assert found.exit == 0


def test_d03_a_choice_is_no_conjunction(site: Site) -> None:
    """D3, licenses_lib.py: of a choice without a scan both sides were claimed."""
    site.package("|| ( LGPL-2.1 Apache-2.0 )")
    assert site.generate().package["declared"] == "LGPL-2.1-only OR Apache-2.0"


def test_d04_a_use_flag_is_no_licence_name(site: Site) -> None:
    """D4, licenses_lib.py: `foo?` became the name of a licence."""
    site.package("GPL-2 foo? ( ISC )")
    found = site.generate()
    assert found.package["license_names"] == ["GPL-2"]
    assert found.package["declared"] == "GPL-2.0-only"
    assert "unknown-license" not in {name for name, _ in found.findings}


def test_d05_behind_an_empty_override_the_sources_are_searched(site: Site) -> None:
    """D5, licenses_lib.py: an empty override was credited, and nothing searched."""
    directory = site.repository / "licenses/copyright-attribution/app-misc"
    directory.mkdir(parents=True)
    (directory / "x").touch()
    site.package("MIT")
    site.sources({"COPYING": MIT})
    found = site.generate()
    assert found.from_sources() == ["COPYING"]
    assert found.package["copyrights"] == [ADA]
    assert "attribution" not in {one["kind"] for one in found.package["texts"]}


@pytest.mark.parametrize(
    "files", [{"LICENSE": b""}, {"PKG-INFO": b"Metadata-Version: 2.1\nName: x\n"}]
)
def test_d06_an_empty_file_or_metadata_is_no_notice(
    site: Site, files: Mapping[str, bytes]
) -> None:
    """D6, licenses_lib.py: an empty LICENSE and a mere PKG-INFO were enough."""
    site.package("MIT")
    site.sources(files)
    found = site.generate()
    assert found.from_sources() == []
    assert ("missing-attribution", "MIT") in found.findings
    assert found.exit == 1


def test_d07_code_is_no_text_and_a_packed_text_is_unpacked(site: Site) -> None:
    """D7, licenses_lib.py: `^licen[cs]e.*$` took code, data and gzip as texts."""
    site.package("MIT")
    site.sources(
        {
            "license_manager.cc": f"// {ADA} (in code)\n",
            "licenses.json": f'["{ADA} (in data)"]\n',
            "LICENSE.gz": gzip.compress(MIT.encode()),
        }
    )
    found = site.generate()
    assert found.from_sources() == ["LICENSE.gz"]
    assert found.package["copyrights"] == [ADA]
    assert MIT in found.notice


def test_d08_notices_are_found_by_all_their_names(site: Site) -> None:
    """D8, licenses_lib.py: none of these was found; a name of bytes was a crash."""
    names = ("AUTHORS", "COPYRIGHT.md", "LICENSES/MIT.txt", "UNLICENSE")
    site.package("MIT")
    top = site.sources({name: f"{name} of {MIT}" for name in names})
    write_tree(top, {"NOTICE.txt": NOTICE, "doc/terms": MIT})
    (top / "LICENSE").symlink_to("doc/terms")
    Path(os.fsdecode(bytes(top) + b"/COPYING-\xff")).write_text(MIT, "utf-8")
    found = site.generate()
    assert set(names) | {"LICENSE"} < set(found.from_sources())
    assert [name for name in found.from_sources() if name.startswith("COPYING-")]
    assert [one["path"] for one in found.package["notice_files"]] == [
        f"{TREE}/NOTICE.txt"
    ]
    assert found.exit == 0


def test_d09_a_package_without_a_licence_cache_is_attributed(site: Site) -> None:
    """D9, licenses_lib.py: without license.yaml, AttributeError on `ebuild_path`."""
    site.package("ISC GPL-2")
    assert not list(site.root.rglob("license.yaml"))
    found = site.generate()
    assert found.package["declared"] == "ISC AND GPL-2.0-only"
    assert (found.exit, TEXTS["GPL-2"] in found.notice) == (0, True)


def test_d10_versions_with_and_without_revision_have_an_order(site: Site) -> None:
    """D10, licenses_lib.py: TypeError where a revision was compared with none."""
    there = [f"app-misc/x-{one}" for one in ("1", "1-r2", "1-r10", "1.2")]
    there.append("net-misc/x-1-r2")
    for cpv in reversed(there):
        site.package("GPL-2", cpv)
    assert list(site.generate().packages) == there


def test_d11_nothing_in_a_text_is_a_template(site: Site) -> None:
    """D11, licenses_lib.py: `{{licenses_ptr}}` in a text was expanded."""
    text = "{{licenses_ptr}} {{ 7 * 7 }} {% raw %} {# <b>bold</b> &amp;\n"
    (site.repository / "licenses/house-rules").write_text(text, "utf-8")
    site.package("house-rules")
    found = site.generate()
    assert text in found.page.text_content()
    assert text in found.notice


def test_d12_ids_of_the_page_are_unique(site: Site) -> None:
    """D12, about_credits_entry.tmpl: the id was the name alone."""
    for cpv in ("app-misc/x-1", "app-misc/x-2", "net-misc/x-1"):
        site.package("GPL-2", cpv)
    ids = site.generate().page.xpath("//@id")
    assert {"app-misc/x-1", "app-misc/x-2", "net-misc/x-1"} < set(ids)
    assert len(ids) == len(set(ids))


def test_d13_no_link_of_a_tainted_package_leads_nowhere(site: Site) -> None:
    """D13, licenses_lib.py: the page linked to `#TAINTED`, which is not there."""
    site.package("TAINTED GPL-2")
    found = site.generate()
    links = {href for href in found.page.xpath("//a/@href") if href.startswith("#")}
    assert links
    assert links <= {f"#{one}" for one in found.page.xpath("//@id")}
    assert found.package["declared"] == "NOASSERTION"
    assert found.exit == 1


def test_d14_a_package_that_is_proprietary_alone_is_told(site: Site) -> None:
    """D14, licenses_lib.py: it was skipped, and so the ban of the name never met it."""
    site.package("Proprietary-Binary")
    found = site.generate("--policy", "chromium-os")
    ref = "LicenseRef-gentoo-Proprietary-Binary"
    assert found.package["declared"] == ref
    assert found.package["license_category"] == "proprietary"
    assert "app-misc/x-1" in found.notice
    assert found.of_packages == [
        ("app-misc/x-1", "error", "denied-license", ref),
        ("app-misc/x-1", "error", "missing-license-text", "Proprietary-Binary"),
    ]
    assert found.exit == 1


def test_d15_a_decision_is_about_one_package_name(site: Site) -> None:
    """D15, licenses_lib.py: allowances were string prefixes: houdini-evil passed."""
    for name in ("houdini", "houdini-evil"):
        site.package("|| ( GPL-2 GPL-3 ) as-is", f"chromeos-base/{name}-1")
    (site.repository / "licenses/as-is").write_text("As is.\n", "utf-8")
    policy = site.file(
        "policy.toml",
        'schema = 1\nextends = ["chromium-os"]\n'
        '[[elections]]\npackage = "chromeos-base/houdini"\n'
        'elect = "GPL-3.0-only"\nreason = "decided"\n'
        '[[waivers]]\nfinding = "denied-license"\npackage = "chromeos-base/houdini"\n'
        'reason = "allowed"\nowner = "legal"\nexpires = 2026-12-31\n',
    )
    found = site.generate("--policy", policy, "--as-of", "2026-06-30")
    concluded = {cpv: one["concluded"] for cpv, one in found.packages.items()}
    ref, evil = "LicenseRef-gentoo-as-is", "chromeos-base/houdini-evil-1"
    assert concluded == {
        "chromeos-base/houdini-1": f"GPL-3.0-only AND {ref}",
        evil: f"(GPL-2.0-only OR GPL-3.0-only) AND {ref}",
    }
    assert found.of_packages == [
        ("chromeos-base/houdini-1", "info", "denied-license", ref),
        (evil, "error", "denied-license", ref),
        (evil, "info", "choice-unset", "GPL-2.0-only | GPL-3.0-only"),
    ]
    assert found.exit == 1


def test_d16_an_unknown_name_is_told_at_once(site: Site) -> None:
    """D16, ebuild_license_hook.py: it passed the hook and failed at image time."""
    site.package("Nope-1")
    found = site.generate()
    assert ("unknown-license", "Nope-1") in found.findings
    assert ("missing-license-text", "Nope-1") in found.findings
    assert found.exit == 1


def test_d17_a_directory_without_a_version_is_a_message(site: Site) -> None:
    """D17, licenses_lib.py: AttributeError where a name had no version."""
    site.package("GPL-2")
    site.package("GPL-2", "app-misc/versionless")
    found = site.generate()
    assert list(found.packages) == ["app-misc/x-1"]
    assert "app-misc/versionless" in {
        subject.removeprefix("root/var/db/pkg/") for _, subject in found.findings
    }


def test_d18_an_option_may_be_a_group_and_is_elected_whole(site: Site) -> None:
    """D18, licenses_lib.py of 2023: a picked group was a tuple, and joining failed."""
    site.package("|| ( ( MIT BSD ) GPL-2 )")
    policy = site.file("policy.toml", 'schema = 1\nprefer = ["MIT AND BSD-3-Clause"]\n')
    found = site.generate("--policy", policy).package
    assert found["declared"] == "(MIT AND BSD-3-Clause) OR GPL-2.0-only"
    assert found["concluded"] == "MIT AND BSD-3-Clause"


def test_d19_notices_of_vendored_code_are_credited(site: Site) -> None:
    """D19, licenses_lib.py: with Apache-2.0 alone nothing was searched."""
    install(site.root / "sysroot", "app-misc/x-1", "Apache-2.0", DOCKER)
    site.sources({"vendor/github.com/Azure/x/LICENSE": MIT})
    found = site.generate()
    modules = {one["name"] for one in found.package["components"]}
    assert "github.com/Azure/x" in modules
    assert "vendor/github.com/Azure/x/LICENSE" in found.from_sources()
    assert found.package["copyrights"] == [ADA]
    assert MIT in found.notice


def test_d20_the_notice_file_of_a_work_is_passed_on_whole(site: Site) -> None:
    """D20, licenses_lib.py: Apache-2.0 section 4(d) was never looked at."""
    site.package("Apache-2.0")
    site.sources({"LICENSE": "Apache License\n", "NOTICE": NOTICE})
    found = site.generate()
    assert [one["path"] for one in found.package["notice_files"]] == [f"{TREE}/NOTICE"]
    assert NOTICE in found.notice
    assert NOTICE in found.page.text_content()
