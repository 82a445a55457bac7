"""A person opened the WebSocket port as a page."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import is_navigation
from wsdoctor.rules._declared import calls
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._pages import FETCH_METADATA, rfc6455
from wsdoctor.rules._plain import is_plain, is_taken, line_of

HTML = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NAVIGATION = (CHROME, HTML, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-User: ?1",
              "Sec-Fetch-Dest: document", "Accept-Language: en")  # fmt: skip


def match(
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...],
    user_agent: str,
    sender: Sender | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method == "OPTIONS" or not handshake or not is_plain(headers) or is_taken(sender):
        return None
    if not is_navigation(headers, user_agent):
        return None
    ground = "Sec-Fetch-Mode: navigate" if "sec-fetch-mode" in headers else "an Accept field that begins with text/html"
    return f"{line_of(method, target)} came with {ground}: a browser was told to show this address as a page."


RULE = Rule(
    id="browser-opened-port",
    title="Somebody opened the WebSocket port as a page in a browser",
    cls="browser-navigation",
    level="note",
    confidence=0.96,
    match=match,
    declared=calls({"navigation"}),
    why="The address was typed, clicked or restored in a browser tab, so the browser asks for a page by plain HTTP. "
    "A WebSocket server has no pages; it only answers handshakes that a script begins with new WebSocket(). "
    "The visitor sees an error such as 426 Upgrade Required, while real clients are not affected.",
    remedy=Remedy(
        "Open the address of the HTTP server instead, and correct the link, bookmark or start message that "
        "shows this port.",
        {
            "websockets": "Answer visitors in process_request, for example with connection.respond(200, text).",
            "Replit": "In .replit map the HTTP server to external port 80: [[ports]] localPort = 5000, "
            "externalPort = 80.",
            "Docker": "Publish the page's port beside the WebSocket port, and give people the former.",
        },
    ),
    references=(
        rfc6455("4.2.1"),
        FETCH_METADATA,
        Reference(
            "websockets FAQ: how do I access HTTP headers, or serve HTTP on the same port",
            "https://websockets.readthedocs.io/en/stable/faq/server.html",
        ),
    ),
    cases=(
        Case(
            "Chrome, address typed",
            request("GET / HTTP/1.1", "Host: localhost:8080", "Connection: keep-alive", *NAVIGATION),
        ),
        Case(
            "Firefox without Fetch Metadata",
            request(
                "GET / HTTP/1.1",
                "Host: 198.51.100.7:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0",
                HTML,
                "Connection: keep-alive",
                "Upgrade-Insecure-Requests: 1",
            ),
        ),
        Case(
            "through a proxy that adds the upgrade to every request",
            request(
                "GET /ws HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", "Host: 127.0.0.1:9000", *NAVIGATION
            ),
        ),
        Case(
            "through an old nginx",
            request("GET /ws HTTP/1.0", "Host: 127.0.0.1:9000", "Connection: close", *NAVIGATION),
        ),
    ),
    near_misses=(
        Case(
            "the page's script fetches the port",
            request(
                "GET / HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
        Case(
            "a monitor that asks for HTML",
            request(
                "GET / HTTP/1.1", "Host: a", "Accept: text/html", "User-Agent: Uptime-Kuma/1.23.15", "Connection: close"
            ),
        ),
    ),
)
