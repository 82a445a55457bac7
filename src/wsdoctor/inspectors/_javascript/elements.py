"""What elements make a browser ask for: attributes of JSX, attributes that scripts set, and properties that lead away.

`requests` finds the candidates and drives this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.arguments import Arguments
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.sinks import RESOURCES, Sink
from wsdoctor.inspectors._javascript.types import External, Frame, Instance
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._javascript.values import Evaluator

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Elements", "Request"]

_CHOSEN = re.compile(r"(?:\$|jQuery|document\.querySelector)\(\s*[\"'`](?P<name>\w+)")
"""An element that a selector names."""


@dataclass(frozen=True, slots=True)
class Request:
    """A place that opens a connection.

    Attributes:
        node: the call, assignment or attribute.
        at: the node that names what connects, which is on its line.
        sink: what it speaks.
        urls: where it may go to.
        product: library, None = that of the platform.
        module: that the nodes stand in where it is not the one that was read.

    """

    node: Node
    at: Node
    sink: Sink
    urls: tuple[Text, ...]
    product: str | None = None
    module: Module | None = None


class Elements(Arguments):
    """Reads the attributes of elements, and what else is assigned that makes a browser connect."""

    def __init__(self, module: Module, evaluator: Evaluator, frame: Frame) -> None:
        super().__init__(module, evaluator, frame)
        self.script = module.script

    def whole(self, node: Node, kind: str, field: str) -> Node | None:
        """Return the call or ``new`` of which a node is the end of the callee."""
        up = node.parent
        callee = node
        if up is not None and up.type == "member_expression" and up.child_by_field_name("property") == node:
            callee, up = up, up.parent
        if up is not None and up.type == "await_expression" and up.parent is not None and up.parent.type == kind:
            callee, up = up, up.parent
        if up is not None and up.type == kind and up.child_by_field_name(field) == callee:
            return up
        return None

    def _assign(self, node: Node) -> Iterator[Request]:
        whole = node
        while whole.parent is not None and whole.type in {"identifier", "property_identifier", "member_expression"}:
            whole = whole.parent
        if whole.type != "assignment_expression":
            return
        left, right = whole.child_by_field_name("left"), whole.child_by_field_name("right")
        if left is None or right is None:
            return
        name = self.script.text(left)
        if name.endswith((".baseURL", ".prefixUrl")):
            if "defaults" in name or b"interceptors" in self.script.source:
                yield Request(whole, node, Sink("http", "client-code", (), None), self.texts(right), "axios")
        elif name.endswith("http.options.root"):
            yield Request(whole, node, Sink("http", "client-code", (), None), self.texts(right), "vue-resource")
        else:
            attribute = name.rpartition(".")[2]
            kind = self._kind_of(left.child_by_field_name("object"), attribute)
            yield Request(whole, node, Sink("http", kind), self.texts(right))

    def _kind_of(self, element: Node | None, attribute: str) -> str:
        """Return what an attribute makes a browser do: of an element that the script makes, as that element does."""
        written = self.script.text(element) if element is not None else ""
        if (chosen := _CHOSEN.match(written)) is not None:
            return RESOURCES.get(chosen["name"], ("", "navigation"))[1]
        for value in self.values(element) if element is not None and element.type == "identifier" else ():
            if isinstance(value, Instance) and isinstance(value.of, External) and value.arguments:
                names = [one.text for one in value.arguments[0] if isinstance(one, Text)]
                if value.of.name == "document.createElement" and names and names[0] in RESOURCES:
                    return RESOURCES[names[0]][1]
        return "subresource" if attribute in {"src", "data"} else "navigation"

    def _given(self, node: Node) -> Iterator[Request]:
        """Yield what an attribute asks for that a call sets, and what a copy of a request of Angular asks for."""
        whole = self.whole(node, "call_expression", "function")
        arguments = self.script.arguments(whole) if whole is not None else []
        if whole is None or not arguments:
            return
        if self.script.text(node) == "clone":
            url = self.script.property(arguments[0], "url") if b"@angular/" in self.script.source else None
            if url is not None:
                yield Request(whole, url, Sink("http", "client-code", (), None), self.texts(url), "angular")
        elif len(arguments) > 1:
            of = node.parent.child_by_field_name("object") if node.parent is not None else None
            kind = self._kind_of(of, self.script.string(arguments[0]) or "")
            yield Request(whole, node, Sink("http", kind), self.texts(arguments[1]))

    def _attribute(self, node: Node) -> Iterator[Request]:
        attribute = node.parent
        element = attribute.parent if attribute is not None else None
        if attribute is None or attribute.type != "jsx_attribute" or element is None:
            return
        name = element.child_by_field_name("name")
        kinds = RESOURCES.get(self.script.text(name).lower()) if name is not None else None
        if kinds is None or kinds[0] != self.script.text(node).lower():
            return
        value = attribute.named_children[-1]
        if value.type == "jsx_expression":
            value = value.named_children[0] if value.named_children else value
        yield Request(attribute, node, Sink("http", kinds[1]), self.texts(value))

    def _uri(self, node: Node) -> Iterator[Request]:
        """Yield the source of an image of React Native."""
        up = node.parent
        for _ in range(6):
            if up is None or up.type == "jsx_attribute":
                break
            up = up.parent
        pair = node.parent
        if up is None or up.type != "jsx_attribute" or pair is None or pair.type != "pair":
            return
        if self.script.text(up).startswith("source"):
            yield Request(pair, node, Sink("http", "subresource"), self.texts(pair.child_by_field_name("value")))
