from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors._commands import arguments_of

APP = {
    "app/__init__.py": "",
    "app/main.py": (
        "from fastapi import FastAPI\napp = FastAPI()\n@app.websocket('/ws')\nasync def f(w): ...\n"
        "@app.get('/')\ndef g(): ...\n"
    ),
    "app/plain.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "site/asgi.py": "from channels.routing import ProtocolTypeRouter\n",
}


@pytest.mark.parametrize(
    ("name", "text", "port", "speaks", "framework"),
    [
        (
            "Dockerfile",
            'FROM x\nRUN pip install "uvicorn[standard]"\nCMD ["uvicorn", "app.main:app", "--port", "9000"]\n',
            9000,
            "both",
            "uvicorn",
        ),
        ("Dockerfile", "FROM x\nCMD uvicorn app.plain:app --host 0.0.0.0 \\\n  --port=9001\n", 9001, "http", "uvicorn"),
        ("Procfile", "web: uvicorn app.plain:app --port ${PORT:-9002}\n", 9002, "http", "uvicorn"),
        (
            "Procfile",
            "web: gunicorn -k uvicorn.workers.UvicornWorker -b 0.0.0.0:9003 app.main:app\n",
            9003,
            "both",
            "gunicorn",
        ),
        ("Procfile", "web: gunicorn app.plain:app -b0.0.0.0:9004 --workers 2\n", 9004, "http", "gunicorn"),
        (
            "run.sh",
            "#!/bin/sh\n# uvicorn app.main:app --port 1\ncd app && exec daphne -p 9005 site.asgi:application\n",
            9005,
            "both",
            "daphne",
        ),
        ("run.sh", "daphne -e tcp:port=9006:interface=0.0.0.0 site.asgi:application\n", 9006, "both", "daphne"),
        ("run.sh", "hypercorn -b 0.0.0.0:9007 app.plain:app\n", 9007, "http", "hypercorn"),
        ("run.sh", "python manage.py runserver 0.0.0.0:9008\n", 9008, "both", "django"),
        ("run.sh", "python3 -m http.server 9009\n", 9009, "http", "http.server"),
        ("run.sh", "python -m uvicorn app.main:app\n", 8000, "both", "uvicorn"),
        ("run.sh", "flask --app app.plain run -p 9010\n", 9010, "http", "flask"),
        ("run.sh", "fastapi run app/main.py --port 9011\n", 9011, "both", "fastapi"),
        ("run.sh", "export PORT=9012\nuvicorn app.plain:app --port $PORT\n", 9012, "http", "uvicorn"),
        ("Makefile", "up:\n\tstreamlit run ui.py --server.port 9013\n", 9013, "both", "streamlit"),
        (
            "compose.yml",
            "services:\n  a:\n    image: x\n    command: uvicorn app.main:app --port 9014\n",
            9014,
            "both",
            "uvicorn",
        ),
        (
            "compose.yml",
            (
                "services:\n  a:\n    image: x\n    command:\n      - uvicorn\n      - app.main:app\n"
                "      - --port\n      - '9015'\n"
            ),
            9015,
            "both",
            "uvicorn",
        ),
        (
            "k8s.yaml",
            (
                "kind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n"
                "      containers:\n        - name: c\n          command: [\n"
                '            "uvicorn", "app.main:app",\n            "--port", "9016"]\n'
            ),
            9016,
            "both",
            "uvicorn",
        ),
        ("run.sh", "uvicorn elsewhere:app --port 9017\n", 9017, "both", "uvicorn"),
        ("run.sh", "uvicorn --no-use-colors app.plain:app --port 9018\n", 9018, "http", "uvicorn"),
        ("run.sh", "python manage.py runserver --noreload\n", 8000, "both", "django"),
        ("run.sh", "python manage.py runserver 0.0.0.0:$NOWHERE\n", None, "both", "django"),
        ("run.sh", "flask run\n", 5000, "both", "flask"),
    ],
)
def test_servers_that_command_lines_start(
    tmp_path: Path, name: str, text: str, port: int | None, speaks: str, framework: str
) -> None:
    found = inspect("python commands", name, repository(tmp_path, {**APP, name: text}))
    assert [(one.port, one.speaks, one.framework) for one in found.listeners] == [(port, speaks, framework)]


def test_units_and_variables(tmp_path: Path) -> None:
    compose = (
        "services:\n  a:\n    image: x\n    environment: {PORT: 9100}\n"
        "    command: gunicorn app.main:app\n  b:\n    image: y\n"
        "    command: uvicorn app.main:app --port $PORT\n"
    )
    found = inspect("python commands", "compose.yml", repository(tmp_path, {**APP, "compose.yml": compose}))
    assert [(one.unit, one.port, one.environment) for one in found.listeners] == [
        ("a", 9100, "PORT"),
        ("b", None, "PORT"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "FROM x\nRUN pip install uvicorn gunicorn\n"),
        ("ci.yml", "steps:\n  - run: pip install uvicorn && pytest\n"),
        ("run.sh", "python app.py\npython -m pytest\n"),
        ("run.sh", "flask db upgrade\n"),
        ("run.sh", "# uvicorn app.main:app\n"),
        ("compose.yml", "services:\n  uvicorn:\n    image: uvicorn\n"),
    ],
)
def test_what_starts_no_server(tmp_path: Path, name: str, text: str) -> None:
    assert inspect("python commands", name, repository(tmp_path, {**APP, name: text})).listeners == []


def test_arguments_of_a_program(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "ws/server.py": "",
            "ws/__main__.py": "",
            "other/server.py": "",
            "a.sh": "python ws/server.py --port 1 > log\npython -m ws.server --port 2\npython other/server.py 3\n",
            "b.sh": "python -m ws 4\n",
        },
    )
    assert [words[:2] for words, _ in arguments_of("ws/server.py", found)] == [("--port", "1"), ("--port", "2")]
    assert [words for words, _ in arguments_of("ws/__main__.py", found)] == [("4",)]


PYPROJECT = """\
[project]
name = "ws"
[project.scripts]
ws-server = "ws.server:main"
[tool.poetry.scripts]
feed = {callable = "ws.feed:cli"}
[tool.other]
wrong = "ws.server:main"
"""
SETUP_CFG = """\
[options.entry_points]
console_scripts =
    old-server = ws.server:main
    both = ws.server:main
[metadata]
no-server = ws.server:main
"""
SETUP_PY = "setup(entry_points={'console_scripts': ['py-server=ws.server:main', 'both=ws.feed:main']})\n"


def test_arguments_of_installed_commands(tmp_path: Path) -> None:
    names = ("ws-server", "old-server", "py-server", "both", "wrong", "no-server")
    lines = "".join(f"ExecStart=/opt/bin/{name} --port {number}\n" for number, name in enumerate(names))
    found = repository(
        tmp_path,
        {
            "pyproject.toml": PYPROJECT,
            "old/setup.cfg": SETUP_CFG,
            "old/setup.py": SETUP_PY,
            "ws/server.py": "",
            "ws/feed.py": "",
            "deploy/ws.service": lines,
            "Procfile": "web: feed -p 9\n",
        },
    )
    assert [words[1] for words, _ in arguments_of("ws/server.py", found)] == ["0", "1", "2"]
    assert [words for words, _ in arguments_of("ws/feed.py", found)] == [("-p", "9")]
