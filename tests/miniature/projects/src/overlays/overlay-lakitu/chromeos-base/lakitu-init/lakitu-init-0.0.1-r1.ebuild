# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=7

DESCRIPTION="Boot scripts of the lakitu board"
HOMEPAGE="https://cos.googlesource.com/"

LICENSE="BSD-Google"
SLOT="0"
KEYWORDS="amd64"

RDEPEND="sys-apps/busybox"

S="${WORKDIR}"

src_install() {
	insinto /etc
	doins "${FILESDIR}"/{group,inittab,os-release,passwd,shells}
	exeinto /etc/init.d
	doexe "${FILESDIR}/rcS"
	keepdir /root /home/chronos /mnt/stateful_partition /var/empty
}
