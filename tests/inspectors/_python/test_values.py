from pathlib import Path

import pytest

from tests.inspectors.programs import called, listener, ports
from wsdoctor.inspectors._python import values


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(port := 8765)", [8765]),
        ("{**{'a': 8765}, 'b': 1}['a']", [8765]),
        ("{**unknown, 'a': 8765}['a']", [8765]),
        ("{name: 1, 'a': 8765}['a']", [8765]),
        ("([1] + [8765])[1]", [8765]),
        ("[1, 8765][-1]", [None]),
        ("[8765][9]", [None]),
        ("Ports['ws']", [8765]),
        ("Ports[0]", [None]),
        ("ready and 8765", [8765]),
        ("None or 8765", [8765]),
        ("None or unknown", [None]),
        ("0 or 8765", [8765]),
        ("1 if ready else 8765", [1, 8765]),
        ("9000 - 235", [8765]),
        ("1753 * 5", [8765]),
        ("8765 / 0", [None]),
        ("-8765", [None]),
        ("not 8765", [None]),
        ("8765.0", [None]),
        ("...", [None]),
        ("b'8765'", [None]),
        ("int('%d' % 8765)", [8765]),
        ("int('%(port)s' % {'port': 8765})", [8765]),
        ("int('%%' % ())", [None]),
        ("int(8 % 3)", [None]),
    ],
)
def test_what_expressions_come_to(tmp_path: Path, expression: str, expected: list[int | None]) -> None:
    code = f"from enum import Enum\nclass Ports(Enum):\n    ws = 8765\nserve(h, '', {expression})"
    assert ports(tmp_path, code) == expected


def test_what_is_awaited(tmp_path: Path) -> None:
    code = "async def port(): return 8765\nasync def main(): serve(h, '', await port())"
    assert ports(tmp_path, code) == [8765]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'http://h:%d/%s' % (8765, 'x')", ["http://h:8765/x"]),
        ("'http://h:%s/100%%' % 8765", ["http://h:8765/100%"]),
        ("'http://h:%s/x' % unknown", []),
        ("8765 % 'x'", []),
        ("'http://h:8765' '/x'", ["http://h:8765/x"]),
        ("f'http://h:{8765:d}/x'", ["http://h:8765/x"]),
        ("f'http://h:{port}/x'", ["http://h:8765/x"]),
        ("base / 'x'", ["http://h:8765/x"]),
    ],
)
def test_texts_that_are_put_together(tmp_path: Path, expression: str, expected: list[str]) -> None:
    code = f"import requests, yarl\nport = 8765\nbase = yarl.URL('http://h:8765')\nrequests.get({expression})"
    assert called(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python app/server.py --port 8765", 8765),
        ("python app/server.py --port=8765", 8765),
        ("python app/server.py -p 8765", 8765),
        ("python app/server.py --port $PORT", 1),
        ("python app/server.py --port", 1),
        ("python other.py --port 8765", 1),
    ],
)
def test_options_that_a_command_gives(tmp_path: Path, command: str, expected: int) -> None:
    code = (
        "import argparse\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('-p', '--port', type=int, default=1)\n"
        "parser.add_argument('--host')\nargs = parser.parse_args()\nserve(h, '', args.port)"
    )
    assert listener(tmp_path, code, {"Procfile": f"web: {command}\n"}).port == expected


def test_a_repository_with_too_many_files_is_not_searched_for_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, files = "def run(port): serve(h, '', port)", {"app/main.py": "from server import run\nrun(8765)\n"}
    assert ports(tmp_path, code, files) == [8765]
    monkeypatch.setattr(values, "FAR_FILES", 1)
    assert ports(tmp_path, code, files) == [None]
