# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From an inventory to findings, and which of them stop a release."""
