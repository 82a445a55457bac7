"""Envoy checks a host of its cluster."""

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
    if not sent_by(sender, "envoy-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is an active health check of Envoy."


RULE = Rule(
    id="envoy-health-check",
    title="Envoy checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    declared=checks(CHECKS, {"envoy", "istio"}),
    why=(
        "Envoy, also as part of Istio, Contour or another mesh, sends an active health check by HTTP and expects 200. "
        "With a WebSocket server behind it the host is taken out and clients get 503."
    ),
    remedy=Remedy(
        "Let Envoy expect the status that the server gives, or check by TCP.",
        {
            "Envoy": (
                'health_checks: [{ http_health_check: { path: "/", expected_statuses: [{ start: 426, end: 427 }] } '
                "}], or tcp_health_check: {}."
            ),
            "Istio": "An outlierDetection alone needs no check; a probe of the pod is the kubelet's.",
            **ANSWERS,
        },
    ),
    references=(
        Reference(
            "Envoy: health checking",
            "https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/health_checking",
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "a check",
            request("GET /health HTTP/1.1", "host: chat_cluster", "user-agent: Envoy/HC"),
            {"peer": "10.0.0.7"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Envoy/HC"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
