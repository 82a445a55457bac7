"""The connections that a script opens, with the URLs that they may go to.

Candidates found in the bytes of the file say where it is worth looking at the tree; comments and texts fall away
there, for nothing in them is a call. What may call the WebSocket port is for others to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.arguments import METHODS, combined
from wsdoctor.inspectors._javascript.call_sites import CallSite, call_sites, frame_of
from wsdoctor.inspectors._javascript.candidates import Candidate, candidates
from wsdoctor.inspectors._javascript.components import ELEMENTS
from wsdoctor.inspectors._javascript.elements import Elements, Request
from wsdoctor.inspectors._javascript.holders import bound_in
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.sinks import CONFIGURED, VERBS, Sink, called, constructed
from wsdoctor.inspectors._javascript.types import Client, Code, External, Frame, Instance, Value
from wsdoctor.inspectors._javascript.urls import HOLE, Text, split
from wsdoctor.inspectors._javascript.values import Evaluator

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Request", "requests_in"]

_MAX_CANDIDATES = 4000
_MAX_CLASSES = 5
_OPEN_PORT = re.compile(rf"[a-z]*:?//[^/?#]*:{HOLE}(?=[/?#{HOLE}]|$)")
_NO_HOST = re.compile(rf"{HOLE}:\d{{2,5}}(?=[/?#]|$)")


def requests_in(
    module: Module, evaluator: Evaluator, frame: Frame = (), within: Node | None = None, depth: int = 0
) -> Iterator[Request]:
    """Yield the connections of a script.

    Args:
        module: to read.
        evaluator: that follows values.
        frame: values of parameters that are known.
        within: node to look in, None = the whole script.
        depth: how many calls of the repository's own functions were followed to get here.

    """
    start, end = (within.start_byte, within.end_byte) if within is not None else (0, len(module.script.source))
    finder = _Finder(module, evaluator, frame, depth)
    for one in candidates(module.script.source, finder.bound, start, end)[:_MAX_CANDIDATES]:
        for request in finder.look(one):
            yield request
            if not frame and not any(map(_goes_somewhere, request.urls)):
                yield from finder.at_calls(one, request)


class _Finder(Elements):
    def __init__(self, module: Module, evaluator: Evaluator, frame: Frame, depth: int) -> None:
        super().__init__(module, evaluator, frame)
        self.depth = depth
        bound = module.memory.get("names of libraries")
        if not isinstance(bound, frozenset):
            bound = bound_in(module.script.source)
            module.memory["names of libraries"] = bound
        self.bound = bound

    def look(self, one: Candidate) -> Iterator[Request]:
        node = self.script.at(one.at, one.at + 1)
        if node is None or node.type in {"comment", "string_fragment", "regex_pattern", "template_string", "ERROR"}:
            return
        reader = getattr(self, f"_{one.kind}")
        yield from reader(node)

    def at_calls(self, one: Candidate, request: Request, inner: tuple[CallSite, ...] = ()) -> Iterator[Request]:
        """Yield what a candidate opens with what those give who call the functions that it stands in.

        Args:
            one: the candidate.
            request: what is known of it.
            inner: calls that lead to it, the innermost first.

        """
        everywhere = any(_OPEN_PORT.match(text.text) for text in request.urls)
        for site in call_sites(inner[-1].node if inner else request.node, self.module, self.evaluator, everywhere):
            sites = (*inner, site)
            finder = _Finder(self.module, self.evaluator, frame_of(sites, self.evaluator), self.depth + 1)
            told = [each for each in finder.look(one) if any(map(_goes_somewhere, each.urls))]
            for each in told:
                if site.node.type in ELEMENTS:
                    yield each
                    continue
                urls = each.urls
                for function in sites:
                    urls = _outside(urls, function.whole, self.module)
                yield replace(each, node=site.node, at=site.at, module=site.module, urls=urls)
            if not told and not inner and site.module is self.module:
                yield from self.at_calls(one, request, sites)

    def _new(self, node: Node) -> Iterator[Request]:
        while node.parent is not None and node.parent.type == "member_expression":
            node = node.parent
        whole = node.parent
        if whole is None or whole.type != "new_expression":
            return
        arguments = self.script.arguments(whole)
        if not arguments:
            return
        binding = self.script.lookup(node, self.script.text(node)) if node.type == "identifier" else None
        if binding is not None and binding.source.startswith((".", "@/")) and not self._goes(arguments):
            return
        for value in self.values(node):
            if isinstance(value, External) and (sink := constructed(value.name)) is not None:
                urls = self.url(arguments[0], sink)
                yield Request(whole, node, sink, urls, _product(value.name))
            elif isinstance(value, Code) and value.node.type.startswith(("class", "abstract_class")):
                yield from self._within(value, whole, node, arguments)

    def _call(self, node: Node) -> Iterator[Request]:
        node = node.parent if node.type == "import" and node.parent is not None else node
        whole = self.whole(node, "call_expression", "function")
        if whole is None or node.type not in {"identifier", "import"}:
            return
        arguments = self.script.arguments(whole)
        if not arguments:
            return
        if node.type == "import":
            yield Request(whole, node, Sink("http", "subresource"), self.texts(arguments[0]))
            return
        name = self.script.text(node)
        binding = self.script.lookup(node, name)
        if binding is None or (binding.kind == "import" and not binding.source.startswith((".", "@/", "~", "$lib"))):
            values = self.values(node)
        elif binding.kind == "parameter" and name == "fetch" and binding.path:
            values = [External(name)]
        elif binding.kind in {"function", "import"} or binding.node.type in {"arrow_function", "function_expression"}:
            yield from self._wrapper(node, whole, arguments)
            return
        elif binding.kind == "value":
            values = self.values(node)
        elif binding.kind == "parameter" and name == "fetch":
            values = [External(name)]
        else:
            return
        for value in values:
            yield from self._opened(value, whole, node, arguments)

    def _method(self, node: Node) -> Iterator[Request]:
        whole = self.whole(node, "call_expression", "function")
        if whole is None or node.parent is None:
            return
        arguments = self.script.arguments(whole)
        of = node.parent.child_by_field_name("object")
        if of is None or not arguments:
            return
        verb = self.script.text(node)
        if verb == "withUrl":
            if "HubConnectionBuilder" in self.script.text(of)[:2000]:
                yield Request(whole, node, Sink("signalr", "realtime-client", (), "POST"), self.texts(arguments[0]))
            return
        if verb == "load":
            if b"$" in self.script.source[of.start_byte : of.start_byte + 7]:
                yield Request(whole, node, Sink("http", "client-code"), self.texts(arguments[0]), "jquery")
            return
        if verb == "loadURL":
            yield Request(whole, node, Sink("http", "navigation"), self.texts(arguments[0]), "electron")
            return
        if verb == "addAll":
            yield from self._list(whole, node, arguments[0])
            return
        if verb == "open" and (request := self._opened_request(of, whole, node, arguments)) is not None:
            yield request
            return
        for value in self.values(of):
            if isinstance(value, Client):
                yield from self._of_client(value, verb, whole, node, arguments)
            elif isinstance(value, External):
                name = verb if value.name in {"window", "globalThis", "self"} else f"{value.name}.{verb}"
                yield from self._opened(External(name), whole, node, arguments)
            elif isinstance(value, Instance) and isinstance(value.of, External):
                yield from self._opened(External(f"{value.of.name}.{verb}"), whole, node, arguments)

    def _opened_request(self, of: Node, whole: Node, node: Node, arguments: list[Node]) -> Request | None:
        """Return what ``XMLHttpRequest.open(method, url)`` opens."""
        if len(arguments) < 2:
            return None
        method = next((text.text.upper() for text in self.texts(arguments[0])), None)
        known = any(
            isinstance(value, Instance) and isinstance(value.of, External) and "XMLHttpRequest" in value.of.name
            for value in self.values(of)
        )
        if not known and method not in METHODS:
            return None
        sink = Sink("http", "client-code", (), method if method in METHODS else None)
        return Request(whole, node, sink, self.texts(arguments[1]), "XMLHttpRequest")

    def _list(self, whole: Node, node: Node, argument: Node) -> Iterator[Request]:
        for value in self.values(argument):
            for text in self.evaluator.elements([value], 0):
                if isinstance(text, Text):
                    yield Request(whole, node, Sink("http", "client-code"), (text,))

    def _opened(self, value: Value, whole: Node, at: Node, arguments: list[Node]) -> Iterator[Request]:
        if isinstance(value, Client):
            yield from self._of_client(value, "", whole, at, arguments)
        if not isinstance(value, External):
            return
        if (sink := CONFIGURED.get(value.name)) is not None:
            yield Request(whole, at, sink, self.url(arguments[0], sink), _product(value.name))
        elif (shape := called(value.name)) is not None:
            yield from self._library(*shape, value.name, whole, at, arguments)
        elif value.name.endswith((".create", ".extend")):
            library = value.name.rpartition(".")[0]
            if called(library) is not None:
                for client in self.values(whole):
                    if isinstance(client, Client):
                        yield Request(whole, at, Sink("http", "client-code", (), None), client.bases, _product(library))

    def _library(
        self, shape: str, verb: str, name: str, whole: Node, at: Node, arguments: list[Node]
    ) -> Iterator[Request]:
        options = arguments[1:3]
        method = self.verb(verb, options if verb in {"", "request", "fetch", "ajax", "raw", "json"} else [])
        first = arguments[0]
        urls = self.texts(first)
        if shape == "angular" and verb == "request" and len(arguments) > 1:
            method = next((text.text.upper() for text in urls), None)
            urls = self.texts(arguments[1])
        elif not urls:
            given = self.values(first)
            urls = self.described(given, "https" if name.startswith("https") else "http")
            if not urls and shape == "fetch":
                urls = tuple(
                    one.arguments[0][0]
                    for one in given
                    if isinstance(one, Instance)
                    and one.arguments
                    and one.arguments[0]
                    and isinstance(one.arguments[0][0], Text)
                )
            if verb in {"", "request", "ajax"}:
                method = self.verb("", [first])
        elif shape == "fetch" and verb not in METHODS and options:
            bases = [one for key in ("baseURL", "baseUrl", "prefixUrl") for one in self._option(options[0], key)]
            urls = tuple(combined(base, url) for base in bases for url in urls) or urls
        elif shape == "node" and options:
            method = self.verb(verb if verb == "get" else "", options)
        yield Request(whole, at, Sink("http", "client-code", (), method), urls, _product(name))

    def _option(self, node: Node, name: str) -> list[Text]:
        found = self.evaluator.member(self.values(node), name, self.module, 0)
        return [one for one in found if isinstance(one, Text)]

    def _of_client(self, client: Client, verb: str, whole: Node, at: Node, arguments: list[Node]) -> Iterator[Request]:
        if verb and verb not in VERBS:
            return
        method = self.verb(verb, arguments[:2])
        texts = self.texts(arguments[0]) or self.described(self.values(arguments[0]), "http") or (Text("/"),)
        urls: list[Text] = []
        for text in texts:
            urls += [combined(base, text) for base in client.bases] or [text]
        yield Request(whole, at, Sink("http", "client-code", (), method), tuple(urls), _product(client.library))

    def _goes(self, arguments: list[Node]) -> bool:
        return any(_goes_somewhere(text) for one in arguments[:3] for text in self.texts(one))

    def _wrapper(self, node: Node, whole: Node, arguments: list[Node]) -> Iterator[Request]:
        """Yield what a function of the repository opens when it is given a URL."""
        given = tuple(tuple(self.values(argument)) for argument in arguments[:8])
        ports = any(_port(one) for values in given[:3] for one in values)
        if self.depth > 1 or not (ports or self._goes(arguments)):
            return
        for value in self.values(node):
            if isinstance(value, Code) and "function" in value.node.type:
                frame: Frame = (*value.frame, (value.node.id, given))
                inner = requests_in(value.module, self.evaluator, frame, value.node, self.depth + 1)
                yield from (
                    replace(one, node=whole, at=node, urls=_outside(one.urls, value.node, value.module))
                    for one in inner
                    if _told(one, given)
                )
            elif isinstance(value, (Client, External)):
                yield from self._opened(value, whole, node, arguments)

    def _within(self, value: Code, whole: Node, node: Node, arguments: list[Node]) -> Iterator[Request]:
        """Yield what the methods of a class open when its constructor is given a URL, or a port."""
        given = tuple(tuple(self.values(argument)) for argument in arguments[:8])
        ports = any(_port(one) for values in given[:3] for one in values)
        if self.depth > 1 or not (ports or self._goes(arguments)):
            return
        classes = self._classes(value)
        constructor = next((found for one in classes if (found := _constructor(one)) is not None), None)
        if constructor is None:
            return
        for one in classes:
            frame: Frame = ((constructor.id, given),)
            inner = requests_in(one.module, self.evaluator, frame, one.node, self.depth + 1)
            yield from (
                replace(each, node=whole, at=node, urls=_outside(each.urls, one.node, one.module))
                for each in inner
                if _told(each, given)
            )

    def _classes(self, value: Code) -> list[Code]:
        """Return a class with those that it inherits from."""
        found = [value]
        while len(found) < _MAX_CLASSES:
            last = found[-1]
            heritage = next((child for child in last.node.named_children if child.type == "class_heritage"), None)
            parent = heritage.named_children[0] if heritage is not None else None
            parent = parent.child_by_field_name("value") or parent if parent is not None else None
            bases = self.evaluator.values(parent, last.module, last.frame) if parent is not None else []
            base = next((one for one in bases if isinstance(one, Code) and "class" in one.node.type), None)
            if base is None or base in found:
                break
            found.append(base)
        return found


def _constructor(value: Code) -> Node | None:
    body = value.node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        name = child.child_by_field_name("name")
        if name is not None and value.module.script.text(name) == "constructor":
            return child
    return None


def _goes_somewhere(text: Text) -> bool:
    return _port_of(text) is not None


def _port_of(text: Text) -> int | None:
    """Return the port that a URL goes to, or host and port alone, though nothing is known of the host."""
    bare = _NO_HOST.match(text.text)
    url = split(f"//{text.text}" if bare else text.text)
    return url.port if url is not None else None


def _port(value: Value) -> int | None:
    """Return the port that a value is, None if it is none; numbers of less than four digits mean many things."""
    whole = isinstance(value, Text) and value.text.isdecimal() and 4 <= len(value.text) <= 5
    return int(value.text) if whole and isinstance(value, Text) and 1024 <= int(value.text) <= 65535 else None


def _told(request: Request, given: tuple[tuple[Value, ...], ...]) -> bool:
    """Say whether a request goes where an argument says."""
    ports = {
        port
        for values in given
        for value in values
        if isinstance(value, Text) and (port := _port(value) or _port_of(value))
    }
    return any(
        (url := split(text.text)) is not None and url.port is not None and url.port in ports for text in request.urls
    )


def _outside(urls: tuple[Text, ...], function: Node, module: Module) -> tuple[Text, ...]:
    """Return URLs of a function's own with no line of it to change: those who call it say where they go."""
    first, _, last = module.script.place(function)
    return tuple(
        replace(text, born=None)
        if text.born is not None and text.born[0] == module.path and first <= text.born[1] <= last
        else text
        for text in urls
    )


def _product(name: str) -> str:
    return name.partition(".")[0]
