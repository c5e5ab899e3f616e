# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Prepares spdx-tools for the tests that read our documents back with its readers."""

from functools import lru_cache

from coos_license.verify import spdx_library


@lru_cache(maxsize=1)
def prepare() -> None:
    """Give spdx-tools our SPDX list; from then on, for the whole process.

    Its tag-value parser builds the old list anew for every expression (66 ms each):
    it gets the one shared object, too.
    """
    spdx_library.prepare()
    from spdx_tools.common.spdx_licensing import spdx_licensing  # noqa: PLC0415 (heavy)
    from spdx_tools.spdx.parser.tagvalue import parser  # noqa: PLC0415 (heavy)

    parser.get_spdx_licensing = lambda: spdx_licensing  # type: ignore[attr-defined]
