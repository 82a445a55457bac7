"""The hosting platform checks the port by TCP."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._checks import is_public
from wsdoctor.rules._declared import tcp_checks

_PLATFORMS = {
    "render": "Render",
    "koyeb": "Koyeb",
    "fly": "Fly.io",
    "railway": "Railway",
    "kubernetes": "Kubernetes",
    "k8s": "Kubernetes",
    "cloud-run": "Cloud Run",
    "azure-container-apps": "Azure Container Apps",
    "digitalocean": "DigitalOcean",
    "heroku": "Heroku",
    "aws-nlb": "AWS Network Load Balancer",
    "aws-elb": "AWS",
    "ecs": "Amazon ECS",
    "alibaba-slb": "Alibaba Cloud SLB",
    "nomad": "Nomad",
    "gke-ingress": "GKE",
    "replit": "Replit",
    "consul": "Consul",
    "istio": "Istio",
}


def match(speaks: str, platform: str, outcome: str | None = None, peer: str | None = None) -> str | None:
    """Hold for a connection without a byte that came on a platform whose default check is of that kind."""
    name = _PLATFORMS.get(platform)
    if speaks != "nothing" or name is None or outcome in {"timeout", "upgraded"} or is_public(peer):
        return None
    return (
        f"On {name}{f' the peer {peer}' if peer else ' somebody'} connected and left without sending "
        f"a byte, as its TCP check does."
    )


RULE = Rule(
    id="platform-tcp-check",
    title="The hosting platform checks the port by TCP",
    cls="tcp-probe",
    level="note",
    confidence=0.9,
    match=match,
    declared=tcp_checks,
    why="Render, Koyeb, Cloud Run, Azure Container Apps, Network Load Balancers and others check "
    "by default whether the port "
    "accepts connections: they connect and close. That is the right check for a WebSocket server, only servers before "
    "websockets 17 log each one as a failed handshake.",
    remedy=Remedy(
        "Nothing is broken. To have fewer lines, update the server or let the platform check a path that you answer.",
        {
            "Render": "healthCheckPath: /healthz in render.yaml replaces the TCP check.",
            "Koyeb": "--checks 8080:http:/healthz replaces --checks 8080:tcp.",
            "Kubernetes": "periodSeconds of the tcpSocket probe says how often.",
            "AWS Network Load Balancer": 'health_check { protocol = "HTTP" path = "/healthz" } replaces the TCP check.',
        },
    ),
    references=(
        Reference("Render: health checks", "https://render.com/docs/health-checks"),
        Reference("Koyeb: health checks", "https://www.koyeb.com/docs/run-and-scale/health-checks"),
    ),
    cases=(Case("on Render", b"", {"platform": "render", "peer": "10.0.3.7", "outcome": "closed-by-client"}),),
    near_misses=(
        Case("a stranger", b"", {"platform": "render", "peer": "203.0.113.9", "outcome": "closed-by-client"}),
        Case("no platform known", b"", {"peer": "10.0.3.7", "outcome": "closed-by-client"}),
    ),
    supersedes=("empty-connection", "connect-and-reset"),
)
