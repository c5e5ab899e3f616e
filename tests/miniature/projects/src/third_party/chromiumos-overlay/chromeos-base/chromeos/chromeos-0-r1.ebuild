# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=7

DESCRIPTION="Chrome OS (meta package)"
HOMEPAGE="https://dev.chromium.org/chromium-os"

LICENSE="metapackage"
SLOT="0"
KEYWORDS="amd64"

RDEPEND="
	acct-user/chronos
	app-arch/bzip2
	net-misc/dropbear
	sys-apps/busybox
	sys-libs/gcc-libs
	sys-libs/libcap
	sys-libs/timezone-data
	sys-libs/zlib
"
