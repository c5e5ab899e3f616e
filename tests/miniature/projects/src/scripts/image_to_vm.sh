#!/bin/bash
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
#
# Makes an image for a virtual machine out of a dev or test image, its stateful partition
# grown: a small version of crosutils' script of that name.

set -euo pipefail

SCRIPTS_DIR=$(dirname "$(readlink -f "$0")")
BUILD_LIBRARY_DIR=${SCRIPTS_DIR}/build_library
# shellcheck source-path=SCRIPTDIR source=common.sh
. "${SCRIPTS_DIR}/common.sh"
# shellcheck source-path=SCRIPTDIR source=build_library/flags.sh
. "${BUILD_LIBRARY_DIR}/flags.sh"
# shellcheck source-path=SCRIPTDIR source=build_library/disk_layout.sh
. "${BUILD_LIBRARY_DIR}/disk_layout.sh"

readonly STATE_NUMBER=1
readonly STATE_MIB=128

FLAGS_adjust_part=
FLAGS_board=$(default_board)
# shellcheck disable=SC2034 # taken and ignored: there is one layout here
FLAGS_disk_layout=2gb-rootfs-updatable
FLAGS_from=
FLAGS_to=
FLAGS_test_image=false

# copy_table FROM TO: every partition of a smaller disk, STATE with its new size. cgpt
# cannot enlarge a table, so that each entry is made anew.
copy_table() {
    local number size
    cgpt create "$2"
    for ((number = 1; number <= ESP_NUMBER; number++)); do
        size=$(cgpt show -i "${number}" -s "$1")
        ((size)) || continue
        ((number != STATE_NUMBER)) || size=$((STATE_MIB * SECTORS_PER_MIB))
        cgpt add -i "${number}" -s "${size}" \
            -b "$(cgpt show -i "${number}" -b "$1")" \
            -t "$(cgpt show -i "${number}" -t "$1")" \
            -l "$(cgpt show -i "${number}" -l "$1")" \
            -u "$(cgpt show -i "${number}" -u "$1")" \
            -A "$(cgpt show -i "${number}" -A "$1")" "$2"
    done
    make_legacy_bootable "$2"
}

# grow_state IMAGE FILE: the file system of STATE, taken out and enlarged.
grow_state() {
    local start size
    start=$(cgpt show -i "${STATE_NUMBER}" -b "$1")
    size=$(cgpt show -i "${STATE_NUMBER}" -s "$1")
    dd if="$1" of="$2" bs=1M skip=$((start * 512)) count=$((size * 512)) \
        iflag=skip_bytes,count_bytes conv=sparse status=none
    # 1: errors were found and corrected
    e2fsck -pf "$2" >/dev/null || (($? == 1)) || die "STATE of $1 is damaged"
    resize2fs "$2" "${STATE_MIB}M" >/dev/null 2>&1 || die "STATE of $1 does not grow"
}

assert_inside_chroot
parse_flags "$@"
((${#ARGS[@]} == 0)) || die "unknown argument: ${ARGS[*]}"
[[ -n ${FLAGS_board} ]] || die "--board is required."
[[ -z ${FLAGS_adjust_part} ]] || die "--adjust_part is not part of this small version"
FROM=$(readlink -m "${FLAGS_from:-${SOURCE_ROOT}/src/build/images/${FLAGS_board}/latest}")
TO=$(readlink -m "${FLAGS_to:-${FROM}}")
NAME=chromiumos_image.bin
[[ ${FLAGS_test_image} == false ]] || NAME=chromiumos_test_image.bin
[[ -d ${FROM} ]] || die "no directory ${FROM}"
[[ -f ${FROM}/${NAME} ]] ||
    die "${FROM} has no ${NAME}; a base image cannot become one for a VM"

info "Creating the VM image from ${FROM}/${NAME}"
mkdir -p "${TO}"
IMAGE=${TO}/vm_temp_image.bin
STATE=${TO}/vm_temp_state
cp --sparse=always "${FROM}/${NAME}" "${IMAGE}"
info "Resizing stateful partition to ${STATE_MIB}MB"
grow_state "${IMAGE}" "${STATE}"
start=$(cgpt show -i "${STATE_NUMBER}" -b "${IMAGE}")
truncate -s $(((start + STATE_MIB * SECTORS_PER_MIB + END_SECTORS) * 512)) "${IMAGE}"
copy_table "${FROM}/${NAME}" "${IMAGE}"
write_partition "${IMAGE}" "${STATE_NUMBER}" "${STATE}"
rm "${STATE}"
mv "${IMAGE}" "${TO}/chromiumos_qemu_image.bin"
info "Created image at ${TO}/chromiumos_qemu_image.bin"
info "If you have QEMU installed, you can start it with:"
info "  qemu-system-x86_64 -m 1024 -nographic -net nic,model=virtio" \
    "-net user,hostfwd=tcp:127.0.0.1:9222-:22 -hda ${TO}/chromiumos_qemu_image.bin"
