# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Documents about packages, ours and others', read back: bytes to plain values."""
