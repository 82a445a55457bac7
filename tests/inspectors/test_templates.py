from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors import _templates


def asked(tmp_path: Path, expression: str, files: dict[str, str]) -> list[tuple[int | None, str]]:
    name = "templates/index.html"
    page = f"<script>fetch('http://h:{{{{ {expression} }}}}/x')</script>"
    found = inspect("html pages", name, repository(tmp_path, {name: page, **files}))
    return [(one.to.port, one.location.file) for one in found.callers]


VIEW = "def home():\n    return render_template('index.html', ws_port={})\n"


@pytest.mark.parametrize(
    ("expression", "files", "expected"),
    [
        ("ws_port", {"app.py": VIEW.format(8765)}, [8765]),
        ("ws_port | int", {"app.py": VIEW.format("'8765'")}, [8765]),
        ("ws_port", {"app.py": "PORT = 8765\n\n" + VIEW.format("PORT")}, [8765]),
        ("ws_port", {"app.py": VIEW.format("True")}, []),
        ("ws_port", {"app.py": VIEW.format("unknown()")}, []),
        ("ws_port", {"app.py": VIEW.format("(")}, []),
        ("ws_port", {"app.py": VIEW.format(8765).replace("index.html", "other.html")}, []),
        ("ws_port", {"tests/test_app.py": VIEW.format(8765)}, []),
        ("other", {"app.py": VIEW.format(8765)}, []),
        ("2 * 3", {"app.py": VIEW.format(8765)}, []),
        ("config['WS_PORT']", {"app.py": "app.config['WS_PORT'] = 8765\n"}, [8765]),
        ("ws_port", {"app.py": "@app.context_processor\ndef give():\n    return {'ws_port': 8765}\n"}, [8765]),
        ("ws_port", {"server.js": "app.get('/', (q, r) => r.render('index', { ws_port: 8765 }));\n"}, [8765]),
        ("ws_port", {"server.js": "r.render('index', { ws_port });\nconst ws_port = 8765;\n"}, [8765]),
        ("ws_port", {"server.js": "// 'index' ws_port\n" + "x = 1;\n" * 100_000}, []),
    ],
)
def test_what_a_server_inserts(tmp_path: Path, expression: str, files: dict[str, str], expected: list[int]) -> None:
    assert [port for port, _ in asked(tmp_path, expression, files)] == expected


def test_only_so_many_files_that_name_the_template_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"a{n}.py": "# index.html ws_port\n" for n in range(3)} | {"b.py": VIEW.format(8765)}
    assert [port for port, _ in asked(tmp_path, "ws_port", files)] == [8765]
    monkeypatch.setattr(_templates, "_MAX_HITS", 2)
    assert asked(tmp_path, "ws_port", files) == []
