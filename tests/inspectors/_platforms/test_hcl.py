from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

GROUP = 'resource "aws_lb_target_group" "ws" {\n  protocol = "HTTP"\n'
SETTINGS = """\
variable "port" { default = 8765 }
variable "unset" {}
variable "numbers" { default = [1, 8765] }
variable "by_name" { default = { ws = 8765, nest = { deep = 8765 } } }
locals {
  port = var.port
  merged = merge({ a = 1 }, { b = 8765 }, var.unset)
  listed = concat([1], [8765], var.unset)
}
resource "aws_instance" "one" {
  port = 8765
  inner { port = 8765 }
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.port", 8765),
        ("var.unset", None),
        ("var.absent", None),
        ("local.port", 8765),
        ("local.absent", None),
        ("var.numbers[1]", 8765),
        ("var.numbers[9]", None),
        ("var.by_name.ws", 8765),
        ('var.by_name["ws"]', 8765),
        ("var.by_name.nest.deep", 8765),
        ("var.port.none", None),
        ("local.merged.b", 8765),
        ("local.listed[1]", 8765),
        ("tonumber(var.port)", 8765),
        ("try(var.unset, var.port)", 8765),
        ('coalesce("", 8765)', 8765),
        ('lookup(var.by_name, "ws", 1)', 8765),
        ('lookup(var.by_name, "none", 8765)', 8765),
        ('lookup(var.by_name, "none")', None),
        ("element(var.numbers, 3)", 8765),
        ("element(var.numbers)", None),
        ('format("%s%d", "87", 65)', 8765),
        ('format("%s", var.unset)', None),
        ("format()", None),
        ('lower("8765")', 8765),
        ("lower(var.unset)", None),
        ('"${var.port}"', 8765),
        ('"${var.unset}"', None),
        ('"${var.unset}5"', None),
        ("abs(8765)", None),
        ("aws_instance.one.port", 8765),
        ("aws_instance.one.inner[0].port", 8765),
        ("aws_instance.one", None),
        ("aws_instance.none.port", None),
        ("data.aws_ssm_parameter.port.value", None),
        ("var", None),
        ("70000", None),
        ("true", None),
    ],
)
def test_what_expressions_come_to(tmp_path: Path, expression: str, expected: int | None) -> None:
    text = f"{SETTINGS}{GROUP}  port = {expression}\n}}\n"
    found = declared(tmp_path, "terraform", "main.tf", text)
    assert [caller.to.port for caller in found.callers] == ([] if expected is None else [expected])
    assert len(found.notes) == (expected is None)


@pytest.mark.parametrize(
    ("more", "port", "expected"),
    [
        ("count = 0", "8765", []),
        ("count = 2", "8765", [8765]),
        ("for_each = { a = 8765, b = 8766 }", "each.value", [8765, 8766]),
        ("for_each = toset([8765, 8766])", "each.key", [8765, 8766]),
        ("for_each = var.unset", "8765", [8765]),
        ("for_each = var.unset", "each.value", []),
    ],
)
def test_resources_that_are_made_several_times(tmp_path: Path, more: str, port: str, expected: list[int]) -> None:
    text = f'variable "unset" {{}}\n{GROUP}  {more}\n  port = {port}\n}}\n'
    assert [row[0] for row in rows(tmp_path, "terraform", "main.tf", text)] == expected


def test_objects_count_as_blocks(tmp_path: Path) -> None:
    text = (
        f'{GROUP}  port = 8765\n  health_check = {{\n    path = "/h"\n    (var.x) = 1\n  }}\n}}\n'
        f'resource "aws_lb_target_group" "two" {{\n  port = 8766\n  health_check = [{{ path = "/i" }}]\n}}\n'
        'resource "aws_lb_target_group" "three" {\n  port = 8767\n  health_check = {}\n}\nresource "lonely" {}\n'
    )
    found = rows(tmp_path, "terraform", "main.tf", text, "line")
    assert found == [(8765, "http", "/h", 5), (8766, "http", "/i", 11), (8767, "http", "/", 15)]


def test_a_module_is_read_with_what_its_calls_give(tmp_path: Path) -> None:
    files = {
        "modules/ws/main.tf": f'variable "port" {{}}\n{GROUP}  port = var.port\n}}\n',
        "live/main.tf": 'module "a" {\n  source = "../modules/ws"\n  port = 8765\n}\n'
        'module "b" {\n  source = "../modules/ws"\n  port = var.other\n}\n'
        'module "far" {\n  source = "../../../outside"\n}\nmodule "registry" {\n'
        '  source = "terraform-aws-modules/alb/aws"\n}\n',
        "live/terraform.tfvars": "other = 8766\n",
        "live/x.auto.tfvars": "more = 1\n",
        "live/y.tfvars": "other = 1\n",
        "notes/main.tf": "# module\n",
    }
    found = rows(tmp_path, "terraform", "modules/ws/main.tf", files, "file", "line")
    assert found == [(8765, "http", "/", "live/main.tf", 1), (8766, "http", "/", "live/main.tf", 5)]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ('[{ backend_port = 8765, backend_protocol = "HTTP" }]', [(8765, "http", "/", 3)]),
        (
            '{\n    ws = { port = 8765, protocol = "HTTP", health_check = { path = "/h" } }\n  }',
            [(8765, "http", "/h", 4)],
        ),
        ("[var.group]", []),
        ("var.groups", []),
        ("[{ backend_protocol = var.x }]", []),
        ("[{ (var.key) = 8765 }]", []),
    ],
)
def test_target_groups_that_are_given_to_a_module_from_elsewhere(
    tmp_path: Path, groups: str, expected: list[tuple[object, ...]]
) -> None:
    text = f'module "alb" {{\n  source = "terraform-aws-modules/alb/aws"\n  target_groups = {groups}\n}}\n'
    assert rows(tmp_path, "terraform", "main.tf", text, "line") == expected
    own = f'module "alb" {{\n  source = "./alb"\n  target_groups = {groups}\n}}\nmodule "x" {{\n  source = "x/y"\n}}\n'
    assert rows(tmp_path, "terraform", "main.tf", own, "line") == []
