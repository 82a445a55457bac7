"""A handshake carries a body."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import refusal
from wsdoctor.rules._pages import rfc6455, rfc9110
from wsdoctor.rules._plain import wants_websocket


def match(
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    length = (headers.get("content-length") or "0").strip()
    if (length == "0" and "transfer-encoding" not in headers) or not wants_websocket(headers):
        return None
    if "sec-websocket-key" not in headers or (
        refusal(outcome, status, log) is None and outcome not in {"reset", "timeout"}
    ):
        return None
    return (
        f"The handshake announces a body (Content-Length {length[:20]} or Transfer-Encoding), which it must not have."
    )


RULE = Rule(
    id="body-with-handshake",
    title="The client sends a body with its handshake",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.75,
    match=match,
    why="An opening handshake is a GET without a body; what follows it are WebSocket frames. Clients that use "
    "an HTTP library with a body, or "
    "that set Content-Length by hand, confuse the server: some refuse, and some close without an answer.",
    remedy=Remedy(
        "Remove the body, Content-Length and Transfer-Encoding from the handshake; send data as the first message."
    ),
    references=(rfc6455("4.1"), rfc9110("9.3.1")),
    cases=(Case("JSON behind the handshake", good_handshake("/chat", "Content-Length: 2") + b"{}", {"status": 400}),),
    near_misses=(Case("Content-Length: 0", good_handshake("/chat", "Content-Length: 0"), {"status": 400}),),
    supersedes=("server-rejects-good-handshake", "connection-compared-literally", "upgrade-compared-literally"),
)
