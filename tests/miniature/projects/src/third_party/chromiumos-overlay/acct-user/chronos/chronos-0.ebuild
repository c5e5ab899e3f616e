# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=7

ACCT_LINE='u chronos 1000:1000 "The shared user" /home/chronos /bin/sh'

inherit acct-user

RDEPEND="acct-group/chronos"
