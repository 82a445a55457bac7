from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors import declared
from wsdoctor.judging import judgements
from wsdoctor.rules import load_rules


@pytest.mark.parametrize(
    ("path", "text", "ports"),
    [
        ("web/src/application.properties", "a=1\nserver.port=8080\n", [(8080, 2, "spring-boot")]),
        ("application-dev.properties", "server.port = ${PORT:9090}\n", [(9090, 1, "spring-boot")]),
        ("application.properties", "management.server.port=8081\n", []),
        ("application.yml", "server:\n  servlet: {}\n  port: 8080\n", [(8080, 3, "spring-boot")]),
        ("application.yaml", "server:\n  port: ${PORT:8080}\n", [(8080, 2, "spring-boot")]),
        ("application.yml", "client:\n  port: 8080\n", []),
        ("config/puma.rb", 'port ENV.fetch("PORT") { 3000 }\n', [(3000, 1, "puma")]),
        ("config/puma.rb", "port 9292\n", [(9292, 1, "puma")]),
    ],
)
def test_where_they_listen(tmp_path: Path, path: str, text: str, ports: list[tuple[int, int, str]]) -> None:
    found = inspect("other servers", path, repository(tmp_path, {path: text})).listeners
    assert [(each.port, each.location.line, each.framework) for each in found] == ports
    assert {each.speaks for each in found} <= {"both"}


def test_a_page_that_may_call_another_server_on_the_same_port_is_not_accused(tmp_path: Path) -> None:
    page = {
        "live/ws.py": "import websockets\nasync def main():\n    await websockets.serve(h, '0.0.0.0', 8080)\n",
        "ui/a.js": "fetch('http://localhost:8080/api/users')\n",
    }
    rules = load_rules()
    accused = [each for each in judgements(declared(repository(tmp_path / "a", page)), rules) if each.held]
    assert len(accused) == 1
    page["web/src/main/resources/application.properties"] = "server.port=8080\n"
    assert not any(each.held for each in judgements(declared(repository(tmp_path / "b", page)), rules))
