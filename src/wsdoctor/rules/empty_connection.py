"""Somebody connects, says nothing and leaves."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._checks import is_private


def match(speaks: str, outcome: str | None = None, peer: str | None = None, period: float | None = None) -> str | None:
    """Hold for a connection without a byte that the peer closed, or whose end was not observed."""
    if speaks != "nothing" or outcome in {"timeout", "reset", "upgraded"}:
        return None
    if peer is None:
        where = ""
    elif is_private(peer):
        where = f" {peer}, a private address: most likely a check of your own platform or proxy"
    else:
        where = f" {peer}"
    rhythm = f", every {period:.1f} s" if period is not None else ""
    return f"The peer{where} connected{rhythm} and closed without sending a byte."


RULE = Rule(
    id="empty-connection",
    title="A TCP check connects, says nothing and leaves",
    cls="tcp-probe",
    level="note",
    confidence=0.93,
    match=match,
    why="Load balancers, orchestrators and monitors check a TCP port by opening a connection and "
    "closing it again. Browsers "
    "connect ahead of need, and port scanners look what is open. Nothing is wrong with that, "
    "but many WebSocket servers log it "
    "as a failed handshake, “stream ends after 0 bytes”, with a traceback.",
    remedy=Remedy(
        "Nothing is broken, and a TCP check is the right check for a WebSocket port. Only the log needs care.",
        {
            "websockets": "Version 17 and later log one line “connection closed” at INFO; for older ones update, or "
            "install wsdoctor.",
            "Kubernetes": "It comes from tcpSocket probes: periodSeconds says how often.",
            "AWS": "It comes from the TCP health check of a Network Load Balancer.",
            "HAProxy": "option dontlognull hides the same in HAProxy's own log.",
        },
    ),
    references=(
        Reference(
            "Kubernetes: TCP probes",
            "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-st"
            "artup-probes/#define-a-tcp-liveness-probe",
        ),
        Reference("websockets: changelog", "https://websockets.readthedocs.io/en/stable/project/changelog.html"),
    ),
    cases=(
        Case("a TCP check", b"", {"peer": "10.0.0.7", "outcome": "closed-by-client", "period": 10.0}),
        Case("nothing else observed", b""),
    ),
    near_misses=(
        Case("kept open until the time-out", b"", {"outcome": "timeout"}),
        Case("a request", b"GET / HTTP/1.1\r\n\r\n"),
    ),
)
