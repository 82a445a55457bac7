# ruff: noqa: E501 - manifests are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import inspected, to_port
from wsdoctor.inspectors import ingress_nginx
from wsdoctor.model.traffic import Declared

SERVICE = """kind: Service
metadata: {name: rt}
spec:
  ports:
    - {name: ws, port: 8765}
"""


def ingress(
    tmp_path: Path, *annotations: str, path: str = "/ws", port: str = "name: ws", kind: str = "nginx"
) -> Declared:
    lines = "".join(f"    {line}\n" for line in annotations)
    text = f"""apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    a: b
{lines}spec:
  ingressClassName: {kind}
  rules:
    - http:
        paths:
          - path: {path}
            backend:
              service:
                name: rt
                port: {{{port}}}
---
{SERVICE}"""
    return inspected(tmp_path, ingress_nginx, {"k8s/ingress.yaml": text})


@pytest.mark.parametrize(
    "line",
    [
        "nginx.ingress.kubernetes.io/proxy-read-timeout: '3600'",
        "nginx.ingress.kubernetes.io/proxy-http-version: '1.1'",
        "nginx.ingress.kubernetes.io/connection-proxy-header: upgrade",
        "nginx.ingress.kubernetes.io/backend-protocol: HTTP",
        "nginx.ingress.kubernetes.io/configuration-snippet: 'proxy_set_header X y;'",
        "nginx.ingress.kubernetes.io/configuration-snippet: 'proxy_set_header Connection $http_connection;'",
        "nginx.ingress.kubernetes.io/configuration-snippet: 'broken \"'",
        "nginx.org/websocket-services: app, rt",
    ],
)
def test_what_is_right(tmp_path: Path, line: str) -> None:
    hop = to_port(ingress(tmp_path, line), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.scheme, hop.to.host) == (True, (), "http", "rt")
    assert (hop.product, hop.path, hop.websocket, hop.location.line) == ("ingress-nginx", "/ws", True, 13)


@pytest.mark.parametrize(
    ("line", "lacks", "where"),
    [
        ("nginx.ingress.kubernetes.io/proxy-http-version: '1.0'", ("http-version",), 7),
        ("nginx.ingress.kubernetes.io/connection-proxy-header: keep-alive", ("connection",), 7),
        (
            "nginx.ingress.kubernetes.io/configuration-snippet: 'proxy_set_header Upgrade \"\"; proxy_set_header Connection close;'",
            ("upgrade", "connection"),
            7,
        ),
        ("nginx.org/server-tokens: 'off'", ("websocket-services",), 13),
        ("nginx.org/websocket-services: app", ("websocket-services",), 7),
    ],
)
def test_what_loses_a_handshake(tmp_path: Path, line: str, lacks: tuple[str, ...], where: int) -> None:
    hop = to_port(ingress(tmp_path, line), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.location.line) == (False, lacks, where)


@pytest.mark.parametrize(
    ("protocol", "scheme", "forwards"), [("HTTPS", "https", True), ("GRPC", "h2c", False), ("GRPCS", "h2", False)]
)
def test_what_it_speaks(tmp_path: Path, protocol: str, scheme: str, forwards: bool) -> None:
    hop = to_port(ingress(tmp_path, f"nginx.ingress.kubernetes.io/backend-protocol: {protocol}"), 8765)
    assert (hop.scheme, hop.forwards_upgrade, hop.location.line) == (scheme, forwards, 7)


def test_paths_and_hosts(tmp_path: Path) -> None:
    found = ingress(
        tmp_path, "nginx.ingress.kubernetes.io/rewrite-target: /$2", "nginx.ingress.kubernetes.io/upstream-vhost: x",
        path="/ws(/|$)(.*)", port="number: 8765",
    )  # fmt: skip
    assert to_port(found, 8765).sends == ("strips-prefix", "rewrites-host")


def test_subrequests_and_redirects(tmp_path: Path) -> None:
    found = ingress(
        tmp_path, "nginx.ingress.kubernetes.io/auth-url: http://rt.default.svc:8766/auth",
        "nginx.ingress.kubernetes.io/permanent-redirect: https://rt.example:8767/",
        "nginx.ingress.kubernetes.io/temporal-redirect: https://rt.example/",
    )  # fmt: skip
    assert (to_port(found, 8766).sends, to_port(found, 8766).path) == (("auth-subrequest",), "/auth")
    assert to_port(found, 8767).sends == ("redirect",)
    assert len(found.hops) == 3


def test_other_classes_and_old_objects(tmp_path: Path) -> None:
    assert to_port(ingress(tmp_path, kind="traefik"), 8765).product == "traefik"
    text = "kind: Ingress\nspec:\n  backend: {serviceName: rt, servicePort: 8765}\n  rules: [{http: {paths: [{path: /}]}}]\n"
    found = inspected(tmp_path / "b", ingress_nginx, {"ingress.yaml": text})
    assert (to_port(found, 8765).path, to_port(found, 8765).to.host) == (None, "rt")


def test_templates_of_a_chart(tmp_path: Path) -> None:
    text = """{{- if .Values.ingress.enabled }}
kind: Ingress
metadata:
  name: {{ include "x" . }}
spec:
  rules:
    - http:
        paths:
          - path: {{ .Values.ingress.path | quote }}
            backend: {service: {name: rt, port: {number: {{ .Values.service.port }}}}}
{{- end }}
"""
    files = {
        "chart/values.yaml": "ingress: {path: /ws}\nservice:\n  port: 8765\n",
        "chart/templates/ingress.yaml": text,
        "broken/values.yaml": "a: [",
        "broken/templates/ingress.yaml": text,
        "none/ingress.yaml": text + "x: [\n",
        "none/other.yaml": text,
    }
    found = inspected(tmp_path, ingress_nginx, files)
    assert (to_port(found, 8765).path, to_port(found, 8765).location.line) == ("/ws", 9)
    assert sorted((hop.location.file, hop.to.port) for hop in found.hops if hop.to.port is None) == [
        ("broken/templates/ingress.yaml", None), ("none/other.yaml", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "note", "scheme"),
    [
        ("alb", "alb.ingress.kubernetes.io/backend-protocol-version: HTTP2", "h2c"),
        ("alb", "alb.ingress.kubernetes.io/backend-protocol-version: HTTP1", "http"),
        ("gce", 'cloud.google.com/app-protocols: \'{"ws":"HTTP2"}\'', "h2"),
        ("gce", 'cloud.google.com/app-protocols: \'{"admin":"HTTP2"}\'', "http"),
        ("traefik", "traefik.ingress.kubernetes.io/service.serversscheme: h2c", "h2c"),
        ("contour", "projectcontour.io/upstream-protocol.h2c: ws", "h2c"),
        ("nginx", "traefik.ingress.kubernetes.io/service.serversscheme: h2c", "http"),
        ("alb", "traefik.ingress.kubernetes.io/service.serversscheme: h2c", "http"),
    ],
)
def test_what_a_service_tells_other_controllers(tmp_path: Path, kind: str, note: str, scheme: str) -> None:
    service = SERVICE.replace("{name: rt}", "\n  name: rt\n  annotations:\n    " + note)
    text = "kind: Ingress\nspec:\n  ingressClassName: {}\n  rules: [{{http: {{paths: [{{path: /ws, backend: {{service: {{name: rt, port: {{number: 8765}}}}}}}}]}}}}]\n"
    files = {"ingress.yaml": text.format(kind), "service.yaml": service}
    hop = to_port(inspected(tmp_path, ingress_nginx, files), 8765)
    assert (hop.scheme, hop.location.file) == (scheme, "ingress.yaml" if scheme == "http" else "service.yaml")


@pytest.mark.parametrize(("version", "scheme"), [("HTTP2", "h2c"), ("HTTP1", "http")])
def test_what_an_ingress_tells_the_controller_of_aws(tmp_path: Path, version: str, scheme: str) -> None:
    note = f"alb.ingress.kubernetes.io/backend-protocol-version: {version}"
    hop = to_port(ingress(tmp_path, note, kind="alb"), 8765)
    assert (hop.scheme, hop.location.line) == (scheme, 7 if scheme == "h2c" else 13)
