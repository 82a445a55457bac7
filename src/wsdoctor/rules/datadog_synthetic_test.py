"""A synthetic test of Datadog asks by HTTP."""

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
    if not sent_by(sender, "datadog-synthetic-test", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a synthetic test of Datadog."


RULE = Rule(
    id="datadog-synthetic-test",
    title="A Datadog synthetic test checks the WebSocket port by HTTP",
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
        "Make it a WebSocket test: Datadog has that type.",
        {
            "Datadog": "Synthetic Monitoring, New API Test, type WebSocket, URL ws://chat.example.com/.",
        },
    ),
    references=(
        Reference("Datadog: WebSocket tests", "https://docs.datadoghq.com/synthetics/api_tests/websocket_tests/"),
    ),
    cases=(
        Case(
            "a browser test",
            request(
                "GET / HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/138.0.7204.168 Safari/537.36 DatadogSynthetics",
                "Accept: */*",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64) DatadogSynthetics",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
