"""The map of an inspection as a Mermaid flowchart, which GitHub, GitLab and many editors draw.

Every name is bounded, and every character of it that means something to Mermaid, to Markdown or to HTML becomes a
code of the form ``#60;``, so a file of a hostile repository can neither break the chart nor put markup into it.
https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.model.redact import printable
from wsdoctor.renderers._map import LISTENER_SPEAKS, Map, Node

__all__ = ["chart"]

LONGEST = 60
"""Characters of a name."""
_MEANING = re.compile(r"[^A-Za-z0-9 .,_/\-\u00a1-\U0010ffff]")
_SHAPES = {"listener": ('(["', '"])'), "hop": ('["', '"]'), "map": ('{{"', '"}}'), "outside": ('(("', '"))')}
_WRONG = "stroke:#c2410c,stroke-width:3px,stroke-dasharray:7 4"
_NOTED = "stroke:#2a5f8f,stroke-width:2px,stroke-dasharray:2 4"


def chart(drawn: Map) -> str:
    """Return the chart in its fence, empty if there is nothing to draw."""
    return "\n".join(("```mermaid", "flowchart LR", *_lines(drawn), "```")) if drawn.nodes else ""


def _lines(drawn: Map) -> Iterator[str]:
    for node in drawn.nodes:
        opening, closing = _SHAPES.get(node.kind, ('["', '"]'))
        yield f"  n{node.key}{opening}{'<br/>'.join(_words(node))}{closing}"
    styles: dict[str, list[int]] = {_WRONG: [], _NOTED: []}
    for number, edge in enumerate(drawn.edges):
        words = [f"finding {', '.join(map(str, edge.findings[:3]))}"] if edge.findings else []
        words += [f"seen {edge.attempts} times"] if edge.attempts else []
        label = f'|"{" ".join(words)}"|' if words else ""
        yield f"  n{edge.source} -->{label} n{edge.target}"
        if edge.level:
            styles[_WRONG if edge.wrong else _NOTED].append(number)
    for style, numbers in styles.items():
        if numbers:
            yield f"  linkStyle {','.join(map(str, numbers))} {style}"


def _words(node: Node) -> Iterator[str]:
    yield _escaped(node.title)
    if node.speaks:
        yield LISTENER_SPEAKS[node.speaks]
    if node.detail:
        yield _escaped(node.detail)


def _escaped(words: str) -> str:
    shown = printable(" ".join(words.split()), LONGEST)
    return _MEANING.sub(lambda match: f"#{ord(match.group())};", shown)
