"""Where functions and classes of the repository are called, and with what: in their own file and in others.

What the name of a call means is asked of `values`; nothing here knows what a connection is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.components import ELEMENTS, elements, used_in
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.tree import FUNCTIONS, modules_with
from wsdoctor.inspectors._javascript.types import Code, Frame, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["CallSite", "call_sites", "called", "frame_of", "name_of"]

_NAME = re.compile(r"[\w$]{2,}")


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call of a function of the repository.

    Attributes:
        function: whose parameters it gives values to.
        whole: what is called: the function itself, or the class that it is the constructor of.
        node: the call, or the element that a component is used as.
        at: what names the function there; an argument where it is handed to what calls it for each of some elements.
        module: that the call stands in.

    """

    function: Node
    whole: Node
    node: Node
    at: Node
    module: Module


def call_sites(node: Node, module: Module, evaluator: Evaluator, everywhere: bool) -> Iterator[CallSite]:
    """Yield the calls of the functions with parameters that a node stands in, the innermost function first.

    Args:
        node: in a module.
        module: that it stands in.
        evaluator: that knows what names mean.
        everywhere: whether to look in other files too.

    """
    for function, whole in _around(node, module):
        name = name_of(function, module)
        if name is None:
            continue
        for other in modules_with(name, module, evaluator.repository) if everywhere else (module,):
            for call, at in called(name, other):
                inside = other is module and function.start_byte <= call.start_byte < function.end_byte
                if not inside and _means(at, other, evaluator, whole, here=other is module):
                    yield CallSite(function, whole, call, at, other)
        for other in used_in(name, module, evaluator.repository):
            for element, at in elements(name, other):
                if _means(at, other, evaluator, whole, here=other is module):
                    yield CallSite(function, whole, element, at, other)


def frame_of(sites: tuple[CallSite, ...], evaluator: Evaluator) -> Frame:
    """Return the values of the parameters of functions that call each other, the innermost first."""
    frame: Frame = ()
    for site in reversed(sites):
        frame = ((site.function.id, _given(site, frame, evaluator)), *frame)
    return frame


def name_of(function: Node, module: Module) -> str | None:
    """Return what a function is called by: its own name, that of what it is assigned to, or that of its class.

    A name of one letter means too many things, and is none.
    """
    name = _name_of(function, module)
    return name if name is not None and _NAME.fullmatch(name) else None


def _name_of(function: Node, module: Module) -> str | None:
    script = module.script
    own = function.child_by_field_name("name")
    up = function.parent
    if function.type == "method_definition" and own is not None:
        if script.text(own) != "constructor":
            return script.key(own)
        named = up.parent.child_by_field_name("name") if up is not None and up.parent is not None else None
        return script.text(named) if named is not None else None
    if own is not None:
        return script.text(own)
    holder = None
    if up is not None:
        holder = up.child_by_field_name("name") or up.child_by_field_name("key") or up.child_by_field_name("left")
    return script.text(holder).rpartition(".")[2] if holder is not None else None


def _around(node: Node, module: Module) -> Iterator[tuple[Node, Node]]:
    """Yield the functions with parameters that a node stands in, each with what is called."""
    up = node.parent
    while up is not None:
        if up.type in FUNCTIONS and _takes(up):
            yield up, up
        elif up.type == "class_body" and up.parent is not None:
            for child in up.named_children:
                name = child.child_by_field_name("name")
                if name is not None and module.script.text(name) == "constructor" and _takes(child):
                    yield child, up.parent
        up = up.parent


def _takes(function: Node) -> bool:
    parameters = function.child_by_field_name("parameters")
    return function.child_by_field_name("parameter") is not None or bool(parameters and parameters.named_children)


def called(name: str, module: Module) -> Iterator[tuple[Node, Node]]:
    """Yield each call of a name, or with it as an argument, and the name in it."""
    for match in re.finditer(rf"(?<![\w$]){re.escape(name)}\s*(?=[(),])".encode(), module.script.source):
        node = module.script.at(match.start(), match.start() + 1)
        up = node.parent if node is not None else None
        if up is not None and up.type in {"member_expression", "arguments"}:
            up = up.parent
        if node is not None and up is not None and up.type in {"call_expression", "new_expression"}:
            yield up, node


def _means(at: Node, module: Module, evaluator: Evaluator, whole: Node, *, here: bool) -> bool:
    """Say whether a name is that of a function or class; a method of what is not known may be in its own file."""
    up = at.parent
    meant = evaluator.values(up if up is not None and up.type == "member_expression" else at, module)
    return any(isinstance(one, Code) and one.node.id == whole.id for one in meant) if meant else here


def _given(site: CallSite, frame: Frame, evaluator: Evaluator) -> tuple[tuple[Value, ...], ...]:
    """Return what a call gives a function, or what it calls the function with that it is handed."""
    if site.node.type in ELEMENTS:
        return ((Code(site.node, site.module, frame),),)
    arguments = site.module.script.arguments(site.node)
    if site.at in arguments:
        callee = site.module.script.callee(site.node)
        of = callee.child_by_field_name("object") if callee is not None else None
        elements = evaluator.elements(evaluator.values(of, site.module, frame), 0) if of is not None else []
        return (tuple(elements),)
    return tuple(tuple(evaluator.values(argument, site.module, frame)) for argument in arguments[:8])
