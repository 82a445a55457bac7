from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

AWS = "service.beta.kubernetes.io/aws-load-balancer-healthcheck"
OCEAN = "service.beta.kubernetes.io/do-loadbalancer-healthcheck"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  template:
    metadata:
      labels: {app: chat}
    spec:
      containers:
        - name: api
          ports:
            - {name: http, containerPort: 5000}
        - name: ws
          env:
            - {name: PORT, value: "8765"}
          ports:
            - name: ws
              containerPort: 8765
              hostPort: 18765
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: sockets
  namespace: prod
  annotations: {}
spec:
  selector: {app: chat}
  ports:
    - {name: ws, port: 80, targetPort: ws, nodePort: 30080}
    - {name: web, port: 81, targetPort: 5000}
"""


def with_probe(text: str) -> str:
    return DEPLOYMENT + "".join(f"          {line}\n" for line in text.strip("\n").split("\n"))


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        ("livenessProbe:\n  httpGet: {path: /h, port: ws}\n", [(8765, "http", "/h", 10.0, "kube-probe/", 21, 22)]),
        (
            "readinessProbe:\n  periodSeconds: 3\n  httpGet:\n    path: h\n    port: 8765\n    scheme: HTTPS\n",
            [(8765, "https", "/h", 3.0, "kube-probe/", 21, 26)],
        ),
        ("startupProbe:\n  httpGet: {port: http}\n", [(5000, "http", "/", 10.0, "kube-probe/", 21, 22)]),
        ("livenessProbe:\n  tcpSocket: {port: ws}\n", [(8765, "tcp", None, 10.0, None, 21, 22)]),
        ("startupProbe:\n  tcpSocket: {port: ws}\n", [(8765, "tcp", None, None, None, 21, 22)]),
        ("livenessProbe:\n  grpc: {port: 8765}\n", [(8765, "grpc", None, 10.0, None, 21, 22)]),
        (
            "livenessProbe:\n  exec:\n    command: [sh, -c, 'curl -f localhost:$PORT/x']\n",
            [(8765, "http", "/x", 10.0, "curl/", 21, 23)],
        ),
        (
            "livenessProbe:\n  exec: {command: [curl, 'localhost:$(PORT)']}\n",
            [(8765, "http", "/", 10.0, "curl/", 21, 22)],
        ),
        (
            "livenessProbe:\n  exec: {command: [python, /probe_ws.py, 'ws://127.0.0.1:8765/']}\n",
            [(8765, "ws", "/", 10.0, None, 21, 22)],
        ),
        (
            "lifecycle:\n  postStart:\n    httpGet: {path: /warm, port: ws}\n",
            [(8765, "http", "/warm", None, "kube-lifecycle/", 22, 23)],
        ),
        ("# livenessProbe:\n#   httpGet: {path: /h, port: ws}\n", []),
        ("livenessProbe: {initialDelaySeconds: 3}\n", []),
    ],
)
def test_probes(tmp_path: Path, probe: str, expected: list[tuple[object, ...]]) -> None:
    found = rows(tmp_path, "kubernetes", "k8s/a.yaml", with_probe(probe), "period", "agent", "line", "end")
    assert found == expected


def test_fields_that_make_a_handshake_are_kept(tmp_path: Path) -> None:
    probe = "livenessProbe:\n  httpGet:\n    port: ws\n    httpHeaders:\n      - {name: Upgrade, value: websocket}\n"
    (caller,) = declared(tmp_path, "kubernetes", "a.yaml", with_probe(probe)).callers
    assert dict(caller.headers) == {"Upgrade": "websocket"}
    assert caller.unit == "chat"


def test_names_that_nobody_has_are_noted(tmp_path: Path) -> None:
    found = declared(tmp_path, "kubernetes", "a.yaml", with_probe("livenessProbe:\n  httpGet: {port: nope}\n"))
    assert found.callers == []
    assert "'nope'" in found.notes[0].text


def test_services_stand_for_ports_of_pods(tmp_path: Path) -> None:
    files = {"deploy.yaml": DEPLOYMENT, "service.yaml": SERVICE}
    found = declared(tmp_path, "kubernetes", "service.yaml", files)
    assert [(one.outer, one.inner, one.unit, len(one.names), one.location.line) for one in found.maps] == [
        (80, 8765, "chat", 4, 10),
        (30080, 8765, "chat", 0, 10),
        (81, 5000, "chat", 4, 11),
    ]
    assert "sockets.prod.svc.cluster.local" in found.maps[0].names
    ports = declared(tmp_path, "kubernetes", "deploy.yaml", files).maps
    assert [(one.outer, one.inner) for one in ports] == [(18765, 8765)]


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        (
            "prometheus.io/scrape: 'true'\n    prometheus.io/port: '8765'",
            [(8765, "http", "/metrics", "prometheus", "scrape", 30.0)],
        ),
        ("prometheus.io/port: '8765'", []),
        (
            f"{AWS}-protocol: http\n    {AWS}-path: /h",
            [
                (8765, "http", "/h", "aws-elb", "health-check", 10.0),
                (5000, "http", "/h", "aws-elb", "health-check", 10.0),
            ],
        ),
        (
            "service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path: /z",
            [(8765, "http", "/z", "azure", "health-check", 5.0), (5000, "http", "/z", "azure", "health-check", 5.0)],
        ),
        (
            f"{OCEAN}-protocol: http\n    {OCEAN}-port: '80'",
            [(8765, "http", "/", "digitalocean", "health-check", 3.0)],
        ),
    ],
)
def test_annotations_of_services(tmp_path: Path, annotations: str, expected: list[tuple[object, ...]]) -> None:
    service = SERVICE.replace("  annotations: {}", f"  annotations:\n    {annotations}")
    files = {"deploy.yaml": DEPLOYMENT, "service.yaml": service}
    found = rows(tmp_path, "kubernetes", "service.yaml", files, "product", "kind", "period")
    assert found == expected


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: chat
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
    {more}
spec:
  ingressClassName: alb
  rules:
    - http:
        paths:
          - path: /ws
            backend:
              service:
                name: sockets
                port: {{name: ws}}
          - path: /
            backend: {{service: {{name: sockets, port: {{number: 81}}}}}}
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "alb.ingress.kubernetes.io/healthcheck-path: /healthz",
            [(8765, "http", "/healthz", 7), (5000, "http", "/healthz", 7)],
        ),
        ("a: b", [(8765, "http", "/", 15), (5000, "http", "/", 19)]),
        (
            "alb.ingress.kubernetes.io/healthcheck-protocol: TCP",
            [(8765, "tcp", None, 7), (5000, "tcp", None, 7)],
        ),
        ("alb.ingress.kubernetes.io/healthcheck-port: '5000'", [(5000, "http", "/", 7)]),
    ],
)
def test_load_balancers_of_aws(tmp_path: Path, more: str, expected: list[tuple[object, ...]]) -> None:
    files = {"d.yaml": DEPLOYMENT, "s.yaml": SERVICE, "i.yaml": INGRESS.format(more=more)}
    assert rows(tmp_path, "kubernetes", "i.yaml", files, "line") == expected


def test_other_ingress_classes_check_nothing(tmp_path: Path) -> None:
    text = INGRESS.format(more="a: b").replace("ingressClassName: alb", "ingressClassName: nginx")
    text = text.replace("alb.ingress.kubernetes.io/scheme", "x/y")
    assert rows(tmp_path, "kubernetes", "i.yaml", {"s.yaml": SERVICE, "i.yaml": text}) == []


def test_load_balancers_of_google(tmp_path: Path) -> None:
    service = SERVICE.replace(
        "annotations: {}", """annotations: {cloud.google.com/backend-config: '{"ports": {"ws": "check"}}'}"""
    )
    config = """\
        apiVersion: cloud.google.com/v1
        kind: BackendConfig
        metadata: {name: check}
        spec:
          healthCheck:
            type: HTTP
            requestPath: /g
            checkIntervalSec: 9
        ---
        """
    config = textwrap.dedent(config)
    for number, files in enumerate(({"g.yaml": config + service}, {"g.yaml": config, "s.yaml": service})):
        files["d.yaml"] = DEPLOYMENT
        found = rows(tmp_path / str(number), "kubernetes", "g.yaml", files, "product", "period", "line", "end")
        assert found == [(8765, "http", "/g", "google", 9.0, 5, 8)]


def test_health_check_policy(tmp_path: Path) -> None:
    policy = """\
        apiVersion: networking.gke.io/v1
        kind: HealthCheckPolicy
        metadata: {name: p}
        spec:
          default:
            checkIntervalSec: 15
            config:
              type: HTTP
              httpHealthCheck: {port: 8765, requestPath: /p}
          targetRef: {kind: Service, name: sockets}
        """
    files = {"d.yaml": DEPLOYMENT, "s.yaml": SERVICE, "p.yaml": policy}
    assert rows(tmp_path, "kubernetes", "p.yaml", files, "line", "period")[0] == (8765, "http", "/p", 7, 15.0)


def test_monitors_of_the_prometheus_operator(tmp_path: Path) -> None:
    service = SERVICE.replace("  annotations: {}", "  labels: {app: chat}")
    monitors = """\
        apiVersion: monitoring.coreos.com/v1
        kind: ServiceMonitor
        metadata: {name: m}
        spec:
          selector: {matchLabels: {app: chat}}
          endpoints:
            - port: ws
              path: /m
              interval: 20s
        ---
        apiVersion: monitoring.coreos.com/v1
        kind: PodMonitor
        metadata: {name: p}
        spec:
          selector: {matchLabels: {app: chat}}
          podMetricsEndpoints: [{port: http}]
        ---
        apiVersion: monitoring.coreos.com/v1
        kind: Probe
        metadata: {name: b}
        spec:
          module: http_2xx
          targets: {staticConfig: {static: ['http://sockets.prod.svc/x']}}
        """
    files = {"d.yaml": DEPLOYMENT, "s.yaml": service, "m.yaml": monitors}
    assert rows(tmp_path, "kubernetes", "m.yaml", files, "product", "kind", "period", "line") == [
        (8765, "http", "/m", "prometheus", "scrape", 20.0, 7),
        (5000, "http", "/metrics", "prometheus", "scrape", 30.0, 16),
        (80, "http", "/x", "blackbox", "uptime-monitor", 30.0, 23),
    ]


def test_scrapes_of_pods_lists_and_cron_jobs(tmp_path: Path) -> None:
    text = """\
        apiVersion: v1
        kind: List
        items:
          - apiVersion: batch/v1
            kind: CronJob
            metadata: {name: job}
            spec:
              jobTemplate:
                spec:
                  template:
                    metadata:
                      annotations: {prometheus.io/scrape: "true", prometheus.io/port: "8765", prometheus.io/path: /q}
                    spec:
                      containers:
                        - name: x
                          livenessProbe: {httpGet: {port: 8765}}
        """
    assert rows(tmp_path, "kubernetes", "a.yaml", text, "kind") == [
        (8765, "http", "/", "health-check"),
        (8765, "http", "/q", "scrape"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {type: ExternalName}\n",
        "apiVersion: v1\nkind: Service\nspec: {ports: [{port: 1}]}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [x, 1]}\n",
    ],
)
def test_what_declares_nothing(tmp_path: Path, text: str) -> None:
    found = declared(tmp_path, "kubernetes", "a.yaml", text)
    assert found.callers == found.maps == []


def test_templates_are_left_to_helm(tmp_path: Path) -> None:
    text = with_probe("livenessProbe:\n  httpGet: {port: {{ .Values.p }}}\n")
    assert rows(tmp_path, "kubernetes", "chart/templates/a.yaml", text) == []


def test_broken_manifests_are_noted(tmp_path: Path) -> None:
    found = declared(tmp_path, "kubernetes", "a.yaml", "apiVersion: v1\nkind: Pod\nspec: [\n")
    assert found.notes


def test_containers_that_wait_for_others(tmp_path: Path) -> None:
    text = """\
        kind: Deployment
        metadata: {name: worker}
        spec:
          template:
            spec:
              initContainers:
                - name: wait
                  image: curl
                  env: [{name: HOST, value: rt}]
                  command: [sh, -c]
                  args:
                    - until curl -s http://$(HOST):8765/up; do sleep 2; done
                - name: port
                  command: [sh, -c, "until nc -z rt 8766; do sleep 1; done"]
              containers:
                - {name: worker, image: x, command: [python, worker.py]}
                - {name: once, command: [curl, "http://rt:8767/seed"]}
                - {name: warm, image: "curlimages/curl:8.9.1", args: ["-s", "http://rt:8768/"]}
        apiVersion: apps/v1
        """
    found = declared(tmp_path, "kubernetes", "d.yaml", textwrap.dedent(text)).callers
    assert [
        (one.kind, one.protocol, one.to.host, one.to.port, one.path, one.location.line)
        for one in sorted(found, key=lambda one: one.location.line)
    ] == [
        ("health-check", "http", "rt", 8765, "/up", 12),
        ("health-check", "tcp", "rt", 8766, None, 14),
        ("wait", "http", "rt", 8767, "/seed", 17),
        ("wait", "http", "rt", 8768, "/", 18),
    ]


@pytest.mark.parametrize(
    ("port", "public"),
    [
        ("{name: http, port: 80, targetPort: ws}", True),
        ("{name: http, port: 80, targetPort: http}", False),
        ("{name: ws, port: 80, targetPort: ws}", False),
        ("{name: web, port: 80, targetPort: ws}", False),
        ("{name: http, port: 80, targetPort: 8765}", False),
    ],
)
def test_a_port_for_pages_that_leads_elsewhere(tmp_path: Path, port: str, public: bool) -> None:
    text = f"""\
        kind: Deployment
        metadata: {{name: app}}
        spec:
          template:
            metadata: {{labels: {{app: app}}}}
            spec:
              containers:
                - {{name: web, ports: [{{name: http, containerPort: 5000}}]}}
                - {{name: ws, ports: [{{name: ws, containerPort: 8765}}]}}
        ---
        kind: Service
        metadata: {{name: app}}
        spec: {{selector: {{app: app}}, ports: [{port}]}}
        apiVersion: v1
        """
    (found,) = declared(tmp_path, "kubernetes", "all.yaml", textwrap.dedent(text)).maps
    assert found.public is public
