"""An HTTP library was given a ws:// address."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_SAID = re.compile(
    r"(?i)[^\n]{0,60}(?:no connection adapters were found for '?wss?:|unknown (?:protocol|scheme|url type):? ?'?wss?\b"
    r"|(?:unsupported|invalid|unrecognized|unexpected) (?:protocol |url |uri )*(?:scheme)?:? ?[\"'`]?wss?\b"
    r"|[\"'`]?wss?:?[\"'`]? (?:scheme |protocol )?(?:is )?not supported|protocol [\"'`]wss?:?[\"'`] not supported"
    r"|Expected URL scheme 'http' or 'https' but was 'wss?'|has an unsupported protocol '?wss?\b|URL scheme "
    r"[\"'`]wss?[\"'`] is not supported)[^\n]{0,60}"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000])
    return None if found is None else f"The log says “{quote(found[0])}”, the words of an HTTP library."


RULE = Rule(
    id="http-client-given-websocket-address",
    title="An HTTP library was given the address of a WebSocket",
    cls="http-client-code",
    level="error",
    confidence=0.85,
    match=match,
    why="Libraries such as requests, fetch or URLConnection speak plain HTTP and know no ws:// or wss://. The code "
    "wants a WebSocket but calls one of them, so no handshake is ever sent. Writing http:// instead makes it a plain "
    "request, which the WebSocket server refuses.",
    remedy=Remedy(
        "Use a WebSocket client for this address.",
        {
            "Python": "websockets.connect(url), or websocket.create_connection(url)",
            "JavaScript": "new WebSocket(url)",
            "Java": "HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(uri, listener)",
            "Go": "websocket.DefaultDialer.Dial(url, nil)",
        },
    ),
    references=(
        Reference("RFC 6455 section 3: WebSocket URIs", "https://www.rfc-editor.org/rfc/rfc6455.html#section-3"),
    ),
    cases=(
        Case(
            "requests",
            None,
            {"log": "requests.exceptions.InvalidSchema: No connection adapters were found for 'ws://localhost/ws'\n"},
        ),
        Case("Java", None, {"log": "java.net.MalformedURLException: unknown protocol: ws\n"}),
        Case("Go", None, {"log": 'Get "ws://localhost:8080/ws": unsupported protocol scheme "ws"\n'}),
        Case("Node.js", None, {"log": 'TypeError [ERR_INVALID_PROTOCOL]: Protocol "ws:" not supported.\n'}),
    ),
    near_misses=(Case("a WebSocket client", None, {"log": "WebSocket connection to 'ws://localhost/ws' failed\n"}),),
)
