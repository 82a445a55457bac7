"""Uptime Kuma asks by HTTP."""

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
    if not sent_by(sender, "uptime-kuma-monitor", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is an HTTP monitor of Uptime Kuma."


RULE = Rule(
    id="uptime-kuma-monitor",
    title="Uptime Kuma checks the WebSocket port with an HTTP monitor",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    declared=checks(MONITORS, {"uptime-kuma"}),
    why=(
        "A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every request that is no "
        "opening handshake, so the monitor reports an outage, or at least leaves a line in the log each time, "
        "although real clients connect."
    ),
    remedy=Remedy(
        "Change the monitor's type: Uptime Kuma can open a WebSocket.",
        {
            "Uptime Kuma": (
                "Edit the monitor, Monitor Type “WebSocket Upgrade”, URL ws://chat:8080/; or type “TCP Port”; or "
                "accept status code 426."
            ),
        },
    ),
    references=(
        Reference("Uptime Kuma", "https://github.com/louislam/uptime-kuma"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "an HTTP monitor",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "User-Agent: Uptime-Kuma/1.23.16",
                "Connection: close",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Uptime-Kuma/2.0.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
