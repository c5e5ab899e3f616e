# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the miniature lakitu holds: each package with the expression that is expected.

Without versions, since some of them are those that Debian offers when it is built.
"""

import csv
import io

from command import run

GCC = (
    "GPL-3.0-or-later AND LGPL-3.0-or-later AND (GPL-3.0-or-later"
    " OR GPL-2.0-or-later WITH GCC-exception-2.0"
    " OR GPL-2.0-or-later WITH mif-exception"
    " OR LicenseRef-gentoo-gcc-runtime-library-exception-3.1)"
    " AND GFDL-1.3-or-later"
)
PUBLIC_DOMAIN = "LicenseRef-gentoo-public-domain"

DECLARED = {
    "acct-group/chronos": "NONE",
    "acct-user/chronos": "NONE",
    "app-arch/bzip2": "bzip2-1.0.6",
    "chromeos-base/chromeos": "NONE",
    "chromeos-base/lakitu-init": "BSD-3-Clause",
    "chromeos-base/stateful-digest": "BSD-3-Clause",
    "dev-lang/lua": "MIT",
    "dev-libs/gmp": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "dev-libs/libtomcrypt": f"WTFPL OR {PUBLIC_DOMAIN}",
    "dev-libs/libtommath": "Unlicense",
    "dev-libs/xxhash": "BSD-2-Clause",
    "dev-python/chardet": "LGPL-2.1-or-later",
    "dev-python/idna": "BSD-3-Clause",
    "dev-python/requests": "Apache-2.0",
    "dev-python/urllib3": "MIT",
    "dev-python/uv": "Apache-2.0 OR MIT",
    "dev-vcs/lefthook": "MIT",
    "net-misc/dropbear": "MIT",
    "sys-apps/busybox": "GPL-2.0-only AND bzip2-1.0.6",
    "sys-devel/gcc": GCC,
    "sys-kernel/lakitu-kernel-6_1": "GPL-2.0-only",
    "sys-libs/gcc-libs": GCC,
    "sys-libs/libcap": "GPL-2.0-only OR BSD-3-Clause",
    "sys-libs/libxcrypt": (
        f"LGPL-2.1-or-later AND {PUBLIC_DOMAIN} AND BSD-3-Clause AND BSD-2-Clause"
    ),
    "sys-libs/ncurses": "MIT",
    "sys-libs/readline": "GPL-3.0-or-later",
    "sys-libs/timezone-data": f"BSD-3-Clause AND {PUBLIC_DOMAIN}",
    "sys-libs/zlib": "Zlib",
    "virtual/target-lakitu-os": "NONE",
    "virtual/target-os": "NONE",
}
#: Reached by DEPEND alone: their code may be inside of what was built with them.
BUILT_WITH = {"dev-libs/xxhash", "sys-devel/gcc"}


def listed(source: str, *options: str) -> list[dict[str, str]]:
    """The rows of `coos-license list`, without the findings."""
    done = run("list", source, "--format", "csv", *options)
    assert done.returncode in {0, 1}, done.stderr.decode()
    return list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8"))))


def column(rows: list[dict[str, str]], name: str) -> dict[str, str]:
    """One column, by category and name."""
    return {f"{row['category']}/{row['name']}": row[name] for row in rows}
