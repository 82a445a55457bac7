"""On a hosting platform, something inside it asks the port by a bare GET."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, ask_text, is_private, is_stray

_PLATFORMS = {
    "fly": "Fly.io",
    "digitalocean": "DigitalOcean",
    "digitalocean-app-platform": "DigitalOcean App Platform",
    "railway": "Railway",
    "koyeb": "Koyeb",
    "cloud-run": "Cloud Run",
    "azure-container-apps": "Azure Container Apps",
    "azure-app-gateway": "Azure Application Gateway",
    "heroku": "Heroku",
    "northflank": "Northflank",
    "nomad": "Nomad",
    "gke-ingress": "GKE Ingress",
    "aws-elb": "AWS",
    "ecs": "Amazon ECS",
    "aws-elasticbeanstalk": "AWS Elastic Beanstalk",
    "alibaba-slb": "Alibaba Cloud SLB",
    "kubernetes": "Kubernetes",
    "k8s": "Kubernetes",
}


def match(
    platform: str,
    method: str,
    target: str,
    headers: Headers,
    peer: str,
    handshake: tuple[str, ...] | None = None,
    user_agent: str | None = None,
    sender: Sender | None = None,
) -> str | None:
    """Hold for a request with few fields that comes from inside the platform."""
    name = _PLATFORMS.get(platform)
    if name is None or method not in {"GET", "HEAD"} or not is_private(peer) or not is_stray(headers, handshake):
        return None
    if len(headers) > 5 or headers.has_any(
        "origin", "referer", "cookie", "accept-language", "sec-fetch-mode", "x-forwarded-for", "via"
    ):
        return None
    if sender is not None and sender.rule is not None:
        return None
    return (
        f"On {name}, {ask_text(method, target, user_agent, peer)} came from a private address with {len(headers)} "
        f"fields."
    )


RULE = Rule(
    id="platform-http-check",
    title="The hosting platform seems to check the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.55,
    match=match,
    why="Hosting platforms ask the application by HTTP whether it lives, from an address inside "
    "the platform and with few fields. "
    "Which addresses those are is not published, so this is a guess: bare request, private "
    "peer, known platform. A WebSocket "
    "server answers 426, which most platforms count as failed.",
    remedy=Remedy(
        "Answer the path of the check with 200, or make it a TCP check.",
        {
            "Fly.io": 'fly.toml: [[services.tcp_checks]] interval = "15s" instead of [[http_service.checks]].',
            "DigitalOcean App Platform": "health_check: { port: 8080 } without http_path checks by TCP.",
            "Cloud Run": "startupProbe: { tcpSocket: { port: 8080 } }",
            "Azure Container Apps": "probes: - { type: Liveness, tcpSocket: { port: 8080 } }",
            "Kubernetes": "livenessProbe: { tcpSocket: { port: 8080 } }",
            **ANSWERS,
        },
    ),
    references=(
        Reference("Fly.io: health checks", "https://fly.io/docs/reference/health-checks/"),
        Reference(
            "DigitalOcean App Platform: health checks",
            "https://docs.digitalocean.com/products/app-platform/how-to/manage-health-checks/",
        ),
        Reference("Cloud Run: health checks", "https://cloud.google.com/run/docs/configuring/healthchecks"),
    ),
    cases=(
        Case(
            "on Fly.io",
            request("GET / HTTP/1.1", "Host: 172.19.0.2:8080", "User-Agent: acme-checks/2", "Accept: */*"),
            {"platform": "fly", "peer": "172.19.0.1"},
        ),
    ),
    near_misses=(
        Case(
            "a check that says its name",
            request("GET / HTTP/1.1", "Host: 10.0.0.4:8080", "User-Agent: kube-probe/1.31"),
            {"platform": "kubernetes", "peer": "10.0.0.1"},
        ),
        Case(
            "a visitor behind the platform's proxy",
            request("GET / HTTP/1.1", "Host: chat.fly.dev", "X-Forwarded-For: 203.0.113.9"),
            {"platform": "fly", "peer": "172.16.1.2"},
        ),
        Case(
            "a good handshake",
            request("GET / HTTP/1.1", "Host: chat.fly.dev", *GOOD_HANDSHAKE),
            {"platform": "fly", "peer": "172.16.1.2"},
        ),
    ),
    supersedes=("command-line-request", "http-library-request"),
)
