# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the page templates and builds the one template environment.

A wheel carries them in ``coos_license/templates``; a checkout, also when installed
in editable mode, keeps them in ``templates`` at its root.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coos_license.errors import InputError

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Inline:
    """A style or script to stand in a page, and its source in the page's CSP."""

    source: Markup
    csp: str


def templates(package: Path = _PACKAGE) -> Path:
    """Return the directory of the templates.

    Raises:
        InputError: neither an installed nor a checked-out directory is there.
    """
    installed = package / "templates"
    if installed.is_dir():
        return installed
    checkout = package.parent
    # Without this file the parent is site-packages, where another project's
    # directory of that name may lie.
    if (checkout / "pyproject.toml").is_file() and (checkout / "templates").is_dir():
        return checkout / "templates"
    raise InputError(
        "the page templates are missing",
        where="coos_license/templates",
        cure="install coos-license again",
    )


def schema(name: str, package: Path = _PACKAGE) -> dict[str, Any]:
    """Return a JSON schema: packaged in a wheel, in ``docs/schema`` of a checkout.

    Raises:
        InputError: neither is there.
    """
    for place in (package / "schema", package.parent / "docs" / "schema"):
        file = place / f"{name}.schema.json"
        if file.is_file():
            value: dict[str, Any] = json.loads(file.read_bytes())
            return value
    raise InputError(
        f"the schema {name} is missing",
        where="coos_license/schema",
        cure="install coos-license again",
    )


@cache
def environment() -> Environment:
    """Return the environment: everything escaped, an unknown name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 (heavy)

    from coos_license.template_cache import compiled  # noqa: PLC0415 (heavy)

    made = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.bytecode_cache = compiled(templates(), made)
    return made


@cache
def inline(name: str) -> Inline:
    """Return the style or script of that template name, rendered without values."""
    from markupsafe import Markup  # noqa: PLC0415 (heavy)

    source = environment().get_template(name).render()
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    # Our own file, and no value was put into it: nothing in it needs escaping.
    return Inline(Markup(source), f"'sha256-{digest}'")  # noqa: S704 (above)


def preset(name: str) -> str:
    """Return the text of a packaged policy. Raises: OSError where there is none."""
    return (_PACKAGE / f"policy/presets/policy_{name}.toml").read_text("utf-8")


def implicit(name: str) -> str:
    """Return packaged rules for implicit components. Raises: OSError without any."""
    path = _PACKAGE / f"accounting/presets/policy_implicit_{name}.toml"
    return path.read_text("utf-8")


def told_variables() -> str:
    """Return the text of the packaged list of variables that a source bundle tells."""
    path = "corresponding/policy_environment.toml"
    return (_PACKAGE / path).read_text("utf-8")
