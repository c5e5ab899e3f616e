# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What lakitu adds to build_image, which sources this file.

# shellcheck disable=SC2034 # build_image reads it
FLAGS_enable_serial=ttyS0

# Runs when the root file system is complete, before it becomes a partition.
board_finalize_base_image() {
    : >"${root_fs_dir:?}/etc/machine-id"
}
