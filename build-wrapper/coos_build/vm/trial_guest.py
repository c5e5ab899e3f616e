# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A guest of one boot sector, which shows whether an accelerator can run a guest."""

LINE = b"coos-build: guest runs\r\n"

# What the guest writes to the debug exit device; QEMU ends with twice that plus one.
EXIT_STATUS = 2 * 0x10 + 1

# trial_guest.S as assembled, up to its text; a test assembles it again.
_CODE = bytes.fromhex(
    "fa31c08ed88ec08ed0bc007c9c0e68127ccfbf0010b90018fcf3abc706001003"
    "20c70600200330c7060030830066b8200000000f22e066b8001000000f22d866"
    "b9800000c00f32660fbae8080f30660f0116907c66b8010000800f22c066ea65"
    "7c0000080066baf803be967c0000b918000000f36eb810000000e7f4f4ebfd90"
    "000000000000000000000000009a20000f00807c0000"
)

BOOT_SECTOR = (_CODE + LINE).ljust(510, b"\0") + b"\x55\xaa"
