"""An AWS load balancer checks its target by HTTP."""

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
    if not sent_by(sender, "aws-elb-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is the health check of an AWS load balancer."


RULE = Rule(
    id="aws-elb-health-check",
    title="An AWS load balancer checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.95,
    match=match,
    declared=checks(CHECKS, {"aws-elb"}),
    why=(
        "Application and Classic Load Balancers ask every target by plain HTTP and take those out of service that do "
        "not answer with the expected status. Their checks cannot open a WebSocket, so a target that only speaks "
        "WebSocket is unhealthy however well it works."
    ),
    remedy=Remedy(
        "Let the target group accept what the server answers, or answer a path with 200.",
        {
            "AWS console, CLI": (
                "aws elbv2 modify-target-group --target-group-arn ARN --matcher HttpCode=200-499, or "
                "--health-check-path /healthz with an answer of 200."
            ),
            "Terraform": 'health_check { path = "/healthz" matcher = "200,426" }',
            "Network Load Balancer": 'health_check { protocol = "TCP" }',
            "Classic Load Balancer": "Health check target TCP:8080.",
            **ANSWERS,
        },
    ),
    references=(
        Reference(
            "AWS: health checks of target groups",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "an Application Load Balancer",
            request(
                "GET / HTTP/1.1",
                "Host: 172.31.9.4:8080",
                "Connection: close",
                "User-Agent: ELB-HealthChecker/2.0",
                "Accept-Encoding: gzip, compressed",
            ),
            {"peer": "172.31.20.9"},
        ),
        Case(
            "a Classic Load Balancer in an access log",
            None,
            {"method": "GET", "path": "/", "target": "/", "user_agent": "ELB-HealthChecker/1.0"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: ELB-HealthChecker/2.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
