# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=7

DESCRIPTION="Digest of a file on the stateful partition"
HOMEPAGE="https://cos.googlesource.com/"

LICENSE="BSD-Google"
SLOT="0"
KEYWORDS="amd64"

# A static library: needed to build, and inside of what was built.
DEPEND="dev-libs/xxhash"

S="${WORKDIR}"

src_compile() {
	"${CHOST}-gcc" ${CFLAGS} ${LDFLAGS} -o stateful-digest \
		"${FILESDIR}/stateful-digest.c" -lxxhash || die
}

src_install() {
	dobin stateful-digest
}
