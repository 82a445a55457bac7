"""A Google Cloud load balancer or instance group checks its backend."""

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
    if not sent_by(sender, "google-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is the health check of Google Cloud."


RULE = Rule(
    id="google-health-check",
    title="Google Cloud checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.95,
    match=match,
    declared=checks(CHECKS, {"google", "app-engine"}),
    why=(
        "Google's load balancers, GKE Ingress and managed instance groups ask each backend by plain HTTP and accept "
        "200 alone. A backend that answers 426 gets no traffic, so all users see 502. GKE makes such a check for / by "
        "itself where none is declared."
    ),
    remedy=Remedy(
        "Give the check a path that answers 200, or make it a TCP check where the product allows that.",
        {
            "GKE Ingress": (
                "apiVersion: cloud.google.com/v1, kind: BackendConfig, spec.healthCheck: { type: HTTP, requestPath: "
                "/healthz, port: 8080 }. GKE turns type TCP back, so answer the path."
            ),
            "gcloud": (
                "gcloud compute health-checks create tcp ws --port 8080, then backend-services update --health-checks "
                "ws."
            ),
            **ANSWERS,
        },
    ),
    references=(
        Reference(
            "Google Cloud: health check concepts", "https://cloud.google.com/load-balancing/docs/health-check-concepts"
        ),
        Reference(
            "Google Cloud: firewall rules with the probe ranges",
            "https://cloud.google.com/load-balancing/docs/firewall-rules",
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "a GKE Ingress",
            request("GET / HTTP/1.1", "Host: 10.4.2.29:9001", "User-Agent: GoogleHC/1.0", "Connection: Keep-alive"),
            {"peer": "130.211.0.77"},
        ),
        Case(
            "a line of an access log", None, {"method": "GET", "path": "/", "target": "/", "user_agent": "GoogleHC/1.0"}
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: GoogleHC/1.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
