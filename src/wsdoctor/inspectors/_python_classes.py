"""What attributes of classes and parameters of functions come to: settings classes, ``__init__``, defaults, callers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wsdoctor.inspectors import _python_calls as calls
from wsdoctor.inspectors._python_model import ClassOf, External, File, Frame, FunctionOf, InstanceOf, Value
from wsdoctor.syntax.python import Function

if TYPE_CHECKING:
    from wsdoctor.inspectors._python_values import Reader

__all__ = ["member", "parameter"]

_MAX_SITES = 12
_PROPERTIES = frozenset(("property", "cached_property", "computed_field"))


def member(reader: Reader, owner: ClassOf | InstanceOf, name: str) -> list[Value]:
    """Return what an attribute of a class or of an instance may come to."""
    key = (id(owner.node), f".{name}")
    if reader.depth > 20 or key in reader.active:
        reader.cuts += 1
        return []
    reader.active.add(key)
    try:
        return _member(reader, owner, name)
    finally:
        reader.active.discard(key)


def _member(reader: Reader, owner: ClassOf | InstanceOf, name: str) -> list[Value]:
    found = _given(reader, owner, name)
    if found:
        return found
    settings = _settings_prefix(reader, owner)
    for node in owner.node.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            if any(_last(decorator) in _PROPERTIES for decorator in node.decorator_list):
                return _property(reader, node, owner)
            return [Value(FunctionOf(node, owner.frame))]
        target, value = _assigned(node)
        if target == name:
            place = reader.place(node, owner.frame)
            values = [one.via(place) for one in reader.values(value, owner.frame)]
            if settings is None:
                return values
            return reader.variable(_alias(value) or f"{settings}{name}".upper(), values, owner.frame, place)
    return list(_from_self(reader, owner, name)) or _inherited(reader, owner, name)


def _inherited(reader: Reader, owner: ClassOf | InstanceOf, name: str) -> list[Value]:
    found: list[Value] = []
    for value in (value for base in owner.node.bases for value in reader.values(base, owner.frame)):
        if isinstance(value.data, ClassOf):
            above: ClassOf | InstanceOf = value.data
            if isinstance(owner, InstanceOf):
                above = InstanceOf(value.data.node, value.data.frame, owner.call, owner.caller)
            found += member(reader, above, name)
        elif isinstance(value.data, External) and isinstance(owner, InstanceOf) and not _is_data(value.data.name):
            found.append(Value(External(f"{value.data.name}().{name}", owner.call, owner.caller)))
    return found


def _is_data(name: str) -> bool:
    return name.endswith(("BaseSettings", "BaseModel", "Enum", "NamedTuple", "TypedDict", "Protocol", "ABC"))


def _given(reader: Reader, owner: ClassOf | InstanceOf, name: str) -> list[Value]:
    """Return what a data class was given for a field where the instance was made."""
    if isinstance(owner, ClassOf) or owner.call is None:
        return []
    if any(isinstance(node, ast.FunctionDef) and node.name == "__init__" for node in owner.node.body):
        return []
    fields = [
        node.target.id
        for node in owner.node.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    if name not in fields:
        return []
    node = calls.argument(owner.call, fields.index(name), name)
    return reader.values(node, owner.caller)


def _assigned(node: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    return None, None


def _settings_prefix(reader: Reader, owner: ClassOf | InstanceOf) -> str | None:
    """Return the prefix of the environment variables that a pydantic settings class reads, None if it is not one."""
    found = _is_settings(reader, owner)
    if not found:
        return None
    for node in owner.node.body:
        target, value = _assigned(node)
        if target == "model_config" and isinstance(value, ast.Call):
            prefix = calls.keyword(value, "env_prefix")
            return str(prefix.value) if isinstance(prefix, ast.Constant) else ""
        if isinstance(node, ast.ClassDef) and node.name == "Config":
            for inner in node.body:
                target, value = _assigned(inner)
                if target == "env_prefix" and isinstance(value, ast.Constant):
                    return str(value.value)
    return ""


def _is_settings(reader: Reader, owner: ClassOf | InstanceOf) -> bool:
    seen: list[ast.ClassDef] = []
    pending: list[ClassOf | InstanceOf] = [owner]
    while pending and len(seen) < 20:
        one = pending.pop()
        seen.append(one.node)
        if any(_last(base) == "BaseSettings" for base in one.node.bases):
            return True
        found = [value.data for base in one.node.bases for value in reader.values(base, one.frame)]
        pending += [data for data in found if isinstance(data, ClassOf) and data.node not in seen]
    return False


def _alias(value: ast.expr | None) -> str | None:
    if isinstance(value, ast.Call):
        named = calls.keyword(value, "env", "validation_alias", "alias")
        if isinstance(named, ast.Constant) and isinstance(named.value, str):
            return named.value.upper() if named.value.islower() else named.value
    return None


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _property(reader: Reader, node: Function, owner: ClassOf | InstanceOf) -> list[Value]:
    bound: dict[tuple[int, str], list[Value]] = {**owner.frame.bound, (id(node), "self"): [Value(owner)]}
    frame = Frame(owner.frame.file, bound)
    found: list[Value] = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.Return):
            found += reader.values(inner.value, frame)
    return found


def _from_self(reader: Reader, owner: ClassOf | InstanceOf, name: str) -> Iterator[Value]:
    """Yield what methods assign to an attribute of ``self``."""
    for method, node, value in _assignments(reader, owner.node).get(name, ()):
        frame = owner.frame
        if method.name == "__init__" and isinstance(owner, InstanceOf) and owner.call is not None:
            frame = _init_frame(reader, method, owner)
        place = reader.place(node, owner.frame)
        for found in reader.values(value, frame):
            yield found if isinstance(found.data, External) else found.via(place)


def _assignments(reader: Reader, node: ast.ClassDef) -> dict[str, list[tuple[Function, ast.AST, ast.expr]]]:
    """Return what the methods of a class give to each attribute of ``self``."""
    if node not in reader.selves:
        found: dict[str, list[tuple[Function, ast.AST, ast.expr]]] = {}
        for method in node.body:
            if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for inner in ast.walk(method):
                    for name, value in _self_values(inner):
                        found.setdefault(name, []).append((method, inner if hasattr(inner, "lineno") else value, value))
        reader.selves[node] = found
    return reader.selves[node]


def _self_values(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the attributes of ``self`` that a statement, or a ``with``, gives a value, each with it."""
    pairs: list[tuple[ast.expr | None, ast.expr | None]] = []
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if (
                isinstance(target, ast.Tuple)
                and isinstance(node.value, ast.Tuple)
                and len(target.elts) == len(node.value.elts)
            ):
                pairs += zip(target.elts, node.value.elts, strict=True)
            pairs.append((target, node.value))
    elif isinstance(node, ast.AnnAssign):
        pairs.append((node.target, node.value))
    elif isinstance(node, ast.withitem):
        pairs.append((node.optional_vars, node.context_expr))
    for name, given in pairs:
        if not isinstance(name, ast.Attribute) or not isinstance(name.value, ast.Name) or given is None:
            continue
        if name.value.id in {"self", "cls"}:
            yield name.attr, given


def _init_frame(reader: Reader, init: Function, owner: InstanceOf) -> Frame:
    bound: dict[tuple[int, str], list[Value]] = dict(owner.frame.bound)
    names = [arg.arg for arg in (*init.args.posonlyargs, *init.args.args)][1:]
    call = owner.call
    assert call is not None
    for position, name in [*enumerate(names), *((None, arg.arg) for arg in init.args.kwonlyargs)]:
        node = calls.argument(call, position, name)
        if node is not None:
            bound[id(init), name] = reader.values(node, owner.caller)
        elif (default := _default(init, name)) is not None:
            bound[id(init), name] = reader.values(default, owner.frame)
    return Frame(owner.frame.file, bound)


def _default(function: Function | ast.Lambda, name: str) -> ast.expr | None:
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
    if any(_last(decorator) == "command" for decorator in function.decorator_list):
        told = reader.given(("--" + name.replace("_", "-"),), frame)
        if told:
            return told
    default = _default(function, name)
    given, omitted = _from_callers(reader, function, name, frame)
    if given is None or omitted:
        place = reader.place(default if default is not None else function, frame)
        own = reader.values(default, frame)
        return [
            *(given or []),
            *(value.via(place) if value.data is not None else value for value in own),
        ] or _annotated(reader, function, name, frame)
    return given or _annotated(reader, function, name, frame)


def _annotated(reader: Reader, function: Function, name: str, frame: Frame) -> list[Value]:
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
        if not (isinstance(decorator, ast.Call) and _last(decorator) in {"option", "argument"}):
            continue
        texts = [arg.value for arg in decorator.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        named = {text.lstrip("-").replace("-", "_") for part in texts for text in part.split("/")}
        if name in named:
            place = reader.place(decorator, frame)
            if told := reader.given(texts, frame):
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
    if isinstance(call.func, (ast.Name, ast.Attribute)) and _last(call.func) == called:
        yield calls.argument(call, position, name)
        return
    handed: list[Any] = [
        number for number, arg in enumerate(call.args[:2]) if isinstance(arg, ast.Name) and arg.id == called
    ]
    target = calls.keyword(call, "target")
    if isinstance(target, (ast.Name, ast.Attribute)) and _last(target) == called:
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
        yield calls.argument(inner, position, name)
    elif handed and _last(call.func) in {
        "partial",
        "submit",
        "run_in_executor",
        "run_sync",
        "to_thread",
        "start_soon",
        "call_soon",
    }:
        yield calls.argument(call, None if position is None else handed[0] + 1 + position, name)


def _means(reader: Reader, call: ast.Call, place: Frame, function: Function, owner: ast.AST | None, near: bool) -> bool:
    """Say whether a call is one of a function: surely, or as a method of something unknown in its own file."""
    found = reader.values(call.func, place)
    handed = not (
        isinstance(call.func, (ast.Name, ast.Attribute)) and _last(call.func) in {function.name, _name(owner)}
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
