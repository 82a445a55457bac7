"""The page of a rule, and the list of all rules: what `wsdoctor explain` shows and the documentation holds.

It renders rules, not reports, so it has no `NAME` and is no format of a report. One source, two forms:
Markdown for the documentation, wrapped text for a terminal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import signature

from wsdoctor.diagnosis import CLAIM_LIMIT, CONFIRMED, CONFIRMED_TWICE
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import CLASSES
from wsdoctor.model.headers import Headers
from wsdoctor.model.redact import printable
from wsdoctor.model.rule import Case, Rule
from wsdoctor.renderers import _markdown
from wsdoctor.renderers._request import received
from wsdoctor.renderers._words import CLASS_LABEL, CLASS_MEANS, LEVEL_MEANS, count, percent, sureness
from wsdoctor.renderers.terminal import Paint, writer

__all__ = ["index_page", "page", "render_index", "render_rule"]

_LONGEST = 4000
_NARROWEST = 40
_COLUMN = 36


def render_rule(
    rule: Rule,
    write: Callable[[str], object],
    *,
    format: str = "terminal",  # noqa: A002 - the name of the option that hands it over
    color: bool = False,
    width: int = 80,
    unicode: bool = True,
) -> None:
    """Write the page of one rule.

    Args:
        rule: the rule.
        write: takes text, several times.
        format: ``terminal`` or ``markdown``.
        color: whether to colour, by ANSI codes; for a terminal only.
        width: columns of the terminal.
        unicode: False keeps to ASCII.

    """
    if format == "markdown":
        write(page(rule))
        return
    _Terminal(*writer(write, color=color, unicode=unicode), max(width, _NARROWEST)).rule(rule)


def render_index(
    rules: Mapping[str, Rule],
    write: Callable[[str], object],
    *,
    format: str = "terminal",  # noqa: A002 - the name of the option that hands it over
    color: bool = False,
    width: int = 80,
    unicode: bool = True,
) -> None:
    """Write the list of rules, grouped by class; the arguments are those of `render_rule`."""
    if format == "markdown":
        write(index_page(rules))
        return
    _Terminal(*writer(write, color=color, unicode=unicode), max(width, _NARROWEST)).index(rules)


def how_sure(rule: Rule) -> str:
    """Return how sure the rule is, and why no surer."""
    if not rule.claim:
        return f"{percent(rule.confidence)}, {sureness(rule.confidence)}."
    return (
        f"{percent(min(rule.confidence, CLAIM_LIMIT))} at first. It rests on what the sender says of itself, and "
        f"anybody can say that. With a published network of the sender, or the rhythm that it documents, "
        f"{percent(CONFIRMED)}; with both, {percent(CONFIRMED_TWICE)}."
    )


def facts_of(rule: Rule) -> str:
    """Return what has to be observed before the rule is asked."""
    if rule.match is None:
        return "files of the project"
    parameters = signature(rule.match).parameters.values()
    return ", ".join(each.name for each in parameters if each.default is each.empty) or "nothing in particular"


def transcript(case: Case) -> tuple[tuple[str, ...], ...]:
    """Return what was sent, what was logged and what else is known of a case, each as lines."""
    parts = [part.lines for part in received(_evidence_of(case))]
    if case.first_bytes == b"":
        parts.append(("(connected and sent nothing)",))
    facts = tuple(line for name, value in case.facts.items() for line in _fact(name, value))
    return (*parts, facts) if facts else tuple(parts)


def _fact(name: str, value: object) -> Iterator[str]:
    if name in {"log", "first_bytes"}:
        return
    if isinstance(value, Headers):
        yield f"{name}: {'; '.join(f'{each}: {content}' for each, content in value) or 'none'}"
    elif name == "files" and isinstance(value, tuple):
        for file in value:
            yield f"file {file.name}:"
            yield from (f"    {line}" for line in file.text.splitlines())
    else:
        yield f"{name}: {value}"


def _evidence_of(case: Case) -> Evidence:
    first_bytes, log = case.first_bytes, case.facts.get("log")
    http = first_bytes is not None and b" HTTP/1." in first_bytes.partition(b"\n")[0]
    return Evidence(first_bytes=first_bytes, speaks="http/1" if http else None, log=None if log is None else str(log))


def by_class(rules: Iterable[Rule]) -> Iterator[tuple[str, list[Rule]]]:
    """Yield each class of the contract that has rules, and those, sorted by id."""
    every = sorted(rules, key=lambda rule: rule.id)
    for cls in CLASSES:
        found = [rule for rule in every if rule.cls == cls]
        if found:
            yield cls, found


def page(rule: Rule) -> str:
    """Return the page of a rule as Markdown."""
    return "\n\n".join(_page(rule)) + "\n"


def _page(rule: Rule) -> Iterator[str]:
    text, span, block = _markdown.text, _markdown.span, _markdown.block
    yield f"# {text(rule.title)}"
    yield (
        f"{span(rule.id)} \u00b7 class {span(rule.cls)} ({CLASS_LABEL[rule.cls]}) \u00b7 "
        f"{rule.level}: {LEVEL_MEANS[rule.level]}"
    )
    yield f"**How sure:** {how_sure(rule)}"
    yield "## Why it happens"
    yield text(rule.why)
    yield "## What to change"
    yield text(rule.remedy.text)
    for product, directive in rule.remedy.by.items():
        yield f"### {text(product)}"
        yield block(directive.splitlines())
    yield "## How it is recognised"
    yield f"The rule is asked when this was observed: {span(facts_of(rule))}."
    for case in rule.cases:
        yield f"### {text(case.title)}"
        yield from (block(lines, "text") for lines in transcript(case))
    if rule.near_misses:
        yield "## What it is not"
        for case in rule.near_misses:
            yield f"### {text(case.title)}"
            yield from (block(lines, "text") for lines in transcript(case))
    if rule.supersedes:
        yield "## What it makes superfluous"
        yield "These rules say less about the same failure and stay silent when this one speaks."
        yield "\n".join(f"- [{id_}]({id_}.md)" for id_ in rule.supersedes)
    if rule.references:
        yield "## Read more"
        yield "\n".join(f"- {_markdown.link(each.title, each.url)}" for each in rule.references)


def index_page(rules: Mapping[str, Rule]) -> str:
    """Return the list of rules as Markdown."""
    return "\n\n".join(_index(rules)) + "\n"


def _index(rules: Mapping[str, Rule]) -> Iterator[str]:
    yield "# Rules"
    yield (
        f"{count(len(rules), 'rule')}, one cause each. `wsdoctor explain RULE` shows the same pages. This folder is "
        "generated from the rules themselves."
    )
    for cls, found in by_class(rules.values()):
        yield f"## {CLASS_LABEL[cls]} ({_markdown.span(cls)})"
        yield CLASS_MEANS[cls]
        rows = ["| rule | cause | level | sure |", "| --- | --- | --- | ---: |"]
        for rule in found:
            sure = min(rule.confidence, CLAIM_LIMIT) if rule.claim else rule.confidence
            title = _markdown.cell(_markdown.text(rule.title))
            rows.append(f"| [{rule.id}]({rule.id}.md) | {title} | {rule.level} | {percent(sure)} |")
        yield "\n".join(rows)


class _Terminal:
    """One page on its way to a terminal."""

    def __init__(self, line: Callable[[str], None], paint: Paint, width: int) -> None:
        self.line = line
        self.paint = paint
        self.width = width

    def rule(self, rule: Rule) -> None:
        self.words(rule.title, style="bold")
        self.words(f"{rule.id} \u00b7 {rule.cls} \u00b7 {rule.level}: {LEVEL_MEANS[rule.level]}", style=rule.level)
        self.head("How sure")
        self.words(how_sure(rule), "  ")
        self.head("Why it happens")
        self.words(rule.why, "  ")
        self.head("What to change")
        self.words(rule.remedy.text, "  ")
        for product, directive in rule.remedy.by.items():
            self.words(f"{product}:", "  ")
            self.settings(directive)
        self.head("How it is recognised")
        self.words(f"asked when observed: {facts_of(rule)}", "  ")
        self.cases(rule.cases)
        if rule.near_misses:
            self.head("What it is not")
            self.cases(rule.near_misses)
        if rule.supersedes:
            self.head("What it makes superfluous")
            self.words(", ".join(rule.supersedes), "  ")
        if rule.references:
            self.head("Read more")
            for reference in rule.references:
                self.words(reference.title, "  ")
                self.lines([reference.url], "    ")

    def index(self, rules: Mapping[str, Rule]) -> None:
        for cls, found in by_class(rules.values()):
            self.line(self.paint(f"{cls}: {CLASS_LABEL[cls]}", "bold"))
            for rule in found:
                first, *rest = textwrap.wrap(printable(rule.title), max(20, self.width - _COLUMN)) or [""]
                self.line(f"  {self.paint(f'{rule.id:<{_COLUMN - 3}}', rule.level)} {first}")
                for piece in rest:
                    self.line(f"{'':{_COLUMN}}{piece}")
            self.line("")
        self.words(f"{count(len(rules), 'rule')}; wsdoctor explain RULE shows the page of one.")

    def head(self, words: str) -> None:
        self.line("")
        self.line(self.paint(words, "bold"))

    def cases(self, cases: Iterable[Case]) -> None:
        for case in cases:
            self.words(f"- {case.title}", "  ")
            for lines in transcript(case):
                self.lines(lines, "    | ")

    def settings(self, directive: str) -> None:
        for each in directive.splitlines():
            shown, start = printable(each, _LONGEST), len(each) - len(each.lstrip())
            for number, piece in enumerate(
                textwrap.wrap(shown, max(20, self.width - 6 - start), break_long_words=False, break_on_hyphens=False)
            ):
                self.line(f"{'':{start + (6 if number else 4)}}{piece.lstrip()}")

    def lines(self, lines: Iterable[str], indent: str) -> None:
        for each in lines:
            self.line(f"{indent}{printable(each, _LONGEST)}")

    def words(self, words: str, indent: str = "", style: str | None = None) -> None:
        shown = printable(" ".join(words.split()), _LONGEST)
        for piece in textwrap.wrap(
            shown, self.width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        ):
            self.line(self.paint(piece, style) if style else piece)
