"""A client opens its WebSocket on a port that a product has for watching or managing it."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._log_text import LIMIT, refusal

_ASKED = re.compile(r"\bwss?://[^\s/'\"]{1,255}:(?P<port>\d{2,5})\b")
_KNOWN = {
    "8222": "NATS's monitoring",
    "15672": "RabbitMQ's management",
    "18083": "EMQX's dashboard",
    "8161": "ActiveMQ's console",
    "9901": "Envoy's administration",
}
"""Ports of which each product documents the use; none of them takes WebSockets of applications."""
_DECLARED = (
    r"(?:\bnats-server\b[^\n]{0,300}[ \t]--?(?:ms?|https?_port)[ \t=]+%s\b"
    r"|\b(?:https?_port|monitor_port|management\.(?:tcp|ssl|listener)\.port|dashboard\.listeners\.https?\.bind"
    r"|\w{0,40}(?:metrics|monitor(?:ing)?|management|admin|stats|dashboard)(?:[._-]?\w{1,10})?[._-]?port)[\"']?"
    r"[ \t]*[:=][ \t]*[\"']?%s\b)"
)


def match(
    log: str,
    files: tuple[SourceFile, ...] | None = None,
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    asked = _ASKED.search(log[:LIMIT]) if unseen(headers, first_bytes, outcome, log) else None
    if asked is None or refusal(outcome, None, log) is None:
        return None
    port = asked["port"]
    declared = found_in(files or (), re.compile("(?i)" + _DECLARED.replace("%s", port)))
    if declared is not None:
        return f"The log shows a WebSocket to port {port}, and {declared}."
    return f"The log shows a WebSocket to port {port}, which is that of {_KNOWN[port]}." if port in _KNOWN else None


_REFUSED = (
    "WebSocket connection to 'wss://a.example:{}/' failed: Error during WebSocket handshake: Unexpected response code: "
    "200\n"
)

RULE = Rule(
    id="websocket-asks-management-port",
    title="A WebSocket is opened on a port that is for monitoring or management",
    cls="misroute",
    level="error",
    confidence=0.75,
    match=match,
    why="Brokers and proxies have a port of their own for pages and figures about themselves. It answers every request "
    "like a page, a handshake too; the product's WebSockets are taken on another port, which often has to be switched "
    "on first.",
    remedy=Remedy(
        "Give the client the port of the product's WebSocket listener.",
        {
            "NATS": "websocket { port: 8080 no_tls: true } in the configuration; 8222 and -m are for monitoring",
            "RabbitMQ": "15674 with rabbitmq_web_stomp or 15675 with rabbitmq_web_mqtt; 15672 is for management",
            "EMQX": "8083 for ws://, 8084 for wss://; 18083 is the dashboard",
        },
    ),
    references=(
        Reference("NATS: monitoring", "https://docs.nats.io/running-a-nats-service/nats_admin/monitoring"),
        Reference("RabbitMQ: ports", "https://www.rabbitmq.com/docs/networking#ports"),
    ),
    cases=(
        Case("a port that products document", None, {"log": _REFUSED.format(15672)}),
        Case(
            "a port that the command line gives to monitoring",
            None,
            {
                "log": _REFUSED.format(9300),
                "files": (SourceFile("start.sh", "nats-server --tls --tlscert=a.pem -ms 9300\n"),),
            },
        ),
    ),
    near_misses=(
        Case("another port", None, {"log": _REFUSED.format(8080)}),
        Case(
            "monitoring on another port",
            None,
            {"log": _REFUSED.format(8080), "files": (SourceFile("nats.conf", "http_port: 8222\n"),)},
        ),
        Case("opened", None, {"log": "wss://a.example:15672/ - 101 Switching Protocols\n"}),
    ),
    supersedes=("handshake-answered-as-page", "no-websocket-route"),
)
