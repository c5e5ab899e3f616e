# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the distributor has decided. Files that decide are named ``policy_*``."""
