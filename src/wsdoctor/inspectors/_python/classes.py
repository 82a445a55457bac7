"""What attributes of classes and of their instances come to: fields, properties, ``__init__``, settings classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.model import ClassOf, External, Frame, FunctionOf, InstanceOf, Value
from wsdoctor.inspectors._python.parameters import default_of
from wsdoctor.syntax.python import Function

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["member"]

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
    caller = owner.caller or owner.frame
    return calls.given(reader, owner.call, fields.index(name), name, caller) or []


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
        if any(calls.last_name(base) == "BaseSettings" for base in one.node.bases):
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
        given = calls.given(reader, call, position, name, owner.caller or owner.frame)
        if given is not None:
            bound[id(init), name] = given
        elif (default := default_of(init, name)) is not None:
            bound[id(init), name] = reader.values(default, owner.frame)
    return Frame(owner.frame.file, bound)
