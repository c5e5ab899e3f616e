# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A difference as text, Markdown, HTML and JSON (``docs/schema/diff.schema.json``)."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from coos_license.compare.difference import VERSION, Difference, PackageChange, Weight
from coos_license.compare.policy_headline import headline
from coos_license.compare.sides import Entry, Side
from coos_license.model import Obligation
from coos_license.render.diff_view import Line, Row, View, view_of
from coos_license.trees.text import in_full

SCHEMA: Final = 1
_ARROW: Final = " -> "
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def text(difference: Difference) -> Iterator[bytes]:
    """Yield the report for a terminal; nothing from outside acts on it."""
    view = view_of(difference)
    lines = [f"old: {view.old}", f"new: {view.new}"]
    if difference.is_empty:
        lines += ["", "no difference"]
    if view.headline:
        lines += ["", *view.headline]
    for group in view.groups:
        if group.rows:
            lines += ["", f"{group.title} ({len(group.rows)}):"]
            for row in group.rows:
                lines.append(f"  {_summary(row)}")
                lines += [f"      {_changed(line)}" for line in row.lines]
    if view.notices:
        lines += ["", *view.notices]
    lines += ["", f"compared: {', '.join(view.compared)}"]
    if view.left_out:
        lines.append(f"not compared: {', '.join(view.left_out)}")
    yield "".join(f"{in_full(line)}\n" for line in lines).encode(
        "utf-8", "backslashreplace"
    )


def _versions(row: Row) -> str:
    """Return the version, or both where it changed."""
    if row.old_version and row.new_version and row.old_version != row.new_version:
        return f"{row.old_version}{_ARROW}{row.new_version}"
    return row.new_version or row.old_version


def _summary(row: Row) -> str:
    """Return one package in one line."""
    head = f"{row.name} {_versions(row)}".rstrip()
    facts = [row.license, row.category, row.shipped]
    return f"{head}: {', '.join(filter(None, facts))}"


def _changed(line: Line) -> str:
    """Return one field that changed."""
    return f"{line.label}: {line.old}{_ARROW}{line.new}"


def markdown(difference: Difference) -> Iterator[bytes]:
    """Yield the report as GitHub-flavoured Markdown, for a comment or a job summary."""
    view = view_of(difference)
    lines = ["## Licence difference", ""]
    lines += [f"- old: {_escaped(view.old)}", f"- new: {_escaped(view.new)}", ""]
    lines += [f"- **{_escaped(line)}**" for line in view.headline]
    if difference.is_empty:
        lines.append("No difference.")
    for group in view.groups:
        if group.rows:
            lines += ["", f"### {group.title.capitalize()} ({len(group.rows)})", ""]
            lines += ["| package | version | licence | category | changes |"]
            lines += ["|---|---|---|---|---|"]
            lines += [_table_row(row) for row in group.rows]
    if view.notices:
        lines += ["", *(f"- {_escaped(note)}" for note in view.notices)]
    lines += ["", f"Compared: {_escaped(', '.join(view.compared))}."]
    if view.left_out:
        lines += ["", f"Not compared: {_escaped(', '.join(view.left_out))}."]
    yield ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _table_row(row: Row) -> str:
    """Return one package as a row of a table."""
    changes = "; ".join(map(_changed, row.lines))
    cells = (row.name, _versions(row), row.license, row.category, changes)
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(words: str) -> str:
    r"""Return words of which nothing is taken for markup.

    >>> _escaped("a|b <c>")
    'a\\|b \\<c\\>'
    """
    return _SPECIAL.sub(r"\\\1", in_full(words))


def html(difference: Difference) -> Iterator[bytes]:
    """Yield one self-contained page without scripts."""
    from coos_license.resources import environment, inline  # noqa: PLC0415 (jinja2)

    view: View = view_of(difference)
    page = environment().get_template("diff.html.j2")
    pieces = page.generate(
        view=view,
        style=inline("diff.css.j2"),
        is_empty=difference.is_empty,
        versions=_versions,
    )
    for piece in pieces:
        yield piece.encode("utf-8", "backslashreplace")


def json(difference: Difference) -> Iterator[bytes]:
    """Yield the document, indented by two."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    removed, added = difference.notices or (frozenset(), frozenset())
    value = {
        "schema": SCHEMA,
        "old": _side(difference.old),
        "new": _side(difference.new),
        "compared": [VERSION, *difference.compared],
        "not_compared": [
            {"fact": fact, "reason": why} for fact, why in difference.left_out
        ],
        "headline": headline(difference),
        "notices": None
        if difference.notices is None
        else {"removed": sorted(removed), "added": sorted(added)},
        "packages": [_package(one) for one in difference.changes],
    }
    yield orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _side(side: Side) -> dict[str, Any]:
    """Return what a side is."""
    components = sum(bool(entry.ecosystem) for entry in side.entries)
    return {
        "kind": side.kind,
        "title": side.title,
        "packages": len(side.entries) - components,
        "components": components,
    }


def _package(one: PackageChange) -> dict[str, Any]:
    """Return one package that differs."""
    return {
        "name": one.entry.name,
        "ecosystem": one.entry.ecosystem,
        "change": one.change,
        "fields": one.fields,
        "old": _entry(one.old, one.old_weight),
        "new": _entry(one.new, one.new_weight),
    }


def _entry(entry: Entry | None, weight: Weight | None) -> dict[str, Any] | None:
    """Return a package as one side has it; ``null`` is what the side does not tell."""
    if entry is None or weight is None:
        return None
    return {
        "name": entry.name,
        "version": entry.version,
        "slot": entry.slot,
        "shipped": entry.shipped,
        "declared": entry.declared or None,
        "concluded": entry.concluded or None,
        "effective": entry.effective or None,
        "license_names": sorted(entry.names),
        "category": weight.category,
        "obligations": [one for one in Obligation if one in weight.owed],
        "texts": sorted(entry.texts),
        "notices": sorted(entry.notices),
        "reached": sorted(entry.reached),
    }


#: Format -> renderer.
FORMATS: Final[dict[str, Callable[[Difference], Iterator[bytes]]]] = {
    "text": text,
    "json": json,
    "markdown": markdown,
    "html": html,
}
