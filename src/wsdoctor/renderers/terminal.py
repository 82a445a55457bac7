"""The report as a person reads it on a terminal: the verdict first and last, one block per cause.

It knows nothing of terminals: width, colour and character set are arguments, and the command line decides
them. All that came from peers is escaped, so no colour, cursor or direction code of theirs gets through.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from wsdoctor.model.redact import printable
from wsdoctor.model.report import Group, Report, Timeline
from wsdoctor.renderers._request import received
from wsdoctor.renderers._view import (
    Cause,
    Section,
    bins,
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
from wsdoctor.renderers._words import LEVEL_MEANS, count, span, tally

__all__ = ["NAME", "Paint", "render", "writer"]

NAME = "terminal"

CAUSES = 20
"""Causes shown per section; the rest is counted. A flood must not push the verdict out of sight."""
GROUPS = 3
"""Groups shown per cause."""
WIDTHS = (40, 160)
"""Narrower cannot be read, wider is not read."""
_LONGEST = 4000
_LABEL = 9
_BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
_ASCII_BARS = ".:-=+*#@"
_SPANS = 24
_STYLES = {"bold": "1", "dim": "2", "error": "1;31", "warning": "1;33", "note": "36", "good": "32", "unknown": "35"}
_PLAIN = str.maketrans({"\u00d7": "x", "\u00b1": "+-", "\u2026": "...", "\u00b7": "-"})

Paint = Callable[[str, str], str]


def _paint(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def _bare(text: str, style: str) -> str:
    return text


def writer(write: Callable[[str], object], *, color: bool, unicode: bool) -> tuple[Callable[[str], None], Paint]:
    """Return a function that writes a line, and one that paints a text, for the terminal described."""

    def line(text: str) -> None:
        shown = text if unicode else text.translate(_PLAIN).encode("ascii", "backslashreplace").decode("ascii")
        write(f"{shown.rstrip()}\n")

    return line, _paint if color else _bare


def render(
    report: Report,
    write: Callable[[str], object],
    *,
    color: bool = False,
    width: int = 80,
    unicode: bool = True,
    verbose: bool = False,
    **_options: object,
) -> None:
    """Write the report for a person at a terminal.

    Args:
        report: what was observed.
        write: takes text, several times.
        color: whether to colour, by ANSI codes.
        width: columns of the terminal.
        unicode: False keeps to ASCII, for terminals that show nothing else.
        verbose: show every cause and group, further findings, and the request as received.
        **_options: those of other renderers, ignored.

    """
    line, paint = writer(write, color=color, unicode=unicode)
    page = _Page(line, paint, min(max(width, WIDTHS[0]), WIDTHS[1]), _BARS if unicode else _ASCII_BARS, verbose)
    page.report(report)


class _Page:
    """One report on its way out."""

    def __init__(self, line: Callable[[str], None], paint: Paint, width: int, bars: str, verbose: bool) -> None:
        self.line = line
        self.paint = paint
        self.width = width
        self.bars = bars
        self.verbose = verbose

    def report(self, report: Report) -> None:
        self.text(verdict(report), lambda text: self.paint(text, "bold"))
        self.text(overview(report))
        when = span(report.first_seen, report.last_seen)
        if when:
            self.line(when)
        for section in sections(report):
            self.section(section)
        for note in report.notes:
            self.line("")
            self.text(f"Note: {note}")
        if report.attempts:
            self.line("")
            self.text(verdict(report), lambda text: self.paint(text, "bold"))

    def section(self, section: Section) -> None:
        self.line("")
        self.line(self.paint(f"{section.title.upper()} \u00b7 {count(section.attempts, 'attempt')}", "bold"))
        if section.key == "good":
            groups = [group for cause in section.causes for group in cause.groups]
            shown = groups if self.verbose else groups[:GROUPS]
            for group in shown:
                self.group(group)
            self.left_out(len(groups) - len(shown), "group", "")
            return
        causes = section.causes if self.verbose else section.causes[:CAUSES]
        for cause in causes:
            self.line("")
            self.cause(cause)
        self.left_out(len(section.causes) - len(causes), "cause", "")

    def cause(self, cause: Cause) -> None:
        finding = cause.finding
        level = cause.level or "note"
        style = "unknown" if cause.cls == "unknown" else level
        self.text(f"{tally(cause.attempts)}\u00d7 {cause.title}", lambda text: self.paint(text, style))
        self.pair("class", f"{cause.cls} \u00b7 {level}: {LEVEL_MEANS[level]}")
        shown = cause.groups if self.verbose else cause.groups[:GROUPS]
        for group in shown:
            self.group(group, counted=len(cause.groups) > 1)
        self.left_out(len(cause.groups) - len(shown), "group", "  ")
        if finding is None:
            return
        self.pair("because", reason_of(finding))
        self.pair("sure", sure(finding))
        wanted = lacking(cause.groups[0])
        if wanted:
            self.pair("wanted", f"{wanted}: this would settle it")
        self.pair("to do", finding.remedy)
        self.pair("more", f"wsdoctor explain {finding.rule}")

    def group(self, group: Group, counted: bool = True) -> None:
        words = [f"{tally(group.attempts)}\u00d7 {summary(group)}" if counted else summary(group)]
        people = who((group,))
        if people:
            words.append(f"from {people}")
        words.append(rhythm(group) or "")
        self.pair("seen", ", ".join(word for word in words if word))
        when = span(group.first_seen, group.last_seen)
        if when:
            chart = f"  {self.chart(group.timeline)}" if group.timeline and group.attempts > 1 else ""
            self.pair("", f"{when}{chart if len(when) + len(chart) + _LABEL + 2 <= self.width else ''}")
        if self.verbose:
            self.details(group)

    def details(self, group: Group) -> None:
        for finding in group.diagnosis.findings[1:]:
            self.pair("or", f"{finding.title} ({sure(finding)}; {finding.rule}): {reason_of(finding)}")
        if group.folded:
            return
        for part in received(group.sample):
            self.pair("", f"{part.title}:")
            for text in part.lines:
                for piece in _cut(text, self.width - _LABEL - 4):
                    self.line(f"{'':{_LABEL + 2}}| {piece}")
            if part.note:
                self.pair("", f"({part.note})")

    def chart(self, timeline: Timeline) -> str:
        counts = bins(timeline, _SPANS).counts
        top = max(counts, default=0) or 1
        return "".join(self.bars[-(-each * len(self.bars) // top) - 1] if each else " " for each in counts)

    def left_out(self, number: int, noun: str, indent: str) -> None:
        if number:
            self.line(f"{indent}and {count(number, f'more {noun}')}; --verbose shows all")

    def pair(self, label: str, text: str) -> None:
        indent = " " * (_LABEL + 2)
        wrapped = textwrap.wrap(
            _tame(text), self.width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        ) or [indent]
        self.line(f"  {self.paint(f'{label:<{_LABEL}}', 'dim')}{wrapped[0].lstrip()}")
        for rest in wrapped[1:]:
            self.line(rest)

    def text(self, text: str, style: Callable[[str], str] = str) -> None:
        for piece in textwrap.wrap(_tame(text), self.width, break_on_hyphens=False):
            self.line(style(piece))


def _tame(text: str) -> str:
    return printable(" ".join(text.split()), _LONGEST)


def _cut(text: str, width: int) -> Iterator[str]:
    for left in range(0, max(1, len(text)), width):
        yield text[left : left + width]
