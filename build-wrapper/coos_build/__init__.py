# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""coos-build: the complete lakitu pipeline as one resumable command.

It runs programs, ``coos-license`` among them; it never imports that package.
"""
