#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
#
# Set the password of the shared user (chronos) of images built after this. The password
# comes on stdin: an argument would be in every list of processes.

set -euo pipefail
# shellcheck source=tests/miniature/projects/src/scripts/common.sh
. "$(dirname -- "$0")/common.sh"

assert_inside_chroot
(($# == 0)) || die "The password is read from stdin, not from the command line."
read -r -s -p "Enter password for shared user account: " password
echo
[[ -n $password ]] || die "The password is empty."
(
    umask 077
    openssl passwd -6 -stdin <<<"$password" >/etc/shared_user_passwd.txt
)
info "Password set in /etc/shared_user_passwd.txt"
