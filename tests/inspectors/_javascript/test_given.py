from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors._javascript import tree

WS = "const { WebSocketServer } = require('ws');\n"
START = "function start(host, port) { new WebSocketServer({ port }); }\n"


def ports(tmp_path: Path, code: str, **files: str) -> list[int | None]:
    whole = repository(tmp_path, {"srv/index.js": WS + code, **files})
    found = inspect("node servers", "srv/index.js", whole).listeners
    return [one.port for one in found if one.port is not None]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (START + "start('h', 8765);", [8765]),
        (START + "start('h');", []),
        (START + "start('h'); start('h', 8765);", [8765]),
        (START, []),
        ("function f(port) { new WebSocketServer({ port }); }\nf(8765);", []),
        ("const start = (port) => { new WebSocketServer({ port }); };\nstart(8765);", [8765]),
        ("exports.start = function (port) { new WebSocketServer({ port }); };\nexports.start(8765);", [8765]),
        ("const all = { start: (port) => new WebSocketServer({ port }) };\nall.start(8765);", [8765]),
        ("const all = { start(port) { new WebSocketServer({ port }); } };\nall.start(8765);", [8765]),
        ("class Live { constructor(port) { new WebSocketServer({ port }); } }\nnew Live(8765);", [8765]),
        ("class Live { open(port) { new WebSocketServer({ port }); } }\nlive.open(8765);", [8765]),
        ("new (class { constructor(port) { new WebSocketServer({ port }); } })(8765);", []),
        ("run((port) => new WebSocketServer({ port }), 8765);", []),
        ("function start(port) { new WebSocketServer({ port }); start(port); }", []),
    ],
)
def test_what_callers_give_for_a_port(tmp_path: Path, code: str, expected: list[int | None]) -> None:
    assert ports(tmp_path, code) == expected


def test_callers_in_other_files_count_but_not_in_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "srv/a.test.js": "start('h', 1);",
        "srv/big.js": "start('h', 2);\n" + "x = 1;\n" * 100_000,
        "srv/main.js": "require('./index').start('h', 8765);",
    }
    code = START + "module.exports = { start };"
    assert ports(tmp_path, code, **files) == [8765]
    monkeypatch.setattr(tree, "_MAX_FILES", 1)
    assert ports(tmp_path, code, **files) == []


def test_only_so_many_values_are_kept(tmp_path: Path) -> None:
    calls = "".join(f"start('h', {9000 + n});\n" for n in range(20))
    assert ports(tmp_path, START + calls) == [9000]
