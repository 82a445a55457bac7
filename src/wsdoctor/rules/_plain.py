"""Tells a plain HTTP request from an attempt at a WebSocket, and who of the known senders explains it already.

Rules on plain requests share these questions; the answers are no verdicts. A request is plain only when its
whole head was observed, so every rule that asks takes the fact `handshake`, which a half request lacks.
"""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.redact import redact_target
from wsdoctor.model.rule import Sender

__all__ = ["is_by_hand", "is_plain", "is_taken", "line_of", "wants_websocket"]

_ADDED = frozenset(("websocket", "upgrade", "close"))
"""What proxies write into Upgrade of every request; the latter two where nginx's variables are mixed up."""
_TAKEN = frozenset(
    ("health-check", "uptime-monitor", "tcp-check", "unfurler", "crawler", "monitoring", "load-balancer", "scanner")
)


def is_plain(headers: Headers) -> bool:
    """Say whether the request asks for nothing but HTTP/1.1.

    A lone ``Upgrade: websocket`` does not count as asking: proxies with hard-coded fields add it to every request,
    while the ``Sec-WebSocket-*`` fields come from WebSocket clients alone.
    """
    if "http2-settings" in headers.joined or has_websocket_field(headers):
        return False
    return "upgrade" not in headers.joined or all(each in _ADDED for each in headers.tokens("upgrade"))


def has_websocket_field(headers: Headers) -> bool:
    """Say whether a field was sent that WebSocket clients alone send (``Sec-WebSocket-*``)."""
    return "sec-websocket-" in headers.spelt


def wants_websocket(headers: Headers) -> bool:
    """Say whether the sender means to open a WebSocket, well or badly."""
    return has_websocket_field(headers) or "websocket" in headers.tokens("upgrade")


def is_by_hand(headers: Headers) -> bool:
    """Say whether no intermediary left a field: then what is wrong was written by the client itself."""
    return not headers.has_any("via", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
                               "x-forwarded-server", "x-real-ip", "x-varnish", "x-host", "cf-ray", "x-request-id",
                               "x-envoy-expected-rq-timeout-ms")  # fmt: skip


def is_taken(sender: Sender | None) -> bool:
    """Say whether the sender was recognised as one whose requests need no other explanation."""
    return sender is not None and sender.kind in _TAKEN


def line_of(method: str, target: str, limit: int = 80) -> str:
    """Return method and target as they may be quoted in a reason: bounded, secrets hidden."""
    shown = redact_target(target)
    return f"{method[:20]} {shown if len(shown) <= limit else shown[:limit] + '…'}"
