from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

TASK = """\
{
  "family": "chat",
  "containerDefinitions": [
    {
      "name": "ws",
      "image": "chat",
      "environment": [{"name": "PORT", "value": "8765"}],
      "healthCheck": {
        "command": %s,
        "interval": 11
      }
    },
    {"name": "other", "image": "x"}
  ]
}
"""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            '["CMD-SHELL", "curl -f http://localhost:$PORT/h || exit 1"]',
            [(8765, "http", "/h", "ecs", 11.0, 9, 11, "ws")],
        ),
        ('["CMD", "wget", "--spider", "localhost:8765"]', [(8765, "http", "/", "ecs", 11.0, 9, 11, "ws")]),
        ('["curl -f localhost:8765"]', [(8765, "http", "/", "ecs", 11.0, 9, 11, "ws")]),
        ("[]", []),
    ],
)
def test_task_definitions(tmp_path: Path, command: str, expected: list[tuple[object, ...]]) -> None:
    found = rows(tmp_path, "ecs", "task.json", TASK % command, "product", "period", "line", "end", "unit")
    assert found == expected


def test_other_json_is_left_alone(tmp_path: Path) -> None:
    for text in (
        '{"healthCheck": {"command": ["curl", "h:1"]}}',
        '[{"healthCheck": {"command": ["curl", "h:1"]}}]',
        "{",
    ):
        assert declared(tmp_path, "ecs", "a.json", text).callers == []


COPILOT = """\
name: ws
type: Load Balanced Web Service
http:
  path: /
{check}
image:
  port: 8765
"""


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("  healthcheck: /c", [(8765, "http", "/c", 30.0, 5)]),
        ("  healthcheck: {path: /d, interval: 5s, port: 5000}", [(5000, "http", "/d", 5.0, 5)]),
        ("  alias: x", [(8765, "http", "/", 30.0, 3)]),
    ],
)
def test_copilot(tmp_path: Path, check: str, expected: list[tuple[object, ...]]) -> None:
    text = COPILOT.format(check=check)
    assert rows(tmp_path, "ecs", "copilot/ws/manifest.yml", text, "period", "line") == expected


def test_copilot_container_checks(tmp_path: Path) -> None:
    text = (
        "name: ws\ntype: Backend Service\nimage:\n  port: 1\n"
        "  healthcheck:\n    command: [CMD, curl, 'localhost:8765']\n"
    )
    assert rows(tmp_path, "ecs", "manifest.yml", text, "line", "period") == [(8765, "http", "/", 6, 30.0)]
