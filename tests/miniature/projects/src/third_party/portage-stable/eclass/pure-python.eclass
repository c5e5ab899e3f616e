# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

# @ECLASS: pure-python.eclass
# @BLURB: Python packages without compiled code, laid where the interpreter looks.

case ${EAPI} in
	8) ;;
	*) die "EAPI ${EAPI} is not supported" ;;
esac

SRC_URI="${P}.tar.gz"
IUSE="test"
RESTRICT="!test? ( test )"

pure-python_src_compile() { :; }

pure-python_src_install() {
	local package=${PN}
	[[ -d src/${PN} ]] && package=src/${PN}
	insinto /usr/lib/python3.11/site-packages
	doins -r "${package}"
	einstalldocs
}

EXPORT_FUNCTIONS src_compile src_install
