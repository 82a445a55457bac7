"""Monit asks by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, sent_by
from wsdoctor.rules._declared import MONITORS, checks


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "monit-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a connection test of Monit."


RULE = Rule(
    id="monit-check",
    title="Monit checks the WebSocket port by HTTP",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    declared=checks(MONITORS, {"monit"}),
    why=(
        "A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every request that is no "
        "opening handshake, so the monitor reports an outage, or at least leaves a line in the log each time, "
        "although real clients connect."
    ),
    remedy=Remedy(
        "Let Monit speak WebSocket, which it can, or test the port alone.",
        {
            "Monit": (
                'if failed host 127.0.0.1 port 8080 protocol websocket request "/" host "chat.example.com" origin '
                '"https://chat.example.com" version 13 then alert'
            ),
        },
    ),
    references=(Reference("Monit: manual", "https://mmonit.com/monit/documentation/monit.html"),),
    cases=(
        Case(
            "protocol http",
            request(
                "GET / HTTP/1.1",
                "Host: 127.0.0.1:8080",
                "Accept: */*",
                "User-Agent: Monit/5.33.0",
                "Accept-Encoding: gzip",
                "Connection: close",
            ),
            {"peer": "127.0.0.1"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Monit/5.33.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
