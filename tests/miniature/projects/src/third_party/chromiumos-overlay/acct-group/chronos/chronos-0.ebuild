# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=7

ACCT_LINE="g chronos 1000"

inherit acct-group
