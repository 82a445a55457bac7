"""Shell scripts, Makefiles, `package.json`, and pipelines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from tests.inspectors.platform_factory import declared, rows


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "wait.sh",
            ("until curl -s localhost:8765; do\n  sleep 2\ndone\n"),
            [(8765, "http", "/", "wait", 2.0, 1, "shell")],
        ),
        (
            "call.sh",
            ("PORT=8765\ncurl -X POST localhost:$PORT/a\n"),
            [(8765, "http", "/a", "client-code", None, 2, "shell")],
        ),
        ("healthcheck.sh", "curl -f localhost:8765\n", [(8765, "http", "/", "health-check", None, 1, "shell")]),
        (
            "keep.sh",
            ("while true; do curl h:8765; sleep 5; done\n"),
            [(8765, "http", "/", "health-check", 5.0, 1, "shell")],
        ),
        ("open.sh", "xdg-open http://localhost:8765\n", [(8765, "http", "/", "navigation", None, 1, "shell")]),
        (
            "bin/up",
            ("#!/usr/bin/env bash\nnc -z localhost 8765\n"),
            [(8765, "tcp", None, "client-code", None, 2, "shell")],
        ),
        ("bin/tool", "curl localhost:8765\n", []),
        ("docs.sh", "cat <<E\ncurl localhost:8765\nE\n", []),
        (
            "Makefile",
            (
                "PORT ?= 8765\nexport URL = http://localhost:$(PORT)/m\n\n"
                "wait:\n\t@until curl -s $(URL); do \\\n\t  sleep 3; \\\n\tdone\n"
                "call:\n\t-curl $$NOWHERE localhost:$(PORT)\n"
            ),
            [(8765, "http", "/m", "wait", 3.0, 5, "make"), (8765, "http", "/", "client-code", None, 9, "make")],
        ),
        ("justfile", "check-health:\n    @curl localhost:8765\n", []),
        (
            "Procfile",
            ("release: ./wait-for-it.sh ws:8765 -- true\n# a: curl h:1\n"),
            [(8765, "tcp", None, "wait", 1.0, 1, "shell")],
        ),
        (
            "package.json",
            '{"scripts": {"dev": "vite",\n"wait": "wait-on http://localhost:8765 && vite", "x": 1}}',
            [(8765, "http", "/", "wait", 0.25, 2, "shell")],
        ),
    ],
)
def test_scripts(tmp_path: Path, path: str, text: str, expected: list[tuple[object, ...]]) -> None:
    if path == "justfile":
        text = "#!/usr/bin/env just\n" + text
        expected = [(8765, "http", "/", "client-code", None, 3, "shell")]
    assert rows(tmp_path, "shell", path, {path: text}, "kind", "period", "line", "product") == expected


def test_health_checks_know_who_runs_them(tmp_path: Path) -> None:
    files = {
        "ws/Dockerfile": "FROM x\nHEALTHCHECK --interval=7s CMD /healthcheck.sh\n",
        "ws/healthcheck.sh": "curl -f localhost:8765\n",
    }
    assert rows(tmp_path, "shell", "ws/healthcheck.sh", files, "period") == [(8765, "http", "/", 7.0)]
    files["compose.yml"] = "services:\n  ws:\n    build: ws\n    healthcheck: {test: /probe.sh, interval: 9s}\n"
    files["ws/probe.sh"] = "curl -f localhost:8765\n"
    assert rows(tmp_path, "shell", "ws/probe.sh", files, "period", "unit") == [(8765, "http", "/", 9.0, "ws")]


def test_started_containers(tmp_path: Path) -> None:
    found = declared(tmp_path, "shell", "run.sh", "docker run -p 9000:8765 chat/ws\n")
    assert [(one.product, one.outer, one.inner, one.unit) for one in found.maps] == [("docker", 9000, 8765, "ws")]


WORKFLOW = """\
on: push
env:
  WS_PORT: 8765
jobs:
  test:
    services:
      ws:
        image: chat
        ports: ['9000:8765']
        options: >-
          --health-cmd "curl -f localhost:8765/s" --health-interval 4s
      plain:
        image: x
    steps:
      - run: docker compose up -d
      - name: wait
        run: |
          echo waiting
          until curl -sf http://localhost:$WS_PORT/w; do
            sleep 2
          done
      - run: curl --retry 20 http://localhost:${{ env.WS_PORT }}/r
      - uses: iFaxity/wait-on-action@v1
        with:
          resource: http-get://localhost:8765/a tcp:8765
      - uses: actions/checkout@v4
        with: {url: 'http://localhost:8765'}
"""


def test_github_actions(tmp_path: Path) -> None:
    found = declared(tmp_path, "github-actions", ".github/workflows/ci.yml", WORKFLOW)
    seen = [
        (one.to.port, one.protocol, one.path, one.kind, one.product, one.period, one.location.line)
        for one in found.callers
    ]
    assert seen == [
        (8765, "http", "/s", "health-check", "docker", 4.0, 10),
        (8765, "http", "/w", "wait", "github-actions", 2.0, 19),
        (8765, "http", "/r", "wait", "github-actions", None, 22),
        (8765, "http", "/a", "wait", "github-actions", None, 25),
        (8765, "tcp", None, "wait", "github-actions", None, 25),
    ]
    assert [(one.outer, one.inner, one.unit) for one in found.maps] == [(9000, 8765, "ws")]


def test_gitlab_and_others(tmp_path: Path) -> None:
    gitlab = """\
        variables:
          URL: {value: 'http://ws:8765/g', description: x}
        test:
          services: [{name: chat, alias: ws}]
          script:
            - pip install .
            - curl -f $URL
            - |
              wget -q http://ws:8765/h
        """
    found = rows(tmp_path, "github-actions", ".gitlab-ci.yml", gitlab, "product", "line", "host")
    assert found == [(8765, "http", "/g", "gitlab-ci", 7, "ws"), (8765, "http", "/h", "gitlab-ci", 9, "ws")]
    circle = "jobs:\n  a:\n    steps:\n      - run: {name: x, command: 'nc -z localhost 8765'}\n"
    assert rows(tmp_path, "github-actions", ".circleci/config.yml", circle, "product", "kind") == [
        (8765, "tcp", None, "ci", "wait")
    ]
    assert declared(tmp_path, "github-actions", ".travis.yml", "script: [\n").notes


def test_a_script_that_a_table_of_jobs_or_a_timer_runs(tmp_path: Path) -> None:
    files = {
        "ops/crontab": "*/2 * * * * /opt/x/ops/watch.sh\n",
        "ops/watch.sh": '. /opt/x/ops/settings\ncurl "http://127.0.0.1:${PUSH_PORT}/"\n',
        "ops/settings": "PUSH_PORT=9502\n",
        "ops/look.sh": "curl http://127.0.0.1:9502/\n",
        "ops/look.service": "ExecStart=/opt/x/ops/look.sh\n",
        "ops/look.timer": "OnUnitActiveSec=1m\n",
    }
    found = repository(tmp_path, files)
    (watch,) = inspect("shell", "ops/watch.sh", found).callers
    assert (watch.to.port, watch.kind, watch.period) == (9502, "health-check", 120.0)
    (look,) = inspect("shell", "ops/look.sh", found).callers
    assert (look.kind, look.period) == ("health-check", 60.0)


def test_a_justfile(tmp_path: Path) -> None:
    text = 'ws := "8765"\nwait:\n    @until curl -s http://localhost:{{ ws }}/; do sleep 1; done\n'
    (found,) = inspect("shell", "justfile", repository(tmp_path, {"justfile": text})).callers
    assert (found.to.port, found.kind, found.location.line) == (8765, "wait", 3)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "up.sh",
            "docker run -d --health-cmd 'curl -f http://localhost:8765/h' --health-interval=20s -p 8765:8765 chat\n",
            [(8765, "http", "/h", "health-check", 20.0, 1, "shell")],
        ),
        (
            "up.sh",
            "podman create --health-interval 5s \\\n  --health-cmd='wget -qO- localhost:8765' chat\n",
            [(8765, "http", "/", "health-check", 5.0, 2, "shell")],
        ),
        ("up.sh", "docker run -d chat --health-cmd\n", []),
        ("up.sh", "docker stop chat --health-cmd 'curl localhost:8765'\n", []),
    ],
)
def test_health_checks_of_containers_that_are_started(
    tmp_path: Path, path: str, text: str, expected: list[tuple[object, ...]]
) -> None:
    assert rows(tmp_path, "shell", path, {path: text}, "kind", "period", "line", "product") == expected


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("*/2 * * * * deploy curl -fsS http://127.0.0.1:8765/\n", True),
        ("*/2 * * * * curl -fsS http://127.0.0.1:8765/\n", True),
        ("*/2 * * * * echo curl http://127.0.0.1:8765/\n", False),
    ],
)
def test_a_table_of_jobs_with_users(tmp_path: Path, line: str, found: bool) -> None:
    assert bool(rows(tmp_path, "systemd", "etc/crontab", {"etc/crontab": line}, "kind")) is found
