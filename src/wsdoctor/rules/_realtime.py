"""Tells real-time libraries by the addresses that they ask for.

Such libraries put a protocol of their own over HTTP and WebSocket, so client and server must be of the same one.
This module names the library; whether it is at fault is up to the rules.
"""

from __future__ import annotations

import re

__all__ = ["library_of", "polls"]

_LIBRARIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Socket.IO", re.compile(r"/(?:[\w.-]+/)*socket\.io/?(?:\?|$)|[?&]EIO=\d|/socket\.io/1/")),
    ("Engine.IO", re.compile(r"/engine\.io/?(?:\?|$)")),
    (
        "SockJS",
        re.compile(
            r"/\d{3}/[A-Za-z0-9_-]{4,}/(?:websocket|xhr|xhr_send|xhr_streaming|eventsource|htmlfile|jsonp\w*)(?:\?|$)"
        ),
    ),
    ("SockJS", re.compile(r"/[\w-]*(?:ws|stomp|sockjs|echo|socket)[\w-]*/info$")),
    ("SockJS", re.compile(r"/info(?:\?t=\d+)(?:&|$)|/sockjs(?:-node)?(?:/|$)")),
    (
        "SignalR",
        re.compile(
            r"/negotiate\?(?:.*&)?(?:negotiateVersion|clientProtocol)=\d|[?&]connectionToken="
            r"|/signalr/(?:negotiate|connect|reconnect|start|hubs|poll|abort|ping)\b"
        ),
    ),
    ("SocketCluster", re.compile(r"/socketcluster/?(?:\?|$)")),
    ("CometD", re.compile(r"/cometd(?:/|\?|$)|/bayeux(?:/|\?|$)|/faye(?:/|\?|$)")),
    ("Phoenix", re.compile(r"/longpoll(?:\?|$)")),
    ("Atmosphere", re.compile(r"[?&]X-Atmosphere-(?:Transport|tracking-id)=")),
    ("Primus", re.compile(r"/primus(?:/|\?|$)|[?&]_primuscb=")),
    ("Pusher", re.compile(r"/pusher/(?:auth|app)\b|/app/[\w-]+\?(?:.*&)?protocol=\d+&client=js")),
)
_POLLS = re.compile(r"transport=(?:polling|long-polling|xhr|jsonp|sse|serverSentEvents|longPolling)", re.IGNORECASE)


def library_of(target: str) -> str | None:
    """Return the name of the library whose address the target is, or None."""
    text = target[:2000]
    return next((name for name, pattern in _LIBRARIES if pattern.search(text) is not None), None)


def polls(query: str) -> bool:
    """Say whether the query asks for a transport other than a WebSocket."""
    return _POLLS.search(query) is not None
