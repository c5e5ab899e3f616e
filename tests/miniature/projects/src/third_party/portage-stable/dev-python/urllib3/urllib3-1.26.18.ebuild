# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit pure-python

DESCRIPTION="HTTP library with thread-safe connection pooling, file post, and more"
HOMEPAGE="https://github.com/urllib3/urllib3"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
