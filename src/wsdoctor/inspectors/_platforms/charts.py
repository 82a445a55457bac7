"""Charts, as far as they can be read without Helm: templates filled with values, each line with where it comes from.

Nothing runs: what a template asks for that cannot be told becomes the word ``unknown``, and what that makes unreadable
is left out. Depth, output and loops are bounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.functions import FUNCTIONS
from wsdoctor.inspectors._platforms.values import UNKNOWN, Layers, Line, Origin, Unknown, Value, is_true, shown
from wsdoctor.syntax import gotemplate as go
from wsdoctor.syntax import yaml
from wsdoctor.syntax._tree import Mapping, Node, text

__all__ = ["Chart", "Rendered", "chart_of"]

MAX_OUTPUT = 400_000
MAX_INCLUDES = 12
MAX_ROUNDS = 60


@dataclass(slots=True)
class Rendered:
    """What a template becomes.

    Attributes:
        text: of it.
        lines: where each of its lines comes from.

    """

    text: str
    lines: list[Line]


@dataclass(slots=True)
class Chart:
    """A chart.

    Attributes:
        root: its folder.
        name: of it.
        values: its own values, with what a parent chart gives it before them.
        overrides: other values files, each to be laid over the values.
        defines: named templates with the file that holds them.

    """

    root: str
    name: str
    values: list[tuple[str, Node]]
    overrides: list[tuple[str, Node]]
    defines: dict[str, tuple[str, go.Define]] = field(default_factory=dict)

    def render(self, path: str, source: str, override: tuple[str, Node] | None = None) -> Rendered:
        """Return what a template becomes with the values, or with one file laid over them."""
        layers = ([override] if override else []) + self.values
        values = Value(Layers(tuple(layers))) if layers else Value({})
        release = {"Name": Value(self.name), "Namespace": Value("default"), "Service": Value("Helm"),
                   "IsInstall": Value(True)}  # fmt: skip
        dot = {
            "Values": values,
            "Release": Value(release),
            "Chart": Value({"Name": Value(self.name), "Version": Value("1"), "AppVersion": Value("1")}),
            "Capabilities": Value(UNKNOWN),
            "Files": Value(UNKNOWN),
            "Template": Value(UNKNOWN),
        }
        run = _Run(self, path)
        run.pieces(go.parse(source), Value(dot), {"$": Value(dot)}, path)
        return run.out.done()


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def chart_of(path: str, repository: Repository) -> Chart | None:
    """Return the chart that a template belongs to, None if it belongs to none."""
    parts = f"/{path}".split("/templates/")
    root = "/templates/".join(parts[:-1]).lstrip("/")
    kept: dict[str, Chart | None] = repository.memory.setdefault("platform charts", {})  # type: ignore[assignment]
    if len(parts) < 2:
        return None
    if root not in kept:
        kept[root] = _read(root, repository)
    return kept[root]


def _under(root: str, name: str) -> str:
    return f"{root}/{name}" if root else name


def _first(path: str, repository: Repository) -> Node | None:
    try:
        found = yaml.parse(repository.text(path) or "")
    except SyntaxProblem:
        return None
    return found[0] if found and isinstance(found[0], Mapping) else None


def _read(root: str, repository: Repository) -> Chart | None:
    if not repository.exists(_under(root, "Chart.yaml")):
        return None
    name = text(_first(_under(root, "Chart.yaml"), repository), "name") or root.rpartition("/")[2] or "release"
    own = _under(root, "values.yaml")
    values = [(own, node)] if (node := _first(own, repository)) is not None else []
    above = _folder(_folder(root))
    if _folder(root).rpartition("/")[2] == "charts" and repository.exists(_under(above, "values.yaml")):
        parent = _first(_under(above, "values.yaml"), repository)
        given = parent.get(name) if isinstance(parent, Mapping) else None
        if isinstance(given, Mapping):
            values.insert(0, (_under(above, "values.yaml"), given))
    overrides = []
    for file in repository.named("values-*.yaml", "values.*.yaml", "*-values.yaml", "values_*.yaml", "*.values.yaml",
                                 "values-*.yml"):  # fmt: skip
        if _folder(file) in {root, _under(root, "values"), _folder(root)} and file != own:
            node = _first(file, repository)
            if node is not None:
                overrides.append((file, node))
    chart = Chart(root, name, values, overrides[:8])
    prefix = _under(root, "templates/")
    for file in repository.files:
        if file.startswith(prefix) and file.endswith((".tpl", ".yaml", ".yml")):
            source = repository.text(file) or ""
            if "define" in source:
                for piece in go.parse(source):
                    if isinstance(piece, go.Define):
                        chart.defines.setdefault(piece.name, (file, piece))
    return chart


class _Out:
    """Text under construction, with where each of its lines comes from."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = [[]]
        self.lines: list[Line | None] = [None]
        self.used: list[list[Origin]] = [[]]
        self.size = 0

    def add(self, text: str, lines: list[Line | None], used: tuple[Origin, ...] = ()) -> None:
        self.size += len(text)
        if self.size > MAX_OUTPUT:
            return
        for row, part in enumerate(text.split("\n")):
            if row:
                self.rows.append([])
                self.lines.append(None)
                self.used.append([])
            line = lines[row] if row < len(lines) else None
            if part.strip() and (self.lines[-1] is None or not "".join(self.rows[-1]).strip()):
                self.lines[-1] = line or self.lines[-1]
            self.rows[-1].append(part)
            if part:
                self.used[-1] += line.used if line is not None else ()
                self.used[-1] += used

    def done(self) -> Rendered:
        found: list[Line] = []
        last = Line("", 1)
        for line, used in zip(self.lines, self.used, strict=True):
            last = line if line is not None else last
            found.append(Line(last.file, last.line, tuple(dict.fromkeys(used))))
        return Rendered("\n".join("".join(row) for row in self.rows), found)


class _Run:
    def __init__(self, chart: Chart, path: str, depth: int = 0) -> None:
        self.chart = chart
        self.path = path
        self.depth = depth
        self.out = _Out()

    def pieces(self, pieces: list[go.Piece], dot: Value, scope: dict[str, Value], file: str) -> None:
        for piece in pieces:
            if self.out.size > MAX_OUTPUT:
                return
            match piece:
                case go.Text():
                    count = piece.text.count("\n") + 1
                    self.out.add(piece.text, [Line(file, piece.line + row) for row in range(count)])
                case go.Action():
                    self.action(piece, dot, scope, file)
                case go.Branches():
                    self.branches(piece, dot, scope, file)
                case go.Loop():
                    self.loop(piece, dot, scope, file)
                case go.Define() if piece.shown is not None:
                    self.pieces(piece.body, self.value(piece.shown, dot, scope), scope, file)
                case _:
                    continue

    def action(self, piece: go.Action, dot: Value, scope: dict[str, Value], file: str) -> None:
        value = self.value(piece.pipeline, dot, scope)
        if piece.pipeline.variables:
            for name in piece.pipeline.variables:
                scope[name] = value
            return
        here = Line(file, piece.line)
        if value.lines:
            lines = [line or here for line in value.lines]
            via = Origin(file, piece.line, "")
            lines = [Line(line.file, line.line, (*line.used, via)) for line in lines]
            self.out.add(shown(value), list(lines))
        else:
            written = shown(value)
            self.out.add(written, [here] * (written.count("\n") + 1), value.origins)

    def branches(self, piece: go.Branches, dot: Value, scope: dict[str, Value], file: str) -> None:
        for condition, body in piece.branches:
            if condition is None:
                self.pieces(body, dot, dict(scope), file)
                return
            inner = dict(scope)
            value = self.value(condition, dot, inner)
            for name in condition.variables:
                inner[name] = value
            if is_true(value):
                self.pieces(body, value if piece.changes_dot else dot, inner if condition.variables else scope, file)
                return

    def loop(self, piece: go.Loop, dot: Value, scope: dict[str, Value], file: str) -> None:
        data = self.value(piece.pipeline, dot, scope).data
        rounds: list[tuple[str | int, Value]] = []
        if isinstance(data, Layers | dict):
            rounds = list(data.items())
        elif isinstance(data, list):
            rounds = list(enumerate(data))
        names = piece.pipeline.variables
        for key, value in rounds[:MAX_ROUNDS]:
            inner = dict(scope)
            if names:
                inner[names[-1]] = value
            if len(names) > 1:
                inner[names[0]] = Value(key)
            self.pieces(piece.body, value, inner, file)
        if not rounds:
            self.pieces(piece.otherwise, dot, dict(scope), file)

    def value(self, pipeline: go.Pipeline, dot: Value, scope: dict[str, Value]) -> Value:
        found: Value | None = None
        for command in pipeline.commands:
            if not command:
                continue
            first = command[0]
            if isinstance(first, go.Word):
                given = [self.expression(each, dot, scope) for each in command[1:]]
                found = self.call(first.name, given if found is None else [*given, found], scope)
            else:
                found = self.expression(first, dot, scope)
        return found or Value(None)

    def expression(self, expression: go.Expression, dot: Value, scope: dict[str, Value]) -> Value:
        match expression:
            case go.Literal():
                return Value(expression.value)
            case go.Pipeline():
                return self.value(expression, dot, scope)
            case go.Field():
                if expression.of is not None:
                    start = self.value(expression.of, dot, scope)
                else:
                    start = dot if not expression.start else scope.get(expression.start, Value(UNKNOWN))
                for name in expression.path:
                    start = _member(start, name)
                return start
            case _:
                return self.call(expression.name, [], scope)

    def call(self, name: str, arguments: list[Value], scope: dict[str, Value]) -> Value:
        if name in {"include", "template"} and arguments:
            return self.include(shown(arguments[0]), arguments[1] if len(arguments) > 1 else Value(None))
        if name == "tpl" and arguments:
            source = arguments[0]
            if "{{" not in shown(source) or self.depth >= MAX_INCLUDES:
                return source
            inner = _Run(self.chart, self.path, self.depth + 1)
            dot = arguments[1] if len(arguments) > 1 else Value(UNKNOWN)
            origin = source.origins[0] if source.origins else Origin(self.path, 1, "")
            inner.pieces(go.parse(shown(source)), dot, {"$": dot}, origin.file)
            return Value(inner.out.done().text, source.origins)
        function = FUNCTIONS.get(name)
        if function is None:
            return Value(UNKNOWN)
        try:
            return function(arguments)
        except (IndexError, ValueError, TypeError):
            return Value(UNKNOWN)

    def include(self, name: str, dot: Value) -> Value:
        if name not in self.chart.defines or self.depth >= MAX_INCLUDES:
            return Value(UNKNOWN)
        file, define = self.chart.defines[name]
        inner = _Run(self.chart, file, self.depth + 1)
        inner.pieces(define.body, dot, {"$": dot}, file)
        done = inner.out.done()
        if "\n" not in done.text.strip():
            return Value(done.text, tuple(origin for line in done.lines for origin in line.used))
        return Value(done.text, (), tuple(done.lines))


def _member(value: Value, name: str) -> Value:
    data = value.data
    if isinstance(data, Layers):
        return data.get(name)
    if isinstance(data, dict):
        return data.get(name, Value(None))
    return Value(UNKNOWN if isinstance(data, Unknown) else None)
