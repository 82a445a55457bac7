"""Consul checks a registered service."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, WEBSOCKETS_FAQ, ask_text, sent_by
from wsdoctor.rules._declared import CHECKS, checks


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "consul-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is an HTTP check of a Consul agent."


RULE = Rule(
    id="consul-health-check",
    title="Consul checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    declared=checks(CHECKS, {"consul", "nomad"}),
    why=(
        "A Consul agent, also on behalf of Nomad, asks the service by HTTP every few seconds and expects a 2xx "
        "status; 429 is a warning, everything else critical. A WebSocket server's 426 makes the service critical."
    ),
    remedy=Remedy(
        "Register a TCP check, or give the check a path that answers 200.",
        {
            "Consul": 'check = { tcp = "127.0.0.1:8080", interval = "10s" } instead of http = '
            '"http://127.0.0.1:8080/".',
            "Nomad": 'check { type = "tcp" port = "ws" interval = "10s" timeout = "2s" }',
            **ANSWERS,
        },
    ),
    references=(
        Reference("Consul: health checks", "https://developer.hashicorp.com/consul/docs/services/usage/checks"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "a check",
            request(
                "GET / HTTP/1.1",
                "Host: 127.0.0.1:8080",
                "User-Agent: Consul Health Check",
                "Accept: text/plain, text/*, */*",
                "Accept-Encoding: gzip",
                "Connection: close",
            ),
            {"peer": "127.0.0.1"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Consul Health Check"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
