"""What servers in Go, Ruby and PHP insert into their templates: fields, settings, variables of controllers.

The files of those languages are asked for the name that a template inserts; `_templates` says for which, and in which
files. What they give is followed by those who read these languages; nothing runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.reading import opened
from wsdoctor.inspectors._go.values import Values
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text
from wsdoctor.inspectors._text.following import Follower
from wsdoctor.inspectors._text.languages import LANGUAGES
from wsdoctor.inspectors._text.sources import Source, source_of

__all__ = ["SUFFIXES", "asked", "given"]

SUFFIXES = ("go", "rb", "php")
"""Of files that may give a template something."""

_GO = r"(?<![\w.])\"?{name}\"?\s*:(?!=)|\.{name}\s*=(?!=)"
_TEXTS = {
    "rb": r"(?:\bconfig(?:uration)?\.(?:x\.)?|@|\bself\.){name}\s*(?:\|\|)?=(?![=~])\s*|"
    r"\bset\s*\(?\s*:{name}\s*,\s*|(?<![\w:]){name}:\s+|"
    r"\bdef\s+(?:self\.)?{name}\s*(?:\(\s*\))?\s*(?:=|\n)\s*",
    "php": r"[\"']{name}[\"']\s*(?:=>|,)\s*|(?<!\w)\${name}\s*=(?![=>])\s*|\bconst\s+{name}\s*=\s*",
}
"""Where a name is given a value, by the suffix of the file."""
_NAMES = {"rb": "ruby", "php": "php"}
_VARIABLE = re.compile(r"(?:ENV\b|(?:\w+\(\s*)?\b(?:get)?env\()")
_SETTING = re.compile(r"config\(\s*[\"'](?P<file>[\w-]+)\.(?P<keys>[\w.-]+)[\"']\s*\)")
_MAX_FOUND = 20


def asked(expression: str, path: str, repository: Repository) -> list[Text] | None:
    """Return what a template asks for by itself, None where it only names something that others give it.

    Args:
        expression: within the braces.
        path: of the template.
        repository: that it is in.

    """
    setting = _SETTING.match(expression)
    if setting is not None:
        return _configured(setting["file"], setting["keys"].split("."), path, repository)
    if _VARIABLE.match(expression) is None:
        return None
    language = LANGUAGES["ruby" if expression.startswith("ENV") else "php"]
    return _followed(Source(path, expression, language), 0, repository)


def given(name: str, path: str, repository: Repository) -> Iterator[Text]:
    """Yield what a file gives to templates under a name.

    Args:
        name: that a template inserts.
        path: of a file with one of `SUFFIXES`.
        repository: that it is in.

    """
    suffix = path.rpartition(".")[2]
    if suffix == "go":
        yield from _in_go(name, path, repository)
        return
    source = source_of(path, LANGUAGES[_NAMES[suffix]], repository)
    if source is not None:
        for match in re.finditer(_TEXTS[suffix].replace("{name}", re.escape(name)), source.text):
            yield from _followed(source, match.end(), repository)


def _in_go(name: str, path: str, repository: Repository) -> Iterator[Text]:
    file = opened(path, repository)
    if file is None:
        return
    values = Values(repository)
    for match in list(re.finditer(_GO.replace("{name}", re.escape(name)).encode(), file.source.source))[:_MAX_FOUND]:
        node = file.source.at(match.start() + 1)
        holder = file.source.around(node, "keyed_element", "assignment_statement") if node is not None else None
        value = holder.named_children[-1] if holder is not None else None
        while value is not None and value.type in {"literal_element", "expression_list"} and value.named_children:
            value = value.named_children[0]
        if (text := values.text(value, file)) is not None:
            yield text


def _configured(stem: str, keys: list[str], path: str, repository: Repository) -> list[Text]:
    """Return what Laravel's ``config("file.key.key")`` is, by the file of that name in ``config``."""
    for one in repository.named(f"{stem}.php"):
        folder = one.rpartition("/")[0]
        source = source_of(one, LANGUAGES["php"], repository) if folder.endswith("config") else None
        if source is None or not path.startswith(folder.removesuffix("config")):
            continue
        start, end = 0, len(source.text)
        for key in keys:
            match = re.compile(rf"[\"']{re.escape(key)}[\"']\s*=>\s*").search(source.text, start, end)
            if match is None:
                break
            start = match.end()
            end = source.closing(start) if source.text[start : start + 1] == "[" else end
        else:
            return _followed(source, start, repository)
    return []


def _followed(source: Source, at: int, repository: Repository) -> list[Text]:
    """Return what the expression at an offset comes to, placed on its line."""
    line = source.line(at)
    place: Place = (source.path, line, 1, line)
    whole = source.expression(at) if source.path.endswith(SUFFIXES) else source.text
    texts = dict.fromkeys(value.text for value in Follower(repository).values(whole, source, at))
    return [Text(text, (place,)).at(place) for text in texts if text and text != HOLE]
