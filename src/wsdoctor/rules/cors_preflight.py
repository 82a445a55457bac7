"""A browser asks for leave before a call to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._pages import CORS, WEBSOCKET_API
from wsdoctor.rules._plain import line_of


def match(method: str, target: str, headers: Headers, origin: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    asked = headers.get("access-control-request-method")
    if method.upper() != "OPTIONS" or asked is None or not origin:
        return None
    because = headers.get("access-control-request-headers")
    cause = f" with {because[:80]}" if because else ""
    return f"{line_of(method, target)} by a page of {origin[:80]} asks for leave to send {asked[:20]}{cause}."


RULE = Rule(
    id="cors-preflight",
    title="A browser asks for leave (CORS preflight) before a call to the WebSocket port",
    cls="cors-preflight",
    level="warning",
    confidence=0.97,
    match=match,
    why="A script of a page calls this port with fetch() or XMLHttpRequest from another origin, in a way that "
    "needs leave, so the "
    "browser first sends OPTIONS. No browser does so for a WebSocket. The call that would follow is plain "
    "HTTP and would "
    "fail as well, so answering the preflight is no remedy.",
    remedy=Remedy(
        "Find the call in the page's scripts and give it the HTTP server's address; the WebSocket needs no "
        "CORS fields.",
        {
            "Socket.IO": "io(url, { transports: ['websocket'] }) sends no polling request, hence no preflight.",
            "JavaScript": "Tokens for a WebSocket go into the first message or a cookie, not into an "
            "Authorization field.",
        },
    ),
    references=(
        Reference("Fetch standard: CORS-preflight fetch", "https://fetch.spec.whatwg.org/#cors-preflight-fetch"),
        CORS,
        WEBSOCKET_API,
    ),
    cases=(
        Case(
            "before a POST of JSON",
            request(
                "OPTIONS /api/login HTTP/1.1",
                "Host: localhost:8080",
                "Accept: */*",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type",
                "Origin: http://localhost:5000",
                CHROME,
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Dest: empty",
            ),
        ),
        Case(
            "of a Socket.IO client with a token",
            request(
                "OPTIONS /socket.io/?EIO=4&transport=polling HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: authorization",
                "Origin: http://localhost:3000",
            ),
        ),
    ),
    near_misses=(
        Case("HAProxy's check", request("OPTIONS / HTTP/1.0")),
        Case(
            "OPTIONS by hand",
            request("OPTIONS / HTTP/1.1", "Host: localhost:8080", "User-Agent: curl/8.5.0", "Accept: */*"),
        ),
    ),
    supersedes=("http-library-request", "command-line-request"),
)
