"""The report as Markdown, to paste into an issue or a pull request.

It says what the terminal says, in the same order. All that came from peers is escaped by `_markdown`, so a
stray can neither mention anybody nor link anywhere in the issue of its victim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wsdoctor.model.report import Group, Report
from wsdoctor.renderers._markdown import block, cell, span, text
from wsdoctor.renderers._request import received
from wsdoctor.renderers._view import (
    Cause,
    Section,
    lacking,
    overview,
    reason_of,
    rhythm,
    sections,
    summary,
    sure,
    verdict,
    who,
)
from wsdoctor.renderers._words import LEVEL_MEANS, count, percent, tally
from wsdoctor.renderers._words import span as between

__all__ = ["NAME", "render"]

NAME = "markdown"

CAUSES = 25
"""Causes shown in full per section; an issue has room for so much (65,536 characters on GitHub)."""
GROUPS = 5


def render(report: Report, write: Callable[[str], object], *, verbose: bool = False, **_options: object) -> None:
    """Write the report as Markdown.

    Args:
        report: what was observed.
        write: takes text, several times.
        verbose: every cause and every group.
        **_options: those of other renderers, ignored.

    """
    for paragraph in _report(report, verbose):
        write(f"{paragraph}\n\n")
    write(f"**{verdict(report)}**\n")


def _report(report: Report, verbose: bool) -> Iterator[str]:
    when = between(report.first_seen, report.last_seen)
    yield f"**{verdict(report)}**"
    yield f"{overview(report)}{f' Seen {when}.' if when else ''}"
    found = sections(report)
    causes = [cause for section in found if section.key != "good" for cause in section.causes]
    if causes:
        yield _table(found, None if verbose else CAUSES)
    for section in found:
        yield f"### {section.title}: {count(section.attempts, 'attempt')}"
        shown = section.causes if verbose else section.causes[:CAUSES]
        for cause in shown:
            yield from _cause(cause, verbose)
        if len(section.causes) > len(shown):
            yield f"And {count(len(section.causes) - len(shown), 'more cause')}."
    for note in report.notes:
        yield f"Note: {text(note)}"


def _table(found: tuple[Section, ...], most: int | None) -> str:
    rows = ["| | Cause | Attempts | From | Rhythm | Sure |", "| --- | --- | ---: | --- | --- | --- |"]
    for section in found:
        if section.key == "good":
            continue
        for cause in section.causes[:most]:
            people, finding = who(cause.groups, 2), cause.finding
            cells = (
                section.title,
                text(cause.title),
                tally(cause.attempts),
                text(people) if people else "",
                rhythm(cause.groups[0]) or "",
                percent(finding.confidence) if finding else "",
            )
            rows.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(rows)


def _cause(cause: Cause, verbose: bool) -> Iterator[str]:
    finding = cause.finding
    yield f"#### {tally(cause.attempts)}\u00d7 {text(cause.title)}"
    if finding is not None:
        wanted = lacking(cause.groups[0])
        lines = [
            f"- **What:** {span(finding.cls)}, {finding.level} ({LEVEL_MEANS[finding.level]})",
            f"- **Because:** {text(reason_of(finding))}",
            f"- **Sure:** {sure(finding)}",
            f"- **To do:** {text(finding.remedy)}",
            f"- **More:** {span(f'wsdoctor explain {finding.rule}')}",
        ]
        if wanted:
            lines.insert(3, f"- **Wanted:** {text(wanted)}: this would settle it")
        yield "\n".join(lines)
    shown = cause.groups if verbose else cause.groups[:GROUPS]
    yield "Seen:"
    yield "\n".join(_line(group) for group in shown)
    if len(cause.groups) > len(shown):
        yield f"And {count(len(cause.groups) - len(shown), 'more group')}."
    first = shown[0]
    for part in () if first.folded else received(first.sample):
        note = f"\n\n({part.note})" if part.note else ""
        title = f"{part.title[0].upper()}{part.title[1:]}"
        yield f"<details><summary>{title}</summary>\n\n{block(part.lines, 'text')}{note}\n\n</details>"


def _line(group: Group) -> str:
    people, when = who((group,)), between(group.first_seen, group.last_seen)
    words = (f"from {text(people)}" if people else None, rhythm(group), when)
    return f"- {tally(group.attempts)}\u00d7 {', '.join((span(summary(group)), *filter(None, words)))}"
