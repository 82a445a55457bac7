"""Programs that a project installs, and how the command lines of a repository start them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.programs import ports

CODE = """\
import argparse
p = argparse.ArgumentParser()
p.add_argument("--port", default=1)
def main():
    serve(h, "", p.parse_args().port)
"""
PROJECT = '[project]\ndependencies = ["uvicorn", "x"]\n[project.scripts]\nlive = "app.server:main"\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": PROJECT, "live.service": "[Service]\nExecStart=/opt/x/bin/live --port 8765\n"}, "8765"),
        ({"pyproject.toml": PROJECT, "Dockerfile": 'FROM x\nCMD ["live", "--port=8765"]\n'}, "8765"),
        ({"pyproject.toml": PROJECT, "compose.yml": "services:\n  a:\n    command: live --port 8765\n"}, "8765"),
        ({"pyproject.toml": PROJECT, "x.service": "[Service]\nUser=live\nDescription=live # --port 2\n"}, 1),
        ({"pyproject.toml": PROJECT, "x.conf": "command=live --port $PORT\n"}, 1),
        ({"setup.cfg": "[options.entry_points]\nconsole_scripts =\n    live = app.server:main\n",
          "Procfile": "ws: live --port 8765\n"}, "8765"),
        ({"setup.py": "setup(entry_points={'console_scripts': ['live=app.server:main']})\n",
          "Makefile": "run:\n\tlive --port 8765\n"}, "8765"),
        ({"app/__main__.py": "from app.server import main\nmain()\n", "Procfile": "ws: python -m app --port 8765\n"},
         "8765"),
        ({"run.sh": "exec ./app/server.py --port 8765\n"}, "8765"),
        ({"other.nomad": 'job "a" {\n group "g" {\n  task "t" {\n   config {\n    command = "python"\n'
          '    args = ["-m", "app.server", "--port", "8765"]\n   }\n  }\n }\n}\n'}, "8765"),
        ({"other.nomad": 'job "a" {\n group "g" {\n  network {\n   port "ws" { static = 8765 }\n   port "no" {}\n  }\n'
          '  task "t" {\n   config {\n    command = "python"\n'
          '    args = ["app/server.py", "--port", "${NOMAD_PORT_ws}"]\n   }\n  }\n }\n}\n'}, "8765"),
        ({"other.nomad": 'job "a" {\n command = "python" {\n'}, 1),
    ],
)  # fmt: skip
def test_options_of_programs(tmp_path: Path, files: dict[str, str], expected: object) -> None:
    assert ports(tmp_path, CODE, files) == [int(str(expected))]


def test_options_that_a_parser_in_another_file_has(tmp_path: Path) -> None:
    files = {
        "app/options.py": 'import argparse\ndef parser():\n    p = argparse.ArgumentParser()\n'
        '    p.add_argument("--ws-port", default=8765)\n    return p\n',
    }  # fmt: skip
    assert ports(tmp_path, 'from app.options import parser\nserve(h, "", parser().parse_args().ws_port)', files) == [
        8765
    ]


def test_dependencies_start_nothing(tmp_path: Path) -> None:
    from tests.inspectors.helpers import inspect, repository

    files = {
        "pyproject.toml": '[project]\nname = "x"\ndependencies = [\n  "hypercorn",\n  "uvicorn",\n]\n'
        '[dependency-groups]\ndev = ["uvicorn"]\n[tool.taskipy.tasks]\nrun = "uvicorn app:app --port 8765"\n'
    }
    found = inspect("python commands", "pyproject.toml", repository(tmp_path, files)).listeners
    assert [(one.port, one.location.line) for one in found] == [(8765, 10)]
