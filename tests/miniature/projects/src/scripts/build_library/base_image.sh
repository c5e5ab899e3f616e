# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # build_image sets options and directories
#
# The content of an image, in the order of crosutils' create_base_image. The root file
# system is a directory here, where crosutils mounts one: no loop device is needed.

readonly CHOST=x86_64-cros-linux-gnu

# The hook of the board may add to it.
INSTALL_MASK=${DEFAULT_INSTALL_MASK}

create_base_image() {
    root_fs_dir=${BUILD_DIR}/rootfs
    stateful_fs_dir=${BUILD_DIR}/stateful
    esp_fs_dir=${BUILD_DIR}/esp
    mkdir "${root_fs_dir}" "${stateful_fs_dir}" "${esp_fs_dir}"

    install_libc
    emerge_to_image virtual/target-os
    generate_license_credits
    write_ld_so_cache
    set_lsb_release
    set_os_release
    create_boot_files
    if declare -F board_finalize_base_image >/dev/null; then
        board_finalize_base_image
    fi
    prune_masked_directories
    setup_etc_shadow
    split_stateful
}

# The C library comes out of the toolchain and not out of a package of the board: its
# files are in the image, and no entry of the package database has them.
install_libc() {
    local excluded=(usr/include sys-include '*.[ao]' usr/bin/getent usr/bin/ldd)
    local package
    info "Installing the C library of the toolchain"
    for package in "/var/lib/portage/pkgs/cross-${CHOST}"/glibc-*.tbz2; do
        [[ -f ${package} ]] || continue
        tar -xpf "${package}" -C "${root_fs_dir}" --strip-components=3 \
            "${excluded[@]/#/--exclude=}" "./usr/${CHOST}"
        return
    done
    [[ -d /usr/${CHOST}/lib64 ]] || die "the SDK has no C library in /usr/${CHOST}"
    tar -cf - -C "/usr/${CHOST}" "${excluded[@]/#/--exclude=}" . |
        tar -xpf - -C "${root_fs_dir}"
}

emerge_to_image() {
    local jobs=()
    ((FLAGS_jobs < 1)) || jobs=("--jobs=${FLAGS_jobs}")
    info "Installing $* into the image"
    # -buildpkg: what INSTALL_MASK left over is not to become a binary package.
    env INSTALL_MASK="${INSTALL_MASK}" FEATURES=-buildpkg \
        "emerge-${BOARD}" --root="${root_fs_dir}" --root-deps=rdeps --usepkgonly \
        --with-bdeps=n --color=n --quiet "${jobs[@]}" "$@"
}

# The page of what is owed; a copy beside the image is an artifact of the build.
generate_license_credits() {
    local directory=${root_fs_dir}/opt/google/chrome/resources
    info "Generating license credits page"
    mkdir -p "${directory}"
    "${SOURCE_ROOT}/chromite/licensing/licenses" --board="${BOARD}" \
        --log-level error --generate-licenses \
        --output "${directory}/about_os_credits.html"
    cp "${directory}/about_os_credits.html" "${BUILD_DIR}/license_credits.html"
}

# A loader built for Debian looks into directories of its own by itself.
write_ld_so_cache() {
    printf '%s\n' /lib64 /usr/lib64 /lib /usr/lib >"${root_fs_dir}/etc/ld.so.conf"
    ldconfig -r "${root_fs_dir}"
}

set_lsb_release() {
    local track=developer-build
    cat >"${root_fs_dir}/etc/lsb-release" <<TEXT
CHROMEOS_AUSERVER=
CHROMEOS_RELEASE_BOARD=${BOARD}
CHROMEOS_RELEASE_BRANCH_NUMBER=${CHROMEOS_BRANCH}
CHROMEOS_RELEASE_BUILD_NUMBER=${CHROMEOS_BUILD}
CHROMEOS_RELEASE_BUILD_TYPE=Developer Build
CHROMEOS_RELEASE_CHROME_MILESTONE=${CHROME_BRANCH}
CHROMEOS_RELEASE_DESCRIPTION=${CHROMEOS_VERSION_STRING} (Developer Build) ${track} ${BOARD}
CHROMEOS_RELEASE_NAME=Chromium OS
CHROMEOS_RELEASE_PATCH_NUMBER=${CHROMEOS_PATCH}
CHROMEOS_RELEASE_TRACK=${track}
CHROMEOS_RELEASE_VERSION=${CHROMEOS_VERSION_STRING}
TEXT
}

# The package of the board has the lasting fields, the build those of the version.
set_os_release() {
    local file=${root_fs_dir}/etc/os-release
    if [[ -f ${file} ]]; then
        sed -i -E '/^(BUILD_ID|VERSION|VERSION_ID)=/d' "${file}"
    fi
    cat >>"${file}" <<TEXT
BUILD_ID=${CHROMEOS_VERSION_STRING}
VERSION=${CHROME_BRANCH}
VERSION_ID=${CHROME_BRANCH}
TEXT
}

prune_masked_directories() {
    local directory
    for directory in usr/include usr/share/man usr/share/doc usr/share/info; do
        if [[ -d ${root_fs_dir}/${directory} ]]; then
            find "${root_fs_dir}/${directory}" -depth -type d -empty -delete
        fi
    done
}

# Nobody but the shared user can log in, and that one only if a password was set.
setup_etc_shadow() {
    local hash='*'
    if [[ ${IMAGE_TYPE} == test ]]; then
        hash=$(openssl passwd -6 -stdin <<<test0000)
    elif [[ -f /etc/shared_user_passwd.txt ]]; then
        hash=$(</etc/shared_user_passwd.txt)
    fi
    (
        umask 077
        printf '%s:%s:18000:0:99999:7:::\n' root '*' chronos "${hash}" \
            >"${root_fs_dir}/etc/shadow"
    )
}

# /var of a running image is a directory of STATE, the package database with it.
split_stateful() {
    mkdir -p "${stateful_fs_dir}/var_overlay" "${root_fs_dir}/var"
    cp -a "${root_fs_dir}/var/." "${stateful_fs_dir}/var_overlay/"
    rm -rf "${root_fs_dir:?}/var"
    mkdir -p "${root_fs_dir}"/{dev,mnt/stateful_partition,proc,run,sys,tmp,var}
    if [[ ${IMAGE_TYPE} != base ]]; then
        mkdir -p "${stateful_fs_dir}/dev_image"
    fi
    find "${stateful_fs_dir}/var_overlay/db/pkg" -mindepth 2 -maxdepth 2 -printf '%P\n' |
        sort >"${BUILD_DIR}/${IMAGE_NAME%.bin}-packages.txt"
}
