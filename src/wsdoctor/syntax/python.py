"""Python as a tree with parents, scopes and bindings; nothing is imported or executed.

A file that breaks in the middle is read up to the statement that breaks, and `Module.problem` says where that is.
What a name or a call means is not known here; inspectors drive this.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from wsdoctor.errors import SyntaxProblem

__all__ = ["Binding", "Function", "Module", "Scope", "parse"]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Scope: TypeAlias = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_MAX_NODES = 200_000


@dataclass(frozen=True, slots=True)
class Binding:
    """One way in which a name gets its value.

    Attributes:
        kind: ``value``, ``element`` (of an iterable), ``with``, ``import``, ``from``, ``function`` or ``class``.
        statement: that binds it.
        value: expression that it gets, None for imports and definitions.
        index: which part of it, outermost first, where it is taken apart.
        module: dotted name with leading dots that is imported.
        name: what is imported from the module, empty for the module itself.

    """

    kind: str
    statement: ast.AST
    value: ast.expr | None = None
    index: tuple[int, ...] = ()
    module: str = ""
    name: str = ""


@dataclass(slots=True)
class Module:
    """A parsed module.

    Attributes:
        tree: its syntax tree.
        problem: where reading it ended before the end of the file, None if it did not.
        calls: all calls in the order of the text.
        stars: modules whose names are all imported.
        imports: all statements ``from … import …``, in any scope.
        nodes: how many there are.

    """

    tree: ast.Module
    problem: SyntaxProblem | None = None
    calls: list[ast.Call] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    imports: list[ast.ImportFrom] = field(default_factory=list)
    nodes: int = 0
    _parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    _named: dict[str, list[ast.Call]] = field(default_factory=dict)
    _bindings: dict[ast.AST, dict[str, list[Binding]]] = field(default_factory=dict)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that a node stands in, None for the module."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the closest first."""
        found = self._parents.get(node)
        while found is not None:
            yield found
            found = self._parents.get(found)

    def function(self, node: ast.AST) -> Function | None:
        """Return the closest function around a node."""
        return next(
            (up for up in self.ancestors(node) if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef))), None
        )

    def klass(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the closest class around a node."""
        return next((up for up in self.ancestors(node) if isinstance(up, ast.ClassDef)), None)

    def calls_of(self, name: str) -> list[ast.Call]:
        """Return the calls of what has a name, as ``name()`` or ``x.name()``, and those that it is handed to."""
        if not self._named:
            for call in self.calls:
                found = {_last(call.func), *(arg.id for arg in call.args[:2] if isinstance(arg, ast.Name))}
                found.update(_last(given.value) for given in call.keywords if given.arg == "target")
                for one in found:
                    self._named.setdefault(one, []).append(call)
        return self._named.get(name, [])

    def bindings(self, scope: ast.AST) -> dict[str, list[Binding]]:
        """Return the names that a scope binds itself, each with all its bindings in the order of the text."""
        if scope not in self._bindings:
            found: dict[str, list[Binding]] = {}
            for node in _own(scope):
                for name, binding in _bound(node):
                    found.setdefault(name, []).append(binding)
            self._bindings[scope] = found
        return self._bindings[scope]

    def classes(self) -> Iterator[ast.ClassDef]:
        """Yield all classes."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))


def parse(text: str) -> Module:
    """Return the module that a text is.

    Args:
        text: of the file.

    Raises:
        SyntaxProblem: if not even its first statement can be read.

    """
    tree, problem = _tree(text)
    module = Module(tree, problem)
    pending: list[ast.AST] = [tree]
    count = 0
    while pending:
        node = pending.pop()
        count += 1
        if count > _MAX_NODES:
            raise SyntaxProblem(f"more than {_MAX_NODES} nodes", getattr(node, "lineno", 1))
        if isinstance(node, ast.Call):
            module.calls.append(node)
        elif isinstance(node, ast.ImportFrom):
            module.imports.append(node)
            if any(name.name == "*" for name in node.names):
                module.stars.append("." * node.level + (node.module or ""))
        for child in ast.iter_child_nodes(node):
            module._parents[child] = node
            pending.append(child)
    module.nodes = count
    module.calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return module


def _tree(text: str) -> tuple[ast.Module, SyntaxProblem | None]:
    try:
        return _ast(text), None
    except SyntaxError as error:
        line = min(error.lineno or 1, text.count("\n") + 1)
        problem = SyntaxProblem(error.msg or "invalid syntax", line, max(error.offset or 1, 1))
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxProblem(str(error) or type(error).__name__) from None
    lines = text.split("\n")
    end = problem.line - 1
    for _ in range(50):
        while end > 0 and (not lines[end] or lines[end][0] in " \t#)]}"):
            end -= 1
        if end <= 0:
            break
        try:
            return _ast("\n".join(lines[:end])), problem
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            end -= 1
    raise problem


def _ast(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope in the order of the text, without those of scopes within it."""
    body = getattr(scope, "body", [])
    pending = list(reversed(body if isinstance(body, list) else [body]))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _bound(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, "value", node, node.value)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        if node.value is not None:
            yield from _targets(node.target, "value", node, node.value)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield from _targets(node.target, "element", node, node.iter)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            if item.optional_vars is not None:
                yield from _targets(item.optional_vars, "with", node, item.context_expr)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _imported(node)
    elif isinstance(node, ast.ClassDef):
        yield node.name, Binding("class", node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield node.name, Binding("function", node)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Binding]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield alias.asname or alias.name, Binding("from", node, module=module, name=alias.name)
        else:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or whole, Binding("import", node, module=whole)


def _targets(
    target: ast.expr, kind: str, statement: ast.AST, value: ast.expr, index: tuple[int, ...] = ()
) -> Iterator[tuple[str, Binding]]:
    if isinstance(target, ast.Name):
        yield target.id, Binding(kind, statement, value, index)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for number, part in enumerate(target.elts):
            yield from _targets(part, kind, statement, value, (*index, number))
