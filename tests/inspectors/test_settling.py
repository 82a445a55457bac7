from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

SERVER = """\
import sys, websockets
async def main():
    await websockets.serve(handler, "0.0.0.0", int(sys.argv[1]))
"""
WEB = "from aiohttp import web\nweb.run_app(app, port=8000)\n"
COMPOSE = "services:\n  live:\n    build: live\n    {}\n  web:\n    build: web\n"
POD = """\
kind: Deployment
metadata: {name: live}
spec:
  template:
    spec:
      containers:
      - name: live
        image: live
        command: [python, live/server.py]
        ports: [{containerPort: 8765}]
"""
NGINX = "http {\n  server {\n    listen 80;\n    location /ws { proxy_pass http://live:8765; }\n  }\n}\n"


def ports(tmp_path: Path, **files: str) -> list[int | None]:
    whole = {"live/server.py": SERVER, "live/Dockerfile": "FROM python\nCOPY . .\n", **files}
    found = declared(repository(tmp_path, whole), processes=1).listeners
    return [one.port for one in found if one.speaks == "websocket"]


@pytest.mark.parametrize(
    ("files", "port"),
    [
        ({"compose.yaml": COMPOSE.format('ports: ["9000:8765"]')}, 8765),
        ({"compose.yaml": COMPOSE.format('expose: ["8765", "x"]')}, 8765),
        ({"compose.yaml": COMPOSE.format('ports: ["8765:8765", "9229:9229"]')}, None),
        ({"compose.yaml": COMPOSE.format("init: true"), "edge/nginx.conf": NGINX}, 8765),
        (
            {"compose.yaml": COMPOSE.format("init: true"), "live/Dockerfile": "FROM python\nEXPOSE 8765/tcp 53/udp\n"},
            8765,
        ),
        ({"compose.yaml": COMPOSE.format("init: true")}, None),
        ({"compose.yaml": COMPOSE.format('expose: ["8765"]'), "live/other.py": SERVER}, None),
        ({"compose.yaml": COMPOSE.format('expose: ["8765", "8000"]'), "live/web.py": WEB}, 8765),
        ({"k8s/live.yaml": POD}, 8765),
        ({"k8s/live.yaml": POD + "      - name: edge\n        image: nginx\n"}, None),
        ({"live/Dockerfile": "FROM python\nEXPOSE 8765\n"}, 8765),
        ({"live/Dockerfile": "FROM python\nEXPOSE 80\n", "live/nginx.conf": NGINX}, None),
    ],
)
def test_the_port_that_a_unit_declares(tmp_path: Path, files: dict[str, str], port: int | None) -> None:
    assert set(ports(tmp_path, **files)) == {port}
