"""A log says that client and server found no common subprotocol."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import says
from wsdoctor.rules._pages import WEBSOCKET_API, rfc6455


def match(log: str, headers: Headers | None = None, handshake: tuple[str, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake:
        return None
    line = says(log, "subprotocol")
    if line is None:
        return None
    offered = headers.get("sec-websocket-protocol") if headers is not None else None
    asked = f"The client offers “{offered[:80]}”; the" if offered else "The"
    return f"{asked} log says “{line}”."


RULE = Rule(
    id="subprotocol-refused",
    title="Client and server found no common subprotocol",
    cls="subprotocol-mismatch",
    level="error",
    confidence=0.93,
    match=match,
    why="A client may offer subprotocols, the languages that it can speak inside the WebSocket, and the server "
    "selects one in its answer. If it "
    "selects none, or one that was not offered, browsers end the connection; some servers refuse at once. A "
    "proxy that drops the "
    "field from the answer has the same effect.",
    remedy=Remedy(
        "Name the same subprotocol on both sides; leave it out in the client where the server has none.",
        {
            "websockets": 'serve(handler, host, port, subprotocols=["ocpp1.6"])',
            "FastAPI, Starlette": 'await websocket.accept(subprotocol="ocpp1.6")',
            "aiohttp": 'web.WebSocketResponse(protocols=("ocpp1.6",))',
            "Tornado": "def select_subprotocol(self, subprotocols): …",
            "ws for Node": "new WebSocketServer({ handleProtocols: (protocols) => 'ocpp1.6' })",
            "gorilla/websocket": 'Upgrader{Subprotocols: []string{"ocpp1.6"}}',
            "Spring": 'DefaultHandshakeHandler.setSupportedProtocols("ocpp1.6")',
        },
    ),
    references=(
        rfc6455("4.2.2"),
        WEBSOCKET_API,
        Reference(
            "IANA: subprotocol names", "https://www.iana.org/assignments/websocket/websocket.xhtml#subprotocol-name"
        ),
    ),
    cases=(
        Case(
            "a browser",
            None,
            {
                "log": "Error during WebSocket handshake: Sent non-empty 'Sec-WebSocket-Protocol' header but "
                "no response was received\n"
            },
        ),
        Case("Ratchet", None, {"log": "HTTP/1.1 426 No Sec-WebSocket-Protocols requested supported\n"}),
        Case("ws for Node", None, {"log": "Error: Server sent no subprotocol\n"}),
        Case(
            "websockets, with the request",
            good_handshake("/ocpp", "Sec-WebSocket-Protocol: ocpp2.0.1"),
            {"log": "websockets.exceptions.NegotiationError: no subprotocols supported\n"},
        ),
    ),
    near_misses=(
        Case(
            "offered and accepted", good_handshake("/ocpp", "Sec-WebSocket-Protocol: ocpp1.6"), {"outcome": "upgraded"}
        ),
        Case("another refusal", good_handshake("/ocpp", "Sec-WebSocket-Protocol: ocpp1.6"), {"status": 401}),
    ),
    supersedes=("no-common-subprotocol", "server-rejects-good-handshake"),
)
