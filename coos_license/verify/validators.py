# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which file is validated by what: one line for each format with a validator."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from coos_license.documents.spdx import parse_spdx_json
from coos_license.errors import ReadError
from coos_license.verify import spdx_fast
from coos_license.verify.bundle import SBOM, Bundle, Problem

CHECK: Final = "validity"
#: Content of a file -> what is wrong with it. Raises: ReadError, said elsewhere.
Validator = Callable[[bytes], Iterator[str]]


def _spdx_2(content: bytes) -> Iterator[str]:
    """Yield what is wrong with an SPDX 2 document in JSON. Raises: ReadError."""
    return spdx_fast.faults(parse_spdx_json(content))


#: A file that is not in the bundle is passed over. The tag-value document is held to
#: be equal to the JSON, and so is not validated a second time.
VALIDATORS: Final[Mapping[str, Validator]] = {SBOM: _spdx_2}


def check(bundle: Bundle) -> Iterator[Problem]:
    """Yield what the validators of the files say."""
    for name, validate in VALIDATORS.items():
        if name in bundle.files:
            try:
                for fault in validate(bundle.files[name]):
                    yield Problem(CHECK, name, fault)
            except ReadError:
                continue  # one of the bundle's faults already
