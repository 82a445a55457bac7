"""A server or proxy wants credentials before it opens a WebSocket."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_requests import requests_in
from wsdoctor.rules._log_text import answered, says
from wsdoctor.rules._pages import rfc6455, rfc9110


def match(
    handshake: tuple[str, ...] | None = None,
    headers: Headers | None = None,
    status: int | None = None,
    log: str | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or (log is None and status not in {401, 407}):
        return None
    code = answered(status, log, lines=handshake == ())
    if code is None and handshake is None:
        code = next((seen.status for seen in requests_in(log) if seen.status in {401, 407}), None)
    if code in {401, 407} and (handshake == () or log is not None):
        sent = (
            "with an Authorization field"
            if headers is not None and "authorization" in headers
            else "without credentials"
        )
        how = f" {sent}" if headers is not None else ""
        return f"The handshake{how} was answered {code}."
    line = says(log, "credentials")
    return f"The log says “{line}”." if line is not None else None


RULE = Rule(
    id="credentials-missing",
    title="The handshake lacks the credentials that the server or a proxy wants",
    cls="auth-rejected",
    level="error",
    confidence=0.88,
    match=match,
    why="Somebody on the way answered 401 or 407: it wants to know who the client is. Browsers cannot add an "
    "Authorization field to a "
    "WebSocket, and do not ask for a password for it, so protection that works for pages often stops the WebSocket.",
    remedy=Remedy(
        "Let the client authenticate in a way that WebSockets allow: a cookie, a short-lived ticket in the "
        "address, or the first message.",
        {
            "nginx": "auth_basic off; in the WebSocket's location, with another kind of authentication in the "
            "application",
            "websockets": "process_request=basic_auth(…), or read a token from the first message",
            "Python clients": 'connect(url, additional_headers={"Authorization": "Bearer …"})',
            "Proxy (407)": "Put user and password of the proxy into the client's proxy settings",
        },
    ),
    references=(
        rfc9110("15.5.2"),
        rfc6455("10.5"),
        Reference(
            "websockets: authentication", "https://websockets.readthedocs.io/en/stable/topics/authentication.html"
        ),
    ),
    cases=(
        Case("401", good_handshake("/ws", "Origin: https://app.example.com"), {"status": 401}),
        Case(
            "a browser console",
            None,
            {
                "log": "WebSocket connection to 'wss://a/ws' failed: Error during WebSocket handshake: "
                "Unexpected response code: 401\n"
            },
        ),
        Case(
            "an access log",
            None,
            {"log": '198.51.100.7 - - [23/Feb/2017:20:10:11 +0100] "GET /api/websocket HTTP/1.1" 401 195 "-" "-"\n'},
        ),
    ),
    near_misses=(
        Case("accepted", good_handshake("/ws", "Authorization: Bearer x"), {"outcome": "upgraded"}),
        Case("no such path", good_handshake("/ws"), {"status": 404}),
    ),
    supersedes=("server-rejects-good-handshake", "origin-rejected", "realtime-library-in-log"),
)
