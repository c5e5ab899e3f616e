# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Licence attribution for portage and Chromium OS images.

Reads what a build already recorded about its packages (the vdb, licence
directories, an ebuild cache) and writes an SPDX SBOM, a credits page and a NOTICE
bundle. It needs no network, no chroot, no root and no portage.

The data flow, one type on each arrow::

    SOURCE -> FileTree -> RawPackage* + LicenseFile* -> Inventory
           -> Finding* + Obligation* -> Artifact* -> DIR
"""

__version__ = "0.1.0"
