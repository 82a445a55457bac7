"""Load tests with Locust."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import rows

USER = """\
    from locust import HttpUser, task
    HOST = 'http://localhost:8765'
    class U(HttpUser):
        %s
        @task
        def t(self):
            self.client.get('/a')
            self.client.post(name)
            self.other.get('/b')
            self.client.wait()
    class Other:
        host = 'http://localhost:8766'
    """


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("host = 'http://localhost:8765'", [(8765, "http", "/a", "GET", 4), (8765, "http", None, "POST", 4)]),
        ("host = HOST", [(8765, "http", "/a", "GET", 4), (8765, "http", None, "POST", 4)]),
        ("host = 'ws://localhost:8765'", []),
        ("wait_time = 1", []),
    ],
)
def test_users(tmp_path: Path, line: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "locust", "load/locustfile.py", USER % line, "method", "line") == expected


def test_users_that_are_quick(tmp_path: Path) -> None:
    text = (USER % "host = HOST").replace("HttpUser", "FastHttpUser")
    found = rows(tmp_path, "locust", "locustfile.py", text, "product", "agent")
    assert found[0] == (8765, "http", "/a", "python", None)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert rows(tmp_path, "locust", "locustfile.py", "import locust\x00\n") == []
