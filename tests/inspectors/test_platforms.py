"""Fly, Render, Railway, App Engine, DigitalOcean, Kamal, Heroku, Replit, Codespaces and Gitpod."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.inspectors.helpers import inspect, repository
from tests.inspectors.platform_factory import declared, rows

SERVER = 'import os\nfrom websockets.sync.server import serve\nserve(f, "", int(os.environ.get("PORT", "8765")))\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "[http_service]\ninternal_port = 8765\n[[http_service.checks]]\n"
                "path = '/h'\ninterval = '9s'\nmethod = 'get'\n"
            ),
            [(8765, "http", "/h", 9.0, 3, 6, "GET")],
        ),
        ("[http_service.checks.up]\npath = '/u'\n", [(8080, "http", "/u", 15.0, 1, 2, "GET")]),
        (
            (
                "[[services]]\ninternal_port = 8765\n[[services.http_checks]]\ninterval = 10000\nheaders = {a = 'b'}\n"
                "[[services.tcp_checks]]\ninterval = '5s'\n"
            ),
            [(8765, "http", "/", 10.0, 3, 5, "GET"), (8765, "tcp", None, 5.0, 6, 7, None)],
        ),
        (
            "[[services]]\ninternal_port = 8765\nhttp_checks = [{path = '/i'}]\ntcp_checks = []\n",
            [(8765, "http", "/i", 15.0, 3, None, "GET")],
        ),
        (
            "[checks]\n[checks.a]\ntype = 'http'\nport = 8765\npath = '/t'\n[checks.b]\ntype = 'tcp'\nport = 8765\n",
            [(8765, "http", "/t", 15.0, 2, 5, "GET"), (8765, "tcp", None, 15.0, 6, 8, None)],
        ),
        ("[http_service]\ninternal_port = 8765\n# [[http_service.checks]]\n", []),
    ],
)
def test_fly(tmp_path: Path, text: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "fly", "fly.toml", text, "period", "line", "end", "method") == expected


def test_fly_names(tmp_path: Path) -> None:
    text = "app = 'chat'\n[http_service]\ninternal_port = 8765\n"
    maps = declared(tmp_path, "fly", "fly.toml", text).maps
    assert [(one.names, one.outer, one.inner, one.public) for one in maps] == [
        (("chat.fly.dev",), 80, 8765, False),
        (("chat.fly.dev",), 443, 8765, False),
        (("chat.internal",), 8765, 8765, False),
    ]
    assert declared(tmp_path, "fly", "fly.a.toml", "???").notes


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("envVars: [{key: PORT, value: 8765}]", [(8765, "http", "/h")]),
        ("startCommand: python ws/server.py", [(8765, "http", "/h")]),
        ("startCommand: python ws/server.py --port 7000", [(7000, "http", "/h")]),
        ("rootDir: ws", [(8765, "http", "/h")]),
        ("runtime: docker\n    dockerfilePath: ./ws/Dockerfile", [(8765, "http", "/h")]),
        ("startCommand: ./unknown", []),
        ("type: worker", []),
        ("plan: free", [(10000, "http", "/h")]),
    ],
)
def test_render(tmp_path: Path, service: str, expected: list[tuple[object, ...]]) -> None:
    files = {
        "ws/server.py": SERVER,
        "ws/Dockerfile": 'FROM x\nCMD ["python", "server.py"]\n',
        "render.yaml": f"services:\n  - name: chat\n    healthCheckPath: /h\n    {service}\n  - x\n  - name: y\n",
    }
    if service.startswith("plan"):
        del files["ws/server.py"]
    assert rows(tmp_path, "render", "render.yaml", files) == expected


def test_services_of_one_blueprint_run_by_themselves(tmp_path: Path) -> None:
    folders = """\
        services:
          - type: web
            name: site
            rootDir: site
            startCommand: gunicorn site:app --bind 0.0.0.0:$PORT
            healthCheckPath: /up
          - type: web
            name: live
            rootDir: live
            startCommand: uvicorn live:app --port $PORT
            healthCheckPath: /up
            envVars:
              - {key: PORT, value: "8765"}
        """
    code = {"site/site.py": "", "live/live.py": "", "site.py": "", "live.py": ""}
    text = dedent(folders)
    files = {"render.yaml": text, **code}
    callers = declared(tmp_path, "render", "render.yaml", files).callers
    assert [(one.to.unit, one.to.port) for one in callers] == [("site", None), ("live", 8765)]
    started = inspect("python commands", "render.yaml", repository(tmp_path, files)).listeners
    assert [(one.unit, one.port) for one in started] == [("site", None), ("live", 8765)]
    files["render.yaml"] = text.replace("    rootDir: site\n", "").replace("    rootDir: live\n", "")
    callers = declared(tmp_path, "render", "render.yaml", files).callers
    assert [one.to.unit for one in callers] == ["site", "live"]
    started = inspect("python commands", "render.yaml", repository(tmp_path, files)).listeners
    assert [one.unit for one in started] == ["site", "live"]


def test_render_says_what_it_could_not_follow(tmp_path: Path) -> None:
    text = "services:\n  - healthCheckPath: /h\n    startCommand: ./x\n"
    assert "could not be followed" in declared(tmp_path, "render", "render.yaml", text).notes[0].text


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "railway.toml",
            ('[deploy]\nstartCommand = "python server.py"\nhealthcheckPath = "/r"\n'),
            [(8765, "http", "/r", 3)],
        ),
        ("railway.toml", '[build]\ndockerfilePath = "D"\n[deploy]\nhealthcheckPath = "r"\n', [(8765, "http", "/r", 4)]),
        (
            "railway.json",
            ('{"deploy": {"startCommand": "python server.py",\n"healthcheckPath": "/j"}}'),
            [(8765, "http", "/j", 2)],
        ),
        ("railway.json", '{"deploy": {"startCommand": "./x"}}', []),
        ("railway.toml", '[deploy]\nstartCommand = "./x"\nhealthcheckPath = "/r"\n', []),
    ],
)
def test_railway(tmp_path: Path, path: str, text: str, expected: list[tuple[object, ...]]) -> None:
    files = {"server.py": SERVER, "D": "FROM x\nCMD python server.py\n", path: text}
    assert rows(tmp_path, "railway", path, files, "line") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "runtime: custom\nenv: flex\nliveness_check:\n  path: /l\n"
                "  check_interval_sec: 7\nreadiness_check: {path: /r}\n"
            ),
            [(8080, "http", "/l", "app-engine", 7.0, 3), (8080, "http", "/r", "app-engine", 5.0, 6)],
        ),
        (
            "env: flex\nenv_variables: {PORT: '8765'}\nliveness_check: {path: /l}\nreadiness_check: {timeout_sec: 4}\n",
            [(8765, "http", "/l", "app-engine", 30.0, 3)],
        ),
        ("runtime: python312\nliveness_check: {path: /l}\n", []),
        (
            "services:\n  - name: ws\n    http_port: 8765\n    health_check:\n      http_path: /d\n",
            [(8765, "http", "/d", "digitalocean", 10.0, 4)],
        ),
        (
            (
                "services:\n  - name: ws\n    run_command: python server.py\n"
                "    health_check: {period_seconds: 3}\n  - x\n"
            ),
            [(8765, "tcp", None, "digitalocean", 3.0, 4)],
        ),
        ("kind: Deployment\nservices: [{health_check: {http_path: /}}]\n", []),
    ],
)
def test_app_yaml(tmp_path: Path, text: str, expected: list[tuple[object, ...]]) -> None:
    files = {"app.yaml": text}
    if "server.py" in text:
        files["server.py"] = SERVER
    assert rows(tmp_path, "app-engine", "app.yaml", files, "product", "period", "line") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proxy:\n  app_port: 8765\n", [(8765, "http", "/up", 1.0, 3, "kamal-proxy")]),
        (
            "proxy:\n  app_port: 8765\n  healthcheck:\n    path: /h\n    interval: 3\n",
            [(8765, "http", "/h", 3.0, 5, "kamal-proxy")],
        ),
        ("proxy: {host: a}\n", [(80, "http", "/up", 1.0, 3, "kamal-proxy")]),
        ("accessories: {ws: {proxy: {app_port: 8765}}}\n", [(8765, "http", "/up", 1.0, 3, "kamal-proxy")]),
        ("healthcheck: {path: /o, port: 8765}\n", [(8765, "http", "/o", 10.0, 3, "curl/")]),
        ("healthcheck: {cmd: /bin/true}\n", []),
    ],
)
def test_kamal(tmp_path: Path, text: str, expected: list[tuple[object, ...]]) -> None:
    text = "image: a/b\nservers: [1.2.3.4]\n" + text
    assert rows(tmp_path, "kamal", "config/deploy.yml", text, "period", "line", "agent") == expected


def test_other_files_called_deploy(tmp_path: Path) -> None:
    assert rows(tmp_path, "kamal", "deploy.yml", "on: push\nproxy: {app_port: 8765}\n") == []


@pytest.mark.parametrize(
    ("procfile", "expected"),
    [
        ("web: python server.py\napi: gunicorn app:app\n", [(443, 8765, True, 1)]),
        ("web: python server.py\n", []),
        ("web: gunicorn app:app\nws: python server.py\n", []),
        ("web: python server.py\nworker: python work.py\n", []),
        ("web: python server.py\npages: node pages.js\n", [(443, 8765, True, 1)]),
        ("web: python server.py\npages: npm run pages\n", [(443, 8765, True, 1)]),
        ("web: python server.py\npages: npm run site\n", [(443, 8765, True, 1)]),
        ("# web: python server.py\napi: gunicorn a\n", []),
        ("web: ./unknown\napi: gunicorn a\n", []),
    ],
)
def test_heroku(tmp_path: Path, procfile: str, expected: list[tuple[object, ...]]) -> None:
    files = {
        "server.py": SERVER,
        "Procfile": procfile,
        "work.py": "print(1)\n",
        "pages.js": "const app = express();\napp.listen(3000);\n",
        "package.json": '{"scripts": {"pages": "node pages.js", "site": "next start"}}',
    }
    maps = declared(tmp_path, "heroku", "Procfile", files).maps
    assert [(one.outer, one.inner, one.public, one.location.line) for one in maps] == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("web: python server.py\n  site: gunicorn app:app", [(443, 8765, 2)]),
        ("web:\n    command:\n      - python server.py\n  site: {command: [gunicorn app:app]}", [(443, 8765, 2)]),
        ("web: python server.py", []),
        ("site: gunicorn app:app\n  web: {image: worker}", []),
    ],
)
def test_heroku_yml(tmp_path: Path, run: str, expected: list[tuple[object, ...]]) -> None:
    files = {"server.py": SERVER, "heroku.yml": f"run:\n  {run}\n"}
    maps = declared(tmp_path, "heroku", "heroku.yml", files).maps
    assert [(one.outer, one.inner, one.location.line) for one in maps] == expected


def test_replit(tmp_path: Path) -> None:
    text = """\
        run = "bash start.sh"
        onBoot = "until curl -s localhost:8765; do sleep 1; done"

        [deployment]
        run = ["sh", "-c", "curl http://localhost:8765/d"]

        [[ports]]
        localPort = 8765
        externalPort = 80

        [[ports]]
        localPort = 5000
        externalPort = 3000

        [[ports]]
        localPort = 9000

        [[workflows.workflow.tasks]]
        task = "shell.exec"
        args = "python ws.py"
        waitForPort = 8765
        """
    found = declared(tmp_path, "replit", ".replit", text)
    assert [(one.outer, one.inner, one.public, one.location.line, one.location.end_line) for one in found.maps] == [
        (80, 8765, True, 8, 9),
        (3000, 5000, False, 12, 13),
    ]
    assert [(one.to.port, one.kind, one.location.line) for one in found.callers] == [
        (8765, "wait", 2),
        (8765, "client-code", 5),
        (8765, "wait", 21),
    ]


def test_codespaces(tmp_path: Path) -> None:
    text = """\
        {
          // what the editor opens
          "forwardPorts": [8765, 5000],
          "portsAttributes": {
            "8765": {"onAutoForward": "openPreview"},
            "5000": {"onAutoForward": "notify"},
            "localhost:9000": {"onAutoForward": "openBrowser"}
          },
          "postStartCommand": "curl http://localhost:8765/p",
          "postCreateCommand": {"a": "curl http://localhost:8765/c", "b": ["x"]}
        }
        """
    found = rows(tmp_path, "codespaces", ".devcontainer/devcontainer.json", text, "kind", "line")
    assert found == [
        (8765, "http", "/", "navigation", 5),
        (9000, "http", "/", "navigation", 7),
        (8765, "http", "/c", "client-code", 10),
        (8765, "http", "/p", "client-code", 9),
    ]


def test_gitpod(tmp_path: Path) -> None:
    text = """\
        ports:
          - port: 8765
            onOpen: open-browser
          - port: 5000
            onOpen: ignore
        tasks:
          - init: pip install .
            command: until curl -s localhost:8765; do sleep 2; done
        """
    found = rows(tmp_path, "codespaces", ".gitpod.yml", text, "product", "kind", "line")
    assert found == [(8765, "http", "/", "gitpod", "navigation", 2), (8765, "http", "/", "shell", "wait", 8)]
    assert declared(tmp_path, "codespaces", ".gitpod.yaml", "ports: [\n").notes


MODULE = "from app.cli import main\nmain()\n"
CLI = "import typer\nfrom app.hub import run\ndef main():\n    run()\n"
HUB = (
    "from websockets.asyncio.server import serve\nfrom app.settings import Settings\nserve(None, '', Settings().port)\n"
)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("python -m app", {"app/__main__.py": MODULE, "app/cli.py": CLI, "app/hub.py": HUB}),
        ("npm start", {"package.json": '{"scripts": {"start": "node hub.mjs"}}', "hub.mjs": 'import "./lib.js";\n'}),
    ],
)
def test_a_service_that_is_told_its_port(tmp_path: Path, command: str, files: dict[str, str]) -> None:
    text = f'{{"deploy": {{"startCommand": "{command}", "healthcheckPath": "/h"}}}}'
    more = {"app/settings.py": "port: int = 8080\n", "app/other.py": "", "lib.js": "", "other.js": ""}
    (found,) = inspect("railway", "railway.json", repository(tmp_path, {"railway.json": text, **more, **files})).callers
    assert (found.to.port, found.to.variable) == (None, "PORT")
    assert set(found.to.files) >= {name for name in files if name.endswith((".py", ".mjs"))}
    assert not {"app/other.py", "other.js"} & set(found.to.files)


@pytest.mark.parametrize(
    ("name", "path", "text", "unit"),
    [
        ("fly", "fly.toml", "[http_service]\ninternal_port = 8080\nforce_https = true\n", None),
        ("render", "site/render.yaml", "services:\n  - type: web\n    rootDir: web\n", "site/web"),
        ("railway", "railway.toml", "[deploy]\n", None),
        ("replit", ".replit", "run = 'x'\n", None),
        ("static hosts", "web/netlify.toml", "[build]\n", "web"),
        ("static hosts", "firebase.json", '{"hosting": {}}\n', None),
    ],
)
def test_pages_that_are_https_alone(tmp_path: Path, name: str, path: str, text: str, unit: str | None) -> None:
    (page,) = inspect(name, path, repository(tmp_path, {path: text})).pages
    assert page.unit == unit


def test_pages_that_may_be_plain(tmp_path: Path) -> None:
    files = repository(tmp_path, {"fly.toml": "[http_service]\nforce_https = false\n", "firebase.json": "{}\n"})
    assert inspect("fly", "fly.toml", files).pages == []
    assert inspect("static hosts", "firebase.json", files).pages == []
