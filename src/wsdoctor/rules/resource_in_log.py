"""An access log shows what browsers fetch by themselves."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import LIMIT

_FILE = re.compile(
    r"(?:^|[\s\"'/(])(?P<file>favicon\.ico|apple-touch-icon[\w-]*\.png|browserconfig\.xml|[\w-]+\.webmanifest"
    r"|com\.chrome\.devtools\.json|[\w.-]+\.(?:js|css)\.map|(?:[\w-]{1,40}-)?(?:sw|service-?worker)\.js"
    r"|ngsw(?:-worker\.js|\.json)|OneSignalSDKWorker\.js|favicon-\d+x\d+\.png|mstile-\d+x\d+\.png"
    r"|safari-pinned-tab\.svg)(?![\w/-])",
    re.IGNORECASE | re.MULTILINE,
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _FILE.search(log[:LIMIT]) if first_bytes is None else None
    return (
        f"The log names {found['file'][:60]}, a file that browsers fetch by themselves." if found is not None else None
    )


RULE = Rule(
    id="resource-in-log",
    title="The log shows a file that browsers fetch by themselves",
    cls="browser-subresource",
    level="note",
    confidence=0.85,
    match=match,
    why="Browsers look for icons, manifests and source maps without being told to, and for the script of a service "
    "worker again and again once a page of this address has had one, be it years ago. Such a line in the log of a "
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
        Case("a service worker of another application", None, {"log": "404 GET /sw.js (::1) 11.97ms\n"}),
        Case(
            "one of Firebase",
            None,
            {"log": 'Started GET "/firebase-messaging-sw.js" for 127.0.0.1 at 2026-09-28 16:08:07 +0100\n'},
        ),
    ),
    near_misses=(
        Case("another script", None, {"log": "404 GET /lib/flow.js (::1) 11.97ms\n"}),
        Case(
            "a path of an application",
            None,
            {"log": '192.0.2.7 - - [01/Apr/2026:22:09:07 +0000] "GET /chat HTTP/1.1" 404 150\n'},
        ),
    ),
    supersedes=("browser-visit-in-log",),
)
