# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Portage's own formats: names, versions, dependencies, LICENSE, vdb, repositories."""
