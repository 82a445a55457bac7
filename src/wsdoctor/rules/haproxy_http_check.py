"""HAProxy checks the server by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ask_text, is_public, is_stray
from wsdoctor.rules._declared import CHECKS, checks


def match(
    method: str,
    target: str,
    http_version: str,
    headers: Headers,
    complete: bool,
    handshake: tuple[str, ...] | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for the two forms in which HAProxy writes checks: HTTP/1.0 without fields, and host and connection alone."""
    if not complete or not is_stray(headers, handshake) or method not in {"OPTIONS", "GET", "HEAD"}:
        return None
    if http_version == "HTTP/1.0" and not headers:
        if method == "GET" and target == "/" and is_public(peer):
            return None
        return f"{ask_text(method, target, peer=peer)} came as HTTP/1.0 without any field, as option httpchk writes it."
    if http_version == "HTTP/1.1" and headers.lines == (("host", headers.get("host") or ""), ("connection", "close")):
        return (
            f"{ask_text(method, target, peer=peer)} has host and connection alone, in lower case, as http-check "
            f"send writes it."
        )
    return None


RULE = Rule(
    id="haproxy-http-check",
    title="HAProxy checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.88,
    match=match,
    declared=checks(CHECKS, {"haproxy"}),
    why="With option httpchk HAProxy asks the server every two seconds by HTTP, without further "
    "words by OPTIONS / HTTP/1.0. It "
    "wants a status of 200 to 399. A WebSocket server answers 426, 405 or 505, so HAProxy "
    "takes it out and clients get 503. "
    "The request looks like a CORS preflight, but has no Origin: it is none.",
    remedy=Remedy(
        "Let HAProxy expect what the server answers, make a real handshake, or check the TCP connection alone.",
        {
            "HAProxy, TCP": "remove option httpchk; server ws1 10.0.0.5:8080 check then connects and closes.",
            "HAProxy, expected status": "option httpchk; http-check send meth GET uri /ws ver HTTP/1.1 hdr Host "
            "chat.example.com; "
            ""
            "http-check expect status 426",
            "HAProxy, handshake": "http-check send meth GET uri /ws ver HTTP/1.1 hdr Host chat.example.com "
            "hdr Connection "
            "Upgrade "
            "hdr Upgrade websocket hdr Sec-WebSocket-Version 13 hdr Sec-WebSocket-Key x3JJHMbDL1EzLkh9GBhXDw==; "
            "http-check expect status 101",
        },
    ),
    references=(
        Reference("HAProxy: option httpchk", "https://docs.haproxy.org/2.8/configuration.html#option%20httpchk"),
        Reference("HAProxy: http-check send", "https://docs.haproxy.org/2.8/configuration.html#http-check%20send"),
    ),
    cases=(
        Case("option httpchk", request("OPTIONS / HTTP/1.0"), {"peer": "10.0.0.7"}),
        Case("option httpchk GET", request("GET /chat HTTP/1.0")),
        Case(
            "http-check send",
            request("GET /ws HTTP/1.1", "host: app.example.com", "connection: close"),
            {"peer": "10.0.0.7"},
        ),
    ),
    near_misses=(
        Case(
            "a preflight",
            request(
                "OPTIONS / HTTP/1.1",
                "Host: chat:8080",
                "Origin: http://a.example",
                "Access-Control-Request-Method: POST",
            ),
        ),
        Case("a stranger's GET / HTTP/1.0", request("GET / HTTP/1.0"), {"peer": "203.0.113.7"}),
        Case("a cut-off head", b"OPTIONS / HTTP/1.0\r\n"),
    ),
    supersedes=("health-path-request", "head-request", "platform-http-check", "cors-preflight"),
)
