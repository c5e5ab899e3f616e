# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build boot``: an image in a virtual machine."""

import click

from coos_build.actions.booting import (
    REPORT_NAME,
    Expected,
    boot_and_compare,
    vm_request,
    write_report,
)
from coos_build.cli import options
from coos_build.cli.options import Settings
from coos_build.cli.passwords import obtain_secret
from coos_build.commands import ATTRIBUTION
from coos_build.errors import ExitCode, StepError
from coos_build.history import History, read_history
from coos_build.journal import read_journal
from coos_build.proofs import current_image
from coos_build.text import clean_line


@click.command("boot")
@options.settings
@options.password
@click.option(
    "--image-dir",
    default="",
    metavar="NAME",
    help="Directory of the image, by its name. Default: the one built last.",
)
def command(
    settings: Settings,
    *,
    password_stdin: bool,
    password_fd: int | None,
    image_dir: str,
) -> int:
    """Boot the image headless, log in, compare the attribution, power it off.

    The image is not written. Exit 1 when it does not boot, does not let us in, or
    the installed page inside is neither the one beside nor the one made for it.
    """
    layout, config = settings.layout, settings.config
    history = read_history(read_journal(layout.state).records)
    directory = image_dir or current_image(history, layout)
    if not directory:
        raise StepError(f"{layout.images} holds no image", "run build-image first")
    secret = None
    if config.switch("set_password") and not config.is_test_image:
        secret = obtain_secret(from_stdin=password_stdin, descriptor=password_fd)
    layout.logs.mkdir(parents=True, exist_ok=True)
    boot = boot_and_compare(
        vm_request(layout, config, directory, secret),
        Expected(
            layout.images / directory / ATTRIBUTION,
            installed=config.switch("install"),
            made=_page_made(history, directory),
        ),
        lambda text: click.echo(f"boot: {clean_line(text)}"),
    )
    write_report(layout.state / REPORT_NAME, boot)
    for told in boot.sentences:
        click.echo(f"boot: {clean_line(told)}")
    if not boot.matches:
        cure = "coos-build run --force build-image"
        raise StepError("; ".join(boot.sentences), cure)
    return ExitCode.DONE


def _page_made(history: History, directory: str) -> str:
    """Return the digest of the page that went into an image; empty if none did."""
    if directory != history.fact("build-image", "image_dir"):
        return ""
    return history.fact("build-image", "installed")
