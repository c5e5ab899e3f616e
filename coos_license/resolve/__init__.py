# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From what the files say to the inventory: licences, texts, what ships."""
