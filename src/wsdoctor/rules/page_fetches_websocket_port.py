"""A page's script calls the WebSocket port with plain HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import is_script_call
from wsdoctor.rules._declared import calls
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._pages import FETCH_METADATA, WEBSOCKET_API
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
    if not handshake or method == "OPTIONS" or not is_plain(headers) or is_taken(sender):
        return None
    if not is_script_call(headers, user_agent):
        return None
    page = headers.get("origin") or headers.get("referer")
    of = f" of {page[:80]}" if page and page != "null" else ""
    return (
        f"{line_of(method, target)} was made by a script{of} with fetch() or XMLHttpRequest, not with new WebSocket()."
    )


RULE = Rule(
    id="page-fetches-websocket-port",
    title="A page's script calls the WebSocket port with plain HTTP",
    cls="http-client-code",
    level="warning",
    confidence=0.92,
    match=match,
    declared=calls({"client-code"}, {"browser", "react-native", "service-worker"}),
    why="Code of a page used fetch(), XMLHttpRequest or a library such as axios with the address of the "
    "WebSocket server. "
    "The port understands nothing but the opening handshake that new WebSocket() makes, so the call always fails. "
    "Usually two addresses in the page's settings were mixed up.",
    remedy=Remedy(
        "Let the script call the HTTP server's address, and keep the WebSocket's address for new WebSocket() alone.",
        {
            "JavaScript": 'new WebSocket("wss://host/ws") for messages; fetch("https://host/api/…") for '
            "everything else.",
            "Vite": "Keep VITE_API_URL and VITE_WS_URL apart; server.proxy sends /api to the HTTP server's port.",
            "Create React App": '"proxy" in package.json must name the HTTP server\'s port.',
        },
    ),
    references=(WEBSOCKET_API, FETCH_METADATA),
    cases=(
        Case(
            "fetch() to the wrong port",
            request(
                "GET /api/messages HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
                "Referer: http://localhost:5000/",
            ),
        ),
        Case(
            "POST of JSON, after its preflight",
            request(
                "POST /api/login HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: application/json",
                "Content-Type: application/json",
                "Content-Length: 2",
                "Origin: http://localhost:3000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            )
            + b"{}",
        ),
        Case(
            "jQuery, without Fetch Metadata",
            request(
                "GET /status HTTP/1.1",
                "Host: 192.0.2.4:8080",
                "User-Agent: Mozilla/5.0 (Windows NT 10.0; WOW64; rv:60.0) Gecko/20100101 Firefox/60.0",
                "Accept: application/json, text/javascript, */*; q=0.01",
                "X-Requested-With: XMLHttpRequest",
                "Referer: http://192.0.2.4/",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a WebSocket of the page",
            request(
                "GET / HTTP/1.1",
                "Host: localhost:8080",
                "Connection: Upgrade",
                "Upgrade: websocket",
                CHROME,
                "Origin: http://localhost:5000",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
        Case(
            "its preflight",
            request(
                "OPTIONS /api/login HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Origin: http://localhost:3000",
                "Access-Control-Request-Method: POST",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
    ),
    supersedes=("api-call",),
)
