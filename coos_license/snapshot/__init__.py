# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Snapshots: one archive with all that the commands read, and nothing else."""
