from pathlib import Path

import pytest

from tests.inspectors.compose_file import COMPOSE
from tests.inspectors.helpers import repository
from wsdoctor.inspectors._units import runs, services, unit_of


def test_files_belong_to_the_unit_that_builds_or_mounts_them(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "docker-compose.yml": COMPOSE,
            "realtime/server.py": "",
            "realtime/pkg/deep.py": "",
            "realtime/Dockerfile": "FROM python\n",
            "api.Dockerfile": "FROM python AS one\nCMD one\nFROM python\nCOPY --from=one /x /x\nCOPY api/ \\\n"
            '  /api/\nCMD ["python", "api/app.py"]\n',
            "api/app.py": "",
            "jobs/run.py": "",
            "Dockerfile": "FROM python\nCOPY jobs /jobs\n",
            "deploy/nginx.conf": "",
            "site/index.html": "",
        },
    )
    assert [service.name for service in services(found)] == ["ws", "api", "jobs", "proxy"]
    assert unit_of("realtime/server.py", found) == "ws"
    assert unit_of("realtime/pkg/deep.py", found) == "ws"
    assert unit_of("realtime/Dockerfile", found) == "ws"
    assert unit_of("api/app.py", found) == "api"
    assert unit_of("api.Dockerfile", found) == "api"
    assert unit_of("jobs/run.py", found) == "jobs"
    assert unit_of("deploy/nginx.conf", found) == "proxy"
    assert unit_of("site/index.html", found) == "proxy"
    assert unit_of("README.md", found) is None


def test_folders_are_units(tmp_path: Path) -> None:
    found = repository(
        tmp_path, {"ui/package.json": "{}", "ui/src/deep/a.js": "", "lib/b.py": "", "requirements.txt": ""}
    )
    assert unit_of("ui/src/deep/a.js", found) == "ui"
    assert unit_of("lib/b.py", found) is None
    assert unit_of("setup.py", found) is None


def test_contexts_outside_belong_to_nobody(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "compose.yaml": "services:\n  a: {build: ../../x}\n  b: {build: 'https://x/y.git'}\n  c: {build: $DIR}\n",
            "a.py": "",
        },
    )
    assert {service.context for service in services(found)} == {None}
    assert unit_of("a.py", found) is None


@pytest.mark.parametrize(
    ("command", "path", "expected"),
    [
        (["python server.py"], "ws/server.py", True),
        (["python", "/app/ws/server.py"], "ws/server.py", True),
        (["python", "other/server.py"], "ws/server.py", False),
        (["python", "-m", "ws.server"], "ws/server.py", True),
        (["python", "-m", "ws"], "ws/__main__.py", True),
        (["uvicorn app.main:app --port 1"], "svc/app/main.py", True),
        (["uvicorn", "main:app"], "main.py", True),
        (["node dist/index.js"], "dist/index.js", True),
        (["python"], "python.py", False),
        (["echo server"], "server.py", False),
    ],
)
def test_what_a_command_runs(command: list[str], path: str, expected: bool) -> None:
    assert runs(command, path) is expected
