"""A handshake is not well-formed HTTP."""

from __future__ import annotations

from wsdoctor.model.evidence import Deviation
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import refusal
from wsdoctor.rules._plain import wants_websocket


def match(
    headers: Headers,
    handshake: tuple[str, ...],
    deviations: tuple[Deviation, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    serious = [each for each in deviations if each.id not in _ELSEWHERE]
    if not serious or not wants_websocket(headers):
        return None
    if not handshake and refusal(outcome, status, log) is None:
        return None
    first = serious[0]
    detail = f" ({first.detail[:60]})" if first.detail else ""
    return f"The handshake breaks HTTP: {first.id.replace('-', ' ')}{detail}, {first.section}."


_ELSEWHERE = frozenset(
    (
        "missing-host", "absolute-form", "non-ascii-target", "fragment-in-target", "lower-case-method",
        "unknown-method", "body-on-get", "many-fields", "long-request-line", "long-field-line",
        "empty-line-first", "wrong-version",
    )
)  # fmt: skip
"""Deviations that rules of their own explain, or that do not make a request malformed."""

RULE = Rule(
    id="malformed-handshake",
    title="The client's handshake is not well-formed HTTP",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.88,
    match=match,
    why="The request asks for a WebSocket, but its lines are not what HTTP prescribes: a field without colon, "
    "a line end without carriage "
    "return, blanks at the wrong place. Such requests come from handshakes written by hand, mostly on small "
    "devices. Lenient "
    "servers take some of them, strict ones none.",
    remedy=Remedy(
        "Let a WebSocket library make the handshake; if it is written by hand, end each line with \\r\\n and "
        "write each field as “Name: value”.",
    ),
    references=(
        Reference("RFC 9112 section 5", "https://www.rfc-editor.org/rfc/rfc9112#section-5"),
        Reference("RFC 9112 section 2.2", "https://www.rfc-editor.org/rfc/rfc9112#section-2.2"),
    ),
    cases=(
        Case(
            "a field without colon",
            request(
                "GET /chat HTTP/1.1",
                "Host 192.0.2.21",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
            ),
        ),
    ),
    near_misses=(
        Case("well-formed", good_handshake(), {"status": 400}),
        Case("a plain request with the same error", request("GET / HTTP/1.1", "Host 192.0.2.21", "Accept: */*")),
    ),
    supersedes=(
        "method-not-get",
        "missing-host",
        "missing-key",
        "missing-version",
        "bad-key-length",
        "hixie-75-client",
        "server-rejects-good-handshake",
        "connection-compared-literally",
        "upgrade-compared-literally",
    ),
)
