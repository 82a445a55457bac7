"""nginx configuration: text in, a tree of directives with line and column out.

It reads whole files, fragments without ``http {}``, templates for envsubst (``${VAR}``) and what can be read of
Jinja, Go and ERB templates. It knows the grammar, how nginx chooses a location, how a map chooses a value and how
``proxy_pass`` replaces a prefix; it does not know what any of it means for WebSockets. The nginx inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._proxy_patterns import found as found_in

__all__ = ["Directive", "choose", "look_up", "parse", "passed_path", "substitute"]

MAX_DEPTH = 60
"""Blocks within blocks; nginx files have five."""

_SKIP = re.compile(r"(?:\s+|#[^\n]*|\{%.*?%\}|\{#.*?#\}|<%(?!=).*?%>)+", re.DOTALL)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|<%=.*?%>|\$\{[^}\s]*\}", re.DOTALL)
_CONTROL = re.compile(
    r"\{\{-?\s*(?:(?:if|else|end|range|with|define|template|block)\b.*?|/\*.*?)\}\}|\{\{[^}\n]*\}\}[ \t]*(?=\n|\Z)",
    re.DOTALL,
)
_PLAIN = re.compile(r"(?:\\.|[^\s;{}\\$<\"']|[\"'])[^\s;{}\\$<]*", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive.

    Attributes:
        name: first word.
        args: the other words, quotes taken off.
        line: 1-based line of the name.
        column: 1-based column of the name.
        end_line: line of the ``;`` or of the closing brace.
        block: directives within braces, None for a simple directive.
        source: the file, as the caller named it.

    """

    name: str
    args: tuple[str, ...]
    line: int
    column: int
    end_line: int
    block: tuple[Directive, ...] | None = None
    source: str = ""

    def inner(self, *names: str) -> Iterator[Directive]:
        """Yield the directives of the block that have one of these names."""
        return (directive for directive in self.block or () if directive.name in names)

    def words(self) -> str:
        """Return the directive as one line, without its block."""
        return " ".join((self.name, *self.args))


class _Reader:
    def __init__(self, text: str, source: str, first_line: int) -> None:
        self.text = text
        self.source = source
        self.first_line = first_line
        self.at = 0
        self._seen = 0
        self._line = first_line
        self._start = 0

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column; positions never go backwards."""
        newlines = self.text.count("\n", self._seen, at)
        if newlines:
            self._line += newlines
            self._start = self.text.rindex("\n", self._seen, at) + 1
        self._seen = at
        return self._line, at - self._start + 1

    def block(self, depth: int) -> tuple[tuple[Directive, ...], int]:
        """Read directives up to the closing brace or the end; return them and the line of the end."""
        found: list[Directive] = []
        while True:
            self._skip()
            line, column = self.place(self.at)
            if self.at >= len(self.text):
                return tuple(found), line
            mark = self.text[self.at]
            if mark == "}" and depth:
                self.at += 1
                return tuple(found), line
            if mark in ";}":
                self.at += 1
                continue
            if mark == "{" and (control := _CONTROL.match(self.text, self.at)):
                self.at = control.end()
                continue
            found.append(self._directive(line, column, depth))

    def _directive(self, line: int, column: int, depth: int) -> Directive:
        words: list[str] = []
        while True:
            self._skip()
            if self.at >= len(self.text) or self.text[self.at] == "}":
                end = self.place(self.at)[0] if words else line
                return self._made(words, line, column, end, None)
            mark = self.text[self.at]
            if mark == ";":
                self.at += 1
                return self._made(words, line, column, self.place(self.at - 1)[0], None)
            if mark == "{" and not _TEMPLATE.match(self.text, self.at):
                self.at += 1
                if depth >= MAX_DEPTH:
                    raise SyntaxProblem(f"blocks are nested more than {MAX_DEPTH} deep", line, column)
                if words and words[0].endswith("_by_lua_block"):
                    self._foreign()
                    return self._made(words, line, column, self.place(self.at)[0], ())
                inner, end = self.block(depth + 1)
                return self._made(words, line, column, end, inner)
            words.append(self._word())

    def _made(
        self, words: list[str], line: int, column: int, end: int, block: tuple[Directive, ...] | None
    ) -> Directive:
        return Directive(words[0] if words else "", tuple(words[1:]), line, column, end, block, self.source)

    def _skip(self) -> None:
        if found := _SKIP.match(self.text, self.at):
            self.at = found.end()

    def _foreign(self) -> None:
        depth = 1
        for found in re.compile(r"[{}]").finditer(self.text, self.at):
            depth += 1 if found.group() == "{" else -1
            if not depth:
                self.at = found.end()
                return
        self.at = len(self.text)

    def _word(self) -> str:
        text = self.text
        if text[self.at] in "\"'":
            return self._quoted(text[self.at])
        parts: list[str] = []
        while self.at < len(text):
            found = _TEMPLATE.match(text, self.at) or _PLAIN.match(text, self.at)
            if found is None:
                if text[self.at] not in "$<\\":
                    break
                parts.append(text[self.at])
                self.at += 1
                continue
            parts.append(found.group())
            self.at = found.end()
        return "".join(parts)

    def _quoted(self, quote: str) -> str:
        start = self.at
        found = re.compile(rf"(?:\\.|[^\\{quote}])*", re.DOTALL).match(self.text, start + 1)
        end = found.end() if found else start + 1
        if end >= len(self.text):
            raise SyntaxProblem("a quoted word does not end", *self.place(start))
        self.at = end + 1
        return re.sub(r"\\([\"'\\])", r"\1", self.text[start + 1 : end])


def parse(text: str, *, source: str = "", first_line: int = 1) -> tuple[Directive, ...]:
    """Read a configuration or a fragment of one.

    Args:
        text: the configuration.
        source: name of the file, kept in each directive.
        first_line: line of the file at which the text begins, for a configuration within another file.

    Raises:
        SyntaxProblem: if a quoted word does not end or blocks are nested without measure.

    """
    return _Reader(text, source, first_line).block(0)[0]


def choose(locations: Sequence[tuple[str, str]], path: str) -> int | None:
    """Return the index of the location that takes a path, None if none does.

    Args:
        locations: modifier (``""``, ``=``, ``^~``, ``~``, ``~*``) and pattern of each, in the order of the file.
        path: path of a request.

    """
    best: int | None = None
    for index, (modifier, pattern) in enumerate(locations):
        if modifier == "=" and pattern == path:
            return index
        if (
            modifier in {"", "^~"}
            and path.startswith(pattern)
            and (best is None or len(pattern) > len(locations[best][1]))
        ):
            best = index
    if best is not None and locations[best][0] == "^~":
        return best
    for index, (modifier, pattern) in enumerate(locations):
        if modifier in {"~", "~*"} and found_in(pattern, path, ignore_case=modifier == "~*"):
            return index
    return best


def look_up(block: Sequence[Directive], value: str) -> str | None:
    """Return what a ``map`` makes of a value, as written; None where a regular expression cannot be read."""
    default = ""
    expressions: list[tuple[str, str]] = []
    for entry in block:
        result = entry.args[0] if entry.args else ""
        key = entry.name
        if key == "default":
            default = result
        elif key.startswith("~"):
            expressions.append((key, result))
        elif key.removeprefix("\\").lower() == value.lower():
            return result
    for key, result in expressions:
        insensitive = key.startswith("~*")
        found = found_in(key[2 if insensitive else 1 :], value, ignore_case=insensitive)
        if found is None:
            return None
        if found:
            return result
    return default


def substitute(text: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Put values in the place of variables; return the text and the names that have no value."""
    unknown: list[str] = []

    def put(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name in values:
            return values[name]
        unknown.append(name)
        return found[0]

    return _VARIABLE.sub(put, text), tuple(unknown)


def passed_path(modifier: str, pattern: str, uri: str | None, path: str) -> str | None:
    """Return the path that the server side gets when a location with ``proxy_pass`` takes a path.

    Args:
        modifier: of the location.
        pattern: of the location.
        uri: what follows the authority in ``proxy_pass``, None if nothing does.
        path: path of the request.

    Returns:
        The path; None where a regular expression or a variable decides.

    """
    if uri is None or modifier.startswith(("~", "@")):
        return path if uri is None else None
    if "$" in uri:
        return None
    return uri + path[len(pattern) :]
