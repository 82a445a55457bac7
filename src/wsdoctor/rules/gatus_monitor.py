"""Gatus asks by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import WEBSOCKETS_FAQ, ask_text, sent_by
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
    if not sent_by(sender, "gatus-monitor", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is the HTTP check of Gatus."


RULE = Rule(
    id="gatus-monitor",
    title="Gatus checks the WebSocket port by HTTP",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    declared=checks(MONITORS, {"gatus"}),
    why=(
        "A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every request that is no "
        "opening handshake, so the monitor reports an outage, or at least leaves a line in the log each time, "
        "although real clients connect."
    ),
    remedy=Remedy(
        "Give Gatus a ws:// address: then it opens a WebSocket.",
        {
            "Gatus": 'endpoints: - { name: chat, url: "ws://chat:8080/", conditions: ["[CONNECTED] == true"] }',
        },
    ),
    references=(
        Reference(
            "Gatus: monitoring a WebSocket endpoint", "https://github.com/TwiN/gatus#monitoring-a-websocket-endpoint"
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "an endpoint",
            request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: Gatus/1.0", "Accept-Encoding: gzip"),
            {"peer": "172.20.0.4"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Gatus/1.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
