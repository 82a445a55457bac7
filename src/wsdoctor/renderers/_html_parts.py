"""The pieces of the HTML report: charts, causes, groups, requests.

Every function returns markup in which all text is escaped; whoever joins the pieces adds no text of peers.
Charts are inline SVG with attributes only, for the page's policy allows no style of its own in the markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wsdoctor.model.finding import Finding
from wsdoctor.model.redact import HIDDEN, printable
from wsdoctor.model.report import Group, Report
from wsdoctor.model.rule import Rule
from wsdoctor.renderers._request import Received, received
from wsdoctor.renderers._view import Cause, Section, lacking, merged, reason_of, rhythm, summary, sure, who, window
from wsdoctor.renderers._words import (
    CLASS_LABEL,
    CLASS_MEANS,
    LEVEL_MEANS,
    count,
    duration,
    instant,
    percent,
    span,
    sureness,
    tally,
)

__all__ = ["Charts", "cause_card", "code", "gauge", "group_item", "icon", "references", "text"]

_LONGEST = 4000
_ESCAPED = re.compile(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}")
_HIDDEN = html.escape(HIDDEN)
_SPANS = 60
_PRODUCTS = 4
_HEIGHT = 100
_ICONS = {
    "needs-you": '<path d="M12 3 2.5 20h19zM12 10v4M12 17v.01"/>',
    "unexplained": '<circle cx="12" cy="12" r="10"/><path d="M9 9a3 3 0 1 1 4.5 2.6q-1.5.9-1.5 2.4M12 17.5v.01"/>',
    "harmless": '<circle cx="12" cy="12" r="10"/><path d="M8 12h8"/>',
    "good": '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-7"/>',
    "do": '<path d="M5 12h14M13 6l6 6-6 6"/>',
}


def text(words: str, limit: int = _LONGEST) -> str:
    """Return text as markup: control and direction characters shown, HTML escaped."""
    return html.escape(printable(" ".join(words.split()), limit))


def icon(name: str) -> str:
    """Return the symbol of a section; its meaning is always said in words beside it."""
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{_ICONS[name]}</svg>'


@dataclass(frozen=True, slots=True)
class Charts:
    """The stretch of time that all charts of a report share.

    Attributes:
        start: seconds since the epoch at the left end.
        end: the same at the right end.
        spans: bars side by side, no more than what was counted apart; with one there is nothing to draw.

    """

    start: float = 0.0
    end: float = 0.0
    spans: int = 1

    @classmethod
    def of(cls, report: Report) -> Charts:
        """Return what fits the timelines of a report."""
        found = window(report)
        if found is None:
            return cls()
        widest = max(group.timeline.width for group in report.groups if group.timeline is not None)
        length = found[1] - found[0]
        return cls(*found, min(_SPANS, max(1, round(length / widest)) if widest > 0 else _SPANS))

    def spark(self, groups: Sequence[Group], key: str) -> str:
        """Return a small chart of when the groups came; the numbers are told in words beside it."""
        if self.spans < 2:
            return ""
        counts = merged(groups, self.start, self.end, self.spans)
        bars = _bars(counts, [0] * len(counts), max(counts))
        return (
            f'<svg class="spark" viewBox="0 0 {self.spans * 10} {_HEIGHT}" preserveAspectRatio="none" '
            f'aria-hidden="true"><path class="base" d="M0 {_HEIGHT}h{self.spans * 10}"/>'
            f'<path class="{key}" d="{bars}"/></svg>'
        )

    def stacked(self, sections: Sequence[Section]) -> Iterator[str]:
        """Yield the chart over all attempts with its axis, its legend, and the same as a table."""
        if self.spans < 2:
            return
        start, end, spans = self.start, self.end, self.spans
        every = {
            section.key: merged([group for cause in section.causes for group in cause.groups], start, end, spans)
            for section in sections
        }
        totals = [sum(counts) for counts in zip(*every.values(), strict=True)]
        top, below = max(totals), [0] * spans
        width = (end - start) / spans
        yield (
            f'<svg class="bars" viewBox="0 0 {spans * 10} {_HEIGHT}" preserveAspectRatio="none" role="img" '
            f'aria-label="Attempts over time, at most {tally(top)} in {duration(width)}; the table has the numbers">'
        )
        for section in reversed(sections):
            counts = every[section.key]
            yield f'<path class="{section.key}" d="{_bars(counts, below, top)}"/>'
            below = [low + each for low, each in zip(below, counts, strict=True)]
        for number, total in enumerate(totals):
            yield (
                f'<rect class="hit" x="{number * 10}" y="0" width="10" height="{_HEIGHT}">'
                f"<title>{instant(start + number * width)}: {count(total, 'attempt')}</title></rect>"
            )
        yield f'<path class="base" d="M0 {_HEIGHT}h{spans * 10}"/></svg>'
        yield f'<p class="axis"><span>{instant(start)}</span><span>{instant(end)}</span></p>'
        yield f'<p class="cut">One bar is {duration(width)}; the highest stands for {count(top, "attempt")}.</p>'
        yield '<ul class="legend">'
        yield from (f'<li class="{section.key}"><i></i>{section.title}</li>' for section in sections)
        yield '</ul><details><summary>The same as a table</summary><div class="scroll" tabindex="0"><table>'
        yield f"<caption>Attempts in each {duration(width)} in which there were any</caption><thead><tr>"
        yield '<th scope="col">From</th>'
        yield from (f'<th scope="col">{section.title}</th>' for section in sections)
        yield "</tr></thead><tbody>"
        for number, total in enumerate(totals):
            if total:
                cells = "".join(f'<td class="number">{tally(every[each.key][number])}</td>' for each in sections)
                yield f'<tr><th scope="row">{instant(start + number * width)}</th>{cells}</tr>'
        yield "</tbody></table></div></details>"


def _bars(counts: Sequence[int], below: Sequence[int], top: int) -> str:
    """Return the outline of one bar per span, standing on those below; a bar is never too small to see."""
    path = []
    for number, each in enumerate(counts):
        if each:
            height = max(2.0, each * _HEIGHT / top)
            foot = _HEIGHT - below[number] * _HEIGHT / top
            path.append(f"M{number * 10 + 1} {foot:.4g}v-{height:.4g}h8v{height:.4g}z")
    return "".join(path)


def cause_card(
    cause: Cause, key: str, charts: Charts, rules: Mapping[str, Rule], *, opened: bool, at: int
) -> Iterator[str]:
    """Yield one cause: what it is in a line, and behind it what to do, how sure, and each group."""
    finding = cause.finding
    last = max((group.last_seen for group in cause.groups if group.last_seen is not None), default=0.0)
    yield (
        f'<details class="cause" id="cause-{text(cause.key)}" data-at="{at}" data-n="{cause.attempts}" '
        f'data-last="{last:.0f}" data-sure="{finding.confidence if finding else 1:.3f}"{" open" if opened else ""}>'
        f'<summary><h3>{text(cause.title)}</h3><span class="what">'
    )
    tag = f'<span class="tag">{CLASS_LABEL[cause.cls]}</span>' if cause.cls else ""
    about = (
        count(len(cause.groups), "group") if finding is None else f"{percent(finding.confidence)} sure",
        rhythm(cause.groups[0]),
    )
    yield tag + " \u00b7 ".join(each for each in about if each)
    noun = "attempt" if cause.attempts == 1 else "attempts"
    yield f'</span><span class="many"><b>{tally(cause.attempts)}</b><span>{noun}</span></span>'
    yield f'{charts.spark(cause.groups, key)}</summary><div class="body">'
    if finding is not None:
        yield from _explained(cause, finding, rules.get(finding.rule))
    yield '<h4>Seen as <small>(open one for the request as received)</small></h4><ol class="groups">'
    for group in cause.groups:
        yield from group_item(group)
    yield "</ol></div></details>"


def _explained(cause: Cause, finding: Finding, rule: Rule | None) -> Iterator[str]:
    yield f'<div class="do"><h4>{icon("do")}What to do</h4><p>{text(finding.remedy)}</p>'
    settings = rule.remedy.by if rule else {}
    blocks = "".join(
        f"<details><summary>{text(product)}</summary>{code(directive)}</details>"
        for product, directive in settings.items()
    )
    if len(settings) > _PRODUCTS:
        yield f"<details><summary>In {len(settings)} products: {text(', '.join(settings))}</summary>{blocks}</details>"
    else:
        yield blocks
    yield '</div><dl class="facts">'
    people = who(cause.groups)
    facts = [
        ("What it is", html.escape(CLASS_MEANS[finding.cls])),
        ("Who", f"<bdi>{html.escape(people)}</bdi>" if people else None),
        ("How sure", gauge(finding.confidence)),
        ("What tells", f"<bdi>{html.escape(reason_of(finding))}</bdi>"),
        ("Would settle it", text(lacking(cause.groups[0]) or "") or None),
        ("Why it happens", text(rule.why) if rule else None),
        ("How bad", f"{finding.level}: {LEVEL_MEANS[finding.level]}"),
        ("Read more", references(finding.references, rule)),
        ("Full page", f"<code>wsdoctor explain {text(finding.rule)}</code>"),
    ]
    for name, words in facts:
        if words:
            mark = ' class="who"' if name == "Who" else ""
            yield f"<dt>{name}</dt><dd{mark}>{words}</dd>"
    yield "</dl>"


def gauge(confidence: float) -> str:
    """Return a bar that shows how sure something is, and the same in words."""
    width = min(100, max(0, round(confidence * 100)))
    return (
        '<svg class="gauge" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="all" width="100" height="10" rx="3"/><rect class="part" width="{width}" height="10" rx="3"/>'
        f"</svg>{percent(confidence)}, {sureness(confidence)}"
    )


def references(addresses: Sequence[str], rule: Rule | None) -> str | None:
    """Return links to pages, with their titles where the rule has them, None without any."""
    titles = {reference.url: reference.title for reference in rule.references} if rule else {}
    links = [
        f'<li><a href="{html.escape(url)}" rel="noreferrer noopener">{text(titles.get(url, url))}</a></li>'
        for url in addresses
        if url.startswith(("https://", "http://")) and url.isprintable()
    ]
    return f'<ul class="links">{"".join(links)}</ul>' if links else None


def group_item(group: Group) -> Iterator[str]:
    """Yield one group as an item of a list: what it asked, who, how often, and behind it the request as received."""
    people, when = who((group,)), span(group.first_seen, group.last_seen)
    yield f'<li><details class="group"><summary><span class="n">{tally(group.attempts)}\u00d7</span> '
    yield f"<code><bdi>{html.escape(summary(group))}</bdi></code><small>"
    about = (f"from {people}" if people else None, rhythm(group), when)
    words = " \u00b7 ".join(each for each in about if each) or "no more is known"
    yield f"{html.escape(words)}</small></summary><div>"
    if not group.folded:
        for part in received(group.sample):
            yield from _received(part)
        if group.sample.first_bytes == b"":
            yield '<p class="cut">It connected and sent nothing.</p>'
    for finding in group.diagnosis.findings[1:]:
        yield f"<h5>It may also be: {text(finding.title)}</h5><p>{sure(finding)}. {html.escape(reason_of(finding))}</p>"
    yield '<div class="scroll"><table><caption>What the attempts of this group share</caption><tbody>'
    for name, value in (*group.parts.items(), *_further(group)):
        yield f'<tr><th scope="row">{text(name, 80)}</th><td><bdi>{text(value, 300)}</bdi></td></tr>'
    yield "</tbody></table></div></div></details></li>"


def _further(group: Group) -> Iterator[tuple[str, str]]:
    if group.listener:
        yield "listener", group.listener
    if len(group.paths) > 1:
        yield "paths", ", ".join(group.paths[:8])
    if group.clients:
        yield "said to come from", ", ".join(group.clients[:8])
    if group.sample.status is not None:
        yield "answered", str(group.sample.status)
    if group.evidence:
        records = ", ".join(map(tally, group.evidence[:12]))
        yield "records", f"{records}, \u2026" if len(group.evidence) > 12 else records
    yield "group", group.id


def _received(part: Received) -> Iterator[str]:
    lines = html.escape("\n".join(part.lines))
    marked = _ESCAPED.sub(r"<b>\g<0></b>", lines).replace(_HIDDEN, "<s>hidden</s>")
    scroll = ' class="hex" tabindex="0"' if part.kind == "hex" else ""
    yield f'<h5>{html.escape(part.title.capitalize())}</h5><pre dir="ltr"{scroll}>{marked}</pre>'
    if part.note:
        yield f'<p class="cut">{html.escape(part.note)}</p>'


def code(directive: str) -> str:
    """Return lines of a configuration or of code as they are."""
    lines = "\n".join(printable(line, _LONGEST) for line in directive.splitlines())
    return f'<pre dir="ltr">{html.escape(lines)}</pre>'
