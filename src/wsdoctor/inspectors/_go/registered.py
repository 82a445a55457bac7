"""Under which path a handler of Go is registered: by its call, by the variable that holds it, or by who calls it.

The patterns of all routers are read alike: ``mux.Handle("GET /x/", h)``, ``r.PathPrefix("/x").Handler(h)``,
``r.Any("/x/*rest", gin.WrapH(h))``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdoctor.inspectors._go.files import File
from wsdoctor.inspectors._go.functions import arguments, enclosing
from wsdoctor.inspectors._go.values import Values

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Registered", "held", "registered", "registered_as"]

_REGISTER = re.compile(
    rb"\.(?P<verb>Handle|HandleFunc|Handler|HandlerFunc|Any|All|Mount|Use|Add|Match|GET|POST|PUT|PATCH|DELETE|HEAD"
    rb"|Get|Post|Put|Patch|Delete|Head)\s*\("
)
_CHAIN = re.compile(r"\b(?:PathPrefix|Path)\(\s*\"(?P<path>/[^\"]*)\"")
_PATTERN = re.compile(r"(?:[A-Z]+\s+)?(?:[\w.*-]+(?=/))?(?P<path>/.*)")
"""A pattern of `net/http` since Go 1.22, which may begin with a method and a host."""
_GROUP = re.compile(r"\.(?:Group|PathPrefix)\(\s*\"(?P<path>/[^\"]*)\"")
_REST = re.compile(r"(?:\*\w*|\{[\w.]*\.\.\.\}|\{\w+:\.\*\})$")
"""What stands for the rest of a path."""
_CONDITION = re.compile(
    r"(?:HasPrefix\(\s*[\w.]*(?:Path|RequestURI)\s*,\s*|[\w.]*URL\.Path\s*==\s*)\"(?P<path>/[^\"]*)\""
)
_HANDSHAKE = re.compile(r"(?i)IsWebSocketUpgrade\(|\"upgrade\"\)?[^{]*\"websocket\"|\"websocket\"[^{]*\"upgrade\"")
_HOLDERS = ("short_var_declaration", "assignment_statement", "var_spec", "const_spec", "keyed_element")


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a handler is registered.

    Attributes:
        node: the call that does it.
        path: prefix or path, None = all that comes.
        handshakes: whether a condition lets nothing but handshakes come.
        strips: whether the prefix is taken off.

    """

    node: Node
    path: str | None
    handshakes: bool = False
    strips: bool = False


def registered(handler: Node, file: File, values: Values) -> Iterator[Registered]:
    """Yield where a handler is registered in the package of a file.

    Args:
        handler: expression that makes it.
        file: that it stands in.
        values: of the repository.

    """
    name, local = held(handler, file)
    if local or not name:
        yield from _in_file(file, values, name, handler, within=handler if local else None)
    else:
        yield from registered_as(name, file, values)


def registered_as(name: str, file: File, values: Values) -> Iterator[Registered]:
    """Yield where what a variable or a function of a package holds is registered, or a function that calls it."""
    names = [name]
    for other in values.package(file):
        calls = re.compile(rf"\b{re.escape(name)}\.ServeHTTP\(")
        bodies = (*other.source.functions.items(), *((key[1], body) for key, body in other.source.methods.items()))
        names += (function for function, body in bodies if calls.search(other.source.text(body)))
    for other in values.package(file):
        for one in dict.fromkeys(names):
            yield from _in_file(other, values, one)


def _in_file(
    file: File, values: Values, name: str, handler: Node | None = None, *, within: Node | None = None
) -> Iterator[Registered]:
    """Yield where a file registers a handler, or what has a name, in the function around a node if one is given."""
    for match in _REGISTER.finditer(file.source.source):
        call = _call(match.start("verb"), file)
        if call is None or (within is not None and not _same_function(call, within, file)):
            continue
        given = arguments(call)
        for one in given:
            at = _place_in(one, handler, name, file)
            if at is not None:
                yield _registered(call, given, one, at, match["verb"].decode(), file, values)
                break


def _call(at: int, file: File) -> Node | None:
    node = file.source.at(at)
    call = file.source.around(node, "call_expression", "block") if node is not None else None
    return call if call is not None and call.type == "call_expression" else None


def held(handler: Node, file: File) -> tuple[str, bool]:
    """Return the name of what holds a handler, and whether it is a variable of the function around it."""
    up = handler.parent
    while up is not None and up.type not in {"block", "func_literal", "source_file"}:
        if up.type in _HOLDERS:
            name = _name_of(up, handler)
            if name is None:
                return "", False
            text = file.source.text(name)
            inside = up.type != "keyed_element" and "." not in text and enclosing(handler, file) is not None
            return text.rpartition(".")[2], inside
        up = up.parent
    return "", False


def _name_of(holder: Node, handler: Node) -> Node | None:
    """Return the name that a declaration, an assignment or a part of a literal gives to what holds a handler."""
    names = [one for part in holder.named_children[:1] for one in (_listed(part) or [part])]
    given = [one for part in holder.named_children[-1:] for one in (_listed(part) or [part])]
    at = next((number for number, one in enumerate(given) if one.start_byte <= handler.start_byte < one.end_byte), None)
    return names[at] if at is not None and at < len(names) and holder.named_child_count > 1 else None


def _listed(node: Node) -> list[Node]:
    return node.named_children if node.type == "expression_list" else []


def _same_function(one: Node, other: Node, file: File) -> bool:
    first, second = enclosing(one, file), enclosing(other, file)
    return first is not None and second is not None and first.start_byte == second.start_byte


def _place_in(argument: Node, handler: Node | None, name: str, file: File) -> int | None:
    """Return the byte at which an argument holds a handler, itself or by its name; None if it does not."""
    if handler is not None and argument.start_byte <= handler.start_byte < argument.end_byte:
        return handler.start_byte
    if not name:
        return None
    match = re.search(rf"(?<![\w\"]){re.escape(name)}\b(?!\s*[:(\"])", file.source.text(argument))
    return None if match is None else argument.start_byte + len(file.source.text(argument)[: match.start()].encode())


def _registered(
    call: Node, given: list[Node], argument: Node, at: int, verb: str, file: File, values: Values
) -> Registered:
    source = file.source
    path, handshakes = _condition(argument, at, file)
    if path is None and given[0] is not argument:
        text = values.text(given[0], file)
        match = _PATTERN.fullmatch(text.text) if text is not None else None
        path = match["path"] if match is not None else None
    elif path is None and verb in {"Handler", "HandlerFunc"}:
        callee = call.child_by_field_name("function")
        chain = _CHAIN.search(source.text(callee)) if callee is not None else None
        path = chain["path"] if chain is not None else None
    path = _grouped(call, path, file, values)
    around = source.around(call.parent, "call_expression") if call.parent is not None else None
    while around is not None:
        outer = arguments(around)
        callee = around.child_by_field_name("function")
        if callee is not None and source.text(callee).endswith((".Route", ".Group")) and len(outer) > 1:
            prefix = values.text(outer[0], file)
            path = (prefix.text.rstrip("/") if prefix is not None else "") + (path or "")
        around = source.around(around.parent, "call_expression") if around.parent is not None else None
    strips = "StripPrefix(" in source.text(argument)
    return Registered(call, _REST.sub("", path) or "/" if path is not None else None, handshakes, strips)


def _grouped(call: Node, path: str | None, file: File, values: Values) -> str | None:
    """Put the prefix of a group of routes before a path, where a variable of the function holds the group."""
    callee, function = call.child_by_field_name("function"), enclosing(call, file)
    of = callee.child_by_field_name("operand") if callee is not None else None
    name = file.source.text(of) if of is not None and of.type == "identifier" else None
    for one in file.source.find(function, "short_var_declaration") if function is not None and name else ():
        for bound, value in file.source.bound(one):
            match = _GROUP.search(file.source.text(value)) if bound == name else None
            if match is not None and one.start_byte < call.start_byte:
                return match["path"].rstrip("/") + (path or "")
    return path


def _condition(argument: Node, at: int, file: File) -> tuple[str | None, bool]:
    """Return the path that is asked for where a handler is called within another, and whether handshakes are."""
    node = file.source.at(at)
    while node is not None and node.start_byte >= argument.start_byte and node.id != argument.id:
        parent = node.parent
        if parent is not None and parent.type == "if_statement":
            condition, body = parent.child_by_field_name("condition"), parent.child_by_field_name("consequence")
            if condition is not None and body is not None and body.start_byte <= at < body.end_byte:
                asked = file.source.text(condition)
                match = _CONDITION.search(asked)
                if match is not None or _HANDSHAKE.search(asked):
                    return (match["path"] if match is not None else None), _HANDSHAKE.search(asked) is not None
        node = parent
    return None, False
