"""A page shows the WebSocket port in a frame."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import FRAMES, is_navigation
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._pages import FETCH_METADATA
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
    destination = (headers.get("sec-fetch-dest") or "").lower()
    if destination not in FRAMES or not handshake or not is_plain(headers) or is_taken(sender):
        return None
    if not is_navigation(headers, user_agent):
        return None
    return (
        f"{line_of(method, target)} came with Sec-Fetch-Dest: {destination}: another page shows this "
        f"address in a frame."
    )


RULE = Rule(
    id="page-frames-port",
    title="A page shows the WebSocket port in a frame",
    cls="browser-navigation",
    level="warning",
    confidence=0.95,
    match=match,
    why="Some page, often the application itself or a dashboard, embeds this address with an iframe, frame, embed or "
    "object element. The browser then asks for a page by plain HTTP, each time the outer page is loaded. "
    "A WebSocket server has no page to give, so the frame shows an error.",
    remedy=Remedy(
        "Find the element whose src or data names this port and give it the address of the HTTP server.",
        {"HTML": 'search for <iframe src="http…:PORT"> and for scripts that set iframe.src'},
    ),
    references=(
        FETCH_METADATA,
        Reference(
            "MDN: Sec-Fetch-Dest", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Dest"
        ),
    ),
    cases=(
        Case(
            "a dashboard with an iframe",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                CHROME,
                "Accept: text/html,*/*;q=0.8",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: iframe",
                "Referer: https://board.example.com/",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a page of its own",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                CHROME,
                "Accept: text/html",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: document",
            ),
        ),
    ),
    supersedes=("browser-opened-port",),
)
