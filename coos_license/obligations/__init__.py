# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What licences of linked parts ask for: the graph, its rules, what follows."""
