from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HEALTHCHECK CMD curl -f http://localhost:8765/h\n", [(8765, "http", "/h", 2, None, 30.0)]),
        (
            "HEALTHCHECK --interval=5s \\\n  CMD wget -q --spider http://127.0.0.1:8765/ || exit 1\n",
            [(8765, "http", "/", 2, 3, 5.0)],
        ),
        ('HEALTHCHECK CMD ["curl", "-f", "http://localhost:8765"]\n', [(8765, "http", "/", 2, None, 30.0)]),
        ("ENV PORT=8765\nHEALTHCHECK CMD curl -f localhost:${PORT}/x\n", [(8765, "http", "/x", 3, None, 30.0)]),
        ("ENV PORT 8765\nHEALTHCHECK CMD curl -f localhost:$PORT\n", [(8765, "http", "/", 3, None, 30.0)]),
        ("ARG P=8765\nENV Q=$P\nHEALTHCHECK CMD curl localhost:$Q\n", [(8765, "http", "/", 4, None, 30.0)]),
        ("HEALTHCHECK CMD nc -z localhost 8765\n", [(8765, "tcp", None, 2, None, 30.0)]),
        ("HEALTHCHECK CMD curl localhost:1\nHEALTHCHECK CMD curl localhost:2\n", [(2, "http", "/", 3, None, 30.0)]),
        ("HEALTHCHECK CMD curl localhost:1\nHEALTHCHECK NONE\n", []),
        ("# HEALTHCHECK CMD curl localhost:1\nEXPOSE 8765\n", []),
    ],
)
def test_health_checks(tmp_path: Path, text: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "docker", "Dockerfile", "FROM x\n" + text, "line", "end", "period") == expected


def test_stages_inherit_and_only_what_is_built_counts(tmp_path: Path) -> None:
    text = (
        "FROM a AS base\nHEALTHCHECK CMD curl localhost:1\nFROM b AS unused\nHEALTHCHECK CMD curl localhost:2\n"
        "FROM base\nCMD x\n"
    )
    assert rows(tmp_path, "docker", "Dockerfile", text) == [(1, "http", "/")]


def test_targets_of_compose_are_built(tmp_path: Path) -> None:
    files = {
        "Dockerfile": """\
            FROM a AS api
            HEALTHCHECK CMD curl localhost:1
            FROM b AS ws
            HEALTHCHECK CMD curl localhost:2
            """,
        "compose.yml": """\
            services:
              api: {build: {context: ., target: api}}
              ws: {build: {context: ., target: ws}}
            """,
    }
    found = rows(tmp_path, "docker", "Dockerfile", files, "unit")
    assert (1, "http", "/", "api") in found
    assert (2, "http", "/", "ws") in found


def test_compose_has_the_last_word(tmp_path: Path) -> None:
    files = {
        "ws/Dockerfile": "FROM a\nHEALTHCHECK CMD curl localhost:8765\n",
        "compose.yml": "services:\n  ws:\n    build: ws\n    healthcheck: {test: nc -z localhost 8765}\n",
    }
    assert rows(tmp_path, "docker", "ws/Dockerfile", files) == []


def test_unit_is_the_service_that_is_built(tmp_path: Path) -> None:
    files = {
        "ws/Dockerfile": "FROM a\nHEALTHCHECK CMD curl localhost:$PORT/\n",
        "compose.yml": "services:\n  chat:\n    build: ws\n    environment: {PORT: '8765'}\n",
    }
    assert rows(tmp_path, "docker", "ws/Dockerfile", files, "unit") == [(8765, "http", "/", "chat")]


def test_empty_file(tmp_path: Path) -> None:
    assert declared(tmp_path, "docker", "Dockerfile", "").callers == []
