"""A browser says that the answer 101 lacks Upgrade or Connection."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import half_accepted, quote
from wsdoctor.rules._pages import rfc6455, rfc9110

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:handshake: '(?:Upgrade|Connection)' header (?:is missing|value (?:must contain|is not))"
    r"|(?-i:HS: (?:UPGRADE (?:missing|malformed)|CONNECTION missing|Upgrade to something other than websocket))"
    r"|invalid handshake response (?:upgrade|connection): null|(?:response|server)[^\n]{0,40}(?:missing|without"
    r"|lacks|no) "
    r"['\"`]?(?:upgrade|connection)['\"`]? header"
    r"|expected an? (?:connection: upgrade|upgrade: websocket) header from the server|server did not set (?:upgrade"
    r"|connection) header|opening handshake response does not contain '(?:upgrade|connection)'"
    r"|expected '(?:upgrade|connection)' header value '\w+' but was"
    r"|\b101, message='invalid (?:upgrade|connection) header'"
    r"|\bthe '(?:upgrade|connection)' header value '[^'\n]{0,60}' is invalid"
    r"|processHandshake: Invalid statusline in response"
    r"|(?:upgrade|connection|accept) header missing in opening handshake reply)(?!: h2)[^\n]{0,60}"
)


def match(log: str, headers: Headers | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if (lack := half_accepted(log)) is not None:
        return f"The log shows the answer 101 with {lack}, where the client must find Upgrade and Connection: Upgrade."
    found = _SAID.search(log[:20_000]) if headers is None else None
    return None if found is None else f"The client says “{quote(found[0])}” of the server's answer."


RULE = Rule(
    id="answer-without-upgrade",
    title="The server's answer lacks Upgrade or Connection",
    cls="server-fault",
    level="error",
    confidence=0.6,
    match=match,
    why="The server answered 101, but its answer does not say Upgrade: websocket and Connection: Upgrade, which the "
    "client must find there. Most often the server's own code writes the answer and leaves them out or misspells "
    "them; seldom a proxy takes them from the answer on the way back. An answer in HTTP/1.0 upgrades nothing "
    "either, whatever it says.",
    remedy=Remedy(
        "Let the server answer with both fields and Sec-WebSocket-Accept, better by a library; look at the answer with "
        "and without the proxy in between.",
        {
            "curl": "curl --http1.1 -i -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' "
            "-H 'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==' http://host:port/path"
        },
    ),
    references=(rfc6455("4.2.2"), rfc9110("7.6.1")),
    cases=(
        Case(
            "OkHttp", None, {"log": "ProtocolException: Expected 'Connection' header value 'Upgrade' but was 'null'\n"}
        ),
        Case("undici", None, {"log": 'Server did not set Upgrade header to "websocket".\n'}),
        Case(
            "Chrome",
            None,
            {"log": "WebSocket connection failed: Error during WebSocket handshake: 'Upgrade' header is missing\n"},
        ),
        Case(
            "the answer itself",
            None,
            {"log": "HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nSec-WebSocket-Accept: s3pPLMBiTxaQ9k=\n"},
        ),
        Case(
            "HTTP/1.0, in which servers of Python's standard library answer unless they are told otherwise",
            None,
            {
                "log": "A response to this request:\n    HTTP/1.0 101 Switching Protocols\n    Upgrade: websocket\n"
                "    Connection: Upgrade\nNot a WebSocket connection response\n"
            },
        ),
        Case(
            "another Connection",
            None,
            {
                "log": "< HTTP/1.1 101 Switching Protocols\n< Upgrade: websocket\n< Connection: close\n"
                "< Sec-WebSocket-Accept: s3pPLMBiTxaQ9k=\n"
            },
        ),
        Case("libwebsockets", None, {"log": "CLIENT_CONNECTION_ERROR: HS: UPGRADE missing\n"}),
        Case("Netty", None, {"log": "WebSocketHandshakeException: Invalid handshake response upgrade: null\n"}),
    ),
    near_misses=(
        Case("the request lacks it", None, {"log": "`Upgrade` header did not include 'websocket'\n"}),
        Case(
            "a right answer",
            None,
            {
                "log": "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: keep-alive, Upgrade\n"
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9k=\n"
            },
        ),
        Case("of which a part is shown", None, {"log": "HTTP/1.1 101 Switching Protocols\nConnection: upgrade\n"}),
    ),
    supersedes=("handshake-answered-as-page",),
)
