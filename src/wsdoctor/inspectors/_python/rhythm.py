"""Why and how often a call in Python code is made: loops with a pause, schedulers, scripts that wait until it is up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.source import enclosing
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.syntax.python import Function

__all__ = ["kind_of", "period_of", "retry_of"]

_SLEEPS = frozenset(("sleep", "wait", "sleep_ms"))
_UNITS = {"second": 1, "seconds": 1, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600}
_WAITS = re.compile(r"wait|until|ready|await_|block_|come_?up|is_up|startup", re.IGNORECASE).search
_TIMED = re.compile(r"repeat|every|periodic|interval|schedul|task|loop").search
_MAX_HOPS = 3


def period_of(reader: Reader, call: ast.Call) -> float | None:
    """Return the seconds between two runs of a call where a loop with a pause or a scheduler says so."""
    return _period(reader, call, _MAX_HOPS)


def _period(reader: Reader, node: ast.AST, hops: int) -> float | None:
    module = reader.file.module
    for up in module.ancestors(node):
        if isinstance(up, ast.While) and (pause := _pause(reader, up)) is not None:
            return pause
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = _scheduled(reader, up)
            if found is not None or not hops:
                return found
            for site in module.calls_of(up.name):
                if calls.last_name(site.func) == up.name and module.function(site) is not up:
                    found = _period(reader, site, hops - 1)
                    if found is not None:
                        return found
            return None
    return None


def retry_of(reader: Reader, call: ast.Call) -> float | None:
    """Return the pause between two tries of a call that waits until something answers."""
    loop = _loop(reader, call, list(enclosing(reader.file.module, call)))
    return None if loop is None else _longest(reader, ast.walk(loop))


def _pause(reader: Reader, loop: ast.While) -> float | None:
    """Return the longest pause that a loop makes outside of the handling of errors."""
    return _longest(reader, _body(loop))


def _longest(reader: Reader, nodes: Iterator[ast.AST]) -> float | None:
    found: list[float] = []
    for node in nodes:
        if isinstance(node, ast.Call) and calls.last_name(node.func) in _SLEEPS and node.args:
            value = reader.first(node.args[0])
            if value is not None and isinstance(value.data, (int, float)) and value.data > 0:
                found.append(float(value.data))
    return max(found) if found else None


def _body(loop: ast.While) -> Iterator[ast.AST]:
    pending: list[ast.AST] = list(loop.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (ast.ExceptHandler, ast.FunctionDef, ast.AsyncFunctionDef)):
            pending.extend(ast.iter_child_nodes(node))


def _scheduled(reader: Reader, function: Function) -> float | None:
    """Return the period with which a scheduler runs a function."""
    for decorator in function.decorator_list:
        timed = isinstance(decorator, ast.Call) and _TIMED(ast.unparse(decorator.func))
        if timed and isinstance(decorator, ast.Call) and (found := _spelled(reader, decorator)) is not None:
            return found
    module = reader.file.module
    for call in module.calls_at(module.holding(function.name)):
        names = [arg.id for arg in call.args if isinstance(arg, ast.Name)]
        names += [given.value.id for given in call.keywords if isinstance(given.value, ast.Name)]
        if function.name not in names:
            continue
        name = calls.last_name(call.func)
        if name == "do" and isinstance(call.func, ast.Attribute):
            return _fluent(reader, call.func.value)
        if name in {"add_job", "scheduled_job", "set_interval"}:
            return _spelled(reader, call)
        if name in {"Timer", "call_later", "LoopingCall", "PeriodicCallback"} and call.args:
            value = reader.first(call.args[1] if name == "PeriodicCallback" and len(call.args) > 1 else call.args[0])
            if value is not None and isinstance(value.data, (int, float)):
                return float(value.data) / (1000 if name == "PeriodicCallback" else 1)
    return None


def _spelled(reader: Reader, call: ast.Call) -> float | None:
    total = 0.0
    for given in call.keywords:
        if given.arg in _UNITS:
            value = reader.first(given.value)
            if value is not None and isinstance(value.data, (int, float)):
                total += value.data * _UNITS[given.arg]
    return total or None


def _fluent(reader: Reader, node: ast.expr) -> float | None:
    """Return the period of ``schedule.every(10).seconds``."""
    unit = _UNITS.get(node.attr) if isinstance(node, ast.Attribute) else None
    every = node.value if isinstance(node, ast.Attribute) else None
    if unit is None or not isinstance(every, ast.Call):
        return None
    value = reader.first(every.args[0]) if every.args else None
    count = value.data if value is not None and isinstance(value.data, (int, float)) else 1
    return float(count * unit)


def kind_of(reader: Reader, call: ast.Call, *, plain: str = "client-code") -> str:
    """Return ``wait`` or what a call is otherwise, by the shape and the names around it.

    Args:
        reader: of the file.
        call: that connects.
        plain: what it is if nothing speaks for the others.

    """
    functions = list(enclosing(reader.file.module, call))
    names = [reader.file.path.rpartition("/")[2].removesuffix(".py"), *(function.name for function in functions)]
    loop = _loop(reader, call, functions)
    if loop is not None and _ends_on_success(loop) and (any(map(_WAITS, names)) or _has_try(reader, call)):
        return "wait"
    if any(map(_WAITS, names)) and loop is not None:
        return "wait"
    return plain


def _loop(reader: Reader, call: ast.Call, functions: list[Function]) -> ast.For | ast.AsyncFor | ast.While | None:
    module = reader.file.module
    starts: list[ast.AST] = [call]
    starts += (
        site
        for function in functions[:1]
        for site in module.calls_of(function.name)
        if calls.last_name(site.func) == function.name
    )
    for start in starts:
        for up in module.ancestors(start):
            if isinstance(up, (ast.For, ast.AsyncFor, ast.While)):
                sleeps = (isinstance(node, ast.Call) and calls.last_name(node.func) in _SLEEPS for node in ast.walk(up))
                if any(sleeps):
                    return up
    return None


def _ends_on_success(loop: ast.AST) -> bool:
    return any(isinstance(node, (ast.Break, ast.Return)) for node in ast.walk(loop))


def _has_try(reader: Reader, call: ast.Call) -> bool:
    return any(isinstance(up, ast.Try) for up in reader.file.module.ancestors(call))
