# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Checks of a bundle: whole, valid, complete, and of one mind."""
