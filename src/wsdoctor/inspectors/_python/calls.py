"""What calls come to: conversions, texts, environment variables, URLs, functions and classes of the repository."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wsdoctor.inspectors._python import choices, files, methods, objects, urls
from wsdoctor.inspectors._python.arguments import argument, given, keyword, last_name
from wsdoctor.inspectors._python.binding import applied, bound, returned
from wsdoctor.inspectors._python.model import (
    HOLE,
    ClassOf,
    External,
    Frame,
    FunctionOf,
    InstanceOf,
    Value,
    is_plain,
)

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = [
    "BUILTINS",
    "argument",
    "bound",
    "given",
    "keyword",
    "last_name",
    "result",
]

BUILTINS = frozenset(
    (
        "int", "str", "float", "bool", "dict", "list", "tuple", "set", "frozenset", "sorted", "reversed", "enumerate",
        "getattr", "open", "range", "vars", "zip", "len", "iter", "next", "min", "max",
    )
)  # fmt: skip
"""Builtins that names stand for where nothing else has the name."""

_ENVIRONMENT = re.compile(
    r"os\.getenv|(?:os\.)?environ\.(?:get|setdefault|pop)|os\.environb?\.get|environs\.(?:Env|env)(?:\(\))?(?:\.\w+)?"
    r"|environ\.(?:Env|FileAwareEnv)\(\)(?:\.\w+)?|decouple\.config|decouple\.(?:AutoConfig|Config)\(\)"
    r"|starlette\.config\.Config\(\)|envparse\.env(?:\.\w+)?|django_environ\.Env\(\)(?:\.\w+)?"
).fullmatch
_DEFAULTS = re.compile(
    r"typer\.(?:Option|Argument)|pydantic(?:\.v1|\.fields)?\.Field|dataclasses\.field|attrs?\.(?:field|ib)|attr\.ib|fastapi\.(?:Query|Path|Header|Cookie|Body|Form|File)|msgspec\.field|fastapi\.Depends"
).fullmatch
_SEQUENCES = frozenset(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"))


def result(reader: Reader, call: ast.Call, frame: Frame) -> list[Value]:
    """Return what a call may come to."""
    found: list[Value] = []
    if isinstance(call.func, ast.Attribute):
        found += methods.result(reader, call, call.func, frame)
    if found:
        return found
    for function in reader.values(call.func, frame):
        data = function.data
        if isinstance(data, ClassOf):
            found.append(Value(InstanceOf(data.node, data.frame, call, frame)))
        elif isinstance(data, FunctionOf):
            found += returned(reader, data, bound(reader, data, call, frame))
        elif isinstance(data, External):
            found += _external(reader, data, call, frame)
        elif isinstance(data, InstanceOf):
            found.append(Value(External("instance()", call, frame)))
    return found


def _external(reader: Reader, function: External, call: ast.Call, frame: Frame) -> list[Value]:
    name = function.name
    if name.startswith("builtins."):
        return _builtin(reader, name[9:], call, frame)
    if (read := files.loaded(reader, name, call, frame) or files.ini_of(reader, name, frame)) is not None:
        return read
    if _ENVIRONMENT(name) and call.args:
        return _variable(reader, function, call, frame)
    if name.endswith("partial()") and function.call is not None:
        return applied(reader, function, call, frame)
    if _DEFAULTS(name):
        default = keyword(call, "default") if name.startswith(("dataclasses", "attr")) else argument(call, 0, "default")
        factory = keyword(call, "default_factory", "factory")
        if name == "fastapi.Depends":
            default, factory = None, argument(call, 0, "dependency")
        if default is None and factory is not None:
            return result(reader, ast.copy_location(ast.Call(factory, [], []), call), frame)
        return reader.values(default, frame)
    if name in choices.CHOOSERS or name in choices.PASSING:
        given = reader.values(argument(call, 0, "seq", "iterable"), frame)
        return choices.of_sequence(given) if name in choices.CHOOSERS else given
    found = urls.made(reader, name, call, frame)
    found = objects.made(reader, function, call, frame) if found is None else found
    if found is not None:
        return found
    return [Value(External(f"{name}()", call, frame))]


def _builtin(reader: Reader, name: str, call: ast.Call, frame: Frame) -> list[Value]:
    given = reader.values(call.args[0], frame) if call.args else []
    if name == "open":
        return [Value(External("builtins.open()", call, frame))]
    if name == "vars":
        return given
    if name in {"int", "float", "str", "bool"}:
        return [_converted(name, value) for value in given]
    if name == "dict":
        return _dictionary(reader, given, call, frame)
    if name in _SEQUENCES:
        return [value for value in given if isinstance(value.data, list)]
    if name == "enumerate":
        return [
            Value([[Value([[Value(number)], item])] for number, item in enumerate(value.data)], value.places)
            for value in given
            if isinstance(value.data, list)
        ]
    if name == "next":
        return [*choices.of_sequence(given), *(reader.values(call.args[1], frame) if len(call.args) > 1 else [])]
    if name == "getattr" and len(call.args) > 1:
        wanted = reader.first(call.args[1], frame)
        found: list[Value] = []
        if wanted is not None and isinstance(wanted.data, str):
            found = [one for base in given for one in reader.attribute(base, wanted.data, call, frame)]
        return found or (reader.values(call.args[2], frame) if len(call.args) > 2 else [])
    return []


def _dictionary(reader: Reader, given: list[Value], call: ast.Call, frame: Frame) -> list[Value]:
    found: dict[Any, list[Value]] = {}
    for one in given:
        found.update(one.data if isinstance(one.data, dict) else {})
    for spread in call.keywords:
        if spread.arg:
            place = reader.place(spread.value, frame)
            found[spread.arg] = [one.via(place) for one in reader.values(spread.value, frame)]
            continue
        for one in reader.values(spread.value, frame):
            found.update(one.data if isinstance(one.data, dict) else {})
    return [Value(found)]


def _converted(kind: str, value: Value) -> Value:
    data: Any = value.data
    try:
        if data is not None and is_plain(data):
            data = {"int": int, "float": float, "str": str, "bool": bool}[kind](data)
        else:
            data = None
    except (ValueError, OverflowError):
        data = None
    return replace(value, data=data)


def _variable(reader: Reader, function: External, call: ast.Call, frame: Frame) -> list[Value]:
    second = call.args[1] if len(call.args) > 1 and not function.name.startswith(("decouple", "starlette")) else None
    node = keyword(call, "default") or second
    defaults = reader.values(node, frame)
    if node is None and function.call is not None and function.name.startswith("environ"):
        name_of = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        declared = reader.first(keyword(function.call, str(name_of)), function.frame)
        if declared is not None and isinstance(declared.data, list) and len(declared.data) > 1:
            defaults = declared.data[1]
    found: list[Value] = []
    before = _prefix(function, call, frame)
    for name in reader.values(call.args[0], frame):
        if isinstance(name.data, str) and HOLE not in name.data:
            found += reader.variable(before + name.data, defaults, frame, reader.place(call, frame))
    cast = keyword(call, "cast")
    number = function.name.endswith((".int", ".port")) or (isinstance(cast, ast.Name) and cast.id == "int")
    return [_converted("int", value) for value in found] if number else found


def _prefix(function: External, call: ast.Call, frame: Frame) -> str:
    """Return what a reader of variables puts before each name: as it was made, and by ``with env.prefixed(…)``."""
    own = keyword(function.call, "prefix", "env_prefix") if function.call is not None else None
    found = [own] if own is not None else []
    around = (up for up in frame.file.module.ancestors(call) if isinstance(up, (ast.With, ast.AsyncWith)))
    for outer in reversed(list(around)) if function.name.startswith("environs") else ():
        opened = (item.context_expr for item in outer.items)
        found += (each.args[0] for each in opened if isinstance(each, ast.Call) and each.args
                  and last_name(each.func) == "prefixed")  # fmt: skip
    return "".join(node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str))
