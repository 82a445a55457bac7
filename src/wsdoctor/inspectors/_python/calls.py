"""What calls come to: conversions, texts, environment variables, URLs, functions and classes of the repository."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wsdoctor.inspectors._python import choices, files, objects, urls
from wsdoctor.inspectors._python.arguments import argument, given, keyword, last_name
from wsdoctor.inspectors._python.model import (
    HOLE,
    ClassOf,
    External,
    File,
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
    "PERCENT",
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

PERCENT = re.compile(r"(%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[sdirfx]|%%)")
"""Places of a text for the operator ``%``."""

_ENVIRONMENT = re.compile(
    r"os\.getenv|(?:os\.)?environ\.(?:get|setdefault|pop)|os\.environb?\.get|environs\.(?:Env|env)(?:\(\))?(?:\.\w+)?"
    r"|environ\.(?:Env|FileAwareEnv)\(\)(?:\.\w+)?|decouple\.config|decouple\.(?:AutoConfig|Config)\(\)"
    r"|starlette\.config\.Config\(\)|envparse\.env(?:\.\w+)?|django_environ\.Env\(\)(?:\.\w+)?"
).fullmatch
_DEFAULTS = re.compile(
    r"typer\.(?:Option|Argument)|pydantic(?:\.v1|\.fields)?\.Field|dataclasses\.field|attrs?\.(?:field|ib)|attr\.ib|fastapi\.(?:Query|Path|Header|Cookie|Body|Form|File)|msgspec\.field|fastapi\.Depends"
).fullmatch
_FORMAT = re.compile(r"(\{[^{}]*\}|\{\{|\}\})")
_SEQUENCES = frozenset(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"))


def result(reader: Reader, call: ast.Call, frame: Frame) -> list[Value]:
    """Return what a call may come to."""
    found: list[Value] = []
    if isinstance(call.func, ast.Attribute):
        found += _method(reader, call, call.func, frame)
    if found:
        return found
    for function in reader.values(call.func, frame):
        data = function.data
        if isinstance(data, ClassOf):
            found.append(Value(InstanceOf(data.node, data.frame, call, frame)))
        elif isinstance(data, FunctionOf):
            found += _returned(reader, data, bound(reader, data, call, frame))
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
        return _applied(reader, function, call, frame)
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


def _method(reader: Reader, call: ast.Call, func: ast.Attribute, frame: Frame) -> list[Value]:
    """Return what a method of a text, a dict or a list comes to; nothing where the object is something else."""
    found: list[Value] = []
    if func.attr in _FOLLOWED:
        for base in reader.values(func.value, frame):
            if isinstance(base.data, str):
                found += _of_text(reader, base, call, func.attr, frame)
            elif isinstance(base.data, dict):
                found += _of_dict(reader, base, call, func.attr, frame)
            elif isinstance(base.data, InstanceOf) and func.attr in objects.AS_DICTIONARIES:
                found += [] if reader.attribute(base, func.attr, func, frame) else [base]
            elif isinstance(base.data, ClassOf) and func.attr in objects.FROM_DICTIONARIES and call.args:
                own = reader.attribute(base, func.attr, func, frame)
                found += [] if own else [objects.filled(base.data, call.args[0], frame)]
            elif isinstance(base.data, External) and files.is_parser(base.data.name):
                found += reader.values(keyword(call, "fallback"), frame)
    return found


def _of_dict(reader: Reader, base: Value, call: ast.Call, name: str, frame: Frame) -> list[Value]:
    if name == "items":
        return [Value([[Value([[Value(key)], item])] for key, item in base.data.items()], base.places)]
    if name == "values":
        return [Value(list(base.data.values()), base.places)]
    if (name == "get" or name in _TYPED) and call.args:
        key = reader.first(call.args[0], frame)
        if key is not None and isinstance(key.data, (str, int)) and key.data in base.data:
            found = [value.via(*base.places) for value in base.data[key.data]]
            return _of_section(reader, found, call, frame)
        found = choices.entries(reader, base, reader.values(call.args[0], frame))
        return found or reader.values(keyword(call, "fallback") or argument(call, 1, "default"), frame)
    return [base] if name == "copy" else []


def _of_section(reader: Reader, found: list[Value], call: ast.Call, frame: Frame) -> list[Value]:
    """Return a setting of a section, for the parser of INI files that is asked for both at once."""
    option = reader.first(call.args[1], frame) if len(call.args) > 1 else None
    if option is None or not isinstance(option.data, str) or not found or not isinstance(found[0].data, dict):
        return found
    given = found[0].data.get(option.data.lower(), [])
    return given or reader.values(keyword(call, "fallback"), frame) or found


_TYPED = frozenset(("getint", "getfloat", "getboolean"))
"""Methods of parsers and sections of INI files that are `get` with a conversion."""
_DIVIDERS = frozenset(("split", "rsplit", "partition", "rpartition"))
_OF_TEXTS_AND_DICTIONARIES = frozenset(("format", "join", "get", "items", "values", "copy"))
_CLEANERS: dict[str, Callable[..., Any]] = {
    "rstrip": str.rstrip,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "lower": str.lower,
    "upper": str.upper,
    "replace": str.replace,
    "removesuffix": str.removesuffix,
    "removeprefix": str.removeprefix,
    "encode": lambda text, *_: text,
}


_FOLLOWED = frozenset(
    (
        *_OF_TEXTS_AND_DICTIONARIES, *_DIVIDERS, *_TYPED, *_CLEANERS, *urls.METHODS, *objects.AS_DICTIONARIES,
        *objects.FROM_DICTIONARIES,
    )
)  # fmt: skip
"""Methods whose object is looked at."""


def _of_text(reader: Reader, base: Value, call: ast.Call, name: str, frame: Frame) -> list[Value]:
    if name == "format":
        return _formatted(reader, base, call, frame)
    if name == "join" and call.args:
        found: list[Value] = []
        for parts in reader.values(call.args[0], frame):
            if isinstance(parts.data, list):
                pieces: list[list[Value]] = []
                for number, item in enumerate(parts.data):
                    pieces += [[base], item] if number else [item]
                found += reader.text(pieces)
        return found or (urls.changed(reader, base, name, call, frame) if urls.is_url(base.data) else [])
    if name in urls.METHODS and urls.is_url(base.data) and (name not in _CLEANERS or not call.args):
        return urls.changed(reader, base, name, call, frame)
    given = [reader.first(arg, frame) for arg in call.args]
    texts = [value.data for value in given if value is not None and isinstance(value.data, str | int)]
    if name in _DIVIDERS:
        return _parted(base, name, next((text for text in texts if isinstance(text, str)), None))
    if name in _CLEANERS and len(texts) == len(call.args):
        try:
            return [replace(base, data=_CLEANERS[name](base.data, *texts))]
        except TypeError:
            return []
    return []


def _parted(text: Value, name: str, divider: str | None) -> list[Value]:
    """Return the parts of a text, each as a value of its own."""
    if HOLE in text.data or divider == "":
        return []
    if name in {"partition", "rpartition"}:
        if divider is None:
            return []
        parts = text.data.partition(divider) if name == "partition" else text.data.rpartition(divider)
    else:
        parts = text.data.split(divider) if name == "split" else text.data.rsplit(divider, 1)
    return [Value([[replace(text, data=part)] for part in parts[:200]], text.places)]


def _formatted(reader: Reader, base: Value, call: ast.Call, frame: Frame) -> list[Value]:
    pieces: list[list[Value]] = []
    counter = 0
    for number, part in enumerate(_FORMAT.split(base.data)):
        if number % 2 == 0:
            pieces.append([Value(part, base.places)])
        elif part in {"{{", "}}"}:
            pieces.append([Value(part[0])])
        else:
            name = re.split(r"[:!]", part[1:-1])[0]
            if name == "" or name.isdecimal():
                position = counter if name == "" else int(name[:4])
                counter += name == ""
                pieces.append(reader.values(argument(call, position), frame))
            else:
                pieces.append(given(reader, call, None, name, frame) or [])
    return reader.text(pieces)


def _applied(reader: Reader, partial: External, call: ast.Call, frame: Frame) -> list[Value]:
    """Return what a call of ``partial(function, …)`` comes to."""
    made = partial.call
    if made is None or not made.args:
        return []
    first = ast.copy_location(ast.Call(made.args[0], made.args[1:], made.keywords), made)
    where = partial.frame or frame
    found: list[Value] = []
    for target in reader.values(made.args[0], where):
        data = target.data
        given, place = (first, where) if first.args or first.keywords else (call, frame)
        if isinstance(data, FunctionOf):
            before = bound(reader, data, first, where)
            rest = _arguments(reader, data.node.args, call, frame, method=False, skip=len(first.args))
            values = {(id(data.node), name): one for name, one in rest}
            found += _returned(reader, data, Frame(before.file, {**before.bound, **values}))
        elif isinstance(data, ClassOf):
            found.append(Value(InstanceOf(data.node, data.frame, given, place)))
        elif isinstance(data, External):
            found.append(Value(External(f"{data.name}()", given, place)))
    return found


def _returned(reader: Reader, function: FunctionOf, inner: Frame) -> list[Value]:
    """Return what a function of the repository returns where its parameters are bound."""
    key = (id(function.node), "return")
    if key in reader.active or reader.depth > 16:
        reader.cuts += 1
        return []
    reader.active.add(key)
    try:
        if isinstance(function.node, ast.Lambda):
            return reader.values(function.node.body, inner)
        found: list[Value] = []
        for node in ast.walk(function.node):
            if (
                isinstance(node, (ast.Return, ast.Yield))
                and node.value is not None
                and function.frame.file.module.function(node) is function.node
            ):
                found += reader.values(node.value, inner)
        return found
    finally:
        reader.active.discard(key)


def bound(reader: Reader, function: FunctionOf, call: ast.Call, frame: Frame) -> Frame:
    """Return the frame in which a call of a function of the repository runs, its parameters bound."""
    found = {**function.frame.bound, **frame.bound}
    base = _base(reader, call, frame)
    of_class = isinstance(base, ClassOf) and any(last_name(one) == "classmethod" for one in _decorators(function))
    method = isinstance(call.func, ast.Attribute) and (of_class or not isinstance(base, (File, ClassOf)))
    for name, values in _arguments(reader, function.node.args, call, frame, method):
        found[id(function.node), name] = values
    if method and isinstance(call.func, ast.Attribute):
        owners = [one for one in reader.values(call.func.value, frame) if isinstance(one.data, InstanceOf)]
        made = [one for one in owners if isinstance(one.data, InstanceOf) and one.data.call is not None]
        if made and function.node.args.args[:1] and function.node.args.args[0].arg == "self":
            found[id(function.node), "self"] = made
    if not any(isinstance(arg, ast.Starred) for arg in call.args) and all(one.arg for one in call.keywords):
        _leave_out(reader, function, found)
    return Frame(function.frame.file, found)


def _leave_out(reader: Reader, function: FunctionOf, known: dict[tuple[int, str], list[Value]]) -> None:
    """Bind the parameters that a call leaves out to their defaults."""
    parameters = function.node.args
    positional = [*parameters.posonlyargs, *parameters.args]
    pairs = [
        *zip(reversed(positional), reversed(parameters.defaults), strict=False),
        *((arg, default) for arg, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True)),
    ]
    for arg, default in pairs:
        if default is not None and (id(function.node), arg.arg) not in known:
            place = reader.place(default, function.frame)
            known[id(function.node), arg.arg] = [
                one.via(place) if is_plain(one.data) else one for one in reader.values(default, function.frame)
            ]


def _decorators(function: FunctionOf) -> list[ast.expr]:
    return [] if isinstance(function.node, ast.Lambda) else function.node.decorator_list


def _base(reader: Reader, call: ast.Call, frame: Frame) -> object:
    if isinstance(call.func, ast.Attribute) and (value := reader.first(call.func.value, frame)) is not None:
        return value.data
    return None


def _arguments(
    reader: Reader, parameters: ast.arguments, call: ast.Call, frame: Frame, method: bool, skip: int = 0
) -> list[tuple[str, list[Value]]]:
    names = [arg.arg for arg in (*parameters.posonlyargs, *parameters.args)]
    if names[:1] in (["self"], ["cls"]) and method:
        names = names[1:]
    found = []
    for position, name in enumerate(names, -skip):
        if (values := given(reader, call, position, name, frame)) is not None:
            found.append((name, values))
    found += [
        (arg.arg, values)
        for arg in parameters.kwonlyargs
        if (values := given(reader, call, None, arg.arg, frame)) is not None
    ]
    return found
