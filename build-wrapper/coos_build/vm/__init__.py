# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Boot a disk image under QEMU, look inside over ssh, and power it off.

The image file is never written, every wait has a deadline, and only the process that
was started here is ended. One entry: ``boot``.
"""

from coos_build.vm.model import (
    Accel,
    Firmware,
    GuestFile,
    Say,
    VmError,
    VmReport,
    VmRequest,
)
from coos_build.vm.run import boot

__all__ = [
    "Accel",
    "Firmware",
    "GuestFile",
    "Say",
    "VmError",
    "VmReport",
    "VmRequest",
    "boot",
]
