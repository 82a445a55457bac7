"""Connections that Python code opens: HTTP libraries, WebSocket and Socket.IO clients, sockets, curl as a command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._checks import as_checks, units_of_checks
from wsdoctor.inspectors._python.aside import is_aside, is_test
from wsdoctor.inspectors._python.asked import Request
from wsdoctor.inspectors._python.requests import NEEDLES, requests_in
from wsdoctor.inspectors._python.rhythm import kind_of, period_of, retry_of
from wsdoctor.inspectors._python.source import closing_notes, open_file
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.inspectors._python.written import written_out
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Caller, Declared, Location, Note

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "python clients"
PATTERNS = ("*.py",)

_KINDS = {
    "ws": "websocket-client",
    "wss": "websocket-client",
    "socket.io": "realtime-client",
    "eventsource": "realtime-client",
}
_PURPOSES = {
    "webbrowser": "navigation", "playwright": "navigation", "selenium": "navigation", "consul": "health-check",
}  # fmt: skip
_MAX_NOTES = 10


def inspect(path: str, repository: Repository) -> Declared:
    """Return the connections that a Python file opens."""
    if is_test(path, repository) and not path.endswith("conftest.py"):
        return Declared()  # what a conftest.py calls, it waits for before the tests
    reader, notes = open_file(path, repository)
    found = Declared(notes=notes)
    if reader is None:
        return found
    lost: list[Note] = []
    for request in _requests(reader):
        if request.url is None or request.protocol is None or request.url.port is None:
            if request.product != "socket" and (request.url is None or request.url.host in {None, "", "localhost"}):
                lost.append(
                    Note(reader.place(request.call), f"where {request.product} connects to could not be followed")
                )
            continue
        if request.forwarded(reader):
            continue
        found.callers.append(_caller(reader, request))
    found.callers = as_checks(list(_written_out(reader, found.callers)), path, repository)
    known = {caller.location for caller in found.callers}
    found.notes += [note for note in lost if note.location not in known][:_MAX_NOTES]
    found.notes += closing_notes(reader)
    return found


def _requests(reader: Reader) -> Iterator[Request]:
    """Yield what a file asks for; where that depends on which unit runs it as a check, for each of these."""
    found = requests_in(reader)
    yield from found
    units = [] if any(map(_is_followed, found)) else units_of_checks(reader.file.path, reader.repository)
    for unit in units if found else ():
        with environment(reader.repository).seen_from(unit):
            yield from filter(_is_followed, requests_in(Reader(reader.file, reader.repository)))


def _is_followed(request: Request) -> bool:
    return request.url is not None and request.url.port is not None


def _written_out(reader: Reader, callers: list[Caller]) -> Iterator[Caller]:
    """Yield callers, with the requests that a file writes out itself in the place of the sockets that carry them."""
    plain = [caller for caller in callers if caller.protocol == "tcp"]
    written = written_out(reader) if plain else []
    yield from (caller for caller in callers if not written or caller.protocol != "tcp")
    for one in written:
        for socket in plain[:1]:
            places = (*one.places, socket.location, *socket.also)
            kind, protocol = ("websocket-client", "ws") if one.upgrades else ("client-code", "http")
            yield replace(
                socket, kind=kind, protocol=protocol, location=one.location, path=one.path,
                method=one.method, headers=MappingProxyType(one.headers), also=_others(places, one.location),
            )  # fmt: skip


def _caller(reader: Reader, request: Request) -> Caller:
    assert request.url is not None
    assert request.protocol is not None
    place, call = request.place(reader), reader.place(request.call)
    plain = _KINDS.get(request.protocol, "client-code")
    kind = plain if plain != "client-code" else kind_of(reader, request.call)
    kind = _PURPOSES.get(request.product, kind)
    if request.protocol == "tcp":
        kind = "wait" if kind == "client-code" else kind
    return Caller(
        product=request.product,
        kind=kind,
        protocol=request.protocol,
        to=request.url.address(reader.unit),
        location=place,
        path=request.url.path,
        method=request.method,
        user_agent=request.agent,
        period=retry_of(reader, request.call) if kind == "wait" else period_of(reader, request.call),
        headers=MappingProxyType(request.headers),
        also=_others((call, *request.value.places), place),
        subprotocols=request.subprotocols,
        unit=reader.unit,
        sure=_sure(reader, request),
    )


def _others(places: tuple[Location, ...], place: Location) -> tuple[Location, ...]:
    """Return the places that have a part in a call besides its own, one for each line."""
    found: dict[tuple[str, int], Location] = {}
    for other in places:
        if not _within(other, place):
            found.setdefault((other.file, other.line), other)
    return tuple(found.values())


def _within(other: Location, place: Location) -> bool:
    return other.file == place.file and place.line <= other.line <= (place.end_line or place.line)


def _sure(reader: Reader, request: Request) -> float:
    if is_aside(reader.file.path):
        return 0.3
    assert request.url is not None
    return 0.9 if request.url.host is not None else 0.75
