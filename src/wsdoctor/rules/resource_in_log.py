"""An access log shows what browsers fetch by themselves."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import requests_in

_PATH = re.compile(
    r"/(?:favicon\.ico|apple-touch-icon[\w-]*\.png|manifest\.json|[\w-]*\.webmanifest|browserconfig\.xml"
    r"|\.well-known/appspecific/com\.chrome\.devtools\.json|.*\.(?:js|css)\.map)",
    re.IGNORECASE,
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None:
        return None
    for seen in requests_in(log):
        if seen.method == "GET" and _PATH.fullmatch(seen.path) is not None:
            return (
                f"The log shows GET {seen.path[:60]}, answered {seen.status}: a file that browsers fetch by themselves."
            )
    return None


RULE = Rule(
    id="resource-in-log",
    title="The log shows a file that browsers fetch by themselves",
    cls="browser-subresource",
    level="note",
    confidence=0.85,
    match=match,
    why="Browsers look for icons, manifests and source maps without being told to. Such a line in the log of a "
    "WebSocket server "
    "means that somebody opened its port as a page. It does no harm.",
    remedy=Remedy("Nothing is broken. Have people open the address of the HTTP server instead of this port."),
    references=(
        Reference("HTML standard: link type icon", "https://html.spec.whatwg.org/multipage/links.html#rel-icon"),
    ),
    cases=(
        Case(
            "an icon",
            None,
            {"log": '192.0.2.7 - - [01/Apr/2026:22:09:07 +0000] "GET /favicon.ico HTTP/1.1" 404 150 "-" "-"\n'},
        ),
    ),
    near_misses=(
        Case(
            "a path of an application",
            None,
            {"log": '192.0.2.7 - - [01/Apr/2026:22:09:07 +0000] "GET /chat HTTP/1.1" 404 150\n'},
        ),
    ),
    supersedes=("browser-visit-in-log",),
)
