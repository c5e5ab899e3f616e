# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The bill of materials: what every SBOM format says, before any of them says it."""
