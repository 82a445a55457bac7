"""A browser looked for the icon of what it took for a web site."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import is_navigation
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain, is_taken

_ICON = re.compile(r"/(?:favicon(?:-\d+x\d+)?\.(?:ico|png|svg)|apple-touch-icon[\w-]*\.png)", re.IGNORECASE)


def match(
    method: str, path: str, headers: Headers | None = None, user_agent: str | None = None, sender: Sender | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method not in {"GET", "HEAD"} or is_taken(sender) or _ICON.fullmatch(path) is None:
        return None
    if headers is not None and (not is_plain(headers) or is_navigation(headers, user_agent)):
        return None
    return f"{method} {path[:60]} asks for a site's icon, as browsers do by themselves."


RULE = Rule(
    id="favicon-request",
    title="A browser asked the WebSocket port for a site icon",
    cls="browser-subresource",
    level="note",
    confidence=0.95,
    match=match,
    why="Whenever a browser shows a page it looks for the site's icon at /favicon.ico, and Apple's systems at "
    "/apple-touch-icon.png. Nobody's code asked for it: it follows a visit of this port as a page. It does no harm.",
    remedy=Remedy(
        "Nothing is broken. The requests end with the visits that cause them, so have people open the HTTP "
        "server instead.",
        {"HTML": '<link rel="icon" href="data:,"> in a page keeps browsers from asking its own server for the icon'},
    ),
    references=(
        Reference("HTML standard: link type icon", "https://html.spec.whatwg.org/multipage/links.html#rel-icon"),
        Reference(
            "MDN: link types, icon", "https://developer.mozilla.org/en-US/docs/Web/HTML/Reference/Attributes/rel#icon"
        ),
    ),
    cases=(
        Case(
            "Chrome after a visit",
            request(
                "GET /favicon.ico HTTP/1.1",
                "Host: localhost:8080",
                "Connection: keep-alive",
                CHROME,
                "Accept: image/avif,image/webp,image/*,*/*;q=0.8",
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Mode: no-cors",
                "Sec-Fetch-Dest: image",
                "Referer: http://localhost:8080/",
            ),
        ),
        Case(
            "Safari's icon service",
            request(
                "GET /apple-touch-icon-precomposed.png HTTP/1.1",
                "Host: ws.example.com",
                "Accept: */*",
                "User-Agent: com.apple.WebKit.Networking/8618.1.15 CFNetwork/1494.0.7 Darwin/23.4.0",
            ),
        ),
    ),
    near_misses=(
        Case(
            "another image",
            request(
                "GET /logo.png HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: image/*",
                "Sec-Fetch-Mode: no-cors",
                "Sec-Fetch-Dest: image",
            ),
        ),
    ),
    supersedes=("page-resource-request", "page-fetches-websocket-port", "http-library-request", "command-line-request"),
)
