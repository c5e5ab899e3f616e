# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Prepares spdx-tools for reading documents back: no renderer uses it.

spdx-tools takes its license list from license-expression, whose list is older than
ours, rewrites ids (``LicenseRef-Apache`` to ``Apache-2.0``) and flags eight licenses
as exceptions. All its modules share one object, which is filled again here.
"""

from functools import lru_cache

from coos_license.licenses.spdx_list import exception_ids, license_ids


@lru_cache(maxsize=1)
def prepare() -> None:
    """Give spdx-tools our SPDX list; from then on, for the whole process."""
    from license_expression import LicenseSymbol  # noqa: PLC0415 (heavy)
    from spdx_tools.common.spdx_licensing import spdx_licensing  # noqa: PLC0415 (heavy)

    symbols = [LicenseSymbol(id_) for id_ in sorted(license_ids())]
    symbols += [
        LicenseSymbol(id_, is_exception=True) for id_ in sorted(exception_ids())
    ]
    spdx_licensing.__init__(symbols)
