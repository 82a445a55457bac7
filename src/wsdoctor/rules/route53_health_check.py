"""Amazon Route 53 checks the endpoint by HTTP."""

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
    if not sent_by(sender, "route53-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a health check of Amazon Route 53."


RULE = Rule(
    id="route53-health-check",
    title="Amazon Route 53 checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "Route 53 asks the endpoint from about fifteen places, every 30 or 10 seconds each, so a failing check makes "
        "many lines. It takes status 200 to 399 as healthy and fails over DNS on anything else, such as the 426 of a "
        "WebSocket server."
    ),
    remedy=Remedy(
        "Change the health check to type TCP, or give it a path that answers 200.",
        {
            "AWS CLI": (
                "A health check cannot change its protocol: create one with Type=TCP, or set ResourcePath to /healthz."
            ),
            "Terraform": 'resource "aws_route53_health_check" { type = "TCP" port = 8080 }',
            **ANSWERS,
        },
    ),
    references=(
        Reference(
            "AWS: how Route 53 decides whether a check is healthy",
            "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-d"
            "etermining-health-of-endpoints.html",
        ),
        Reference(
            "AWS: IP ranges", "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html"
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "from a published network",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com:8080",
                "User-Agent: Amazon-Route53-Health-Check-Service (ref "
                "9a1fb5ff-8f0a-4f7e-9c1b-0d3b2f4e5a6b; report http://amzn.to/1vsZADi)",
                "Accept: */*",
            ),
            {"peer": "54.228.16.9"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: Amazon-Route53-Health-Check-Service (ref 9a1fb5ff)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
