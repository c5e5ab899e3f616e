# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What Chromium OS and Container-Optimized OS add to a portage system."""
