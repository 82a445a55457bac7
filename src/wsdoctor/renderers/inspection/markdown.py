"""An inspection as Markdown, to paste into an issue, a pull request or the summary of a job.

The verdict, a table of findings with file and line, the map as a Mermaid chart, and what to do about each. All that
comes from the repository is escaped by `_markdown` and `_mermaid`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.redact import redact_log
from wsdoctor.model.rule import Rule
from wsdoctor.renderers._map import Place, left_out_words, map_of, place_of, unnumbered
from wsdoctor.renderers._markdown import block, cell, span, text
from wsdoctor.renderers._mermaid import chart
from wsdoctor.renderers._words import LEVEL_MEANS, count, percent
from wsdoctor.renderers.inspection.terminal import verdict
from wsdoctor.rules import load_rules

__all__ = ["NAME", "findings_in_full", "map_section", "patch_of", "render"]

NAME = "markdown"
TABLE = 100
IN_FULL = 20
"""Findings shown in full; an issue has room for so much (65,536 characters on GitHub)."""
NOTES = 20
PATCH_LINES = 60
RELATED = 8


def render(
    inspection: Inspection,
    write: Callable[[str], object],
    *,
    rules: Mapping[str, Rule] | None = None,
    verbose: bool = False,
    **_options: object,
) -> None:
    """Write the inspection as Markdown.

    Args:
        inspection: what was found.
        write: takes text, several times.
        rules: by id, for titles; None for the built-in ones.
        verbose: every finding in full, and every note.
        **_options: those of other renderers, ignored.

    """
    for paragraph in _paragraphs(inspection, load_rules() if rules is None else rules, verbose):
        write(f"{paragraph}\n\n")
    write(f"**{verdict(inspection)}**\n")


def _paragraphs(inspection: Inspection, rules: Mapping[str, Rule], verbose: bool) -> Iterator[str]:
    yield f"**{verdict(inspection)}**"
    if inspection.findings:
        yield _table(inspection.findings, rules, None if verbose else TABLE)
    yield from map_section(inspection)
    yield from findings_in_full(inspection.findings, rules, verbose)
    yield from _notes(inspection, verbose)


def _table(findings: Sequence[RepositoryFinding], rules: Mapping[str, Rule], most: int | None) -> str:
    rows = ["| | Level | Where | What | Sure |", "| ---: | --- | --- | --- | --- |"]
    for number, finding in enumerate(findings[:most], 1):
        cells = (
            str(number),
            finding.level,
            span(place_of(finding.location)),
            text(_title(finding, rules)),
            percent(finding.confidence),
        )
        rows.append(f"| {' | '.join(map(cell, cells))} |")
    if most is not None and len(findings) > most:
        rows.append(f"| | | | {count(len(findings) - most, 'more finding')} | |")
    return "\n".join(rows)


def _title(finding: RepositoryFinding, rules: Mapping[str, Rule]) -> str:
    rule = rules.get(finding.rule)
    return rule.title if rule else finding.rule


def map_section(
    inspection: Inspection, attempts: Mapping[Place, int] | None = None, *, numbered: bool = True
) -> Iterator[str]:
    """Yield the map under a heading of its own, nothing where nothing is declared."""
    drawn = map_of(inspection, attempts)
    drawn = drawn if numbered else unnumbered(drawn)
    if drawn.edges:
        yield "### Who connects to what"
        yield chart(drawn)
        signs = (
            f"Thick dashes are wrong{', with the number of the finding' if numbered else ''}; dots are worth knowing."
        )
        yield f"{signs} {left_out_words(drawn)}".strip()


def findings_in_full(
    findings: Sequence[RepositoryFinding], rules: Mapping[str, Rule], verbose: bool, *, numbered: bool = True
) -> Iterator[str]:
    """Yield each finding with what is wrong, what to do, who has a part in it, and its patch."""
    for number, finding in enumerate(findings if verbose else findings[:IN_FULL], 1):
        yield f"#### {f'{number}. ' if numbered else ''}{text(_title(finding, rules))}"
        lines = [
            f"- **Where:** {span(place_of(finding.location))}, {finding.level} ({LEVEL_MEANS[finding.level]})",
            f"- **What:** {text(finding.message)}",
            f"- **To do:** {text(finding.remedy)}",
        ]
        if finding.related:
            more = len(finding.related) - RELATED
            named = ", ".join(span(place_of(place)) for place in finding.related[:RELATED])
            lines.append(f"- **See also:** {named}{f' and {more} more' if more > 0 else ''}")
        lines.append(f"- **More:** {span(f'wsdoctor explain {finding.rule}')}")
        yield "\n".join(lines)
        if finding.patch:
            yield patch_of(finding.patch)
        elif finding.location.text:
            yield block((finding.location.text,))
    if len(findings) > IN_FULL and not verbose:
        yield f"And {count(len(findings) - IN_FULL, 'more finding')}; the table has them."


def patch_of(patch: str) -> str:
    """Return a unified diff as a code block; secrets are hidden, for issues are read by many."""
    lines = redact_log(patch).splitlines()
    cut = [f"({count(len(lines) - PATCH_LINES, 'more line')})"] if len(lines) > PATCH_LINES else []
    return block([*lines[:PATCH_LINES], *cut], "diff")


def _notes(inspection: Inspection, verbose: bool) -> Iterator[str]:
    notes = inspection.declared.notes
    if notes:
        shown = notes if verbose else notes[:NOTES]
        items = [f"- {span(place_of(note.location))}: {text(note.text, 400)}" for note in shown]
        if len(notes) > len(shown):
            items.append(f"- and {count(len(notes) - len(shown), 'more note')}")
        listed = "\n".join(items)
        yield f"<details><summary>{count(len(notes), 'note')}</summary>\n\n{listed}\n\n</details>"
    if inspection.skipped:
        yield f"Passed over: {', '.join(f'{text(why)}: {many}' for why, many in sorted(inspection.skipped.items()))}."
