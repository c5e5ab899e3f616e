# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Run the command as ``python -m coos_license``."""

from coos_license.cli import main

if __name__ == "__main__":
    main()
