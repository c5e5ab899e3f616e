# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Two descriptions of an image against each other: packages, licences, obligations."""
