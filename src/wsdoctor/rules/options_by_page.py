"""A page sends OPTIONS to the WebSocket port, without the fields of a preflight."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import is_browser
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._pages import CORS, rfc9110
from wsdoctor.rules._plain import is_plain, is_taken, line_of


def match(
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...],
    user_agent: str,
    sender: Sender | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method != "OPTIONS" or not handshake or is_taken(sender) or not is_plain(headers):
        return None
    preflight = "access-control-request-method" in headers
    page = is_browser(user_agent) and "origin" in headers and "x-requested-with" not in headers
    if preflight == page:
        return None
    lacking = "Origin" if preflight else "Access-Control-Request-Method"
    return (
        f"{line_of(method, target)} has the fields of a preflight but for {lacking}, which may have been "
        f"lost on the way."
    )


RULE = Rule(
    id="options-by-page",
    title="A page sends OPTIONS to the WebSocket port",
    cls="cors-preflight",
    level="warning",
    confidence=0.65,
    match=match,
    why="Browsers send OPTIONS before calls to another origin by fetch() or XMLHttpRequest, never for a "
    "WebSocket. This one lacks a "
    "field that such preflights have, so it was cut short on the way, recorded in part, or made by a script itself.",
    remedy=Remedy(
        "Find the call in the page's scripts and give it the HTTP server's address; a WebSocket needs no CORS fields."
    ),
    references=(CORS, rfc9110("9.3.7")),
    cases=(
        Case(
            "with Origin alone",
            request(
                "OPTIONS /ws HTTP/1.1", "Host: localhost:8080", CHROME, "Accept: */*", "Origin: http://localhost:5000"
            ),
        ),
        Case(
            "without Origin",
            request("OPTIONS /ws HTTP/1.1", "Host: localhost:8080", "Access-Control-Request-Method: POST"),
        ),
    ),
    near_misses=(
        Case(
            "a preflight",
            request(
                "OPTIONS /ws HTTP/1.1", "Host: a", CHROME, "Origin: http://b", "Access-Control-Request-Method: POST"
            ),
        ),
        Case("HAProxy's check", request("OPTIONS / HTTP/1.0")),
    ),
    supersedes=("page-fetches-websocket-port", "http-library-request", "command-line-request"),
)
