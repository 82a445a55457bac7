from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import rows

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: sockets
  annotations: {{ {annotations} }}
spec:
  ports:
    - {{name: ws, port: 8765}}
    - {{name: web, port: 81}}
---
apiVersion: v1
kind: Service
metadata: {{}}
---
"""
ALB = "alb.ingress.kubernetes.io/healthcheck-"
GOOGLE = "cloud.google.com/backend-config"


def found(tmp_path: Path, text: str, annotations: str = "") -> list[tuple[object, ...]]:
    return rows(tmp_path, "kubernetes", "k8s.yaml", SERVICE.format(annotations=annotations) + text)


@pytest.mark.parametrize(
    ("spec", "annotations", "expected"),
    [
        ("ingressClassName: alb\n  defaultBackend: {service: {name: sockets, port: {name: ws}}}", "",
         [(8765, "http", "/")]),
        ("ingressClassName: alb\n  backend: {serviceName: sockets, servicePort: 8765}", "", [(8765, "http", "/")]),
        ("ingressClassName: alb\n  defaultBackend: {service: {name: sockets, port: {number: 9}}}", "", []),
        ("ingressClassName: alb\n  defaultBackend: {service: {name: absent, port: {name: ws}}}", "", []),
        ("ingressClassName: nginx\n  defaultBackend: {service: {name: sockets, port: {name: ws}}}", "", []),
        ("ingressClassName: alb\n  rules: [{http: {paths: [{path: /}]}}]", "", []),
        (("ingressClassName: alb\n  rules: [{http: {paths: [{backend: {service: {name: sockets, port: {name: ws}}}},"
         " {backend: {service: {name: sockets, port: {number: 8765}}}}]}}]"), f"{ALB}path: /h",
         [(8765, "http", "/h")]),
        ("ingressClassName: alb\n  defaultBackend: {service: {name: sockets, port: {name: ws}}}",
         f'{ALB}port: "81", {ALB}protocol: HTTPS', [(81, "https", "/")]),
    ],
)  # fmt: skip
def test_load_balancers_of_aws(tmp_path: Path, spec: str, annotations: str, expected: list[tuple[object, ...]]) -> None:
    assert found(tmp_path, f"kind: Ingress\nmetadata: {{name: i}}\nspec:\n  {spec}\n", annotations) == expected


@pytest.mark.parametrize(
    ("spec", "annotations", "expected"),
    [
        ("healthCheck: {requestPath: /h}", f"{GOOGLE}: '{{\"default\": \"conf\"}}'",
         [(8765, "http", "/h"), (81, "http", "/h")]),
        ("healthCheck: {requestPath: /h}", f"{GOOGLE}: '{{\"ports\": {{\"ws\": \"conf\"}}}}'", [(8765, "http", "/h")]),
        ("healthCheck: {requestPath: /h}", f"{GOOGLE}: '{{\"ports\": {{\"81\": \"conf\", \"ws\": \"other\"}}}}'",
         [(81, "http", "/h")]),
        ("healthCheck: {port: 9000, type: TCP}", f"beta.{GOOGLE}: '{{\"ports\": {{\"ws\": \"conf\"}}}}'",
         [(9000, "tcp", None)]),
        ("healthCheck: {requestPath: /h}", f"{GOOGLE}: '{{\"ports\": [\"ws\"]}}'", []),
        ("healthCheck: {requestPath: /h}", f"{GOOGLE}: 'not json'", []),
        ("healthCheck: {requestPath: /h}", f"{GOOGLE}: '[1]'", []),
        ("healthCheck: {requestPath: /h}", "", []),
        ("timeoutSec: 40", f"{GOOGLE}: '{{\"default\": \"conf\"}}'", []),
        ("healthCheck: yes", f"{GOOGLE}: '{{\"default\": \"conf\"}}'", []),
    ],
)  # fmt: skip
def test_backend_configurations_of_google(
    tmp_path: Path, spec: str, annotations: str, expected: list[tuple[object, ...]]
) -> None:
    assert found(tmp_path, f"kind: BackendConfig\nmetadata: {{name: conf}}\nspec:\n  {spec}\n", annotations) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("default: {config: {type: HTTP, httpHealthCheck: {requestPath: /h, port: 9000}}}",
         [(9000, "http", "/h"), (9000, "http", "/h")]),
        ("default: {config: {type: TCP}}", [(8765, "tcp", None), (81, "tcp", None)]),
        ("default: {logConfig: {}}", []),
        ("default: yes", []),
    ],
)  # fmt: skip
def test_policies_of_google(tmp_path: Path, spec: str, expected: list[tuple[object, ...]]) -> None:
    policy = "kind: HealthCheckPolicy\nmetadata: {name: p}\nspec:\n  targetRef: {name: %s}\n  %s\n"
    assert found(tmp_path, policy % ("sockets", spec)) == expected
    assert found(tmp_path, policy % ("absent", spec)) == []
