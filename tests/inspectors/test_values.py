from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors._outline import documents, entry, words
from wsdoctor.inspectors._units import runs, services, unit_of, workloads
from wsdoctor.inspectors._values import environment, expand, is_open

COMPOSE = """
    x-common: &common
      restart: always
    services:
      ws:
        <<: *common
        build: ./realtime
        environment:
          WS_PORT: ${PORT_OF_WS}
          MODE: "${MODE:-fast}"
          OPEN: ${NOWHERE}
        env_file:
          - shared.env
      api:
        build:
          context: .
          dockerfile: api.Dockerfile
          args: {LEVEL: "3"}
        environment: ["API_PORT=5000", FLAG]
      jobs:
        build: {context: .}
        command: python -m jobs.run
      proxy:
        image: nginx:1.27
        volumes: ["./deploy/nginx.conf:/etc/nginx/nginx.conf:ro", {type: bind, source: ./site, target: /site}]
"""


def test_outline_reads_what_compose_files_hold() -> None:
    text = """
a: &x {b: 'one', "c": [1, "two", {d: e}]}  # said
f:
- g: 1
  h: |
    many
    lines
-
  - deep
k: *x
l: !tag "quo\\"ted"
m: [1,
  2]
<<: *x
n: http://host:80/x#y
---
second: document
...
"""
    first, second = documents(text)
    assert entry(first, "a", "c") == ["1", "two", {"d": "e"}]
    assert entry(first, "f") == [{"g": "1", "h": "many\nlines"}, ["deep"]]
    assert entry(first, "k", "b") == "one"
    assert entry(first, "b") == "one"
    assert entry(first, "l") == 'quo"ted'
    assert entry(first, "n") == "http://host:80/x#y"
    assert entry(first, "n", "x") is None
    assert words(entry(first, "m")) == ["1", "2"]
    assert words(entry(first, "m"))[0].line == 12
    assert second == {"second": "document"}


@pytest.mark.parametrize(
    "text", ["", "- [", "a: {b", "a: *", "%", "{{ .Values.x }}\nkind: x", "a:\n b\n  c: d", "'", "x: '"]
)
def test_outline_raises_nothing(text: str) -> None:
    documents(text)


def test_variables_of_compose_and_env_files(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "docker-compose.yml": COMPOSE,
            ".env": "# ports\nPORT_OF_WS=8765\nexport QUOTED='a b' # said\nTWICE=${PORT_OF_WS}1\n",
            ".env.example": "PORT_OF_WS=1\nSAMPLE=2\n",
            "shared.env": "SHARED=yes\n",
            "realtime/server.py": "",
            "realtime/Dockerfile": "FROM python\nENV LEVEL=7 OTHER=8\nENV OLD style\nARG $X\n",
            "api.Dockerfile": 'FROM python\nCOPY api/ /api/\nCMD ["python", "api/app.py"]\n',
            "api/app.py": "",
            "jobs/run.py": "",
        },
    )
    known = environment(found)
    value = known.value("WS_PORT", "ws", "realtime/server.py")
    assert value is not None
    assert (value[0], value[1].file, value[1].line) == ("8765", "docker-compose.yml", 9)
    assert known.value("WS_PORT", "api", "api/app.py") is None
    assert known.value("MODE", "ws", None) == ("fast", known.candidates("MODE", "ws")[0].location)
    assert known.value("OPEN", "ws") is None
    assert [one.text for one in known.candidates("SHARED", "ws")] == ["yes"]
    assert known.candidates("LEVEL", "ws")[0].text == "7"
    assert known.candidates("LEVEL", "api")[0].text == "3"
    assert known.candidates("OLD", "ws")[0].text == "style"
    assert known.value("QUOTED", None, "api/app.py")[0] == "a b"  # type: ignore[index]
    assert known.value("TWICE", None, "api/app.py")[0] == "87651"  # type: ignore[index]
    assert [one.text for one in known.candidates("PORT_OF_WS", None, "x.py")] == ["8765", "1"]
    assert known.value("SAMPLE", None, "x.py")[0] == "2"  # type: ignore[index]
    assert "API_PORT" in known.names()
    assert environment(found) is known


def test_an_env_file_counts_for_its_folder(tmp_path: Path) -> None:
    found = repository(tmp_path, {"ui/.env": "PORT=1\n", "api/.env": "PORT=2\n", "api/src/a.py": "", "b.py": ""})
    known = environment(found)
    assert known.value("PORT", None, "api/src/a.py")[0] == "2"  # type: ignore[index]
    assert known.value("PORT", None, "ui/x.js")[0] == "1"  # type: ignore[index]
    assert known.value("PORT", None, "b.py") is None
    assert known.value("PORT") is None
    assert [one.text for one in known.candidates("PORT")] == ["2", "1"]


def test_variables_of_scripts_and_platforms(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "start.sh": "export MODE=fast\nWS_PORT=9000 PLAIN=1 python3 ws.py &\nexec python3 web.py\n# NO=1\n"
            "HERE=$(pwd)\n",
            "Procfile": "web: WEB_PORT=5001 gunicorn app:app\n",
            "app.json": '{"env": {"JSON": {"value": "a"}, "TEXT": "b", "BOOL": true}}',
            "broken/app.json": "{",
            "render.yaml": """
                services:
                  - type: web
                    rootDir: api
                    envVars:
                      - key: RENDER_PORT
                        value: 10000
                      - key: SECRET
                        sync: false
            """,
            "fly.toml": "app = 'x'\n[env]\n  FLY_PORT = '8080' # said\n[http_service]\n  internal_port = 8080\n",
            ".replit": "run = 'x'\n[userenv.shared]\nREPLIT = \"1\"\n",
            "ws.service": '[Service]\nEnvironment="UNIT_PORT=7" OTHER=8\n',
            "ws.py": "",
            "web.py": "",
            "api/a.py": "",
            "other/a.py": "",
        },
    )
    known = environment(found)
    assert known.value("WS_PORT", None, "ws.py")[0] == "9000"  # type: ignore[index]
    assert known.value("PLAIN", None, "ws.py")[0] == "1"  # type: ignore[index]
    assert known.value("WS_PORT", None, "web.py") is None
    assert known.value("MODE", None, "web.py")[0] == "fast"  # type: ignore[index]
    assert known.value("NO", None, "ws.py") is None
    assert known.value("HERE", None, "ws.py") is None
    for name, value in {
        "JSON": "a",
        "TEXT": "b",
        "FLY_PORT": "8080",
        "REPLIT": "1",
        "UNIT_PORT": "7",
        "OTHER": "8",
    }.items():
        assert known.value(name, None, "ws.py")[0] == value, name  # type: ignore[index]
    assert known.value("RENDER_PORT", None, "api/a.py")[0] == "10000"  # type: ignore[index]
    assert known.value("BOOL", None, "ws.py") is None


def test_variables_of_kubernetes(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "k8s/ws.yaml": """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data:
                  WS_PORT: "9001"
                  TEXT: |
                    a
                    b
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: live}
                spec:
                  template:
                    spec:
                      containers:
                        - name: ws
                          image: registry.example/team/ws:3
                          command: ["python", "ws/server.py"]
                          envFrom: [{configMapRef: {name: settings}}]
                          env:
                            - {name: MODE, value: "x"}
                            - name: CHOSEN
                              valueFrom: {configMapKeyRef: {name: settings, key: WS_PORT}}
                            - name: SECRET
                              valueFrom: {secretKeyRef: {name: s, key: k}}
                ---
                kind: List
                items:
                  - kind: CronJob
                    metadata: {name: nightly}
                    spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: job, image: jobs}]}}}}}
            """,
            "ws/server.py": "",
            "ws/Dockerfile": "FROM python\n",
            "other/a.py": "",
        },
    )
    assert [(one.unit, one.name, one.location.line) for one in workloads(found)] == [
        ("live", "ws", 18),
        ("nightly", "job", 33),
    ]
    assert unit_of("ws/server.py", found) == "live"
    known = environment(found)
    for name, value in {"WS_PORT": "9001", "MODE": "x", "CHOSEN": "9001"}.items():
        assert known.value(name, "live", "ws/server.py")[0] == value  # type: ignore[index]
    assert known.value("SECRET", "live", "ws/server.py") is None
    assert known.value("WS_PORT", "nightly", None) is None


def test_units(tmp_path: Path) -> None:
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


def test_expanding() -> None:
    known = {"A": "1", "EMPTY": ""}.get
    assert expand("a$A/${A}/$$A/${B:-x${A}}/${EMPTY:-e}/${EMPTY-f}/${B-g}", known) == "a1/1/$A/x1/e//g"
    assert expand("${B}/$B/${A:+yes}/${B:+no}/${B:?gone}/${B:=set}", known) == "${B}/$B/yes//${B:?gone}/set"
    assert expand("${unclosed and $ 5 ${1}", known) == "${unclosed and $ 5 ${1}"
    assert expand("{{ .Values.port }}", known) == "{{ .Values.port }}"
    assert is_open("{{ .Values.port }}")
    assert is_open("http://$HOST")
    assert not is_open("a $5")
    nested = "${X:-" * 40 + "y" + "}" * 40
    assert expand(nested, known).endswith("}")
