# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The partitions of an image, numbered, named and typed as Chromium OS has them, in the
# order in which they lie on the disk: number, label, type of cgpt, MiB (or s: sectors),
# and further options for cgpt. STATE is last, so that it can grow.

readonly SECTORS_PER_MIB=2048
readonly FIRST_SECTOR=2048
# The copy of the table at the end, and room to align.
readonly END_SECTORS=2048
readonly GPT_MBR=/usr/lib/syslinux/mbr/gptmbr.bin
readonly ESP_NUMBER=12

DISK_LAYOUT=(
    "11 RWFW firmware 8"
    "6 KERN-C kernel 1s"
    "7 ROOT-C rootfs 1s"
    "9 reserved reserved 1s"
    "10 reserved reserved 1s"
    "2 KERN-A kernel 24 -S 1 -T 0 -P 2"
    "4 KERN-B kernel 24 -S 0 -T 15 -P 1"
    "8 OEM data 4"
    "12 EFI-SYSTEM efi 64"
    "5 ROOT-B rootfs 2"
    "3 ROOT-A rootfs ${ROOT_MIB:=320}"
    "1 STATE data 64"
)

# create_disk IMAGE: an empty disk with the partitions and the boot code.
create_disk() {
    local image=$1 at=${FIRST_SECTOR} entry number label type size rest
    local -a more
    truncate -s 0 "${image}"
    truncate -s $(($(layout_sectors) * 512)) "${image}"
    cgpt create "${image}"
    for entry in "${DISK_LAYOUT[@]}"; do
        read -r number label type size rest <<<"${entry}"
        read -ra more <<<"${rest}"
        size=$(sectors_of "${size}")
        at=$(align "${at}" "${size}")
        cgpt add -i "${number}" -l "${label}" -t "${type}" -b "${at}" -s "${size}" \
            "${more[@]}" "${image}"
        at=$((at + size))
    done
    make_legacy_bootable "${image}"
}

# make_legacy_bootable IMAGE: what a BIOS needs to find the boot loader on the ESP. The
# bit must be set again in a new table; without it a BIOS stops without a word.
make_legacy_bootable() {
    cgpt boot -p -b "${GPT_MBR}" -i "${ESP_NUMBER}" "$1" >/dev/null
    cgpt add -i "${ESP_NUMBER}" -B 1 "$1"
}

# write_partition IMAGE NUMBER FILE
write_partition() {
    local start size
    start=$(cgpt show -i "$2" -b "$1")
    size=$(cgpt show -i "$2" -s "$1")
    (($(stat -c %s "$3") <= size * 512)) || die "$3 is too large for partition $2"
    dd if="$3" of="$1" bs=1M seek=$((start * 512)) oflag=seek_bytes \
        conv=notrunc,sparse status=none
}

# partition_mib LABEL
partition_mib() {
    local entry number label type size
    for entry in "${DISK_LAYOUT[@]}"; do
        read -r number label type size _ <<<"${entry}"
        [[ ${label} != "$1" ]] || printf '%s\n' "${size}"
    done
}

layout_sectors() {
    local at=${FIRST_SECTOR} entry size
    for entry in "${DISK_LAYOUT[@]}"; do
        read -r _ _ _ size _ <<<"${entry}"
        size=$(sectors_of "${size}")
        at=$(($(align "${at}" "${size}") + size))
    done
    printf '%d\n' $((at + END_SECTORS))
}

# sectors_of SIZE: MiB, or sectors with an s.
sectors_of() {
    case $1 in
    *s) printf '%d\n' "${1%s}" ;;
    *) printf '%d\n' $(($1 * SECTORS_PER_MIB)) ;;
    esac
}

# align SECTOR SIZE: whole MiB start at a whole MiB.
align() {
    if (($2 < SECTORS_PER_MIB)); then
        printf '%d\n' "$1"
    else
        printf '%d\n' $((($1 + SECTORS_PER_MIB - 1) / SECTORS_PER_MIB * SECTORS_PER_MIB))
    fi
}
