"""Servers and HTTP requests in Go: net/http and its routers with gorilla, coder and other WebSocket libraries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.files import File, package_files
from wsdoctor.inspectors._go.functions import arguments as arguments_of
from wsdoctor.inspectors._go.functions import enclosing, parameters
from wsdoctor.inspectors._go.reading import Reading, is_aside, opened
from wsdoctor.inspectors._go.routes import LIBRARY, UPGRADES, Routes
from wsdoctor.inspectors._go.starts import LISTEN, Started, started
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.model.traffic import Declared, Listener

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect", "worth"]

NAME = "go"
PATTERNS = ("*.go",)
NEEDLES = (
    "Listen",
    ".Serve",
    ".Run(",
    ".Start(",
    "http.Server{",
    "websocket",
)

_BARE = re.compile(rb"\.(?:(?<=\bnet\.)|(?<=\btls\.))(?P<bare>Listen)\s*\(")
_SERVES = re.compile(r"\bhttp\.(?:Serve|ListenAndServe|Server\b)|\.Serve(?:TLS)?\(")


def worth(path: str, raw: bytes) -> bool:
    """Say whether a file is none of tests or examples and holds a call that starts a server."""
    return not is_aside(path) and any(pattern.search(raw) for pattern in (LISTEN, _BARE))


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a Go file starts."""
    found = Declared()
    if not worth(path, (repository.text(path) or "").encode()):
        return found
    file = opened(path, repository)
    if file is None:
        return found
    reader = _Reader(file, repository)
    found.listeners += reader.listeners()
    return found


class _Reader(Reading):
    def __init__(self, file: File, repository: Repository) -> None:
        super().__init__(file, repository)
        self.routes = Routes(file, repository, self.values)
        self.package = package_files(file.folder, repository)

    def calls(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[re.Match[bytes], Node, list[Node]]]:
        for match in pattern.finditer(self.source.source):
            node = self.source.at(match.start(match.lastgroup or 0))
            call = self.source.around(node, "call_expression", "block") if node is not None else None
            if node is None or call is None or call.type != "call_expression" or "identifier" not in node.type:
                continue
            yield match, call, arguments_of(call)

    def listeners(self) -> Iterator[Listener]:
        yield from self._servers()
        yield from self._bare()

    def _bare(self) -> Iterator[Listener]:
        """Yield the sockets whose connections the package upgrades itself, with no HTTP server between."""
        text = self.source.source.decode("utf-8", "replace")
        library = LIBRARY.search(text)
        if library is None or not UPGRADES.search(text) or _SERVES.search(text):
            return
        for _, call, arguments in self.calls(_BARE):
            address = arguments[1] if len(arguments) > 1 else None
            found = self.values.text(address, self.file) if address is not None else None
            port = _port(found)
            yield Listener(
                port=port,
                speaks="websocket",
                location=self.location(call),
                framework=library["path"].partition("/")[2],
                unit=self.unit,
                tls=self.source.text(call).startswith("tls."),
                environment=self._environment(found, address),
                sure=0.9 if port is not None else 0.6,
            )

    def _servers(self) -> Iterator[Listener]:
        for match, call, given in self.calls(LISTEN):
            start = started(match, call, given, self.file, self.values)
            if start is None:
                continue
            found = [*self._each(start, call)]
            known = [one for one in found if one.port is not None]
            yield from known or found[:1]

    def _each(self, start: Started, call: Node) -> Iterator[Listener]:
        """Yield a server for each call of the function that starts it, where that hands in the address."""
        function = enclosing(call, self.file)
        handed = set(parameters(function, self.file)) if function is not None else set()
        names = [start.address] if start.file is self.file else []
        names += [start.handler] if start.handler_file is self.file else []
        used = {
            self.source.text(one) for node in names if node is not None for one in self.source.find(node, "identifier")
        }
        sites = self.values.sites(function, self.file) if function is not None and used & handed else []
        for site, caller in sites:
            if function is not None:
                self.values.bind(function, self.file, site, caller)
                yield self._server(start, call, function)
                self.values.unbind(function, self.file)
        if not sites:
            yield self._server(start, call, None)

    def _server(self, start: Started, call: Node, function: Node | None) -> Listener:
        handler, file = start.handler, start.handler_file
        self.values.asked.clear()
        text = self.values.text(start.address, start.file) if start.address is not None else None
        if function is not None and handler is not None and handler.type == "identifier":
            given = self.values.argument(function, self.source.text(handler), file)
            handler, file = given if given is not None else (handler, file)
        port = _port(text) or start.default
        routes = self.routes if file is self.file else Routes(file, self.repository, self.values)
        speaks, framework, paths = ("websocket", start.library, ()) if start.library else routes.spoken(handler)
        return Listener(
            port=port,
            speaks=speaks,
            location=self.location(call),
            framework=framework,
            unit=self.unit,
            paths=paths,
            tls=start.tls,
            environment=self._environment(text, start.address if start.file is self.file else None),
            sure=0.95 if port is not None else 0.6,
        )

    def _environment(self, text: Text | None, address: Node | None) -> str | None:
        words = [self.source.text(address)] if address is not None else []
        words += [self.repository.location(*place[:2]).text for place in (text.places if text is not None else ())]
        function = self.source.around(address, "function_declaration", "method_declaration") if address else None
        if function is not None:
            asked = re.findall(r"os\.(?:Getenv|LookupEnv)\(\"\w*PORT\w*\"", self.source.text(function))
            words += asked if len(set(asked)) == 1 else []
        for word in words:
            if match := re.search(r"(?i:env)\w*\(\s*\"(\w+)\"", word):
                return match[1]
        names = set(self.values.asked)
        return names.pop() if len(names) == 1 else None


def _port(text: Text | None) -> int | None:
    if text is None:
        return None
    written = text.text.rpartition(":")[2]
    return int(written) if written.isdecimal() and 0 < int(written) < 65536 else None
