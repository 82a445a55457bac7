"""Calls that start a server in Go: where its address and its handler stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdoctor.inspectors._go.files import File
from wsdoctor.inspectors._go.functions import arguments, enclosing

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._go.values import Values

__all__ = ["LISTEN", "Started", "started"]

LISTEN = re.compile(
    rb"(?P<serve>ListenAndServe)(?<=\bListenAndServe)(?:TLS)?\s*\("
    rb"|\.(?:(?P<router>Run|Start|StartTLS|Listen|RunTLS)|(?<=\bhttp\.)(?P<http>Serve(?:TLS)?)"
    rb"|(?P<socket>Serve(?:TLS)?))\s*\("
)
"""Such calls, from the dot on where there is one, for `re` is quick to find a plain character."""

_ROUTERS = r"gin\.(?:Default|New)|echo\.New|fiber\.New|iris\.\w+"
_ROUTER_TYPES = r"gin\.Engine|echo\.Echo|fiber\.App|iris\.Application"
_HTTP = ("http", "fasthttp", "endless", "graceful")


@dataclass(frozen=True, slots=True)
class Started:
    """A server that is started.

    Attributes:
        address: where it listens, None = unknown or the default.
        handler: that serves, None = the default router of `net/http`.
        file: that the address stands in.
        handler_file: that the handler stands in.
        tls: whether it speaks TLS.
        default: port where no address is given.
        library: of WebSockets whose own server it is, ``""`` = none.

    """

    address: Node | None
    handler: Node | None
    file: File
    handler_file: File
    tls: bool = False
    default: int | None = None
    library: str = ""


def started(match: re.Match[bytes], call: Node, given: list[Node], file: File, values: Values) -> Started | None:
    """Return the server that a call starts, None if it starts none.

    Args:
        match: of `LISTEN`.
        call: that is made.
        given: its arguments.
        file: that it stands in.
        values: of the repository.

    """
    callee = call.child_by_field_name("function")
    name = file.source.text(callee) if callee is not None else ""
    of = callee.child_by_field_name("operand") if callee is not None else None
    tls = "TLS" in name
    if match.lastgroup == "http":
        address, where = _listened(given[0], file, values) if given else (None, file)
        handler = given[1] if len(given) > 1 else None
        return Started(address, handler, where, file, tls)
    if match.lastgroup == "router":
        return _router(name, of, given, file, tls, values)
    if match.lastgroup == "socket":
        holder = _server(of, call, file, values) if of is not None else None
        if holder is None or not given:
            return None
        address, where = _listened(given[0], file, values)
        handler, handler_file = _part(holder[0], "Handler", of, holder[1], file)
        return Started(address, handler, where, handler_file, tls)
    if "." not in name or name.partition(".")[0] in _HTTP:
        return Started(given[0] if given else None, given[-1] if len(given) > 1 else None, file, file, tls)
    holder = _server(of, call, file, values) if of is not None else None
    if holder is None:
        return None
    literal, other = holder
    handler, handler_file = _part(literal, "Handler", of, other, file)
    address, address_file = (given[0], file) if given and not tls else _part(literal, "Addr", of, other, file)
    if address is None:
        return None
    return Started(address, handler, address_file, handler_file, tls)


def _router(name: str, of: Node | None, given: list[Node], file: File, tls: bool, values: Values) -> Started | None:
    last = name.rpartition(".")[0].rpartition(".")[2]
    if not last.isidentifier():
        return None
    package = values.package(file)
    if any(re.search(rf"\b{last}\s*:?=\s*gws\.NewServer\(".encode(), one.source.source) for one in package):
        return Started(given[0] if given else None, of, file, file, tls, library="lxzan/gws")
    made = re.compile(rf"\b{last}\s*(?::=|=|:)\s*(?:{_ROUTERS})\(|\b{last}\s+\*(?:{_ROUTER_TYPES})\b".encode())
    if not any(made.search(one.source.source) for one in package) and not _returned(last, file, values):
        return None
    default = 8080 if name.endswith(".Run") and not given else None
    return Started(given[0] if given else None, of, file, file, tls, default)


def _returned(name: str, file: File, values: Values) -> bool:
    """Say whether a variable holds what a function returns that is declared to return a router."""
    for match in re.finditer(rf"\b{name}\s*:?=\s*(?=[\w.]+\()".encode(), file.source.source):
        node = file.source.at(match.end())
        call = file.source.around(node, "call_expression", "block") if node is not None else None
        callee = call.child_by_field_name("function") if call is not None else None
        for function, other in values.functions(callee, file) if callee is not None else ():
            result = function.child_by_field_name("result")
            if result is not None and re.search(_ROUTER_TYPES, other.source.text(result)):
                return True
    return False


def _listened(node: Node, file: File, values: Values) -> tuple[Node | None, File]:
    """Return the address of a socket that ``net.Listen(…)`` made, and the file that it stands in."""
    address = _listening(node, file)
    if address is not None:
        return address, file
    name = file.source.text(node)
    function = enclosing(node, file)
    for within in (function, file.source.root):
        found = None
        for one in (
            file.source.find(within, "short_var_declaration", "assignment_statement") if within is not None else ()
        ):
            for bound, value in file.source.bound(one):
                if bound == name:
                    found = _listening(value, file) or found
                    callee = value.child_by_field_name("function") if value.type == "call_expression" else None
                    for body, other in values.functions(callee, file) if callee is not None and found is None else ():
                        inner = next(
                            (a for c in other.source.find(body, "call_expression") if (a := _listening(c, other))), None
                        )
                        if inner is not None:
                            values.bind(body, other, value, file)
                            return inner, other
        if found is not None:
            return found, file
    return None, file


def _listening(node: Node, file: File) -> Node | None:
    callee = node.child_by_field_name("function") if node.type == "call_expression" else None
    if callee is None or not re.search(r"\bListen(?:TCP)?$", file.source.text(callee)):
        return None
    given = arguments(node)
    return next((one for one in given[1:] if file.source.text(one) != "nil" and one.type != "identifier"), None) or (
        given[1] if len(given) > 1 else None
    )


def _server(of: Node, call: Node, file: File, values: Values) -> tuple[Node, File] | None:
    """Return the literal of the ``http.Server`` that an expression holds and its file, None if that is not sure."""
    within = list(_literals(of, file))
    if within:
        return within[0], file
    last = file.source.text(of).rpartition(".")[2].rstrip(")")
    function = enclosing(call, file)
    near = [(one, file) for one in _literals(function, file)] if function is not None else []
    here = [(one, file) for one in _literals(file.source.root, file)]
    package = [
        (one, other)
        for other in values.package(file)
        if other is not file
        for one in _literals(other.source.root, other)
    ]
    for found in (near, here, package):
        named = [(one, other) for one, other in found if _holds(one, last, other)]
        if named:
            return named[0]
    known = near or here or package
    return known[0] if len(known) == 1 else None


def _literals(node: Node, file: File) -> Iterator[Node]:
    for literal in file.source.find(node, "composite_literal") if file.source.holds("http.Server") else ():
        kind = literal.child_by_field_name("type")
        if kind is not None and file.source.text(kind) == "http.Server":
            yield literal


def _holds(literal: Node, name: str, file: File) -> bool:
    holder = file.source.around(literal, "short_var_declaration", "assignment_statement", "var_spec", "keyed_element")
    return (
        holder is not None
        and re.search(rf"\b{re.escape(name)}\b", file.source.text(holder).partition("{")[0]) is not None
    )


def _part(literal: Node, name: str, of: Node | None, file: File, here: File) -> tuple[Node | None, File]:
    """Return a field of a server: of its literal, or as it is set later."""
    if (found := _field(literal, name, file)) is not None:
        return found, file
    held = here.source.text(of) if of is not None else ""
    for one in here.source.find(here.source.root, "assignment_statement") if held else ():
        for bound, value in here.source.bound(one):
            if bound == f"{held}.{name}":
                return value, here
    return None, file


def _field(literal: Node, name: str, file: File) -> Node | None:
    body = literal.child_by_field_name("body")
    for element in body.named_children if body is not None else ():
        if element.type == "keyed_element" and file.source.text(element.named_children[0]) == name:
            value = element.named_children[-1]
            return value.named_children[0] if value.type == "literal_element" and value.named_children else value
    return None
