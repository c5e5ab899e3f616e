# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""NOTICE: plain text for a terminal, every credited package and each text once.

A line of ours is at most 80 columns wide; only names, copyright lines and texts,
which are never wrapped, can be wider. Texts are numbered, so that ``[12]`` finds both
the text and the packages that use it.
"""

from collections.abc import Iterable, Iterator

from coos_license.expression import Claim
from coos_license.model import DocumentMeta, Inventory
from coos_license.render.blocks import Credit, Credits, TextBlock, build
from coos_license.render.words import (
    CLAIM_WORDS,
    LINKED_UNKNOWN,
    OBLIGATION_WORDS,
    printable,
)

_WIDTH = 80
_INDENT = "    "
_LABEL_COLUMNS = 12
_CHUNK = 1 << 16


def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the file in UTF-8 with LF, in pieces of at least 64 KiB but the last."""
    credits_ = build(inventory)
    pending: list[str] = []
    size = 0
    for line in _lines(inventory, meta, credits_):
        pending += line, "\n"
        size += len(line) + 1
        if size >= _CHUNK:
            yield "".join(pending).encode()
            pending.clear()
            size = 0
    yield "".join(pending).encode()


def _lines(
    inventory: Inventory, meta: DocumentMeta, credits_: Credits
) -> Iterator[str]:
    """Yield the file line by line; a verbatim text is one item of many lines."""
    owing = [package for package in credits_.packages if not package.owes_no_text]
    silent = [package for package in credits_.packages if package.owes_no_text]
    yield from _header(inventory, meta, credits_)
    yield from _contents(len(owing), len(silent), len(credits_.texts))
    for title, items in (
        ("1. Packages", map(_package, owing)),
        ("2. Packages that owe no text", map(_silent, silent)),
        ("3. License texts and NOTICE files", map(_text, credits_.texts)),
    ):
        yield from _section(title)
        yield from next(items, ("None.",))
        for item in items:
            yield from item
    yield from ("=" * _WIDTH, "End of NOTICE")


def _header(
    inventory: Inventory, meta: DocumentMeta, credits_: Credits
) -> Iterator[str]:
    """Yield what this is, of which image, and who made it."""
    image = inventory.image
    title = printable(" ".join(filter(None, ("NOTICE", image.name, image.version))))
    yield from (title, "=" * min(len(title), _WIDTH), "")
    for label, value in (
        ("Image", image.name),
        ("Version", image.version),
        ("Board", image.board),
        ("Supplier", image.supplier),
        ("Contact", image.contact),
        ("Date", meta.created[:10]),
        ("Made by", f"{meta.tool} {meta.tool_version}".strip()),
    ):
        if value:
            yield from _labelled(label, [printable(value)], indent="")
    yield ""
    packages, implicit = credits_.counted
    others = f" and {implicit} other components" if implicit else ""
    yield from _wrapped(
        f"This file credits the {packages} packages{others} of this image, the "
        f"{len(credits_.licenses)} licenses that they come under, and holds the "
        f"{len(credits_.texts)} distinct license texts and NOTICE files that go with "
        "them. Each text stands here once and unchanged; the number in brackets leads "
        "from a package to its texts and back."
    )
    yield ""
    if inventory.note:
        yield from _wrapped(inventory.note)
        yield ""
    yield from _wrapped(
        "It was derived from package metadata by a program. It is not legal advice, "
        "and it does not change the terms of any license."
    )
    yield ""


def _contents(owing: int, silent: int, texts: int) -> Iterator[str]:
    """Yield the three sections with their sizes."""
    yield from (
        "Contents",
        f"{_INDENT}1. Packages ({owing})",
        f"{_INDENT}2. Packages that owe no text ({silent})",
        f"{_INDENT}3. License texts and NOTICE files ({texts})",
        "",
    )


def _section(title: str) -> Iterator[str]:
    """Yield a heading that stands out while paging."""
    yield from ("", "=" * _WIDTH, title, "=" * _WIDTH, "")


def _package(package: Credit) -> Iterator[str]:
    """Yield everything said of one package."""
    yield f"{package.ref.cpv}"
    yield from _labelled("License", [_declared(package)])
    if package.elected:
        word = "Elected" if package.by_election else "Concluded"
        yield from _labelled(word, [package.elected])
    for number, line in enumerate(package.copyrights):
        yield f"{_margin('' if number else 'Copyright:')}{line}"
    if package.texts:
        yield from _labelled("Texts", _comma_separated(map(_number, package.texts)))
    if package.notices:
        yield from _labelled("NOTICE", _comma_separated(map(_number, package.notices)))
    if package.missing:
        yield from _labelled(
            "No text for", [f"{', '.join(package.missing)}: it was not found."]
        )
    if package.obligations:
        words = ", ".join(OBLIGATION_WORDS[item].short for item in package.obligations)
        yield from _labelled("Obligations", [words])
    for group in package.components:
        word = "Contains" if group.certain else "May contain"
        yield from _labelled(word, [f"{group.title}, {group.license}:"])
        yield from (f"{_margin('')}{one.words}" for one in group.members)
    if package.linked_unknown:
        yield from _labelled("Note", [LINKED_UNKNOWN])
    yield ""


def _silent(package: Credit) -> Iterator[str]:
    """Yield the one line of a package that owes no text."""
    mark = " (linking unknown)" if package.linked_unknown else ""
    yield f"{package.ref.cpv}: {_declared(package)}{mark}"


def _declared(package: Credit) -> str:
    """Return the declared expression, or what its absence means."""
    match package.declared:
        case Claim.NONE:
            return f"NONE ({CLAIM_WORDS[Claim.NONE]})"
        case Claim.NOASSERTION:
            field = package.license_field
            word = "rule" if package.ref.is_implicit else "LICENSE"
            said = f"its {word} says {field!r}" if field else "it states no license"
            return f"NOASSERTION ({CLAIM_WORDS[Claim.NOASSERTION]}: {said})"
        case _:
            return package.declared


def _text(block: TextBlock) -> Iterator[str]:
    """Yield one text under a heading that names the packages it belongs to."""
    body = block.text.removesuffix("\n")
    yield "-" * _WIDTH
    yield f"[{block.number}] NOTICE file" if block.notice else _number(block)
    names = [name for name in block.names if name != block.spdx]
    if names:
        yield from _labelled("For license", [", ".join(names)], indent="")
    yield from _labelled(
        "Used by", _comma_separated(ref.cpv for ref in block.packages), indent=""
    )
    # The count tells where the text ends, whatever lines it holds itself.
    yield from _labelled("Lines", [str(body.count("\n") + 1)], indent="")
    yield from ("-" * _WIDTH, "", body, "", "")


def _number(block: TextBlock) -> str:
    """Return ``[12] BSD-3-Clause``."""
    return f"[{block.number}] {block.spdx}" if block.spdx else f"[{block.number}]"


def _comma_separated(names: Iterable[str]) -> Iterator[str]:
    """Yield the names, each but the last with a comma: lines break between them."""
    *most, last = names
    for name in most:
        yield f"{name},"
    yield last


def _margin(label: str, indent: str = _INDENT) -> str:
    """Return what stands left of a value."""
    return f"{indent}{label:<{_LABEL_COLUMNS}} "


def _labelled(
    label: str, parts: Iterable[str], *, indent: str = _INDENT
) -> Iterator[str]:
    """Yield ``Label:`` and the parts, wrapped under each other."""
    first = _margin(f"{label}:", indent)
    yield from _wrapped(" ".join(parts), first=first, rest=" " * len(first))


def _wrapped(text: str, *, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield lines of at most the width; a longer word has a line of its own."""
    line = first
    empty = True
    for word in text.split():
        if not empty and len(line) + 1 + len(word) > _WIDTH:
            yield line
            line, empty = rest, True
        line = f"{line}{word}" if empty else f"{line} {word}"
        empty = False
    yield line.rstrip()
