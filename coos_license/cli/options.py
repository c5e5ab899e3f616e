# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The options that every reading command takes, and the request they make up."""

import functools
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import click

from coos_license.cli.request import Request
from coos_license.model import Image
from coos_license.trees.text import clean_line


class NamedPath(click.Path):
    """A path that was named: an empty one is a variable that was not set."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Return the path. Raises: click.BadParameter where it is empty."""
        if not os.fspath(value):
            self.fail("is empty", param, ctx)
        return Path(os.fsdecode(super().convert(value, param, ctx)))


_PATH: Final = NamedPath()
_SOURCE: Final = click.argument("source", type=_PATH)
_READ: Final = (
    click.option(
        "--sysroot",
        metavar="PATH",
        help="Directory inside SOURCE to take as its root: build/lakitu in a chroot."
        " Default: SOURCE itself.",
    ),
    click.option(
        "--board",
        metavar="NAME",
        help="Board the image is for; of a checkout, whose sysroot and repositories"
        " are read. Default: by etc/lsb-release of SOURCE.",
    ),
    click.option(
        "--overlay",
        "overlays",
        multiple=True,
        type=_PATH,
        metavar="DIR",
        help="Ebuild repository whose licenses/ is searched; repeatable, in order."
        " Default: those of a snapshot; in a checkout, those of the board by masters.",
    ),
    click.option(
        "--licenses",
        multiple=True,
        type=_PATH,
        metavar="DIR",
        help="Extra directory of licence texts, searched last; repeatable. Default:"
        " those of a snapshot.",
    ),
    click.option(
        "--sources",
        multiple=True,
        type=_PATH,
        metavar="DIR",
        help="Sources of the packages: <category>/<PF>/ directories, distfiles, or a"
        " checkout; repeatable. Default: what a snapshot says of them.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(1, 1024),
        metavar="N",
        help="Processes that read --sources or --files at once; default: one for each"
        " core.",
    ),
)
_TALKING: Final = (
    click.option(
        "--no-progress",
        is_flag=True,
        help="For scripts; this version shows no progress.",
    ),
    click.option("-v", "--verbose", is_flag=True, help="Say more on stderr."),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
)
_DECIDED: Final = (
    click.option(
        "--policy",
        type=_PATH,
        metavar="FILE|PRESET",
        help="TOML file with rules, elections and waivers, or a preset: default,"
        " permissive-only, no-gpl3, chromium-os, strict. See docs/policy.md. Default:"
        " the preset default.",
    ),
    click.option(
        "--curations",
        type=_PATH,
        metavar="FILE",
        help="TOML file with what people found out about packages:"
        " docs/curations.md. Default: none.",
    ),
)
_OPTIONS: Final = (
    *_READ,
    click.option(
        "--shipped",
        metavar="all|closure:ATOM|PATH",
        help="What ships: all, what ATOM pulls in at run time, or the packages of PATH."
        " Default: all for an image, else closure:virtual/target-os where installed,"
        " else all.",
    ),
    click.option(
        "--template-texts",
        is_flag=True,
        help="Let SPDX-list texts stand for BSD, MIT and the like, although they lack"
        " the copyright notice of the work.",
    ),
    click.option(
        "--image-name",
        metavar="TEXT",
        help="Name of the image. Default: by os-release or lsb-release of SOURCE.",
    ),
    click.option(
        "--image-version",
        metavar="TEXT",
        help="Version of the image. Default: by os-release or lsb-release of SOURCE.",
    ),
    click.option(
        "--supplier",
        metavar="TEXT",
        help="Who distributes the image: 'Organization: NAME' or 'Person: NAME'."
        " Default: unknown, which is a finding.",
    ),
    click.option(
        "--image-file",
        type=_PATH,
        metavar="FILE",
        help="The image as it is distributed: its name and digests are in the SBOM."
        " Default: none is named.",
    ),
    click.option(
        "--creator",
        metavar="TEXT",
        help="Who makes the documents, named like --supplier. Default: the supplier.",
    ),
    click.option(
        "--contact",
        metavar="TEXT",
        help="Where questions go, an e-mail address or a web page. Default: unknown,"
        " which is a finding.",
    ),
    *_DECIDED,
    click.option(
        "--public",
        is_flag=True,
        help="Leave out packages that only the build needs and those of private"
        " overlays, and say so in the outputs.",
    ),
    click.option(
        "--private-overlay",
        "private_overlays",
        multiple=True,
        metavar="NAME",
        help="With --public: a repository that is private, besides those called"
        " *-private; repeatable.",
    ),
    click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help="Day by which curations and waivers expire (2026-12-31); default: today.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour severities in text; auto: on a terminal, unless NO_COLOR is set.",
    ),
    *_TALKING,
)
_IDENTITY: Final = (
    "image_name",
    "image_version",
    "board",
    "supplier",
    "creator",
    "contact",
)


def reading(function: Callable[..., int]) -> Callable[..., int]:
    """Return a command function that takes a :class:`Request` as its first argument."""
    return apply((_SOURCE, *_OPTIONS), functools.wraps(function)(_requesting(function)))


def reading_sides(function: Callable[..., int]) -> Callable[..., int]:
    """Return a command function that takes ``sides``, paths that the request is for.

    The request itself has no source.
    """
    sides = click.argument("sides", nargs=-1, type=_PATH, metavar="OLD NEW")

    @functools.wraps(function)
    def with_sides(**values: Any) -> int:  # noqa: ANN401 (click's border)
        return _requesting(function)(**values, source=Path())

    return apply((sides, *_OPTIONS), with_sides)


def reading_file(
    metavar: str, *, decided: bool = True
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return a decorator: the command takes a ``file``, and perhaps a SOURCE.

    ``has_source`` says whether there is one; without it the request has none to read.
    Not ``decided``, the command takes neither a policy nor curations.
    """
    taken = [one for one in _OPTIONS if decided or one not in _DECIDED]
    file = click.argument("file", type=_PATH, metavar=metavar)
    source = click.argument("source", type=_PATH, required=False)

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(function)
        def with_source(**values: Any) -> int:  # noqa: ANN401 (click's border)
            given = values.pop("source")
            read = _requesting(
                functools.partial(function, has_source=given is not None)
            )
            return read(**values, source=given or Path())

        return apply((file, source, *taken), with_source)

    return decorate


def _requesting(function: Callable[..., int]) -> Callable[..., int]:
    """Return the function with the options that make up its request gathered."""

    def with_request(**values: Any) -> int:  # noqa: ANN401 (click's border)
        identity = {name: _one_line(name, values.pop(name)) for name in _IDENTITY}
        request = Request(
            source=values.pop("source"),
            sysroot=values.pop("sysroot"),
            overlays=values.pop("overlays"),
            licenses=values.pop("licenses"),
            sources=values.pop("sources"),
            jobs=values.pop("jobs"),
            shipped=values.pop("shipped"),
            template_texts=values.pop("template_texts"),
            image=Image(
                name=identity["image_name"],
                version=identity["image_version"],
                board=identity["board"],
                supplier=identity["supplier"],
                creator=identity["creator"],
                contact=identity["contact"],
            ),
            image_file=values.pop("image_file"),
            policy=values.pop("policy", None),
            curations=values.pop("curations", None),
            as_of=_day(values.pop("as_of")),
            public=values.pop("public"),
            private_overlays=values.pop("private_overlays"),
            color=_wants_color(values.pop("color")),
            verbosity=values.pop("verbose") - values.pop("quiet"),
        )
        values.pop("no_progress")
        return function(request, **values)

    return with_request


def inputs(function: Callable[..., int]) -> Callable[..., int]:
    """Return a command function that takes what is read: source, overlays, licenses."""

    @functools.wraps(function)
    def with_board(**values: Any) -> int:  # noqa: ANN401 (click's border)
        values["board"] = _one_line("board", values["board"])
        return function(**values)

    return apply((_SOURCE, *_READ), with_board)


def talking(function: Callable[..., int]) -> Callable[..., int]:
    """Return a command function that takes ``verbosity``: -1 quiet, 1 verbose."""

    @functools.wraps(function)
    def with_verbosity(**values: Any) -> int:  # noqa: ANN401 (click's border)
        verbosity = values.pop("verbose") - values.pop("quiet")
        values.pop("no_progress")
        return function(**values, verbosity=verbosity)

    return apply(_TALKING, with_verbosity)


def output(metavar: str, help_text: str) -> Callable[[Callable[..., int]], Any]:
    """Return the option ``-o``, which must be given: a path that is written."""
    return click.option(
        "-o",
        "--output",
        required=True,
        type=_PATH,
        metavar=metavar,
        help=help_text,
    )


def apply(
    options: Sequence[Callable[..., Callable[..., int]]], function: Callable[..., int]
) -> Callable[..., int]:
    """Return the command function with the options, in their order."""
    for option in reversed(options):
        function = option(function)
    return function


def _day(given: datetime | None) -> date:
    """Return the day that was given, else today in UTC."""
    return (given or datetime.now(UTC)).date()


def _wants_color(when: str) -> bool:
    """Return whether reports are coloured (https://no-color.org)."""
    if when == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return when == "always"


def _one_line(name: str, value: str | None) -> str | None:
    """Return an option's text, cleaned like any text from outside.

    Raises: click.BadParameter where it is empty or no UTF-8.
    """
    if value is None:
        return None
    option = f"--{name.replace('_', '-')}"
    try:
        line = clean_line(value.encode("utf-8"))
    except UnicodeEncodeError as error:
        message = "is no UTF-8"
        raise click.BadParameter(message, param_hint=option) from error
    if not line:
        message = "is empty; leave the option out"
        raise click.BadParameter(message, param_hint=option)
    return line
