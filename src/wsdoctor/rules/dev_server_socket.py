"""The reload client of a development server knocks on the WebSocket port."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._examples import CHROME, good_handshake
from wsdoctor.rules._log_text import refusal
from wsdoctor.rules._plain import is_plain, line_of

RULE_ID = "dev-server-socket"
_PATHS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "webpack",
        re.compile(
            r"/(?:[\w-]+/)?__webpack_hmr|/webpack-dev-server(?:/.*)?|/sockjs-node(?:/.*)?|/.*\.hot-update\.(?:js|json)"
        ),
    ),
    ("Next.js", re.compile(r"/(?:[\w-]+/)?_next/webpack-hmr|/__nextjs_original-stack-frames?")),
    ("Vite", re.compile(r"/@vite/client|/__vite_ping|/@vite/.*")),
    ("LiveReload", re.compile(r"/livereload(?:\.js)?")),
    ("Browsersync", re.compile(r"/browser-sync/.*")),
    ("Gatsby", re.compile(r"/__gatsby.*|/___graphql")),
    ("Nuxt", re.compile(r"/_nuxt/hmr|/__nuxt.*")),
    ("Angular", re.compile(r"/ng-cli-ws")),
)
_SUBPROTOCOLS = {"vite-hmr": "Vite", "vite-ping": "Vite"}


def match(
    method: str,
    target: str,
    path: str,
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
    sender: Sender | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    subprotocols = headers.tokens("sec-websocket-protocol")
    product = next((_SUBPROTOCOLS[each] for each in subprotocols if each in _SUBPROTOCOLS), None)
    if product is None and path.startswith("/"):
        product = next((name for name, pattern in _PATHS if pattern.fullmatch(path) is not None), None)
    if product is None and sender is not None and sender.rule == RULE_ID:
        product = sender.name
    if product is None:
        return None
    if not handshake:
        refused = refusal(outcome, status, log)
        return (
            None if refused is None else f"{line_of(method, target)} is the reload socket of {product}, and {refused}."
        )
    return f"{line_of(method, target)} is made by the reload client of {product}." if is_plain(headers) else None


RULE = Rule(
    id=RULE_ID,
    title="The reload client of a development server knocks on the WebSocket port",
    cls="wrong-realtime-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why="Pages of a development build hold a small client that waits for changes of the code and reloads the "
    "page. It looks for its "
    "development server at the page's own address. If another server answers there, because of a proxy, a "
    "port that was used "
    "before, or a development build in production, the client tries again for ever.",
    remedy=Remedy(
        "Tell the development server where its clients find it, or deploy a production build.",
        {
            "Vite": "server.hmr.clientPort / server.hmr.port, or server.hmr.path with a proxy rule for it",
            "webpack-dev-server": "client.webSocketURL, and a proxy rule for /ws of its own",
            "Next.js": "proxy_pass for /_next/webpack-hmr with Upgrade and Connection in nginx; next build && "
            "next start in production",
        },
    ),
    references=(
        Reference("Vite: server.hmr", "https://vite.dev/config/server-options#server-hmr"),
        Reference("webpack-dev-server: client", "https://webpack.js.org/configuration/dev-server/#devserverclient"),
    ),
    cases=(
        Case("Vite's socket, refused", good_handshake("/", "Sec-WebSocket-Protocol: vite-hmr"), {"status": 400}),
        Case(
            "webpack's event stream",
            request(
                "GET /__webpack_hmr HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: text/event-stream",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
        Case(
            "SockJS of an old webpack",
            request(
                "GET /sockjs-node/info?t=1700000000000 HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
    ),
    near_misses=(
        Case(
            "Vite's socket, accepted", good_handshake("/", "Sec-WebSocket-Protocol: vite-hmr"), {"outcome": "upgraded"}
        ),
        Case(
            "events of an application", request("GET /events HTTP/1.1", "Host: a", CHROME, "Accept: text/event-stream")
        ),
    ),
    supersedes=(
        "sockjs-client",
        "eventsource-client",
        "long-polling-client",
        "socketio-client",
        "page-fetches-websocket-port",
        "page-resource-request",
        "http-library-request",
        "no-common-subprotocol",
        "server-rejects-good-handshake",
        "browser-opened-port",
        "origin-rejected",
        "origin-differs-from-host",
    ),
)
