#!/bin/sh
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
#
# usage (inside the chroot): sh enter.sh COMMAND [ARGUMENT...]
#
# Lays the prepared copy of chromite/licensing over the real one, for this chroot
# session only, and becomes the command.

set -eu

box=/mnt/host/source/.coos-build/install
place=/mnt/host/source/chromite/licensing

die() {
    printf 'coos-build: %s\n' "$*" >&2
    exit 1
}

# A mount in the host's own name space would outlive this session.
[ "$(readlink /proc/self/ns/mnt)" != "$(cat "$box/host-mounts")" ] ||
    die 'this cros_sdk shares the mounts of the host, so --install cannot be done'

if [ "$(id -u)" -eq 0 ]; then
    mount --bind "$box/licensing" "$place"
else
    sudo mount --bind "$box/licensing" "$place"
fi
cmp -s "$box/licensing/licenses" "$place/licenses" || die "$place was not replaced"

exec "$@"
