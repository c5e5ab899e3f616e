#!/bin/sh
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
#
# Stands in for chromite/licensing/licenses while coos-build makes an image. It packs
# the root file system that the page is for, and waits for coos-build outside of the
# chroot to make the page.

set -eu

box=/mnt/host/source/.coos-build/install
page=opt/google/chrome/resources
limit_s=7200

die() {
    printf 'coos-build: %s\n' "$*" >&2
    exit 1
}

output=
compress=
while [ "$#" -gt 0 ]; do
    case $1 in
    --output | -o)
        [ "$#" -ge 2 ] || die "licenses was called with $1 and no file"
        output=$2
        shift
        ;;
    --output=*) output=${1#*=} ;;
    --compress-output) compress=yes ;;
    esac
    shift
done
[ -n "$output" ] || die 'licenses was called without --output'
case $output in *.gz) compress=yes ;; esac

root=${output%/"$page"/*}
[ "$root" != "$output" ] || die "licenses was called for $output, which is in no image"
[ -d "$root/var/db/pkg" ] || die "there is no package database in $root"

rm -f "$box/answer"
basename "$(dirname "$root")" >"$box/directory"
# Programs say which modules and crates they carry, so their files go along. /var may be
# a link to the stateful partition: only the database of it is wanted.
tar --create --file "$box/request.part" --one-file-system --exclude=./var \
    --directory "$root" var/db/pkg .
mv "$box/request.part" "$box/request.tar"

waited=0
until [ -s "$box/answer" ]; do
    [ "$waited" -lt "$limit_s" ] || die 'coos-build does not answer'
    sleep 1
    waited=$((waited + 1))
done
[ "$(cat "$box/answer")" = made ] || die 'coos-license refuses the image; see the log'

if [ -n "$compress" ]; then
    gzip -9 -n -c "$box/credits.html" >"$output"
else
    cat "$box/credits.html" >"$output"
fi
