from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

VARIABLES = (
    'variable "ws_port" {\n  default = 8765\n}\nlocals {\n  path = "/healthz"\n  ports = { ws = var.ws_port }\n}\n'
)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (
            "aws_lb_target_group",
            'port = var.ws_port\nprotocol = "HTTP"\nhealth_check {\npath = local.path\ninterval = 15\n}',
            [(8765, "http", "/healthz", "aws-elb", 15.0, 4)],
        ),
        (
            "aws_alb_target_group",
            'port = local.ports["ws"]\nprotocol = "HTTP"',
            [(8765, "http", "/", "aws-elb", 30.0, 1)],
        ),
        (
            "aws_lb_target_group",
            'port = 8765\nprotocol = "HTTP"\nhealth_check {\npath = "/"\nport = 5000\n}',
            [(5000, "http", "/", "aws-elb", 30.0, 4)],
        ),
        (
            "aws_lb_target_group",
            'port = 8765\nprotocol = "HTTP"\nhealth_check {\nprotocol = "TCP"\nport = "traffic-port"\n}',
            [(8765, "tcp", None, "aws-elb", 30.0, 4)],
        ),
        ("aws_lb_target_group", 'port = 8765\nprotocol = "TCP"', [(8765, "tcp", None, "aws-elb", 30.0, 1)]),
        ("aws_lb_target_group", "port = 8765\nhealth_check {\nenabled = false\n}", []),
        ("aws_lb_target_group", 'target_type = "lambda"', []),
        (
            "aws_elb",
            'health_check {\ntarget = "HTTP:${var.ws_port}/x"\ninterval = 5\n}',
            [(8765, "http", "/x", "aws-elb", 5.0, 2)],
        ),
        ("aws_elb", 'health_check {\ntarget = "TCP:8765"\n}', [(8765, "tcp", None, "aws-elb", 30.0, 2)]),
        (
            "aws_route53_health_check",
            'type = "HTTP"\nport = 8765\nfqdn = "h"\nresource_path = "/r"',
            [(8765, "http", "/r", "route53", 30.0, 1)],
        ),
        (
            "aws_apprunner_service",
            (
                'health_check_configuration {\nprotocol = "HTTP"\npath = "/a"\n}\n'
                'source_configuration {\nimage_repository {\nimage_configuration {\nport = "8765"\n}\n}\n}'
            ),
            [(8765, "http", "/a", "aws-app-runner", 5.0, 2)],
        ),
        (
            "aws_globalaccelerator_endpoint_group",
            'health_check_port = 8765\nhealth_check_protocol = "HTTP"\nhealth_check_path = "/g"',
            [(8765, "http", "/g", "aws-elb", 30.0, 1)],
        ),
        (
            "google_compute_health_check",
            'check_interval_sec = 7\nhttp_health_check {\nport = 8765\nrequest_path = "/q"\n}',
            [(8765, "http", "/q", "google", 7.0, 3)],
        ),
        ("google_compute_health_check", "tcp_health_check {\nport = 8765\n}", [(8765, "tcp", None, "google", 5.0, 2)]),
        ("google_compute_region_health_check", "https_health_check {\n}", [(443, "https", "/", "google", 5.0, 2)]),
        ("google_compute_http_health_check", 'request_path = "/l"', [(80, "http", "/l", "google", 5.0, 1)]),
        (
            "google_monitoring_uptime_check_config",
            'period = "60s"\nhttp_check {\nport = 8765\npath = "/u"\n}',
            [(8765, "http", "/u", "google", 60.0, 3)],
        ),
        (
            "google_monitoring_uptime_check_config",
            "tcp_check {\nport = 8765\n}",
            [(8765, "tcp", None, "google", 300.0, 2)],
        ),
        (
            "google_cloud_run_v2_service",
            (
                "template {\ncontainers {\nports {\ncontainer_port = 8765\n"
                "}\nstartup_probe {\n"
                'http_get {\npath = "/s"\n}\n'
                "}\nliveness_probe {\ntcp_socket {\n}\n}\n}\n}"
            ),
            [(8765, "tcp", None, "google", 10.0, 12), (8765, "http", "/s", "google", 10.0, 7)],
        ),
        (
            "azurerm_lb_probe",
            'port = 8765\nprotocol = "Http"\nrequest_path = "/z"',
            [(8765, "http", "/z", "azure", 15.0, 1)],
        ),
        ("azurerm_lb_probe", "port = 8765", [(8765, "tcp", None, "azure", 15.0, 1)]),
        (
            "azurerm_application_gateway",
            (
                'backend_http_settings {\nname = "a"\nport = 8765\nprotocol = "Http"\n}\n'
                'backend_http_settings {\nname = "b"\nport = 8766\nprotocol = "Http"\nprobe_name = "p"\n}\n'
                'probe {\nname = "p"\npath = "/p"\nprotocol = "Http"\ninterval = 9\n}'
            ),
            [(8765, "http", "/", "azure", 30.0, 2), (8766, "http", "/p", "azure", 9.0, 13)],
        ),
        (
            "azurerm_linux_web_app",
            'app_settings = {\nWEBSITES_PORT = var.ws_port\n}\nsite_config {\nhealth_check_path = "/w"\n}',
            [(8765, "http", "/w", "azure-app-service", 60.0, 6)],
        ),
        (
            "azurerm_container_app",
            'template {\ncontainer {\nliveness_probe {\ntransport = "HTTP"\nport = 8765\npath = "/c"\n}\n}\n}',
            [(8765, "http", "/c", "azure", 10.0, 4)],
        ),
        (
            "azurerm_traffic_manager_profile",
            'monitor_config {\nprotocol = "HTTP"\nport = 8765\npath = "/t"\n}',
            [(8765, "http", "/t", "azure", 30.0, 2)],
        ),
        (
            "digitalocean_loadbalancer",
            'healthcheck {\nport = 8765\nprotocol = "http"\npath = "/d"\n}',
            [(8765, "http", "/d", "digitalocean", 10.0, 2)],
        ),
        (
            "digitalocean_app",
            'spec {\nservice {\nhttp_port = 8765\nhealth_check {\nhttp_path = "/o"\n}\n}\n}',
            [(8765, "http", "/o", "digitalocean", 10.0, 5)],
        ),
        (
            "hcloud_load_balancer_service",
            'protocol = "http"\ndestination_port = 8765',
            [(8765, "http", "/", "hetzner", 15.0, 1)],
        ),
        (
            "hcloud_load_balancer_service",
            'destination_port = 8765\nhealth_check {\nprotocol = "tcp"\nport = 8765\n}',
            [(8765, "tcp", None, "hetzner", 15.0, 3)],
        ),
        (
            "kubernetes_deployment",
            (
                'spec {\ntemplate {\nspec {\ncontainer {\nport {\nname = "ws"\ncontainer_port = 8765\n}\n'
                'liveness_probe {\nhttp_get {\npath = "/k"\nport = "ws"\n}\nperiod_seconds = 4\n}\n}\n}\n}\n}'
            ),
            [(8765, "http", "/k", "kubernetes", 4.0, 10)],
        ),
        ("aws_instance", "port = 8765", []),
        ("aws_lb_target_group", "count = 0\nport = 8765", []),
    ],
)
def test_resources(tmp_path: Path, kind: str, body: str, expected: list[tuple[object, ...]]) -> None:
    files = {"main.tf": f'resource "{kind}" "x" {{\n{body}\n}}\n', "variables.tf": VARIABLES}
    assert rows(tmp_path, "terraform", "main.tf", files, "product", "period", "line") == expected


@pytest.mark.parametrize(
    ("expression", "port"),
    [
        ("var.ws_port", 8765),
        ('tonumber("${var.ws_port}")', 8765),
        ('lookup(local.ports, "ws", 1)', 8765),
        ('lookup(local.ports, "none", 1)', 1),
        ('merge({ a = 1 }, { a = 2 })["a"]', None),
        ("coalesce(null, var.ws_port)", 8765),
        ("try(var.nothing, 9)", 9),
        ('format("%d", var.ws_port)', 8765),
        ("element([1, 2], 3)", 2),
        ("true ? 1 : 2", 1),
        ("var.unknown ? 5 : 5", 5),
        ("var.unknown ? 5 : 6", None),
        ("aws_lb_target_group.other.port", 4321),
        ("var.from_file", 77),
        ("data.x.y.port", None),
        ("local.circle", None),
        ("concat([1], [2])", None),
        ('upper("a")', None),
        ('sha1("a")', None),
    ],
)
def test_expressions(tmp_path: Path, expression: str, port: int | None) -> None:
    files = {
        "main.tf": f'resource "azurerm_lb_probe" "x" {{\n  port = {expression}\n}}\n',
        "more.tf": VARIABLES
        + 'locals {\n  circle = local.circle\n}\nvariable "nothing" {}\nvariable "from_file" {}\n'
        + 'resource "aws_lb_target_group" "other" {\n  port = 4321\n}\n',
        "terraform.tfvars": "from_file = 77\n",
    }
    found = declared(tmp_path, "terraform", "main.tf", files)
    assert [caller.to.port for caller in found.callers] == ([port] if port else [])
    assert len(found.notes) == (port is None)


def test_resources_for_each_item(tmp_path: Path) -> None:
    text = """\
        locals {
          services = { web = { port = 5000, path = "/h" }, ws = { port = 8765, path = "/w" } }
        }
        resource "aws_lb_target_group" "x" {
          for_each = local.services
          port     = each.value.port
          protocol = "HTTP"
          health_check {
            path = each.value.path
          }
        }
        resource "azurerm_lb_probe" "y" {
          for_each = toset([1, 2])
          port     = each.key
        }
        """
    found = rows(tmp_path, "terraform", "main.tf", text, "line")
    assert found == [(5000, "http", "/h", 8), (8765, "http", "/w", 8), (1, "tcp", None, 12), (2, "tcp", None, 12)]


MODULE = """\
variable "port" {}
variable "path" { default = "/" }
resource "aws_lb_target_group" "x" {
  port     = var.port
  protocol = "HTTP"
  health_check {
    path = %s
  }
}
"""


def test_modules_are_looked_at_for_each_call(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "web" {\n  source = "./tg"\n  port = 5000\n}\n'
        'module "ws" {\n  source = "./tg"\n  port = 8765\n  path = "/w"\n}\n',
        "tg/main.tf": MODULE % "var.path",
    }
    found = declared(tmp_path, "terraform", "tg/main.tf", files).callers
    assert [(one.to.port, one.path, one.location.file, one.location.line) for one in found] == [
        (5000, "/", "main.tf", 1),
        (8765, "/w", "main.tf", 5),
    ]
    assert found[1].also[0].file == "tg/main.tf"


def test_modules_with_one_call_and_a_check_of_their_own(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "ws" {\n  source = "./tg"\n  port = 8765\n}\n',
        "tg/main.tf": MODULE % '"/own"',
    }
    assert rows(tmp_path, "terraform", "tg/main.tf", files, "file", "line") == [(8765, "http", "/own", "tg/main.tf", 6)]


LISTED = """\
  target_groups = [
    {
      backend_protocol = "HTTP"
      backend_port     = 8765
      health_check     = { path = "/m" }
    }
  ]
"""
NAMED = """\
  target_groups = {
    ws = {
      protocol     = "HTTP"
      port         = 8765
      health_check = { path = "/m" }
    }
  }
"""


@pytest.mark.parametrize("groups", [LISTED, NAMED])
def test_target_groups_given_to_modules_from_elsewhere(tmp_path: Path, groups: str) -> None:
    text = f'module "alb" {{\n  source = "terraform-aws-modules/alb/aws"\n{groups}\n}}\n'
    assert rows(tmp_path, "terraform", "main.tf", text, "product") == [(8765, "http", "/m", "aws-elb")]


def test_named_ports_of_instance_groups(tmp_path: Path) -> None:
    text = """\
        resource "google_compute_instance_group" "g" {
          named_port {
            name = "ws"
            port = 8765
          }
        }
        resource "google_compute_health_check" "h" {
          http_health_check {
            port_name          = "ws"
            port_specification = "USE_NAMED_PORT"
          }
        }
        """
    assert rows(tmp_path, "terraform", "main.tf", text) == [(8765, "http", "/")]


def test_container_definitions(tmp_path: Path) -> None:
    text = """\
        variable "port" { default = 8765 }
        resource "aws_ecs_task_definition" "a" {
          container_definitions = jsonencode([
            {
              name        = "ws"
              environment = [{ name = "PORT", value = "8765" }]
              healthCheck = {
                command  = ["CMD-SHELL", "curl -f http://localhost:$PORT/h || exit 1"]
                interval = 20
              }
            }
          ])
        }
        resource "aws_ecs_task_definition" "b" {
          container_definitions = <<EOF
        [
          {
            "name": "ws",
            "healthCheck": {"command": ["CMD", "wget", "http://localhost:${var.port}/x"], "interval": 15}
          }
        ]
        EOF
        }
        resource "aws_ecs_task_definition" "c" {
          container_definitions = file("x.json")
        }
        """
    found = rows(tmp_path, "terraform", "main.tf", text, "line", "period", "unit", "product")
    assert found == [(8765, "http", "/h", 8, 20.0, "ws", "ecs"), (8765, "http", "/x", 19, 15.0, "ws", "ecs")]


def test_containers_of_docker(tmp_path: Path) -> None:
    text = """\
        resource "docker_container" "ws" {
          name = "ws"
          ports {
            internal = 8765
            external = 9000
          }
          healthcheck {
            test = ["CMD", "curl", "localhost:8765"]
          }
        }
        """
    found = declared(tmp_path, "terraform", "main.tf", text)
    assert [(one.outer, one.inner, one.unit) for one in found.maps] == [(9000, 8765, "ws")]
    assert [one.to.port for one in found.callers] == [8765]


def test_broken_files(tmp_path: Path) -> None:
    assert declared(tmp_path, "terraform", "main.tf", "resource {\n  = = \n module").callers == []


@pytest.mark.parametrize(
    ("written", "given", "port"),
    [
        ('templatefile("${path.module}/task.json.tftpl", { port = var.port })', "${port}", 8765),
        ('templatefile("task.json.tftpl", { app = { port = 1 } })', "${app.port}", 1),
        ('file("./task.json.tftpl")', "8766", 8766),
    ],
)
def test_container_definitions_of_a_file(tmp_path: Path, written: str, given: str, port: int) -> None:
    task = (
        '[\n  {\n    "name": "ws",\n    "healthCheck": {\n'
        f'      "command": ["CMD-SHELL", "curl -f http://localhost:{given}/h || exit 1"]\n    }}\n  }}\n]\n'
    )
    text = (
        'variable "port" { default = 8765 }\n'
        f'resource "aws_ecs_task_definition" "a" {{\n  container_definitions = {written}\n}}\n'
        'resource "aws_ecs_task_definition" "b" {\n  container_definitions = file("gone.json")\n}\n'
    )
    files = {"tf/main.tf": text, "tf/task.json.tftpl": task}
    (found,) = declared(tmp_path, "terraform", "tf/main.tf", files).callers
    assert (found.to.port, found.path, found.location.file, found.location.line) == (
        port, "/h", "tf/task.json.tftpl", 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("label", "name", "checks"), [("keycloak", "a", 0), ("a", "keycloak", 0), ("chat", "chat", 1), ("chat", None, 1)]
)
def test_what_is_in_front_of_somebody_elses_product(tmp_path: Path, label: str, name: str | None, checks: int) -> None:
    named = f'  name = "{name}"\n' if name else ""
    text = f'resource "aws_lb_target_group" "{label}" {{\n{named}  port = 8080\n  protocol = "HTTP"\n}}\n'
    assert len(declared(tmp_path, "terraform", "main.tf", text).callers) == checks
