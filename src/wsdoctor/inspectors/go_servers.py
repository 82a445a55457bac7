"""Servers and HTTP requests in Go: net/http and its routers with gorilla, coder and other WebSocket libraries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.routes import LIBRARY, UPGRADES, Routes
from wsdoctor.inspectors._go.values import File, Values, package_files
from wsdoctor.inspectors._javascript.urls import Place, Text, split
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Caller, Declared, Listener, Location

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "go"
PATTERNS = ("*.go",)
NEEDLES = (
    "Listen",
    ".Run(",
    ".Start(",
    "http.Server{",
    "http.Get(",
    "http.Head(",
    "http.Post",
    "NewRequest",
    "websocket",
)

_LISTEN = re.compile(
    rb"(?P<serve>\bListenAndServe(?:TLS)?\s*\()|\.(?P<router>Run|Start|StartTLS|Listen|RunTLS)\s*\(|(?P<http>\bhttp\.Serve(?:TLS)?\s*\()"
)
_BARE = re.compile(rb"\b(?:net|tls)\.(?P<bare>Listen)\s*\(")
_SERVES = re.compile(r"\bhttp\.(?:Serve|ListenAndServe|Server\b)|\.Serve(?:TLS)?\(")
_REQUEST = re.compile(
    rb"\b(?:http|client|c|httpClient|[A-Za-z]*[cC]lient)\.(?P<verb>Get|Head|Post|PostForm)\s*\(|\bhttp\.(?P<new>NewRequest|NewRequestWithContext)\s*\("
)
_CHECK = re.compile(r"health|probe|alive|ready|ping|check", re.IGNORECASE)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a Go file starts and the HTTP requests that it sends."""
    found = Declared()
    if path.endswith("_test.go") or re.search(r"(?:^|/)(?:testdata|examples?)/", path):
        return found
    source = (repository.text(path) or "").encode()
    if not any(pattern.search(source) for pattern in (_LISTEN, _BARE, _REQUEST)):
        return found
    file = next((one for one in package_files(path.rpartition("/")[0], repository) if one.path == path), None)
    if file is None:
        return found
    reader = _Reader(file, repository)
    found.listeners += reader.listeners()
    found.callers += reader.callers()
    return found


class _Reader:
    def __init__(self, file: File, repository: Repository) -> None:
        self.file = file
        self.source = file.source
        self.repository = repository
        self.values = Values(repository)
        self.routes = Routes(file, repository, self.values)
        self.package = package_files(file.folder, repository)
        self.unit = unit_of(file.path, repository)

    def calls(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[re.Match[bytes], Node, list[Node]]]:
        for match in pattern.finditer(self.source.source):
            node = self.source.at(match.start(match.lastgroup or 0))
            call = self.source.around(node, "call_expression", "block") if node is not None else None
            if node is None or call is None or call.type != "call_expression" or "identifier" not in node.type:
                continue
            given = call.child_by_field_name("arguments")
            yield (
                match,
                call,
                [one for one in given.named_children if one.type != "comment"] if given is not None else [],
            )

    def location(self, node: Node) -> Location:
        line, column, end = self.source.place(node)
        return self.repository.location(self.file.path, line, column, end)

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
        for match, call, arguments in self.calls(_LISTEN):
            callee = call.child_by_field_name("function")
            name = self.source.text(callee) if callee is not None else ""
            address: Node | None = arguments[0] if arguments else None
            handler: Node | None = arguments[-1] if len(arguments) > 1 else None
            tls = "TLS" in name
            default: int | None = None
            if match.lastgroup == "http":
                address, handler = self._listened(arguments)
            elif match.lastgroup == "router":
                if not self._is_router(name.partition(".")[0]):
                    continue
                default = 8080 if name.endswith(".Run") and not arguments else None
                handler = callee.child_by_field_name("operand") if callee is not None else None
            elif not name.startswith("http.") and "." in name:
                address, handler = self._server(name.rpartition(".")[0])
                if address is None:
                    continue
            text = self.values.text(address, self.file) if address is not None else None
            port = _port(text) or default
            speaks, framework, paths = self.routes.spoken(handler)
            yield Listener(
                port=port,
                speaks=speaks,
                location=self.location(call),
                framework=framework,
                unit=self.unit,
                paths=paths,
                tls=tls,
                environment=self._environment(text, address),
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
        return None

    def _listened(self, arguments: list[Node]) -> tuple[Node | None, Node | None]:
        """Return address and handler of ``http.Serve(net.Listen(...), handler)``."""
        name = self.source.text(arguments[0]) if arguments else ""
        for one in self.source.find(self.source.root, "short_var_declaration", "assignment_statement"):
            for bound, value in self.source.bound(one):
                given = value.child_by_field_name("arguments") if value.type == "call_expression" else None
                if bound == name and given is not None and "Listen" in self.source.text(value):
                    texts = [node for node in given.named_children if node.type != "comment"]
                    return (texts[1] if len(texts) > 1 else None), arguments[1] if len(arguments) > 1 else None
        return None, None

    def _server(self, name: str) -> tuple[Node | None, Node | None]:
        """Return address and handler of the ``http.Server`` that a variable holds."""
        last = name.rpartition(".")[2]
        best: tuple[Node | None, Node | None] = (None, None)
        for literal in self.source.find(self.source.root, "composite_literal"):
            kind = literal.child_by_field_name("type")
            if kind is None or self.source.text(kind) != "http.Server":
                continue
            found = self._field(literal, "Addr"), self._field(literal, "Handler")
            holder = self.source.around(
                literal, "short_var_declaration", "assignment_statement", "var_spec", "keyed_element"
            )
            if best == (None, None) or (holder is not None and last in self.source.text(holder).partition("{")[0]):
                best = found
        return best

    def _field(self, literal: Node, name: str) -> Node | None:
        body = literal.child_by_field_name("body")
        for element in body.named_children if body is not None else ():
            if element.type == "keyed_element" and self.source.text(element.named_children[0]) == name:
                value = element.named_children[-1]
                return value.named_children[0] if value.type == "literal_element" and value.named_children else value
        return None

    def _is_router(self, name: str) -> bool:
        made = re.compile(
            rf"\b{re.escape(name)}\s*(?::=|=)\s*(?:gin\.(?:Default|New)|echo\.New|fiber\.New|iris\.\w+)\(".encode()
        )
        return any(made.search(file.source.source) for file in self.package)

    def _begins(self, target: Node | None) -> bool:
        """Say whether it is known what a URL begins with; another has no scheme, however much of the rest is known."""
        while target is not None and target.type == "binary_expression":
            target = target.child_by_field_name("left")
        return self.values.text(target, self.file) is not None

    def callers(self) -> Iterator[Caller]:
        for match, call, arguments in self.calls(_REQUEST):
            verb = (match["verb"] or match["new"]).decode("latin-1")
            method: str | None = {"PostForm": "POST"}.get(verb, verb.upper())
            target = arguments[0] if arguments else None
            if match["new"]:
                skip = 1 if verb.endswith("Context") else 0
                if len(arguments) < skip + 2:
                    continue
                written = self.source.text(arguments[skip]).rpartition(".")[2].removeprefix("Method").strip('"').upper()
                method, target = (written if written.isalpha() else None), arguments[skip + 1]
            text = self.values.text(target, self.file) if self._begins(target) else None
            url = split(text.text) if text is not None else None
            if text is None or url is None or url.port is None or url.scheme not in {"http", "https"}:
                continue
            function = self.source.around(call, "function_declaration", "method_declaration")
            named = function.child_by_field_name("name") if function is not None else None
            names = self.file.path + " " + (self.source.text(named) if named is not None else "")
            own: Place = self.values.place(call, self.file)
            yield Caller(
                product="go",
                kind="health-check" if _CHECK.search(names) else "client-code",
                protocol=url.scheme,
                to=url.address(self.unit),
                location=self.location(call),
                path=url.path,
                method=method,
                user_agent="Go-http-client/1.1",
                also=tuple(self.repository.location(*place[:3]) for place in text.places if place[:2] != own[:2]),
                unit=self.unit,
                sure=0.85,
            )


def _port(text: Text | None) -> int | None:
    if text is None:
        return None
    written = text.text.rpartition(":")[2]
    return int(written) if written.isdecimal() and 0 < int(written) < 65536 else None
