"""A client's handshake was answered by a proxy that could not reach the server."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import answered, names_cause

_CODES = frozenset((502, 503, 521, 522, 523, 530))


def match(
    log: str, handshake: tuple[str, ...] | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or (first_bytes is not None and handshake is None) or outcome == "upgraded" or names_cause(log):
        return None
    code = answered(None, log)
    return f"The handshake was answered {code}, by a proxy that got no answer itself." if code in _CODES else None


RULE = Rule(
    id="gateway-error-answered",
    title="A proxy answered in the server's place: it could not reach it",
    cls="server-fault",
    level="error",
    confidence=0.5,
    match=match,
    why="502, 503 and Cloudflare's 521 to 523 and 530 are made by proxies. The WebSocket server behind is not running, "
    "listens on another port or address, broke the connection off, or has no room for more. The handshake itself may "
    "be "
    "right.",
    remedy=Remedy(
        "See whether the server runs and listens where the proxy looks for it, and read the proxy's error log.",
        {"nginx": "error.log: connect() failed, upstream prematurely closed connection", "port": "ss -ltnp"},
    ),
    references=(
        Reference("RFC 9110 section 15.6: server errors", "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6"),
    ),
    cases=(
        Case("a browser", None, {"log": "Error during WebSocket handshake: Unexpected response code: 502\n"}),
        Case("ws", None, {"log": "Error: Unexpected server response: 503\n"}),
    ),
    near_misses=(Case("a page", None, {"log": "Error during WebSocket handshake: Unexpected response code: 200\n"}),),
)
