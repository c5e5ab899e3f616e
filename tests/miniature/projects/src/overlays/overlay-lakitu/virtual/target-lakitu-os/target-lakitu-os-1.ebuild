# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0

EAPI=7

DESCRIPTION="What a lakitu image has beyond any Chromium OS"
HOMEPAGE="https://cos.googlesource.com/"

LICENSE="metapackage"
SLOT="0"
KEYWORDS="amd64"

RDEPEND="
	chromeos-base/lakitu-init
	chromeos-base/stateful-digest
	dev-lang/lua
	dev-python/requests
	dev-python/uv
	dev-vcs/lefthook
	sys-kernel/lakitu-kernel-6_1
"
