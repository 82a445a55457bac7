"""What Python expressions come to, as far as reading can tell: constants, settings, defaults, URLs put together.

Nothing is imported or executed. An expression may have several values (a loop over a list, two callers of a function);
one that cannot be followed has none, and a piece of a text that cannot is `HOLE`. Each value carries the places that it
came through. Names of other people's packages become `External`, so that ``s = requests.Session()`` and then
``s.get`` is the external ``requests.Session().get``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python import (
    calls,
    choices,
    classes,
    layers,
    names,
    objects,
    operators,
    options,
    settings,
    urls,
)
from wsdoctor.inspectors._python.aside import is_test
from wsdoctor.inspectors._python.flows import FAR_FILES
from wsdoctor.inspectors._python.model import (
    HOLE,
    ClassOf,
    External,
    File,
    Frame,
    FunctionOf,
    InstanceOf,
    Value,
    is_plain,
    merge,
)
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Location
from wsdoctor.syntax.python import Function

__all__ = ["Reader"]

MAX_VALUES = 12
MAX_DEPTH = 24
MAX_STEPS_EACH = 2000
"""Steps of following one expression."""

MAX_STEPS = 40_000
"""Steps of following values for one file; a file that wants more is hostile or generated."""

MAX_TEXT = 4000
"""Characters of a text that is put together."""

MAX_FAR_LOOKS = 8
"""Functions of one file whose callers are looked for in other files."""

_ANNOTATED = re.compile(r"typing(?:_extensions)?\.Annotated").fullmatch


class Reader:
    """Follows values for one file of a repository.

    Args:
        file: that is inspected; its unit and folder decide which settings of the environment apply.
        repository: that it is in.

    Attributes:
        spent: whether following was cut short.
        told: whether it was said that a statement could not be read.
        ambiguous: environment variables for which several values apply equally.
        depth: of the expressions that are being followed now.
        selves: attributes of ``self`` by class, as far as they were asked for.
        cuts: how often following ended for a limit or a circle.
        any_entry: whether an entry of a table whose key cannot be followed may be any of it.

    """

    def __init__(self, file: File, repository: Repository) -> None:
        self.file = file
        self.repository = repository
        self.frame = Frame(file)
        self.unit = unit_of(file.path, repository)
        self.steps = 0
        self.depth = 0
        self.cuts = 0
        self.any_entry = False
        self.spent = False
        self.told = False
        self.ambiguous: set[str] = set()
        self._limit = MAX_STEPS_EACH
        self._known: dict[tuple[int, bool], tuple[ast.AST, list[Value]]] = {}
        self._far: set[str] = set()
        self.selves: dict[ast.ClassDef, dict[str, list[tuple[Function, ast.AST, ast.expr]]]] = {}
        self.active: set[tuple[int, str]] = set()

    def place(self, node: ast.AST, frame: Frame | None = None) -> Location:
        """Return where a node is."""
        path = (frame or self.frame).file.path
        line = getattr(node, "lineno", 1)
        return self.repository.location(
            path, line, getattr(node, "col_offset", 0) + 1, getattr(node, "end_lineno", None)
        )

    def values(self, node: ast.AST | None, frame: Frame | None = None) -> list[Value]:
        """Return what an expression may come to; nothing where it cannot be followed."""
        frame = frame or self.frame
        if node is None:
            return []
        key = (id(node), self.any_entry)
        kept = self._known.get(key) if not frame.bound else None
        if kept is not None:
            return kept[1]
        if not self.depth:
            self._limit = min(self.steps + MAX_STEPS_EACH, MAX_STEPS)
        self.steps += 1
        if self.depth >= MAX_DEPTH or self.steps > self._limit:
            self.spent = self.spent or self.steps > MAX_STEPS
            self.cuts += 1
            return []
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        before = self.cuts
        self.depth += 1
        try:
            found = [] if method is None else _unique(method(node, frame))
        finally:
            self.depth -= 1
        if not frame.bound and self.cuts == before:
            self._known[key] = (node, found)
        return found

    def first(self, node: ast.AST | None, frame: Frame | None = None) -> Value | None:
        """Return the first value of an expression."""
        return next(iter(self.values(node, frame)), None)

    def names(self, node: ast.AST, frame: Frame | None = None) -> list[External]:
        """Return the externals that an expression may be, such as the function of a call."""
        return [value.data for value in self.values(node, frame) if isinstance(value.data, External)]

    def variable(self, name: str, defaults: Iterable[Value], frame: Frame, place: Location) -> list[Value]:
        """Return what an environment variable comes to: what the repository sets, else the defaults."""
        known = environment(self.repository)
        for unit, near in ((self.unit, self.file.path), (unit_of(frame.file.path, self.repository), frame.file.path)):
            if (found := known.value(name, unit, near)) is not None:
                return [Value(found[0], (place, found[1]), name)]
            if known.candidates(name, unit, near):
                self.ambiguous.add(name)
        return [replace(value, environment=name).via(place) for value in defaults] or [Value(None, (place,), name)]

    def load(self, path: str) -> File | None:
        """Return another file of the repository, parsed."""
        return names.load(path, self.repository)

    def far_files(self, needle: str) -> list[str]:
        """Return a few Python files of the repository, tests left out, whose text holds something."""
        found: dict[str, list[str]] = self.repository.memory.setdefault("python needles", {})  # type: ignore[assignment]
        if needle not in found:
            self._far.add(needle)
            known = self.repository.named("*.py")
            if len(self._far) > MAX_FAR_LOOKS or len(known) > FAR_FILES:
                return []
            hits = (
                path
                for path in known
                if needle in (self.repository.text(path) or "") and not is_test(path, self.repository)
            )
            found[needle] = list(islice(hits, 10))
        return found[needle]

    # Expressions, one method for each kind of node.

    def _constant(self, node: ast.Constant, frame: Frame) -> list[Value]:
        return [Value(node.value)]

    def _await(self, node: ast.Await, frame: Frame) -> list[Value]:
        return self.values(node.value, frame)

    def _namedexpr(self, node: ast.NamedExpr, frame: Frame) -> list[Value]:
        return self.values(node.value, frame)

    def _lambda(self, node: ast.Lambda, frame: Frame) -> list[Value]:
        return [Value(FunctionOf(node, frame))]

    def _list(self, node: ast.List, frame: Frame) -> list[Value]:
        return [Value([self._item(item, frame) for item in node.elts[:200]])]

    def _item(self, node: ast.expr, frame: Frame) -> list[Value]:
        """Return what an item of a list may be; that a URL stands there is remembered, as of those in tables."""
        found = self.values(node, frame)
        return [one.via(self.place(node, frame)) if urls.is_url(one.data) else one for one in found]

    _tuple = _set = _list

    def _listcomp(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame
    ) -> list[Value]:
        return [choices.made(self, node, frame)]

    _setcomp = _generatorexp = _dictcomp = _listcomp

    def _dict(self, node: ast.Dict, frame: Frame) -> list[Value]:
        found: dict[Any, list[Value]] = {}
        for key, value in zip(node.keys[:200], node.values[:200], strict=True):
            if key is None:
                for other in self.values(value, frame):
                    found.update(other.data if isinstance(other.data, dict) else {})
            elif (name := next(iter(self.values(key, frame)), None)) and isinstance(name.data, (str, int)):
                found[name.data] = [one.via(self.place(value, frame)) for one in self.values(value, frame)]
        return [Value(found)]

    def _joinedstr(self, node: ast.JoinedStr, frame: Frame) -> list[Value]:
        return self.text([self._piece(part, frame) for part in node.values])

    def _piece(self, part: ast.expr, frame: Frame) -> list[Value]:
        return self.values(part.value if isinstance(part, ast.FormattedValue) else part, frame)

    def text(self, pieces: Sequence[list[Value]]) -> list[Value]:
        """Return the texts that pieces put together make; a piece without a value is a hole."""
        found = [Value("")]
        for piece in pieces:
            options = [
                option if is_plain(option.data) else replace(option, data=HOLE)
                for option in piece
                if is_plain(option.data) or (option.data is None and option.environment)
            ] or [Value(HOLE)]
            found = [
                Value(before.data + _shown(option.data), merge(before.places, option.places),
                      before.environment or option.environment)
                for before in found for option in options
            ][:MAX_VALUES]  # fmt: skip
        return found

    def _binop(self, node: ast.BinOp, frame: Frame) -> list[Value]:
        return operators.result(self, node, frame)

    def _ifexp(self, node: ast.IfExp, frame: Frame) -> list[Value]:
        body = self.values(node.body, frame)
        if body and "argv" in ast.dump(node.test):
            return body
        return [*body, *self.values(node.orelse, frame)]

    def _boolop(self, node: ast.BoolOp, frame: Frame) -> list[Value]:
        if isinstance(node.op, ast.And):
            return self.values(node.values[-1], frame)
        places: tuple[Location, ...] = ()
        variable = None
        for part in node.values:
            found = self.values(part, frame)
            true = [value for value in found if value.data]
            if true:
                return [replace(one, environment=one.environment or variable).via(*places) for one in true]
            for value in found:
                places, variable = merge(places, value.places), variable or value.environment
        return []

    def _subscript(self, node: ast.Subscript, frame: Frame) -> list[Value]:
        found: list[Value] = []
        if isinstance(node.slice, ast.Tuple) and any(
            map(_ANNOTATED, (one.name for one in self.names(node.value, frame)))
        ):
            return self.values(node.slice.elts[0], frame)
        keys = self.values(node.slice, frame)
        if keys and any(
            isinstance(base.data, External) and base.data.name == "sys.argv" for base in self.values(node.value, frame)
        ):
            return options.positional(self, keys[0].data, frame)
        for base in self.values(node.value, frame):
            for key in keys:
                if (
                    isinstance(base.data, External)
                    and base.data.name.endswith(options.PARSED)
                    and isinstance(key.data, str)
                ):
                    found += options.option(self, key.data, base.data)
                elif isinstance(base.data, External) and layers.is_dynaconf(base.data.name):
                    found += self.layered(base.data, frame).data.get(key.data, ())
                elif (
                    isinstance(base.data, External) and base.data.name.endswith("environ") and isinstance(key.data, str)
                ):
                    found += self.variable(key.data, (), frame, self.place(node, frame))
                elif (
                    isinstance(base.data, External)
                    and isinstance(key.data, str)
                    and settings.is_configuration(base.data.name)
                ):
                    found += settings.of_application(self, key.data)
                elif isinstance(base.data, External) and base.data.name == "docopt.docopt()":
                    found += settings.of_usage(self, str(key.data), base.data.frame or frame)
                elif isinstance(base.data, dict) and isinstance(key.data, (str, int)):
                    found += (value.via(*base.places) for value in base.data.get(key.data, ()))
                elif (
                    isinstance(base.data, list)
                    and type(key.data) is int
                    and -len(base.data) <= key.data < len(base.data)
                ):
                    found += (value.via(*base.places) for value in base.data[key.data])
                elif isinstance(base.data, (ClassOf, InstanceOf)) and isinstance(key.data, str):
                    found += self.attribute(base, key.data, node, frame)
                elif type(key.data) is int and (items := objects.items_of(self, base)) and key.data < len(items):
                    found += items[key.data]
            found += choices.entries(self, base, keys) if isinstance(base.data, dict | list) else ()
        return found or settings.of_state(self, node)

    _spread = _subscript

    def _attribute(self, node: ast.Attribute, frame: Frame) -> list[Value]:
        found: list[Value] = settings.of_state(self, node)
        for base in self.values(node.value, frame) if not found else ():
            found += self.attribute(base, node.attr, node, frame)
        return found or classes.of_member(self, node, frame)

    def attribute(self, base: Value, name: str, node: ast.AST, frame: Frame) -> list[Value]:
        """Return what an attribute of a value may come to."""
        data = base.data
        if isinstance(data, External):
            if data.name in settings.SHARED:
                return settings.SHARED[data.name](self, name)
            if data.name.endswith(options.PARSED):
                return [base] if name == "__dict__" else options.option(self, name, data)
            if layers.is_dynaconf(data.name):
                read = self.attribute(self.layered(data, frame), name, node, frame)
                if read:
                    return read
            if (
                name.isupper()
                and settings.is_configuration(data.name)
                and (read := settings.of_application(self, name))
            ):
                return read
            if settings.is_of_files(data.name) and (read := settings.of_files(self, f"{data.name}.{name}")):
                return read
            return [Value(External(f"{data.name}.{name}", data.call, data.frame), base.places)]
        if isinstance(data, File):
            return names.member_of_file(self, data, name)
        if isinstance(data, (ClassOf, InstanceOf)):
            return [value.via(*base.places) for value in classes.member(self, data, name)]
        if isinstance(data, dict):
            return [base] if name == "__dict__" else [value.via(*base.places) for value in data.get(name, ())]
        if name in urls.PARTS and urls.is_url(data):
            return urls.part(base, name)
        if name in {"value", "name"} and (is_plain(data) or isinstance(data, list)):
            return [base]
        return []

    def layered(self, made: External, frame: Frame) -> Value:
        """Return the settings that an object of Dynaconf has, put together once."""
        place = made.frame or frame
        line = made.call.lineno if made.call is not None else 0
        key = ("dynaconf", line, place.file.path, self.unit)
        kept = self.repository.memory
        if key not in kept:
            kept[key] = layers.dynaconf(self, made.call, place)
        return kept[key]  # type: ignore[return-value]

    def _name(self, node: ast.Name, frame: Frame) -> list[Value]:
        return names.lookup(self, node.id, node, frame)

    def _call(self, node: ast.Call, frame: Frame) -> list[Value]:
        return self._configured(node, frame) or calls.result(self, node, frame)

    def _configured(self, node: ast.Call, frame: Frame) -> list[Value]:
        """Return what ``app.config.get("NAME")`` comes to, nothing for any other call."""
        if not (isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args):
            return []
        bases = self.names(node.func.value, frame)
        for base in bases:
            if layers.is_dynaconf(base.name) and (name := self.first(node.args[0], frame)) is not None:
                found: list[Value] = self.layered(base, frame).data.get(name.data, [])
                return found or self.values(calls.argument(node, 1, "default"), frame)
            if base.name.endswith(options.PARSED) and (name := self.first(node.args[0], frame)) is not None:
                return options.option(self, str(name.data), base)
        if not any(settings.is_configuration(base.name) for base in bases):
            return []
        key = self.first(node.args[0], frame)
        return settings.of_application(self, key.data) if key is not None and isinstance(key.data, str) else []


def _unique(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    seen: set[str] = set()
    for value in values:
        key = repr(value.data) if is_plain(value.data) else str(id(value.data))
        if key not in seen:
            seen.add(key)
            found.append(value)
    return found[:MAX_VALUES]


def _shown(data: object) -> str:
    return data if isinstance(data, str) else str(data)
