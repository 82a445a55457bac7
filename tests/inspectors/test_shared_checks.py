"""Scripts that several units run as their check, each with variables of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository

DOCKERFILE = """\
FROM node:20 AS base
ENV CHECKED=yes

FROM base AS web
ENV PORT=3080
HEALTHCHECK CMD ["node", "tools/alive.js", "/healthz"]
CMD ["node", "web/index.js"]

FROM base AS live
ENV PORT=3081
HEALTHCHECK CMD ["node", "tools/alive.js", "/healthz"]
CMD ["node", "live/index.js"]
"""
NODE = """\
const http = require("http");
http.get({ host: "127.0.0.1", port: process.env.PORT, path: process.argv[2] || "/" }, (r) => process.exit(0));
"""
LIVE = "const { WebSocketServer } = require('ws');\nnew WebSocketServer({ port: Number(process.env.PORT) });\n"
COMPOSE = """\
services:
  web:
    build: .
    command: node web/index.js
    environment: {PORT: "3080"}
    healthcheck: {test: [CMD, RUN, FILE]}
  live:
    build: .
    command: node live/index.js
    environment: {PORT: "3081"}
    healthcheck: {test: [CMD, RUN, FILE]}
"""
PYTHON = "import os, urllib.request\nurllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/up\")\n"
SHELL = 'curl -fsS "http://127.0.0.1:$PORT/up"\n'


def test_stages_of_a_dockerfile(tmp_path: Path) -> None:
    files = repository(tmp_path, {"Dockerfile": DOCKERFILE, "tools/alive.js": NODE, "live/index.js": LIVE})
    found = inspect("javascript clients", "tools/alive.js", files).callers
    assert [(one.to.port, one.path, one.kind) for one in found] == [
        (3080, "/healthz", "health-check"), (3081, "/healthz", "health-check"),
    ]  # fmt: skip
    assert [one.port for one in inspect("node servers", "live/index.js", files).listeners] == [3081]


def test_one_stage_is_no_unit_of_its_own(tmp_path: Path) -> None:
    dockerfile = "FROM node:20\nENV PORT=3081\nHEALTHCHECK CMD node tools/alive.js\nCMD node live/index.js\n"
    files = repository(tmp_path, {"Dockerfile": dockerfile, "tools/alive.js": NODE})
    assert [one.to.port for one in inspect("javascript clients", "tools/alive.js", files).callers] == [3081]


@pytest.mark.parametrize(
    ("inspector", "run", "name", "script"),
    [
        ("javascript clients", "node", "tools/alive.js", NODE),
        ("python clients", "python", "tools/alive.py", PYTHON),
        ("shell", "sh", "tools/alive.sh", SHELL),
    ],
)
def test_services_of_compose(tmp_path: Path, inspector: str, run: str, name: str, script: str) -> None:
    compose = COMPOSE.replace("RUN", run).replace("FILE", name)
    found = inspect(inspector, name, repository(tmp_path, {"compose.yaml": compose, name: script})).callers
    assert [(one.to.port, one.kind) for one in found] == [(3080, "health-check"), (3081, "health-check")]
