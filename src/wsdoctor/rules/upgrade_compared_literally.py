"""A server compares Upgrade with regard to case."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import names_cause, refusal
from wsdoctor.rules._pages import rfc6455, rfc9110


def match(
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or status not in {None, 400, 426, 501}:
        return None
    value = (headers.get("upgrade") or "").strip()
    refused = refusal(outcome, status, log)
    if value == "websocket" or refused is None or names_cause(log):
        return None
    return f"Upgrade: {value[:60]} is right, but {refused}: the server may look for “websocket” alone."


RULE = Rule(
    id="upgrade-compared-literally",
    title="The server wants Upgrade to be exactly “websocket”",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="The value of Upgrade is compared without regard to case, and may be a list. Clients of .NET, Java, "
    "PHP and Apache's proxy send “WebSocket”. "
    "A server that looks for lower case alone refuses them although they are right.",
    remedy=Remedy("Update the server's library, or let it compare each part of the value without regard to case."),
    references=(rfc6455("4.2.1"), rfc9110("7.8")),
    cases=(
        Case(
            "a client that writes WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: localhost:8080",
                "Connection: Upgrade",
                "Upgrade: WebSocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
            {"log": "No WebSocket UPGRADE header\n"},
        ),
    ),
    near_misses=(Case("exactly websocket", good_handshake(), {"status": 400}),),
    supersedes=("server-rejects-good-handshake",),
)
