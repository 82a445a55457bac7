"""A page takes an image, script or style sheet from the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import is_navigation, resource_of
from wsdoctor.rules._declared import calls
from wsdoctor.rules._examples import CHROME
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
    if not handshake or not is_plain(headers) or is_taken(sender) or is_navigation(headers, user_agent):
        return None
    resource = resource_of(headers, user_agent)
    return f"{line_of(method, target)} fetches {resource} for a page." if resource is not None else None


RULE = Rule(
    id="page-resource-request",
    title="A page takes an image, script or other part from the WebSocket port",
    cls="browser-subresource",
    level="warning",
    confidence=0.93,
    match=match,
    declared=calls({"subresource"}),
    why="A page refers to one of its parts with an address that leads to the WebSocket port: a relative "
    "address on a page that "
    "was served here, a wrong base address, or a proxy rule that sends static files to the wrong server. "
    "The browser fetches it by plain HTTP and gets an error, so the page lacks that part.",
    remedy=Remedy(
        "Look up the page in the Referer field, and give the element the address of the HTTP server; behind a "
        "proxy send only the "
        "WebSocket's path to this port.",
        {"nginx": "location /ws { proxy_pass http://127.0.0.1:8080; } beside location / for the HTTP server"},
    ),
    references=(
        Reference(
            "MDN: Sec-Fetch-Dest", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Dest"
        ),
    ),
    cases=(
        Case(
            "a script",
            request(
                "GET /static/app.js HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Mode: no-cors",
                "Sec-Fetch-Dest: script",
                "Referer: http://localhost:8080/",
            ),
        ),
        Case(
            "an image, without Fetch Metadata",
            request(
                "GET /logo.svg HTTP/1.1",
                "Host: 192.0.2.4:8080",
                "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 15_6 like "
                "Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1",
                "Accept: image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            ),
        ),
    ),
    near_misses=(
        Case(
            "an image opened as a page",
            request(
                "GET /logo.svg HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: text/html,image/*",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: document",
            ),
        ),
    ),
)
