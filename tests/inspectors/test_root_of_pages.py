# ruff: noqa: E501 - manifests are written on one line where that reads better
from pathlib import Path
from types import ModuleType

import pytest

from tests.inspectors.proxy_factory import inspected, to_port
from wsdoctor.inspectors import caddy, gateway_api, haproxy, ingress_nginx, istio


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


@pytest.mark.parametrize(
    ("site", "path", "meant"),
    [
        ("a.example", "/api/*", False),
        ("a.example", "/static/*", False),
        ("a.example", "/healthz", None),
        ("ws.a.example", "/api/*", None),
    ],
)
def test_the_rest_of_a_site_in_caddy(tmp_path: Path, site: str, path: str, meant: bool | None) -> None:
    text = f"{site} {{\n  handle {path} {{\n    reverse_proxy web:5000\n  }}\n  handle {{\n    reverse_proxy live:8765\n  }}\n}}\n"
    assert to_port(inspected(tmp_path, caddy, {"Caddyfile": text}), 8765).websocket is meant


def proxied(*lines: str, name: str = "f", server: str = "live:8765") -> str:
    rules = "".join(f"  {line}\n" for line in lines)
    return (
        f"defaults\n  mode http\nfrontend {name}\n  bind :80\n  acl site path_beg /home /static\n"
        f"  acl asks hdr(Upgrade) -i websocket\n{rules}  default_backend live\n"
        f"backend web\n  server a web:5000\nbackend live\n  server a {server}\n"
    )


@pytest.mark.parametrize(
    ("lines", "fields", "meant"),
    [
        (("use_backend web if site",), {}, False),
        (("use_backend web if { path_beg /api }",), {}, False),
        (("use_backend web if { path /healthz }", "use_backend"), {}, None),
        (("use_backend nowhere if site",), {}, None),
        (("use_backend web if site asks",), {}, None),
        (("use_backend web if site",), {"name": "ws_in"}, None),
    ],
)
def test_the_rest_of_a_site_in_haproxy(
    tmp_path: Path, lines: tuple[str, ...], fields: dict[str, str], meant: bool | None
) -> None:
    text = proxied(*lines, **fields)
    hop = to_port(inspected(tmp_path, haproxy, {"haproxy.cfg": text}), 8765)
    assert hop.websocket is meant
    assert hop.location.text.strip().split()[0] == ("default_backend" if meant is False else "server")


def test_two_backends_of_haproxy_that_are_one_server(tmp_path: Path) -> None:
    found = inspected(tmp_path, haproxy, {"haproxy.cfg": proxied("use_backend web if site", server="web:5000")})
    assert {hop.websocket for hop in found.hops} == {None}


def test_a_line_that_spoils_is_the_place_of_the_rest_of_a_site(tmp_path: Path) -> None:
    text = proxied("use_backend web if site", server="live:8765 send-proxy")
    hop = to_port(inspected(tmp_path, haproxy, {"haproxy.cfg": text}), 8765)
    assert (hop.websocket, hop.location.text.strip().split()[0]) == (False, "server")
