"""Servers in PHP: Ratchet, Workerman, Swoole, ReactPHP, amphp and others."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.servers import Start, keyed, listeners, nth, project_text
from wsdoctor.inspectors._text.sources import Source
from wsdoctor.model.traffic import Declared, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "php servers"
PATTERNS = ("*.php",)
NEEDLES = (
    "Ratchet", "Workerman", "Swoole", "React\\Socket", "React\\Http", "Amp\\", "Wrench", "IoServer",
    "WebSocket\\Server",
)  # fmt: skip

_MAX_LAYERS = 4
_Spoken = tuple[Speaks, tuple[str, ...]]


def _ratchet(source: Source, at: int, repository: Repository) -> _Spoken:
    """Return what Ratchet's server speaks: its layers say that."""
    call = source.text[at : source.closing(source.bare.find("(", at)) + 1]
    layers, seen = call, set[str]()
    for _ in range(_MAX_LAYERS):
        names = set(re.findall(r"\$(\w+)", layers)) - seen
        seen |= names
        layers += "".join(match.group() for name in names for match in re.finditer(rf"\${name}\s*=[^;]*;", source.text))
    if "WsServer" in layers:
        return ("both" if re.search(r"->route\(|new\s+Router\b", layers) else "websocket"), ()
    return ("both" if "HttpServer" in layers else "tcp"), ()


def _workerman(source: Source, at: int, repository: Repository) -> _Spoken:
    scheme = re.search(r"[\"'](?P<scheme>\w+)://", source.text[at : at + 200])
    kinds: dict[str, Speaks] = {"websocket": "websocket", "ws": "websocket", "http": "http"}
    return (kinds.get(scheme["scheme"].lower(), "tcp") if scheme is not None else "tcp"), ()


def _swoole(source: Source, at: int, repository: Repository) -> _Spoken:
    """Return what a server of Swoole speaks: that for WebSockets answers plain HTTP where ``request`` is handled."""
    name = re.search(r"new\s+(?P<name>[\w\\]+)", source.text[at : at + 200])
    written = name["name"] if name is not None else ""
    alias = re.search(
        rf"\buse\s+(?P<full>[\w\\]+?\\{re.escape(written)}|[\w\\]+\s+as\s+{re.escape(written)})\s*;", source.text
    )
    full = alias["full"] if alias is not None else written
    if re.search(r"WebSocket", full):
        handled = re.search(r"->on\(\s*[\"'][Rr]equest[\"']", project_text(source, "->on(", repository) + source.text)
        return ("both" if handled else "websocket"), ()
    return ("http" if re.search(r"Http", full) else "tcp"), ()


def _react(source: Source, at: int, repository: Repository) -> _Spoken:
    if "WsServer" in source.text:
        return ("both" if re.search(r"->route\(|new\s+Router\b", source.text) else "websocket"), ()
    if re.search(r"React\\Http|HttpServer", source.text):
        return ("both" if "WebSocket" in source.text else "http"), ()
    return "tcp", ()


def _amp(source: Source, at: int, repository: Repository) -> _Spoken:
    return ("both" if "Websocket" in project_text(source, "Websocket", repository) else "http"), ()


_STARTS = (
    Start(r"\bIoServer::factory\s*\(", "ratchet", _ratchet, nth(1), default=80),
    Start(r"\bnew\s+\\?(?:Ratchet\\)?App\s*\(", "ratchet", "websocket", nth(1), r"\bRatchet\\App\b", 8080),
    Start(r"\bnew\s+\\?(?:[\w]+\\)*Worker\s*\(", "workerman", _workerman, nth(0), r"\bWorkerman\b"),
    Start(r"\bnew\s+\\?(?:[\w]+\\)*(?:Swoole|swoole|OpenSwoole)\\[\w\\]*Server\s*\(", "swoole", _swoole, nth(1)),
    Start(r"\bnew\s+\\?swoole_websocket_server\s*\(", "swoole", "websocket", nth(1)),
    Start(r"\bnew\s+\w*Server\s*\(", "swoole", _swoole, nth(1), r"\buse\s+\\?(?:Open)?Swoole\\"),
    Start(r"\bnew\s+\\?(?:[\w]+\\)*(?:SocketServer|TcpServer)\s*\(", "reactphp", _react, nth(0), r"\bReact\\"),
    Start(r"\bnew\s+\\?(?:React\\Socket\\|Reactor\\)?Server\s*\(", "reactphp", _react, nth(0), r"\bReact\\Socket\b"),
    Start(r"->listen\s*\(", "reactphp", _react, nth(0), r"\bReact\\Socket\\Server\b"),
    Start(r"\bnew\s+\\?(?:Wrench\\)?Server\s*\(", "wrench", "websocket", nth(0), r"\bWrench\\"),
    Start(
        r"\bnew\s+\\?(?:WebSocket\\)?Server\s*\(",
        "websocket-php",
        "websocket",
        keyed("port", position=0),
        r"\bWebSocket\\Server\b",
        80,
    ),
    Start(r"->expose\s*\(", "amphp", _amp, nth(0), r"\bAmp\\"),
    Start(r"\bSocket\\listen\s*\(", "amphp", _amp, nth(0), r"\bAmp\\"),
)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a PHP file starts."""
    return Declared(listeners=listeners(path, "php", _STARTS, repository))
