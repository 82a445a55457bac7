"""A browser looked for a web app manifest or updated a service worker."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain, is_taken, line_of

_PATH = re.compile(
    r"/(?:[\w/-]*/)?(?:manifest\.json|[\w-]*\.webmanifest|browserconfig\.xml|service-?worker\.js|sw\.js)", re.IGNORECASE
)


def match(
    method: str, target: str, path: str, headers: Headers, handshake: tuple[str, ...], sender: Sender | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method != "GET" or not handshake or is_taken(sender) or not is_plain(headers):
        return None
    if (headers.get("service-worker") or "").lower() == "script":
        return f"{line_of(method, target)} came with Service-Worker: script: a browser updates a service worker."
    if _PATH.fullmatch(path) is None or (headers.get("sec-fetch-mode") or "").lower() == "navigate":
        return None
    return f"{line_of(method, target)} asks for a file that browsers fetch for installed web apps."


RULE = Rule(
    id="web-app-manifest-request",
    title="A browser asked the WebSocket port for a manifest or service worker",
    cls="browser-subresource",
    level="note",
    confidence=0.9,
    match=match,
    why="A page names a web app manifest, and a service worker that was once installed for an address is "
    "fetched again at "
    "least daily. Browsers do so by themselves with plain HTTP, also when another server has since taken over "
    "the port: "
    "typical on localhost, where one project's service worker outlives it.",
    remedy=Remedy(
        "Serve these files from the HTTP server; unregister a service worker left over from another project "
        "on this port.",
        {"Chrome": "Developer tools, Application, Service workers, Unregister", "Firefox": "about:debugging#workers"},
    ),
    references=(
        Reference("Service Workers: update", "https://www.w3.org/TR/service-workers/#update-algorithm"),
        Reference(
            "MDN: web app manifest", "https://developer.mozilla.org/en-US/docs/Web/Progressive_web_apps/Manifest"
        ),
    ),
    cases=(
        Case(
            "a manifest",
            request(
                "GET /manifest.json HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: manifest",
                "Referer: http://localhost:8080/",
            ),
        ),
        Case(
            "an old service worker",
            request(
                "GET /firebase-messaging.js HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Service-Worker: script",
                "Sec-Fetch-Mode: same-origin",
                "Sec-Fetch-Dest: serviceworker",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a script of a page",
            request(
                "GET /app.js HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Sec-Fetch-Mode: no-cors",
                "Sec-Fetch-Dest: script",
            ),
        ),
    ),
    supersedes=("page-resource-request", "page-fetches-websocket-port", "http-library-request", "command-line-request"),
)
