# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The options that all commands take: the checkout, and every key of the file."""

import difflib
import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from coos_build.config import Config, load_config
from coos_build.errors import BuildError
from coos_build.keys import KEYS, Key, Kind
from coos_build.layout import Layout
from coos_build.probe import boards
from coos_build.profiles import PROFILES
from coos_build.steps import BY_NAME

Function = Callable[..., int | None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command works on."""

    layout: Layout
    config: Config


class NamedPath(click.Path):
    """A path that was named: an empty one is a variable that was not set."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Return the path. Raises: click.BadParameter where it is empty."""
        if not os.fspath(value):
            self.fail("is empty", param, ctx)
        return Path(os.fsdecode(super().convert(value, param, ctx)))


def step_name(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the name of a step. Raises: click.BadParameter with the nearest one."""
    if value and value not in BY_NAME:
        near = difflib.get_close_matches(value, BY_NAME, 1, 0.4)
        told = f"did you mean {near[0]!r}?" if near else f"use {', '.join(BY_NAME)}"
        message = f"there is no step {value!r}; {told}"
        raise click.BadParameter(message, ctx, param)
    return value


def step_names(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the names of steps. Raises: click.BadParameter."""
    return tuple(step_name(ctx, param, value) for value in values)


def _option(key: Key) -> Callable[[Function], Function]:
    """Return the option of a key; not given, it says nothing."""
    told = f"{key.help}{_default(key)}"
    option = functools.partial(click.option, key.option, key.name, metavar=key.metavar)
    match key.kind:
        case Kind.SWITCH:
            both = f"{key.option}/--no-{key.option[2:]}"
            return click.option(both, key.name, default=None, help=told)
        case Kind.NUMBER:
            return option(type=int, help=told)
        case Kind.LIST:
            return option(multiple=True, help=f"{told} Repeatable.")
        case _:
            return option(help=told)


def _default(key: Key) -> str:
    """Return what the help says of the default; a key's own help may say it."""
    if any(one.get(key.name, key.default) != key.default for one in PROFILES.values()):
        return " Default: by the profile."
    match key.default:
        case bool():
            return f" Default: {'on' if key.default else 'off'}."
        case None | ():
            return "" if "; else " in key.help else " Default: none."
        case tuple():
            return f" Default: {' '.join(key.default)}."
        case _:
            return f" Default: {key.default}."


_COMMON: Final[tuple[Callable[[Function], Function], ...]] = (
    click.option(
        "--checkout",
        type=NamedPath(),
        default=Path(),
        metavar="DIR",
        help="The checkout; made by run if it is not there. Default: here.",
    ),
    click.option(
        "--config",
        "file",
        type=NamedPath(),
        metavar="FILE",
        help="Configuration. Default: coos-build.toml of the checkout.",
    ),
)


def settings(function: Function) -> Function:
    """Return a command function that takes :class:`Settings` as its first argument."""

    @functools.wraps(function)
    def with_settings(**values: Any) -> int | None:  # noqa: ANN401 (click's border)
        checkout = Path(os.path.abspath(values.pop("checkout")))  # noqa: PTH100 (links stay)
        file = values.pop("file")
        given = {name: values.pop(name) for name in KEYS}
        options = {
            name: _absolute(KEYS[name], value)
            for name, value in given.items()
            if value not in (None, ())
        }
        config = load_config(checkout, file, options)
        layout = Layout(checkout, config.text("board"))
        _check_board(layout)
        return function(Settings(layout, config), **values)

    keys = [_option(key) for key in KEYS.values()]
    return _with((*_COMMON, *keys), with_settings)


def _absolute(key: Key, value: Any) -> Any:  # noqa: ANN401 (click's border)
    """Return the value; of a file its absolute path."""
    if key.is_path(value):
        return str(Path(value).absolute())
    return value


def _check_board(layout: Layout) -> None:
    """Refuse a board that a checkout does not have. Raises: BuildError."""
    known = boards(layout.checkout)
    if known and layout.board not in known:
        near = difflib.get_close_matches(layout.board, known, 1, 0.5)
        cure = f"did you mean {near[0]!r}?" if near else f"use {', '.join(known[:20])}"
        message = f"the sources have no board {layout.board!r}"
        raise BuildError(message, where=str(layout.checkout), cure=cure)


def _with(
    options: Sequence[Callable[[Function], Function]], function: Function
) -> Function:
    """Return the command function with the options, in their order."""
    for option in reversed(options):
        function = option(function)
    return function


selection = functools.partial(
    _with,
    (
        click.option(
            "--from",
            "first",
            callback=step_name,
            default="",
            metavar="STEP",
            help="Start at this step; those before are taken as they are."
            " Default: the first.",
        ),
        click.option(
            "--until",
            "last",
            callback=step_name,
            default="",
            metavar="STEP",
            help="End after this step. Default: the last.",
        ),
        click.option(
            "--only",
            callback=step_name,
            default="",
            metavar="STEP",
            help="This step and no other. Default: all.",
        ),
        click.option(
            "--force",
            "forced",
            callback=step_names,
            multiple=True,
            metavar="STEP",
            help="Run this step even if it is done. Repeatable.",
        ),
    ),
)
output_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it is printed.",
)
password = functools.partial(
    _with,
    (
        click.option(
            "--password-stdin",
            is_flag=True,
            help="Read the shared user's password from standard input.",
        ),
        click.option(
            "--password-fd",
            type=click.IntRange(3, 1023),
            metavar="N",
            help="Read the shared user's password from this descriptor."
            " Default: a terminal is asked.",
        ),
    ),
)
