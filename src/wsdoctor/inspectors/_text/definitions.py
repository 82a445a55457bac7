"""Where names get their values in languages that are read as text: assignments, fields, attributes, tables, calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.sources import Function, Source, project_files, source_of, split

__all__ = [
    "constructors",
    "described",
    "files_named",
    "given",
    "is_declared",
    "is_inner",
    "local",
    "of_name",
    "results",
    "tables",
    "together",
]

_FILES = re.compile(r"[\"']([\w./{}$#() -]*?[\w-]+\.(?:json5?|ya?ml|toml|ini|properties|conf|cfg))[\"']")
_ENV = re.compile(
    r"\b(?:env|environment|envVar)\s*[=(]\s*\"(?P<name>[A-Z]\w*)\"|\$\{(?:env:)?(?P<other>[A-Z][A-Z0-9_]*):"
)
_DEFAULT = re.compile(r"\bdefault(?:_value|_value_t|Value|_values)?\s*=\s*(?P<value>(?:\"[^\"]*\"|[\w.:]+(?:\(\))?))")
_PLACEHOLDER = re.compile(r"\$\{(?P<key>[^:}\"]+)(?::(?P<value>[^}\"]*))?\}|name\s*=\s*\"(?P<name>[\w.-]+)\"")
_LONG = re.compile(r"\blong(?:\s*=\s*\"(?P<name>[\w-]+)\")?|\"--(?P<other>[\w-]+)\"")
_SHORT = re.compile(r"\bshort(?:\s*=\s*'(?P<name>\w)')?")
_RETURN = re.compile(r"\breturn\b\s*")
_TYPE_ONLY = re.compile(
    r"(?:pub\s+)?(?:Option<)?&?(?:'\w+\s+)?(?:mut\s+)?[A-Z]\w*(?:<.*>)?\??|[ui](?:8|16|32|64|size)|str|int|"
    r"short|var|string|bool"
)
_SHORT_FIELD = re.compile(r"[^(){};]*\}")
_BETWEEN = re.compile(r"[\w<>\[\],.?\s:]*")
_SEVERAL = re.compile(r"^[ \t]*(?P<left>(?:[@$\w]+\s*,\s*)+[@$\w]+)\s*=(?![=>~])\s*(?P<right>[^\n]+)", re.MULTILINE)
_MAX_FOUND = 20

Definition: TypeAlias = "tuple[str, int, str | None, tuple[str, ...] | None]"
"""Expression, offset, variable and names of a command-line option."""


def results(function: Function, source: Source) -> Iterator[tuple[str, int]]:
    """Yield what a function returns, with the offset of each."""
    start, end = function.body
    found = False
    for match in _RETURN.finditer(source.bare, start, end):
        written = source.expression(match.end())
        if written and written not in {"null", "nil", "None"}:
            found = True
            yield written, match.end()
    if found:
        return
    inner = source.text[start:end]
    body = (
        re.match(r"[^{=]*?(?:=>?|\{|\bdo:)(?!=)", source.bare[start:end])
        if not source.language.indented
        else re.match(r"\s*=(?!=)|[^\n]*do:", inner)
    )
    if body is not None and not body.group().endswith("{"):
        yield source.text[start + body.end() : end].strip().rstrip(";"), start + body.end()
        return
    lines = inner[body.end() if body is not None else 0 :].rstrip().removesuffix("}").removesuffix("end").rstrip()
    last = split(lines, ";")[-1] if not source.language.indented else lines.rpartition("\n")[2]
    if last.strip():
        yield last.strip(), max(start, start + inner.rfind(last))


def local(name: str, function: Function, source: Source, at: int) -> Iterator[tuple[str, int]]:
    """Yield what a variable of a function is given before an offset."""
    pattern = re.compile(rf"(?<![\w.>:$@-])\$?{re.escape(name)}(?:\s*:\s*[\w<>:, &'\[\]]+?)?\s*(?::=|=)(?![=>~])\s*")
    for match in pattern.finditer(source.bare, function.start, min(at, function.body[1])):
        yield source.expression(match.end()), match.end()


def is_inner(at: int, function: Function, source: Source) -> bool:
    """Say whether an offset is in a function other than the one that asks."""
    other = source.enclosing(at)
    return other is not None and other.start != function.start and other.name != other.owner


def of_name(name: str, source: Source) -> list[Definition]:
    """Return what a name is given in a file: expression, offset, variable and names of a command-line option."""
    known: list[Definition] | None = source.memory.get(name)
    if known is None:
        known = source.memory[name] = list(_of_name(name, source))
    return known


def _of_name(name: str, source: Source) -> Iterator[Definition]:
    word = re.escape(name)
    pattern = re.compile(
        rf"(?<![\w$]){'' if source.language.name != 'php' else '[$]?'}@?{word}(?P<typed>\s*:\s*[\w<>:&'\[\], ?"
        rf"]+?)?\s*(?P<mark>:=|=(?![=>~])|=>|:(?!:)|;|(?=,|\n|[ ]?\}}))\s*"
        rf"|\bdefine\(\s*[\"']{word}[\"']\s*,\s*|\#define\s+{word}\s+|\b(?P<reader>attr_\w+)"
    )
    found = 0
    for match in pattern.finditer(source.text):
        if source.bare[match.start() : match.start() + 1] in {" ", ""} or match["reader"]:
            continue
        if any(one.start() <= match.start() < one.start("right") for one in _several(source)):
            continue
        found += 1
        if found > _MAX_FOUND:
            return
        variable, flag, default = _attributes(name, match.start(), source)
        if default is not None or variable is not None or flag is not None:
            yield default or "", match.start(), variable, flag
        if match["mark"] in {";", ""}:
            if match["mark"] == "" and _SHORT_FIELD.match(source.bare, match.end()) and source.language.name == "rust":
                yield name, match.end(), None, None
            continue
        written = source.expression(match.end())
        if match.group().startswith("#define"):
            written = written.partition("\n")[0].strip()
        passed = written == name and source.enclosing(match.end()) is not None
        if passed or (written != name and not _TYPE_ONLY.fullmatch(written)):
            yield written, match.end(), None, None


def together(name: str, source: Source) -> Iterator[tuple[str, int]]:
    """Yield what a name is given where several are given something at once, as ``@host, @port = host, port``."""
    for match in _several(source):
        names = [one.strip().lstrip("@$") for one in match["left"].split(",")]
        right = split(source.text[match.start("right") : match.end("right")], ",")
        if name in names and len(names) == len(right):
            yield right[names.index(name)], match.start("right")


def _several(source: Source) -> list[re.Match[str]]:
    """Return where a file gives several names something at once, which is written so in Ruby alone."""
    known: list[re.Match[str]] | None = source.memory.get(" together")
    if known is None:
        found = _SEVERAL.finditer(source.bare) if source.language.name == "ruby" else ()
        known = source.memory[" together"] = list(found)
    return known


def constructors(name: str, source: Source) -> Iterator[Function]:
    """Yield the constructors of a file that have a parameter of some name."""
    for function in source.functions:
        made = function.name in {source.language.constructor or function.owner, function.owner}
        own = source.language.name in {"kotlin", "scala", "csharp"} and not function.owner
        if (made or own) and any(name == parameter for parameter, _ in function.parameters):
            yield function


def _attributes(name: str, at: int, source: Source) -> tuple[str | None, tuple[str, ...] | None, str | None]:
    """Return variable, option and default that the attributes or annotations of a field say."""
    inner = " ".join(_attached(at, source))
    if not inner:
        return None, None, None
    env, long, default = _ENV.search(inner), _LONG.search(inner), _DEFAULT.search(inner)
    variable = (env["name"] or env["other"]) if env is not None else None
    if variable is None and source.language.name == "rust" and re.search(r"\benv\b(?!\s*=)", inner):
        variable = name.upper()
    flag = None
    if long is not None:
        short = _SHORT.search(inner)
        flag = (
            long["name"] or long["other"] or name.replace("_", "-"),
            (short["name"] or name[0]) if short is not None else "",
        )
    value = default["value"] if default is not None else None
    if value is not None and re.fullmatch(r"\"[a-z_]\w*\"", value):
        value = value.strip('"') + "()"
    place = _PLACEHOLDER.search(inner) if source.language.name in {"java", "kotlin"} else None
    if place is not None and value is None and flag is None:
        key = place["key"] or place["name"]
        value = f'config.getProperty("{key}", "{place["value"] or ""}")'
    return variable, flag, value


def _attached(at: int, source: Source) -> list[str]:
    """Return the attributes or annotations that stand right before a declaration."""
    start = max(0, at - 700)
    found: list[str] = []
    end = at
    for match in reversed(list(re.finditer(source.language.attributes, source.text[start:at]))):
        if not _BETWEEN.fullmatch(source.text[start + match.end() : end]):
            break
        found.append(match["inner"])
        end = start + match.start()
    return found


def given(name: str, function: Function, source: Source, repository: Repository) -> Iterator[tuple[str, Source, int]]:
    """Yield the expressions that calls give to a parameter of a function."""
    language = source.language
    at = [one for one, _ in function.parameters if one != "self"].index(name)
    constructor = function.name == (language.constructor or function.owner) or (function.name == function.owner)
    owner = function.owner or function.name
    call = (
        language.makes.replace("{type}", re.escape(owner))
        if constructor
        else rf"(?<!fn )(?<!def )(?<!fun )(?<!function )\b{re.escape(function.name)}"
    )
    found = 0
    for other in project_files(source, owner if constructor else function.name, repository):
        places = [match.end() - 1 for match in re.finditer(rf"{call}\s*\(", other.bare)]
        if constructor:
            places += _inherited(owner, other)
        if language.name == "ruby" or (constructor and language.name == "php"):
            places += [match.end() - 1 for match in re.finditer(rf"{call}\s+(?=[\w:@\"'])", other.bare)]
        for place in places:
            if any(one.start <= place <= one.body[0] and one.name == function.name for one in other.functions):
                continue
            found += 1
            if found > _MAX_FOUND:
                return
            written = other.arguments(place) if other.bare[place] == "(" else split(other.expression(place + 1), ",")
            keyword = next(
                (
                    match
                    for one in written
                    if (
                        match := re.match(rf":?{re.escape(name)}\s*(?:[:=]|=>)(?![:=])\s*(?P<value>.*)", one, re.DOTALL)
                    )
                ),
                None,
            )
            if keyword is not None:
                yield keyword["value"] or name, other, place
            elif at < len(written):
                yield written[at], other, place


def _inherited(owner: str, source: Source) -> Iterator[int]:
    """Yield where classes that extend one hand something to its constructor."""
    for match in re.finditer(rf"\bclass\s+\w+[^{{;]*?(?:\bextends\s+|:\s*|<\s*){re.escape(owner)}\b", source.bare):
        if source.bare[match.end() : match.end() + 1] == "(":
            yield match.end()
        inner = re.compile(r"\b(?:super|base|parent::__construct)\s*(?=\()").search(source.bare, match.end())
        if inner is not None:
            yield inner.end()


def tables(
    base: str, keys: tuple[str, ...], source: Source, repository: Repository
) -> Iterator[tuple[str, Source, int]]:
    """Yield what stands under keys in a table that the code writes, or that a file of code returns."""
    name = re.split(r"\.|::|->", base.strip("$@&"))[-1]
    if source.language.name == "php":
        if base in {"config", "Config", "Config::"} or (name == "config" and "." in keys[0]):
            first, *rest = [part for key in keys for part in key.split(".")]
            for path in repository.named(f"{first}.php"):
                yield from _within(tuple(rest), path, source, repository)
            return
        for match in re.finditer(r"\b(?:require|include)(?:_once)?\b\s*\(?\s*(?P<path>[^;]+)", source.text):
            held = source.text[max(0, match.start() - 80) : match.start()]
            if re.search(rf"\b{re.escape(name)}\s*=\s*$", held):
                written = re.findall(r"[\"']([^\"']+\.php)[\"']", match["path"])
                for path in repository.named(written[0].rpartition("/")[2]) if written else ():
                    yield from _within(keys, path, source, repository)
    if source.language.name == "elixir":
        for path in repository.named("*.exs"):
            other = source_of(path, source.language, repository) if "/config/" in f"/{path}" else None
            if other is not None:
                for match in re.finditer(rf"\b{re.escape(keys[-1])}:\s*", other.bare):
                    yield other.expression(match.end()), other, match.end()
        return
    for match in (
        re.finditer(rf"(?<![\w.]){re.escape(name)}\s*=\s*(?=[\[{{]|array\s*\(|Map\.of|mapOf|HashMap)", source.bare)
        if name
        else ()
    ):
        yield from _entries(keys, source, match.end())


def _within(
    keys: tuple[str, ...], path: str, source: Source, repository: Repository
) -> Iterator[tuple[str, Source, int]]:
    other = source_of(path, source.language, repository)
    start = re.search(r"\breturn\b", other.bare) if other is not None else None
    if other is not None and start is not None:
        yield from _entries(keys, other, start.end())


def _entries(keys: tuple[str, ...], source: Source, at: int) -> Iterator[tuple[str, Source, int]]:
    opening = re.compile(r"[\[({]").search(source.bare, at)
    if opening is None:
        return
    end = source.closing(opening.start())
    place = opening.end()
    for key in keys:
        match = re.compile(rf"(?:[\"']{re.escape(key)}[\"']|:?\b{re.escape(key)}\b)\s*(?:=>|:|,)\s*").search(
            source.text, place, end
        )
        if match is None:
            return
        place = match.end()
        if source.bare[place : place + 1] in {"[", "{", "("}:
            end = source.closing(place)
    yield source.expression(place), source, place


def files_named(source: Source) -> list[str]:
    """Return the names of configuration files that a file of code names."""
    return sorted({match[1] for match in _FILES.finditer(source.text)})[:20]


def described(key: str, source: Source, repository: Repository) -> Iterator[tuple[str, Source, int, str | None]]:
    """Yield the defaults of options that a builder describes by their name, with their variable."""
    pattern = re.compile(
        rf"(?:Arg::(?:new|with_name)|[oO]ption|addOption|add_argument|Opt|set_default|setDefault|opts?\.on|"
        rf"withLongOpt)\s*(?:::<[^>]*>)?\(\s*(?:\"\w\"\s*,\s*)?[\"'](?:--)?{re.escape(key)}\b[^\"']*[\"']"
    )
    for other in project_files(source, key, repository):
        for match in pattern.finditer(other.text):
            if match.group().startswith(("set_default", "setDefault")):
                yield other.expression(match.end() + 1), other, match.end() + 1, None
                continue
            rest = other.text[match.end() : match.end() + 500]
            rest = re.split(r"Arg::(?:new|with_name)|\.arg\(|add_argument|addOption", rest)[0]
            value = re.search(
                r"\.default_value(?:_t)?\(\s*(?P<value>\"[^\"]*\"|\w+)|default(?:sTo|"
                r"_value)?\s*[:=(]\s*(?P<other>\"[^\"]*\"|\w+)",
                rest,
            )
            variable = re.search(r"\.env\(\s*\"(?P<name>\w+)\"", rest)
            yield (
                (value["value"] or value["other"]) if value is not None else "",
                other,
                match.end(),
                variable["name"] if variable is not None else None,
            )


def is_declared(name: str, source: Source, repository: Repository) -> bool:
    """Say whether a name is a field that a type of the project declares."""
    return any(
        re.search(rf"\b{re.escape(name)}\s*:\s*\w|\b{re.escape(name)}\s*;", other.bare)
        for other in project_files(source, name, repository)
    )
