# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``diff``: two images against each other, whatever each was read from."""

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from builders import make_inventory, make_package, make_text, make_use
from command import OVERLAYS, ROOT, SYSROOT, one_line, run
from test_diff_documents import write

from coos_license.compare.difference import Change, Difference, canonical, difference
from coos_license.compare.from_inventory import side_of
from coos_license.compare.policy_headline import headline
from coos_license.compare.sides import Fact, Kind
from coos_license.expression import License
from coos_license.model import Inventory, LicenseCategory, Obligation, Package, Shipped
from coos_license.render.diff import FORMATS

GPL = {
    "category": LicenseCategory.RESTRICTED,
    "obligations": (Obligation.LICENSE_TEXT, Obligation.SOURCE),
}
MIT = {
    "category": LicenseCategory.NOTICE,
    "obligations": (Obligation.LICENSE_TEXT, Obligation.COPYRIGHT_NOTICE),
}


def gpl(name: str, version: str = "1", **fields: Any) -> Package:
    """Return a package under the GPL."""
    return make_package(("app-misc", name, version), "GPL-2.0-only", **(GPL | fields))


def mit(name: str, version: str = "1", **fields: Any) -> Package:
    """Return a package under MIT."""
    return make_package(("app-misc", name, version), "MIT", **(MIT | fields))


def inventory(*packages: Package) -> Inventory:
    """Return the packages as an inventory."""
    return make_inventory(packages)


def found(old: Inventory, new: Inventory) -> Difference:
    """Return what differs between two inventories."""
    return difference(side_of(old), side_of(new))


def told(old: Inventory, new: Inventory) -> tuple[str, ...]:
    """Return the headline of what differs."""
    return headline(found(old, new))


def test_the_headline_speaks_in_obligations() -> None:
    notice = make_text("This product includes software\n", "NOTICE")
    old = inventory(mit("a"))
    new = inventory(
        mit("a", notices=(notice.sha256,)),
        gpl("b"),
        gpl("c"),
        gpl("built", shipped=Shipped.BUILD_TIME),
    )
    assert told(old, new) == (
        "adds 2 restricted shipped packages",
        "adds 1 NOTICE file",
        "2 packages newly owe source",
    )


def test_a_package_that_moves_into_the_image_is_added_to_what_ships() -> None:
    old = inventory(gpl("a", shipped=Shipped.BUILD_TIME))
    assert told(old, inventory(gpl("a")))[0] == "adds 1 restricted shipped package"
    assert told(inventory(gpl("a")), old)[0] == "removes 1 restricted shipped package"


def test_a_new_licence_is_a_shift_of_category() -> None:
    lines = told(inventory(mit("a")), inventory(gpl("a", "2")))
    assert lines == (
        "1 package goes from notice to restricted",
        "1 package newly owes source",
        "changes 1 version",
    )


def test_a_version_is_a_change_and_no_addition() -> None:
    (change,) = found(inventory(mit("a", "1")), inventory(mit("a", "1.1"))).changes
    assert (change.change, change.fields) == (Change.CHANGED, ("version",))


def test_slots_tell_versions_of_one_name_apart() -> None:
    old = inventory(mit("a", "1.0", slot="1"), mit("a", "2.0", slot="2"))
    new = inventory(mit("a", "2.1", slot="2"), mit("a", "3.0", slot="3"))
    changes = [
        (one.change, one.old and one.old.version, one.new and one.new.version)
        for one in found(old, new).changes
    ]
    assert changes == [
        (Change.CHANGED, "1.0", "3.0"),
        (Change.CHANGED, "2.0", "2.1"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("declared", License("ISC"), "declared"),
        ("concluded", License("ISC"), "concluded"),
        ("effective", License("ISC"), "effective"),
        ("shipped", Shipped.LINKED_UNKNOWN, "shipped"),
        ("category", LicenseCategory.PERMISSIVE, "category"),
        ("obligations", (Obligation.REVIEW,), "obligations"),
        ("notices", ("0" * 64,), "notices"),
    ],
)
def test_each_field_is_compared(field: str, value: object, name: str) -> None:
    old = mit("a")
    (change,) = found(inventory(old), inventory(replace(old, **{field: value}))).changes  # type: ignore[arg-type]  # any field of the model
    assert change.fields == (name,)


def test_equal_inventories_do_not_differ() -> None:
    same = found(inventory(gpl("a"), mit("b")), inventory(gpl("a"), mit("b")))
    assert same.is_empty
    assert headline(same) == ()


def test_the_order_of_operands_is_no_difference() -> None:
    assert canonical("MIT AND (ISC OR Zlib)") == canonical("(zlib OR ISC) AND MIT")
    assert canonical("MIT AND ISC") != canonical("MIT OR ISC")
    assert canonical("not an expression") == "not an expression"


# Files as sides.


@pytest.fixture
def changed(generated: Path, tmp_path: Path) -> Path:
    """The miniature's outputs, busybox under another licence in inventory.json."""
    target = tmp_path / "changed"
    shutil.copytree(generated, target)
    path = target / "inventory.json"
    document = json.loads(path.read_bytes())
    for one in document["packages"]:
        if one["name"] == "busybox":
            one["declared"] = one["concluded"] = one["effective"] = "MIT"
            one["license_category"], one["obligations"] = "notice", ["license-text"]
    path.write_text(json.dumps(document), encoding="utf-8")
    return target


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        (".", {"shipped", "declared", "effective", "obligations", "texts", "notices"}),
        ("inventory.json", {"shipped", "declared", "effective", "texts"}),
        ("sbom.spdx.json", {"shipped", "declared", "concluded"}),
        ("sbom.spdx", {"shipped", "declared", "concluded"}),
        ("credits.html", {"declared", "effective", "obligations"}),
        ("notice-bundle.tar.gz", {"declared", "effective", "obligations"}),
    ],
)
def test_every_output_of_an_image_says_the_same_of_it(
    name: str, compared: set[str], generated: Path
) -> None:
    path = str(generated / name)
    result = run("diff", SYSROOT, path, *OVERLAYS, "--format", "json")
    assert result.returncode == 0, result.stdout
    document = json.loads(result.stdout)
    assert compared <= set(document["compared"])
    assert (document["packages"], document["headline"]) == ([], [])


def test_a_difference_exits_1(generated: Path, changed: Path) -> None:
    result = run("diff", str(changed), str(generated))
    assert result.returncode == 1
    out = result.stdout.decode()
    assert "1 package goes from notice to restricted" in out
    assert "declared: MIT -> GPL-2.0-only AND bzip2-1.0.6" in out


def test_two_boms_of_ours_are_compared_in_notices_too(generated: Path) -> None:
    sides = (str(generated / "sbom.spdx"), str(generated / "sbom.spdx.json"))
    result = run("diff", *sides, "--format", "json")
    assert result.returncode == 0, result.stdout


def test_the_json_keeps_to_its_schema(generated: Path, changed: Path) -> None:
    result = run("diff", str(changed), str(generated), "--format", "json")
    schema = json.loads((ROOT / "docs/schema/diff.schema.json").read_bytes())
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.Draft202012Validator(schema)
    document = json.loads(result.stdout)
    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["packages"][0]["fields"][0] == "declared"
    del document["packages"][0]["old"]["version"]
    assert not validator.is_valid(document)


def test_the_vocabularies_of_the_schema_are_those_of_the_code() -> None:
    schema = json.loads((ROOT / "docs/schema/diff.schema.json").read_bytes())
    assert schema["properties"]["compared"]["items"]["enum"] == ["version", *Fact]
    assert schema["$defs"]["side"]["properties"]["kind"]["enum"] == list(Kind)
    entry = schema["$defs"]["entry"]["properties"]
    assert entry["category"]["enum"] == list(LicenseCategory)
    assert entry["obligations"]["items"]["enum"] == list(Obligation)


@pytest.mark.parametrize("form", list(FORMATS))
def test_nothing_in_a_name_acts(form: str) -> None:
    evil = mit("a", description="x")
    hostile = make_package(
        ("app-misc", "<script>|`[x](y)\x1b[31m", "1\u202e"), "MIT", **MIT
    )
    out = b"".join(FORMATS[form](found(inventory(evil), inventory(hostile)))).decode()
    assert "\x1b" not in out
    if form == "html":
        assert "<script" not in out
    if form == "markdown":
        assert "|\\`" not in out.replace("\\|", "")
        assert "\\<script\\>\\|\\`\\[x\\]" in out


@pytest.mark.parametrize("sides", [(), (SYSROOT,), (SYSROOT, SYSROOT, SYSROOT)])
def test_two_paths_are_wanted(sides: tuple[str, ...]) -> None:
    assert "give OLD and NEW: 2 paths" in one_line(run("diff", *sides))


def test_a_bomb_is_refused(tmp_path: Path, generated: Path) -> None:
    bomb = write(tmp_path / "x", gzip.compress(b"{" + b" " * (1 << 28)))
    line = one_line(run("diff", str(generated), bomb))
    assert "bombs" in line or "longer than" in line


def test_a_difference_without_a_headline_has_no_empty_place_for_one() -> None:
    mit = make_text("Permission is granted", "MIT")
    package = make_package(("a", "b", "1"), texts=(make_use(mit, "MIT"),))
    old = make_inventory([package], [mit])
    new = make_inventory([replace(package, texts=())])
    changed = found(old, new)
    assert not changed.is_empty
    assert headline(changed) == ()
    lines = b"".join(FORMATS["text"](changed)).decode().split("\n")
    assert lines[2:4] == ["", "packages changed (1):"]
