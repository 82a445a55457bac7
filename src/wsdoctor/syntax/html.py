"""HTML and the single files of Vue, Svelte and Astro: elements with the place of every attribute, and their scripts.

Templates (Jinja, EJS, Handlebars) are read for what is literal in them. A script is handed on in a text of the same
shape, in which all that is not script became spaces, so that its lines and columns stay true. Nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["Attribute", "Element", "Page", "parse"]

MAX_ELEMENTS = 20_000
"""Elements that are read; a page of more is generated."""

_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<name>[A-Za-z][\w:.-]*)(?=[\s/>])", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"\s*(?:/(?!>)\s*)?(?P<name>[^\s=<>/\"'{}][^\s=>/]*)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<brace>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})"
    r"|(?P<bare>[^\s\"'>{]+)))?"
)
_SKIPPED = re.compile(r"\s*(?:\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\{[^{}]*\}|[^\s>])", re.DOTALL)
_TEMPLATE = re.compile(
    r"\{\{-?\s*(?P<double>[^{}]*?)\s*-?\}\}|<%[-=]?\s*(?P<erb>[^%]*?)\s*-?%>|\{%.*?%\}|"
    r"@json\(\s*(?P<json>(?:[^()]|\([^()]*\))*)\s*\)|\{!!\s*(?P<raw>[^{}]*?)\s*!!\}|<\?(?:=|php\s+echo\b)\s*(?P<php>[^?]*?)[;\s]*\?>",
    re.DOTALL,
)
_MARKS = ("{{", "<%", "{%", "{!!", "<?", "@json(")
_EXPRESSION = re.compile(r"(?:[\w.\s|()'\",\[\]$@?-]|::)+")
_PHP = re.compile(r"<\?php(?!\s+echo\b[^;]*;?\s*\?>).*?(?:\?>|\Z)", re.DOTALL)
_NOT_NAME = re.compile(r"[^A-Za-z0-9_]")
_KEPT = re.compile(r"[^\n]")
_BEFORE = re.compile(r"\s*---[ \t]*\r?\n(?P<script>.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
"""The script of a component of Astro, which runs before its page is made."""
_SCRIPT_TYPES = frozenset(
    ("", "module", "text/javascript", "application/javascript", "text/babel", "text/jsx", "text/ecmascript",
    "text/partytown")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an element.

    Attributes:
        name: in lower case, with ``:`` or ``@`` of Vue as written.
        value: as written, without quotes.
        line: 1-based line of the name.
        column: 1-based column of the name.
        offset: of the value in the text, in characters.
        expression: whether the value is code in braces, as Svelte has it.

    """

    name: str
    value: str
    line: int
    column: int
    offset: int
    expression: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """The start tag of an element.

    Attributes:
        name: in lower case.
        attributes: by name; of several with one name the first counts.
        line: 1-based.
        column: 1-based.

    """

    name: str
    attributes: Mapping[str, Attribute]
    line: int
    column: int

    def value(self, name: str) -> str:
        """Return the value of an attribute, ``""`` if there is none."""
        found = self.attributes.get(name)
        return found.value if found is not None else ""


@dataclass(slots=True)
class Page:
    """A parsed page.

    Attributes:
        elements: all of them, in the order of the text.
        script: a text as long as the page that holds its inline scripts at their places, spaces around them.
        typed: whether a script says that it is TypeScript.
        holes: what templates insert into the scripts, by the name that stands there in `script`.

    """

    elements: list[Element] = field(default_factory=list)
    script: str = ""
    typed: bool = False
    holes: dict[str, str] = field(default_factory=dict)

    def add_code(self, attributes: list[Attribute]) -> None:
        """Put the values of attributes that are code into the script as statements, each at its own place."""
        for attribute in attributes:
            start, end = attribute.offset, attribute.offset + len(attribute.value)
            if start > 0 and attribute.value and not self.script[start - 1 : end + 1].strip():
                self.script = f"{self.script[: start - 1]};{attribute.value};{self.script[end + 1 :]}"


def parse(text: str, *, templates: bool = True) -> Page:
    """Return the elements and scripts of a text.

    Args:
        text: of the file; statements of PHP in it are left out.
        templates: whether ``{{ }}`` and ``<% %>`` may stand in its scripts, as in pages that a server fills in.

    """
    page = Page()
    if "<?php" in text:
        text = _PHP.sub(lambda match: _KEPT.sub(" ", match.group()), text)
    lines = _Lines(text)
    scripts: list[tuple[int, int]] = []
    at = 0
    if not templates and (before := _BEFORE.match(text)) is not None:
        scripts.append(before.span("script"))
        at = before.end()
    while len(page.elements) < MAX_ELEMENTS and (match := _TOKEN.search(text, at)) is not None:
        at = match.end()
        if match["name"] is None:
            continue
        line, column = lines.place(match.start())
        attributes, at = _attributes(text, at, lines)
        element = Element(match["name"].lower(), attributes, line, column)
        page.elements.append(element)
        if element.name in {"script", "style"}:
            closing = re.compile(rf"</{element.name}\s*>", re.IGNORECASE).search(text, at)
            end = closing.start() if closing else len(text)
            if element.name == "script" and element.value("type").lower() in _SCRIPT_TYPES:
                scripts.append((at, end))
                page.typed = page.typed or element.value("lang") in {"ts", "tsx"}
            at = end
    page.script = _isolated(text, scripts, page.holes if templates else None)
    return page


class _Lines:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.start = 0

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset; offsets come in the order of the text."""
        newlines = self.text.count("\n", self.at, offset)
        if newlines:
            self.line += newlines
            self.start = self.text.rfind("\n", self.at, offset) + 1
        self.at = max(self.at, offset)
        return self.line, offset - self.start + 1


def _attributes(text: str, at: int, lines: _Lines) -> tuple[dict[str, Attribute], int]:
    found: dict[str, Attribute] = {}
    for _ in range(500):
        match = _ATTRIBUTE.match(text, at)
        if match is None:
            skipped = _SKIPPED.match(text, at)
            if skipped is None or skipped.group().strip() == "/":
                break
            at = skipped.end()
            continue
        at = match.end()
        group = next((name for name in ("double", "single", "brace", "bare") if match[name] is not None), None)
        value, offset = ("", match.end()) if group is None else (match[group], match.start(group))
        if group == "brace":
            value, offset = value[1:-1], offset + 1
        name = match["name"]
        line, column = lines.place(match.start("name"))
        found.setdefault(name.lower(), Attribute(name.lower(), value, line, column, offset, group == "brace"))
    end = text.find(">", at)
    return found, (end + 1 if end >= 0 else len(text))


def _isolated(text: str, scripts: list[tuple[int, int]], holes: dict[str, str] | None) -> str:
    """Return a text of the same shape that holds the scripts alone."""
    parts: list[str] = []
    last = 0
    for start, end in scripts:
        parts.append(_KEPT.sub(" ", text[last:start]))
        body = text[start:end]
        if holes is not None and any(mark in body for mark in _MARKS):
            body = "".join(_filled(body, holes))
        parts.append(body)
        last = end
    parts.append(_KEPT.sub(" ", text[last:]))
    return "".join(parts)


def _filled(body: str, holes: dict[str, str]) -> Iterator[str]:
    """Yield a script in pieces, each insertion of a template replaced by a name of the same length."""
    last = 0
    for match in _TEMPLATE.finditer(body):
        inner = next((one for one in match.groups() if one is not None), None)
        if inner is not None and not _EXPRESSION.fullmatch(inner):
            continue
        yield body[last : match.start()]
        last = match.end()
        whole = match.group()
        if inner:
            name = "$_" + _NOT_NAME.sub("_", whole[2:-2]) + "_$"
            holes[name] = inner
            yield name if "\n" not in whole else _KEPT.sub(" ", whole)
        else:
            yield _KEPT.sub(" ", whole)
    yield body[last:]
