# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The texts that licences ask for go along with the image, or are named."""

import gzip
import json
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pytest
from builders_installed import install_mit
from builders_vdb import write_repository
from click.testing import CliRunner
from command import run
from test_accounting import RULES, TOOL, TOOLCHAIN

from coos_license.accounting import carried
from coos_license.accounting.carried import Carried
from coos_license.cli import carried as reading
from coos_license.cli import root as command_line
from coos_license.licenses import spdx_list

HEAD = "<!DOCTYPE html><html><head><title>x</title></head><body>"


def list_text(spdx: str) -> str:
    """Return a text of the SPDX list."""
    content = spdx_list.list_text(spdx)
    assert content is not None
    return content.decode()


#: What makes another licence of MIT.
REFUSED = ("without restriction", "where you must agree, and only as required")
MIT = list_text("MIT").replace("<year> <copyright holders>", "2020 Example Inc.")
ZLIB = list_text("Zlib")
GPL = list_text("GPL-2.0-only")


@dataclass(frozen=True)
class Place:
    """A directory with an image of one package, and a repository of texts."""

    root: Path

    @property
    def image(self) -> Path:
        """Return the root file system."""
        return self.root / "image"

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options that every command has."""
        repository = str(self.root / "repository")
        rules = str(self.root / "implicit.toml")
        return ("--overlay", repository, "--accounting", "--implicit", rules)

    def lacking(self, *more: str) -> list[tuple[str, str, str]]:
        """Return cpv, subject and message of the findings about texts."""
        words = ["audit", str(self.image), *self.options, "--format", "json", *more]
        output = CliRunner().invoke(command_line, words, catch_exceptions=False).stdout
        return [
            (one["cpv"], one["subject"], one["message"])
            for one in json.loads(output)["findings"]
            if one["code"] == "CL099"
        ]

    def generate(self, name: str, *more: str) -> Path:
        """Write a bundle, and return its directory."""
        output = self.root / name
        words = ["generate", str(self.image), "-o", str(output), "-q"]
        words += [*self.options, *more]
        CliRunner().invoke(command_line, words, catch_exceptions=False)
        return output

    def put(self, path: str, content: str | bytes) -> None:
        """Write a file into the image."""
        target = self.image / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        target.write_bytes(data)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    install_mit(made.image, "app-misc/tool-1-r2", TOOL)
    (tmp_path / "implicit.toml").write_text(RULES, encoding="utf-8")
    texts = {"MIT": MIT, "ZLIB": ZLIB, "GPL-2": GPL}
    write_repository(tmp_path / "repository", "portage-stable", texts)
    return made


def license_of(place: Place, cpv: str, field: str) -> None:
    """Change LICENSE of a package."""
    path = place.image / "var/db/pkg" / cpv / "LICENSE"
    path.write_text(f"{field}\n", encoding="utf-8")


NOTHING = "neither the image nor what is beside it has a text of a licence"
LACKS_MIT = (
    "app-misc/tool-1-r2",
    "MIT",
    "neither the image nor what is beside it has the text of MIT for it",
)


def test_texts_neither_in_the_image_nor_beside_are_one_error(place: Place) -> None:
    install_mit(place.image, "app-misc/other-1", {"usr/bin/other": b"x"})
    assert place.lacking() == [
        ("", "texts", f"{NOTHING}; those of 2 packages have to go along"),
    ]


@pytest.mark.parametrize("name", ["credits.html", "NOTICE"])
@pytest.mark.parametrize(
    "where", ["image/usr/share", "", "attribution", "image/opt/google/chrome/resources"]
)
def test_our_documents_in_the_image_or_beside_it_will_do(
    place: Place, name: str, where: str
) -> None:
    document = place.generate("elsewhere/out") / name
    target = place.root / where
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(document, target / name)
    assert place.lacking() == []


def test_a_packed_page_will_do(place: Place) -> None:
    page = (place.generate("elsewhere/out") / "credits.html").read_bytes()
    place.put(
        "opt/google/chrome/resources/about_os_credits.html.gz", gzip.compress(page)
    )
    assert place.lacking() == []


@pytest.mark.parametrize("name", ["credits.html", "NOTICE"])
def test_a_page_that_names_a_package_without_the_text_will_not_do(
    place: Place, name: str
) -> None:
    install_mit(place.image, "app-misc/other-1", {"usr/bin/other": b"x"})
    license_of(place, "app-misc/other-1", "ZLIB")
    document = place.generate("elsewhere/out") / name
    changed = document.read_text(encoding="utf-8").replace(*REFUSED)
    (place.root / name).write_text(changed, encoding="utf-8")
    assert place.lacking() == [LACKS_MIT]


def test_a_bare_name_on_a_page_is_no_text(place: Place) -> None:
    (place.root / "credits.html").write_text(
        f"{HEAD}<h2>app-misc/tool-1-r2</h2>", encoding="utf-8"
    )
    ((_, subject, message),) = place.lacking()
    assert subject == "texts"
    assert message.endswith(
        "; credits.html is a page, but no credits page with packages"
    )


def chromite(own: str, shared: str = "") -> str:
    """Return a page as chromite writes them, of one package without a revision."""
    link = "<li><a href='#MIT'>Gentoo Package Stock License MIT</a></li>"
    return (
        f'{HEAD}<div class="product"><span class="title" id="tool">tool-1</span>'
        f'<a class="show" href="#">show license</a><div class="licence"><pre>'
        f"{escape(own)}</pre><ul>{link if shared else ''}</ul></div></div>"
        '<div class="product"><a name="MIT" class="title">Stock License MIT</a>'
        f'<div class="licence"><pre>{escape(shared)}</pre></div></div></body></html>'
    )


@pytest.mark.parametrize(
    ("own", "shared"),
    [
        ("", MIT),
        (f"Gentoo Package Stock License MIT:\n\n{MIT}", ""),
        (f"Scanned Source License:\n\n{MIT.replace('2020 Example', '1999 A.')}", ""),
    ],
    ids=["linked", "inlined", "scanned"],
)
def test_a_page_of_chromite_will_do(place: Place, own: str, shared: str) -> None:
    place.put(
        "opt/google/chrome/resources/about_os_credits.html", chromite(own, shared)
    )
    assert place.lacking() == []


def test_a_page_of_chromite_without_the_text_will_not_do(place: Place) -> None:
    page = chromite(f"Scanned:\n{ZLIB}")
    (place.root / "license_credits.html").write_text(page, encoding="utf-8")
    assert place.lacking() == [LACKS_MIT]


@pytest.mark.parametrize(
    "path",
    [
        "usr/share/licenses/tool/LICENSE",
        "usr/share/licenses/app-misc/tool-1-r2/any-name",
        "usr/share/licenses/common/MIT",
        "usr/share/common-licenses/MIT",
        "usr/share/doc/tool/copyright",
        "usr/share/doc/tool-1-r2/COPYING",
        "usr/share/doc/tool-1-r2/sub/LICENSE.md",
    ],
)
def test_a_text_in_a_file_of_the_image_will_do(place: Place, path: str) -> None:
    place.put(path, f"This is tool.\n\n{MIT.replace('    ', ' ')}\n")
    assert place.lacking() == []


def test_packed_documentation_will_do(place: Place) -> None:
    place.put("usr/share/doc/tool-1-r2/COPYING.gz", gzip.compress(MIT.encode()))
    assert place.lacking() == []


@pytest.mark.parametrize(
    "path",
    [
        "usr/share/licenses/other/LICENSE",
        "usr/share/doc/tool-2/COPYING",
        "usr/share/doc/tool-1-r2/README",
        "usr/share/doc/COPYING",
        "usr/lib/tool/LICENSE",
    ],
)
def test_a_text_that_is_for_no_package_of_the_name_will_not_do(
    place: Place, path: str
) -> None:
    place.put(path, MIT)
    assert [subject for _, subject, _ in place.lacking()] != []


def test_a_link_that_leads_out_of_the_image_is_no_text(place: Place) -> None:
    (place.root / "secret").write_text(MIT, encoding="utf-8")
    link = place.image / "usr/share/licenses/tool/LICENSE"
    link.parent.mkdir(parents=True)
    link.symlink_to("../../../../../secret")
    assert [subject for _, subject, _ in place.lacking()] == ["texts"]


def test_of_a_choice_one_text_is_enough(place: Place) -> None:
    license_of(place, "app-misc/tool-1-r2", "|| ( MIT GPL-2 )")
    place.put("usr/share/licenses/tool/COPYING", GPL)
    assert place.lacking() == []
    license_of(place, "app-misc/tool-1-r2", "MIT GPL-2")
    assert place.lacking() == [LACKS_MIT]


def test_an_election_is_what_is_asked_for(place: Place) -> None:
    license_of(place, "app-misc/tool-1-r2", "|| ( MIT GPL-2 )")
    place.put("usr/share/licenses/tool/COPYING", GPL)
    policy = place.root / "policy.toml"
    policy.write_text(
        'schema = 1\n[[elections]]\npackage = "app-misc/tool"\nelect = "MIT"\n'
        'reason = "it asks for less"\n',
        encoding="utf-8",
    )
    assert place.lacking("--policy", str(policy)) == [LACKS_MIT]


def test_a_licence_that_asks_for_no_text_needs_none(place: Place) -> None:
    license_of(place, "app-misc/tool-1-r2", "ZLIB")
    assert place.lacking() == []


def test_the_texts_of_components_have_to_go_along(place: Place) -> None:
    rules = place.root / "implicit.toml"
    rules.write_text(RULES + TOOLCHAIN, encoding="utf-8")
    place.put("usr/lib64/libgcc_s.so.1", b"x")
    place.put("usr/share/licenses/tool/MIT", MIT)
    place.put("usr/share/licenses/gcc-runtime/COPYING", list_text("GPL-3.0-only"))
    licence = "GPL-3.0-or-later WITH GCC-exception-3.1"
    ((cpv, subject, _),) = place.lacking()
    assert (cpv, subject) == ("implicit/gcc-runtime-1", licence)
    exception = spdx_list.exception_text("GCC-exception-3.1")
    assert exception is not None
    place.put("usr/share/licenses/gcc-runtime/COPYING.RUNTIME", exception)
    assert place.lacking() == []


def test_a_pointer_is_not_the_text_that_it_points_at(place: Place) -> None:
    pointer = "GNU GPL version 2 or later: see GPL-2 for the text\n"
    (place.root / "repository/licenses/GPL-2+").write_text(pointer, "utf-8")
    license_of(place, "app-misc/tool-1-r2", "GPL-2+")
    place.put("usr/share/licenses/tool/COPYING", pointer)
    ((cpv, subject, _),) = place.lacking()
    assert (cpv, subject) == ("app-misc/tool-1-r2", "GPL-2.0-or-later")
    place.put("usr/share/licenses/tool/GPL-2", GPL)
    assert place.lacking() == []


def test_a_text_that_we_do_not_have_is_identified(place: Place) -> None:
    (place.root / "repository/licenses/MIT").unlink()
    place.put("usr/share/licenses/tool/LICENSE", MIT)
    assert place.lacking() == []


def test_very_many_packages_are_one_finding(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried, "MOST_FINDINGS", 2)
    monkeypatch.setattr(carried, "_MOST_NAMED", 1)
    for name in ("a", "b"):
        install_mit(place.image, f"app-misc/{name}-1", {f"usr/bin/{name}": b"x"})
    place.put("usr/share/licenses/other/LICENSE", MIT)
    ((cpv, subject, message),) = place.lacking()
    assert (cpv, subject) == ("", "texts")
    assert message.startswith("texts that have to go along with 3 of 3 packages are")
    assert message.endswith(": app-misc/a-1 and 2 more")


def test_files_past_the_bound_are_not_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("usr/share/licenses/a/LICENSE", ZLIB)
    place.put("usr/share/licenses/tool/LICENSE", MIT)
    monkeypatch.setattr(reading, "_MOST_BYTES", len(ZLIB) + 10)
    assert place.lacking() == [LACKS_MIT]


def test_a_file_that_unpacks_without_end_is_no_text(place: Place) -> None:
    bomb = gzip.compress(MIT.encode() + bytes(1 << 21))
    place.put("usr/share/licenses/tool/LICENSE.gz", bomb)
    assert [subject for _, subject, _ in place.lacking()] == ["texts"]


def test_texts_of_all_places_count_together() -> None:
    found = Carried.of([("", "common"), ("a/b-1", "own"), ("a/b-1", " own\n")])
    assert found.texts == {"": {"common"}, "a/b-1": {"own"}}


def verified(place: Place, bundle: Path, *more: str) -> list[dict[str, Any]]:
    """Return the problems of a bundle that are about texts that do not go along."""
    words = ("verify", "--format", "json", str(bundle), str(place.image))
    value = json.loads(run(*words, *place.options, *more).stdout)
    problems: list[dict[str, Any]] = value["problems"]
    return [one for one in problems if one["check"] == "carried"]


def test_verify_asks_image_and_bundle_for_the_texts(place: Place) -> None:
    bundle = place.generate("bundle")
    assert verified(place, bundle) == []
    for name in ("credits.html", "NOTICE"):
        path = bundle / name
        changed = path.read_text(encoding="utf-8").replace(*REFUSED)
        path.write_text(changed, encoding="utf-8")
    install_mit(place.image, "app-misc/other-1", {"usr/bin/other": b"x"})
    license_of(place, "app-misc/other-1", "ZLIB")
    told = [one["message"] for one in verified(place, bundle)]
    assert told == [f"{LACKS_MIT[0]}: {LACKS_MIT[2]}"]
    place.put("usr/share/licenses/tool/LICENSE", MIT)
    assert verified(place, bundle) == []


def test_verify_does_not_ask_the_public_for_private_texts(place: Place) -> None:
    install_mit(place.image, "app-misc/secret-1", {"usr/bin/secret": b"x"})
    entry = place.image / "var/db/pkg/app-misc/secret-1"
    (entry / "repository").write_bytes(b"overlay-private\n")
    bundle = place.generate("bundle", "--public")
    assert verified(place, bundle, "--public") == []
