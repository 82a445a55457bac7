"""What parameters of functions come to: what they are bound to, options of commands, callers, defaults, annotations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wsdoctor.inspectors._python import calls, layers, options
from wsdoctor.inspectors._python.model import ClassOf, External, File, Frame, FunctionOf, InstanceOf, Spread, Value
from wsdoctor.syntax.python import Function

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["default_of", "others", "parameter"]
_MAX_SITES = 12


def default_of(function: Function | ast.Lambda, name: str) -> ast.expr | None:
    """Return the default of a parameter, None if it has none."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    for arg, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if arg.arg == name:
            return default
    for arg, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if arg.arg == name:
            return given
    return None


def parameter(reader: Reader, function: Function | ast.Lambda, name: str, frame: Frame) -> list[Value]:
    """Return what a parameter of a function may be: what it was bound to, options, callers, its default."""
    if (id(function), name) in frame.bound:
        return frame.bound[id(function), name]
    if isinstance(function, ast.Lambda) or reader.depth > 16:
        return []
    arguments = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    owner = frame.file.module.parent(function)
    if isinstance(owner, ast.ClassDef) and arguments[:1] == [name] and name in {"self", "cls"}:
        return [Value(InstanceOf(owner, frame) if name == "self" else ClassOf(owner, frame))]
    found = _command_option(reader, function, name, frame)
    if found:
        return found
    if (parsed := _of_django(function, frame)) is not None:
        return options.option(reader, name, parsed)
    if _is_command(function, frame):
        found = _told(reader, function, name, frame)
        if found:
            return found
    default = default_of(function, name)
    given, omitted = _from_callers(reader, function, name, frame)
    if given is None or omitted:
        place = reader.place(default if default is not None else function, frame)
        own = reader.values(default, frame)
        return [
            *(given or []),
            *(value.via(place) if value.data is not None else value for value in own),
        ] or _annotated(reader, function, name, frame)
    return given or _annotated(reader, function, name, frame)


def others(reader: Reader, function: Function | ast.Lambda, name: str, frame: Frame) -> list[Value]:
    """Return what ``**name`` of a function takes up: what it was bound to, options, what callers give by name."""
    if (id(function), name) in frame.bound:
        return frame.bound[id(function), name]
    if isinstance(function, ast.Lambda) or reader.depth > 16:
        return []
    if (parsed := _of_django(function, frame)) is not None:
        return [Value(parsed)]
    owner = frame.file.module.parent(function)
    found: list[Value] = []
    for file in _files(reader, function.name, frame.file):
        place, near = Frame(file), file is frame.file
        for call in file.module.calls_of(function.name):
            named = calls.last_name(call.func) == function.name
            if named and len(found) < _MAX_SITES and _means(reader, call, place, function, owner, near):
                given = {one.arg: reader.values(one.value, place) for one in call.keywords if one.arg is not None}
                found.append(Value(given))
    return found


def _of_django(function: Function, frame: Frame) -> External | None:
    """Return what a management command of Django has read from its command line, None for another function."""
    owner = frame.file.module.parent(function)
    if function.name != "handle" or not isinstance(owner, ast.ClassDef):
        return None
    adds = any(isinstance(one, ast.FunctionDef) and one.name == "add_arguments" for one in owner.body)
    return External("django.core.management.base.BaseCommand().parse_args()", None, frame) if adds else None


_COMMANDS = frozenset(("command", "callback", "default"))
"""Decorators of Typer, Cyclopts and the like that make a function a command whose options are its parameters."""
_RUNNERS = frozenset(("typer", "defopt", "cyclopts", "clize", "plac", "tyro"))


def _is_command(function: Function, frame: Frame) -> bool:
    if any(calls.last_name(decorator) in _COMMANDS for decorator in function.decorator_list):
        return True
    for call in frame.file.module.calls_of(function.name):
        func = call.func
        if calls.last_name(func) == "Fire" or (
            isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in _RUNNERS
        ):
            return True
    return False


def _told(reader: Reader, function: Function, name: str, frame: Frame) -> list[Value]:
    """Return what command lines, or the variable that an option names, give a parameter of a command."""
    flags = ["--" + name.replace("_", "-"), f"--{name}"]
    variable = None
    for node in (default_of(function, name), _annotation(function, name)):
        for option in ast.walk(node) if node is not None else ():
            if isinstance(option, ast.Call) and calls.last_name(option.func) in {"Option", "Argument", "Parameter"}:
                flags += (str(arg.value) for arg in option.args if isinstance(arg, ast.Constant))
                variable = variable or calls.keyword(option, "envvar", "env_var")
    told = options.given(reader, [flag for flag in flags if flag.startswith("-")], frame)
    if told or not (isinstance(variable, ast.Constant) and isinstance(variable.value, str)):
        return told
    defaults = reader.values(default_of(function, name), frame)
    return reader.variable(variable.value, defaults, frame, reader.place(variable, frame))


def _annotation(function: Function, name: str) -> ast.expr | None:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return next((arg.annotation for arg in arguments if arg.arg == name), None)


def _annotated(reader: Reader, function: Function, name: str, frame: Frame) -> list[Value]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and calls.last_name(decorator) == "main":
            for value in reader.values(decorator.func, frame):
                if isinstance(value.data, External) and value.data.name == "hydra.main":
                    return layers.hydra(reader, decorator, frame.file)
    for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
        if arg.arg == name and arg.annotation is not None:
            node = arg.annotation
            if isinstance(node, ast.BinOp):
                node = node.left
            for value in reader.values(node, frame):
                if isinstance(value.data, External) and not value.data.name.startswith("builtins."):
                    return [Value(External(f"{value.data.name}()"))]
                if isinstance(value.data, ClassOf):
                    return [Value(InstanceOf(value.data.node, value.data.frame))]
    return []


def _command_option(reader: Reader, function: Function, name: str, frame: Frame) -> list[Value]:
    """Return the default of a click option that gives a parameter its value."""
    for decorator in function.decorator_list:
        if not (isinstance(decorator, ast.Call) and calls.last_name(decorator) in {"option", "argument"}):
            continue
        texts = [arg.value for arg in decorator.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        named = {text.lstrip("-").replace("-", "_") for part in texts for text in part.split("/")}
        if name in named:
            place = reader.place(decorator, frame)
            if told := options.given(reader, texts, frame):
                return [value.via(place) for value in told]
            values = [value.via(place) for value in reader.values(calls.keyword(decorator, "default"), frame)]
            variable = calls.keyword(decorator, "envvar")
            if isinstance(variable, ast.Constant) and isinstance(variable.value, str):
                return reader.variable(variable.value, values, frame, place)
            return values
    return []


def _from_callers(reader: Reader, function: Function, name: str, frame: Frame) -> tuple[list[Value] | None, bool]:
    """Return what callers give for a parameter, None without a caller, and whether one of them leaves it out."""
    key = (id(function), f"({name})")
    if key in reader.active:
        reader.cuts += 1
        return None, False
    reader.active.add(key)
    try:
        found: list[Value] = []
        omitted, any_caller = False, False
        for place, node in _given_by_callers(reader, function, name, frame):
            any_caller = True
            if node is None:
                omitted = True
                continue
            values = reader.values(node, place)
            if isinstance(node, Spread) and not values:
                omitted = True
                continue
            where = reader.place(node, place)
            found += [
                value.via(where) if not isinstance(value.data, (External, InstanceOf)) else value for value in values
            ]
        return (found if any_caller else None), omitted
    finally:
        reader.active.discard(key)


def _given_by_callers(
    reader: Reader, function: Function, name: str, frame: Frame
) -> Iterator[tuple[Frame, ast.expr | None]]:
    """Yield frame and argument of each call of a function; None where the call leaves the parameter out."""
    owner = frame.file.module.parent(function)
    method = isinstance(owner, ast.ClassDef)
    called = owner.name if isinstance(owner, ast.ClassDef) and function.name == "__init__" else function.name
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    if method and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    position = names.index(name) if name in names else None
    count = 0
    for file in _files(reader, called, frame.file):
        place = Frame(file)
        near = file is frame.file
        for call in file.module.calls_of(called):
            if count >= _MAX_SITES:
                return
            for node in _matches(call, called, position, name):
                if (near and isinstance(call.func, ast.Name)) or _means(reader, call, place, function, owner, near):
                    count += 1
                    yield place, node
        if count and near:
            return


def _matches(call: ast.Call, called: str, position: int | None, name: str) -> Iterator[ast.expr | None]:
    if isinstance(call.func, (ast.Name, ast.Attribute)) and calls.last_name(call.func) == called:
        yield _argument(call, position, name)
        return
    handed: list[Any] = [
        number for number, arg in enumerate(call.args[:2]) if isinstance(arg, ast.Name) and arg.id == called
    ]
    target = calls.keyword(call, "target")
    if isinstance(target, (ast.Name, ast.Attribute)) and calls.last_name(target) == called:
        given = calls.keyword(call, "args")
        named = calls.keyword(call, "kwargs")
        inner = ast.Call(
            func=target,
            args=given.elts if isinstance(given, (ast.Tuple, ast.List)) else [],
            keywords=[
                ast.keyword(arg=str(key.value), value=value)
                for key, value in zip(named.keys, named.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
            if isinstance(named, ast.Dict)
            else [],
        )
        yield _argument(inner, position, name)
    elif handed and calls.last_name(call.func) in {
        "partial",
        "submit",
        "run_in_executor",
        "run_sync",
        "to_thread",
        "start_soon",
        "call_soon",
    }:
        yield calls.argument(call, None if position is None else handed[0] + 1 + position, name)


def _argument(call: ast.Call, position: int | None, name: str) -> ast.expr | None:
    """Return what a call gives for a parameter, in what it spreads by ``*`` and ``**`` too."""
    if (given := calls.argument(call, position, name)) is not None:
        return given
    stars = [number for number, arg in enumerate(call.args) if isinstance(arg, ast.Starred)]
    first = call.args[stars[0]] if stars else None
    if position is not None and isinstance(first, ast.Starred) and stars[0] <= position:
        return Spread.item(first.value, position - stars[0])
    spread = next((one.value for one in call.keywords if one.arg is None), None)
    return Spread.item(spread, name) if spread is not None else None


def _means(reader: Reader, call: ast.Call, place: Frame, function: Function, owner: ast.AST | None, near: bool) -> bool:
    """Say whether a call is one of a function: surely, or as a method of something unknown in its own file."""
    found = reader.values(call.func, place)
    handed = not (
        isinstance(call.func, (ast.Name, ast.Attribute)) and calls.last_name(call.func) in {function.name, _name(owner)}
    )
    if handed or (not found and near and isinstance(owner, ast.ClassDef)):
        return True
    return any(
        (isinstance(value.data, FunctionOf) and value.data.node is function)
        or (isinstance(value.data, ClassOf) and value.data.node is owner)
        for value in found
    )


def _name(owner: ast.AST | None) -> str:
    return owner.name if isinstance(owner, ast.ClassDef) else ""


def _files(reader: Reader, called: str, own: File) -> Iterator[File]:
    """Yield the file of a function, then those that may call it."""
    yield own
    for path in reader.far_files(f"{called}("):
        if path != own.path and (file := reader.load(path)) is not None:
            yield file
