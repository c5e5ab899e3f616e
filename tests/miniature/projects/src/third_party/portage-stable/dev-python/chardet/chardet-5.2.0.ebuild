# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit pure-python

DESCRIPTION="Universal encoding detector"
HOMEPAGE="https://github.com/chardet/chardet"

LICENSE="LGPL-2.1+"
SLOT="0"
KEYWORDS="amd64"
