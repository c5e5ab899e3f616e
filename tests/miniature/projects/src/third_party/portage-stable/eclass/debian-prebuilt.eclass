# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

# @ECLASS: debian-prebuilt.eclass
# @BLURB: Binary packages of Debian, installed as this board names its directories.

case ${EAPI} in
	7|8) ;;
	*) die "EAPI ${EAPI} is not supported" ;;
esac

RESTRICT="strip"
QA_PREBUILT="*"
S="${WORKDIR}"

debian-prebuilt_src_unpack() {
	local archive
	for archive in ${A}; do
		dpkg-deb --extract "${DISTDIR}/${archive}" "${WORKDIR}" || die
	done
}

# @FUNCTION: prebuilt_libraries
# @USAGE: <name>...
# @DESCRIPTION: Installs every file and symlink of the shared libraries named.
prebuilt_libraries() {
	local name
	dodir "/usr/$(get_libdir)"
	for name; do
		find "${S}" -path "*/x86_64-linux-gnu/${name}.so.*" ! -path "*/gdb/*" \
			-exec cp -a {} "${ED}/usr/$(get_libdir)/" \; || die
	done
}

EXPORT_FUNCTIONS src_unpack
