#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
#
# portage runs this after src_install of every package. It takes no notice of an exit
# code: only `die`, which it puts on PATH, stops the package.

/mnt/host/source/chromite/licensing/ebuild_license_hook --builddir "${PORTAGE_BUILDDIR}" ||
    die "Failed Generating Licensing for ${CATEGORY}/${PF}"
