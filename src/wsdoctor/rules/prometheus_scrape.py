"""Prometheus scrapes the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, sent_by
from wsdoctor.rules._declared import MONITORS, checks


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "prometheus-scrape", headers, handshake):
        return None
    return (
        f"{ask_text(method, target, user_agent)} is a scrape: X-Prometheus-Scrape-Timeout-Seconds or "
        f"the User-Agent says so."
    )


RULE = Rule(
    id="prometheus-scrape",
    title="Prometheus scrapes the WebSocket port",
    cls="uptime-monitor",
    level="note",
    confidence=0.95,
    match=match,
    declared=checks(MONITORS, {"prometheus"}),
    why=(
        "Prometheus asks every discovered target for metrics by plain HTTP. Service discovery in Kubernetes makes a "
        "target of every declared container port, so the WebSocket port is asked as well and can only refuse."
    ),
    remedy=Remedy(
        "Keep the WebSocket port out of the scrape configuration.",
        {
            "Prometheus": (
                "relabel_configs: - { source_labels: [__meta_kubernetes_pod_container_port_name], regex: metrics, "
                "action: keep }"
            ),
            "Kubernetes annotations": 'prometheus.io/port: "9090" with the port that has metrics, or '
            "prometheus.io/scrape: "
            '"false".',
        },
    ),
    references=(
        Reference(
            "Prometheus: scrape_config",
            "https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config",
        ),
    ),
    cases=(
        Case(
            "a scrape",
            request(
                "GET /metrics HTTP/1.1",
                "Host: 10.0.4.7:8080",
                "User-Agent: Prometheus/2.53.0",
                "Accept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1",
                "Accept-Encoding: gzip",
                "X-Prometheus-Scrape-Timeout-Seconds: 10",
            ),
            {"peer": "10.0.8.2"},
        ),
        Case(
            "an agent that scrapes under another name",
            request(
                "GET /metrics HTTP/1.1",
                "Host: 10.0.4.7:8080",
                "User-Agent: vm_promscrape",
                "X-Prometheus-Scrape-Timeout-Seconds: 10",
            ),
        ),
    ),
    near_misses=(
        Case(
            "somebody else asking for metrics",
            request("GET /metrics HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=False,
)
