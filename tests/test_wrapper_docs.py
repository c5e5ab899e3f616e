# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The documentation of coos-build against its code."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from coos_build.cli import COMMANDS, root
from coos_build.journal import KINDS
from coos_build.keys import KEYS
from coos_build.steps import STEPS

DOCS = Path(__file__).parent.parent / "docs"
BUILD = (DOCS / "build.md").read_text(encoding="utf-8")
README = (DOCS.parent / "README.md").read_text(encoding="utf-8")


def test_every_key_is_documented_in_its_order() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*?) \|$", BUILD, re.MULTILINE)
    assert [name for name, _ in rows] == list(KEYS)
    for name, text in rows:
        key = KEYS[name]
        default = json.dumps(key.default)
        said = "" if key.default is None else f" Default: `{default}`."
        assert text == f"{key.help}{said}"


def test_every_step_is_documented_in_its_order() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| \S.* \|.*\|$", BUILD, re.MULTILINE)
    names = [step.name for step in STEPS]
    assert [row for row in rows if row in names] == names


def test_every_kind_of_record_is_documented() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    _, _, section = text.partition("## The build wrapper")
    rows = set(re.findall(r"^\| `([a-z]+)` \|", section, re.MULTILINE))
    assert rows == KINDS


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_says_what_each_option_takes_and_its_default(name: str) -> None:
    context = click.Context(root, **root.context_settings)
    command = root.get_command(context, name)
    assert command is not None
    options = [one for one in command.params if isinstance(one, click.Option)]
    names = [name for one in options for name in (*one.opts, *one.secondary_opts)]
    assert len(names) == len(set(names))
    for one in options:
        told = one.help or ""
        assert told.endswith("."), one.opts
        if not (one.is_flag and not one.secondary_opts):
            is_told = "Default: " in told or "; else " in told or one.show_default
            assert is_told or one.opts == ["--force"], one.opts


def test_every_command_shown_exists_with_its_options() -> None:
    context = click.Context(root, **root.context_settings)
    shown = set()
    for line in re.findall(r"^coos-build ([^#\n]+)", BUILD + README, re.MULTILINE):
        name, *words = shlex.split(line)
        command = root.get_command(context, name)
        assert command is not None, line
        known = {
            option
            for one in command.get_params(click.Context(command))
            for option in one.opts
        }
        used = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert used <= known, line
        shown.add(name)
    assert {"run", "plan", "status", "report", "logs", "doctor"} <= shown
    assert shown <= COMMANDS.keys()
