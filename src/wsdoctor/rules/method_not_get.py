"""A handshake is not made with GET."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._plain import line_of


def match(method: str, target: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "method-get" not in handshake or not headers.has_any("sec-websocket-key", "sec-websocket-version"):
        return None
    if method == "OPTIONS" and "access-control-request-method" in headers:
        return None
    case = ": methods are written in capitals" if method.upper() == "GET" else ": a handshake is always GET"
    return f"{line_of(method, target)} carries the fields of a handshake{case}."


RULE = Rule(
    id="method-not-get",
    title="The client opens the WebSocket with another method than GET",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.93,
    match=match,
    why="An opening handshake is a GET request, and methods are case-sensitive: Get or POST is something else. "
    "This happens with handshakes "
    "written by hand and with HTTP libraries whose method was set for another purpose.",
    remedy=Remedy("Let a WebSocket library make the handshake, or send it with GET in capitals and without a body."),
    references=(rfc6455("4.1"),),
    cases=(
        Case(
            "POST",
            request(
                "POST /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Content-Length: 0",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
            ),
        ),
        Case(
            "Get",
            request(
                "Get /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a POST of JSON through a proxy that adds the upgrade",
            request(
                "POST /chat HTTP/1.1",
                "Host: a",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Content-Type: application/json",
                "Content-Length: 2",
            )
            + b"{}",
        ),
    ),
    supersedes=("body-with-handshake",),
)
