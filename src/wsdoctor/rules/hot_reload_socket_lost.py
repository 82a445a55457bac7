"""The page of a development server came well, and its reload socket does not."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import names_cause, quote
from wsdoctor.rules._remedies import directives

_SAID = re.compile(
    r"(?i)\[vite\] failed to connect to websocket[^\n]{0,80}|\[WebSocket \(failing\)\][^\n]{0,80}"
    r"|WebSocket connection to '[^'\n]{1,300}(?:/_next/webpack-hmr|/ng-cli-ws|/__vite_hmr\S*)' failed[^\n]{0,80}"
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000]) if first_bytes is None and not names_cause(log) else None
    return None if found is None else f"The browser's console says “{quote(found[0])}”."


RULE = Rule(
    id="hot-reload-socket-lost",
    title="The reload socket of a development server does not get through",
    cls="proxy-strips-upgrade",
    level="warning",
    confidence=0.55,
    match=match,
    why="The page came through whatever stands in front of the development server, and its WebSocket does not. Most "
    "often "
    "a proxy passes no Upgrade on; a port of a container that the browser cannot reach under the same number looks the "
    "same.",
    remedy=Remedy(
        "Let the proxy pass Upgrade and Connection on, and tell the client the port that the browser sees.",
        {**directives("nginx"), "Vite": "server: { hmr: { clientPort: 443, protocol: 'wss' } }"},
    ),
    references=(Reference("Vite: server.hmr", "https://vite.dev/config/server-options.html#server-hmr"),),
    cases=(
        Case("Vite", None, {"log": "[vite] failed to connect to websocket.\nyour current setup:\n"}),
        Case("Next.js", None, {"log": "WebSocket connection to 'wss://a.example/_next/webpack-hmr' failed: \n"}),
    ),
    near_misses=(Case("another socket", None, {"log": "WebSocket connection to 'wss://a.example/ws' failed: \n"}),),
    supersedes=("handshake-answered-as-page", "realtime-library-in-log", "no-websocket-route"),
)
