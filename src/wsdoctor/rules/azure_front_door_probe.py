"""Azure Front Door probes its origin."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, WEBSOCKETS_FAQ, ask_text, sent_by


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "azure-front-door-probe", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is the health probe of an edge of Azure Front Door."


RULE = Rule(
    id="azure-front-door-probe",
    title="Azure Front Door probes the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "Every edge of Front Door probes every origin, so there may be a hundred requests a second. It accepts 200 "
        "alone: an origin that answers 426 counts as unhealthy."
    ),
    remedy=Remedy(
        "Probe a path that answers 200, and seldom, or switch the probe off where there is one origin.",
        {
            "Azure CLI": (
                "az afd origin-group update --probe-path /healthz --probe-request-type HEAD "
                "--probe-interval-in-seconds 240, or --enable-health-probe false with a single origin."
            ),
            **ANSWERS,
        },
    ),
    references=(
        Reference("Azure Front Door: health probes", "https://learn.microsoft.com/azure/frontdoor/health-probes"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "a probe",
            request("HEAD / HTTP/1.1", "Host: ws.example.net", "User-Agent: Edge Health Probe", "Accept: */*"),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Edge Health Probe"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
