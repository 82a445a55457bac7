"""Pieces of the pages on inspections and investigations: the page itself, findings, source lines, patches, the map.

Every function returns markup in which all text is escaped. A page carries its style in itself, names it by its hash
in its Content-Security-Policy, and has no script at all.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping

from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.redact import printable, redact_log
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Location
from wsdoctor.renderers._assets import asset
from wsdoctor.renderers._html_parts import code, gauge, icon, references, text
from wsdoctor.renderers._map import Place, map_of, place_of, unnumbered
from wsdoctor.renderers._map_svg import drawing, legend, table
from wsdoctor.renderers._words import CLASS_LABEL, CLASS_MEANS, LEVEL_MEANS, count

__all__ = [
    "TONES",
    "finding_card",
    "map_panel",
    "page",
    "patch_block",
    "places_list",
    "quiet_panel",
    "remedy_box",
    "tiles",
]

TONES = {"error": "needs-you", "warning": "unexplained", "note": "harmless"}
"""Level → the class that gives a card its colour."""
NOTES = 200
RELATED = 12
PATCH_LINES = 400
_LONGEST_LINE = 400


def page(title: str, about: str, verdict: str, lead: str, body: Iterable[str]) -> Iterator[str]:
    """Yield a whole page.

    Args:
        title: of the window.
        about: behind the name of the program.
        verdict: the headline, markup.
        lead: the sentence below it, markup.
        body: pieces of markup.

    """
    style, digest = asset("report.css", "inspection.css")
    policy = f"default-src 'none'; style-src {digest}; base-uri 'none'; form-action 'none'"
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{style}</style></head>\n<body>"
        '<a class="skip" href="#findings">Skip to what was found</a><header class="top">'
        f'<p class="brand"><span><b>wsdoctor</b>: {about}</span></p><h1>{verdict}</h1><p class="lead">{lead}</p>'
    )
    yield from body
    yield (
        "<footer><p>Made by wsdoctor from the files of the project; nothing of them was run. Passwords, cookies and "
        "tokens are hidden. This file loads nothing and sends nothing.</p></footer></body></html>\n"
    )


def tiles(given: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    """Yield the boxes below the headline: class, where it leads, title and words of each."""
    yield '<ul class="tiles">'
    for tone, target, title, words in given:
        yield f'<li class="{tone}"><a href="#{target}">{icon(tone)}<b>{title}</b><span>{words}</span></a></li>'
    yield "</ul>"


def map_panel(
    inspection: Inspection, attempts: Mapping[Place, int] | None = None, *, linked: bool = True
) -> Iterator[str]:
    """Yield the map with its legend and its table, nothing where nothing is declared.

    Args:
        inspection: what is declared and what is wrong with it.
        attempts: file and line → attempts that they were seen to send.
        linked: whether the findings are on the page under their numbers; else the map shows no numbers.

    """
    drawn = map_of(inspection, attempts)
    if not drawn.nodes:
        return
    if not linked:
        drawn = unnumbered(drawn)
    observed = bool(attempts)
    yield '<div class="panel" id="map"><h2>Who connects to what</h2><div class="map-frame" tabindex="0">'
    yield from drawing(drawn)
    yield "</div>"
    yield from legend(drawn, observed=observed)
    yield from table(drawn, observed=observed)
    yield "</div>"


def finding_card(finding: RepositoryFinding, number: int, rule: Rule | None) -> Iterator[str]:
    """Yield one finding: where, the lines, what is wrong, what to do, and who else has a part in it."""
    title = rule.title if rule else finding.rule
    yield f'<article class="finding {TONES[finding.level]}" id="finding-{number}">'
    yield f'<h3><span class="n">{number}</span>{text(title)}</h3>'
    yield f'<p class="where"><code><bdi>{text(place_of(finding.location))}</bdi></code> \u00b7 {finding.level}: '
    yield f"{LEVEL_MEANS[finding.level]} \u00b7 {CLASS_LABEL[finding.cls]}</p>"
    yield _source(finding)
    yield f"<p><bdi>{text(finding.message.rstrip('.'))}.</bdi></p>"
    yield from remedy_box(finding.remedy, rule, finding.patch)
    yield '<details><summary>More about it</summary><dl class="facts">'
    facts = [
        ("What it is", html.escape(CLASS_MEANS[finding.cls])),
        ("How sure", gauge(finding.confidence)),
        ("Has a part in it", places_list(finding.related)),
        ("Why it happens", text(rule.why) if rule else None),
        ("Read more", references([each.url for each in rule.references], rule) if rule else None),
        ("Full page", f"<code>wsdoctor explain {text(finding.rule)}</code>"),
        ("Keep it as it is", f"<code># wsdoctor: ignore {text(finding.rule)} -- why it is right</code>, on that line"),
    ]
    yield "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in facts if words)
    yield "</dl></details></article>"


def places_list(places: Iterable[Location]) -> str | None:
    """Return places as a list, None if there are none."""
    every = list(places)
    items = "".join(
        f"<li><code><bdi>{text(place_of(place))}</bdi></code> {text(place.text, 120)}</li>" for place in every[:RELATED]
    )
    more = f"<li>and {len(every) - RELATED} more</li>" if len(every) > RELATED else ""
    return f'<ul class="plain">{items}{more}</ul>' if every else None


def _source(finding: RepositoryFinding) -> str:
    place = finding.location
    lines = finding.excerpt or ((place.line, place.text),) if finding.excerpt or place.text else ()
    last = max(place.end_line or 0, place.line)
    rows = []
    for number, line in lines:
        here = ' class="here"' if place.line <= number <= last else ""
        rows.append(f"<span{here}><i>{number}</i>{html.escape(_shown(line))}</span>")
    return f'<pre class="source" dir="ltr" tabindex="0">{"".join(rows)}</pre>' if rows else ""


def _shown(line: str) -> str:
    return printable(line.expandtabs(4), _LONGEST_LINE)


def remedy_box(remedy: str, rule: Rule | None, patch: str | None) -> Iterator[str]:
    """Yield what to do: in words, as a patch where there is one, and per product where the rule knows it."""
    yield f'<div class="do"><h4>{icon("do")}What to do</h4><p>{text(remedy)}</p>'
    if patch:
        yield patch_block(patch)
    settings = rule.remedy.by if rule else {}
    if settings:
        yield f"<details><summary>Settings: {text(', '.join(settings), 200)}</summary>"
        for product, directive in settings.items():
            yield f"<details><summary>{text(product)}</summary>{code(directive)}</details>"
        yield "</details>"
    yield "</div>"


def patch_block(patch: str) -> str:
    """Return a unified diff with its lines marked; secrets are hidden, for pages are passed on."""
    lines = redact_log(patch).splitlines()
    rows = []
    for line in lines[:PATCH_LINES]:
        kind = "at" if line.startswith(("---", "+++", "@@")) else {"+": "plus", "-": "minus"}.get(line[:1], "same")
        rows.append(f'<span class="{kind}">{html.escape(_shown(line)) or " "}</span>')
    if len(lines) > PATCH_LINES:
        rows.append(f'<span class="at">{count(len(lines) - PATCH_LINES, "more line")}</span>')
    return (
        f'<details open><summary>As a patch</summary><pre class="patch" dir="ltr" tabindex="0">{"".join(rows)}</pre>'
        "</details>"
    )


def quiet_panel(inspection: Inspection) -> Iterator[str]:
    """Yield what was kept quiet, what could not be read, and what was passed over."""
    notes, skipped = inspection.declared.notes, inspection.skipped
    quiet = (*inspection.suppressed, *inspection.known)
    if not (notes or skipped or quiet or inspection.elsewhere):
        return
    yield '<div class="panel"><h2>What else there is to know</h2>'
    for findings, words in (
        (inspection.suppressed, "kept quiet by a comment with a reason"),
        (inspection.known, "known to the baseline"),
    ):
        if findings:
            yield f"<details><summary>{count(len(findings), 'finding')} {words}</summary>"
            yield places_list([finding.location for finding in findings]) or ""
            yield "</details>"
    if inspection.elsewhere:
        yield f"<p>{count(inspection.elsewhere, 'finding')} in files that did not change.</p>"
    if notes:
        yield f"<details><summary>{count(len(notes), 'note')} on what could not be read or followed</summary>"
        yield '<ul class="plain">'
        for note in notes[:NOTES]:
            yield f"<li><code><bdi>{text(place_of(note.location))}</bdi></code> {text(note.text, 400)}</li>"
        yield f"<li>and {len(notes) - NOTES} more</li>" if len(notes) > NOTES else ""
        yield "</ul></details>"
    if skipped:
        words = ", ".join(f"{text(reason)}: {many}" for reason, many in sorted(skipped.items()))
        yield f"<p>Passed over: {words}.</p>"
    yield "</div>"
