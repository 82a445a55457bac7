"""The statements of a Python module as pieces of its text, found without parsing it.

A statement at the top starts where a line starts with neither a blank nor what goes on with the line before, outside of
strings and brackets. Where the end of a string is not found or brackets do not match, nothing is taken apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

__all__ = ["Statement", "statements"]

_PLAIN = r"[^\"'#()\[\]{}\\\n]"
_STRING = (
    r"\"\"\"[^\"\\]*+(?:(?:\\.|\"(?!\"\"))[^\"\\]*+)*+\"\"\"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''"
    r"|\"(?!\"\")[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"|'(?!'')[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'"
)
_WITHIN = rf"(?:{_PLAIN}++|\n|{_STRING}|#[^\n]*+|\\\n)*+"
_GOES_ON = r"\n(?:(?=[\s#)\]}]|\Z)|(?=(?:else|elif|except|finally)\b))"
_TOKEN = re.compile(
    rf"(?:{_PLAIN}++|{_GOES_ON}|{_STRING}|#[^\n]*+|\\\n|[(\[{{]{_WITHIN}[)\]}}])*+(?:(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<end>\n)|\Z|(?P<odd>.))",
    re.DOTALL,
)
_WORDS = re.compile(r"\w+").findall
_CALLED = re.compile(r"\b(\w++)\s*+(?=[()\\#])").findall
_DEFINITION = re.compile(r"(?:@|(?:async\s+def|def|class)\b)").match
_DEFINED = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE).findall
_CALLABLE = re.compile(r"(?:def|class)\s+(\w+)").findall
_IMPORT = re.compile(r"(?:^|[;:])[ \t]*(?:import|from)\b", re.MULTILINE).search
_FROM = re.compile(r"from[\s\\]*(\.|\w+)").match
_IMPORTED = re.compile(r"(?:\bimport|,)[\s\\]*(\w+)").findall
_FEW = 12
"""Names that are looked for one by one before a text is taken apart into its words."""
_RENAMED = re.compile(r"(?:\bimport|[,(\n])[ \t\\]*(\w+)(?:[\s\\]|#[^\n]*\n)+as\b").findall
_STAR = re.compile(r"\bimport[\s\\]*\*").search
_STRANGE = re.compile(r"[\r\f\x00]").search


class Statement:
    """A statement at the top of a module, with the comments behind it.

    Args:
        line: number of lines before it.
        text: of it, without the last end of a line.

    Attributes:
        spelled: its text with the names as Python spells them.
        lines: how many it has.
        imports: whether it may be, or hold, an import.
        defines: names of functions and classes that it may define, None where it is no definition.
        packages: first parts of the names of the modules that it imports, ``.`` for those beside it; None where it is
            no import.

    """

    __slots__ = (
        "_callables", "_called", "_words", "defines", "imports", "line", "lines", "packages", "spelled", "text",
    )  # fmt: skip

    def __init__(self, line: int, text: str) -> None:
        self.line = line
        self.text = text
        self.lines = text.count("\n") + 1
        self.spelled = text if text.isascii() else unicodedata.normalize("NFKC", text)
        self.imports = "import" in text and _IMPORT(text) is not None
        self.defines = frozenset(_DEFINED(self.spelled)) if _DEFINITION(text) else None
        self.packages = _packages(self.spelled) if self.imports else None
        self._words: frozenset[str] | None = None
        self._called: frozenset[str] | None = None
        self._callables: frozenset[str] | None = None

    @property
    def words(self) -> frozenset[str]:
        """The names that it may hold, and other words."""
        if self._words is None:
            self._words = frozenset(_WORDS(self.spelled))
        return self._words

    @property
    def called(self) -> frozenset[str]:
        """The words that may be the last of what it calls."""
        if self._called is None:
            self._called = frozenset(_CALLED(self.spelled))
        return self._called

    @property
    def stars(self) -> bool:
        """Whether it may import all names of a module."""
        return _STAR(self.text) is not None

    @property
    def renames(self) -> frozenset[str]:
        """The names that it may import under another."""
        return frozenset(_RENAMED(self.spelled))

    @property
    def callables(self) -> frozenset[str]:
        """The names of functions and classes that it may hold, however deep."""
        if self._callables is None:
            self._callables = frozenset(_CALLABLE(self.spelled))
        return self._callables

    def holds(self, word: str) -> bool:
        """Say whether a word stands in it, as a name or otherwise."""
        return word in self.text or word in self.spelled

    def mentions(self, names: Collection[str]) -> bool:
        """Say whether it may mention one of some names."""
        if len(names) > _FEW:
            return not self.words.isdisjoint(names)
        return any(name in self.spelled and name in self.words for name in names)

    def binds(self, name: str) -> bool:
        """Say whether it may bind a name at the top of the module."""
        return self.mentions((name,)) if self.defines is None else name in self.defines


def _packages(text: str) -> frozenset[str] | None:
    if match := _FROM(text):
        found = [match[1]]
    elif text.startswith("import"):
        found = _IMPORTED(text)
    else:
        return None
    return frozenset(found if ";" not in text else (*found, *_IMPORTED(text.replace("from", "import"))))


def statements(text: str) -> list[Statement] | None:
    """Return the statements of a module in order, None where they cannot surely be told apart."""
    if _STRANGE(text):
        return None
    starts = [0]
    last = depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "odd" or depth < 0:
            return None
        elif kind and not depth:
            if text[last] != "@":
                starts.append(match.end())
            last = match.end()
    if depth:
        return None
    found: list[Statement] = []
    line = 0
    for start, end in zip(starts, [*(one - 1 for one in starts[1:]), len(text)], strict=True):
        found.append(Statement(line, text[start:end]))
        line += found[-1].lines
    return found
