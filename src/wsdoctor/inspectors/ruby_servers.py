"""Servers in Ruby: em-websocket, iodine, bare sockets with a WebSocket driver, rackup files."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.servers import Start, keyed, listeners, nth, project_text
from wsdoctor.inspectors._text.sources import Source
from wsdoctor.model.traffic import Declared, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "ruby servers"
PATTERNS = ("*.rb", "*.ru")
NEEDLES = ("WebSocket", "Iodine", "TCPServer", "Puma", "Thin", "Rack", "WEBrick", "set :port", "bind:")

_Spoken = tuple[Speaks, tuple[str, ...]]


def _socket(source: Source, at: int, repository: Repository) -> _Spoken:
    driven = re.search(r"WebSocket::(?:Handshake::Server|Driver)|Sec-WebSocket-Accept", source.text)
    served = re.search(r"HTTP/1\.1 200", source.text)
    return ("tcp" if driven is None else "both" if served else "websocket"), ()


def _rack(source: Source, at: int, repository: Repository) -> _Spoken:
    """Return what an application of Rack speaks: any file of its project may open WebSockets."""
    text = source.text + "".join(
        project_text(source, word, repository) for word in ("WebSocket", "websocket", "tubesock")
    )
    return ("both" if re.search(r"[Ww]eb[Ss]ocket|tubesock", text) else "http"), ()


_STARTS = (
    Start(r"\b(?:EM|EventMachine)::WebSocket\.(?:run|start)\s*\(", "em-websocket", "websocket", keyed("port")),
    Start(
        r"\b(?:EM|EventMachine)::WebSocket\.(?:run|start)[ \t]+(?=[:\w])", "em-websocket", "websocket", keyed("port")
    ),
    Start(
        r"\bWebSocket::EventMachine::Server\.start\s*\(", "websocket-eventmachine-server", "websocket", keyed("port")
    ),
    Start(
        r"\bWebSocketServer\.new\s*\(",
        "web-socket-ruby",
        "websocket",
        keyed("port", position=0),
        r"web_socket|WebSocketServer",
    ),
    Start(r"\bIodine\.listen\s*\(", "iodine", "both", keyed("port", position=0), default=3000),
    Start(r"\bIodine\.listen[ \t]+(?=[:\w])", "iodine", "both", keyed("port"), default=3000),
    Start(r"\bTCPServer\.(?:new|open)\s*\(", "ruby", _socket, nth(-1)),
    Start(r"\bWEBrick::HTTPServer\.new\s*\(", "webrick", "http", keyed("Port", "port"), default=80),
    Start(
        r"\bRack::(?:Handler|Server)(?:::\w+|\.get\([^()]*\))?\.(?:run|start)\s*\(",
        "rack",
        _rack,
        keyed("Port", "port"),
    ),
    Start(r"\b(?:Rackup::Handler)(?:::\w+)\.run\s*\(", "rack", _rack, keyed("Port", "port")),
)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a Ruby file starts."""
    return Declared(listeners=listeners(path, "ruby", _STARTS, repository))
