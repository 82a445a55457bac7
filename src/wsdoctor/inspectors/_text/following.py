"""What an expression comes to where a language is only read as text: texts, choices, calls and what they are made of.

Everything that may be meant is collected; a port is one only where all of it agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.expressions import called, chained, port_of, trimmed
from wsdoctor.inspectors._text.names import GETS, HOLE, Names, Value
from wsdoctor.inspectors._text.sources import Source, split
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment

__all__ = ["Follower"]

_MAX_LENGTH = 800
"""Characters of an expression that is followed."""
_MAX_DEPTH = 14
_MAX_STEPS = 1500
_MAX_VALUES = 30

_NUMBER = re.compile(r"\d[\d_]*(?:_?[ui](?:16|32|64|size)|[lLuU])?")
_STRING = re.compile(r"[rbf$@]*(?P<quote>\"\"\"|[\"'`])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)", re.DOTALL)
_INTERPOLATED = re.compile(
    r"#\{(?P<ruby>[^{}]+)\}|\$\{(?P<braced>[^{}]+)\}|\{\$(?P<php>[^{}]+)\}|\$(?P<plain>[A-Za-z_]\w*(?:->\w+|"
    r"\[['\"]?\w+['\"]?\])?)|\{(?P<rust>[A-Za-z_][\w.]*)?(?::[^{}]*)?\}|%(?:\d*\$)?[sd]"
)
_PASSES = re.compile(
    r"(?:.*[.:>\\])?(?:parse\w*|Parse\w*|valueOf|Integer|Int|int|intval|from|from_str|new|Some|Ok|some|Number|"
    r"to_integer|ToInt32|ToUInt16|ToInt16|stoi|atoi|strtol|htons|of|ofNullable|"
    r"InetSocketAddress|SocketAddr|SocketAddrV4|InternetAddress|IPEndPoint|format!|String|Optional|"
    r"requireNonNull|toString|trim|Uri|URI|create|createUnresolved|TcpListener|Port|fromInt|unwrap|apply|port|"
    r"inetSocketAddress|endpoint|htobe16|static_cast|Mono|just|localAddress|str|strval|default|address)"
)
_PATH = re.compile(r"[@$&]*[A-Za-z_]\w*[?!]?(?:(?:\?)?(?:\.|::|->|\\)@?[A-Za-z_]\w*(?:\(\))?)*(?:\(\))?")
_INDEXED = re.compile(r"(?P<base>[@$]*[A-Za-z_][\w.:>-]*)(?P<keys>(?:\s*\[\s*(?:\"[^\"]+\"|'[^']+'|:\w+)\s*\])+)")
_KEYS = re.compile(r"\"(?P<a>[^\"]+)\"|'(?P<b>[^']+)'|:(?P<c>\w+)")
_DEEP = frozenset(("dig", "get_int", "getInt", "getint", "at"))
"""Calls that take more than one key."""
_OPERATORS = ("||", "??", "?:", " or ")


class Follower(Names):
    """Follows expressions of one language in a repository.

    Args:
        repository: to read.

    """

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self.steps = 0
        self.active: set[tuple[str, str, int]] = set()

    def port(self, expression: str, source: Source, at: int) -> tuple[int | None, str | None]:
        """Return the one port that an expression comes to and the variable that may change it, None if unknown.

        Args:
            expression: a port, or an address with one.
            source: that it stands in.
            at: offset of it.

        """
        self.steps = 0
        found: dict[int, str | None] = {}
        variable = None
        for value in self.values(expression, source, at):
            variable = variable or value.variable
            number = port_of(value.text)
            if number is not None:
                found.setdefault(number, value.variable)
        if len(found) != 1:
            return None, variable
        ((port, known),) = found.items()
        return port, known or variable

    def values(self, expression: str, source: Source, at: int, depth: int = 0) -> list[Value]:
        """Return what an expression may come to."""
        self.steps += 1
        if depth > _MAX_DEPTH or self.steps > _MAX_STEPS or len(expression) > _MAX_LENGTH:
            return []
        text = trimmed(expression)
        key = source.path, text, at
        if not text or key in self.active:
            return []
        self.active.add(key)
        try:
            return list(dict.fromkeys(self._values(text, source, at, depth + 1)))[:_MAX_VALUES]
        finally:
            self.active.discard(key)

    def _values(self, text: str, source: Source, at: int, depth: int) -> Iterator[Value]:
        if _NUMBER.fullmatch(text):
            yield Value(re.sub(r"_|[ui](?:16|32|64|size)|[lLuU]$", "", text))
            return
        if (match := _STRING.fullmatch(text)) is not None:
            yield from self._string(
                match["text"], match["quote"] != "'" or source.language.name == "dart", source, at, depth
            )
            return
        if (read := re.compile(source.language.environment).match(text)) is not None:
            rest = text[read.end() :].strip()
            if not rest or not rest.startswith((".", "?", "|", "or ", "&&", "!")):
                yield from self._variable(read, source, at, depth)
                return
        for mark in _OPERATORS:
            parts = split(text, mark)
            if len(parts) > 1 and all(parts):
                yield from self._either(parts, source, at, depth)
                return
        chosen = split(text, " ? ")
        if len(chosen) == 2 and len(either := split(chosen[1], " : ")) == 2:
            yield from self._either(either, source, at, depth)
            return
        for mark in (" <> ", " . ", "+", ".."):
            parts = split(text, mark)
            if len(parts) > 1 and all(parts):
                yield from self._joined(parts, source, at, depth)
                return
        if (chain := chained(text)) is not None:
            yield from self._chain(*chain, source, at, depth)
            return
        if text.startswith("(") or (text.startswith("[") and source.language.name in {"ruby", "php"}):
            parts = split(text[1:-1], ",")
            yield from self.values(parts[-1], source, at, depth) if parts else ()
            return
        if (indexed := _INDEXED.fullmatch(text)) is not None:
            keys = tuple(one["a"] or one["b"] or one["c"] for one in _KEYS.finditer(indexed["keys"]))
            yield from self._keyed(indexed["base"], keys, source, at, depth)
            return
        if _PATH.fullmatch(text):
            yield from self._path(text, source, at, depth)
            return
        if (call := called(text)) is not None:
            yield from self._call(call[0], split(call[1], ","), source, at, depth)
            return
        yield from self._contained(text, source, at, depth)

    def _string(self, text: str, open_: bool, source: Source, at: int, depth: int) -> Iterator[Value]:
        if not open_ or _INTERPOLATED.search(text) is None:
            yield Value(text)
            return
        variable = None

        def put(match: re.Match[str]) -> str:
            nonlocal variable
            inner = next((one for one in (match["ruby"], match["braced"], match["rust"]) if one), None)
            inner = inner or (f"${match['php'] or match['plain']}" if match["php"] or match["plain"] else None)
            if match["plain"] and source.language.name in {"kotlin", "dart", "scala"}:
                inner = match["plain"]
            found = self.values(inner, source, at, depth) if inner else []
            variable = variable or next((one.variable for one in found if one.variable), None)
            texts = {one.text for one in found}
            return texts.pop() if len(texts) == 1 else HOLE

        yield Value(_INTERPOLATED.sub(put, text), variable)

    def _either(self, parts: list[str], source: Source, at: int, depth: int) -> Iterator[Value]:
        """Yield the first that is known, with the variable that goes before it."""
        variable = None
        for part in parts:
            found = self.values(part, source, at, depth)
            variable = variable or next((one.variable for one in found if one.variable), None)
            known = [one for one in found if one.text != HOLE]
            if known:
                yield from (replace(one, variable=one.variable or variable) for one in known)
                return
        if variable is not None:
            yield Value(HOLE, variable)

    def _joined(self, parts: list[str], source: Source, at: int, depth: int) -> Iterator[Value]:
        whole: list[Value] = []
        for part in parts:
            found = self.values(part, source, at, depth)
            whole.append(found[0] if len({one.text for one in found}) == 1 else Value(HOLE))
        yield Value("".join(one.text for one in whole), next((one.variable for one in whole if one.variable), None))

    def _chain(
        self, base: str, how: str, inner: str, rest: str, source: Source, at: int, depth: int
    ) -> Iterator[Value]:
        """Yield what a default comes to that stands behind a value, as ``env::var("P").unwrap_or(…)``."""
        inner = re.sub(
            r"^\s*(?:move\s*)?\|[^|]*\|\s*|^\s*\([^()]*\)\s*->\s*|^\s*\w+\s*->\s*|^\s*\(?[\w, ]*\)?\s*=>\s*", "", inner
        )
        found = [one for one in self.values(base, source, at, depth) if one.text != HOLE or one.variable]
        if how in {"map", "and_then", "flatMap", "filter", "mapToInt", "let", "then", "orNull"}:
            parts: list[str] = [base]
            if rest:
                yield from self.values(base + rest, source, at, depth)
                return
        else:
            parts = [base, split(inner, ",")[0] if split(inner, ",") else inner]
        if len(parts) == 1:
            yield from found
            return
        known = list(self._either([part.strip("{} ") for part in parts], source, at, depth))
        if rest and not known:
            known = self.values(base + rest, source, at, depth)
        yield from known

    def _call(self, name: str, given: list[str], source: Source, at: int, depth: int) -> Iterator[Value]:
        last = re.split(r"[.:>\\]+", name)[-1]
        own = list(self._returned(name, given, source, at, depth))
        if own:
            yield from own
            return
        if name.endswith("format!") or last in {"format", "sprintf", "Format"}:
            yield from self._formatted(given, source, at, depth)
            return
        keys = [match for one in given if (match := _KEYS.fullmatch(one)) is not None]
        if keys and GETS.fullmatch(name):
            texts = tuple(match["a"] or match["b"] or match["c"] for match in keys)
            rest = [
                one for one in given if _KEYS.fullmatch(one) is None and not re.fullmatch(r"[A-Z]\w*|\w+\.class", one)
            ]
            base = name.rpartition(last)[0].rstrip(".:->?") or name
            if len(keys) == 1 or last in _DEEP or all(one.startswith(":") for one in given[: len(keys)]):
                found = list(self._keyed(base, texts, source, at, depth))
            else:
                found = list(self._keyed(base, texts[:-1], source, at, depth)) or [Value(texts[-1])]
            yield from found or (one for part in rest[-1:] for one in self.values(part, source, at, depth))
            return
        if given and _PASSES.fullmatch(name):
            for part in reversed([re.sub(r"^\w+\s*[:=](?![:=])\s*", "", one) for one in given]):
                found = [
                    one for one in self.values(part, source, at, depth) if port_of(one.text) is not None or one.variable
                ]
                if found:
                    yield from found
                    return

    def _formatted(self, given: list[str], source: Source, at: int, depth: int) -> Iterator[Value]:
        match = _STRING.fullmatch(given[0]) if given else None
        if match is None:
            return
        rest = iter([one for one in given[1:] if not re.match(r"\w+\s*=(?!=)", one)])
        named = {
            one.partition("=")[0].strip(): one.partition("=")[2] for one in given[1:] if re.match(r"\w+\s*=(?!=)", one)
        }
        pieces: list[str] = []
        variable, end = None, 0
        for place in re.finditer(r"\{(?P<name>\w*)(?::[^{}]*)?\}|%(?:\d*\$)?0?\d*[sd]", match["text"]):
            name = place["name"] or ""
            written = next(rest, None) if not name or name.isdecimal() else named.get(name, name)
            found = self.values(written, source, at, depth) if written else []
            variable = variable or next((one.variable for one in found if one.variable), None)
            texts = {one.text for one in found}
            pieces += (match["text"][end : place.start()], texts.pop() if len(texts) == 1 else HOLE)
            end = place.end()
        yield Value("".join(pieces) + match["text"][end:], variable)

    def _contained(self, text: str, source: Source, at: int, depth: int) -> Iterator[Value]:
        """Yield what an expression comes to that reads a variable and has one default, however it is written."""
        read = re.compile(source.language.environment).search(text)
        if read is None:
            return
        variable = read["name"] or read.groupdict().get("other") or ""
        known = environment(self.repository).value(variable, unit_of(source.path, self.repository), source.path)
        if known is not None:
            yield Value(known[0], variable)
            return
        rest = text[read.end() :]
        found = {match.group() for match in re.finditer(r"(?<![\w.])\d{2,5}(?![\w.])", rest)}
        if not found:
            for name in re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", rest):
                found |= {one.text for one in self.values(name, source, at, depth)}
        yield Value(found.pop() if len(found) == 1 else HOLE, variable)
