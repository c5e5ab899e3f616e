# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
#
# What the scripts of this directory share.

# shellcheck disable=SC2034 # for whoever sources this
readonly SOURCE_ROOT=/mnt/host/source

# Files that a sysroot needs to build with, and an image does not need to run.
# shellcheck disable=SC2034
readonly DEFAULT_INSTALL_MASK="
    *.a *.la
    /usr/include
    /usr/lib/gcc
    /usr/lib64/pkgconfig
    /usr/share/doc
    /usr/share/info
    /usr/share/man
"

info() { printf '%s INFO    : %s\n' "$(date +%T)" "$*" >&2; }

warn() { printf '%s WARNING : %s\n' "$(date +%T)" "$*" >&2; }

die() {
    printf '%s ERROR   : %s\n' "$(date +%T)" "$*" >&2
    exit 1
}

assert_inside_chroot() {
    [[ -e /etc/cros_chroot_version ]] || die "This script must be run inside the chroot."
}

# need_board BOARD: what a step after setup_board can rely on.
need_board() {
    [[ -n $1 ]] || die "--board is required."
    [[ -e /build/$1/etc/make.conf ]] || die "The board $1 has not been set up: setup_board."
}

default_board() { cat -- "$SOURCE_ROOT/src/scripts/.default_board" 2>/dev/null || true; }
