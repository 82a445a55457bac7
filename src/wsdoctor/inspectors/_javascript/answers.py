"""What request handlers of scripts answer over plain HTTP: which paths, by the conditions before each answer.

A condition that cannot be read may hold for any path, an answer whose status cannot be read may be a success, and what
is handed the response may answer with it: who is told so little accuses no check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.tree import FUNCTIONS
from wsdoctor.inspectors._javascript.types import Code, External, Instance, Value
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._javascript.values import Evaluator

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Answer", "answers"]

Paths = frozenset[str] | None
"""Paths for which a condition holds, ``*`` for any text in them; None where that cannot be told."""

_ENDS = frozenset(("end", "send", "json", "sendFile", "sendStatus", "render", "redirect", "text", "html", "body"))
_STATUS = frozenset(("status", "code", "sendStatus", "writeHead"))
_SUCCESS = range(200, 400)
_ABOUT_PATH = re.compile(r"(?i)path|url|uri|route|endpoint").search
_LITERAL = re.compile(r"/?\^?(?P<text>(?:\\?/|[\w.~-]|\\\.)*)")
_BRANCHES = frozenset(("if_statement", "ternary_expression"))
_LEAVES = frozenset(("return_statement", "throw_statement", "continue_statement", "break_statement"))
_BLOCKS = frozenset(("statement_block", "switch_case", "switch_default"))
_LITTLE = frozenset(("parenthesized_expression", "as_expression", "non_null_expression", "await_expression"))
_MAX_DEPTH = 4
_MAX_NODES = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request handler does with plain HTTP.

    Attributes:
        serves: whether it answers more than single paths.
        paths: single paths that it answers, ``*`` for any text in them.

    """

    serves: bool
    paths: tuple[str, ...] = ()


def answers(handlers: Iterable[Value], evaluator: Evaluator) -> Answer | None:
    """Return what request handlers answer to plain HTTP, None if nothing can be told."""
    for value in handlers:
        if isinstance(value, (Instance, External)):
            return Answer(True)
        if isinstance(value, Code) and value.node.type in FUNCTIONS:
            found = list(_Handler(value, 1, evaluator, 0).answers())
            paths = dict.fromkeys(path for one in found for path in sorted(one or ()))
            return Answer(None in found, tuple(paths) if None not in found else ())
    return None


class _Handler:
    """One function that answers with a response: one of its parameters, or what it returns."""

    def __init__(self, code: Code, position: int, evaluator: Evaluator, depth: int) -> None:
        self.code = code
        self.module: Module = code.module
        self.script = code.module.script
        self.evaluator = evaluator
        self.depth = depth
        parameters = self._parameters()
        self.response = parameters[position] if position < len(parameters) else ""
        self.body = code.node.child_by_field_name("body") or code.node

    def _parameters(self) -> list[str]:
        one = self.code.node.child_by_field_name("parameter")
        if one is not None:
            return [self.script.text(one)]
        several = self.code.node.child_by_field_name("parameters")
        given = [child for child in several.named_children if child.type != "comment"] if several is not None else []
        return [self.script.text(child.child_by_field_name("pattern") or child) for child in given]

    def answers(self) -> Iterator[Paths]:
        """Yield the paths of each answer of success, None for one to any path."""
        pending, looked = [self.body], 0
        while pending and looked < _MAX_NODES:
            node = pending.pop()
            looked += 1
            pending += node.named_children
            if node.type == "call_expression":
                yield from self._called(node)
            elif node.type == "new_expression" and self._made(node) == "Response":
                yield from self._judged(self._option_status(node), node)

    def _made(self, node: Node) -> str:
        made = node.child_by_field_name("constructor")
        return self.script.text(made) if made is not None else ""

    def _called(self, call: Node) -> Iterator[Paths]:
        callee = self.script.callee(call)
        if callee is None:
            return
        name = self._name(callee)
        if self._root(callee) == self.response and callee.type == "member_expression":
            if name in _ENDS:
                yield from self._judged(self._status_of(call), call)
            return
        if self.script.text(callee) in {"Response.json", "Response.redirect"}:
            yield from self._judged(self._option_status(call), call)
            return
        given = [self.script.text(argument) for argument in self.script.arguments(call)]
        if self.response and self.response in given:
            yield from self._handed(call, callee, given.index(self.response))

    def _handed(self, call: Node, callee: Node, position: int) -> Iterator[Paths]:
        """Yield what a function answers that is handed the response."""
        conditions = [*self._conditions(call), self._true(callee)]
        if self._name(callee) == "pipe":
            yield from self._judged(None, call)
            return
        functions = [
            one
            for one in self.evaluator.values(callee, self.module, self.code.frame)
            if isinstance(one, Code) and one.node.type in FUNCTIONS
        ]
        if not functions or self.depth >= _MAX_DEPTH:
            yield _narrowest(conditions)
        given = tuple(
            tuple(self.evaluator.values(argument, self.module, self.code.frame))
            for argument in self.script.arguments(call)[:8]
        )
        for one in functions if self.depth < _MAX_DEPTH else ():
            inner = Code(one.node, one.module, (*one.frame, (one.node.id, given)))
            for paths in _Handler(inner, position, self.evaluator, self.depth + 1).answers():
                yield _narrowest([*conditions, paths])

    def _judged(self, status: Node | None, node: Node) -> Iterator[Paths]:
        numbers = self._numbers(status) if status is not None else [200]
        if not numbers or any(number in _SUCCESS for number in numbers):
            yield _narrowest(self._conditions(node))

    def _numbers(self, status: Node) -> list[int]:
        texts = self.evaluator.texts(status, self.module, self.code.frame)
        return [int(one.text) for one in texts if one.text.isdecimal()]

    def _status_of(self, call: Node) -> Node | None:
        """Return the status that an answer is given with: by its own chain of calls, or by a statement before it."""
        link: Node | None = call
        while link is not None and link.type in {"call_expression", "member_expression"}:
            if (found := self._sets_status(link)) is not None:
                return found
            link = link.child_by_field_name("function") or link.child_by_field_name("object")
        here: Node = call
        while here.parent is not None and here.id != self.body.id:
            before = here.prev_named_sibling if here.parent.type in _BLOCKS else None
            while before is not None:
                if before.type == "expression_statement" and (found := self._status_in(before)) is not None:
                    return found
                before = before.prev_named_sibling
            here = here.parent
        return None

    def _status_in(self, statement: Node) -> Node | None:
        inner = statement.named_children[0] if statement.named_children else statement
        if inner.type == "assignment_expression":
            left = inner.child_by_field_name("left")
            sets = left is not None and self.script.text(left) == f"{self.response}.statusCode"
            return inner.child_by_field_name("right") if sets else None
        while inner.type == "call_expression":
            if (found := self._sets_status(inner)) is not None:
                return found
            callee = self.script.callee(inner)
            inner = (callee.child_by_field_name("object") if callee is not None else None) or statement
        return None

    def _sets_status(self, call: Node) -> Node | None:
        callee = self.script.callee(call) if call.type == "call_expression" else None
        if callee is None or self._name(callee) not in _STATUS or self._root(callee) != self.response:
            return None
        return next(iter(self.script.arguments(call)), None)

    def _option_status(self, call: Node) -> Node | None:
        settings = self.script.arguments(call)[1:2]
        if settings and settings[0].type == "object":
            return self.script.property(settings[0], "status")
        return settings[0] if settings and settings[0].type == "number" else None

    def _name(self, callee: Node) -> str:
        last = callee.child_by_field_name("property") if callee.type == "member_expression" else callee
        return self.script.text(last) if last is not None else ""

    def _root(self, node: Node) -> str:
        inner: Node | None = node
        while inner is not None and inner.type in {"member_expression", "call_expression"}:
            inner = inner.child_by_field_name("object") or self.script.callee(inner)
        return self.script.text(inner) if inner is not None else ""

    def _conditions(self, node: Node) -> list[Paths]:
        """Return the paths for which each condition holds that is passed on the way to a node."""
        found: list[Paths] = []
        here = node
        while here.id != self.body.id and here.parent is not None:
            up = here.parent
            test = up.child_by_field_name("condition")
            if up.type in _BRANCHES and test is not None and here.id != test.id:
                first = up.child_by_field_name("consequence")
                found.append(self.constraint(test, holds=first is not None and here.id == first.id))
            elif up.type == "binary_expression" and self._is_right(here, up):
                left, sign = up.child_by_field_name("left"), self._sign(up)
                found.append(self.constraint(left, holds=sign == "&&") if left is not None else None)
            elif up.type == "switch_case":
                found.append(self._case(up))
            before = here.prev_named_sibling if up.type in _BLOCKS else None
            while before is not None:
                left_by = before.child_by_field_name("consequence") if before.type == "if_statement" else None
                condition = before.child_by_field_name("condition")
                if left_by is not None and condition is not None and _leaves(left_by):
                    found.append(self.constraint(condition, holds=False))
                before = before.prev_named_sibling
            here = up
        return found

    def _is_right(self, node: Node, up: Node) -> bool:
        right = up.child_by_field_name("right")
        return right is not None and right.id == node.id and self._sign(up) in {"&&", "||", "??"}

    @staticmethod
    def _sign(node: Node) -> str:
        operator = node.child_by_field_name("operator")
        return operator.type if operator is not None else ""

    def _case(self, case: Node) -> Paths:
        """Return the paths of a case, with those of the cases before it that fall through."""
        found: set[str] = set()
        one: Node | None = case
        while one is not None and one.type == "switch_case":
            value = one.child_by_field_name("value")
            found.update(_as_paths(self._texts(value)) if value is not None else ())
            one = one.prev_named_sibling
            if one is None or one.child_by_field_name("body") is not None:
                break
        return frozenset(found) or None

    def constraint(self, test: Node, *, holds: bool = True) -> Paths:
        """Return the paths for which a condition holds, or does not."""
        while test.type in _LITTLE and test.named_children:
            test = test.named_children[0]
        if test.type == "unary_expression" and self._sign(test) == "!":
            inner = test.child_by_field_name("argument")
            return self.constraint(inner, holds=not holds) if inner is not None else None
        if test.type != "binary_expression":
            return self._true(test) if holds else None
        left, right, sign = test.child_by_field_name("left"), test.child_by_field_name("right"), self._sign(test)
        if left is None or right is None:
            return None
        if sign in {"&&", "||"}:
            parts = [self.constraint(left, holds=holds), self.constraint(right, holds=holds)]
            return _narrowest(parts) if (sign == "&&") is holds else _union(parts)
        if right.type in {"null", "undefined"} and sign[0] in "!=":
            return self.constraint(left, holds=(sign[0] == "!") is holds)
        if sign == "in" and holds:
            return self._keys(right)
        if (sign in {"===", "=="}) is not holds or sign[0] not in "!=":
            return None
        about = _ABOUT_PATH(self.script.text(left)) or _ABOUT_PATH(self.script.text(right))
        texts = [text for side in (left, right) for text in self._texts(side)]
        return frozenset(_as_paths(texts, words=about is not None)) or None

    def _true(self, test: Node) -> Paths:
        """Return the paths for which an expression is true."""
        if test.type == "identifier":
            binding = self.script.lookup(test, self.script.text(test))
            inner = binding.node if binding is not None and binding.kind == "value" and not binding.path else None
            return self.constraint(inner) if inner is not None and inner.id != test.id else None
        if test.type == "subscript_expression":
            of = test.child_by_field_name("object")
            return self._keys(of) if of is not None else None
        callee = self.script.callee(test) if test.type == "call_expression" else None
        if callee is None:
            return None
        of = callee.child_by_field_name("object")
        arguments = self.script.arguments(test)
        name = self._name(callee)
        if of is None or not arguments:
            return None
        return self._asked(name, of, arguments[0])

    def _asked(self, name: str, of: Node, argument: Node) -> Paths:
        """Return the paths for which a method of a path, of a collection or of a pattern says yes."""
        if name == "startsWith":
            return frozenset(f"{text}*" for text in _as_paths(self._texts(argument))) or None
        if name == "endsWith":
            return frozenset(f"*{text}" for text in self._texts(argument)) or None
        if name == "includes" and (texts := self._texts(argument)) and _ABOUT_PATH(self.script.text(of)):
            return frozenset(f"*{text}*" for text in texts)
        if name in {"has", "get", "includes", "indexOf", "hasOwnProperty"}:
            return self._keys(of)
        if name in {"test", "match", "exec"}:
            return self._pattern(of if name != "match" else argument)
        return None

    def _pattern(self, node: Node) -> Paths:
        if node.type == "identifier":
            binding = self.script.lookup(node, self.script.text(node))
            node = binding.node if binding is not None and binding.kind == "value" else node
        match = _LITERAL.match(self.script.text(node)) if node.type == "regex" else None
        text = match["text"] if match is not None else ""
        if match is not None and self.script.text(node)[match.end() : match.end() + 1] in {"?", "*", "{"}:
            text = text[:-1]
        text = text.replace("\\", "")
        return frozenset((f"{text}*",)) if text.startswith("/") else None

    def _keys(self, node: Node) -> Paths:
        """Return the paths that a table, a set or an array of the repository has."""
        found: list[str] = []
        for value in self.evaluator.values(node, self.module, self.code.frame):
            if isinstance(value, Code) and value.node.type == "object":
                keys = (child.child_by_field_name("key") for child in value.node.named_children)
                found += (value.module.script.key(key) or "" for key in keys if key is not None)
            elif isinstance(value, Code) and value.node.type == "array":
                found += (one.text for one in self.evaluator.elements([value], 0) if isinstance(one, Text))
            elif isinstance(value, Instance) and isinstance(value.of, External) and value.of.name in {"Set", "Map"}:
                for item in self._items(value):
                    first = item.named_children[0] if item.type == "array" and item.named_children else item
                    found += (one.text for one in self.evaluator.texts(first, value.module))
        return frozenset(_as_paths(found)) or None

    @staticmethod
    def _items(value: Instance) -> Iterator[Node]:
        arguments = value.module.script.arguments(value.node)
        if arguments and arguments[0].type == "array":
            yield from arguments[0].named_children

    def _texts(self, node: Node) -> list[str]:
        return [one.text for one in self.evaluator.texts(node, self.module, self.code.frame)]


def _leaves(node: Node) -> bool:
    last = node.named_children[-1] if node.type == "statement_block" and node.named_children else node
    return last.type in _LEAVES


def _as_paths(texts: Iterable[str], *, words: bool = False) -> Iterator[str]:
    for text in texts:
        if text.startswith("/"):
            yield text.partition("?")[0]
        elif words and re.fullmatch(r"[\w.-]+", text):
            yield f"/{text}"
            yield f"/{text}/*"


def _narrowest(conditions: list[Paths]) -> Paths:
    """Return the paths for which all conditions hold, as far as they can be told."""
    return min((paths for paths in conditions if paths is not None), key=len, default=None)


def _union(conditions: list[Paths]) -> Paths:
    """Return the paths for which one of the conditions holds."""
    return None if None in conditions else frozenset(path for paths in conditions for path in paths or ())
