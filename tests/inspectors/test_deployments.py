# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors._values import environment

CHART = {
    "chart/Chart.yaml": "name: rt\n",
    "chart/values.yaml": "ports:\n  ws: 8765\n",
    "chart/templates/deploy.yaml": (
        "kind: Deployment\nmetadata:\n  name: {{ .Chart.Name }}\nspec:\n  template:\n    spec:\n      containers:\n"
        "        - name: a\n          env:\n            - name: WS_PORT\n              value: {{ .Values.ports.ws | quote }}\n"
        "            - {name: SECRET, valueFrom: {}}\n            - {name: OPEN, value: '${A}'}\n"
    ),
    "chart/templates/bad.yaml": "containers: [\n",
    "other/templates/deploy.yaml": "containers:\n",
}
TASK = (
    '{"containerDefinitions": [{"name": "ws", "environment": [{"name": "WS_PORT", "value": "8765"}, {"name": "X"}]}]}'
)
STACK = """\
Parameters:
  Port: {Type: Number, Default: 8765}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: ws
          Environment:
            - {Name: WS_PORT, Value: !Ref Port}
            - {Name: URL, Value: !Sub "http://h:${Port}/"}
            - {Name: HARD, Value: {"Fn::GetAtt": [A, B]}}
            - {Name: LONG, Value: {"Fn::Sub": "x${Port}"}}
            - {Name: UNKNOWN, Value: !Sub "${Other}"}
"""
TERRAFORM = """\
locals { port = 8765 }
resource "aws_ecs_task_definition" "a" {
  container_definitions = jsonencode([
    { name = "ws", environment = [{ name = "WS_PORT", value = tostring(local.port) }, 3] }, "x"
  ])
}
resource "aws_ecs_task_definition" "b" {
  container_definitions = "[{\\"name\\": \\"b\\", \\"environment\\": [{\\"name\\": \\"B\\", \\"value\\": \\"1\\"}, {}]}]"
}
resource "aws_ecs_task_definition" "c" {
  container_definitions = "[{"
}
"""
PM2 = """\
module.exports = { apps: [
  { name: "a", script: "src/a.js", env: { WS_PORT: 8765, MODE: "fast" } },
  { name: "b", script: "src/b.js", env_production: { WS_PORT: 1 } },
] };
"""
SUPERVISOR = """\
[program:a]
command=python src/a.js
environment=WS_PORT="8765",MODE=fast

[program:b]
command=python src/b.js
environment=
    WS_PORT='1'

[program:c]
command=x
"""


@pytest.mark.parametrize(
    ("files", "unit", "place"),
    [
        (CHART, None, ("chart/templates/deploy.yaml", 11)),
        (CHART, "rt", ("chart/templates/deploy.yaml", 11)),
        ({"task.json": TASK}, "ws", ("task.json", 1)),
        ({"task.json": TASK, "bad.json": '{"containerDefinitions": ['}, None, ("task.json", 1)),
        ({"task.json": f'{{"taskDefinition": {TASK}}}'}, None, ("task.json", 1)),
        ({"stack.yaml": STACK}, "ws", ("stack.yaml", 10)),
        ({"main.tf": TERRAFORM}, "ws", ("main.tf", 3)),
        ({"ecosystem.config.js": PM2}, None, ("ecosystem.config.js", 2)),
        ({"supervisord.conf": SUPERVISOR}, None, ("supervisord.conf", 3)),
        ({"cloud-init.yaml": "#cloud-config\nruncmd:\n  - WS_PORT=8765 node src/a.js\n"}, None, ("cloud-init.yaml", 3)),
    ],
)
def test_what_deployments_set(tmp_path: Path, files: dict[str, str], unit: str | None, place: tuple[str, int]) -> None:
    known = environment(repository(tmp_path, {**files, "src/a.js": "", "src/b.js": ""}))
    found = known.value("WS_PORT", unit, "src/a.js")
    assert found is not None
    assert (found[0], found[1].file, found[1].line) == ("8765", *place)


def test_what_cannot_be_told_is_left_out(tmp_path: Path) -> None:
    known = environment(
        repository(tmp_path, {**CHART, "stack.yaml": STACK, "pm2.json": "env: {A: 1}", "main.tf": TERRAFORM})
    )
    assert known.names() == ["B", "LONG", "URL", "WS_PORT"]
    assert known.value("URL", "ws") == ("http://h:8765/", known.candidates("URL", "ws")[0].location)


def test_each_program_has_its_own(tmp_path: Path) -> None:
    for name, text in (("ecosystem.config.js", PM2), ("supervisord.conf", SUPERVISOR)):
        known = environment(repository(tmp_path / name[:3], {name: text, "src/a.js": "", "src/b.js": ""}))
        assert known.value("WS_PORT", None, "src/b.js")[0] == "1"  # type: ignore[index]
        assert known.value("MODE", None, "src/a.js")[0] == "fast"  # type: ignore[index]
