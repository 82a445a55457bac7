"""The map of an inspection as inline SVG: columns from those who call to those who listen.

A wrong edge differs from a right one by colour, by its dashes, by its width and by the number of its finding, so
that no reader depends on colour. Attributes and classes only, for the policy of the page allows no style in the
markup; all text is escaped. What the drawing says is said once more in the table beside it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from itertools import pairwise

from wsdoctor.model.redact import printable
from wsdoctor.renderers._html_parts import text
from wsdoctor.renderers._map import LISTENER_SPEAKS, Edge, Map, Node, left_out_words
from wsdoctor.renderers._words import LEVEL_MEANS, count, tally

__all__ = ["drawing", "legend", "table"]

WIDE, HIGH = 248, 46
"""Width and height of a node, in the units of the drawing, which are pixels at full size."""
GAP, BETWEEN = 14, 132
"""Space below a node, and between two columns."""
LANE = 8
"""Height of a lane for edges that pass a column."""
MARGIN = 26
LETTERS = 31
"""Characters of a title that fit into a node whatever font the reader has; the whole is in its tooltip."""
HEADS = ("Who calls", "On the way", "Who listens")

_Stop = tuple[int, int, bool]
"""Node that is there or that a lane leads to, column, and whether the lane is of wrong edges."""
_Station = tuple[int, int, int]
"""Where an edge comes in, where it goes out, and how high."""


def drawing(drawn: Map) -> Iterator[str]:
    """Yield the map, nothing if there is nothing to draw."""
    if not drawn.nodes:
        return
    plan = _Plan(drawn)
    wrong = sum(edge.wrong for edge in drawn.edges)
    said = f"Map of {count(len(drawn.nodes), 'place')}, {count(wrong, 'wrong connection')}; the table has them all"
    yield (
        f'<svg class="map" viewBox="0 0 {plan.width} {plan.height}" width="{plan.width}" height="{plan.height}" '
        f'role="img" aria-label="{html.escape(said)}">'
    )
    yield from _heads(plan.columns)
    yield from dict.fromkeys(piece for edge in drawn.edges for piece in _edge(edge, plan.way(edge)))
    for node in drawn.nodes:
        yield from _node(node, *plan.corner(node))
    for edge in drawn.edges:
        yield from _mark(edge, plan.way(edge))
    yield "</svg>"


class _Plan:
    """Where everything stands: columns are filled from the right, each thing near what it leads to.

    An edge that passes a column has a lane there, which it shares with those that lead to the same.
    """

    def __init__(self, drawn: Map) -> None:
        self.columns = 1 + max(node.column for node in drawn.nodes)
        self.width = 2 * MARGIN + self.columns * WIDE + (self.columns - 1) * BETWEEN
        self._column = {node.key: node.column for node in drawn.nodes}
        self._middle: dict[_Stop, int] = {}
        stops: list[list[_Stop]] = [[] for _ in range(self.columns)]
        for node in drawn.nodes:
            stops[node.column].append((node.key, node.column, False))
        leads: dict[_Stop, list[_Stop]] = {}
        for edge in drawn.edges:
            stations = list(self._stations(edge))
            for one, other in pairwise(stations):
                leads.setdefault(one, []).append(other)
                if one not in stops[one[1]]:
                    stops[one[1]].append(one)
        tallest = max(sum(map(self._room, column)) for column in stops)
        self.height = 2 * MARGIN + tallest + MARGIN // 2
        for column in reversed(stops):
            column.sort(key=lambda stop: self._wish(leads.get(stop, [])))
            top = 2 * MARGIN + (tallest - sum(map(self._room, column))) // 2
            for stop in column:
                self._middle[stop] = top + (self._room(stop) - GAP) // 2
                top += self._room(stop)

    def _room(self, stop: _Stop) -> int:
        return HIGH + GAP if self._column[stop[0]] == stop[1] else LANE + GAP

    def _wish(self, targets: Sequence[_Stop]) -> float:
        placed = [self._middle[stop] for stop in targets if stop in self._middle]
        return sum(placed) / len(placed) if placed else 0.0

    def _stations(self, edge: Edge) -> Iterator[_Stop]:
        first, last = self._column[edge.source], self._column[edge.target]
        yield edge.source, first, False
        yield from ((edge.target, column, edge.wrong) for column in range(first + 1, last))
        yield edge.target, last, False

    def corner(self, node: Node) -> tuple[int, int]:
        """Return the upper left corner of a node."""
        middle = self._middle[(node.key, node.column, False)]
        return MARGIN + node.column * (WIDE + BETWEEN), middle - HIGH // 2

    def way(self, edge: Edge) -> list[_Station]:
        """Return the stations of an edge."""
        found = []
        for stop in self._stations(edge):
            left = MARGIN + stop[1] * (WIDE + BETWEEN)
            found.append((left, left + WIDE, self._middle[stop]))
        return found


def _heads(columns: int) -> Iterator[str]:
    words = {1: HEADS[1], 0: HEADS[0], columns - 1: HEADS[2]} if columns > 2 else {0: HEADS[0], columns - 1: HEADS[2]}
    for column, head in words.items():
        yield f'<text class="head" x="{MARGIN + column * (WIDE + BETWEEN)}" y="{MARGIN}">{head}</text>'


def _edge(edge: Edge, way: Sequence[_Station]) -> Iterator[str]:
    """Yield an edge piece by piece, so that what several edges share can be drawn once and keeps its dashes."""
    kind = "wrong" if edge.wrong else "noted" if edge.level else "right"
    for one, other in pairwise(way):
        begin, last = one[0] if one != way[0] else one[1], other == way[-1]
        x, y, middle, to_x = one[1], one[2], other[2], other[0] - (7 if last else 0)
        bend = max(48, abs(to_x - x) // 2)
        path = f"M{begin} {y}H{x}C{x + bend} {y} {to_x - bend} {middle} {to_x} {middle}"
        tip = f'<path class="tip" d="M{other[0]} {middle}l-9 -4.5v9z"/>' if last else ""
        yield f'<g class="edge {kind}"><path d="{path}"/>{tip}</g>'


def _mark(edge: Edge, way: Sequence[_Station]) -> Iterator[str]:
    """Yield the numbers of the findings on an edge, near where it begins: there edges lie apart."""
    if not edge.findings:
        return
    words = ", ".join(map(str, edge.findings[:2])) + (" \u2026" if len(edge.findings) > 2 else "")
    wide = 14 + 7 * len(words)
    x, y = way[0][1] + 8 + wide // 2, way[0][2] + max(-8, min(8, (way[1][2] - way[0][2]) // 20))
    kind = "wrong" if edge.wrong else "noted"
    yield f'<g class="mark {kind}"><rect x="{x - wide // 2}" y="{y - 10}" width="{wide}" height="20" rx="10"/>'
    yield f'<text x="{x}" y="{y + 4}">{words}</text></g>'


def _node(node: Node, x: int, y: int) -> Iterator[str]:
    speaks = f", {LISTENER_SPEAKS[node.speaks]}" if node.speaks else ""
    yield f'<g class="node {node.kind} {node.speaks or ""}"><title>{text(f"{node.title}{speaks}, {node.detail}", 400)}'
    yield f'</title><rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="{HIGH // 2 if node.speaks else 8}"/>'
    inset = 20 if node.speaks else 12
    letters = LETTERS - (1 if node.speaks else 0)
    yield f'<text x="{x + inset}" y="{y + (20 if node.detail else 28)}">{_fitting(node.title, letters)}</text>'
    if node.detail:
        small = f"{LISTENER_SPEAKS[node.speaks]}, {node.detail}" if node.speaks else node.detail
        yield f'<text class="small" x="{x + inset}" y="{y + 36}">{_fitting(small, letters + 4, keep_end=True)}</text>'
    yield "</g>"


def _fitting(words: str, letters: int, *, keep_end: bool = False) -> str:
    shown = printable(" ".join(words.split()))
    if len(shown) > letters:
        half = letters // 2
        shown = f"{shown[: half - 1]}\u2026{shown[-half:]}" if keep_end else f"{shown[: letters - 1]}\u2026"
    return html.escape(shown)


def legend(drawn: Map, *, observed: bool = False) -> Iterator[str]:
    """Yield what the signs of the drawing mean."""
    yield '<ul class="legend signs">'
    numbered = any(edge.findings for edge in drawn.edges)
    wrong = "wrong, with the number of its finding" if numbered else "wrong"
    signs = (("wrong", wrong), ("noted", "worth knowing"), ("right", "nothing wrong"))
    for kind, words in signs:
        yield f'<li><svg class="sign" viewBox="0 0 44 10" aria-hidden="true"><g class="edge {kind}"><path d="M0 5h36"/>'
        yield f'<path class="tip" d="M43 5l-9 -4.5v9z"/></g></svg>{words}</li>'
    yield "</ul>"
    words = left_out_words(drawn)
    if words:
        yield f'<p class="cut">{words}</p>'
    if observed:
        yield '<p class="cut">The table says how many attempts each of them was seen to send.</p>'


def table(drawn: Map, *, observed: bool = False) -> Iterator[str]:
    """Yield what the drawing shows as a table, the wrong connections first."""
    if not drawn.edges:
        return
    nodes = {node.key: node for node in drawn.nodes}
    yield '<details><summary>The same as a table</summary><div class="scroll" tabindex="0"><table class="edges">'
    yield "<caption>Every connection of the map, the wrong ones first</caption><thead><tr>"
    heads = ("From", "To", "Finding", "Verdict", *(("Seen",) if observed else ()))
    yield "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    for edge in reversed(drawn.edges):
        source, target = nodes[edge.source], nodes[edge.target]
        links = ", ".join(f'<a href="#finding-{number}">{number}</a>' for number in edge.findings)
        verdict = f"{edge.level}: {LEVEL_MEANS[edge.level]}" if edge.level else "nothing wrong"
        seen = f'<td class="number">{tally(edge.attempts) if edge.attempts else ""}</td>' if observed else ""
        yield f"<tr><td>{_named(source)}</td><td>{_named(target)}</td><td>{links}</td><td>{verdict}</td>{seen}</tr>"
    yield "</tbody></table></div></details>"


def _named(node: Node) -> str:
    place = f" <small>{text(node.detail, 300)}</small>" if node.detail else ""
    return f"<bdi>{text(node.title, 200)}</bdi>{place}"
