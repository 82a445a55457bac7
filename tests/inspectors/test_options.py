"""What command lines give to the program that a file is part of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors._options import option

GO = {"go.mod": "module example.com/chat\n"}
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  template:
    spec:
      containers:
        - name: main
          image: registry.example/chat:1
          {}
"""


def given(
    tmp_path: Path, files: dict[str, str], names: tuple[str, ...] = ("port", "p"), path: str = "main.go"
) -> object:
    """Return the value and the place of an option, None if there is none."""
    found = option(names, path, repository(tmp_path, {path: "", **files}))
    return found and (found[0], found[1].file, found[1].line)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("chat --port 9000", "9000"),
        ("chat --port=9000", "9000"),
        ("chat -p 9000", "9000"),
        ('["chat", "--port", "9000"]', "9000"),
        ("chat --port --verbose", None),
        ("chat --port", None),
        ("chat --report 9000", None),
        ("chat --port $PORT", None),
        ("chat --port ${PORT:-9000}", "9000"),
        ("chat --port 1 --port 2", None),
        ("chat", None),
    ],
)
def test_how_an_option_is_written(tmp_path: Path, command: str, expected: str | None) -> None:
    found = given(tmp_path, {**GO, "Dockerfile": f"FROM scratch\nCMD {command}\n"})
    assert found == (expected and (expected, "Dockerfile", 2))


def test_an_option_without_a_name_is_none(tmp_path: Path) -> None:
    assert given(tmp_path, {**GO, "Dockerfile": "FROM scratch\nCMD chat - 9000\n"}, names=("",)) is None


def test_variables_of_the_repository_are_put_in(tmp_path: Path) -> None:
    files = {**GO, ".env": "PORT=9000\n", "Dockerfile": "FROM scratch\nCMD chat --port $PORT\n"}
    assert given(tmp_path, files) == ("9000", "Dockerfile", 2)


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ('ENTRYPOINT ["chat"]\nCMD ["--port", "9000"]', ("9000", "Dockerfile", 3)),
        ("CMD chat --port 1\nCMD chat --port 9000", ("9000", "Dockerfile", 3)),
        ("CMD chat --port 1\nFROM scratch\nCMD chat --port 9000", ("9000", "Dockerfile", 4)),
        ("CMD chat --port 1\nFROM scratch\nCMD chat", None),
    ],
)
def test_what_the_last_stage_of_an_image_runs(tmp_path: Path, dockerfile: str, expected: object) -> None:
    assert given(tmp_path, {**GO, "Dockerfile": f"FROM golang\n{dockerfile}\n"}) == expected


@pytest.mark.parametrize(
    ("keys", "dockerfile", "expected"),
    [
        ("command: chat --port 9000", "CMD chat --port 1", ("9000", "compose.yaml", 2)),
        ("command: chat", "CMD chat --port 1", None),
        ("entrypoint: chat", 'ENTRYPOINT ["chat", "--port", "1"]', None),
        ("command: --verbose", 'ENTRYPOINT ["chat", "--port", "9000"]', ("9000", "chat/Dockerfile", 2)),
        ("restart: always", "CMD chat --port 9000", ("9000", "chat/Dockerfile", 2)),
    ],
)
def test_a_compose_service_replaces_what_its_image_runs(
    tmp_path: Path, keys: str, dockerfile: str, expected: object
) -> None:
    files = {
        "compose.yaml": f"services:\n  ws:\n    build: ./chat\n    {keys}\n  other:\n    command: x --port 2\n",
        "chat/Dockerfile": f"FROM scratch\n{dockerfile}\n",
    }
    assert given(tmp_path, files, path="chat/main.go") == expected


@pytest.mark.parametrize(
    ("keys", "dockerfile", "expected"),
    [
        ('args: ["--port", "9000"]', 'ENTRYPOINT ["chat"]\nCMD ["--port", "1"]', ("9000", "k8s.yaml", 9)),
        ("args: [--quiet]", 'ENTRYPOINT ["chat"]\nCMD ["--port", "1"]', None),
        ("command: [chat]", 'ENTRYPOINT ["chat", "--port", "1"]', None),
        ("args: [--quiet]", 'ENTRYPOINT ["chat", "--port", "9000"]', ("9000", "chat/Dockerfile", 2)),
    ],
)
def test_a_workload_replaces_what_its_image_runs(tmp_path: Path, keys: str, dockerfile: str, expected: object) -> None:
    other = DEPLOYMENT.format("args: [--port, '3']").replace("chat", "mail")
    files = {
        "k8s.yaml": f"{DEPLOYMENT.format(keys)}---\n{other}",
        "chat/Dockerfile": f"FROM scratch\n{dockerfile}\n",
    }
    assert given(tmp_path, files, path="chat/main.go") == expected


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        (GO, "main.go", "chat"),
        ({"chat/go.mod": "module example.com/other\n"}, "chat/main.go", "chat"),
        ({"Cargo.toml": '[package]\nname = "chat"\n'}, "src/main.rs", "chat"),
        ({"go.mod": "module example.com/all\n", "cmd/chat/main.go": ""}, "cmd/chat/main.go", "chat"),
        ({"x/go.mod": "module example.com/all\n", "x/cmd/chat/main.go": ""}, "x/cmd/chat/main.go", "chat"),
        ({"go.mod": "module example.com/mail\n"}, "main.go", None),
    ],
)
@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("deploy/chat.service", "[Service]\nExecStart=/usr/bin/chat --port 9000\n", 2),
        (
            "deploy/chat.service",
            "[Service]\nExecStart=-/usr/bin/chat \\\n  --verbose \\\n  --port 9000\nType=exec\n",
            2,
        ),
        ("deploy/Procfile", "release: bin/migrate --port 1\nweb: bin/chat --port 9000\n", 2),
    ],
)
def test_programs_are_known_by_the_name_of_their_project(
    tmp_path: Path, files: dict[str, str], path: str, expected: str | None, file: str, text: str, line: int
) -> None:
    assert given(tmp_path, {**files, file: text}, path=path) == (expected and ("9000", file, line))


@pytest.mark.parametrize(
    "text", ["ExecStart=/usr/bin/chat\n", "ExecStart=\n--port 9000\n", "# ExecStart=chat -p 9000\n"]
)
def test_a_service_that_gives_no_option_leaves_the_default(tmp_path: Path, text: str) -> None:
    assert given(tmp_path, {**GO, "chat.service": f"[Service]\n{text}"}) is None


def test_a_service_without_the_option_outweighs_an_image_with_it(tmp_path: Path) -> None:
    files = {**GO, "chat.service": "[Service]\nExecStart=chat\n", "Dockerfile": "FROM scratch\nCMD chat -p 9000\n"}
    assert given(tmp_path, files) is None


def test_commands_that_differ_settle_nothing(tmp_path: Path) -> None:
    files = {**GO, "Procfile": "web: bin/chat -p 9000\n", "Dockerfile": "FROM scratch\nCMD chat -p 9001\n"}
    assert given(tmp_path, files) is None
