"""What the server of a project inserts into its templates: arguments of the view, context processors, settings.

A template names a thing, and some Python or script file of the repository gives it under that name. Only files that
have to do with the template are asked, and what they give is followed as any other value of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import is_test, load
from wsdoctor.inspectors._javascript.tree import assignments, pairs_named
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text, join
from wsdoctor.inspectors._python.model import HOLE as PYTHON_HOLE
from wsdoctor.inspectors._python.model import Frame, Value, is_plain
from wsdoctor.inspectors._python.names import load as load_python
from wsdoctor.inspectors._python.settings import given as given_in_python
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.inspectors._template_values import SUFFIXES, asked, given

if TYPE_CHECKING:
    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["filled", "inserted"]

_MAX_FILES = 3000
_MAX_HITS = 12
_NAME = re.compile(
    r"[$@]{0,2}(?:[\w.]*\.)?(?P<name>[A-Za-z_]\w*)(?:\.get\([\"'](?P<got>\w+)[\"']\)|\[[\"'](?P<item>\w+)[\"']\])?"
    r"\s*(?:\|\s*(?!default)[\w() ]+)*$"
)
_INSERTED = re.compile(
    r"\{\{-?\s*(?P<double>[^{}]*?)\s*-?\}\}|\{!!\s*(?P<raw>[^{}]*?)\s*!!\}|<%[-=]?\s*(?P<erb>[^%]*?)\s*%>|"
    r"<\?(?:=|php\s+echo\b)\s*(?P<php>[^?]*?)[;\s]*\?>|\{%.*?%\}|\$\{[^}]*\}",
    re.DOTALL,
)
_GIVERS = ("*.py", "*.js", "*.ts", "*.mjs", "*.cjs", *(f"*.{suffix}" for suffix in SUFFIXES))
_QUOTED = (('"', '"'), ("'", "'"), (".", "'"), (".", '"'), (":", "\n"), (":", ","))
"""What stands around the name of a template without its suffix."""
_FOR_ALL = {
    "py": re.compile(r"context_processor|jinja_env|\.globals\b|TEMPLATE_CONTEXT"),
    "go": re.compile(r"\bParse(?:Glob|FS)\(|\bLoadHTML(?:Glob|Files)\("),
    "rb": re.compile(r"_action\b|\bhelper_method\b|\bhelpers do\b|^module \w+Helper\b", re.MULTILINE),
    "php": re.compile(r"\bView::(?:share|composer)\(|\bview\(\)->share\("),
}
"""What a file has that gives something to every template, by its suffix."""
_CONTEXT = re.compile(r"(?:^|/)context(?:_processors?)?\.py$|(?:^|/)context_processors/")
_WRITTEN = re.compile(
    r"(?:json_encode|Js::from|htmlspecialchars|escape_javascript|raw|toJSON|tojson|JSON\.stringify|[ehj])\s*\((.+)\)|"
    r"(?:raw|[hj])\s+([$@\w].*)|(.+)\.(?:to_json|html_safe|to_s)",
    re.DOTALL,
)
_MAX_WRAPPERS = 5
_CONFIGURED = re.compile(r"\b(?:config|configuration|settings|conf|env)\b")


def filled(text: str, place: Place, path: str, evaluator: Evaluator) -> Text:
    """Return the text of an attribute with what a server inserts into it.

    Args:
        text: of the attribute.
        place: of it.
        path: of the template.
        evaluator: of who asks.

    """
    parts: list[Text] = []
    last = 0
    for match in _INSERTED.finditer(text):
        parts.append(Text(text[last : match.start()], (place,)))
        written = next((one for one in match.groups() if one), "")
        parts.append((inserted(written, path, evaluator) or [Text(HOLE)])[0])
        last = match.end()
    return join([*parts, Text(text[last:], (place,))])


def inserted(expression: str, path: str, evaluator: Evaluator) -> list[Text]:
    """Return what a server's template inserts for a name, where the server gives it as a number or a text.

    Args:
        expression: within the braces.
        path: of the template.
        evaluator: of the script that it stands in.

    """
    expression = _bare(expression.strip())
    if (told := asked(expression, path, evaluator.repository)) is not None:
        return told
    match = _NAME.match(expression)
    if match is None:
        return []
    name = match["got"] or match["item"] or match["name"]
    repository = evaluator.repository
    key = ("inserted", name, path)
    if key not in repository.memory:
        repository.memory[key] = []
        configured = _CONFIGURED.search(expression.partition("|")[0]) is not None
        found = next(_given(name, path, evaluator, configured=configured), None)
        repository.memory[key] = [] if found is None else [found]
    return repository.memory[key]  # type: ignore[return-value]


def _bare(expression: str) -> str:
    """Return an expression without what only writes it as JSON or escapes it."""
    for _ in range(_MAX_WRAPPERS):
        match = _WRITTEN.fullmatch(expression)
        if match is None:
            break
        expression = next(one for one in match.groups() if one is not None).strip()
    return expression


def _given(name: str, template: str, evaluator: Evaluator, *, configured: bool) -> Iterator[Text]:
    repository = evaluator.repository
    hits = 0
    for path in repository.named(*_GIVERS)[:_MAX_FILES]:
        source = repository.text(path) or ""
        if name not in source or is_test(path):
            continue
        suffix = path.rpartition(".")[2]
        everywhere = (configured and suffix in {"py", "rb"}) or (suffix == "php" and name.isupper())
        if not (everywhere or _serves_all(path, source, suffix) or _mentions(path, source, template, repository)):
            continue
        hits += 1
        if hits > _MAX_HITS:
            return
        if suffix in SUFFIXES:
            yield from given(name, path, repository)
        elif suffix == "py":
            yield from _in_python(name, path, repository)
        else:
            yield from _in_script(name, path, evaluator)


def _mentions(path: str, source: str, template: str, repository: Repository) -> bool:
    """Say whether a file names a template, or is named in it, as what a page of PHP includes."""
    if path.endswith(".php") and path.rpartition("/")[2] in (repository.text(template) or ""):
        return True
    name = template.rpartition("/")[2]
    stem = name.partition(".")[0]
    return path == template or name in source or any(f"{before}{stem}{behind}" in source for before, behind in _QUOTED)


def _serves_all(path: str, source: str, suffix: str) -> bool:
    """Say whether a file gives something to every template."""
    found = _FOR_ALL.get(suffix)
    return (found is not None and found.search(source) is not None) or _CONTEXT.search(path) is not None


def _in_script(name: str, path: str, evaluator: Evaluator) -> Iterator[Text]:
    module = load(path, evaluator.repository)
    for pair in pairs_named(module, name) if module is not None else ():
        value = pair.child_by_field_name("value") if pair.type == "pair" else pair
        if module is not None:
            yield from evaluator.texts(value, module)
    for given_value in assignments(module, name, "app.locals.", "res.locals.") if module is not None else ():
        if module is not None:
            yield from evaluator.texts(given_value, module)


def _in_python(name: str, path: str, repository: Repository) -> Iterator[Text]:
    file = load_python(path, repository)
    if file is None:
        return
    reader = Reader(file, repository)
    for node in given_in_python(name, file):
        for value in reader.values(node, Frame(file)):
            if is_plain(value.data) and not isinstance(value.data, bool):
                yield _text(value if value.places else value.via(reader.place(node)))


def _text(value: Value) -> Text:
    places: list[Place] = [(at.file, at.line, at.column, at.end_line or at.line) for at in value.places]
    text = Text(str(value.data).replace(PYTHON_HOLE, HOLE), tuple(places))
    return text.at(places[0]) if places else text
