"""WebSocket servers in C++: uWebSockets and websocketpp."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.servers import Start, listeners, nth
from wsdoctor.inspectors._text.sources import Source
from wsdoctor.model.traffic import Declared, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "c++ servers"
PATTERNS = ("*.cpp", "*.cc", "*.cxx")
NEEDLES = ("uWS::", "websocketpp")

_Spoken = tuple[Speaks, tuple[str, ...]]


def _uws(source: Source, at: int, repository: Repository) -> _Spoken:
    if not re.search(r"\.ws<", source.text):
        return "http", ()
    return ("both" if re.search(r"\.(?:get|post|any|options|del|put)\(\s*\"", source.text) else "websocket"), ()


def _websocketpp(source: Source, at: int, repository: Repository) -> _Spoken:
    return ("both" if "set_http_handler" in source.text else "websocket"), ()


_STARTS = (
    Start(r"\.\s*listen\s*\(", "uwebsockets", _uws, lambda given: _port(given), r"\buWS::"),
    Start(r"\.\s*listen\s*\(", "websocketpp", _websocketpp, nth(-1), r"\bwebsocketpp::(?:server|config)"),
)


def _port(given: list[str]) -> str | None:
    """Return the port among host, port, options and callback."""
    known = [one for one in given if not one.startswith(("[", '"', "LIBUS"))]
    return known[0] if known else None


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a file starts."""
    return Declared(listeners=listeners(path, "c++", _STARTS, repository))
