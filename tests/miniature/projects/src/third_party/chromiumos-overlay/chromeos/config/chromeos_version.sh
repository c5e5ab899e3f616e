# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The version of what is built; as in Chromium OS, scripts source this file. A build by
# hand puts the time of the build where an official one has the patch number.

export CHROME_BRANCH=85
export CHROMEOS_BUILD=13274
export CHROMEOS_BRANCH=0
CHROMEOS_PATCH=$(date +%Y_%m_%d_%H%M)
export CHROMEOS_PATCH
export CHROMEOS_VERSION_STRING=${CHROMEOS_BUILD}.${CHROMEOS_BRANCH}.${CHROMEOS_PATCH}
