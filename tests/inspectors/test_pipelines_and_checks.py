"""Jenkins, Koyeb, Dokku, launches of an editor, Taskfiles, and tools that put a server under load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

JENKINS = """\
    pipeline {
      environment { PORT = '8765' }
      stages { stage('t') { steps {
        sh 'until curl -s http://localhost:8765/; do sleep 1; done'
        sh(script: "curl http://localhost:${env.PORT}/a")
        sh \"\"\"
          echo up
          curl -f http://localhost:${PORT}/b
        \"\"\"
        // sh 'curl http://localhost:8765/c'
        echo 'sh curl http://localhost:8765/d'
        push 'curl http://localhost:8765/e'
      } } }
    }
    """


def test_jenkins(tmp_path: Path) -> None:
    assert rows(tmp_path, "jenkins", "Jenkinsfile", JENKINS, "kind", "line") == [
        (8765, "http", "/", "wait", 4),
        (8765, "http", "/a", "wait", 5),
        (8765, "http", "/b", "wait", 8),
    ]


def test_jenkins_knows_the_environment(tmp_path: Path) -> None:
    files = {"Jenkinsfile": "sh 'curl localhost:$PORT/'\nsh 'curl localhost:$OTHER/'\n", ".env": "PORT=8765\n"}
    assert rows(tmp_path, "jenkins", "Jenkinsfile", files) == [(8765, "http", "/")]


def test_koyeb(tmp_path: Path) -> None:
    text = """\
        services:
          - name: ws
            ports: [{port: 8765, protocol: http}]
            health_checks:
              - http: {port: 8765, path: /h}
                interval: 9
              - tcp: {port: 8765}
              - http: {path: /none}
          - name: other
            definition:
              health_checks:
                - http: {port: 8766, method: head}
        """
    assert rows(tmp_path, "koyeb", "koyeb.yaml", text, "method", "period", "line") == [
        (8765, "http", "/h", "GET", 9.0, 5),
        (8765, "tcp", None, None, None, 7),
        (8766, "http", "/", "HEAD", None, 12),
    ]


def test_dokku(tmp_path: Path) -> None:
    text = """\
        {"healthchecks": {"web": [
          {"type": "startup", "path": "/h", "port": 8765, "wait": 3},
          {"type": "startup", "listening": true, "port": 8765},
          {"type": "startup", "uptime": 10}
        ]}}
        """
    assert rows(tmp_path, "dokku", "app.json", text, "period", "line") == [(8765, "http", "/h", 3.0, 2)]
    assert declared(tmp_path, "dokku", "app.json", '{"healthchecks": []}').callers == []
    found = declared(tmp_path, "dokku", "app.json", '{"healthchecks": {"web": [{"path": "/"}]}}')
    assert [one.text for one in found.notes] == ["the port of the service could not be followed"]


def test_what_vs_code_opens(tmp_path: Path) -> None:
    text = """\
        {"configurations": [
          {"name": "a", "serverReadyAction": {"uriFormat": "http://localhost:8765/x", "action": "openExternally"}},
          {"name": "b", "serverReadyAction": {"uriFormat": "http://localhost:%s"}},
          {"name": "c", "url": "http://localhost:8765"},
          "d"
        ]}
        """
    found = rows(tmp_path, "codespaces", "srv/.vscode/launch.json", text, "kind", "line")
    assert found == [(8765, "http", "/x", "navigation", 2)]


def test_a_taskfile(tmp_path: Path) -> None:
    text = """\
        vars: {PORT: 8765}
        tasks:
          up:
            cmds:
              - curl http://localhost:{{.PORT}}/a
              - curl http://localhost:${{ env.PORT }}/b
              - echo {{ printf "x" }}
        """
    assert [row[:3] for row in rows(tmp_path, "github-actions", "Taskfile.yml", text)] == [
        (8765, "http", "/a"),
        (8765, "http", "/b"),
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ab -n 100 -c 5 http://localhost:8765/", [(8765, "http", "/", "GET", "ApacheBench/")]),
        ("ab -i http://localhost:8765/", [(8765, "http", "/", "HEAD", "ApacheBench/")]),
        ("wrk -t2 -c10 -d 5s http://localhost:8765/x", [(8765, "http", "/x", "GET", None)]),
        ("hey -z 5s http://localhost:8765/", [(8765, "http", "/", "GET", "hey/")]),
        ("npx autocannon -c 10 http://localhost:8765/", [(8765, "http", "/", "GET", None)]),
        ("locust -f l.py --host http://localhost:8765", [(8765, "http", "/", None, None)]),
        ("hey out.txt", []),
        ("bombardier ws://localhost:8765/", []),
    ],
)
def test_load(tmp_path: Path, command: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "shell", "bench.sh", {"bench.sh": command + "\n"}, "method", "agent") == expected
