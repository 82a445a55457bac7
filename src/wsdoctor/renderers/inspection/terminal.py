"""An inspection as a person reads it on a terminal: findings in the order of files, the verdict last.

Everything that came from the repository is escaped; width, colour and character set are arguments.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.redact import printable
from wsdoctor.renderers._words import count
from wsdoctor.renderers.terminal import writer

__all__ = ["NAME", "finding_lines", "render", "verdict"]

NAME = "terminal"
NOTES = 10
"""Notes shown without `verbose`; the rest is counted."""


def render(
    inspection: Inspection,
    write: Callable[[str], object],
    *,
    color: bool = False,
    width: int = 80,
    unicode: bool = True,
    verbose: bool = False,
    **options: object,
) -> None:
    """Write the inspection as text.

    Args:
        inspection: what was found.
        write: takes text, several times.
        color: whether the terminal takes colour.
        width: columns.
        unicode: whether it shows characters beyond ASCII.
        verbose: all notes and the listeners too.
        **options: those of other renderers, ignored.

    """
    line, paint = writer(write, color=color, unicode=unicode)
    if verbose:
        for listener in inspection.declared.listeners:
            place = f"{listener.location.file}:{listener.location.line}"
            line(f"{printable(place)}  {listener.framework} listens on {listener.port}, speaks {listener.speaks}")
        line("")
    for finding in inspection.findings:
        for text, style in finding_lines(finding, width):
            line(paint(text, style) if style else text)
        line("")
    notes = inspection.declared.notes
    for note in notes if verbose else notes[:NOTES]:
        line(paint(printable(f"{note.location.file}:{note.location.line}: {note.text}"), "dim"))
    if len(notes) > NOTES and not verbose:
        line(paint(f"{len(notes) - NOTES} more notes; --verbose shows them", "dim"))
    line(paint(verdict(inspection), "bold"))


def finding_lines(finding: RepositoryFinding, width: int) -> Iterator[tuple[str, str | None]]:
    """Yield the lines of one finding, each with its style."""
    place = f"{finding.location.file}:{finding.location.line}:{finding.location.column}"
    yield printable(f"{place}  {finding.level}: {finding.rule} ({finding.cls})"), finding.level
    if finding.location.text:
        yield f"    | {printable(finding.location.text, width)}", "dim"
    for text in (finding.message, f"To do: {finding.remedy}"):
        for wrapped in textwrap.wrap(printable(text), max(width - 4, 36)):
            yield f"    {wrapped}", None
    for related in finding.related:
        yield f"    see {printable(f'{related.file}:{related.line}')}", "dim"


def verdict(inspection: Inspection) -> str:
    """Return the last line: how much was read, and what was found."""
    found = inspection.findings
    listeners = sum(listener.speaks == "websocket" for listener in inspection.declared.listeners)
    read = f"{count(inspection.files, 'file')}, {count(listeners, 'WebSocket-only listener')}"
    for many, words in (
        (len(inspection.suppressed), "suppressed by comments"),
        (len(inspection.known), "known to the baseline"),
        (inspection.elsewhere, "in files that did not change"),
    ):
        if many:
            read += f", {count(many, 'finding')} {words}"
    if not found and (inspection.known or inspection.elsewhere):
        return f"{read}: nothing new."
    if not found:
        return f"{read}: nothing here sends strays to a WebSocket port."
    loud = sum(finding.level != "note" for finding in found)
    return f"{read}: {count(len(found), 'finding')}, {loud} to act on."
