"""Caddy's JSON: the same hops and checks as of a Caddyfile, from its handlers.

It extracts and does not judge. The Caddy inspector drives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import arrives, details, meant_for, number, seconds, target
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Location
from wsdoctor.syntax import jsonc
from wsdoctor.syntax._tree import Mapping, Node, find, items, scalar, text

__all__ = ["read"]

_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class _Place:
    listens: tuple[int, ...]
    path: str | None = None
    strips: bool = False


def read(path: str, repository: Repository, declared: Declared) -> None:
    """Add the hops and the checks of a file.

    Raises:
        SyntaxProblem: if it is not JSON.

    """
    reader = _Reader(path, repository, declared)
    servers = find(jsonc.parse(repository.text(path) or ""), "apps", "http", "servers")
    for pair in servers.pairs if isinstance(servers, Mapping) else ():
        listens = [number(each) for each in _texts(pair.value, "listen", after=":")]
        reader.routes(find(pair.value, "routes"), _Place(tuple(port for port in listens if port)), 0)


def _texts(node: Node | None, *keys: str, after: str = "") -> list[str]:
    found = [text(item) or "" for item in items(node, *keys)]
    return [each.rpartition(after)[2] for each in found] if after else found


class _Reader:
    def __init__(self, path: str, repository: Repository, declared: Declared) -> None:
        self.path = path
        self.repository = repository
        self.declared = declared
        self.unit = unit_of(path, repository)

    def _place(self, node: Node) -> Location:
        return self.repository.location(self.path, node.line, node.column, node.end_line)

    def routes(self, routes: Node | None, place: _Place, depth: int) -> None:
        """Add what routes declare."""
        if depth > _MAX_DEPTH:
            return
        for route in items(routes):
            paths = [each for match in items(route, "match") for each in _texts(match, "path")]
            inner = replace(place, path=paths[0]) if paths else place
            for handler in items(route, "handle"):
                kind = text(handler, "handler")
                if kind == "subroute":
                    self.routes(find(handler, "routes"), inner, depth + 1)
                elif kind == "rewrite" and find(handler, "strip_path_prefix") is not None:
                    inner = replace(inner, strips=True)
                elif kind == "reverse_proxy":
                    self._proxy(handler, inner)

    def _proxy(self, handler: Node, place: _Place) -> None:
        removed = {name.lower() for name in _texts(handler, "headers", "request", "delete")}
        changed = find(handler, "headers", "request", "set")
        for pair in changed.pairs if isinstance(changed, Mapping) else ():
            values = " ".join(_texts(pair.value)).lower()
            kept = {"upgrade": "websocket", "connection": "upgrade"}.get(pair.key.text.lower(), "") in values
            removed.update(() if kept else (pair.key.text.lower(),))
        lacks = tuple(name for name in ("upgrade", "connection") if name in removed)
        versions = _texts(handler, "transport", "versions")
        http2 = "h2c" in versions or versions == ["2"]
        tls = find(handler, "transport", "tls") is not None
        scheme = ("h2" if tls else "h2c") if http2 else "https" if tls else "http"
        header = text(handler, "transport", "proxy_protocol")
        sends = [name for name, sent in (
            ("proxy-protocol", header is not None), ("http2", http2), ("strips-prefix", place.strips),
        ) if sent]  # fmt: skip
        seen: set[int | None] = set()
        for upstream in items(handler, "upstreams"):
            dial = scalar(upstream, "dial")
            to = target(dial.text if dial is not None else "")
            if dial is None or to.port in seen:
                continue
            seen.add(to.port)
            where = find(handler, "headers", "request") if lacks else None
            self.declared.hops.append(
                Hop(
                    "caddy", Address(to.host, to.port, self.unit), scheme,
                    self._place(where if where is not None else dial), place.listens, place.path,
                    not lacks and not http2, lacks, tuple(sends), meant_for(place.path, to.host), self.unit,
                    details(
                        **arrives("2" if http2 else "1.1", None if "connection" in lacks else "Upgrade",
                                  None if "upgrade" in lacks else "websocket"),
                        directive=f"dial {dial.text}", directive_line=dial.line,
                    ),
                )
            )  # fmt: skip
            self.declared.callers += self._check(handler, Address(to.host, to.port, self.unit), tls=tls)

    def _check(self, handler: Node, to: Address, *, tls: bool) -> Iterator[Caller]:
        active = find(handler, "health_checks", "active")
        if not isinstance(active, Mapping):
            return
        status = number(text(active, "expect_status"))
        headers = find(active, "headers")
        given = (
            {pair.key.text: " ".join(_texts(pair.value)) for pair in headers.pairs}
            if isinstance(headers, Mapping)
            else {}
        )
        written = text(active, "interval")
        nanoseconds = int(written) / 1e9 if written is not None and written.isdecimal() else seconds(written)
        yield Caller(
            "caddy", "health-check", "https" if tls else "http",
            replace(to, port=number(text(active, "port")) or to.port), self._place(active),
            text(active, "uri") or text(active, "path") or "/", (text(active, "method") or "GET").upper(),
            "Go-http-client", nanoseconds or 30.0, (status,) if status and status >= 100 else (), given, unit=self.unit,
        )  # fmt: skip
