# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The graph of links as JSON, as DOT of Graphviz, and as SVG in columns.

JSON: ``{"schema": 1, "nodes": [...], "edges": [...]}``; edges name nodes by their ids.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from coos_license.obligations.graph import EdgeKind, Node
from coos_license.obligations.paths import named
from coos_license.obligations.resolutions import Propagation
from coos_license.trees.text import in_full, show

SCHEMA: Final = 1
_WIDTH, _HEIGHT, _GAP, _ROW, _MARGIN = 300, 40, 90, 56, 20
_CHARS: Final = 44
_DASHES: Final = {
    EdgeKind.STATIC: "",
    EdgeKind.DYNAMIC: "",
    EdgeKind.ONE_OF: "8 3",
    EdgeKind.UNKNOWN: "2 4",
    EdgeKind.MODULE: "8 3 2 3",
    EdgeKind.AGGREGATE: "1 6",
    EdgeKind.TOOLCHAIN: "1 6",
}
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "svg{background:Canvas;color:CanvasText;font:12px sans-serif}"
    "rect{fill:Canvas;stroke:CanvasText}text{fill:CanvasText}"
    "path{fill:none;stroke:CanvasText}marker path{fill:CanvasText}"
    ".owed rect{stroke-width:3}.perhaps rect{stroke-dasharray:5 3;stroke-width:2}"
    ".static{stroke-width:3}"
)


def render_json(made: Propagation) -> Iterator[bytes]:
    """Yield the graph with what reaches each node."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    sure, perhaps = made.shares(sure=True), made.shares()
    value = {
        "schema": SCHEMA,
        "nodes": [
            _node(number, node, made, sure, perhaps)
            for number, node in enumerate(made.graph.nodes)
        ],
        "edges": [
            {"user": user, "used": used, "kind": kind.value}
            for user, used, kind in made.graph.edges
        ],
    }
    yield orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _node(
    number: int,
    node: Node,
    made: Propagation,
    sure: frozenset[int],
    perhaps: frozenset[int],
) -> dict[str, Any]:
    """Return a node as JSON values."""
    reach = made.reach
    up, down = reach.up, reach.down
    reached = reach.licenses(up.sure[number] | down.sure[number])
    doubted = reach.licenses(up.unsure[number] | down.unsure[number])
    return {
        "id": number,
        "name": in_full(node.name),
        "cpv": node.package.cpv if node.package else "",
        "path": in_full(node.path),
        "options": [[str(leaf) for leaf in option] for option in node.options],
        "reached_by": [str(leaf) for leaf in reached],
        "perhaps_reached_by": [str(leaf) for leaf in doubted if leaf not in reached],
        "exceptions": list(node.excepted),
        "source": "owed" if number in sure else _perhaps(number, perhaps),
    }


def _perhaps(number: int, perhaps: frozenset[int]) -> str:
    """Return whether source may be owed."""
    return "perhaps" if number in perhaps else "not-owed"


def render_dot(made: Propagation) -> Iterator[bytes]:
    """Yield the graph in the language of Graphviz."""
    yield b"digraph links {\n  rankdir=LR;\n  node [shape=box];\n"
    sure = made.shares(sure=True)
    for number, node in enumerate(made.graph.nodes):
        bold = ", penwidth=3" if number in sure else ""
        label = f"{named(made.graph, number)}\n{_license(node)}"
        yield f"  n{number} [label={_quoted(label)}{bold}];\n".encode()
    for user, used, kind in made.graph.edges:
        dashed = ", style=dashed" if _DASHES[kind] else ""
        yield f"  n{user} -> n{used} [label={_quoted(kind.value)}{dashed}];\n".encode()
    yield b"}\n"


def _quoted(text: str) -> str:
    """Return a string of DOT, quotes, backslashes and line ends escaped."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n") + '"'


def _license(node: Node) -> str:
    """Return the licences of a node, options with a bar between."""
    return " | ".join(" AND ".join(map(str, option)) for option in node.options)


def render_svg(made: Propagation, columns: Mapping[int, int]) -> Iterator[bytes]:
    """Yield a picture: ``columns`` says for each node in which it stands.

    Rows are in the order of the nodes. Nothing in it is loaded from elsewhere.
    """
    places = _places(columns)
    lowest = max((y for _, y in places.values()), default=0)
    rightmost = max((x for x, _ in places.values()), default=0)
    width, height = rightmost + _WIDTH + _MARGIN, lowest + _HEIGHT + _MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>What links what</title>\n<style>{_STYLE}</style>\n"
        '<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8"'
        ' markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>\n'
    ).encode()
    for user, used, kind in made.graph.edges:
        yield _line(places[user], places[used], kind).encode()
    sure, perhaps = made.shares(sure=True), made.shares()
    for number, place in places.items():
        kind_of = "owed" if number in sure else _perhaps(number, perhaps)
        yield _box(made, number, place, kind_of).encode()
    yield b"</svg>\n"


def _places(columns: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Return the upper left corner of each node, in pixels."""
    first = min(columns.values(), default=0)
    rows: dict[int, int] = {}
    places = {}
    for number, column in sorted(columns.items()):
        row = rows.get(column, 0)
        rows[column] = row + 1
        x = _MARGIN + (column - first) * (_WIDTH + _GAP)
        places[number] = (x, _MARGIN + row * _ROW)
    return places


def _line(one: tuple[int, int], other: tuple[int, int], kind: EdgeKind) -> str:
    """Return the curve of an edge, from the user to what it uses."""
    (x, y), (end_x, end_y) = one, other
    half = _HEIGHT // 2
    if end_x > x:
        x, bend = x + _WIDTH, _GAP // 2
    elif end_x < x:
        end_x, bend = end_x + _WIDTH, -_GAP // 2
    else:
        x, end_x, bend = x + _WIDTH, end_x + _WIDTH, _GAP // 2
    back = -bend if end_x != x else bend
    dash = f' stroke-dasharray="{_DASHES[kind]}"' if _DASHES[kind] else ""
    return (
        f'<path class="{kind.value}"{dash} marker-end="url(#to)" d="M{x} {y + half}'
        f"C{x + bend} {y + half} {end_x + back} {end_y + half} {end_x} {end_y + half}"
        f'"><title>{kind.value}</title></path>\n'
    )


def _box(made: Propagation, number: int, place: tuple[int, int], kind: str) -> str:
    """Return the box of a node: its name, its licences, the rest as a tooltip."""
    x, y = place
    node = made.graph.nodes[number]
    whole = f"{named(made.graph, number)}: {_license(node)}; source: {kind}"
    return (
        f"<g class={quoteattr(kind)}><title>{escape(whole)}</title>"
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="4"/>'
        f'<text x="{x + 8}" y="{y + 16}">{escape(_short(show(node.name)))}</text>'
        f'<text x="{x + 8}" y="{y + 33}">{escape(_short(_license(node)))}</text></g>\n'
    )


def _short(text: str) -> str:
    """Return a text that fits into a box; of a path the end counts."""
    if len(text) <= _CHARS:
        return text
    return f"...{text[3 - _CHARS :]}" if text[:1] == "/" else f"{text[: _CHARS - 3]}..."
