"""A browser loaded the WebSocket port ahead of its user."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import is_prefetch
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain, is_taken, line_of


def match(
    method: str, target: str, headers: Headers, handshake: tuple[str, ...], sender: Sender | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or not is_plain(headers) or is_taken(sender) or not is_prefetch(headers):
        return None
    purpose = headers.get("sec-purpose") or headers.get("purpose") or headers.get("x-purpose") or headers.get("x-moz")
    return (
        f"{line_of(method, target)} came with the purpose “{(purpose or '')[:40]}”: nobody has opened the address yet."
    )


RULE = Rule(
    id="browser-prefetch",
    title="A browser loaded the WebSocket port ahead of its user",
    cls="browser-navigation",
    level="note",
    confidence=0.95,
    match=match,
    why="Browsers load pages that their user is likely to open next: a link under the pointer, an address "
    "being typed, a "
    "prefetch or speculation rule of a page. The request is plain HTTP and says its purpose. It does no harm.",
    remedy=Remedy(
        "Remove links, prefetch hints and speculation rules that name this port; what a browser guesses from "
        "its history goes away by itself.",
        {"HTML": '<link rel="prefetch" href="…"> and <script type="speculationrules">'},
    ),
    references=(
        Reference(
            "MDN: Sec-Purpose", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Purpose"
        ),
        Reference(
            "MDN: Speculation Rules API", "https://developer.mozilla.org/en-US/docs/Web/API/Speculation_Rules_API"
        ),
    ),
    cases=(
        Case(
            "Chrome, prerender",
            request(
                "GET / HTTP/1.1",
                "Host: localhost:8080",
                "Sec-Purpose: prefetch;prerender",
                CHROME,
                "Accept: text/html",
                "Sec-Fetch-Site: none",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: document",
            ),
        ),
        Case(
            "an older browser",
            request(
                "GET / HTTP/1.1",
                "Host: localhost:8080",
                "X-Moz: prefetch",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0",
                "Accept: text/html",
            ),
        ),
    ),
    near_misses=(
        Case(
            "opened by a person",
            request(
                "GET / HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: text/html",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: document",
            ),
        ),
    ),
    supersedes=("browser-opened-port", "page-frames-port", "page-fetches-websocket-port", "page-resource-request"),
)
