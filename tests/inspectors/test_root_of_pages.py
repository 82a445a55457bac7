# ruff: noqa: E501 - manifests are written on one line where that reads better
from pathlib import Path
from types import ModuleType

import pytest

from tests.inspectors.proxy_factory import inspected, to_port
from wsdoctor.inspectors import gateway_api, ingress_nginx, istio


def ingress(host: str, path: str) -> str:
    return (
        f"kind: Ingress\nspec:\n  ingressClassName: nginx\n  rules:\n    - host: {host}\n      http:\n        paths:\n"
        f"          - {{path: {path}, backend: {{service: {{name: web, port: {{number: 5000}}}}}}}}\n"
        "          - {path: /, backend: {service: {name: live, port: {number: 8765}}}}\n"
    )


def gateway(host: str, path: str) -> str:
    return (
        f"kind: HTTPRoute\nspec:\n  hostnames: [{host}]\n  rules:\n"
        f"    - {{matches: [{{path: {{value: {path}}}}}], backendRefs: [{{name: web, port: 5000}}]}}\n"
        "    - {backendRefs: [{name: live, port: 8765}]}\n"
    )


def virtual(host: str, path: str) -> str:
    return (
        f"kind: VirtualService\nspec:\n  hosts: [{host}]\n  http:\n"
        f"    - {{match: [{{uri: {{prefix: {path}}}}}], route: [{{destination: {{host: web, port: {{number: 5000}}}}}}]}}\n"
        "    - {route: [{destination: {host: live, port: {number: 8765}}}]}\n"
    )


@pytest.mark.parametrize(("module", "made"), [(ingress_nginx, ingress), (gateway_api, gateway), (istio, virtual)])
@pytest.mark.parametrize(
    ("host", "path", "meant"),
    [
        ("a.example", "/api", False),
        ("a.example", "/static/", False),
        ("a.example", "/healthz", None),
        ("a.example", "/apiary", None),
        ("ws.a.example", "/api", None),
    ],
)
def test_the_root_of_a_host_with_pages(
    tmp_path: Path, module: ModuleType, made, host: str, path: str, meant: bool | None
) -> None:
    found = inspected(tmp_path, module, {"route.yaml": made(host, path)})
    assert to_port(found, 8765).websocket is meant
