# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""License data: Gentoo names, the SPDX list and its texts, categories, expressions."""
