from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

DEPLOYMENT = """\
kind: Deployment
metadata: {name: chat}
spec:
  template:
    metadata:
      labels: {app: chat}
      annotations: {ANNOTATIONS}
    spec:
      hostNetwork: HOST
      containers:
        - name: ws
          env: [{name: OWN, value: "8766"}]
          ports: [{name: ws, containerPort: 8765, hostPort: 18765}]
          PROBE
apiVersion: apps/v1
"""
SERVICE = (
    "---\nkind: Service\nmetadata:\n  name: chat\n  labels: {app: chat}\n  annotations: "
    "{%s}\nspec:\n  selector: {app: chat}\n  ports: [%s]\n"
)


def deployment(probe: str = "", annotations: str = "", host: str = "false") -> str:
    return DEPLOYMENT.replace("PROBE", probe).replace("ANNOTATIONS", annotations).replace("HOST", host)


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        ("livenessProbe: {exec: {command: [sh, -c, 'curl localhost:$OWN/h']}}", [(8766, "http", "/h")]),
        ("livenessProbe: {exec: {command: [curl, 'http://localhost:$(OWN)/h']}}", [(8766, "http", "/h")]),
        ("livenessProbe: {exec: {command: [curl, 'http://localhost:$(FILE)/h']}}", [(8767, "http", "/h")]),
        ("livenessProbe: {exec: {command: [curl, 'http://localhost:$(NONE)/h']}}", []),
        ("livenessProbe: {exec: {command: [curl, 'http://localhost:$(OWN']}}", []),
        ("livenessProbe: {httpGet: {port: absent}}", []),
        ("livenessProbe: {httpGet: {port: ws}}", [(8765, "http", "/")]),
    ],
)
def test_probes(tmp_path: Path, probe: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "kubernetes", "k8s.yaml", {"k8s.yaml": deployment(probe), ".env": "FILE=8767\n"}) == expected


def test_a_service_of_knative_means_its_first_port(tmp_path: Path) -> None:
    text = (
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: chat}\nspec:\n  template:\n    spec:\n"
        "      containers:\n        - ports: [{containerPort: 8765}]\n          readinessProbe: {httpGet: {path: /r}}\n"
    )
    assert rows(tmp_path, "kubernetes", "k8s.yaml", text) == [(8765, "http", "/r")]


@pytest.mark.parametrize(("host", "expected"), [("true", []), ("false", [(18765, 8765)])])
def test_ports_of_the_host(tmp_path: Path, host: str, expected: list[tuple[int, int]]) -> None:
    found = declared(tmp_path, "kubernetes", "k8s.yaml", deployment(host=host))
    assert [(each.outer, each.inner) for each in found.maps] == expected


SCRAPE = 'prometheus.io/scrape: "true"'


@pytest.mark.parametrize(
    ("annotations", "on_service", "ports", "expected"),
    [
        (SCRAPE, "", "", []),
        (f'{SCRAPE}, prometheus.io/port: "8765"', "", "", [(8765, "http", "/metrics")]),
        (f'{SCRAPE}, prometheus.io/port: "8765", prometheus.io/path: /m', "", "", [(8765, "http", "/m")]),
        ('prometheus.io/scrape: "false"', "", "", []),
        ("", SCRAPE, "{name: ws, port: 80, targetPort: ws}", [(8765, "http", "/metrics")]),
        ("", SCRAPE, "{name: ws, port: 80, targetPort: ws}, {name: b, port: 81}", []),
        ("", SCRAPE, "{name: ws, port: 80, targetPort: absent}", []),
    ],
)
def test_scrapes_that_annotations_ask_for(
    tmp_path: Path, annotations: str, on_service: str, ports: str, expected: list[tuple[object, ...]]
) -> None:
    text = deployment(annotations=annotations) + (SERVICE % (on_service, ports) if ports else "")
    assert rows(tmp_path, "kubernetes", "k8s.yaml", text) == expected


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("ServiceMonitor", ("selector: {matchLabels: {app: chat}}\n"
"  endpoints: [{port: ws}]"), [(8765, "http", "/metrics")]),
        ("ServiceMonitor", "selector: {matchLabels: {app: chat}}\n  endpoints: [{targetPort: ws, path: /m}]",
         [(8765, "http", "/m")]),
        ("ServiceMonitor", "selector: {matchLabels: {app: chat}}\n  endpoints: [{port: lost}]", []),
        ("ServiceMonitor", "selector: {matchLabels: {app: other}}\n  endpoints: [{port: ws}]", []),
        ("ServiceMonitor", "selector: {}\n  endpoints: [{port: ws}]", []),
        ("PodMonitor", "selector: {matchLabels: {app: chat}}\n  podMetricsEndpoints: [{port: ws}]",
         [(8765, "http", "/metrics")]),
        ("PodMonitor", 'selector: {matchLabels: {app: chat}}\n  podMetricsEndpoints: [{targetPort: "8766"}]',
         [(8766, "http", "/metrics")]),
        ("PodMonitor", "selector: {matchLabels: {app: chat}}\n  podMetricsEndpoints: [{port: absent}]", []),
        ("PodMonitor", "selector: {matchLabels: {app: other}}\n  podMetricsEndpoints: [{port: ws}]", []),
        ("Probe", "targets: {staticConfig: {static: ['http://h:8765/x', {a: 1}]}}", [(8765, "http", "/x")]),
        ("Probe", "module: icmp\n  targets: {staticConfig: {static: ['http://h:8765/x']}}", []),
        ("Probe", "targets: {ingress: {}}", []),
    ],
)  # fmt: skip
def test_monitors_of_the_prometheus_operator(
    tmp_path: Path, kind: str, spec: str, expected: list[tuple[object, ...]]
) -> None:
    service = SERVICE % ("", "{name: ws, port: 80, targetPort: ws}, {name: lost, port: 81, targetPort: absent}")
    text = f"{deployment()}{service}---\nkind: {kind}\nmetadata: {{name: m}}\nspec:\n  {spec}\n"
    assert rows(tmp_path, "kubernetes", "k8s.yaml", text) == expected
