# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What pip asks a build backend before it keeps an sdist, answered without cargo.

pip wants the metadata of a package only for its dependencies, of which we take none;
the real maturin runs cargo for it. An sdist has the same fields in PKG-INFO.
"""

import shutil
from email.parser import BytesHeaderParser
from pathlib import Path


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    """Nothing is built (PEP 517)."""
    del config_settings
    return []


def prepare_metadata_for_build_wheel(
    directory: str, config_settings: object = None
) -> str:
    """Write METADATA; the current directory is that of the sdist (PEP 517)."""
    del config_settings
    fields = BytesHeaderParser().parsebytes(Path("PKG-INFO").read_bytes())
    name = f"{fields['Name']}-{fields['Version']}.dist-info"
    (Path(directory) / name).mkdir()
    shutil.copyfile("PKG-INFO", Path(directory) / name / "METADATA")
    return name
