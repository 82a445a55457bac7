"""What calls of functions of the repository come to: their parameters are bound, and what they return is followed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from wsdoctor.inspectors._python.arguments import given, last_name
from wsdoctor.inspectors._python.model import ClassOf, External, File, Frame, FunctionOf, InstanceOf, Value, is_plain

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["applied", "bound", "returned"]


def applied(reader: Reader, partial: External, call: ast.Call, frame: Frame) -> list[Value]:
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
            found += returned(reader, data, Frame(before.file, {**before.bound, **values}))
        elif isinstance(data, ClassOf):
            found.append(Value(InstanceOf(data.node, data.frame, given, place)))
        elif isinstance(data, External):
            found.append(Value(External(f"{data.name}()", given, place)))
    return found


def returned(reader: Reader, function: FunctionOf, inner: Frame) -> list[Value]:
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
