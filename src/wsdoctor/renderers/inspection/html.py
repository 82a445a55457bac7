"""An inspection as one HTML file: the map drawn, each finding with its lines, what to do, and a patch if there is one.

It needs no network, no script and no cookie, reads in light and dark, and prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wsdoctor.model.finding import LEVELS
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.rule import Rule
from wsdoctor.renderers._html_parts import icon, text
from wsdoctor.renderers._inspection_html import TONES, finding_card, map_panel, page, quiet_panel, tiles
from wsdoctor.renderers._words import count, tally
from wsdoctor.rules import load_rules

__all__ = ["NAME", "render"]

NAME = "html"
_SECTIONS = {
    "error": ("Handshakes cannot succeed", "A WebSocket that takes this way never opens. Each entry says why."),
    "warning": ("Strays will arrive", "These send something to a WebSocket port that is no opening handshake."),
    "note": ("Worth knowing", "Harmless, but seen in the log of the server."),
}


def render(
    inspection: Inspection,
    write: Callable[[str], object],
    *,
    rules: Mapping[str, Rule] | None = None,
    **_options: object,
) -> None:
    """Write the inspection as one HTML page.

    Args:
        inspection: what was found.
        write: takes text, several times.
        rules: by id, for titles and settings per product; None for the built-in ones.
        **_options: those of other renderers, ignored.

    """
    verdict = _verdict(inspection)
    body = _body(inspection, load_rules() if rules is None else rules)
    for piece in page(f"wsdoctor: {verdict}", "what connects to a WebSocket port", verdict, _lead(inspection), body):
        write(piece)


def _verdict(inspection: Inspection) -> str:
    loud = sum(finding.level != "note" for finding in inspection.findings)
    if loud:
        return f"{count(loud, 'place')} to change."
    if inspection.findings:
        return "Nothing to change."
    if inspection.known or inspection.elsewhere:
        return "Nothing new."
    return "Nothing here sends strays to a WebSocket port."


def _lead(inspection: Inspection) -> str:
    sockets = [listener for listener in inspection.declared.listeners if listener.speaks == "websocket"]
    words = f"{count(inspection.files, 'file')} of <code>{text(inspection.root, 200)}</code> were read, and "
    if not sockets:
        return f"{words}no server in them was found that speaks WebSocket and nothing else."
    named = ", ".join(sorted({f"port {listener.port}" for listener in sockets if listener.port is not None}))
    one = len(sockets) == 1
    found = "1 server that speaks WebSocket" if one else f"{tally(len(sockets))} servers that speak WebSocket"
    return f"{words}{found} and nothing else {'was' if one else 'were'} found{f', {named}' if named else ''}."


def _body(inspection: Inspection, rules: Mapping[str, Rule]) -> Iterator[str]:
    numbered = list(enumerate(inspection.findings, 1))
    by_level = {level: [each for each in numbered if each[1].level == level] for level in reversed(LEVELS)}
    yield from tiles(
        (TONES[level], level, _SECTIONS[level][0], tally(len(found)) + (" place" if len(found) == 1 else " places"))
        for level, found in by_level.items()
        if found
    )
    yield "</header><main>"
    yield from map_panel(inspection)
    yield '<div id="findings">'
    for level, found in by_level.items():
        if not found:
            continue
        title, about = _SECTIONS[level]
        yield f'<section class="{TONES[level]}" aria-labelledby="{level}"><h2 id="{level}">{icon(TONES[level])}{title} '
        yield f"<small>{count(len(found), 'place')}</small></h2><p>{about}</p>"
        for number, finding in found:
            yield from finding_card(finding, number, rules.get(finding.rule))
        yield "</section>\n"
    yield "</div>"
    yield from quiet_panel(inspection)
    yield "</main>\n"
