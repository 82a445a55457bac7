"""Load balancers and platforms that speak TLS or HTTP/2 to a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository


def hops(tmp_path: Path, name: str, path: str, text: str) -> list[tuple[str, str, int | None, int, bool | None]]:
    """Return product, scheme, port and line of each hop, and whether a handshake survives it."""
    found = inspect(name, path, repository(tmp_path, {path: text})).hops
    return [(hop.product, hop.scheme, hop.to.port, hop.location.line, hop.forwards_upgrade) for hop in found]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ('"aws_lb_target_group" "ws" {\n  port = 8765\n  protocol = "TLS"\n}', ("aws-elb", "https", 3, True)),
        ('"aws_lb_target_group" "ws" {\n  port = 8765\n  protocol = "HTTPS"\n}', ("aws-elb", "https", 3, True)),
        (
            '"aws_lb_target_group" "ws" {\n  port = 8765\n  protocol = "HTTP"\n  protocol_version = "HTTP2"\n}',
            ("aws-elb", "h2c", 4, False),
        ),
        (
            ('"google_compute_backend_service" "ws" {\n  protocol = "HTTP2"\n  port_name = "ws"\n}\n'
            'resource "google_compute_instance_group" "g" {\n  named_port {\n    name = "ws"\n    port = 8765\n  }\n}'),
            ("google", "h2", 2, False),
        ),
        (
            ('"google_cloud_run_v2_service" "ws" {\n  template {\n    containers {\n      ports {\n'
            '        name = "h2c"\n        container_port = 8765\n      }\n    }\n  }\n}'),
            ("cloud-run", "h2c", 5, False),
        ),
        (
            ('"azurerm_application_gateway" "g" {\n  backend_http_settings {\n    port = 8765\n'
            '    protocol = "Https"\n  }\n}'),
            ("azure", "https", 4, True),
        ),
        (
            '"azurerm_container_app" "ws" {\n  ingress {\n    target_port = 8765\n    transport = "http2"\n  }\n}',
            ("azure", "h2c", 4, False),
        ),
        (
            ('"digitalocean_loadbalancer" "l" {\n  forwarding_rule {\n    target_port = 8765\n'
            '    target_protocol = "https"\n  }\n}'),
            ("digitalocean", "https", 4, True),
        ),
    ],
)  # fmt: skip
def test_terraform(tmp_path: Path, resource: str, expected: tuple[str, str, int, bool]) -> None:
    product, scheme, line, survives = expected
    text = f"resource {resource}\n"
    assert hops(tmp_path, "terraform", "main.tf", text) == [(product, scheme, 8765, line, survives)]


@pytest.mark.parametrize(
    "resource",
    [
        '"aws_lb_target_group" "ws" {\n  port = 8765\n  protocol = "HTTP"\n  protocol_version = "HTTP1"\n}',
        '"aws_lb_target_group" "ws" {\n  port = 8765\n  protocol = "TCP"\n}',
        '"aws_lb_target_group" "ws" {\n  protocol = "TLS"\n}',
        '"google_compute_backend_service" "ws" {\n  protocol = "HTTP2"\n}',
        ('"google_cloud_run_service" "ws" {\n  template {\n    spec {\n      containers {\n        ports {\n'
        '          name = "http1"\n        }\n      }\n    }\n  }\n}'),
        '"google_cloud_run_v2_service" "ws" {\n}',
        '"azurerm_application_gateway" "g" {\n  backend_http_settings {\n    port = 8765\n  }\n}',
        '"azurerm_container_app" "ws" {\n  ingress {\n    target_port = 8765\n    transport = "auto"\n  }\n}',
        ('"digitalocean_loadbalancer" "l" {\n  forwarding_rule {\n    target_port = 8765\n'
        '    target_protocol = "https"\n    tls_passthrough = true\n  }\n}'),
    ],
)  # fmt: skip
def test_plain_routes_are_left_out(tmp_path: Path, resource: str) -> None:
    assert hops(tmp_path, "terraform", "main.tf", f"resource {resource}\n") == []


@pytest.mark.parametrize(
    ("name", "path", "text", "expected"),
    [
        (
            "cloudformation", "stack.yaml",
            ("Resources:\n  G:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n    Properties:\n      Port: 8765\n"
            "      Protocol: HTTP\n      ProtocolVersion: GRPC\n"),
            [("aws-elb", "h2c", 8765, 7, False)],
        ),
        (
            "cloudformation", "stack.yaml",
            ("Resources:\n  G:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n    Properties:\n      Port: 8765\n"
            "      Protocol: TLS\n"),
            [("aws-elb", "https", 8765, 6, True)],
        ),
        (
            "fly", "fly.toml",
            "app = 'a'\n[http_service]\n  internal_port = 8765\n  [http_service.http_options]\n    h2_backend = true\n",
            [("fly", "h2c", 8765, 5, False)],
        ),
        (
            "app-engine", "app.yaml", "name: a\nservices:\n  - name: ws\n    http_port: 8765\n    protocol: HTTP2\n",
            [("digitalocean", "h2c", 8765, 5, False)],
        ),
        (
            "kubernetes", "service.yaml",
            ("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: ws}\nspec:\n  template:\n    spec:\n"
            "      containers:\n        - image: ws\n          ports:\n            - name: h2c\n"
            "              containerPort: 8765\n"),
            [("knative", "h2c", 8765, 10, False)],
        ),
    ],
)  # fmt: skip
def test_other_platforms(tmp_path: Path, name: str, path: str, text: str, expected: list[tuple[object, ...]]) -> None:
    assert hops(tmp_path, name, path, text) == expected
    plain = text.replace("HTTP2", "HTTP").replace("GRPC", "HTTP1").replace("h2_backend = true", "h2_backend = false")
    plain = plain.replace("name: h2c", "name: http1").replace("Protocol: TLS", "Protocol: TCP")
    assert hops(tmp_path, name, path, plain) == []
