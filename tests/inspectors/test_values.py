from pathlib import Path

from tests.inspectors.compose_file import COMPOSE
from tests.inspectors.helpers import repository
from wsdoctor.inspectors._units import unit_of, workloads
from wsdoctor.inspectors._values import environment


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


def test_maps_that_kustomize_makes(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "k8s/kustomization.yaml": """
                configMapGenerator:
                  - name: ports
                    literals: [WS_PORT=9001]
                    envs: [more.env]
                  - name: old
                    env: old.env
                  - name: unused
                    literals: [WS_PORT=1]
            """,
            "k8s/more.env": "MORE=9002\n",
            "k8s/old.env": "OLD=9003\n",
            "k8s/ws.yaml": """
                kind: Deployment
                metadata: {name: live}
                spec:
                  template:
                    spec:
                      containers:
                        - name: ws
                          image: ws
                          envFrom: [{configMapRef: {name: ports}}, {configMapRef: {name: old}}]
            """,
        },
    )
    known = environment(found)
    values = {name: known.value(name, "live", "ws/server.py") for name in ("WS_PORT", "MORE", "OLD")}
    assert {name: each and each[0] for name, each in values.items()} == {
        "WS_PORT": "9001", "MORE": "9002", "OLD": "9003",
    }  # fmt: skip
