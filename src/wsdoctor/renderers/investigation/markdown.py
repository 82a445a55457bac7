"""An investigation as Markdown: each group of strays with the line that sends it, five answers, and the verdict.

All that comes from peers and from the repository is escaped by `_markdown` and `_mermaid`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wsdoctor.model.inspection import Answer, Explained, Investigation
from wsdoctor.model.report import Group
from wsdoctor.model.rule import Rule
from wsdoctor.renderers._map import place_of, seen_at
from wsdoctor.renderers._markdown import cell, span, text
from wsdoctor.renderers._view import reason_of, rhythm, summary, who
from wsdoctor.renderers._words import count, percent, tally
from wsdoctor.renderers._words import span as between
from wsdoctor.renderers.inspection.markdown import findings_in_full, map_section, patch_of
from wsdoctor.rules import load_rules

__all__ = ["NAME", "render"]

NAME = "markdown"
SHOWN = 20
LOOKED_AT = 8
PLACES = 6
KINDS = 3
"""Groups of one cause that are shown; they differ in little, such as a browser's field order."""


def render(
    investigation: Investigation,
    write: Callable[[str], object],
    *,
    rules: Mapping[str, Rule] | None = None,
    verbose: bool = False,
    **_options: object,
) -> None:
    """Write the investigation as Markdown.

    Args:
        investigation: what was observed and declared, joined.
        write: takes text, several times.
        rules: by id, for titles; None for the built-in ones.
        verbose: everything that was found and looked at.
        **_options: those of other renderers, ignored.

    """
    for paragraph in _paragraphs(investigation, load_rules() if rules is None else rules, verbose):
        write(f"{paragraph}\n\n")
    write(f"**{text(investigation.verdict)}**\n")


def _paragraphs(investigation: Investigation, rules: Mapping[str, Rule], verbose: bool) -> Iterator[str]:
    most = None if verbose else SHOWN
    yield f"**{text(investigation.verdict)}**"
    if investigation.explanations:
        yield "### Sent by this project"
        yield _table(investigation, rules, most)
        for each in investigation.explanations[:most]:
            yield from _explained(each, rules)
        yield from _rest(len(investigation.explanations), most, "more group")
    if investigation.unexplained:
        yield "### From outside"
        yield "\n".join(_outside(group) for group in investigation.unexplained[:most])
        yield from _rest(len(investigation.unexplained), most, "more group")
    yield "### Five questions"
    for number, chapter in enumerate(investigation.chapters, 1):
        yield from _chapter(number, chapter, verbose)
    yield from map_section(investigation.inspection, seen_at(investigation), numbered=False)
    if investigation.latent:
        yield "### Waiting to happen"
        yield from findings_in_full(investigation.latent, rules, verbose, numbered=False)


def _rest(number: int, most: int | None, noun: str) -> Iterator[str]:
    if most is not None and number > most:
        yield f"And {count(number - most, noun)}."


def _table(investigation: Investigation, rules: Mapping[str, Rule], most: int | None) -> str:
    rows = ["| Attempts | Where | What | Rhythm | Sure |", "| ---: | --- | --- | --- | --- |"]
    for each in investigation.explanations[:most]:
        cells = (
            tally(each.attempts),
            span(place_of(each.locations[0])),
            text(_title(each, rules)),
            rhythm(each.group) or "",
            percent(each.confidence),
        )
        rows.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(rows)


def _title(each: Explained, rules: Mapping[str, Rule]) -> str:
    rule, finding = rules.get(each.rule), each.group.diagnosis.primary
    return rule.title if rule else finding.title if finding else each.rule


def _explained(each: Explained, rules: Mapping[str, Rule]) -> Iterator[str]:
    place = each.locations[0]
    yield f"#### {tally(each.attempts)}\u00d7 {text(_title(each, rules))}"
    lines = [
        f"- **Sent by:** {span(place_of(place))}{f': {span(place.text)}' if place.text else ''}",
        f"- **What agrees:** {', '.join(map(text, each.agreed))}",
        *(f"- **Seen:** {_seen(group)}" for group in each.groups[:KINDS]),
        f"- **To do:** {text(each.remedy)}",
        f"- **More:** {span(f'wsdoctor explain {each.rule}')}",
    ]
    if len(each.groups) > KINDS:
        lines.insert(-2, f"- And {count(len(each.groups) - KINDS, 'more kind')} of the same cause.")
    if len(each.locations) > 1:
        others = ", ".join(span(place_of(other)) for other in each.locations[1 : PLACES + 1])
        more = len(each.locations) - 1 - PLACES
        lines.insert(1, f"- **Has a part in it, or does the same:** {others}{f' and {more} more' if more > 0 else ''}")
    yield "\n".join(lines)
    if each.patch:
        yield patch_of(each.patch)


def _seen(group: Group) -> str:
    people, when = who((group,)), between(group.first_seen, group.last_seen)
    words = (f"from {text(people)}" if people else None, rhythm(group), when)
    return ", ".join((span(summary(group)), *filter(None, words)))


def _outside(group: Group) -> str:
    finding = group.diagnosis.primary
    what = f"{text(finding.title)} ({span(finding.cls)}): {text(reason_of(finding).rstrip('.'))}. " if finding else ""
    return f"- {tally(group.attempts)}\u00d7 {what}{_seen(group)}"


def _chapter(number: int, chapter: Answer, verbose: bool) -> Iterator[str]:
    shown = chapter.looked_at if verbose else chapter.looked_at[:LOOKED_AT]
    more = len(chapter.looked_at) - len(shown)
    yield f"**{number}. {text(chapter.question)}** {text(chapter.answer)}"
    if shown:
        listed = "; ".join(map(text, shown))
        yield f"<sub>Looked at: {listed}{f' and {more} more' if more else ''}.</sub>"
