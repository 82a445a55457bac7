"""Zabbix asks by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, sent_by


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "zabbix-web-scenario", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a web scenario or HTTP item of Zabbix."


RULE = Rule(
    id="zabbix-web-scenario",
    title="Zabbix checks the WebSocket port with a web scenario",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every request that is no "
        "opening handshake, so the monitor reports an outage, or at least leaves a line in the log each time, "
        "although real clients connect."
    ),
    remedy=Remedy(
        "Use a TCP item instead of a web scenario, or require the status that the server gives.",
        {
            "Zabbix": (
                "Item net.tcp.service[tcp,,8080] of type Simple check; or in the step of the web scenario: Required "
                "status codes 426."
            ),
        },
    ),
    references=(
        Reference("Zabbix: web monitoring", "https://www.zabbix.com/documentation/current/en/manual/web_monitoring"),
        Reference(
            "Zabbix: simple checks",
            "https://www.zabbix.com/documentation/current/en/manual/config/items/itemtypes/simple_checks",
        ),
    ),
    cases=(
        Case(
            "a web scenario",
            request("GET / HTTP/1.1", "Host: ws.example.com:8080", "User-Agent: Zabbix", "Accept: */*"),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Zabbix"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
