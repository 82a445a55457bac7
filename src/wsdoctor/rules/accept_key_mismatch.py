"""A client computes its check of the server's answer from another key than it sent."""

from __future__ import annotations

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import says
from wsdoctor.rules._pages import rfc6455

_BY_ITSELF = ("iis", "azure")
_BROWSER = "Error during WebSocket handshake: "
"""How browsers begin, whose key no script can touch: then the server computed it wrongly."""


def match(log: str, platform: str | None = None, files: tuple[SourceFile, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    line = says(log, "accept")
    if line is None or (platform or "").startswith(_BY_ITSELF) or _BROWSER in log:
        return None
    own = next((file.name for file in files or () if "sec-websocket-key" in file.text.lower()), None)
    ground = f", and {own[:60]} sets Sec-WebSocket-Key itself" if own else ""
    return f"The client says “{line}”{ground}."


RULE = Rule(
    id="accept-key-mismatch",
    title="The client checks the answer against another key than the one it sent",
    cls="http-client-code",
    level="error",
    confidence=0.6,
    match=match,
    why="A client sends a random key, and the server must answer with a value computed from it. A mismatch "
    "means that the key which "
    "reached the server is not the one that the client remembers: code that sets Sec-WebSocket-Key among its "
    "own fields, one "
    "client object used for two connections at once, or an intermediary that made a handshake of its own.",
    remedy=Remedy(
        "Leave Connection, Upgrade and all Sec-WebSocket fields to the library, and make one client object "
        "per connection.",
        {"ws for Node": "new WebSocket(url, { headers: { Authorization: … } }) without any handshake fields."},
    ),
    references=(rfc6455("4.2.2"), Reference("ws: options", "https://github.com/websockets/ws/blob/master/doc/ws.md")),
    cases=(Case("a client for Node", None, {"log": "Error: Invalid Sec-WebSocket-Accept header\n"}),),
    near_misses=(
        Case(
            "a browser",
            None,
            {"log": "Error during WebSocket handshake: Incorrect 'Sec-WebSocket-Accept' header value\n"},
        ),
        Case("behind IIS", None, {"log": "Sec-WebSocket-Accept mismatch\n", "platform": "iis-arr"}),
        Case("a missing key", None, {"log": "InvalidHeader: missing Sec-WebSocket-Key header\n"}),
    ),
)
