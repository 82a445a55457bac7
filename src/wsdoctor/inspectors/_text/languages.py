"""What `sources` and `following` need to know of each language: comments, functions, variables, environment.

Only what decides where a server listens is described. A language is added by one entry here and a module of starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["LANGUAGES", "Language"]

_STRINGS = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_CHAR = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.[^'\n]{0,8}|[^'\\\n])'"
_SLASHES = r"//[^\n]*|/\*.*?\*/"


@dataclass(frozen=True, slots=True)
class Language:
    """A language.

    Attributes:
        name: of it.
        suffixes: of its files.
        comments: pattern of a comment.
        strings: pattern of a string.
        functions: pattern of a function's head up to its parameters, with the group ``name``.
        types: pattern of a class or what has methods like one, with the group ``name``.
        constructor: name of the function that makes an instance, ``""`` = the name of the class.
        makes: how an instance is made, with ``{type}`` for the class.
        indented: whether bodies end with ``end`` instead of a brace.
        environment: pattern of reading a variable, with the group ``name``.
        lines: whether an expression ends with its line.
        attributes: pattern of an attribute or annotation of a field.

    """

    name: str
    suffixes: tuple[str, ...]
    comments: str
    strings: str
    functions: str
    types: str
    constructor: str
    makes: str
    environment: str
    indented: bool = False
    lines: bool = False
    attributes: str = r"(?!)"


_KEY = r"[\"'](?P<name>[A-Za-z_]\w*)[\"']"

_ALL = (
    Language(
        "rust",
        ("rs",),
        _SLASHES,
        r"r#*\"(?:.*?)\"#*|" + _CHAR,
        r"\bfn\s+(?P<name>\w+)\s*(?:<[^(]*>)?\s*(?=\()",
        r"\bimpl(?:<[^{]*?>)?\s+(?:[\w:<>, ]+\s+for\s+)?(?P<name>\w+)|\bstruct\s+(?P<type>\w+)",
        "new",
        r"\b{type}(?:::<[^>]*>)?::new",
        r"\b(?:env::var(?:_os)?|dotenv::var|dotenvy::var|var|option_env!|env!|std::env::var)\(\s*" + _KEY + r"\s*\)",
        attributes=r"#\[(?P<inner>(?:[^\[\]]|\[[^\[\]]*\])*)\]",
    ),
    Language(
        "java",
        ("java",),
        _SLASHES,
        r"\"\"\".*?\"\"\"|" + _CHAR,
        r"(?<!new )\b(?!(?:if|for|while|switch|catch|synchronized|try)\b)(?P<name>\w+)\s*"
        r"(?=\([^()]*(?:\([^()]*\)[^()]*)*\)\s*(?:throws[\w., ]+)?\{)",
        r"\b(?:class|record|enum|interface)\s+(?P<name>\w+)",
        "",
        r"\bnew\s+{type}(?:<[^>]*>)?",
        r"(?:\bSystem\.getenv(?:\(\)\.get)?|\bSystem\.getenv\(\)\.getOrDefault|\bdotenv\.get|\benv\.get)\(\s*"
        + _KEY
        + r"(?:\s*,\s*(?P<default>[^()]+))?\s*\)",
        attributes=r"@(?P<inner>\w+\s*(?:\((?:[^()]|\([^()]*\))*\))?)",
    ),
    Language(
        "kotlin",
        ("kt", "kts"),
        _SLASHES,
        r"\"\"\".*?\"\"\"|" + _CHAR,
        r"\bfun\s+(?:<[^>]*>\s*)?(?:\w+\.)?(?P<name>\w+)\s*(?=\()",
        r"\b(?:class|object|interface)\s+(?P<name>\w+)",
        "",
        r"(?<![\w.])(?<!class ){type}",
        r"\bSystem\.getenv(?:\(\))?(?:\.get|\.getOrDefault)?[(\[]\s*"
        + _KEY
        + r"(?:\s*,\s*(?P<default>[^()]+))?\s*[)\]]",
        lines=True,
        attributes=r"@(?P<inner>[\w:]+\s*(?:\((?:[^()]|\([^()]*\))*\))?)",
    ),
    Language(
        "scala",
        ("scala",),
        _SLASHES,
        r"\"\"\".*?\"\"\"|" + _CHAR,
        r"\bdef\s+(?P<name>\w+)\s*(?=\()",
        r"\b(?:class|object|trait)\s+(?P<name>\w+)",
        "",
        r"\bnew\s+{type}",
        r"\b(?:sys\.env|System\.getenv)(?:\.get|\.getOrElse|\.apply)?\(\s*"
        + _KEY
        + r"(?:\s*,\s*(?P<default>[^()]+))?\s*\)",
        lines=True,
    ),
    Language(
        "php",
        ("php",),
        r"//[^\n]*|#(?!\[)[^\n]*|/\*.*?\*/",
        _STRINGS,
        r"\bfunction\s+&?(?P<name>\w+)\s*(?=\()",
        r"\b(?:class|trait|enum)\s+(?P<name>\w+)",
        "__construct",
        r"\bnew\s+\\?(?:\w+\\)*{type}",
        r"(?:\bgetenv|\benv)\(\s*"
        + _KEY
        + r"(?:\s*,\s*(?P<default>[^()]+))?\s*\)|\$_(?:ENV|SERVER)\[\s*[\"'](?P<other>\w+)[\"']\s*\]",
    ),
    Language(
        "ruby",
        ("rb", "ru", ""),
        r"(?<![\w\"'])#(?!\{)[^\n]*",
        _STRINGS,
        r"\bdef\s+(?:self\.)?(?P<name>\w+[?!]?)\s*(?=[(\n=;])",
        r"\b(?:class|module)\s+(?:\w+::)*(?P<name>\w+)",
        "initialize",
        r"(?<!\w){type}\.new",
        r"\bENV(?:\.fetch)?[(\[]\s*" + _KEY + r"(?:\s*,\s*(?P<default>[^()]+(?:\([^()]*\))*))?\s*[)\]]",
        indented=True,
        lines=True,
    ),
    Language(
        "elixir",
        ("ex", "exs"),
        r"(?<![\w\"'?])#(?!\{)[^\n]*",
        r"\"\"\".*?\"\"\"|" + _STRINGS,
        r"\bdefp?\s+(?P<name>\w+[?!]?)\s*(?=[(\n,])",
        r"\bdefmodule\s+(?:\w+\.)*(?P<name>\w+)",
        "",
        r"(?!)",
        r"\bSystem\.(?:get_env|fetch_env!)\(\s*" + _KEY + r"(?:\s*,\s*(?P<default>[^()]+))?\s*\)",
        indented=True,
        lines=True,
    ),
    Language(
        "csharp",
        ("cs",),
        _SLASHES,
        r"[$@]*\"(?:\\.|\"\"|[^\"\\])*\"|'(?:\\.|[^'\\\n])'",
        r"(?:\b(?:public|private|protected|internal|static|async|override|virtual|"
        r"sealed)\s+)+[\w<>\[\],.? ]*?\b(?P<name>\w+)\s*(?=\([^()]*\)\s*(?:\{|=>|:))",
        r"\b(?:class|record|struct)\s+(?P<name>\w+)",
        "",
        r"\bnew\s+{type}",
        r"\bEnvironment\.GetEnvironmentVariable\(\s*" + _KEY + r"\s*\)",
        attributes=r"\[(?P<inner>\w+\((?:[^()]|\([^()]*\))*\))\]",
    ),
    Language(
        "c++",
        ("cpp", "cc", "cxx", "hpp", "h", "c"),
        _SLASHES,
        _CHAR,
        r"(?:^|\n)[\w:<>*&, ]+?\b(?P<name>\w+)\s*(?=\([^();{}]*\)\s*(?:const\s*)?(?::[^{;]*)?\{)",
        r"\b(?:class|struct)\s+(?P<name>\w+)",
        "",
        r"\b{type}(?:\s+\w+)?",
        r"\b(?:std::)?getenv\(\s*" + _KEY + r"\s*\)",
    ),
)

LANGUAGES: Mapping[str, Language] = MappingProxyType({language.name: language for language in _ALL})
"""Languages by name."""
