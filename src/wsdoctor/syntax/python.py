"""Python as a tree with parents, scopes and bindings; nothing is imported or executed.

A file that breaks in the middle is read up to the statement that breaks, and `Module.problem` says where that is.
What a name or a call means is not known here; inspectors drive this.
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TypeAlias

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._nodes import children
from wsdoctor.syntax._statements import Statement, statements

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
class _Part:
    """What reading some statements at the top gave, in the order of the text."""

    body: list[ast.stmt] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    imports: list[ast.ImportFrom] = field(default_factory=list)
    named: dict[str, list[ast.Call]] | None = None
    bindings: dict[str, list[Binding]] | None = None

    def calls_of(self, name: str) -> Sequence[ast.Call]:
        if self.named is None:
            self.named = _by_name(self.calls)
        return self.named.get(name, ())

    def bound(self) -> dict[str, list[Binding]]:
        if self.bindings is None:
            self.bindings = _bindings(self.body)
        return self.bindings


class Module:
    """A module that is parsed as far as it is asked about.

    Its text is taken apart into the statements at its top, and one of them is parsed when something is asked for that
    may stand in it: a name that it holds, a call of that name, the whole tree. Answers are those of the whole module.

    Attributes:
        root: node that all others stand in; its body is there once `tree` was asked for.
        problem: of the first statement that could not be read, None so far.
        nodes: how many were read so far.
        statements: at its top; one that is the whole text where they cannot be told apart.

    """

    def __init__(self, text: str) -> None:
        self.root = ast.Module([], [])
        self.problem: SyntaxProblem | None = None
        self.nodes = 0
        self.statements = statements(text) or [Statement(0, text)]
        self._whole = False
        self._parts: dict[int, _Part] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        self._bindings: dict[ast.AST, dict[str, list[Binding]]] = {}
        self._named: dict[str, list[ast.Call]] = {}
        self._bound: dict[str, list[Binding]] = {}
        if not self.taken_apart:
            tree, self.problem = _tree(text)
            self._take(tree, [0])

    @property
    def taken_apart(self) -> bool:
        """Whether its statements are read one by one."""
        return len(self.statements) > 1

    @property
    def tree(self) -> ast.Module:
        """The whole tree."""
        if not self._whole:
            self.root.body = [node for part in self._read(range(len(self.statements))) for node in part.body]
            self._whole = True
        return self.root

    @property
    def calls(self) -> list[ast.Call]:
        """All calls in the order of the text."""
        return self.calls_at(range(len(self.statements)))

    def aliases(self, names: Set[str]) -> set[str]:
        """Return the other names that some names are imported under, in any scope."""
        places = (place for place in self._importing() if not names.isdisjoint(self.statements[place].renames))
        nodes = (node for part in self._read(places) for node in part.imports)
        return {name.asname for node in nodes for name in node.names if name.asname and name.name in names}

    @property
    def stars(self) -> list[str]:
        """Modules whose names are all imported."""
        places = (place for place in self._importing() if self.statements[place].stars)
        nodes = (node for part in self._read(places) for node in part.imports)
        return [
            "." * node.level + (node.module or "") for node in nodes if any(name.name == "*" for name in node.names)
        ]

    def holding(self, *words: str) -> list[int]:
        """Return the places of the statements whose text holds one of some words."""
        return [place for place, one in enumerate(self.statements) if any(map(one.holds, words))]

    def calls_at(self, places: Iterable[int]) -> list[ast.Call]:
        """Return the calls in the statements at some places, in the order of the text."""
        return [call for part in self._read(places) for call in part.calls]

    def walk(self, *words: str) -> Iterator[ast.AST]:
        """Yield the nodes of the statements that hold one of some words, in the order of `ast.walk`."""
        return ast.walk(ast.Module([node for part in self._read(self.holding(*words)) for node in part.body], []))

    def imported(self) -> Iterator[ast.Import | ast.ImportFrom]:
        """Yield all imports, those at the top first."""
        found = ast.Module([node for part in self._read(self._importing()) for node in part.body], [])
        return (node for node in ast.walk(found) if isinstance(node, (ast.Import, ast.ImportFrom)))

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
        if name not in self._named:
            places = [place for place, one in enumerate(self.statements) if one.mentions((name,))]
            self._named[name] = [call for part in self._read(places) for call in part.calls_of(name)]
        return self._named[name]

    def bound(self, name: str) -> list[Binding]:
        """Return what binds a name at the top of the module, in the order of the text."""
        if name not in self._bound:
            places = [place for place, one in enumerate(self.statements) if one.binds(name)]
            self._bound[name] = [one for part in self._read(places) for one in part.bound().get(name, ())]
        return self._bound[name]

    def names_at(self, place: int) -> Mapping[str, list[Binding]]:
        """Return what the statement at a place binds at the top of the module."""
        found: dict[str, list[Binding]] = {}
        for part in self._read([place]):
            found.update(part.bound())
        return found

    def bindings(self, scope: ast.AST) -> dict[str, list[Binding]]:
        """Return the names that a scope binds itself, each with all its bindings in the order of the text."""
        if scope is self.root:
            scope = self.tree
        if scope not in self._bindings:
            body = getattr(scope, "body", [])
            self._bindings[scope] = _bindings(body if isinstance(body, list) else [body])
        return self._bindings[scope]

    def _importing(self) -> list[int]:
        return [place for place, one in enumerate(self.statements) if one.imports]

    def _read(self, places: Iterable[int]) -> list[_Part]:
        """Return what the statements at some places hold; those that were not read before are read now."""
        wanted = sorted(places)
        fresh = [place for place in wanted if place not in self._parts]
        if fresh:
            try:
                self._take(_ast(_with_gaps([self.statements[place] for place in fresh])), fresh)
            except _FAILURES:
                for place in fresh:
                    self._try(place)
        return [self._parts[place] for place in wanted]

    def _try(self, place: int) -> None:
        """Read one statement, or leave it out where that fails."""
        statement = self.statements[place]
        try:
            self._take(_ast(_with_gaps([statement])), [place])
        except _FAILURES as error:
            problem = _problem(error, statement.line + 1, statement.line + statement.lines)
            if self.problem is None or problem.line < self.problem.line:
                self.problem = problem
            self._parts[place] = _Part()

    def _take(self, tree: ast.Module, places: Sequence[int]) -> None:
        """Take over the tree of the statements at some places."""
        starts = [self.statements[place].line for place in places]
        parts = [_Part() for _ in places]
        nodes = self.nodes
        for node in tree.body:
            part = parts[bisect_right(starts, node.lineno - 1) - 1]
            part.body.append(node)
            self._parents[node] = self.root
            nodes += self._index(node, part)
            if nodes > _MAX_NODES:
                raise SyntaxProblem(f"more than {_MAX_NODES} nodes", node.lineno)
        self.nodes = nodes
        for part in parts:
            part.calls.sort(key=lambda call: (call.lineno, call.col_offset))
        self._parts.update(zip(places, parts, strict=True))

    def _index(self, node: ast.stmt, part: _Part) -> int:
        """Take a statement to a part, and return how many nodes it has."""
        parents, calls = self._parents, part.calls
        pending: list[ast.AST] = [node]
        count = 0
        while pending:
            one = pending.pop()
            count += 1
            if isinstance(one, ast.Call):
                calls.append(one)
            elif isinstance(one, ast.ImportFrom):
                part.imports.append(one)
            for child in children(one):
                parents[child] = one
                pending.append(child)
        return count


def parse(text: str) -> Module:
    """Return the module that a text is.

    Args:
        text: of the file.

    Raises:
        SyntaxProblem: if its statements cannot be told apart and not even the first can be read.

    """
    return Module(text)


_FAILURES = (SyntaxError, SyntaxProblem, ValueError, RecursionError, MemoryError)


def _with_gaps(chosen: Sequence[Statement]) -> str:
    """Return the text of some statements, each in its lines."""
    pieces: list[str] = []
    line = 0
    for one in chosen:
        pieces += ("\n" * (one.line - line), one.text, "\n")
        line = one.line + one.lines
    return "".join(pieces)


def _by_name(calls: Iterable[ast.Call]) -> dict[str, list[ast.Call]]:
    """Return calls by the names of what they call, and of what they are handed to call."""
    found: dict[str, list[ast.Call]] = {}
    for call in calls:
        names = {_last(call.func), *(arg.id for arg in call.args[:2] if isinstance(arg, ast.Name))}
        names.update(_last(given.value) for given in call.keywords if given.arg == "target")
        for name in names:
            found.setdefault(name, []).append(call)
    return found


def _bindings(body: Sequence[ast.AST]) -> dict[str, list[Binding]]:
    found: dict[str, list[Binding]] = {}
    for node in _own(body):
        for name, binding in _bound(node):
            found.setdefault(name, []).append(binding)
    return found


def _tree(text: str) -> tuple[ast.Module, SyntaxProblem | None]:
    try:
        return _ast(text), None
    except _FAILURES as error:
        problem = _problem(error, 1, text.count("\n") + 1)
        if not isinstance(error, SyntaxError):
            raise problem from None
    lines = text.split("\n")
    end = problem.line - 1
    for _ in range(50):
        while end > 0 and (not lines[end] or lines[end][0] in " \t#)]}"):
            end -= 1
        if end <= 0:
            break
        try:
            return _ast("\n".join(lines[:end])), problem
        except _FAILURES:
            end -= 1
    raise problem


def _problem(error: Exception, first: int, last: int) -> SyntaxProblem:
    """Return what an error of the parser says, within the lines that it was given."""
    if isinstance(error, SyntaxProblem):
        return error
    if not isinstance(error, SyntaxError):
        return SyntaxProblem(str(error) or type(error).__name__, first)
    line = min(max(error.lineno or first, first), last)
    return SyntaxProblem(error.msg or "invalid syntax", line, max(error.offset or 1, 1))


def _ast(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _own(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes of a scope in the order of the text, without those of scopes within it."""
    pending = list(reversed(body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending.extend(reversed(children(node)))


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
