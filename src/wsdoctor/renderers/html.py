"""The report as one HTML file: no network, no server, no cookie; it reads without JavaScript and prints.

It is written for somebody who never heard of RFC 6455. A Content-Security-Policy forbids everything but the
style and the script of this package, which it names by their hashes, so even markup that slipped through
could load and run nothing. All text is escaped by `_html_parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from wsdoctor.model.report import Report
from wsdoctor.model.rule import Rule
from wsdoctor.renderers._assets import asset
from wsdoctor.renderers._html_parts import Charts, cause_card, icon, text
from wsdoctor.renderers._view import Section, sections
from wsdoctor.renderers._words import count, span, tally
from wsdoctor.rules import load_rules

__all__ = ["NAME", "render"]

NAME = "html"

_OPEN = 8
"""So many causes that need somebody stand open; a page that opens everything shows nothing."""
_ABOUT = {
    "needs-you": "Something has to be changed before this works or stops. Each entry says what.",
    "unexplained": "Too little was seen of these to name a cause. Each entry says what would settle it.",
    "harmless": "These arrive on every open port, or are checks that somebody set up. The server can live with them.",
    "good": "These asked for a WebSocket in the right way. They are counted here, and nothing is wrong with them.",
}
_GLOSSARY = (
    ("WebSocket", "a connection between a program and a server that stays open, for chat, live data and the like"),
    ("opening handshake", "the short request with which a WebSocket begins; it must ask to \u201cupgrade\u201d"),
    ("stray", "an attempt to connect that is no such request, or a broken one; servers log it as an error"),
    ("port", "the door of a program on the network; anybody who can reach it can knock"),
    ("how sure", "how likely the named cause is; never 100 %, for a sender can claim to be somebody else"),
)


def render(
    report: Report,
    write: Callable[[str], object],
    *,
    rules: Mapping[str, Rule] | None = None,
    **_options: object,
) -> None:
    """Write the report as one HTML page.

    Args:
        report: what was observed.
        write: takes text, several times.
        rules: by id, for reasons and settings per product; None for the built-in ones.
        **_options: those of other renderers, ignored.

    """
    for piece in _page(report, load_rules() if rules is None else rules):
        write(piece)


def _page(report: Report, rules: Mapping[str, Rule]) -> Iterator[str]:
    found = sections(report)
    charts = Charts.of(report)
    (style, style_hash), (script, script_hash) = asset("report.css"), asset("report.js")
    policy = (
        f"default-src 'none'; style-src {style_hash}; script-src {script_hash}; base-uri 'none'; form-action 'none'"
    )
    verdict = _verdict(report, found)
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
        f"<title>wsdoctor: {verdict}</title><style>{style}</style></head>\n<body>"
        '<a class="skip" href="#causes">Skip to the causes</a><header class="top">'
    )
    when = span(report.first_seen, report.last_seen) or ""
    yield f'<p class="brand"><span><b>wsdoctor</b>: who knocks on a WebSocket port</span><span>{when}</span></p>'
    yield f'<h1>{verdict}</h1><p class="lead">{_lead(report)}</p>'
    yield from _tiles(found)
    yield "</header><main>"
    yield from _words()
    chart = "\n".join(charts.stacked(found))
    if chart:
        yield f'<div class="panel"><h2>When they came</h2>{chart}</div>'
    yield from _tools(found)
    yield '<div id="causes">'
    for section in found:
        yield from _section(section, charts, rules)
    yield "</div></main>\n<footer>"
    yield "".join(f"<p>Note: {text(note)}</p>" for note in report.notes)
    yield (
        "<p>Made by wsdoctor from what was seen on the port. Passwords, cookies and tokens are hidden; "
        "times are UTC. This file loads nothing and sends nothing.</p>"
        f"</footer><script>{script}</script></body></html>\n"
    )


def _verdict(report: Report, found: Sequence[Section]) -> str:
    by_key = {section.key: len(section.causes) for section in found}
    needing, open_ = by_key.get("needs-you", 0), by_key.get("unexplained", 0)
    if not report.attempts:
        return "Nobody knocked."
    if needing:
        return "1 thing needs you." if needing == 1 else f"{tally(needing)} things need you."
    if open_:
        kinds = "1 kind of attempt is" if open_ == 1 else f"{tally(open_)} kinds of attempt are"
        return f"Nothing is known to need you; {kinds} not explained yet."
    return "Nothing needs you."


def _lead(report: Report) -> str:
    strays = report.attempts - report.good
    if not report.attempts:
        return "No attempt to connect was observed."
    words = [f"{count(report.attempts, 'attempt')} to connect {'was' if report.attempts == 1 else 'were'} seen."]
    if report.good:
        words.append(f"{tally(report.good)} came from real WebSocket clients and asked in the right way.")
    if strays and report.good:
        words.append(f"The other {tally(strays)} {'was a stray' if strays == 1 else 'were strays'}, explained below.")
    elif strays:
        words.append("It was a stray, explained below." if strays == 1 else "All were strays, explained below.")
    return " ".join(words)


def _tiles(found: Sequence[Section]) -> Iterator[str]:
    yield '<ul class="tiles">'
    for section in found:
        causes = "" if section.key == "good" else f"{count(len(section.causes), 'kind')}, "
        yield (
            f'<li class="{section.key}"><a href="#{section.key}">{icon(section.key)}<b>{section.title}</b>'
            f"<span>{causes}{count(section.attempts, 'attempt')}</span></a></li>"
        )
    yield "</ul>"


def _words() -> Iterator[str]:
    yield (
        '<div class="panel"><p>A WebSocket begins with a short request, the <b>opening handshake</b>. '
        "Everything else that reaches its port is a <b>stray</b>: a health check, a browser, a scanner, or a real "
        "client whose request was damaged on the way. The server logs them all as the same error; this page tells "
        'them apart.</p><details><summary>Words used here</summary><dl class="words">'
    )
    yield "".join(f"<dt>{word}</dt><dd>{meaning}</dd>" for word, meaning in _GLOSSARY)
    yield "</dl></details></div>"


def _tools(found: Sequence[Section]) -> Iterator[str]:
    if found:
        yield (
            '<div class="tools" hidden><label class="find">Find a cause, an address, a path or any word of a request'
            '<input id="find" type="search" autocomplete="off" spellcheck="false"></label>'
            '<label>Order<select id="sort"><option value="given">most urgent first</option>'
            '<option value="most">most attempts first</option><option value="latest">latest first</option>'
            '<option value="surest">surest first</option></select></label>'
            '<button id="fold" type="button">Open all</button></div><p class="told" role="status"></p>'
        )


def _section(section: Section, charts: Charts, rules: Mapping[str, Rule]) -> Iterator[str]:
    yield (
        f'<section class="kind {section.key}" aria-labelledby="{section.key}"><h2 id="{section.key}">'
        f"{icon(section.key)}{section.title} <small>{count(section.attempts, 'attempt')}</small></h2>"
        f"<p>{_ABOUT[section.key]}</p>"
    )
    for at, cause in enumerate(section.causes):
        opened = section.key == "needs-you" and at < _OPEN and len(section.causes) <= 3 * _OPEN
        yield from cause_card(cause, section.key, charts, rules, opened=opened, at=at)
    yield "</section>\n"
