"""The Blackbox Exporter probes by HTTP."""

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
    if not sent_by(sender, "blackbox-exporter-probe", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a probe of the Blackbox Exporter."


RULE = Rule(
    id="blackbox-exporter-probe",
    title="The Prometheus Blackbox Exporter probes the WebSocket port by HTTP",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    declared=checks(MONITORS, {"blackbox"}),
    why=(
        "A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every request that is no "
        "opening handshake, so the monitor reports an outage, or at least leaves a line in the log each time, "
        "although real clients connect."
    ),
    remedy=Remedy(
        "Use a module that opens a WebSocket or a TCP connection, or one that accepts 426.",
        {
            "Blackbox Exporter": (
                "modules: { ws: { prober: tcp } }; or http: { valid_status_codes: [426] }; or prober: websocket in "
                "versions that have it."
            ),
        },
    ),
    references=(
        Reference(
            "Blackbox Exporter: configuration",
            "https://github.com/prometheus/blackbox_exporter/blob/master/CONFIGURATION.md",
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "module http_2xx",
            request(
                "GET / HTTP/1.1", "Host: chat:8080", "User-Agent: Blackbox Exporter/0.25.0", "Accept-Encoding: gzip"
            ),
            {"peer": "10.0.8.3"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Blackbox-Exporter/0.27.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
