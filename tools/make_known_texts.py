# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Write what the licence files of public repositories are, so that nobody waits for it.

Run it when ``make_spdx_index.py`` was run, with the ``licenses/`` directories that
``gentoo-names.tsv`` names as its evidence::

    python tools/make_known_texts.py TREE/licenses...

Writes ``known-texts.tsv`` into ``coos_license/licenses/``: digests
and SPDX ids, no text.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from coos_license.licenses import spdx_list
from coos_license.licenses.identify import identify
from coos_license.trees.text import clean_bytes

OUTPUT = Path(__file__).parent.parent / "coos_license" / "licenses" / "known-texts.tsv"
DIGITS = 32


def rows(directories: list[Path]) -> list[str]:
    """Return a row for each distinct file, in order of digest."""
    files = [path for one in directories for path in one.iterdir() if path.is_file()]
    contents = {content for content in (path.read_bytes() for path in files) if content}
    found = []
    for content in contents:
        text = identify(clean_bytes(content)[0])
        digest = hashlib.sha256(content).hexdigest()[:DIGITS]
        found.append(f"{digest}\t{' '.join(text.ids)}\t{text.method}")
    return sorted(found)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("licenses", type=Path, nargs="+", help="a licenses/ directory")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    lines = [
        "# SPDX-FileCopyrightText: 2026 The coos-license authors",
        "# SPDX-License-Identifier: Apache-2.0",
        "# The first half of the SHA-256 of the licence files of public repositories,",
        f"# and the ids of SPDX license list {spdx_list.LIST_VERSION} that",
        "# licenses/identify.py asserts of them; empty: none. method is how.",
        "# Written by tools/make_known_texts.py; do not edit.",
        "sha256\tids\tmethod",
        *rows(options.licenses),
    ]
    options.output.write_bytes(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main()
