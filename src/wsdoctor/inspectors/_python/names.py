"""What names of Python code come to: assignments, loops, imports from other files, parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python import calls, objects
from wsdoctor.inspectors._python.model import ClassOf, External, File, Frame, FunctionOf, Value, is_plain
from wsdoctor.inspectors._python.parameters import others, parameter
from wsdoctor.syntax.python import Binding, Module, parse

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["load", "lookup", "member_of_file"]

PACKAGES = frozenset(
    (
        "websockets", "websocket", "requests", "httpx", "aiohttp", "flask", "fastapi", "starlette", "uvicorn",
        "tornado", "socketio", "flask_socketio", "flask_sock", "sanic", "autobahn", "picows", "django", "channels",
        "urllib3", "http", "urllib", "socket", "asyncio", "os", "sys", "socketserver", "subprocess", "argparse",
        "click", "typer", "gevent", "eventlet", "werkzeug", "hypercorn", "daphne", "quart", "pydantic",
        "pydantic_settings", "dataclasses", "enum", "environs", "decouple", "environ", "ssl", "twisted",
        "trio_websocket", "wsgiref", "waitress",
    )
)  # fmt: skip
"""Packages that are meant even where a folder of the repository has the same name."""


_MAX_NODES = 300_000
"""Nodes of the trees that are kept, each of some hundred bytes; the tree of one file more may come on top."""


def load(path: str, repository: Repository) -> File | None:
    """Return a parsed file of the repository, None where it cannot be read at all."""
    kept: dict[str, File | None] = repository.memory.setdefault("python", {})  # type: ignore[assignment]
    if path not in kept:
        text = repository.text(path)
        if len(kept) > 300 or _nodes(kept.values()) > _MAX_NODES:
            kept.clear()
        try:
            kept[path] = None if text is None else File(path, parse(text))
        except SyntaxProblem:
            kept[path] = None
    return kept[path]


def _nodes(files: Iterable[File | None]) -> int:
    return sum([file.module.nodes for file in files if file is not None])


def lookup(reader: Reader, name: str, node: ast.AST, frame: Frame) -> list[Value]:
    """Return what a name may come to where a node stands."""
    module = frame.file.module
    key = (id(node), f"{frame.file.path}:{name}")
    if key in reader.active:
        reader.cuts += 1
        return []
    reader.active.add(key)
    try:
        for scope in [*module.ancestors(node), node if isinstance(node, ast.Module) else None]:
            if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                own = name in _parameters(scope.args)
                bindings = module.bindings(scope).get(name)
                if bindings and own:
                    bindings = _besides(bindings, node, module)
                if bindings:
                    return _bound(reader, _reaching(bindings, node, module), frame)
                if own:
                    return parameter(reader, scope, name, frame)
                if scope.args.kwarg is not None and scope.args.kwarg.arg == name:
                    return others(reader, scope, name, frame)
            elif isinstance(scope, ast.ClassDef) and module.function(node) is None:
                bindings = module.bindings(scope).get(name)
                if bindings:
                    return _bound(reader, bindings, frame)
            elif isinstance(scope, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                continue
            elif isinstance(scope, ast.Module):
                return _global(reader, name, node, frame)
    finally:
        reader.active.discard(key)
    return []


def member_of_file(reader: Reader, file: File, name: str) -> list[Value]:
    """Return what a module of the repository means by a name."""
    found = lookup(reader, name, file.module.root, Frame(file))
    if found or not file.path.endswith("__init__.py"):
        return found
    path = reader.repository.resolve(file.path, f".{name}")
    inner = load(path, reader.repository) if path is not None else None
    return [Value(inner)] if inner is not None else []


def _global(reader: Reader, name: str, node: ast.AST, frame: Frame) -> list[Value]:
    key = (id(frame.file), name)
    if key in reader.active:
        reader.cuts += 1
        return []
    reader.active.add(key)
    try:
        return _of_module(reader, name, node, frame)
    finally:
        reader.active.discard(key)


def _of_module(reader: Reader, name: str, node: ast.AST, frame: Frame) -> list[Value]:
    module = frame.file.module
    bindings = module.bound(name)
    if bindings:
        return _bound(reader, _reaching(bindings, node, module), frame)
    for star in module.stars if not name.startswith("_") else ():
        path = reader.repository.resolve(frame.file.path, star)
        file = load(path, reader.repository) if path else None
        if (
            file is not None
            and file is not frame.file
            and (found := _global(reader, name, file.module.root, Frame(file)))
        ):
            return found
    return [Value(External(f"builtins.{name}"))] if name in calls.BUILTINS else []


def _bound(reader: Reader, bindings: Sequence[Binding], frame: Frame) -> list[Value]:
    found: list[Value] = []
    for binding in bindings[-6:]:
        found += _binding(reader, binding, frame)
    return found


def _binding(reader: Reader, binding: Binding, frame: Frame) -> list[Value]:
    if binding.kind == "import":
        return _module(reader, binding.module, frame)
    if binding.kind == "from":
        return _from(reader, binding, frame)
    if isinstance(binding.statement, ast.ClassDef):
        return [Value(ClassOf(binding.statement, frame))]
    if isinstance(binding.statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [Value(FunctionOf(binding.statement, frame))]
    place = reader.place(binding.value if binding.kind == "element" and binding.value else binding.statement, frame)
    found = reader.values(binding.value, frame)
    if binding.kind == "element":
        found = [item for value in found for item in _elements(value)]
    for index in binding.index:
        parts = [(value, items) for value in found if (items := objects.items_of(reader, value)) and index < len(items)]
        found = [item.via(*value.places) for value, items in parts for item in items[index]]
    simple = [value for value in found if is_plain(value.data)]
    return [value.via(place) if value in simple else value for value in found]


def _module(reader: Reader, dotted: str, frame: Frame) -> list[Value]:
    if dotted.partition(".")[0] not in PACKAGES and (path := reader.repository.resolve(frame.file.path, dotted)):
        file = load(path, reader.repository)
        return [Value(file)] if file is not None else []
    return [Value(External(dotted))]


def _from(reader: Reader, binding: Binding, frame: Frame) -> list[Value]:
    top = binding.module.partition(".")[0]
    if top and top in PACKAGES:
        return [Value(External(f"{binding.module}.{binding.name}"))]
    dots = binding.module if binding.module.endswith(".") else f"{binding.module}."
    inner = reader.repository.resolve(frame.file.path, f"{dots}{binding.name}")
    path = reader.repository.resolve(frame.file.path, binding.module)
    if path is not None and (file := load(path, reader.repository)) is not None:
        found = _global(reader, binding.name, file.module.root, Frame(file))
        if found or inner is None:
            return [value for value in found if not _is_builtin(value)]
    if inner is not None:
        file = load(inner, reader.repository)
        return [Value(file)] if file is not None else []
    return [Value(External(f"{binding.module}.{binding.name}"))] if path is None and top else []


def _reaching(bindings: list[Binding], node: ast.AST, module: Module) -> list[Binding]:
    """Return the bindings that may be in force where a node stands: those before it, back to one that surely ran."""
    line = getattr(node, "lineno", None)
    around = {id(up) for up in module.ancestors(node)}
    if line is None or (module.function(node) is not None and module.function(bindings[0].statement) is None):
        line = 1 << 30
    before = [one for one in bindings if getattr(one.statement, "lineno", 0) <= line] or bindings
    found: list[Binding] = []
    for binding in reversed(before):
        found.append(binding)
        block = module.parent(binding.statement)
        if binding.kind == "value" and (isinstance(block, ast.Module) or (id(block) in around and line < 1 << 30)):
            break
    return found[::-1]


def _besides(bindings: list[Binding], node: ast.AST, module: Module) -> list[Binding]:
    """Return the bindings of a parameter that may be in force where a node stands: not those that it is a part of.

    In ``url = urljoin(base, url)`` the second is still the parameter.
    """
    around = {id(up) for up in module.ancestors(node)}
    line = getattr(node, "lineno", 1 << 30)
    return [one for one in bindings if id(one.statement) not in around and getattr(one.statement, "lineno", 0) <= line]


def _parameters(arguments: ast.arguments) -> list[str]:
    return [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _elements(value: Value) -> list[Value]:
    if isinstance(value.data, list):
        return [item.via(*value.places) for options in value.data for item in options]
    if isinstance(value.data, dict):
        return [Value(key, value.places) for key in value.data]
    return []


def _is_builtin(value: Value) -> bool:
    return isinstance(value.data, External) and value.data.name.startswith("builtins.")
