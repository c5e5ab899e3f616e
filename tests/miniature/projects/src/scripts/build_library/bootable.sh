# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # build_image sets options and directories
#
# What boots an image: kernel, initramfs, boot loader, and the partitions they lie in.

# In the order in which they must be loaded: disks by SCSI, ATA or virtio.
DISK_MODULES=(
    scsi_common scsi_mod sd_mod libata ata_piix
    virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci
    virtio_blk virtio_scsi
)

# Files below /boot that no package owns; a copy goes to the ESP.
create_boot_files() {
    local boot=${root_fs_dir}/boot
    local console=${FLAGS_enable_serial:+console=${FLAGS_enable_serial},115200n8}
    [[ -e ${boot}/vmlinuz ]] || die "no package installed a kernel as /boot/vmlinuz"
    info "Creating the initramfs"
    make_initramfs "${boot}/initramfs.img"
    mkdir -p "${boot}/syslinux"
    cat >"${boot}/syslinux/syslinux.cfg" <<TEXT
SERIAL 0 115200
PROMPT 0
TIMEOUT 1
DEFAULT chromiumos-hd.A
LABEL chromiumos-hd.A
  KERNEL vmlinuz.A
  INITRD initrd.A
  APPEND ${console} ${FLAGS_boot_args} root=PARTLABEL=ROOT-A ro panic=-1
TEXT
}

make_initramfs() {
    local loader=lib64/ld-linux-x86-64.so.2 busybox=${root_fs_dir}/bin/busybox
    local name file
    local -a entries=("${BUILD_LIBRARY_DIR}/initramfs_init=init"
        "${busybox}=bin/busybox" "${root_fs_dir}/${loader}=${loader}")
    while IFS= read -r name; do
        file=$(find "${root_fs_dir}"/{lib64,usr/lib64} -name "${name}" -print -quit)
        [[ -n ${file} ]] || die "busybox needs ${name}, and the image has none"
        entries+=("${file}=lib/${name}")
    done < <(scanelf --nobanner --format '%n#F' "${busybox}" | tr , '\n')
    for name in "${DISK_MODULES[@]}"; do
        file=$(find "${root_fs_dir}/lib/modules" -name "${name}.ko" -print -quit)
        [[ -z ${file} ]] || entries+=("${file}=modules/$(printf %02d ${#entries[@]})-${name}.ko")
    done
    "${BUILD_LIBRARY_DIR}/make_initramfs.py" "$1" "${entries[@]}"
}

# make_image_bootable: the partitions out of the directories, and the disk out of them.
make_image_bootable() {
    local image=${BUILD_DIR}/${IMAGE_NAME} parts=${BUILD_DIR}/partitions
    mkdir "${parts}"
    make_root "${parts}/root"
    make_ext4 "${parts}/state" STATE "${stateful_fs_dir}"
    make_ext4 "${parts}/oem" OEM
    make_esp "${parts}/esp"
    info "Creating the disk"
    create_disk "${image}"
    write_partition "${image}" 1 "${parts}/state"
    write_partition "${image}" 2 "$(readlink -f "${root_fs_dir}/boot/vmlinuz")"
    write_partition "${image}" 3 "${parts}/root"
    write_partition "${image}" 8 "${parts}/oem"
    write_partition "${image}" 12 "${parts}/esp"
    cp -L "${root_fs_dir}/boot/vmlinuz" "${BUILD_DIR}/vmlinuz.bin"
    rm -rf "${parts}" "${root_fs_dir}" "${stateful_fs_dir}" "${esp_fs_dir}"
}

make_root() {
    make_ext4 "$1" ROOT-A "${root_fs_dir}" -O ^has_journal,^metadata_csum,^64bit
    if [[ ${FLAGS_enable_rootfs_verification} == true ]]; then
        disable_rw_mount "$1"
    fi
}

# make_ext4 FILE LABEL [DIRECTORY [OPTION...]]: filled without a mount.
make_ext4() {
    local file=$1 label=$2 content=${3:-}
    local log=${BUILD_DIR}/mkfs-${label}.log
    truncate -s "$(partition_mib "${label}")M" "${file}"
    if ! mkfs.ext4 -q -F -b 4096 -L "${label}" ${content:+-d "${content}"} "${@:4}" \
        "${file}" >"${log}" 2>&1; then
        cat "${log}" >&2
        [[ -z ${content} ]] || check_full_disk "${label}" "${content}"
        die "no file system ${label}"
    fi
    rm "${log}"
}

# Says what is large, as that is nearly always the reason.
check_full_disk() {
    warn "$2 holds $(du -sm "$2" | cut -f 1) MiB, $1 has $(partition_mib "$1")"
    find "$2" -xdev -type f -printf '%s %P\n' | sort -n | tail -10 >&2
}

# A feature that no kernel knows keeps everybody from mounting it for writing, which
# would break the hashes of a verified file system.
disable_rw_mount() {
    printf '\377' | dd of="$1" seek=$((0x464 + 3)) bs=1 conv=notrunc status=none
}

make_esp() {
    local boot=${root_fs_dir}/boot
    truncate -s "$(partition_mib EFI-SYSTEM)M" "$1"
    mkfs.vfat -n EFI-SYSTEM -F 32 -s 1 "$1" >/dev/null
    mmd -i "$1" ::/syslinux ::/efi
    mcopy -i "$1" "$(readlink -f "${boot}/vmlinuz")" ::/syslinux/vmlinuz.A
    mcopy -i "$1" "${boot}/initramfs.img" ::/syslinux/initrd.A
    mcopy -i "$1" "${boot}/syslinux/syslinux.cfg" ::/syslinux/syslinux.cfg
    # What the hook of the board put there.
    if [[ -n $(ls -A "${esp_fs_dir}") ]]; then
        mcopy -s -i "$1" "${esp_fs_dir}"/* ::/
    fi
    syslinux --install -d /syslinux "$1"
}
