"""An investigation as a person reads it on a terminal: who it is by file and line, five answers, the verdict last.

Everything that came from peers and from the repository is escaped; width and colour are arguments.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from wsdoctor.model.inspection import Investigation
from wsdoctor.model.redact import printable
from wsdoctor.renderers._words import count, percent
from wsdoctor.renderers.terminal import writer

__all__ = ["NAME", "render"]

NAME = "terminal"
SHOWN = 5
"""Places named for each answer; the rest is counted."""


def render(
    investigation: Investigation,
    write: Callable[[str], object],
    *,
    color: bool = False,
    width: int = 80,
    unicode: bool = True,
    verbose: bool = False,
    **options: object,
) -> None:
    """Write the investigation as text.

    Args:
        investigation: what was observed and declared, joined.
        write: takes text, several times.
        color: whether the terminal takes colour.
        width: columns.
        unicode: whether it shows characters beyond ASCII.
        verbose: everything that was looked at.
        **options: those of other renderers, ignored.

    """
    line, paint = writer(write, color=color, unicode=unicode)

    def wrapped(text: str, indent: str = "    ") -> None:
        for each in textwrap.wrap(printable(text, 2000), max(width - len(indent), 36)):
            line(f"{indent}{each}")

    for each in investigation.explanations:
        place = f"{each.locations[0].file}:{each.locations[0].line}"
        head = f"{place}  sends {count(each.attempts, 'attempt')}, {percent(each.confidence)} sure"
        line(paint(printable(head), "bold"))
        finding = each.group.diagnosis.primary
        title = f"{finding.title} " if finding is not None else ""
        wrapped(f"{title}({each.cls}, {each.rule}). What agrees: {', '.join(each.agreed)}.")
        wrapped(f"To do: {each.remedy}")
        for location in each.locations[1:]:
            line(paint(printable(f"    or {location.file}:{location.line}"), "dim"))
        line("")
    for group in investigation.unexplained:
        finding = group.diagnosis.primary
        if finding is not None:
            line(paint(printable(f"not from here: {count(group.attempts, 'attempt')}, {finding.cls}"), "note"))
            wrapped(f"{finding.title}: {finding.reason}")
    if investigation.unexplained:
        line("")
    for number, chapter in enumerate(investigation.chapters, 1):
        line(paint(printable(f"{number}. {chapter.question}"), "bold"))
        wrapped(chapter.answer)
        shown = chapter.looked_at if verbose else chapter.looked_at[:SHOWN]
        if shown:
            more = f" and {len(chapter.looked_at) - len(shown)} more" if len(chapter.looked_at) > len(shown) else ""
            wrapped(f"Looked at: {'; '.join(shown)}{more}.")
    line("")
    line(paint(printable(investigation.verdict), "bold"))
