from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from tests.inspectors.scripts import reached, script

URL = "const u = new URL('http://h:8765/x'); "


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (URL + "fetch(u.href)", ["http://h:8765/x"]),
        (URL + "fetch('http://' + u.host + '/y')", ["http://h:8765/y"]),
        (URL + "fetch('http://' + u.hostname + ':' + u.port + '/y')", ["http://h:8765/y"]),
        (URL + "fetch(u.origin + u.pathname)", ["http://h:8765/x"]),
        (URL + "fetch(u.protocol + '//k:8766')", ["http://k:8766/"]),
        (URL + "fetch(u.search)", []),
        ("const u = new URL(location.href); fetch('http://' + u.hostname + ':8765/x')", ["http://:8765/x"]),
        ("const u = new URL(document.baseURI); u.port = '8765'; fetch(u)", ["http://:8765/*"]),
    ],
)
def test_parts_of_urls(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (URL + "u.protocol = 'https:'; u.host = 'k:8766'; fetch(u)", "https://k:8766/x"),
        (URL + "u.hostname = 'k'; fetch(u)", "http://k:8765/x"),
        (URL + "u.port = '8766'; u.pathname = '/y'; fetch(u)", "http://h:8766/y"),
        (URL + "u.port = other; fetch(u)", "http://h:8765/x"),
        (URL + "fetch(u); u.port = '8766'", "http://h:8765/x"),
    ],
)
def test_parts_that_are_assigned_before_it_is_used(tmp_path: Path, code: str, expected: str) -> None:
    assert reached(tmp_path, code) == [expected]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fetch(new URL('http://h:8765/x', location.href))", "http://h:8765/x"),
        ("fetch(new URL('c', 'http://h:8765/a/b'))", "http://h:8765/a/c"),
        ("fetch(new URL('/c', 'http://h:8765/a/b'))", "http://h:8765/c"),
        ("fetch(new URL(path, 'http://h:8765/a/b'))", "http://h:8765/*"),
    ],
)
def test_a_url_against_a_base(tmp_path: Path, code: str, expected: str) -> None:
    assert reached(tmp_path, code) == [expected]


@pytest.mark.parametrize(
    ("index", "expected"), [("0", "http://:8765/x"), ("1", "http://?:8765/x"), ("7", "http://?:8765/x"), ("n", "http://?:8765/x")]
)  # fmt: skip
def test_a_part_of_a_text_that_is_split(tmp_path: Path, index: str, expected: str) -> None:
    assert reached(tmp_path, f"fetch('http://' + location.host.split(':')[{index}] + ':8765/x')") == [expected]


@pytest.mark.parametrize("code", ["list.map(f)[0]", "'a-b'.split(sign)[0]", "'a-b'.split()[0]", "f()[0]"])
def test_other_parts_are_unknown(tmp_path: Path, code: str) -> None:
    assert reached(tmp_path, f"fetch('http://' + {code} + ':8765/x')") == ["http://?:8765/x"]


def test_settings_that_are_loaded_when_a_page_runs(tmp_path: Path) -> None:
    code = "fetch(window.RUNTIME.api + '/x'); fetch(window.ABSENT.api + '/y')"
    files = {"web/public/env-config.js": "window.RUNTIME = { api: 'http://h:8765' };\n", "web/other-config.js": "x\n"}
    (caller,) = script(tmp_path, code, files).callers
    assert (caller.to.port, caller.path, caller.location.file) == (8765, "/x", "web/public/env-config.js")


def test_what_a_server_inserts_in_a_page(tmp_path: Path) -> None:
    files = {
        "app.py": "API_PORT = 8765\nOTHER = call()\n\n\n"
        "def home():\n    return render_template('index.html', api_port=API_PORT, other=OTHER, shown='a', none=x)\n",
        "late.py": "def late():\n    return render_template('index.html', late=8766)\n",
    }
    page = (
        "<script>fetch('http://h:{{ api_port }}/a'); fetch('http://h:{{ late }}/b');"
        "fetch('http://h:{{ other }}/c'); fetch('http://h:{{ none }}/d'); fetch('http://h:{{ 2 * 3 }}/e')</script>"
    )
    name = "templates/index.html"
    found = inspect("html pages", name, repository(tmp_path, {name: page, **files}))
    assert [(one.to.port, one.path) for one in found.callers] == [(8765, "/a"), (8766, "/b")]


def test_the_line_that_changes_scheme_or_port_of_a_url_is_the_one_and_not_its_path(tmp_path: Path) -> None:
    code = "const u = new URL('ws://h:8765');\nu.protocol = 'http:';\nu.pathname = '/x';\nfetch(u);\n"
    (caller,) = script(tmp_path, code).callers
    assert (caller.location.line, caller.path) == (2, "/x")
