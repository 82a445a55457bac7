"""Settings that frameworks hand around: Django's settings module, Tornado's options, the configuration of Flask.

Code asks an object of the framework for them, so that no import leads to the file that sets them; it is found by what
such files look like, and by the name of the setting.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from wsdoctor.inspectors._python import calls, names, options
from wsdoctor.inspectors._python.model import File, Frame, Value, is_plain
from wsdoctor.inspectors._settings_files import setting

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = [
    "SHARED",
    "given",
    "is_configuration",
    "is_of_files",
    "of_application",
    "of_django",
    "of_files",
    "of_state",
    "of_usage",
]

_LIBRARY = re.compile(r"(?:dynaconf\.(?:Dynaconf|LazySettings)\(\)|dynaconf\.settings|config\.config)(?=\.|$)")
_APPLICATIONS = ("flask.", "quart.", "sanic.")
_SIGNS = ("INSTALLED_APPS", "ROOT_URLCONF", "ALLOWED_HOSTS", "from .base import", "from .common import")


def is_configuration(name: str) -> bool:
    """Say whether an external is the configuration of an application."""
    return name.startswith(_APPLICATIONS) and name.endswith(".config")


def of_django(reader: Reader, name: str) -> list[Value]:
    """Return what the settings modules of a Django project set a name to, the base of them first."""
    found: list[Value] = []
    for path in _settings(reader):
        file = reader.load(path)
        found += names.member_of_file(reader, file, name) if file is not None else []
    return found


def _settings(reader: Reader) -> list[str]:
    known = reader.repository.memory.get("django settings")
    if not isinstance(known, list):
        repository = reader.repository
        paths = [*repository.named("settings.py"), *repository.glob("**/settings/*.py")]
        known = [path for path in paths if any(sign in (repository.text(path) or "") for sign in _SIGNS)][:10]
        repository.memory["django settings"] = known
    return known


def of_tornado(reader: Reader, name: str) -> list[Value]:
    """Return what ``define`` gives an option of Tornado that no command line sets."""
    found: list[Value] = []
    for path in reader.far_files(name):
        if (file := reader.load(path)) is None:
            continue
        for call in file.module.calls_of("define"):
            first = call.args[0] if call.args else None
            if not isinstance(first, ast.Constant) or first.value != name or calls.last_name(call.func) != "define":
                continue
            frame = Frame(file)
            told = options.given(reader, (f"--{name}",), frame)
            default = reader.values(calls.argument(call, 1, "default"), frame)
            found += (value.via(reader.place(call, frame)) for value in told or default)
    return found


SHARED: Mapping[str, Callable[[Reader, str], list[Value]]] = {
    "django.conf.settings": of_django,
    "tornado.options.options": of_tornado,
}
"""Objects whose attributes are settings, with what finds them."""


def of_files(reader: Reader, name: str) -> list[Value]:
    """Return a setting that a library reads from whatever files it is told, by the attributes that are asked for."""
    keys = tuple(part for part in _LIBRARY.sub("", name).split(".") if part)
    for wanted in (keys, ("default", *keys)):
        if keys and (found := setting(wanted, reader.file.path, reader.repository)) is not None:
            data: object = int(found[0]) if found[0].isdecimal() else found[0]
            return [Value(data, (found[1],))]
    return []


def is_of_files(name: str) -> bool:
    """Say whether an external is an attribute of what such a library gives."""
    return _LIBRARY.match(name) is not None


def of_usage(reader: Reader, key: str, frame: Frame) -> list[Value]:
    """Return an option of a program whose text of usage says what it takes."""
    if told := options.given(reader, (key,), frame):
        return told
    text = ast.get_docstring(frame.file.module.tree, clean=False) or ""
    match = re.search(rf"{re.escape(key)}\b[^\n]*\[default:\s*(?P<value>[^\]]+)\]", text)
    return [Value(match["value"].strip())] if match is not None else []


def of_application(reader: Reader, name: str) -> list[Value]:
    """Return what is set under a name in the configuration of an application."""
    found: list[Value] = []
    for path in reader.far_files(name):
        if (file := reader.load(path)) is None:
            continue
        for node in given(name, file):
            found += (value for value in reader.values(node, Frame(file)) if is_plain(value.data) or value.environment)
    return found


def of_state(reader: Reader, node: ast.Attribute | ast.Subscript) -> list[Value]:
    """Return what a repository puts where a handler finds it by its request: ``request.app.state.client`` and the like.

    Args:
        reader: of the file.
        node: an attribute of a ``state``, or an item of an ``app``, whose object could not be followed.

    """
    holder = node.value.attr if isinstance(node.value, ast.Attribute) else None
    if isinstance(node, ast.Attribute):
        name: object = node.attr if holder == "state" else None
    else:
        name = node.slice.value if holder == "app" and isinstance(node.slice, ast.Constant) else None
    found: list[Value] = []
    for path in reader.far_files(name) if isinstance(name, str) else ():
        if (file := reader.load(path)) is None:
            continue
        for value in _put(node, name, file):
            found += reader.values(value, Frame(file))
    return found


def _put(node: ast.Attribute | ast.Subscript, name: object, file: File) -> Iterator[ast.expr]:
    for one in file.module.walk(str(name)):
        for target, value in _targets(one):
            if isinstance(node, ast.Subscript):
                held = isinstance(target, ast.Subscript) and _is_named(target, str(name))
            else:
                held = isinstance(target, ast.Attribute) and target.attr == name and _is_state(target.value)
            if held:
                yield value
        if isinstance(one, ast.Yield) and isinstance(one.value, ast.Dict) and isinstance(node, ast.Attribute):
            pairs = zip(one.value.keys, one.value.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == name)


def _targets(statement: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what a statement puts into which targets: by assigning it, or by entering it."""
    if isinstance(statement, ast.Assign):
        yield from ((target, statement.value) for target in statement.targets)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield statement.target, statement.value
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        yield from ((item.optional_vars, item.context_expr) for item in statement.items if item.optional_vars)


def _is_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state"


def given(name: str, file: File) -> Iterator[ast.expr]:
    """Yield what a file gives under a name: to a function, in a dictionary, as a setting of a class or a mapping."""
    for node in file.module.walk(name):
        if isinstance(node, ast.Call):
            yield from (argument.value for argument in node.keywords if argument.arg == name)
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == name)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_is_named(target, name) for target in targets):
                yield node.value


def _is_named(target: ast.expr, name: str) -> bool:
    if isinstance(target, ast.Subscript):
        return isinstance(target.slice, ast.Constant) and target.slice.value == name
    return isinstance(target, ast.Name) and target.id == name
