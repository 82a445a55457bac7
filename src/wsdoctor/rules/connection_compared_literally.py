"""A server compares Connection as a whole instead of looking for its option."""

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
    value = (headers.get("connection") or "").strip()
    refused = refusal(outcome, status, log)
    if value == "Upgrade" or refused is None or names_cause(log):
        return None
    return f"Connection: {value[:60]} is right, but {refused}: the server may look for “Upgrade” alone."


RULE = Rule(
    id="connection-compared-literally",
    title="The server wants Connection to be exactly “Upgrade”",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="Connection holds a list of options in any case: Firefox sends “keep-alive, Upgrade”, nginx “upgrade”. "
    "A server that compares "
    "the whole value with “Upgrade” refuses them although they are right. Chrome sends just “Upgrade”, so it "
    "works there.",
    remedy=Remedy(
        "Update the server's library, or let it split the value at commas and compare each part without "
        "regard to case.",
        {"nginx in front": 'proxy_set_header Connection "Upgrade"; in the WebSocket\'s location, as a stopgap'},
    ),
    references=(rfc6455("4.2.1"), rfc9110("7.6.1")),
    cases=(
        Case(
            "Firefox",
            request(
                "GET /ws HTTP/1.1",
                "Host: localhost:8080",
                "Sec-WebSocket-Version: 13",
                "Connection: keep-alive, Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Upgrade: websocket",
            ),
            {"status": 400},
        ),
        Case(
            "nginx",
            request(
                "GET /ws HTTP/1.1",
                "Upgrade: websocket",
                "Connection: upgrade",
                "Host: localhost:8080",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
            {"log": "handshake rejected\n"},
        ),
    ),
    near_misses=(
        Case("exactly Upgrade", good_handshake(), {"status": 400}),
        Case(
            "keep-alive, Upgrade, not found",
            request(
                "GET /ws HTTP/1.1",
                "Host: a",
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
            {"status": 404},
        ),
    ),
    supersedes=("upgrade-compared-literally", "server-rejects-good-handshake"),
)
