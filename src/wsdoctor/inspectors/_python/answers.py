"""What a ``process_request`` of `websockets` answers over plain HTTP: which paths, by the conditions before an answer.

A condition that cannot be read may hold for any path, and an answer whose status cannot be read may be a success: who
is told so little accuses no check.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.model import External, Frame, FunctionOf, InstanceOf, Value
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.syntax.python import Function

__all__ = ["answered"]

Paths = frozenset[str] | None
"""Paths for which a condition holds, ``*`` for any text in them; None where that cannot be told."""

_MAX_DEPTH = 5
_SUCCESS = range(200, 400)
_ABOUT_PATH = re.compile(r"(?i)path|url|uri|target|resource|route|endpoint|location").search
_LITERAL = re.compile(r"\^?(?:\\A)?(?P<text>/?(?:(?:[\w/.~-]|\\[/.\-])(?![?*{]))*)")
_WORD = re.compile(r"[\w.-]+")
_MATCHES = frozenset(("match", "fullmatch", "search", "fnmatch", "fnmatchcase"))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class _Condition:
    """A test, and whether it was passed or failed."""

    test: ast.expr
    holds: bool = True


def answered(reader: Reader, handlers: Iterable[Value]) -> tuple[tuple[str, ...], bool]:
    """Return the paths that request handlers answer with success, and whether they may answer any path so.

    Args:
        reader: of the file that starts the server.
        handlers: what ``process_request`` may be.

    """
    found: list[Paths] = []
    for handler in handlers:
        for function in _functions(reader, handler, 0):
            found += [None] if function is None else _Reading(reader, 0).of_function(function)
    return tuple(dict.fromkeys(path for paths in found for path in sorted(paths or ()))), None in found


def _functions(reader: Reader, handler: Value, depth: int) -> Iterator[FunctionOf | None]:
    """Yield the functions that a handler comes to; None for one that cannot be read."""
    data = handler.data
    if isinstance(data, FunctionOf):
        yield data
    elif isinstance(data, External) and data.name.endswith("partial()") and data.call and data.call.args and not depth:
        for inner in reader.values(data.call.args[0], data.frame):
            yield from _functions(reader, inner, depth + 1)
    elif isinstance(data, InstanceOf) and not depth:
        methods = reader.attribute(handler, "__call__", data.node, data.frame)
        yield from (one for method in methods for one in _functions(reader, method, depth + 1))
    elif data is not None and not (isinstance(data, External) and data.name.startswith("websockets.")):
        yield None


class _Reading:
    """Reads one function: what it returns, and under which conditions."""

    def __init__(self, reader: Reader, depth: int) -> None:
        self.reader = reader
        self.depth = depth

    def of_function(self, function: FunctionOf) -> list[Paths]:
        """Return the paths of each answer of success, None for one to any path."""
        if isinstance(function.node, ast.Lambda):
            return list(self._of(function.node.body, [], function.frame, careful=True))
        return [
            paths
            for node in _returns(function.node, function.frame)
            for paths in self._of(
                node.value, self._conditions(node, function), function.frame, careful=not _is_excused(node, function)
            )
        ]

    def _of(self, value: ast.expr | None, conditions: list[Paths], frame: Frame, *, careful: bool) -> Iterator[Paths]:
        """Yield the paths that an answer is given to, nothing where it is none or a refusal."""
        if isinstance(value, ast.IfExp):
            for branch, holds in ((value.body, True), (value.orelse, False)):
                test = self.constraint(_Condition(value.test, holds), frame)
                yield from self._of(branch, [*conditions, test], frame, careful=careful)
        elif isinstance(value, ast.BoolOp):
            before: list[Paths] = []
            for part in value.values:
                yield from self._of(part, [*conditions, *before], frame, careful=careful)
                if isinstance(value.op, ast.And):
                    before.append(self.constraint(_Condition(part), frame))
        elif isinstance(value, ast.Await | ast.NamedExpr):
            yield from self._of(value.value, conditions, frame, careful=careful)
        elif isinstance(value, ast.Name):
            yield from self._named(value, conditions, frame, careful)
        elif isinstance(value, ast.Tuple) and value.elts:
            yield from self._judged(value.elts[0], conditions, frame, careful)
        elif isinstance(value, ast.Call):
            yield from self._called(value, conditions, frame, careful)
        elif isinstance(value, ast.Subscript):
            yield _narrowest([*conditions, self._keys(value.value, frame)])
        elif isinstance(value, ast.Attribute) and careful:
            yield _narrowest(conditions)

    def _named(self, name: ast.Name, conditions: list[Paths], frame: Frame, careful: bool) -> Iterator[Paths]:
        function = _enclosing(name, frame)
        module = frame.file.module
        for scope in (function, module.tree):
            bindings = module.bindings(scope).get(name.id, ()) if scope is not None else ()
            for binding in bindings:
                if binding.value is None or self.depth > _MAX_DEPTH:
                    continue
                inside = scope if not isinstance(scope, ast.Module) else None
                own = self._conditions(binding.statement, FunctionOf(inside, frame)) if inside is not None else []
                if binding.kind == "value":
                    self.depth += 1
                    yield from self._of(binding.value, [*conditions, *own], frame, careful=careful)
                    self.depth -= 1
                else:
                    yield _narrowest([*conditions, *own])
            if bindings:
                return

    def _called(self, call: ast.Call, conditions: list[Paths], frame: Frame, careful: bool) -> Iterator[Paths]:
        name = calls.last_name(call.func)
        if name in {"reject", "process_request", "basic_auth"} and isinstance(call.func, ast.Attribute):
            if name == "process_request" and "super" not in ast.unparse(call.func):
                yield _narrowest(conditions)
            return
        if name == "get" and isinstance(call.func, ast.Attribute):
            keys = self._keys(call.func.value, frame)
            if keys:
                yield _narrowest([*conditions, keys])
                return
        if name == "respond" or name.lower().endswith("response"):
            yield from self._judged(
                calls.argument(call, 0, "status", "status_code", "code"), conditions, frame, careful
            )
            return
        functions = [one.data for one in self.reader.values(call.func, frame) if isinstance(one.data, FunctionOf)]
        for function in functions if self.depth < _MAX_DEPTH else ():
            inner = calls.bound(self.reader, function, call, frame)
            for paths in _Reading(self.reader, self.depth + 1).of_function(FunctionOf(function.node, inner)):
                yield _narrowest([*conditions, paths])
        if not functions and careful:
            yield _narrowest([*conditions, self.constraint(_Condition(call.func), frame)])

    def _judged(self, status: ast.expr | None, conditions: list[Paths], frame: Frame, careful: bool) -> Iterator[Paths]:
        if isinstance(status, ast.IfExp):
            for branch, holds in ((status.body, True), (status.orelse, False)):
                test = self.constraint(_Condition(status.test, holds), frame)
                yield from self._judged(branch, [*conditions, test], frame, careful)
            return
        numbers = list(self._statuses(status, frame))
        if any(number in _SUCCESS for number in numbers) or (not numbers and careful):
            yield _narrowest(conditions)

    def _statuses(self, status: ast.expr | None, frame: Frame) -> Iterator[int]:
        for value in self.reader.values(status, frame):
            if isinstance(value.data, int):
                yield value.data
            elif isinstance(value.data, External):
                parts = value.data.name.split(".")
                named = next((HTTPStatus[part] for part in parts if part in HTTPStatus.__members__), None)
                if named is not None:
                    yield int(named)
                elif parts[-1] == "HTTPStatus()" and value.data.call is not None and value.data.call.args:
                    yield from self._statuses(value.data.call.args[0], value.data.frame or frame)

    def _conditions(self, node: ast.AST, function: FunctionOf) -> list[Paths]:
        """Return the paths for which each condition holds that is passed on the way to a statement."""
        found: list[Paths] = []
        module, frame = function.frame.file.module, function.frame
        here: ast.AST = node
        for up in module.ancestors(node):
            if isinstance(up, ast.If) and here is not up.test:
                found.append(self.constraint(_Condition(up.test, here in up.body), frame))
            elif isinstance(up, ast.match_case):
                found.append(self._case(up, frame))
            found += (self.constraint(before, frame) for before in _before(here, up))
            if up is function.node:
                break
            here = up
        return found

    def _case(self, case: ast.match_case, frame: Frame) -> Paths:
        texts = {
            text
            for node in ast.walk(case.pattern)
            if isinstance(node, ast.MatchValue)
            for text in self._texts(node.value, frame)
        }
        guard = self.constraint(_Condition(case.guard), frame) if case.guard is not None else None
        return _narrowest([frozenset(_as_paths(texts)) or None, guard])

    def constraint(self, condition: _Condition, frame: Frame) -> Paths:
        """Return the paths for which a condition holds."""
        test, holds = condition.test, condition.holds
        if self.depth > _MAX_DEPTH:
            return None
        self.depth += 1
        try:
            if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                return self.constraint(_Condition(test.operand, not holds), frame)
            if isinstance(test, ast.BoolOp):
                parts = [self.constraint(_Condition(part, holds), frame) for part in test.values]
                return _narrowest(parts) if isinstance(test.op, ast.And) is holds else _union(parts)
            if isinstance(test, ast.NamedExpr):
                return self.constraint(_Condition(test.value, holds), frame)
            if isinstance(test, ast.Compare) and len(test.ops) == 1:
                return self._compared(test, holds, frame)
            return self._true(test, frame) if holds else None
        finally:
            self.depth -= 1

    def _compared(self, test: ast.Compare, holds: bool, frame: Frame) -> Paths:
        left, op, right = test.left, test.ops[0], test.comparators[0]
        positive = isinstance(op, ast.Eq | ast.Is | ast.In)
        if isinstance(right, ast.Constant) and (right.value is None or isinstance(right.value, bool)):
            return self.constraint(_Condition(left, (positive is holds) is bool(right.value)), frame)
        if positive is not holds:
            return None
        if isinstance(op, ast.In) and isinstance(left, ast.Constant) and isinstance(left.value, str):
            inner = [f"*{left.value}*"] if not self._texts(right, frame) and _ABOUT_PATH(ast.unparse(right)) else []
            return frozenset(inner) or None
        texts = {text for side in (left, right) for text in self._texts(side, frame)}
        about = _ABOUT_PATH(ast.unparse(left)) or _ABOUT_PATH(ast.unparse(right))
        return frozenset(_as_paths(texts, words=about is not None)) or None

    def _true(self, test: ast.expr, frame: Frame) -> Paths:
        """Return the paths for which an expression is true."""
        if isinstance(test, ast.Name):
            function = _enclosing(test, frame)
            bindings = frame.file.module.bindings(function).get(test.id, ()) if function is not None else ()
            return _union([self.constraint(_Condition(one.value), frame) if one.value else None for one in bindings])
        if isinstance(test, ast.Subscript):
            return self._keys(test.value, frame)
        if not isinstance(test, ast.Call):
            return None
        name = calls.last_name(test.func)
        if name in {"startswith", "endswith", "is_relative_to"} and test.args:
            texts = _as_paths(self._texts(test.args[0], frame), words=name == "endswith")
            return frozenset(f"*{text}" if name == "endswith" else f"{text}*" for text in texts) or None
        if name in {"any", "bool"} and test.args:
            inner = test.args[0]
            if isinstance(inner, ast.GeneratorExp):
                texts = _as_paths(self._texts(inner.generators[0].iter, frame))
                return frozenset(f"{text}*" for text in texts) or None
            return self.constraint(_Condition(inner), frame)
        if name in _MATCHES:
            return self._matched(test, frame)
        if name == "get" and isinstance(test.func, ast.Attribute):
            return self._keys(test.func.value, frame)
        functions = [one.data for one in self.reader.values(test.func, frame) if isinstance(one.data, FunctionOf)]
        return _union([self._truth(one, test, frame) for one in functions])

    def _matched(self, call: ast.Call, frame: Frame) -> Paths:
        """Return the paths that a regular expression takes, by the text that it begins with."""
        patterns: list[str] = [text for given in call.args for text in self._texts(given, frame)]
        if isinstance(call.func, ast.Attribute):
            for value in self.reader.values(call.func.value, frame):
                if isinstance(value.data, External) and value.data.name == "re.compile()" and value.data.call:
                    patterns += self._texts(value.data.call.args[0], value.data.frame or frame)
        begins = [match["text"].replace("\\", "") for text in patterns if (match := _LITERAL.match(text)) is not None]
        return frozenset(f"{text}*" for text in begins if text.startswith("/")) or None

    def _truth(self, function: FunctionOf, call: ast.Call, frame: Frame) -> Paths:
        """Return the paths for which a function says yes."""
        inner = calls.bound(self.reader, function, call, frame)
        if isinstance(function.node, ast.Lambda):
            return self.constraint(_Condition(function.node.body), inner)
        found: list[Paths] = []
        for node in _returns(function.node, inner):
            if isinstance(node.value, ast.Constant) or node.value is None:
                if node.value is not None and node.value.value:
                    found.append(_narrowest(self._conditions(node, FunctionOf(function.node, inner))))
                continue
            own = self.constraint(_Condition(node.value), inner)
            found.append(_narrowest([own, *self._conditions(node, FunctionOf(function.node, inner))]))
        return _union(found)

    def _keys(self, node: ast.expr, frame: Frame) -> Paths:
        """Return the paths that a table of the repository has."""
        found = {
            key
            for value in self.reader.values(node, frame)
            if isinstance(value.data, dict)
            for key in value.data
            if isinstance(key, str) and key.startswith("/")
        }
        return frozenset(found) or None

    def _texts(self, node: ast.AST, frame: Frame) -> list[str]:
        """Return the texts that an expression, or the collection that it is, may come to."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return [*self._texts(node.left, frame), *self._texts(node.right, frame)]
        if isinstance(node, ast.Call) and calls.last_name(node.func) == "keys" and isinstance(node.func, ast.Attribute):
            return self._texts(node.func.value, frame)
        found: list[str] = []
        for value in self.reader.values(node, frame):
            if isinstance(value.data, str):
                found.append(value.data)
            elif isinstance(value.data, dict):
                found += (key for key in value.data if isinstance(key, str))
            elif isinstance(value.data, list):
                found += (one.data for item in value.data for one in item if isinstance(one.data, str))
        return found


def _returns(function: ast.AST, frame: Frame) -> Iterator[ast.Return]:
    module = frame.file.module
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and module.function(node) is function:
            yield node


def _enclosing(node: ast.AST, frame: Frame) -> Function | ast.Lambda | None:
    return next((up for up in frame.file.module.ancestors(node) if isinstance(up, _FUNCTIONS)), None)


def _is_excused(node: ast.AST, function: FunctionOf) -> bool:
    """Say whether a statement handles an exception: what it answers with an unknown status is a refusal."""
    for up in function.frame.file.module.ancestors(node):
        if up is function.node:
            return False
        if isinstance(up, ast.ExceptHandler):
            return True
    return False


def _before(node: ast.AST, parent: ast.AST) -> Iterator[_Condition]:
    """Yield the conditions that statements before one in its block leave behind, for they return otherwise."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if not isinstance(block, list) or node not in block:
            continue
        for statement in block[: block.index(node)]:
            if isinstance(statement, ast.If):
                if _leaves(statement.body):
                    yield _Condition(statement.test, holds=False)
                elif statement.orelse and _leaves(statement.orelse):
                    yield _Condition(statement.test)


def _leaves(block: list[ast.stmt]) -> bool:
    return isinstance(block[-1], ast.Return | ast.Raise | ast.Continue)


def _as_paths(texts: Iterable[str], *, words: bool = False) -> Iterator[str]:
    for text in texts:
        if text.startswith("/"):
            yield text.partition("?")[0]
        elif words and _WORD.fullmatch(text):
            yield f"/{text}"
            yield f"/{text}/*"


def _narrowest(conditions: list[Paths]) -> Paths:
    """Return the paths for which all conditions hold, as far as they can be told."""
    known = [paths for paths in conditions if paths is not None]
    return min(known, key=len, default=None)


def _union(conditions: list[Paths]) -> Paths:
    """Return the paths for which one of the conditions holds."""
    if not conditions or None in conditions:
        return None
    return frozenset(path for paths in conditions for path in paths or ())
