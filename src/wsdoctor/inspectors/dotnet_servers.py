"""Servers in C#: Fleck, WebSocketSharp, HttpListener, Kestrel."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.servers import Start, listeners, nth, project_text
from wsdoctor.inspectors._text.sources import Source
from wsdoctor.model.traffic import Declared, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "dotnet servers"
PATTERNS = ("*.cs",)
NEEDLES = ("WebSocketServer", "HttpListener", "UseUrls", "Kestrel", "app.Run(", "WsServer", "ListenAnyIP", "HttpServer")

_Spoken = tuple[Speaks, tuple[str, ...]]


def _listener(source: Source, at: int, repository: Repository) -> _Spoken:
    """Return what an HttpListener speaks: whether it does anything but upgrade or refuse."""
    if "AcceptWebSocketAsync" not in source.text:
        return "http", ()
    served = re.search(
        r"StatusCode\s*=\s*(?:200|\(int\)\s*HttpStatusCode\.OK)|OutputStream|ContentType\s*=", source.text
    )
    return ("both" if served else "websocket"), ()


def _kestrel(source: Source, at: int, repository: Repository) -> _Spoken:
    text = source.text + "".join(
        project_text(source, word, repository) for word in ("UseWebSockets", "MapHub", "SignalR")
    )
    return ("both" if re.search(r"UseWebSockets|MapHub|SignalR|WebSocket", text) else "http"), ()


_STARTS = (
    Start(
        r"\bnew\s+WebSocketServer\s*\((?=[^)])",
        "dotnet-websocket",
        "websocket",
        nth(-1),
        r"using\s+(?:Fleck|WebSocketSharp)",
    ),
    Start(r"\bnew\s+HttpServer\s*\((?=[^)])", "websocket-sharp", "both", nth(-1), r"using\s+WebSocketSharp"),
    Start(r"\.Prefixes\.Add\s*\(", "httplistener", _listener, nth(0)),
    Start(r"\.UseUrls\s*\(", "kestrel", _kestrel, nth(0)),
    Start(r"\bapp\.(?:Run|RunAsync)\s*\((?=[^)])", "kestrel", _kestrel, nth(0)),
    Start(r"\.(?:ListenAnyIP|ListenLocalhost)\s*\(", "kestrel", _kestrel, nth(0)),
    Start(r"\boptions\.Listen\s*\(", "kestrel", _kestrel, nth(1)),
)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a C# file starts."""
    return Declared(listeners=listeners(path, "csharp", _STARTS, repository))
