"""Tells on which side of TLS a log's words stand, where a library says the same as client and as server.

Go, rustls, Java and .NET have one sentence for “these bytes are no TLS”. Written by a server, it means that a client
spoke plain; written by a client, that the server did. No rule and no verdict here.
"""

from __future__ import annotations

import re

__all__ = ["client_got_plain_bytes", "server_got_plain_bytes"]

_LIMIT = 20_000
_OVERSIZED = re.compile(r"tls: oversized record received with length (\d{4,5})\b")
_ANSWERED = frozenset((int.from_bytes(b"P/"),))
_ASKED = frozenset(int.from_bytes(line[3:5]) for line in (b"GET /", b"POST ", b"HEAD ", b"OPTIONS", b"CONNECT"))
"""What Go takes for the length of a record: the fourth and fifth byte of what came instead of TLS."""
_SERVER = re.compile(
    r"(?i)TLS handshake error from \S+: tls: first record does not look like a TLS handshake"
    r"|\baccept\w*\b[^\n]{0,60}corrupt message of type InvalidContentType"
    r"|(?:TLS|SSL)[^\n]{0,40}(?:accept|handshake)[^\n]{0,40}(?:failed|error)[^\n]{0,120}InvalidContentType[^\n]{0,40}"
    r"\b(?:client|peer|from|remote)\b"
    r"|unrecognized SSL message, plaintext connection\?(?=[\s\S]{0,2000}?\b(?:java_websocket\.server|io\.undertow"
    r"|xnio|NioEndpoint"
    r"|ServerConnector)\b)"
)
_EITHER = re.compile(
    r"(?i)handshake failed due to an unexpected packet format|cannot determine the frame size or a corrupted frame was "
    r"received"
)
"""What .NET says on both sides."""
_CLIENT = re.compile(
    r"(?i)unable to connect to the remote server|SSL connection could not be established|ClientWebSocket"
    r"|WebSocketException"
    r"|HttpRequestException|AuthenticateAsClient"
)
_ANSWER_IN_HEX = re.compile(r"not an SSL/TLS record: 485454502f[0-9a-f]{0,20}")
"""Netty, of an answer that begins with ``HTTP/``."""


def server_got_plain_bytes(log: str) -> str | None:
    """Return the words by which a server says that a client spoke plain, or None."""
    text = log[:_LIMIT]
    if (words := _oversized(text, _ASKED)) is not None:
        return words
    found = _SERVER.search(text) or (_EITHER.search(text) if _CLIENT.search(text) is None else None)
    return None if found is None else found[0]


def client_got_plain_bytes(log: str) -> str | None:
    """Return the words by which a client says that the server spoke plain, or None; only those of both sides."""
    text = log[:_LIMIT]
    if (words := _oversized(text, _ANSWERED)) is not None:
        return words
    found = _ANSWER_IN_HEX.search(text) or (_EITHER.search(text) if _CLIENT.search(text) is not None else None)
    return None if found is None else found[0]


def _oversized(text: str, lengths: frozenset[int]) -> str | None:
    found = _OVERSIZED.search(text)
    return found[0] if found is not None and int(found[1]) in lengths else None
