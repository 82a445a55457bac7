"""A file that is read as text: without its comments, with its brackets, functions and calls; nothing is parsed.

Strings are kept, but brackets and names within them count for nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._settings_files import project_of
from wsdoctor.inspectors._text.languages import LANGUAGES, Language

__all__ = ["Function", "Source", "functions_named", "is_test", "project_files", "source_of", "split"]

_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|spec|specs|testdata|fixtures|benches|benchmarks?|examples?|samples?|demos?)/|"
    r"(?:_test|_spec|Test|Tests|IT|Spec)\.\w+$"
)
_MAIN = re.compile(r"(?:^|/)src/main/\w+/")
_MAX_BYTES = 300_000
_MAX_FILES = 100
_MAX_INDEXED = 2_000_000
_MAX_KEPT = 300
_MAX_BODY = 40_000


@dataclass(frozen=True, slots=True)
class Function:
    """A function, method or constructor.

    Attributes:
        name: of it.
        owner: class that it is of, ``""`` = none.
        parameters: name and written default of each.
        start: of its head.
        body: first and last offset of its body.

    """

    name: str
    owner: str
    parameters: tuple[tuple[str, str], ...]
    start: int
    body: tuple[int, int]


class Source:
    """A file.

    Args:
        path: of it.
        text: of it.
        language: that it is in.

    Attributes:
        text: with comments as blanks.
        bare: with strings as blanks too, of the same length.
        memory: of those who look at it.

    """

    def __init__(self, path: str, text: str, language: Language) -> None:
        self.path = path
        self.language = language
        self.memory: dict[str, Any] = {}
        tokens = _tokens(language.name)
        self.text = tokens.sub(lambda one: _blank(one.group()) if one["comment"] else one.group(), text)
        self.bare = tokens.sub(lambda one: _blank(one.group()) if one["comment"] else _hollow(one.group()), text)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\n", self.text))]

    def line(self, at: int) -> int:
        """Return the 1-based line of an offset."""
        return bisect_right(self._starts, at)

    def closing(self, at: int) -> int:
        """Return the offset of the bracket that closes the one at an offset, the end of the file where none does."""
        depth = 0
        for match in re.finditer(r"[()\[\]{}]", self.bare[at : at + _MAX_BODY]):
            depth += 1 if match.group() in _OPEN else -1
            if depth <= 0:
                return at + match.start()
        return min(len(self.bare), at + _MAX_BODY)

    def arguments(self, at: int) -> list[str]:
        """Return what is written between the bracket at an offset and its end, split by commas."""
        return split(self.text[at + 1 : self.closing(at)], ",")

    def expression(self, at: int) -> str:
        """Return the expression that begins at an offset."""
        depth = 0
        end = at
        ends = ";\n" if self.language.lines else ";"
        while end < min(len(self.bare), at + 2000):
            mark = self.bare[end]
            if mark in _OPEN:
                depth += 1
            elif mark in _CLOSE:
                depth -= 1
                if depth < 0:
                    break
            elif not depth and (mark == "," or mark in ends) and (mark != "\n" or not self._goes_on(at, end)):
                break
            end += 1
        return self.text[at:end].strip()

    def _goes_on(self, start: int, end: int) -> bool:
        """Say whether an expression goes on behind the end of a line."""
        return _CONTINUES.match(self.bare, end) is not None or not self.bare[start:end].strip()

    @cached_property
    def owners(self) -> list[tuple[int, int, str]]:
        """First and last offset and name of each class."""
        found = []
        for match in re.finditer(self.language.types, self.bare):
            name = match["name"] or (match["type"] if "type" in match.re.groupindex else "")
            given = _GIVEN.match(self.bare, match.end())
            after = self.closing(given.end()) + 1 if given is not None else match.end()
            found.append((match.start(), self._end(after, match.start()), name))
        return found

    def owner(self, at: int) -> str:
        """Return the name of the innermost class around an offset, ``""`` if there is none."""
        return next((name for start, end, name in reversed(self.owners) if start <= at < end), "")

    @cached_property
    def functions(self) -> list[Function]:
        """The functions in the order of their heads; a class with parameters of its own is one too."""
        found = []
        heads = list(re.finditer(self.language.functions, self.bare))
        if self.language.name in {"kotlin", "scala", "csharp"}:
            heads += re.finditer(
                r"\bclass\s+(?P<name>\w+)(?:<[^(]*>)?\s*(?:private\s+)?(?:constructor\s*)?(?=\()", self.bare
            )
        for match in heads:
            at = match.end()
            given = self.text[at + 1 : self.closing(at)] if self.bare[at : at + 1] == "(" else ""
            after = self.closing(at) + 1 if self.bare[at : at + 1] == "(" else at
            if self.bare[at : at + 1] == " ":
                after = at
            parameters = tuple(filter(None, (_parameter(one, self.language.name) for one in split(given, ","))))
            body = (after, self._end(after, match.start()))
            found.append(Function(match["name"], self.owner(match.start()), parameters, match.start(), body))
        return sorted(found, key=lambda one: one.start)

    def enclosing(self, at: int) -> Function | None:
        """Return the innermost function around an offset."""
        return next((one for one in reversed(self.functions) if one.start <= at < one.body[1]), None)

    def heads(self, function: Function) -> Iterator[Function]:
        """Yield the classes with parameters of their own that a method is in, the innermost first."""
        for one in reversed(self.functions):
            if one.name == one.owner == function.owner and one.start < function.start < one.body[1]:
                yield one

    def _end(self, at: int, head: int) -> int:
        if self.language.indented:
            line = self.bare.rfind("\n", 0, head) + 1
            indent = len(self.bare[line:]) - len(self.bare[line:].lstrip(" \t"))
            rest = re.compile(r"[ \t]*=(?!=)|[^\n]*,[ \t]*do:").match(self.bare, at)
            if rest is not None:
                return at + len(self.expression(rest.end())) + len(rest.group()) + 2
            end = re.compile(rf"^[ \t]{{0,{indent}}}end\b", re.MULTILINE).search(self.bare, at)
            return end.end() if end is not None else len(self.bare)
        opening = re.compile(r"[^{};]*?(?:\{|;|=>?(?!=))").match(self.bare, at)
        if opening is None:
            return len(self.bare)
        if opening.group().endswith("{"):
            return self.closing(opening.end() - 1) + 1
        return (
            opening.end() + len(self.expression(opening.end())) + 1
            if not opening.group().endswith(";")
            else opening.end()
        )


_GIVEN = re.compile(r"(?:<[^<>(){}]*>)?\s*(?=\()")
"""What may stand between a class and its own parameters."""
_CONTINUES = re.compile(r"\n\s*(?:[.?|&+:]|or\b|\|>)")
_NAMED = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?:\?)?$")


def _parameter(written: str, language: str) -> tuple[str, str] | None:
    head, _, default = written.partition("=")
    if language in {"rust", "kotlin", "scala"}:
        head = head.partition(":")[0]
    elif language == "ruby" and ":" in head:
        head, _, default = written.partition(":")
    elif language == "elixir" and "\\\\" in written:
        head, _, default = written.partition("\\\\")
    match = _NAMED.search(head.strip().strip("&*"))
    return (match["name"], default.strip()) if match is not None else None


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _hollow(text: str) -> str:
    return text[0] + re.sub(r"[^\n]", " ", text[1:-1]) + text[-1] if len(text) > 1 else text


@lru_cache(maxsize=32)
def _tokens(name: str) -> re.Pattern[str]:
    language = LANGUAGES[name]
    return re.compile(rf"(?P<comment>{language.comments})|(?:{language.strings})", re.DOTALL)


def split(text: str, by: str) -> list[str]:
    """Return the parts of an expression between marks that stand outside of brackets and strings."""
    parts: list[str] = []
    depth, quote, start, at = 0, "", 0, 0
    while at < len(text):
        mark = text[at]
        if quote:
            if mark == "\\":
                at += 1
            elif mark == quote:
                quote = ""
        elif mark in "\"'" and not (
            mark == "'" and text[at + 2 : at + 3] not in {"'", ""} and re.match(r"'[a-z_]\w*\b(?!')", text[at:])
        ):
            quote = mark
        elif mark in _OPEN:
            depth += 1
        elif mark in _CLOSE:
            depth -= 1
        elif not depth and text.startswith(by, at):
            parts.append(text[start:at].strip())
            start = at + len(by)
            at = start - 1
        at += 1
    parts.append(text[start:].strip())
    return [part for part in parts if part] if by == "," else parts


def is_test(path: str) -> bool:
    """Say whether a file is a test, an example or a benchmark."""
    match = _MAIN.search(path)
    return _TESTS.search(path[: match.start()] + "/" + path.rpartition("/")[2] if match else path) is not None


def source_of(path: str, language: Language, repository: Repository) -> Source | None:
    """Return a file, None if it cannot be read."""
    known: dict[str, Source | None] = repository.memory.setdefault("text sources", {})  # type: ignore[assignment]
    if path not in known:
        if len(known) > _MAX_KEPT:
            known.clear()
        text = repository.text(path)
        known[path] = Source(path, text, language) if text is not None and len(text) < _MAX_BYTES else None
    return known[path]


def project_files(source: Source, name: str, repository: Repository) -> Iterator[Source]:
    """Yield a file and the others of its project and language, without tests, that hold a name."""
    yield source
    root = project_of(source.path, repository)
    start = f"{root}/" if root else ""
    looked = 0
    patterns = tuple(f"*.{suffix}" for suffix in source.language.suffixes if suffix)
    scripts = [path for path in repository.glob(f"{start}bin/*") if "." not in path.rpartition("/")[2]]
    for path in (*repository.named(*patterns), *(scripts if "" in source.language.suffixes else ())):
        if path == source.path or not path.startswith(start) or is_test(path[len(start) :]):
            continue
        if name in (repository.text(path) or ""):
            looked += 1
            other = source_of(path, source.language, repository) if looked <= _MAX_FILES else None
            if other is not None:
                yield other


def functions_named(name: str, source: Source, repository: Repository) -> Iterator[tuple[Function, Source]]:
    """Yield the functions of a name in the project of a file, those of the file first."""
    kept: dict[tuple[str, str], dict[str, list[tuple[Function, Source]]]] = repository.memory.setdefault(
        "text functions", {}
    )  # type: ignore[assignment]
    key = project_of(source.path, repository), source.language.name
    if key not in kept:
        kept[key] = {}
        whole = 0
        for other in project_files(source, "", repository):
            whole += len(other.text)
            for one in other.functions if whole < _MAX_INDEXED else ():
                kept[key].setdefault(one.name, []).append((one, other))
    yield from sorted(kept[key].get(name, ()), key=lambda each: each[1].path != source.path)
