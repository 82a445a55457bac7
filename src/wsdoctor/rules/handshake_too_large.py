"""A handshake is larger than its server allows."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_requests import requests_in
from wsdoctor.rules._log_text import says
from wsdoctor.rules._pages import rfc9110


def match(
    handshake: tuple[str, ...] | None = None,
    headers: Headers | None = None,
    status: int | None = None,
    log: str | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded":
        return None
    line = says(log, "too-large") or next(
        (f"{seen.method} {seen.path[:60]} {seen.status}" for seen in requests_in(log) if seen.status in {414, 431}),
        None,
    )
    if line is None and not (status in {414, 431} and handshake == ()):
        return None
    size = f"{len(headers)} fields" if headers is not None else "the request"
    return f"The log says “{line}”." if line is not None else f"A right handshake with {size} was answered {status}."


RULE = Rule(
    id="handshake-too-large",
    title="The handshake has more or longer fields than the server allows",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="Servers bound the number and the length of the fields that they read, to be safe from abuse. Cookies "
    "that grew over the years, "
    "tokens in the address and fields of several proxies in a row can pass that bound, and then even a right "
    "handshake is refused.",
    remedy=Remedy(
        "Make cookies and tokens smaller, give the WebSocket a path or a host that cookies are not sent to, "
        "or raise the bound.",
        {
            "websockets": "WEBSOCKETS_MAX_NUM_HEADERS and WEBSOCKETS_MAX_LINE_LENGTH in the environment",
            "Node.js": "node --max-http-header-size=32768",
            "nginx": "large_client_header_buffers 8 32k;",
            "uvicorn": "--h11-max-incomplete-event-size 65536",
        },
    ),
    references=(
        Reference("RFC 6585 section 5", "https://www.rfc-editor.org/rfc/rfc6585#section-5"),
        rfc9110("15.5.15"),
        Reference(
            "websockets: environment variables", "https://websockets.readthedocs.io/en/stable/reference/variables.html"
        ),
    ),
    cases=(
        Case("431", good_handshake("/ws", "Cookie: a=" + "x" * 200), {"status": 431}),
        Case("Traefik", None, {"log": '10.0.3.7 - - [x] "GET /chat HTTP/1.1" 431 91 "-" "-" 29 "r@file" "-" 1ms\n'}),
        Case("websockets", None, {"log": "websockets.exceptions.SecurityError: too many HTTP headers\n"}),
    ),
    near_misses=(Case("accepted", good_handshake("/ws", "Cookie: a=" + "x" * 200), {"outcome": "upgraded"}),),
    supersedes=("server-rejects-good-handshake",),
)
