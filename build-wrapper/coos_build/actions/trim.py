# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""trim: chroot.img gives back the blocks that nothing in it uses.

``cros_sdk`` trims when it enters, if the image holds 20 GiB more than is used; so the
chroot is entered once.
"""

from collections.abc import Mapping

from coos_build.bench import Bench
from coos_build.commands import Command
from coos_build.layout import CHROOT_IMAGE, allocated_bytes
from coos_build.plan import Scene
from coos_build.text import size


def trim_chroot(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Enter the chroot once if it is an image, and say what that gave back."""
    del scene
    image = bench.session.layout.checkout / CHROOT_IMAGE
    before = allocated_bytes(image)
    if not before:
        bench.session.monitor.say(f"trim: there is no {CHROOT_IMAGE}, nothing to do")
        return {"freed": "0"}
    for words in commands:
        bench.run(words)
    freed = before - allocated_bytes(image)
    told = f"trim: {CHROOT_IMAGE} takes {size(before - freed)}, gave back {size(freed)}"
    bench.session.monitor.say(told)
    return {"freed": str(freed)}
