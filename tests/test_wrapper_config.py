# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration of coos-build: who wins, and what is refused in one line."""

import tomllib
from pathlib import Path

import pytest
from coos_build.config import load_config, template
from coos_build.errors import BuildError
from coos_build.keys import KEYS, Kind
from coos_build.profiles import PROFILES

from coos_license.policy.policy_file import PRESETS


def written(folder: Path, text: str) -> Path:
    path = folder / "coos-build.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(BuildError) as caught:
        load_config(folder, written(folder, text), {})
    return str(caught.value)


def test_an_option_wins_over_the_file_and_the_file_over_the_profile(
    tmp_path: Path,
) -> None:
    written(tmp_path, 'groups = "all"\nmanifest_branch = "from-file"\n')
    config = load_config(tmp_path, None, {"groups": "mine"})
    assert config.text("groups") == "mine"
    assert config.text("manifest_branch") == "from-file"
    assert config.text("repo_rev") == "stable"
    assert config.origin["groups"] == "option"
    assert config.origin["repo_rev"] == "profile seed-2020"


def test_the_profile_may_be_named_in_the_file(tmp_path: Path) -> None:
    written(tmp_path, 'profile = "cos"\n')
    assert load_config(tmp_path, None, {}).words("image_types") == ("base", "test")


def test_without_a_file_the_profile_is_enough(tmp_path: Path) -> None:
    config = load_config(tmp_path / "nowhere", None, {})
    assert config.text("profile") == "seed-2020"


def test_an_unknown_key_says_what_was_meant(tmp_path: Path) -> None:
    told = refusal(tmp_path, 'manifest_brunch = "x"\n')
    assert "coos-build.toml: unknown key 'manifest_brunch'" in told
    assert told.endswith("did you mean 'manifest_branch'?")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jobs = 'two'", "'jobs' is 'two'; give a number"),
        ("jobs = true", "'jobs' is True; give a number"),
        ("install = 1", "'install' is 1; give a switch"),
        ("image_types = 'dev'", "give a list"),
        ("image_types = [1]", "give a list"),
        ("image_types = []", "image_types is ()"),
        ("image_types = ['factory']", "use ('base', 'dev', 'test')"),
        ("board = '../x'", "board is '../x'"),
        ("board = '-x'", "board is '-x'"),
        ("groups = 'a\\u001bb'", "holds a control character"),
        ("fail_on = 'errors'", "did you mean 'error'?"),
        ("profile = 'seed'", "did you mean 'seed-2020'?"),
        ("deadlines = ['build=3']", "write STEP=SECONDS"),
        ("deadlines = ['boot=soon']", "write STEP=SECONDS"),
        ("manifest_url = '--upload-pack=x'", "begins with -"),
        ("manifest_url = ''", "manifest_url is empty"),
        ("manifest_url = 'https://me:pass@host/x'", "manifest_url holds a password"),
        ("repo_url = 'https://:token@host/x'", "put it into ~/.netrc"),
        ("profile = 'pinned'", "give the build: --manifest-branch"),
        ("board = ", "is no TOML"),
        ("board = " + "[" * 20_000, "is no TOML"),
        ("jobs = " + "9" * 5_000, "is no TOML"),
    ],
)
def test_a_bad_value_is_one_line_with_its_cure(
    tmp_path: Path, text: str, said: str
) -> None:
    told = refusal(tmp_path, text.replace("'", '"') if "\\u" in text else text)
    assert said in told
    assert "\n" not in told.split("is no TOML")[0]


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    told = refusal(tmp_path, "manifest_url = 'https://me:hunter2@host/x'")
    assert "hunter2" not in told


@pytest.mark.parametrize(
    "address",
    ["ssh://git@host:29418/x", "https://me@host/x", "/srv/a:b@c", "https://h/a:b@c"],
)
def test_an_address_without_a_password_is_taken(tmp_path: Path, address: str) -> None:
    told = load_config(tmp_path, None, {"manifest_url": address})
    assert told.text("manifest_url") == address


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="cannot be read: No such file"):
        load_config(tmp_path, tmp_path / "absent.toml", {})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "coos-build.toml"
    path.write_bytes(b"board = '\xff'\n")
    with pytest.raises(BuildError, match="is no UTF-8"):
        load_config(tmp_path, path, {})


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="is larger than"):
        load_config(tmp_path, written(tmp_path, "#" * (1 << 20) + "\n"), {})


def test_a_path_in_the_file_counts_from_the_file(tmp_path: Path) -> None:
    config = load_config(tmp_path, written(tmp_path, 'policy = "rules.toml"\n'), {})
    assert config.text("policy") == str(tmp_path / "rules.toml")


def test_a_deadline_can_be_changed_for_one_step(tmp_path: Path) -> None:
    told = load_config(tmp_path, None, {"deadlines": ("boot=7",)})
    assert told.deadline_s("boot") == 7
    assert told.deadline_s("chroot") > 7


def test_the_template_is_a_configuration_with_every_key(tmp_path: Path) -> None:
    lines = list(template())
    load_config(tmp_path, written(tmp_path, "\n".join(lines)), {})
    shown = [line.lstrip("#") for line in lines if " = " in line]
    told = tomllib.loads("\n".join(shown))
    assert list(told) == list(KEYS)


def test_numbers_of_the_template_can_be_taken_as_they_are(tmp_path: Path) -> None:
    numbers = [key for key in KEYS.values() if key.kind is Kind.NUMBER]
    lines = list(template())
    for key in numbers:
        (line,) = (one for one in lines if one.startswith(f"#{key.name} = "))
        config = load_config(tmp_path, written(tmp_path, line[1:]), {})
        assert config.number(key.name) == (key.default or 0)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_policy_may_be_a_preset_of_coos_license(tmp_path: Path, preset: str) -> None:
    written(tmp_path, f'policy = "{preset}"\n')
    config = load_config(tmp_path, None, {})
    assert config.text("policy") == config.identity("policy") == preset


def test_a_policy_that_is_no_preset_is_a_file(tmp_path: Path) -> None:
    written(tmp_path, 'policy = "./strict"\n')
    assert load_config(tmp_path, None, {}).text("policy") == str(tmp_path / "strict")
    assert KEYS["policy"].presets == PRESETS


def test_every_profile_sets_keys_that_exist() -> None:
    for profile in PROFILES.values():
        assert profile.keys() <= KEYS.keys()


def test_a_default_is_of_the_kind_of_its_key() -> None:
    kinds = {bool: Kind.SWITCH, int: Kind.NUMBER, tuple: Kind.LIST}
    for key in KEYS.values():
        if type(key.default) in kinds:
            assert key.kind is kinds[type(key.default)]


@pytest.mark.parametrize(
    ("types", "credited", "booted"),
    [
        (("dev",), "chromiumos_image.bin", "chromiumos_image.bin"),
        (("base", "test"), "chromiumos_base_image.bin", "chromiumos_test_image.bin"),
    ],
)
def test_the_base_image_is_credited_and_the_last_one_booted(
    tmp_path: Path, types: tuple[str, ...], credited: str, booted: str
) -> None:
    config = load_config(tmp_path, None, {"image_types": types})
    assert (config.credited_image, config.disk_image) == (credited, booted)
