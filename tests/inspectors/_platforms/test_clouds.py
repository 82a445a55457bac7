from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("aws_lb_target_group", 'port = 8765\nprotocol = "UDP"', []),
        ("aws_lb_target_group", 'port = 8765\nhealth_check {\nprotocol = var.unknown\n}', []),
        ("aws_lb_target_group", ('port = 8765\nprotocol = "TCP"\n'
'health_check {\npath = "/h"\n}'), [(8765, "http", "/h")]),
        ("aws_elb", "listener {}", []),
        ("aws_elb", 'health_check {\ntarget = "nonsense"\n}', []),
        ("aws_apprunner_service", 'service_name = "x"', []),
        ("aws_apprunner_service", "health_check_configuration {\n}", [(8080, "tcp", None)]),
        ("google_monitoring_uptime_check_config", 'display_name = "x"', []),
        ("google_cloud_run_service", 'name = "x"', []),
        ("google_cloud_run_v2_service", "template {\ncontainers {\nports {}\nliveness_probe {\nhttp_get {}\n}\n}\n}",
         [(8080, "http", "/")]),
        ("azurerm_linux_web_app", "site_config {}", []),
        ("azurerm_linux_web_app", "https_only = true", []),
        ("azurerm_application_gateway",
         ('backend_http_settings {\nport = 8765\nprobe_name = "p"\n}\nprobe {\n'
'name = "p"\nmatch {\nstatus_code = ["426"]\n}\n}'),
         [(8765, "http", "/")]),
        ("azurerm_traffic_manager_profile", 'name = "x"', []),
        ("azurerm_traffic_manager_profile", 'monitor_config {\nprotocol = "HTTP"\nport = 8765\npath = "/t"\n}',
         [(8765, "http", "/t")]),
        ("digitalocean_loadbalancer", "droplet_ids = []", []),
        ("digitalocean_loadbalancer", 'healthcheck {\nport = 8765\nprotocol = "tcp"\n}', [(8765, "tcp", None)]),
        ("digitalocean_app", "spec {\nservice {\nhttp_port = 8765\nhealth_check {}\n}\n}", [(8765, "tcp", None)]),
        ("digitalocean_app", 'region = "x"', []),
        ("hcloud_load_balancer_service", 'protocol = "tcp"\ndestination_port = 8765', []),
        ("hcloud_load_balancer_service", 'protocol = "http"\ndestination_port = 8765', [(8765, "http", "/")]),
        ("hcloud_load_balancer_service",
         'protocol = "http"\ndestination_port = 8765\nhealth_check {\nprotocol = "http"\nhttp {\npath = "/z"\n}\n}',
         [(8765, "http", "/z")]),
        ("aws_s3_bucket", "port = 8765", []),
    ],
)  # fmt: skip
def test_checks_of_clouds(tmp_path: Path, kind: str, body: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "terraform", "main.tf", f'resource "{kind}" "x" {{\n{body}\n}}\n') == expected


@pytest.mark.parametrize(
    ("port", "moved"),
    [
        ("var.port", True),
        ('"${var.port}"', True),
        ("tonumber(var.port)", True),
        ("8765", False),
        ('"8765"', False),
    ],
)
def test_the_call_of_a_module_is_the_line_where_its_input_decides(tmp_path: Path, port: str, moved: bool) -> None:
    files = {
        "ws/main.tf": 'variable "port" {}\nresource "aws_lb_target_group" "x" {\n  port = 1\n  health_check {\n'
        f"    port = {port}\n  }}\n}}\n",
        "main.tf": 'module "ws" {\n  source = "./ws"\n  port = 8765\n}\n',
    }
    (caller,) = declared(tmp_path, "terraform", "ws/main.tf", files).callers
    assert caller.to.port == 8765
    assert caller.location.file == ("main.tf" if moved else "ws/main.tf")
    assert [place.file for place in caller.also] == (["ws/main.tf"] if moved else [])


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        ('jsonencode([{ name = "ws", healthCheck = { command = ["CMD", "curl", "http://localhost:8765/h"] } }])',
         [(8765, "http", "/h")]),
        ('jsonencode([{ name = "ws" }, "x"])', []),
        ('jsonencode([{ name = "ws", healthCheck = var.x }])', []),
        ('"[{"', []),
        (("<<EOF\n[{\"name\": \"ws\", \"environment\": [{\"name\": \"P\", "
"\"value\": \"8765\"}, {\"name\": \"Q\"}, 1],\n"
         " \"healthCheck\": {\"command\": [\"CMD-SHELL\", \"curl localhost:$P/h || nc -z localhost $R\"]}}]\nEOF"),
         [(8765, "http", "/h"), (8766, "tcp", None)]),
        ('<<EOF\n[{"name": "ws", "healthCheck": {"command": "curl http://localhost:8765/h", "interval": "7"}}]\nEOF',
         [(8765, "http", "/h")]),
        ('<<EOF\n[{"name": "ws", "healthCheck": {}}]\nEOF', []),
    ],
)  # fmt: skip
def test_checks_of_task_definitions(tmp_path: Path, definitions: str, expected: list[tuple[object, ...]]) -> None:
    text = f'resource "aws_ecs_task_definition" "x" {{\n  container_definitions = {definitions}\n}}\n'
    files = {"main.tf": text, ".env": "R=8766\n"}
    assert rows(tmp_path, "terraform", "main.tf", files) == expected
    assert rows(tmp_path, "terraform", "main.tf", 'resource "aws_ecs_task_definition" "x" {}\n') == []


def test_containers_of_docker(tmp_path: Path) -> None:
    text = (
        'resource "docker_container" "ws" {\n  name = "ws"\n  ports {\n    internal = 8765\n    external = 80\n  }\n'
        "  ports {\n    internal = 9000\n  }\n  healthcheck {\n    test = "
        '["CMD", "curl", "http://localhost:8765/"]\n  }\n}\n'
        'resource "docker_container" "other" {\n  name = "other"\n}\n'
        'resource "docker_container" "last" {\n  healthcheck {\n    test = var.x\n  }\n}\n'
    )
    found = declared(tmp_path, "terraform", "main.tf", text)
    assert [(each.outer, each.inner, each.unit) for each in found.maps] == [(80, 8765, "ws")]
    assert [(each.to.port, each.location.line) for each in found.callers] == [(8765, 10)]
