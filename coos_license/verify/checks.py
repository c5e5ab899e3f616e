# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""All checks of a bundle, in one table."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from coos_license.verify import (
    agreement,
    checksums,
    formats,
    policy_fields,
    schemas,
    validators,
)
from coos_license.verify.bundle import Bundle, Problem

#: In the order of the report: what comes later is worth little where this fails.
CHECKS: Final[dict[str, Callable[[Bundle], Iterator[Problem]]]] = {
    schemas.CHECK: schemas.check,
    validators.CHECK: validators.check,
    policy_fields.CHECK: policy_fields.check,
    agreement.CHECK: agreement.check,
    formats.CHECK: formats.check,
}


def problems(bundle: Bundle, beside: Collection[str] = ()) -> Iterator[Problem]:
    """Yield all that is wrong; files ``beside`` the bundle are none of it."""
    yield from bundle.faults
    yield from checksums.check(bundle, beside)
    for check in CHECKS.values():
        yield from check(bundle)
