"""What attributes of classes and of their instances come to: fields, properties, ``__init__``, settings classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.arguments import keyword, last_name
from wsdoctor.inspectors._python.model import ClassOf, External, Frame, FunctionOf, InstanceOf, Value
from wsdoctor.inspectors._python.parameters import default_of
from wsdoctor.syntax.python import Function

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["member", "of_member"]

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
            if any(calls.last_name(decorator) in _PROPERTIES for decorator in node.decorator_list):
                return _property(reader, node, owner)
            return [Value(FunctionOf(node, owner.frame))]
        target, value = _assigned(node)
        if target == name:
            place = reader.place(node, owner.frame)
            values = [one.via(place) for one in reader.values(value, owner.frame)]
            if settings is None:
                return values or _of_annotation(reader, node, owner)
            return _setting(reader, owner, node, value, values, settings)
    return list(_from_self(reader, owner, name)) or _inherited(reader, owner, name)


def of_member(reader: Reader, node: ast.Attribute, frame: Frame) -> list[Value]:
    """Return what a property of a member of an enumeration comes to, or its value, as in ``Service.HUB.url``."""
    if not isinstance(node.value, ast.Attribute):
        return []
    found: list[Value] = []
    for owner in reader.values(node.value.value, frame):
        if isinstance(owner.data, ClassOf) and any(last_name(base).endswith("Enum") for base in owner.data.node.bases):
            value = reader.values(node.value, frame)
            if node.attr == "value":
                found += value
            member_of = Value({"value": value, "name": [Value(node.value.attr)]})
            for inner in owner.data.node.body:
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and inner.name == node.attr:
                    found += _property(reader, inner, owner.data, member_of)
    return found


def _inherited(reader: Reader, owner: ClassOf | InstanceOf, name: str) -> list[Value]:
    found: list[Value] = []
    for value in (value for base in owner.node.bases for value in reader.values(base, owner.frame)):
        if isinstance(value.data, ClassOf):
            above: ClassOf | InstanceOf = value.data
            if isinstance(owner, InstanceOf):
                above = InstanceOf(value.data.node, value.data.frame, owner.call, owner.caller)
            found += member(reader, above, name)
        elif isinstance(value.data, External) and isinstance(owner, InstanceOf) and not _is_data(value.data.name):
            call, caller = _super_call(reader, owner)
            found.append(Value(External(f"{value.data.name}().{name}", call, caller)))
    return found


def _super_call(reader: Reader, owner: InstanceOf) -> tuple[ast.Call | None, Frame | None]:
    """Return the call that makes what a class inherits from: that of ``super().__init__``, else its own."""
    for method in owner.node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            for node in ast.walk(method):
                if isinstance(node, ast.Call) and _is_super(node.func):
                    frame = _init_frame(reader, method, owner) if owner.call is not None else owner.frame
                    return node, frame
            return None, None
    return owner.call, owner.caller


def _is_super(function: ast.expr) -> bool:
    if not (isinstance(function, ast.Attribute) and function.attr == "__init__"):
        return False
    return isinstance(function.value, ast.Call) and last_name(function.value) == "super"


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
    caller = owner.caller or owner.frame
    return calls.given(reader, owner.call, fields.index(name), name, caller) or []


def _assigned(node: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    return None, None


def _of_annotation(reader: Reader, node: ast.stmt, owner: ClassOf | InstanceOf) -> list[Value]:
    """Return the object of a library that a field without a value is annotated with."""
    annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
    found = reader.values(annotation, owner.frame) if isinstance(annotation, ast.Name | ast.Attribute) else []
    names = [one.data.name for one in found if isinstance(one.data, External)]
    return [Value(External(f"{name}()")) for name in names if not name.startswith(("builtins.", "typing."))]


def _setting(
    reader: Reader,
    owner: ClassOf | InstanceOf,
    node: ast.stmt,
    default: ast.expr | None,
    values: list[Value],
    prefix: str,
) -> list[Value]:
    """Return what a field of settings comes to: by the environment, by its default, as settings within settings."""
    name, _ = _assigned(node)
    annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
    within = [one.data for one in reader.values(annotation, owner.frame) if isinstance(one.data, ClassOf)]
    made = [one.data for one in values if isinstance(one.data, InstanceOf)]
    delimiter = _option(owner, "env_nested_delimiter")
    if made or (within and not values):
        inner = made or [InstanceOf(one.node, one.frame) for one in within]
        deeper = f"{prefix}{name}{delimiter}".upper() if delimiter else None
        return [Value(replace(one, prefix=deeper or one.prefix)) for one in inner]
    place = reader.place(node, owner.frame)
    options = [default, *(annotation.slice.elts[1:] if _has_options(annotation) else ())]  # type: ignore[union-attr]
    for alias in (one for option in options for one in _aliases(option)):
        known = reader.variable(alias, [], owner.frame, place)
        if any(one.data is not None for one in known):
            return known
    named = next((one for option in options for one in _aliases(option)), None)
    if default is None or (isinstance(default, ast.Call) and not values):
        defaults = [keyword(option, "default") for option in options if isinstance(option, ast.Call)]
        values = [one.via(place) for given in defaults for one in reader.values(given, owner.frame)] or values
    return reader.variable(named or f"{prefix}{name}".upper(), values, owner.frame, place)


def _has_options(annotation: ast.expr | None) -> bool:
    return (
        isinstance(annotation, ast.Subscript)
        and isinstance(annotation.slice, ast.Tuple)
        and last_name(annotation.value) == "Annotated"
    )


def _settings_prefix(reader: Reader, owner: ClassOf | InstanceOf) -> str | None:
    """Return the prefix of the environment variables that a settings class reads, None if it is not one."""
    if isinstance(owner, InstanceOf) and owner.prefix is not None:
        return owner.prefix
    return (_option(owner, "env_prefix") or "") if _is_settings(reader, owner) else None


def _option(owner: ClassOf | InstanceOf, name: str) -> str | None:
    """Return an option of the configuration of a class of pydantic: in ``model_config``, ``Config`` or its own call."""
    given: list[ast.expr | None] = [one.value for one in owner.node.keywords if one.arg == name]
    for node in owner.node.body:
        target, value = _assigned(node)
        if target == "model_config" and isinstance(value, ast.Call):
            given.append(keyword(value, name))
        elif target == "model_config" and isinstance(value, ast.Dict):
            pairs = zip(value.keys, value.values, strict=True)
            given += (one for key, one in pairs if isinstance(key, ast.Constant) and key.value == name)
        if isinstance(node, ast.ClassDef) and node.name == "Config":
            given += (one for target, one in map(_assigned, node.body) if target == name)
    return next((str(one.value) for one in given if isinstance(one, ast.Constant) and one.value), None)


def _is_settings(reader: Reader, owner: ClassOf | InstanceOf) -> bool:
    seen: list[ast.ClassDef] = []
    pending: list[ClassOf | InstanceOf] = [owner]
    while pending and len(seen) < 20:
        one = pending.pop()
        seen.append(one.node)
        if any(calls.last_name(base) == "BaseSettings" for base in one.node.bases):
            return True
        found = [value.data for base in one.node.bases for value in reader.values(base, one.frame)]
        pending += [data for data in found if isinstance(data, ClassOf) and data.node not in seen]
    return False


def _aliases(value: ast.expr | None) -> Iterator[str]:
    """Yield the names of variables that a field is read from whatever its own name is."""
    named = keyword(value, "env", "validation_alias", "alias") if isinstance(value, ast.Call) else None
    items: list[ast.expr] = []
    if isinstance(named, ast.Call):
        items = named.args
    elif isinstance(named, (ast.List, ast.Tuple)):
        items = named.elts
    elif named is not None:
        items = [named]
    for item in items:
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            yield item.value.upper() if item.value.islower() else item.value


def _property(reader: Reader, node: Function, owner: ClassOf | InstanceOf, itself: Value | None = None) -> list[Value]:
    bound: dict[tuple[int, str], list[Value]] = {**owner.frame.bound, (id(node), "self"): [itself or Value(owner)]}
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
        given = calls.given(reader, call, position, name, owner.caller or owner.frame)
        if given is not None:
            bound[id(init), name] = given
        elif (default := default_of(init, name)) is not None:
            bound[id(init), name] = reader.values(default, owner.frame)
    return Frame(owner.frame.file, bound)
