# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Files that a person names beside SOURCE: the policy, curations, a baseline."""

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from coos_license.cli.sources import open_directory
from coos_license.errors import InputError, PolicyError, ReadError
from coos_license.policy.policy_file import PRESETS, parse_policy, read_preset
from coos_license.policy.policy_table import near
from coos_license.policy.policy_values import Policy
from coos_license.resources import preset

_SMALL: Final = 1 << 26


def read_policy(named: Path | None) -> Policy:
    """Return the policy of a file, or the preset of that name. Raises: InputError."""
    name = "default" if named is None else str(named)
    if name in PRESETS:
        return read_preset(name, preset)
    if not Path(name).exists():
        close = near(name, PRESETS)
        what = f"is neither a file nor a preset{close}"
        cure = f"give a file, or one of {', '.join(PRESETS)}"
        raise PolicyError(what, where=f"policy {name}", cure=cure)
    text = read_small(Path(name), "see docs/policy.md").decode()
    return parse_policy(text, name, preset)


def read_small(path: Path, cure: str) -> bytes:
    """Return a UTF-8 file that a person named, of 64 MB at most.

    Raises: InputError.
    """
    real = path.resolve()
    with ExitStack() as trees:
        tree = open_directory(real.parent, trees, cure, path)
        try:
            content = tree.read(real.name, _SMALL)
            content.decode("utf-8")
        except ReadError as error:
            raise InputError(str(error), where=str(path), cure=cure) from error
        except UnicodeDecodeError as error:
            raise InputError("is no UTF-8", where=str(path), cure=cure) from error
    return content
