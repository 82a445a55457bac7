"""A Kubernetes probe asks the WebSocket port by HTTP."""

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
    if not sent_by(sender, "kubernetes-probe", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is what the kubelet sends for a probe with httpGet."


RULE = Rule(
    id="kubernetes-probe",
    title="Kubernetes probes the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.95,
    match=match,
    declared=checks(CHECKS, {"kubernetes", "helm"}),
    why=(
        "The kubelet sends a plain GET to the pod, as a liveness, readiness or startup probe says, and counts only "
        "status 200 to 399 as healthy. A port that speaks WebSocket alone answers 426 or 400, so the pod is restarted "
        "or never gets traffic, and each probe leaves a line in the log."
    ),
    remedy=Remedy(
        "Answer the path of the probe with 200, or let the kubelet check by TCP.",
        {
            "Kubernetes": (
                "livenessProbe: { tcpSocket: { port: 8080 } } instead of httpGet; the same for readinessProbe and "
                "startupProbe. With httpGet keep path: /healthz and answer it."
            ),
            "Helm": "Look for httpGet under livenessProbe and readinessProbe in values.yaml.",
            **ANSWERS,
        },
    ),
    references=(
        Reference(
            "Kubernetes: configure probes",
            "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "a liveness probe",
            request(
                "GET /healthz HTTP/1.1",
                "Host: 10.244.1.17:8080",
                "User-Agent: kube-probe/1.31",
                "Accept: */*",
                "Connection: close",
            ),
            {"peer": "10.244.1.1"},
        ),
        Case(
            "a line of an access log",
            None,
            {"method": "GET", "path": "/", "target": "/", "user_agent": "kube-probe/1.29"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: kube-probe/1.31"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
