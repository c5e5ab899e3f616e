# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit pure-python

DESCRIPTION="HTTP library for human beings"
HOMEPAGE="https://requests.readthedocs.io/ https://github.com/psf/requests"

LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

RDEPEND="
	>=dev-python/chardet-3.0.2
	<dev-python/chardet-6
	>=dev-python/idna-2.5[test=]
	<dev-python/urllib3-2
"
