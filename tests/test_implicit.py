# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Implicit components are credited like packages, with texts and notices."""

import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from builders_installed import install_mit
from builders_vdb import write_repository
from click.testing import CliRunner
from command import one_line, run
from test_accounting import RULES, TOOL, TOOLCHAIN

from coos_license.cli import root as command_line
from coos_license.documents.notice import parse_notice
from coos_license.documents.pages import OurPage, parse_page

ROOT = Path(__file__).parent.parent
GPL = "GNU GENERAL PUBLIC LICENSE of the test\n"
TERMS = "Redistribution and use of this thing is permitted by its vendor.\n"
NOTICE = "This product includes things of Example.\nCopyright (c) 2020 Example Inc.\n"
LIBRARY = {"usr/lib64/libx.so.1": b"x"}


def rule(name: str, path: str, *lines: str) -> str:
    """Return a rule for one path, with further lines."""
    told = (
        *("[[implicit]]", f'component = "{name}"', f'paths = ["{path}"]'),
        *('reason = "copied by hand"', 'source = "the image build"'),
        *lines,
    )
    return "\n".join(("", *told, ""))


@dataclass(frozen=True)
class Made:
    """What ``generate`` wrote of an image with a rules file."""

    output: Path
    image: Path
    options: tuple[str, ...]

    def read(self, name: str) -> Any:
        """Return a document."""
        return json.loads((self.output / name).read_bytes())

    @property
    def components(self) -> dict[str, dict[str, Any]]:
        """Return the components of the inventory by name."""
        parts = self.read("inventory.json")["accounting"]["components"]
        return {one["name"]: one for one in parts}

    @property
    def findings(self) -> dict[str, list[str]]:
        """Return code -> subjects of the findings about components."""
        found: dict[str, list[str]] = {}
        for one in self.read("findings.json")["findings"]:
            if one["cpv"].startswith("implicit/"):
                found.setdefault(one["code"], []).append(one["subject"])
        return found

    def text_of(self, name: str) -> list[str]:
        """Return the texts and notices that the credits page has of a component."""
        page = parse_page((self.output / "credits.html").read_bytes())
        assert isinstance(page, OurPage)
        named = {(one.category, one.name): one for one in page.packages}
        credit = named["implicit", name]
        return [page.texts[one].lstrip() for one in (*credit.texts, *credit.notices)]

    def verified(self) -> bytes:
        """Return what is wrong with the bundle, made again."""
        words = ("verify", "-q", str(self.output), str(self.image), *self.options)
        return run(*words).stdout


@dataclass(frozen=True)
class Maker:
    """An image of one package, a repository of texts, and a directory for rules."""

    image: Path
    rules: Path
    repository: Path

    def make(self, text: str, *options: str) -> Made:
        """Generate with these rules; the documents keep to their schemas."""
        self.rules.write_text(RULES + text, encoding="utf-8")
        options = (
            *("--overlay", str(self.repository), "--accounting"),
            *("--implicit", str(self.rules), *options),
        )
        output = self.rules.parent / "out"
        words = ["generate", str(self.image), "-o", str(output), *options, "-q"]
        CliRunner().invoke(command_line, words, catch_exceptions=False)
        made = Made(output, self.image, options)
        for name in ("findings", "inventory"):
            schema = (ROOT / f"docs/schema/{name}.schema.json").read_bytes()
            validator = jsonschema_rs.Draft202012Validator(json.loads(schema))
            validator.validate(made.read(f"{name}.json"))
        return made


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    image = tmp_path / "image"
    install_mit(image, "app-misc/tool-1", TOOL)
    for path, data in LIBRARY.items():
        (image / path).parent.mkdir(parents=True, exist_ok=True)
        (image / path).write_bytes(data)
    (image / "usr/lib64/libgcc_s.so.1").write_bytes(b"gcc")
    texts = {"MIT": "Permission is hereby granted\n", "GPL-3+": GPL, "BSD": TERMS}
    repository = write_repository(tmp_path / "repository", "portage-stable", texts)
    (tmp_path / "rules").mkdir()
    return Maker(image, tmp_path / "rules/implicit.toml", repository)


def test_a_component_is_credited_with_the_texts_of_its_licence(maker: Maker) -> None:
    made = maker.make(TOOLCHAIN + rule("x", "/usr/lib64/libx*", 'license = "NONE"'))
    notice = (made.output / "NOTICE").read_text(encoding="utf-8")
    said = parse_notice(notice).packages
    assert said["implicit/gcc-runtime-1"] == ("GPL-3.0-or-later WITH GCC-exception-3.1")
    assert said["implicit/x"].startswith("NONE")
    pointer, terms, exception = made.text_of("gcc-runtime")
    assert pointer == GPL
    assert terms.startswith("GNU GENERAL PUBLIC LICENSE")
    assert exception.startswith("GCC RUNTIME LIBRARY EXCEPTION")
    assert "the 1 packages and 3 other components" in " ".join(notice.split())


def test_all_documents_name_the_same_components(maker: Maker) -> None:
    made = maker.make(TOOLCHAIN)
    assert made.verified() == b""
    page = parse_page((made.output / "credits.html").read_bytes())
    assert isinstance(page, OurPage)
    named = {one.cpv for one in page.packages}
    assert named == {
        *("app-misc/tool-1", "implicit/gcc-runtime-1", "implicit/package-database")
    }


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("NOTICE", "implicit/gcc-runtime-1", "implicit/gcc-other-1"),
        ("credits.html", "implicit/</span><wbr>gcc-runtime", "implicit/</span><wbr>g"),
        ("sbom.spdx.json", "Component-implicit..sgcc-", "Component-implicit..sgxx-"),
    ],
)
def test_verify_tells_a_component_that_one_document_lacks(
    maker: Maker, name: str, old: str, new: str
) -> None:
    made = maker.make(TOOLCHAIN)
    path = made.output / name
    changed = path.read_text(encoding="utf-8").replace(old, new)
    path.write_text(changed, encoding="utf-8")
    told = run("verify", "-q", str(made.output)).stdout.decode()
    assert f"{name}: agreement: implicit/gcc-runtime-1 is missing" in told


def test_the_archive_has_the_texts_and_notices_of_components(maker: Maker) -> None:
    (maker.rules.parent / "NOTICE.x").write_text(NOTICE, encoding="utf-8")
    made = maker.make(
        TOOLCHAIN
        + rule(
            *("x", "/usr/lib64/libx*", 'license = "Apache-2.0"'),
            'notices = ["NOTICE.x"]',
        )
    )
    packed = (made.output / "notice-bundle.tar.gz").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        names = archive.getnames()
    assert "packages/implicit/x/NOTICE.x" in names
    assert "licenses/GCC-exception-3.1.txt" in names


def test_a_component_known_from_a_package_has_its_texts_and_statements(
    maker: Maker,
) -> None:
    notices = maker.repository / "licenses/copyright-attribution/dev-libs"
    notices.mkdir(parents=True)
    (notices / "x").write_text(NOTICE, encoding="utf-8")
    install_mit(maker.image, "dev-libs/x-2.5", {"usr/bin/x": b"x"})
    made = maker.make(rule("x", "/usr/lib64/libx*", 'package = "dev-libs/x"'))
    component = made.components["x"]
    assert component["version"] == "2.5"
    assert component["declared"] == "MIT"
    assert component["copyrights"] == ["Copyright (c) 2020 Example Inc."]
    assert NOTICE in made.text_of("x")
    assert "CL011" not in made.findings
    assert made.verified() == b""


def test_a_licence_that_wants_a_notice_is_told_and_cured(maker: Maker) -> None:
    bare = rule("x", "/usr/lib64/libx*", 'license = "BSD-3-Clause"')
    assert maker.make(bare).findings["CL011"] == ["BSD-3-Clause"]
    (maker.rules.parent / "texts").mkdir()
    (maker.rules.parent / "texts/NOTICE").write_text(NOTICE, encoding="utf-8")
    made = maker.make(bare + 'notices = ["texts/NOTICE"]\n')
    assert "CL011" not in made.findings
    assert made.text_of("x") == [TERMS, NOTICE]
    component = made.components["x"]
    assert component["copyrights"] == ["Copyright (c) 2020 Example Inc."]
    assert component["notice_files"][0]["path"] == "implicit/texts/NOTICE"


def sought(made: Made) -> list[str]:
    """Return the findings about NOTICE files that nobody looked for."""
    found = made.read("findings.json")["findings"]
    return [one["message"] for one in found if one["code"] == "CL046"]


def test_a_notice_file_that_nobody_looked_for_is_told(maker: Maker) -> None:
    bare = rule("x", "/usr/lib64/libx*", 'license = "Apache-2.0"')
    (told,) = sought(maker.make(bare))
    assert told.endswith("not all sources were read: implicit/x")
    assert sought(maker.make(bare + "notices = []\n")) == []


def test_a_notice_may_be_a_file_of_the_image(maker: Maker) -> None:
    place = maker.image / "usr/share/x"
    place.mkdir(parents=True)
    (place / "NOTICE").write_text(NOTICE, encoding="utf-8")
    paths = rule("x", "/usr/lib64/libx*", 'license = "Apache-2.0"')
    paths = paths.replace('libx*"]', 'libx*", "/usr/share/x/NOTICE"]')
    made = maker.make(paths + 'notices = ["/usr/share/x/NOTICE"]\n')
    assert NOTICE in made.text_of("x")
    files = made.components["x"]["notice_files"]
    assert [one["path"] for one in files] == ["root/usr/share/x/NOTICE"]
    assert made.verified() == b""


@pytest.mark.parametrize("content", [None, b"", bytes((1 << 20) + 1)])
def test_a_notice_that_the_image_lacks_is_an_error(
    maker: Maker, content: bytes | None
) -> None:
    if content is not None:
        (maker.image / "usr/lib64/libx.NOTICE").write_bytes(content)
    text = rule("x", "/usr/lib64/libx*", 'license = "Apache-2.0"')
    made = maker.make(text + 'notices = ["/usr/lib64/libx.NOTICE"]\n')
    found = made.read("findings.json")["findings"]
    (told,) = (one for one in found if one["code"] == "CL076")
    assert told["subject"] == "x: /usr/lib64/libx.NOTICE"
    assert told["severity"] == "error"
    assert told["evidence"] == [{"path": "implicit/implicit.toml", "line": 11}]


@pytest.mark.parametrize(
    ("notices", "told"),
    [
        ('["absent"]', "absent"),
        ('["../secret"]', "nor that of a file beside the rules"),
        ('["a//b"]', "nor that of a file beside the rules"),
        ('["/usr/*"]', "nor that of a file beside the rules"),
        ('["/usr/../x"]', "nor that of a file beside the rules"),
        ('["link"]', "link"),
        (str(["a"] * 17), "names more than 16 files"),
        ("7", "must be a list"),
    ],
)
def test_a_notice_that_is_no_file_beside_the_rules_is_refused(
    maker: Maker, notices: str, told: str
) -> None:
    secret = maker.rules.parent.parent / "secret"
    secret.write_text("of nobody's business", encoding="utf-8")
    (maker.rules.parent / "link").symlink_to("../secret")
    text = rule("x", "/usr/lib64/libx*", 'license = "MIT"', f"notices = {notices}")
    maker.rules.write_text(RULES + text, encoding="utf-8")
    words = ("audit", str(maker.image), "--accounting", "--implicit", str(maker.rules))
    line = one_line(run(*words))
    assert told in line
    assert "implicit.toml:" in line
    assert "nobody's business" not in line


def test_a_licence_of_its_own_has_the_text_of_a_directory(maker: Maker) -> None:
    texts = maker.rules.parent / "texts"
    texts.mkdir()
    (texts / "Vendor").write_text(TERMS, encoding="utf-8")
    text = rule("x", "/usr/lib64/libx*", 'license = "LicenseRef-Vendor"')
    made = maker.make(text, "--licenses", str(texts))
    assert made.text_of("x") == [TERMS]
    own = made.read("sbom.spdx.json")["hasExtractedLicensingInfos"]
    assert [one["extractedText"] for one in own] == [TERMS]
    assert made.verified() == b""


def test_a_licence_without_a_text_is_told(maker: Maker) -> None:
    text = rule("x", "/usr/lib64/libx*", 'license = "LicenseRef-Vendor"')
    assert maker.make(text).findings["CL003"] == ["LicenseRef-Vendor"]


def test_a_policy_judges_components(maker: Maker) -> None:
    made = maker.make(TOOLCHAIN, "--policy", "no-gpl3")
    (denied,) = made.findings["CL016"]
    assert denied == "GPL-3.0-or-later WITH GCC-exception-3.1"


def test_a_choice_of_a_component_is_elected(maker: Maker) -> None:
    text = rule("x", "/usr/lib64/libx*", 'license = "MIT OR GPL-3.0-or-later"')
    assert maker.make(text).findings["CL010"] == ["MIT | GPL-3.0-or-later"]
    policy = maker.rules.parent / "policy.toml"
    policy.write_text(
        'schema = 1\n[[elections]]\npackage = "implicit/x"\nelect = "MIT"\n'
        'reason = "we want less"\n',
        encoding="utf-8",
    )
    made = maker.make(text, "--policy", str(policy))
    assert "CL010" not in made.findings
    assert made.components["x"]["effective"] == "MIT"
    assert made.verified() == b""


def test_the_public_gets_the_texts_and_no_private_name(maker: Maker) -> None:
    install_mit(maker.image, "dev-libs/secret-1", {"usr/bin/s": b"s"})
    entry = maker.image / "var/db/pkg/dev-libs/secret-1"
    (entry / "repository").write_bytes(b"overlay-private\n")
    notices = maker.repository / "licenses/copyright-attribution/dev-libs"
    notices.mkdir(parents=True)
    (notices / "secret").write_text(NOTICE, encoding="utf-8")
    text = rule("x", "/usr/lib64/libx*", 'package = "dev-libs/secret"')
    made = maker.make(text, "--public")
    assert NOTICE in made.text_of("x")
    for path in made.output.iterdir():
        assert b"dev-libs/secret" not in path.read_bytes(), path.name
    assert made.verified() == b""


def test_a_component_owes_what_its_licence_asks_for(maker: Maker) -> None:
    made = maker.make(TOOLCHAIN)
    assert "source" in made.components["gcc-runtime"]["obligations"]
    words = ["audit", str(made.image), *made.options]
    told = CliRunner().invoke(command_line, words, catch_exceptions=False).stdout
    assert "implicit/gcc-runtime-1" in told


def test_cyclonedx_has_the_components(maker: Maker) -> None:
    pytest.importorskip("cyclonedx", reason="the extra cyclonedx is not installed")
    made = maker.make(TOOLCHAIN, "--cyclonedx")
    named = {one["name"]: one for one in made.read("sbom.cdx.json")["components"]}
    component = named["gcc-runtime"]
    assert component["scope"] == "required"
    (said,) = component["licenses"]
    assert said["expression"] == "GPL-3.0-or-later WITH GCC-exception-3.1"


def test_a_bundle_and_its_sbom_tell_the_same_components(maker: Maker) -> None:
    made = maker.make(TOOLCHAIN)
    for name in ("sbom.spdx.json", "credits.html", "NOTICE"):
        words = ("diff", str(made.output / "inventory.json"), str(made.output / name))
        told = run(*words).stdout.decode()
        assert "gcc-runtime" not in told, told
