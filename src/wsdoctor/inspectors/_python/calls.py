"""What calls come to: conversions, texts, environment variables, URLs, functions and classes of the repository."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from wsdoctor.inspectors._python import files
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
    merge,
)

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = [
    "BUILTINS",
    "PERCENT",
    "SPLITS",
    "argument",
    "bound",
    "given",
    "keyword",
    "last_name",
    "result",
    "url_of",
    "url_part",
]

BUILTINS = frozenset(
    (
        "int", "str", "float", "bool", "dict", "list", "tuple", "set", "frozenset", "sorted", "reversed", "enumerate",
        "getattr", "open", "range", "zip", "len", "iter", "next", "min", "max",
    )
)  # fmt: skip
"""Builtins that names stand for where nothing else has the name."""

PERCENT = re.compile(r"(%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[sdirfx]|%%)")
"""Places of a text for the operator ``%``."""

SPLITS = ("urlparse()", "urlsplit()", "yarl.URL()", "httpx.URL()")
"""Ends of the names of what takes a URL apart."""

_ENVIRONMENT = re.compile(
    r"os\.getenv|(?:os\.)?environ\.(?:get|setdefault|pop)|os\.environb?\.get|environs\.(?:Env|env)(?:\(\))?(?:\.\w+)?"
    r"|environ\.(?:Env|FileAwareEnv)\(\)(?:\.\w+)?|decouple\.config|decouple\.(?:AutoConfig|Config)\(\)"
    r"|starlette\.config\.Config\(\)|envparse\.env(?:\.\w+)?|django_environ\.Env\(\)(?:\.\w+)?"
).fullmatch
_DEFAULTS = re.compile(
    r"typer\.(?:Option|Argument)|pydantic(?:\.v1|\.fields)?\.Field|dataclasses\.field|attrs?\.(?:field|ib)|attr\.ib|fastapi\.(?:Query|Path|Header|Cookie|Body|Form|File)|msgspec\.field"
).fullmatch
_FORMAT = re.compile(r"(\{[^{}]*\}|\{\{|\}\})")
_KEPT = "\ue000"
"""Stands for a hole while a URL is put together: the standard library drops control characters."""
_SEQUENCES = frozenset(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"))


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """Return the argument that is given under one of those names."""
    return next((given.value for given in call.keywords if given.arg in names), None)


def argument(call: ast.Call, position: int | None, *names: str) -> ast.expr | None:
    """Return the argument at a position or under one of those names; None where ``*args`` hide it."""
    if (named := keyword(call, *names)) is not None:
        return named
    if (
        position is None
        or position >= len(call.args)
        or any(isinstance(arg, ast.Starred) for arg in call.args[: position + 1])
    ):
        return None
    return call.args[position]


def given(reader: Reader, call: ast.Call, position: int | None, name: str, frame: Frame) -> list[Value] | None:
    """Return what a call gives for a parameter, in a mapping after ``**`` too; None where it leaves it out."""
    if (node := argument(call, position, name)) is not None:
        return reader.values(node, frame)
    for spread in call.keywords:
        if spread.arg is None:
            for value in reader.values(spread.value, frame):
                if isinstance(value.data, dict) and name in value.data:
                    return [one.via(*value.places) for one in value.data[name]]
    return None


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
            found += _returned(reader, data, call, frame)
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
    if _DEFAULTS(name):
        default = keyword(call, "default") if name.startswith(("dataclasses", "attr")) else argument(call, 0, "default")
        factory = keyword(call, "default_factory", "factory")
        if default is None and factory is not None:
            return result(reader, ast.copy_location(ast.Call(factory, [], []), call), frame)
        return reader.values(default, frame)
    last = name.rpartition(".")[2]
    if last == "urljoin" and len(call.args) > 1:
        return _joined(reader, call, frame)
    if last in {"urlunparse", "urlunsplit"} and call.args:
        return _unsplit(reader, call, frame)
    return [Value(External(f"{name}()", call, frame))]


def _builtin(reader: Reader, name: str, call: ast.Call, frame: Frame) -> list[Value]:
    given = reader.values(call.args[0], frame) if call.args else []
    if name == "open":
        return [Value(External("builtins.open()", call, frame))]
    if name in {"int", "float", "str", "bool"}:
        return [_converted(name, value, reader) for value in given]
    if name == "dict":
        pairs = {one.arg: reader.values(one.value, frame) for one in call.keywords if one.arg}
        return [Value(pairs)]
    if name in _SEQUENCES:
        return [value for value in given if isinstance(value.data, list)]
    if name == "enumerate":
        return [
            Value([[Value([[Value(number)], item])] for number, item in enumerate(value.data)], value.places)
            for value in given
            if isinstance(value.data, list)
        ]
    if name == "getattr" and len(call.args) > 1:
        wanted = reader.first(call.args[1], frame)
        found: list[Value] = []
        if wanted is not None and isinstance(wanted.data, str):
            found = [one for base in given for one in reader.attribute(base, wanted.data, call, frame)]
        return found or (reader.values(call.args[2], frame) if len(call.args) > 2 else [])
    return []


def _converted(kind: str, value: Value, reader: Reader) -> Value:
    data: Any = value.data
    try:
        if isinstance(data, External) and kind == "str":
            return next(iter(url_of(reader, value)), Value(None, value.places))
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
    for name in reader.values(call.args[0], frame):
        if isinstance(name.data, str) and HOLE not in name.data:
            whole = _prefix(function, call, frame) + name.data
            found += reader.variable(whole, defaults, frame, reader.place(call, frame))
    cast = keyword(call, "cast")
    number = function.name.endswith((".int", ".port")) or (isinstance(cast, ast.Name) and cast.id == "int")
    return [_converted("int", value, reader) for value in found] if number else found


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
    if func.attr in {"format", "join", "get", "items", "values", "copy", *_TYPED, *_CLEANERS}:
        for base in reader.values(func.value, frame):
            if isinstance(base.data, str):
                found += _of_text(reader, base, call, func.attr, frame)
            elif isinstance(base.data, dict):
                found += _of_dict(reader, base, call, func.attr, frame)
            elif isinstance(base.data, External) and files.is_parser(base.data.name):
                found += reader.values(keyword(call, "fallback"), frame)
    elif func.attr in {"geturl", "human_repr"}:
        for base in reader.values(func.value, frame):
            found += url_of(reader, base)
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
        return reader.values(keyword(call, "fallback") or argument(call, 1, "default"), frame)
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
        return found
    given = [reader.first(arg, frame) for arg in call.args]
    texts = [value.data for value in given if value is not None and isinstance(value.data, str)]
    if name in _CLEANERS and len(texts) == len(call.args):
        try:
            return [replace(base, data=_CLEANERS[name](base.data, *texts))]
        except TypeError:
            return []
    return []


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


def _joined(reader: Reader, call: ast.Call, frame: Frame) -> list[Value]:
    found = []
    tails = [value for value in reader.values(call.args[1], frame) if isinstance(value.data, str)] or [Value(HOLE)]
    for base in reader.values(call.args[0], frame):
        for tail in tails if isinstance(base.data, str) else ():
            try:
                joined = urljoin(base.data.replace(HOLE, _KEPT), tail.data.replace(HOLE, _KEPT)).replace(_KEPT, HOLE)
            except ValueError:
                continue
            found.append(Value(joined, merge(base.places, tail.places), base.environment or tail.environment))
    return found


def _unsplit(reader: Reader, call: ast.Call, frame: Frame) -> list[Value]:
    found: list[Value] = []
    for parts in reader.values(call.args[0], frame):
        if isinstance(parts.data, list) and len(parts.data) >= 3:
            scheme, netloc, path = (item or [Value(HOLE)] for item in parts.data[:3])
            slash = [Value("")] if path[0].data in {"", None} or str(path[0].data).startswith("/") else [Value("/")]
            found += reader.text([scheme, [Value("://")], netloc, slash, path])
    return found


def url_of(reader: Reader, value: Value) -> list[Value]:
    """Return the text of a URL object, or of a text."""
    if isinstance(value.data, External) and value.data.call is not None and value.data.name.endswith(SPLITS):
        call = value.data.call
        return [
            one for one in reader.values(argument(call, 0, "url", "val"), value.data.frame) if isinstance(one.data, str)
        ]
    return [value] if isinstance(value.data, str) else []


def url_part(reader: Reader, split: External, name: str) -> list[Value]:
    """Return a part, such as ``port``, of a URL that was taken apart."""
    found: list[Value] = []
    for url in url_of(reader, Value(split)):
        try:
            parts = urlsplit(url.data)
            data = {
                "port": parts.port, "hostname": parts.hostname, "host": parts.hostname, "scheme": parts.scheme,
                "netloc": parts.netloc, "path": parts.path, "query": parts.query, "raw_path": parts.path,
            }.get(name)  # fmt: skip
        except ValueError:
            continue
        if data is not None:
            found.append(replace(url, data=data))
    return found


def _returned(reader: Reader, function: FunctionOf, call: ast.Call, frame: Frame) -> list[Value]:
    """Return what a function of the repository returns for these arguments."""
    key = (id(function.node), "return")
    if key in reader.active or reader.depth > 16:
        reader.cuts += 1
        return []
    reader.active.add(key)
    try:
        inner = bound(reader, function, call, frame)
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
    method = isinstance(call.func, ast.Attribute) and not isinstance(_base(reader, call, frame), (File, ClassOf))
    for name, values in _arguments(reader, function.node.args, call, frame, method):
        found[id(function.node), name] = values
    if method and isinstance(call.func, ast.Attribute):
        owners = [one for one in reader.values(call.func.value, frame) if isinstance(one.data, InstanceOf)]
        made = [one for one in owners if isinstance(one.data, InstanceOf) and one.data.call is not None]
        if made and function.node.args.args[:1] and function.node.args.args[0].arg == "self":
            found[id(function.node), "self"] = made
    return Frame(function.frame.file, found)


def _base(reader: Reader, call: ast.Call, frame: Frame) -> object:
    if isinstance(call.func, ast.Attribute) and (value := reader.first(call.func.value, frame)) is not None:
        return value.data
    return None


def _arguments(
    reader: Reader, parameters: ast.arguments, call: ast.Call, frame: Frame, method: bool
) -> list[tuple[str, list[Value]]]:
    names = [arg.arg for arg in (*parameters.posonlyargs, *parameters.args)]
    if names[:1] in (["self"], ["cls"]) and method:
        names = names[1:]
    found = []
    for position, name in enumerate(names):
        if (values := given(reader, call, position, name, frame)) is not None:
            found.append((name, values))
    found += [
        (arg.arg, values)
        for arg in parameters.kwonlyargs
        if (values := given(reader, call, None, arg.arg, frame)) is not None
    ]
    return found


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name, or of what is called."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
