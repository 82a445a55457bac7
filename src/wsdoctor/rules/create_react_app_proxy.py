"""Create React App's short proxy setting carries no WebSockets of one's own."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._files import found_in, unseen

_PROXY = re.compile(r"\"proxy\"\s*:\s*\"https?://[^\"]+\"")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    manifest = tuple(file for file in files if file.name.endswith("package.json"))
    return found_in(manifest, _PROXY)


RULE = Rule(
    id="create-react-app-proxy",
    title="The short proxy setting of Create React App carries no WebSocket",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    declared=hops(products={"create-react-app"}, loses=True),
    why=(
        "The line proxy in package.json forwards plain requests that ask for no page. WebSockets of the application "
        "are not among them, except on the development server's own path."
    ),
    remedy=Remedy(
        "Write src/setupProxy.js with http-proxy-middleware and ws: true.",
        {
            "http-proxy-middleware": "app.use('/ws', createProxyMiddleware({ target: 'http://localhost:3000', "
            "ws: true }))"
        },
    ),
    references=(
        Reference(
            "Create React App: proxying API requests",
            "https://create-react-app.dev/docs/proxying-api-requests-in-development/",
        ),
    ),
    cases=(
        Case(
            "the short form",
            facts={"files": (SourceFile("package.json", '{ "name": "site", "proxy": "http://localhost:3000" }'),)},
        ),
    ),
    near_misses=(
        Case("no proxy", facts={"files": (SourceFile("package.json", '{ "name": "site" }'),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("package.json", '{ "name": "site", "proxy": "http://localhost:3000" }'),)},
        ),
    ),
)
