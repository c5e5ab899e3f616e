# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What installed files say of the parts of a package: modules, crates, packages."""
