# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which file is validated by what: one line for each format with a validator."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from coos_license.documents.spdx import parse_spdx_json
from coos_license.errors import ReadError
from coos_license.verify import spdx3, spdx_fast
from coos_license.verify.bundle import SBOM, SBOM_3, Bundle, Problem

CHECK: Final = "validity"
#: Content of a file -> what is wrong with it. Raises: ReadError, said elsewhere;
#: ImportError where the library of the format is not installed.
Validator = Callable[[bytes], Iterable[str]]


def _spdx_2(content: bytes) -> Iterator[str]:
    """Yield what is wrong with an SPDX 2 document in JSON. Raises: ReadError."""
    return spdx_fast.faults(parse_spdx_json(content))


def _spdx_3(content: bytes) -> Iterator[str]:
    """Yield what is wrong with an SPDX 3 document. Raises: ImportError."""
    try:
        yield from spdx3.faults(content)
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        # What hangs together is looked at in the shape of sound documents.
        yield f"not SPDX 3.0.1: an object has another shape ({error!r})"


#: A file that is not in the bundle is passed over. The tag-value document is held to
#: be equal to the JSON, and so is not validated a second time.
VALIDATORS: Final[Mapping[str, Validator]] = {SBOM: _spdx_2, SBOM_3: _spdx_3}


def check(bundle: Bundle) -> Iterator[Problem]:
    """Yield what the validators of the files say."""
    for name, validate in VALIDATORS.items():
        if name in bundle.files:
            try:
                for fault in validate(bundle.files[name]):
                    yield Problem(CHECK, name, fault)
            except ReadError:
                continue  # one of the bundle's faults already
            except ImportError as error:
                message = f"not validated: {error.name} is not installed"
                yield Problem(CHECK, name, message, is_note=True)
