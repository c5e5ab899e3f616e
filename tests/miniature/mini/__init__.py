# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The miniature lakitu: set it up, and run its pipeline step by step."""
