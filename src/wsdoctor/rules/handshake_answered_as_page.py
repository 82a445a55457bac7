"""A browser or a client says that its handshake was answered with 200, 400, 405 or 426."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import text_of, unseen
from wsdoctor.rules._log_text import answered, names_cause, quote
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, directives

_REALTIME = re.compile(r"(?i)socket\.io|\bio(?:\.connect)?\(|sockjs|signalr|socketcluster")
_CODES = frozenset((200, 400, 405, 426))
_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:unexpected (?:server )?response(?: code)?"
    r"|WebSocket connection to '[^'\n]{1,300}' failed|handshake status|status code"
    r"|rejected WebSocket connection: HTTP)\s*[:(]?\s*(?:200|400|405|426)\b[^\n]{0,40}|\b(?:200|400|405"
    r"|426)\b[^\n]{0,30}\b(?:on|for|to|during) (?:the )?web ?socket (?:upgrade|handshake|request)"
)
_NOT_101 = (
    "websocket: bad handshake",
    "There was a bad response from the server",
    "The WebSocket handshake was declined by the remote peer",
    "websocketpp.processor:20",
    "[WS-Client][handleHeader] no Websocket connection",
    "Cannot upgrade to WebSocket connection",
    "The server does not understand the WebSocket protocol",
    "Server sent invalid upgrade response",
    "WebSocketError: Non-websocket response",
    "Not a WebSocket handshake response",
    "Not a WebSocket connection response",
)
"""What gorilla/websocket, Safari, Boost.Beast, WebSocket++, POCO, textalk, Tornado, arduinoWebSockets and
websocket-sharp say of any other status."""


def match(
    log: str,
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    files: tuple[SourceFile, ...] | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome) or _REALTIME.search(
        log[:20_000] + "".join(text_of(each) for each in files or ())
    ):
        return None
    found = _SAID.search(log[:20_000])
    if found is not None:
        return f"the log says “{quote(found[0])}”"
    if names_cause(log):
        return None
    code = answered(None, log)
    words = next((each for each in _NOT_101 if each in log), None)
    if code is None and words is not None:
        return f"the log says “{words}”, the words of a client that was not answered 101"
    return f"the client's handshake was answered {code}" if code in _CODES else None


RULE = Rule(
    id="handshake-answered-as-page",
    title="The handshake was answered like a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.55,
    match=match,
    why=(
        "The client sent a handshake and got an ordinary answer: a page with 200, or a refusal with 400, 405 or 426, "
        "as servers give it to requests that are no handshake. So the server did not see the two fields any more, or "
        "the address belongs to a server of pages."
    ),
    remedy=Remedy(
        (
            "Pass Upgrade and Connection on in every proxy on the way; then see whether the path is that of the "
            "WebSocket."
        ),
        directives(
            "nginx", "nginx 1.29.7 and later", "Apache httpd 2.4.47 and later", "Caddy", "Vite", "webpack-dev-server"
        ),
    ),
    references=(
        NGINX_WEBSOCKET,
        Reference(
            "RFC 6455 section 4.1: the client's requirements", "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.1"
        ),
    ),
    cases=(
        Case(
            "a page",
            facts={
                "log": "WebSocket connection to 'wss://app/live' failed: Error during WebSocket handshake: "
                "Unexpected response code: 200"
            },
        ),
        Case(
            "Safari",
            facts={"log": "WebSocket connection to 'wss://a/' failed: There was a bad response from the server.\n"},
        ),
        Case("refused", facts={"log": "WebSocket connection to 'wss://app/live' failed: 400"}),
    ),
    near_misses=(
        Case("a server's words", facts={"log": "connection failed (400 Bad Request)"}),
        Case(
            "forbidden",
            facts={
                "log": "WebSocket connection to 'wss://app/live' failed: Error during WebSocket handshake: "
                "Unexpected response code: 403"
            },
        ),
        Case(
            "Socket.IO",
            facts={
                "log": "WebSocket connection to 'ws://app/socket.io/?EIO=4&transport=websocket' failed: Error "
                "during WebSocket handshake: Unexpected response code: 400"
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "log": "WebSocket connection to 'wss://app/live' failed: Error during WebSocket handshake: "
                "Unexpected response code: 200"
            },
        ),
    ),
)
