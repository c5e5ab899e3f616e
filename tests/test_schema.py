# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``docs/schema/``: what is written keeps to it, and it refuses what is not written."""

import copy
import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from operator import methodcaller
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from coos_license.cli import root
from coos_license.findings import KINDS
from coos_license.model import LicenseCategory, Obligation, Severity, Shipped, TextKind
from coos_license.policy.policy_file import PRESETS
from coos_license.resources import preset

HERE = Path(__file__).parent
SCHEMAS = HERE.parent / "docs" / "schema"
MINI = HERE / "fixtures" / "mini"
DOCUMENTS = ("inventory", "findings")

# With it the bundled sysroot shows an election too: every kind of object there is.
POLICY = 'schema = 1\nprefer = ["GPL-2.0-only"]\n'
# Keys that a value has only where there is something to say.
OPTIONAL = {"line", "pointed_from"}
Step = str | int
Validator = jsonschema_rs.Draft202012Validator


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())


@pytest.fixture(scope="module")
def validators() -> dict[str, Validator]:
    return {name: Validator(schema(name)) for name in DOCUMENTS}


def generated(source: Path, overlays: Sequence[Path], out: Path) -> dict[str, Any]:
    """Return both documents as ``generate`` writes them."""
    policy = out / "policy.toml"
    out.mkdir()
    policy.write_text(POLICY, encoding="utf-8")
    arguments = ["generate", str(source), "-o", str(out), "-q", "--policy", str(policy)]
    for overlay in overlays:
        arguments += ["--overlay", str(overlay)]
    root.main(args=arguments, standalone_mode=False)
    return {name: json.loads((out / f"{name}.json").read_bytes()) for name in DOCUMENTS}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Both documents of the bundled sysroot."""
    out = tmp_path_factory.mktemp("schema") / "out"
    return generated(MINI / "sysroot", sorted((MINI / "repos").iterdir()), out)


def objects(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield where the objects of a document are, the document itself first."""
    if isinstance(value, dict):
        yield path
        for key, below in value.items():
            yield from objects(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from objects(below, (*path, index))


def at(document: Any, path: Sequence[Step]) -> Any:
    for step in path:
        document = document[step]
    return document


def changed(
    document: Any, path: Sequence[Step], change: Callable[[Any], object]
) -> Any:
    """Return a copy in which the value at ``path`` was changed in place."""
    other = copy.deepcopy(document)
    change(at(other, path))
    return other


def faults(validator: Validator, document: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in validator.iter_errors(document)
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schema_is_valid_itself(name: str) -> None:
    jsonschema_rs.meta.validate(schema(name))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_bundled_sysroot_keeps_to_the_schema(
    name: str, validators: dict[str, Validator], documents: dict[str, Any]
) -> None:
    assert faults(validators[name], documents[name]) == []


def test_the_fixture_shows_every_kind_of_object(documents: dict[str, Any]) -> None:
    packages = documents["inventory"]["packages"]
    assert any(package["elections"] for package in packages)
    assert any("pointed_from" in use for one in packages for use in one["texts"])
    found = documents["findings"]["findings"]
    assert {bool(finding["cpv"]) for finding in found} == {True, False}


@pytest.mark.slow
def test_flatcar_keeps_to_the_schema(
    unpack: Callable[[str], Path], validators: dict[str, Validator], tmp_path: Path
) -> None:
    data = unpack("flatcar-sysroot")
    repos = [
        data / "flatcar-repos" / name for name in ("portage-stable", "coreos-overlay")
    ]
    written = generated(data / "flatcar-sysroot", repos, tmp_path / "out")
    assert len(written["inventory"]["packages"]) == 753
    for name in DOCUMENTS:
        assert faults(validators[name], written[name]) == []


@pytest.mark.slow
def test_lakitu_with_its_attribution_files_keeps_to_the_schema(
    unpack: Callable[[str], Path], validators: dict[str, Validator], tmp_path: Path
) -> None:
    data = unpack("lakitu-sample")
    repos = sorted((data / "lakitu-repos").iterdir())
    written = generated(data / "lakitu-sample", repos, tmp_path / "out")
    uses = [use for one in written["inventory"]["packages"] for use in one["texts"]]
    assert "attribution" in {use["kind"] for use in uses}
    for name in DOCUMENTS:
        assert faults(validators[name], written[name]) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_object_takes_an_unknown_key(
    name: str, validators: dict[str, Validator], documents: dict[str, Any]
) -> None:
    document = documents[name]
    for path in objects(document):
        value = changed(document, path, lambda found: found.update(surprise=1))
        assert not validators[name].is_valid(value), path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_object_lacks_a_key(
    name: str, validators: dict[str, Validator], documents: dict[str, Any]
) -> None:
    document = documents[name]
    for path in objects(document):
        if path == ("texts",):  # keyed by content: any of them may be absent
            continue
        for key in at(document, path).keys() - OPTIONAL:
            value = changed(document, path, methodcaller("pop", key))
            assert not validators[name].is_valid(value), (path, key)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("inventory", ("schema",), 2),
        ("inventory", ("image", "name"), 7),
        ("inventory", ("packages", 0, "cpv"), "bzip2-1.0.8-r1"),
        ("inventory", ("packages", 0, "cpv"), "app-arch/bzip2-1.0.8-r1\n"),
        ("inventory", ("packages", 0, "version"), "v1"),
        ("inventory", ("packages", 0, "shipped"), "no"),
        ("inventory", ("packages", 0, "shipped"), True),
        ("inventory", ("packages", 0, "declared"), ""),
        ("inventory", ("packages", 0, "declared"), None),
        ("inventory", ("packages", 0, "declared"), "MIT/ISC"),
        ("inventory", ("packages", 0, "license_category"), "copyleft"),
        ("inventory", ("packages", 0, "license_names"), ["BSD", "BSD"]),
        ("inventory", ("packages", 0, "obligations"), ["attribution"]),
        ("inventory", ("packages", 0, "purl"), "pkg:generic/bzip2@1"),
        ("inventory", ("packages", 0, "files"), -1),
        ("inventory", ("packages", 0, "build_time"), "1700000000"),
        ("inventory", ("packages", 0, "evidence"), "/var/db/pkg/app-arch/bzip2-1"),
        ("inventory", ("packages", 0, "download_location"), "javascript:alert(1)"),
        ("inventory", ("packages", 0, "components"), ["vendored"]),
        ("inventory", ("packages", 0, "notices"), ["NOTICE"]),
        ("inventory", ("packages", 0, "texts", 0, "sha256"), "0A" * 32),
        ("inventory", ("packages", 0, "texts", 0, "kind"), "guess"),
        ("inventory", ("packages", 0, "texts", 0, "path"), "root/../secret"),
        ("inventory", ("packages", 0, "texts", 0, "path"), "../licenses/BSD"),
        ("inventory", ("texts",), {"BSD": {"spdx": "BSD-3-Clause", "bytes": 1}}),
        ("findings", ("schema",), "1"),
        ("findings", ("findings", 0, "code"), "CL11"),
        ("findings", ("findings", 0, "name"), "MissingAttribution"),
        ("findings", ("findings", 0, "severity"), "note"),
        ("findings", ("findings", 0, "cpv"), "app-arch/bzip2"),
        ("findings", ("findings", 0, "message"), ""),
        ("findings", ("findings", 0, "fingerprint"), "0" * 63),
        ("findings", ("findings", 0, "evidence", 0, "line"), 0),
        ("findings", ("findings", 0, "evidence", 0, "path"), "/var/db/pkg"),
    ],
)
def test_a_wrong_value_is_refused(
    name: str,
    path: tuple[Step, ...],
    value: object,
    validators: dict[str, Validator],
    documents: dict[str, Any],
) -> None:
    *above, last = path
    wrong = changed(documents[name], above, lambda found: found.update({last: value}))
    assert not validators[name].is_valid(wrong)


def test_vocabularies_are_those_of_the_model() -> None:
    inventory = schema("inventory")["$defs"]
    package = inventory["package"]["properties"]
    assert package["shipped"]["enum"] == list(Shipped)
    assert package["license_category"]["enum"] == list(LicenseCategory)
    assert package["obligations"]["items"]["enum"] == list(Obligation)
    assert inventory["textUse"]["properties"]["kind"]["enum"] == list(TextKind)
    finding = schema("findings")["$defs"]["finding"]["properties"]
    assert finding["name"]["enum"] == list(KINDS)
    severities = [one.word for one in reversed(Severity)]
    assert finding["severity"]["enum"] == severities


@pytest.mark.parametrize("name", PRESETS)
def test_presets_keep_to_the_schema_of_policies(name: str) -> None:
    value = tomllib.loads(preset(name))
    assert faults(Validator(schema("policy")), value) == []


def test_the_schema_of_policies_refuses_what_the_reader_refuses() -> None:
    validator = Validator(schema("policy"))
    good: dict[str, Any] = tomllib.loads(preset("strict"))
    for key, value in (("rule", []), ("schema", 2), ("default", "maybe")):
        assert faults(validator, {**good, key: value}) != []
    for key in ("id", "verdict", "reason"):
        broken = copy.deepcopy(good)
        del broken["rules"][0][key]
        assert faults(validator, broken) != []
