# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From defaults, profile, file and options to one frozen configuration.

What is said later wins: default, profile, ``coos-build.toml``, option.
"""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_build.errors import BuildError
from coos_build.keys import KEYS, SECTIONS, Key, Kind
from coos_build.model import Era
from coos_build.profiles import ERAS, PROFILES, Value
from coos_build.steps import BY_NAME

CONFIG_NAME: Final = "coos-build.toml"
IMAGE_FILES: Final[Mapping[str, str]] = {
    "base": "chromiumos_base_image.bin",
    "dev": "chromiumos_image.bin",
    "test": "chromiumos_test_image.bin",
}
_LIMIT: Final = 1 << 20
#: Names of boards go into paths and commands: what chromite takes, and no more.
_BOARD: Final = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
#: RFC 3986, 3.2.1; a user alone, as of ssh, is no secret.
_WITH_PASSWORD: Final = re.compile(r"[^/?#]*://[^/?#@]*:[^/?#@]+@")
_DEADLINE: Final = re.compile(r"([a-z-]+)=([1-9][0-9]{0,7})\Z")


@dataclass(frozen=True, slots=True)
class Config:
    """The values of all keys, checked one by one, and who gave each."""

    values: Mapping[str, Value]
    origin: Mapping[str, str]

    def text(self, key: str) -> str:
        """Return a text; empty where none was given."""
        value = self.values[key]
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """Return a number; 0 where none was given."""
        value = self.values[key]
        return value if isinstance(value, int) else 0

    def switch(self, key: str) -> bool:
        """Return whether a switch is on."""
        return self.values[key] is True

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words of a list."""
        value = self.values[key]
        return value if isinstance(value, tuple) else ()

    def is_set(self, key: str) -> bool:
        """Return whether the key has a value that asks for something."""
        return self.values[key] not in (None, False, "", ())

    @property
    def era(self) -> Era:
        """Whose commands the profile expects."""
        return ERAS[self.text("profile")]

    @property
    def disk_image(self) -> str:
        """File of the image that is booted: the last one asked for."""
        return IMAGE_FILES[self.words("image_types")[-1]]

    @property
    def credited_image(self) -> str:
        """File of the image that is credited: the base image where one is made.

        The others are made from it for development, and are not for distribution.
        """
        types = self.words("image_types")
        return IMAGE_FILES["base" if "base" in types else types[-1]]

    @property
    def is_test_image(self) -> bool:
        """Whether the image has the fixed password of test images."""
        return self.words("image_types")[-1] == "test"

    def deadline_s(self, step: str) -> int:
        """Return the seconds that a step may take."""
        given = dict(_deadline(one) for one in self.words("deadlines"))
        return given.get(step, BY_NAME[step].deadline_s)

    def disk_gib(self, step: str) -> int:
        """Return the GiB that must be free before a step."""
        return min(BY_NAME[step].disk_gib, self.number("disk_gib"))

    def identity(self, key: str) -> Value:
        """Return what a fingerprint holds of a key: of a file, its content."""
        value = self.values[key]
        if isinstance(value, str) and KEYS[key].is_path(value):
            return hashlib.sha256(_read(Path(value))).hexdigest()
        return value


def load_config(
    checkout: Path, file: Path | None, options: Mapping[str, Value]
) -> Config:
    """Return the configuration of a checkout; ``options`` holds only what was given.

    Raises: BuildError, naming the key, the file, and what it takes.
    """
    path = file or checkout / CONFIG_NAME
    told: Mapping[str, Value] = {}
    if file is not None or path.is_file():
        told = _from_file(path)
    profile = options.get("profile") or told.get("profile") or KEYS["profile"].default
    layers: tuple[tuple[str, Mapping[str, Value]], ...] = (
        ("default", {name: key.default for name, key in KEYS.items()}),
        (f"profile {profile}", PROFILES.get(str(profile), {})),
        (str(path), told),
        ("option", options),
    )
    values: dict[str, Value] = {}
    origin: dict[str, str] = {}
    for source, layer in layers:
        values |= layer
        origin |= dict.fromkeys(layer, source)
    config = Config(values, origin)
    _check(config)
    return config


def template() -> Iterator[str]:
    """Yield the lines of a ``coos-build.toml`` that says what the defaults are."""
    yield "# coos-build: every key is also an option (--manifest-branch). Lines that"
    yield "# begin with # show the default; a profile may set another."
    for title, keys in SECTIONS:
        yield ""
        yield f"# --- {title}"
        for key in keys:
            yield f"# {key.help}"
            if key.name in {"profile", "board"}:
                yield f"{key.name} = {_toml(key.default)}"
            else:
                yield f"#{key.name} = {_toml(_unset(key))}"


def _unset(key: Key) -> Value:
    """Return the default, or the value that says no more than leaving the key out."""
    return 0 if key.default is None and key.kind is Kind.NUMBER else key.default


def _toml(value: Value) -> str:
    """Return a value in TOML; a key without a default is shown as empty text."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case tuple():
            return "[" + ", ".join(_toml(one) for one in value) + "]"
        case _:
            escaped = (value or "").replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'


def _read(path: Path) -> bytes:
    """Return the bytes of a small file. Raises: BuildError."""
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise BuildError(
            message, where=str(path), cure="give a file that is there"
        ) from error
    if len(content) > _LIMIT:
        message = f"is larger than {_LIMIT} bytes"
        raise BuildError(message, where=str(path), cure="give the file that was meant")
    return content


def _from_file(path: Path) -> dict[str, Value]:
    """Return the keys of a file. Raises: BuildError."""
    try:
        table = tomllib.loads(_read(path).decode())
    except UnicodeDecodeError as error:
        message = f"is no UTF-8 (byte {error.start})"
        raise BuildError(message, where=str(path), cure="save it as UTF-8") from error
    except (ValueError, RecursionError) as error:  # int() has its own limit
        message = f"is no TOML: {error}"
        raise BuildError(
            message, where=str(path), cure="see 'coos-build init-config'"
        ) from error
    return {name: _value(path, name, raw) for name, raw in table.items()}


def _value(path: Path, name: str, raw: object) -> Value:
    """Return one value of a file, checked. Raises: BuildError."""
    key = KEYS.get(name)
    if key is None:
        near = difflib.get_close_matches(name, KEYS, 1, 0.5)
        cure = f"did you mean {near[0]!r}?" if near else "see 'coos-build init-config'"
        raise BuildError(f"unknown key {name!r}", where=str(path), cure=cure)
    value = _taken(key, raw)
    if value is None:
        message = f"key {name!r} is {raw!r}"
        raise BuildError(message, where=str(path), cure=f"give a {key.kind}")
    if isinstance(value, str) and key.is_path(value):
        return str((path.parent / value).absolute())
    return value


def _taken(key: Key, raw: object) -> Value:
    """Return the value if the key takes it, else None."""
    match key.kind, raw:
        case Kind.SWITCH, bool():
            return raw
        case Kind.NUMBER, int() if not isinstance(raw, bool):
            return raw
        case ((Kind.TEXT | Kind.FILE), str()):
            return raw
        case Kind.LIST, list() if all(isinstance(one, str) for one in raw):
            return tuple(str(one) for one in raw)
        case _:
            return None


def _check(config: Config) -> None:
    """Refuse what no step could work with. Raises: BuildError."""
    for name, value in config.values.items():
        words = value if isinstance(value, tuple) else (value,)
        if any(isinstance(one, str) and not one.isprintable() for one in words):
            _refuse(config, name, "holds a control character", "give plain text")
        choices = KEYS[name].choices
        if choices and value not in choices:
            near = difflib.get_close_matches(str(value), choices, 1, 0.5)
            cure = f"did you mean {near[0]!r}?" if near else f"it is one of {choices}"
            _refuse(config, name, f"is {value!r}", cure)
    if not _BOARD.match(config.text("board")):
        _refuse(
            config,
            "board",
            f"is {config.text('board')!r}",
            "give a name of lower-case letters, digits, - and _",
        )
    types = config.words("image_types")
    if not types or set(types) - IMAGE_FILES.keys():
        _refuse(config, "image_types", f"is {types!r}", f"use {tuple(IMAGE_FILES)}")
    for one in config.words("deadlines"):
        if _deadline(one)[0] not in BY_NAME:
            cure = "write STEP=SECONDS with the name of a step"
            _refuse(config, "deadlines", f"holds {one!r}", cure)
    _check_sources(config)


def _check_sources(config: Config) -> None:
    """Refuse a profile that lacks what it is made for. Raises: BuildError."""
    if not config.text("manifest_url"):
        _refuse(config, "manifest_url", "is empty", "give the manifest's repository")
    if config.text("profile") == "pinned" and not config.text("manifest_branch"):
        cure = "give the build: --manifest-branch refs/tags/17162.40.35"
        _refuse(config, "manifest_branch", "is not set", cure)
    for key in ("manifest_url", "repo_url", "manifest_branch", "repo_rev", "groups"):
        if config.text(key).startswith("-"):
            _refuse(config, key, "begins with -", "give a value, not an option")
        if _WITH_PASSWORD.match(config.text(key)):
            cure = "put it into ~/.netrc: an address stands in logs and reports"
            _refuse(config, key, "holds a password", cure)


def _refuse(config: Config, key: str, what: str, cure: str) -> None:
    """Raise the error of one key."""
    raise BuildError(f"{key} {what}", where=config.origin[key], cure=cure)


def _deadline(text: str) -> tuple[str, int]:
    """Return step and seconds; a step of no name where the text is none."""
    match = _DEADLINE.match(text)
    return (match[1], int(match[2])) if match else ("", 0)
