"""An access log shows an uptime monitor that asks by HTTP."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._checks import BY_OPENING, ask_text
from wsdoctor.rules._log_senders import named_senders, stray_requests


def match(log: str, first_bytes: bytes | None = None, method: str | None = None) -> str | None:
    """Hold for a request by a known monitor that opened no WebSocket."""
    if first_bytes is not None or method is not None:
        return None
    for seen, sender in stray_requests(log):
        if sender is not None and sender.kind in {"uptime-monitor", "monitoring"}:
            return f"The log shows {ask_text(seen.method, seen.path)} by {sender.name}, answered {seen.status}."
    for agent, sender in named_senders(log):
        if sender.kind in {"uptime-monitor", "monitoring"}:
            return f"The log names the User-Agent “{agent[:60]}”, that is {sender.name}."
    return None


RULE = Rule(
    id="monitor-in-log",
    title="The log shows an uptime monitor that asks by HTTP",
    cls="uptime-monitor",
    level="note",
    confidence=0.8,
    match=match,
    why="A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every "
    "request that is no opening "
    "handshake, so the monitor reports an outage although real clients connect.",
    remedy=Remedy("Let the monitor open a WebSocket or check the TCP port.", dict(BY_OPENING)),
    references=(
        Reference(
            "RFC 6455 section 4.2.1: what an opening handshake needs",
            "https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1",
        ),
    ),
    cases=(
        Case(
            "a log of keys and values",
            None,
            {"log": 'level=warn status=426 user_agent="Mozilla/5.0+(compatible; UptimeRobot/2.0)"\n'},
        ),
        Case(
            "Uptime Kuma",
            None,
            {"log": '192.0.2.7 [22/Nov/2026:21:22:27 +0000] "GET / HTTP/1.1" 426 83 "-" "Uptime-Kuma/1.23.16"\n'},
        ),
        Case(
            "one that was answered by the server of pages",
            None,
            {
                "log": '192.0.2.7 - - [24/Mar/2026:06:33:04 +0100] "GET /en HTTP/1.1" 200 10589 "-" '
                '"Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)" "-"\n'
            },
        ),
    ),
    near_misses=(
        Case(
            "a monitor that opened a WebSocket",
            None,
            {"log": '192.0.2.7 [22/Nov/2026:21:22:27 +0000] "GET / HTTP/1.1" 101 0 "-" "Uptime-Kuma/2.0.0"\n'},
        ),
        Case(
            "a health check",
            None,
            {"log": '10.0.3.7 [22/Nov/2026:21:22:27 +0000] "GET / HTTP/1.1" 426 247 "-" "kube-probe/1.29"\n'},
        ),
    ),
)
