"""Knative probes the service."""

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
    if not sent_by(sender, "knative-probe", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a probe of Knative."


RULE = Rule(
    id="knative-probe",
    title="Knative probes the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "Knative's activator, queue-proxy and ingress ask the container by HTTP whether it can take traffic. Where "
        "the server only speaks WebSocket the revision does not become ready."
    ),
    remedy=Remedy(
        "Answer the readiness path with 200, or declare a TCP probe.",
        {
            "Knative": (
                "spec.template.spec.containers[0].readinessProbe: { tcpSocket: { port: 0 } } (0 = the container's "
                "port)."
            ),
            **ANSWERS,
        },
    ),
    references=(
        Reference("Knative Serving: probes", "https://knative.dev/docs/serving/services/configure-probing/"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "the queue-proxy",
            request("GET / HTTP/1.1", "Host: 127.0.0.1:8080", "User-Agent: Knative-Queue-Proxy-Probe", "Accept: */*"),
            {"peer": "127.0.0.1"},
        ),
        Case(
            "a field of the network layer",
            request("GET /healthz HTTP/1.1", "Host: chat.default.svc.cluster.local", "K-Network-Probe: probe"),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Knative-Ingress-Probe"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
