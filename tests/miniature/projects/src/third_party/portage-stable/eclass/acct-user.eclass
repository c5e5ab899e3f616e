# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

# @ECLASS: acct-user.eclass
# @BLURB: A system user as a package; it has no license, since it holds no work.

case ${EAPI} in
	7|8) ;;
	*) die "EAPI ${EAPI} is not supported" ;;
esac

DESCRIPTION="System user: ${PN}"
SLOT="0"
KEYWORDS="amd64"
S="${WORKDIR}"

acct-user_src_install() {
	insinto /usr/lib/sysusers.d
	newins - "acct-user-${PN}.conf" <<<"${ACCT_LINE}"
}

EXPORT_FUNCTIONS src_install
