"""Shell: simple commands with their words, the loops that they run in, and what stands in ``$( )``.

It takes scripts, fragments in other files and broken lines alike; it expands nothing and raises nothing. Words keep
``$NAME`` as written, but with ``$`` doubled where quotes make it a plain character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Command", "Word", "parse"]

MAX_COMMANDS = 20_000
"""Commands that are taken from one text."""

MAX_DEPTH = 8
"""Substitutions within substitutions that are read."""

_OPERATOR = re.compile(r"&&|\|\||;;&?|;&|\|&|[;&|()\n]")
_REDIRECT = re.compile(r"(?:\d*|&)(?:>>|>\||>&|<&|<>|&>>|&>|<<<|>|<)&?-?")
_HEREDOC = re.compile(r"\d*<<(?P<dash>-?)\s*(?P<quote>[\"']?\\?)(?P<mark>[A-Za-z_][\w.-]*)[\"']?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_BLANK = " \t\r"
_LOOPS = frozenset(("while", "until", "for", "select"))
_KEYWORDS = frozenset(("if", "then", "elif", "else", "fi", "do", "!", "{", "}", "time", "function", "esac", "in"))


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes.

    Attributes:
        text: of it.
        line: 1-based.
        quoted: whether a part of it was quoted.

    """

    text: str
    line: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command.

    Attributes:
        words: program and arguments, ``for`` and what follows at the head of a loop; what it reads from and writes to
            follows as words after ``<`` and ``>``.
        assignments: variables that are set for it, or for the shell if there are no words.
        line: 1-based first line.
        end_line: 1-based last line.
        loops: numbers of the loops that it runs in, the outermost first.
        statement: number of the list of commands, joined by ``|``, ``&&`` and ``||``, that it belongs to.

    """

    words: tuple[Word, ...]
    assignments: tuple[tuple[str, str], ...]
    line: int
    end_line: int
    loops: tuple[int, ...]
    statement: int


def parse(text: str, first_line: int = 1) -> list[Command]:
    """Return the simple commands of a text in order, those within substitutions after the one that holds them.

    Args:
        text: of a script or a fragment.
        first_line: 1-based line that it starts on.

    """
    reader = _Reader(text, first_line, 0)
    reader.read()
    return reader.found


class _Reader:
    def __init__(self, text: str, line: int, depth: int, counter: list[int] | None = None) -> None:
        self.text = text
        self.at = 0
        self.line = line
        self.depth = depth
        self.found: list[Command] = []
        self.counter = [0, 0] if counter is None else counter
        self.loops: list[int] = []
        self.words: list[Word] = []
        self.inner: list[Command] = []
        self.heredocs: list[tuple[str, bool]] = []
        self.header = False
        self.counter[1] += 1
        self.statement = self.counter[1]

    def read(self) -> None:
        text, size = self.text, len(self.text)
        while self.at < size and len(self.found) < MAX_COMMANDS:
            char = text[self.at]
            if char in _BLANK:
                self.at += 1
            elif text.startswith("\\\n", self.at):
                self.at += 2
                self.line += 1
            elif char == "#":
                end = text.find("\n", self.at)
                self.at = size if end < 0 else end
            elif match := _HEREDOC.match(text, self.at):
                self.heredocs.append((match["mark"], bool(match["dash"])))
                self.at = match.end()
            elif (match := _REDIRECT.match(text, self.at)) and match.end() > self.at:
                self.redirect(match)
            elif match := _OPERATOR.match(text, self.at):
                self.operator(match.group())
            else:
                self.word()
        self.flush()

    def redirect(self, match: re.Match[str]) -> None:
        sign = ">" if ">" in match.group() else "<"
        self.at = match.end()
        if not match.group().endswith("-"):
            while self.at < len(self.text) and self.text[self.at] in _BLANK:
                self.at += 1
            if self.at < len(self.text) and self.text[self.at] not in "\n;|&":
                self.word()
                target = self.words.pop()
                self.words += [Word(sign, target.line), target]

    def operator(self, sign: str) -> None:
        self.at += len(sign)
        self.flush()
        if sign == "\n":
            self.line += 1
            self.skip_heredocs()
        if sign in {"\n", ";", ";;", "&", ";&", ";;&"}:
            self.counter[1] += 1
            self.statement = self.counter[1]

    def skip_heredocs(self) -> None:
        for mark, dash in self.heredocs:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end]
                self.at = min(end + 1, len(self.text))
                self.line += 1
                if (line.lstrip("\t") if dash else line).strip() == mark:
                    break
        self.heredocs.clear()

    def flush(self) -> None:
        """Make a command of the words so far; keywords before it open and close loops."""
        words, self.words = self.words, []
        inner, self.inner = self.inner, []
        while words and not words[0].quoted:
            first = words[0].text
            if first in _LOOPS:
                self.counter[0] += 1
                self.loops.append(self.counter[0])
                if first in {"for", "select"}:
                    lines = [word.line for word in words]
                    loops = tuple(self.loops[:-1])
                    self.found.append(Command(tuple(words), (), min(lines), max(lines), loops, self.statement))
                    words = []
                    break
                words = words[1:]
            elif first == "done":
                if self.loops:
                    self.loops.pop()
                words = words[1:]
            elif first in _KEYWORDS:
                words = words[1:]
            else:
                break
        settings: list[tuple[str, str]] = []
        if words and words[0].text in {"export", "local", "readonly", "declare", "env"} and len(words) > 1:
            words = [word for word in words[1:] if not word.text.startswith("-")]
        while words and _ASSIGNMENT.match(words[0].text):
            name, _, value = words[0].text.partition("=")
            settings.append((name.rstrip("+"), value))
            words = words[1:]
        if words or settings:
            lines = [word.line for word in words] or [self.line]
            command = Command(
                tuple(words), tuple(settings), min(lines), max(*lines, self.line), tuple(self.loops), self.statement
            )
            self.found.append(command)
        self.found += inner

    def word(self) -> None:
        text, size, line = self.text, len(self.text), self.line
        parts: list[str] = []
        quoted = False
        start = self.at
        while self.at < size:
            char = text[self.at]
            if char in _BLANK or char in ";&|()\n<>":
                break
            if char == "\\":
                following = text[self.at + 1 : self.at + 2]
                if following == "\n":
                    self.line += 1
                else:
                    parts.append("$$" if following == "$" else following)
                self.at += 2
            elif char == "'":
                quoted = True
                end = text.find("'", self.at + 1)
                end = size if end < 0 else end
                inside = text[self.at + 1 : end]
                self.line += inside.count("\n")
                parts.append(inside.replace("$", "$$"))
                self.at = end + 1
            elif char == '"':
                quoted = True
                self.at += 1
                self.double(parts)
            elif char in "$`":
                self.dollar(parts)
            else:
                parts.append(char)
                self.at += 1
        if self.at == start:
            self.at += 1
        self.words.append(Word("".join(parts), line, quoted))

    def double(self, parts: list[str]) -> None:
        text, size = self.text, len(self.text)
        while self.at < size and text[self.at] != '"':
            char = text[self.at]
            if char == "\\":
                following = text[self.at + 1 : self.at + 2]
                if following == "\n":
                    self.line += 1
                else:
                    known = following in {'"', "\\", "`", "$"}
                    parts.append("$$" if following == "$" else following if known else "\\" + following)
                self.at += 2
            elif char in "$`":
                self.dollar(parts)
            else:
                self.line += char == "\n"
                parts.append(char)
                self.at += 1
        self.at += 1

    def dollar(self, parts: list[str]) -> None:
        text = self.text
        if text.startswith("$((", self.at):
            end = text.find("))", self.at)
            end = len(text) if end < 0 else end + 2
        elif text.startswith("$(", self.at):
            end = self.substitution(_closing(text, self.at + 2), self.at + 2)
        elif text.startswith("${", self.at):
            close = text.find("}", self.at)
            inner = text.find("${", self.at + 2)
            if 0 < inner < close:
                close = text.find("}", close + 1)
            end = self.at + 2 if close < 0 else close + 1
        elif text[self.at] == "`":
            close = text.find("`", self.at + 1)
            end = self.substitution(len(text) if close < 0 else close, self.at + 1)
        else:
            end = self.at + 1
        piece = text[self.at : end]
        parts.append(piece)
        self.line += piece.count("\n")
        self.at = end

    def substitution(self, end: int, start: int) -> int:
        if self.depth < MAX_DEPTH:
            reader = _Reader(self.text[start:end], self.line, self.depth + 1, self.counter)
            reader.statement = self.statement
            reader.loops = list(self.loops)
            if self.words and self.words[0].text in {"while", "until"} and not self.words[0].quoted:
                reader.loops.append(self.counter[0] + 1)
            reader.read()
            self.inner += reader.found
        return min(end + 1, len(self.text))


def _closing(text: str, at: int) -> int:
    """Return where the parenthesis closes that was opened before a place, the end of the text if nowhere."""
    depth = 1
    quote = ""
    while at < len(text):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "\\":
            at += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                return at
        at += 1
    return len(text)
