"""Python code that hands requests on: redirects to another port, handlers that ask another server for the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import meant_for
from wsdoctor.inspectors._python import calls, gateways
from wsdoctor.inspectors._python import redirects as redirecting
from wsdoctor.inspectors._python import requests as asking
from wsdoctor.inspectors._python.aside import is_aside, is_test
from wsdoctor.inspectors._python.forwards import handler_of
from wsdoctor.inspectors._python.requests import requests_in
from wsdoctor.inspectors._python.source import closing_notes, enclosing, open_file, routes, url_of
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Declared, Hop
from wsdoctor.syntax.python import Function

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "python forwarding"
PATTERNS = ("*.py",)
NEEDLES = (*redirecting.NEEDLES, *asking.NEEDLES, *gateways.NEEDLES)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the redirects and the forwarding handlers of a Python file."""
    if is_test(path, repository):
        return Declared()
    reader, notes = open_file(path, repository)
    found = Declared(notes=notes)
    if reader is not None:
        found.hops += _redirects(reader)
        found.hops += _handlers(reader)
        found.hops += _gateways(reader)
        found.notes += closing_notes(reader)
    return found


def _redirects(reader: Reader) -> Iterator[Hop]:
    seen: set[tuple[int, int | None]] = set()
    for redirect in redirecting.redirects(reader):
        location = reader.place(redirect.node)
        for value in reader.values(redirect.target):
            written = value.data.decode("latin-1") if isinstance(value.data, bytes) else value.data
            url = url_of(written) if isinstance(written, str) else None
            if url is None or url.port is None or (url.host not in _LOCAL and _standard(url.scheme, url.port)):
                continue
            if (location.line, url.port) in seen:
                continue
            seen.add((location.line, url.port))
            arrives = _PATH.match(written)
            becomes = {"becomes": arrives["path"].replace("\x00", "*")} if arrives is not None else {}
            yield Hop(
                product=redirect.product,
                to=url.address(reader.unit),
                scheme=url.scheme or "http",
                location=location,
                path=redirect.path,
                forwards_upgrade=False,
                lacks=("websocket",),
                sends=("redirect",),
                unit=reader.unit,
                details=MappingProxyType({"url": written.replace("\x00", "…")[:200]} | becomes),
                sure=0.3 if is_aside(reader.file.path) else 0.85,
            )


_PATH = re.compile(r"[^/]*//[^/]*(?P<path>/[^?#]*)")
_LOCAL = frozenset(("localhost", "127.0.0.1", "0.0.0.0", "::1"))  # noqa: S104 - a host in a URL, nothing is bound


def _standard(scheme: str | None, port: int) -> bool:
    return (scheme, port) in {("http", 80), ("https", 443)}


def _arrives(url: object) -> dict[str, str]:
    """Return the path that arrives where a handler hands a request on, as far as it is written."""
    match = _PATH.match(url) if isinstance(url, str) else None
    return {"becomes": match["path"].replace("\x00", "*")} if match is not None and match["path"] else {}


def _routed(reader: Reader, handler: Function | None) -> list[str]:
    """Return the paths of a handler, or of those that call it, where it is a helper of several."""
    if handler is None:
        return []
    if found := routes(reader, handler):
        return found
    callers = (call for call in reader.file.module.calls_of(handler.name) if calls.last_name(call.func) == handler.name)
    return [path for call in callers for outer in enclosing(reader.file.module, call) for path in routes(reader, outer)]


def _handlers(reader: Reader) -> Iterator[Hop]:
    for request in requests_in(reader):
        if request.url is None or request.protocol not in {"http", "https"} or request.url.port is None:
            continue
        if not request.forwarded(reader):
            continue
        handler = handler_of(reader, request.call)
        found = _routed(reader, handler)
        yield Hop(
            product=request.product,
            to=request.url.address(reader.unit),
            scheme=request.protocol,
            location=request.place(reader),
            path=found[0] if len(found) == 1 and not request.chosen else None,
            forwards_upgrade=False,
            lacks=("upgrade", "connection", "websocket"),
            websocket=any(meant_for(path) for path in found),
            details=MappingProxyType(_arrives(request.value.data)),
            unit=reader.unit,
            sure=0.3 if is_aside(reader.file.path) else 0.8,
        )


def _gateways(reader: Reader) -> Iterator[Hop]:
    for gateway in gateways.gateways(reader):
        for value in gateway.upstreams:
            url = url_of(value.data) if isinstance(value.data, str) else None
            if url is not None and url.port is not None:
                yield Hop(
                    product=gateway.product,
                    to=url.address(reader.unit),
                    scheme=url.scheme or "http",
                    location=reader.place(gateway.node),
                    path=gateway.path,
                    forwards_upgrade=False,
                    lacks=("upgrade", "connection", "websocket"),
                    websocket=None if gateway.path is None else meant_for(gateway.path),
                    unit=reader.unit,
                    sure=0.3 if is_aside(reader.file.path) else 0.8,
                )
