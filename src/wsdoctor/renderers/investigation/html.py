"""An investigation as one HTML file: who sends each stray by file and line, five answers, the map, and what waits.

It needs no network, no script and no cookie, reads in light and dark, and prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wsdoctor.model.inspection import Answer, Explained, Investigation
from wsdoctor.model.report import Report
from wsdoctor.model.rule import Rule
from wsdoctor.renderers._html_parts import Charts, cause_card, gauge, group_item, icon, text
from wsdoctor.renderers._inspection_html import (
    finding_card,
    map_panel,
    page,
    places_list,
    quiet_panel,
    remedy_box,
    tiles,
)
from wsdoctor.renderers._map import place_of, seen_at
from wsdoctor.renderers._view import rhythm, sections
from wsdoctor.renderers._words import CLASS_LABEL, CLASS_MEANS, count, percent, tally
from wsdoctor.rules import load_rules

__all__ = ["NAME", "render"]

NAME = "html"
LOOKED_AT = 60
KINDS = 8
"""Groups of one cause that are shown; they differ in little, such as a browser's field order."""


def render(
    investigation: Investigation,
    write: Callable[[str], object],
    *,
    rules: Mapping[str, Rule] | None = None,
    **_options: object,
) -> None:
    """Write the investigation as one HTML page.

    Args:
        investigation: what was observed and declared, joined.
        write: takes text, several times.
        rules: by id, for titles and settings per product; None for the built-in ones.
        **_options: those of other renderers, ignored.

    """
    verdict = _verdict(investigation)
    body = _body(investigation, load_rules() if rules is None else rules)
    lead = text(investigation.verdict)
    for piece in page(f"wsdoctor: {verdict}", "who sends strays to a WebSocket port", verdict, lead, body):
        write(piece)


def _verdict(investigation: Investigation) -> str:
    places = {place_of(each.locations[0]) for each in investigation.explanations}
    if places:
        return f"{count(len(places), 'place')} in this project {'sends' if len(places) == 1 else 'send'} strays."
    if investigation.unexplained:
        return "Every stray comes from outside."
    return "No stray was observed."


def _body(investigation: Investigation, rules: Mapping[str, Rule]) -> Iterator[str]:
    inside = sum(each.attempts for each in investigation.explanations)
    outside = sum(group.attempts for group in investigation.unexplained)
    boxes = (
        ("needs-you", "inside", "Sent by this project", count(inside, "attempt"), investigation.explanations),
        ("harmless", "outside", "From outside", count(outside, "attempt"), investigation.unexplained),
        ("unexplained", "latent", "Waiting to happen", count(len(investigation.latent), "place"), investigation.latent),
    )
    yield from tiles(box[:4] for box in boxes if box[4])
    yield '</header><main><div id="findings">'
    if investigation.explanations:
        yield from _heading("needs-you", "inside", "Sent by this project", "Each with the line that sends it.")
        for number, each in enumerate(investigation.explanations, 1):
            yield from _explained(each, number, rules)
        yield "</section>\n"
    yield from _chapters(investigation.chapters)
    yield from map_panel(investigation.inspection, seen_at(investigation), linked=False)
    yield from _outside(investigation, rules)
    if investigation.latent:
        about = "Declared in the project, and not seen yet. It comes with the next deployment, visitor or check."
        yield from _heading("unexplained", "latent", "Waiting to happen", about)
        for number, finding in enumerate(investigation.latent, 1):
            yield from finding_card(finding, number, rules.get(finding.rule))
        yield "</section>\n"
    yield "</div>"
    yield from quiet_panel(investigation.inspection)
    yield "</main>\n"


def _heading(tone: str, target: str, title: str, about: str) -> Iterator[str]:
    yield f'<section class="{tone}" aria-labelledby="{target}"><h2 id="{target}">{icon(tone)}{title}</h2><p>{about}</p>'


def _explained(each: Explained, number: int, rules: Mapping[str, Rule]) -> Iterator[str]:
    rule, finding, place = rules.get(each.rule), each.group.diagnosis.primary, each.locations[0]
    title = rule.title if rule else finding.title if finding else each.rule
    yield f'<article class="finding needs-you" id="explained-{number}"><h3><span class="n">'
    yield f"{tally(each.attempts)}\u00d7</span>{text(title)}</h3>"
    about = (CLASS_LABEL[each.cls], f"{percent(each.confidence)} sure", rhythm(each.group))
    words = " \u00b7 ".join(word for word in about if word)
    yield f'<p class="where">sent by <code><bdi>{text(place_of(place))}</bdi></code> \u00b7 {words}</p>'
    if place.text:
        line = f'<span class="here"><i>{place.line}</i>{text(place.text, 400)}</span>'
        yield f'<pre class="source" dir="ltr" tabindex="0">{line}</pre>'
    yield "<h4>What agrees</h4>"
    yield f'<ul class="agreed">{"".join(f"<li>{text(word, 200)}</li>" for word in each.agreed)}</ul>'
    yield from remedy_box(each.remedy, rule, each.patch)
    yield '<details><summary>The attempts, and more about it</summary><ol class="groups">'
    for group in each.groups[:KINDS]:
        yield from group_item(group)
    more = len(each.groups) - KINDS
    if more > 0:
        yield f"<li>And {count(more, 'more kind')} of the same cause.</li>"
    facts = (
        ("What it is", CLASS_MEANS[each.cls]),
        ("How sure", gauge(each.confidence)),
        ("Has a part in it, or does the same", places_list(each.locations[1:])),
        ("Why it happens", text(rule.why) if rule else None),
        ("Full page", f"<code>wsdoctor explain {text(each.rule)}</code>"),
    )
    yield '</ol><dl class="facts">'
    yield "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in facts if words)
    yield "</dl></details></article>"


def _chapters(chapters: tuple[Answer, ...]) -> Iterator[str]:
    yield '<section aria-labelledby="chapters"><h2 id="chapters">Five questions</h2>'
    yield '<p>What an investigator asks, in this order, and what was looked at for the answer.</p><ol class="chapters">'
    for chapter in chapters:
        yield f"<li><h3>{text(chapter.question)}</h3><p>{text(chapter.answer)}</p>"
        if chapter.looked_at:
            yield f"<details><summary>Looked at {count(len(chapter.looked_at), 'thing')}</summary>"
            yield '<ul class="plain">'
            yield "".join(f"<li><bdi>{text(each, 300)}</bdi></li>" for each in chapter.looked_at[:LOOKED_AT])
            more = len(chapter.looked_at) - LOOKED_AT
            yield f"{f'<li>and {more} more</li>' if more > 0 else ''}</ul></details>"
        yield "</li>"
    yield "</ol></section>\n"


def _outside(investigation: Investigation, rules: Mapping[str, Rule]) -> Iterator[str]:
    groups = investigation.unexplained
    if not groups:
        return
    report = Report(sum(group.attempts for group in groups), 0, groups)
    charts = Charts.of(report)
    yield from _heading("harmless", "outside", "From outside", "No file of the project sends these.")
    for section in sections(report):
        yield f'<div class="{section.key}">'
        for at, cause in enumerate(section.causes):
            yield from cause_card(cause, section.key, charts, rules, opened=False, at=at)
        yield "</div>"
    yield "</section>\n"
