"""Developer tools looked for a source map."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain, is_taken, line_of

_MAP = re.compile(r"/(?:[^?]*\.(?:js|mjs|cjs|css|ts|wasm)\.map|[^?/]*\.map)")


def match(method: str, path: str, headers: Headers | None = None, sender: Sender | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method != "GET" or is_taken(sender) or _MAP.fullmatch(path) is None:
        return None
    if headers is not None and not is_plain(headers):
        return None
    return f"{line_of(method, path)} asks for a source map, as developer tools do when they are open."


RULE = Rule(
    id="source-map-request",
    title="Developer tools asked the WebSocket port for a source map",
    cls="browser-subresource",
    level="note",
    confidence=0.9,
    match=match,
    why="A script ends with a comment that names its source map. Developer tools and error trackers fetch that file by "
    "plain HTTP, relative to the address of the script. If that address leads to the WebSocket port, so does "
    "the request.",
    remedy=Remedy(
        "Serve the maps beside their scripts on the HTTP server, or build without the sourceMappingURL comment.",
        {"Vite": "build.sourcemap: false", "webpack": "devtool: false"},
    ),
    references=(Reference("Source map format", "https://tc39.es/ecma426/"),),
    cases=(
        Case(
            "developer tools of Chrome",
            request(
                "GET /static/js/bundle.js.map HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Sec-Fetch-Mode: no-cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the script itself",
            request(
                "GET /static/js/bundle.js HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Sec-Fetch-Mode: no-cors",
                "Sec-Fetch-Dest: script",
            ),
        ),
    ),
    supersedes=(
        "page-resource-request",
        "page-fetches-websocket-port",
        "http-library-request",
        "command-line-request",
        "browser-opened-port",
    ),
)
