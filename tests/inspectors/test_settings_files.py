"""What files of a project set, and which of it code means that asks for a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors._settings_files import project_of, setting, settings_of

MODULE = {"package.json": "{}"}


def found(
    tmp_path: Path, files: dict[str, str], keys: tuple[str, ...] = ("server.port",), named: tuple[str, ...] = ()
) -> object:
    """Return the value of some keys and where it is set, None if there is none."""
    told = setting(keys, "src/main.x", repository(tmp_path, {**MODULE, "src/main.x": "", **files}), named)
    return told and (told[0], told[1].file, told[1].line)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("app.properties", "# server.port=1\nserver.port=8765\n", [("server.port", "8765", 2)]),
        ("app.properties", "! note\nserver.port: 8765\n", [("server.port", "8765", 2)]),
        ("app.ini", "[server]\n; port = 1\nport = 8765 ; ours\n", [("server/port", "8765", 3)]),
        ("app.cfg", "[a.b] # ours\nport = 'x'\n\nnothing\n", [("a/b/port", "x", 2)]),
        ("app.conf", "server {\n  port = 8765\n}\nport = 1\n", [("server/port", "8765", 2), ("port", "1", 4)]),
        ("app.conf", "a { b { port = 1 } }\nport = 2\n", [("a/b/port", "1", 1), ("port", "2", 2)]),
        ("app.conf", 'a { "b": { port = ${?PORT} }}\nc = 2\n', [("a/b/port", "${?PORT}", 1), ("c", "2", 2)]),
        (
            "app.conf",
            "a {\n  u = ws://${HOST}:80/\n}\nc = 2\n",
            [("a/u", "ws://${HOST}:80/", 2), ("c", "2", 4)],
        ),
        ("app.conf", "} }\n// port = 1\nport = 2\n", [("port", "2", 3)]),
        ("app.toml", "[server]\nport = 8765\n", [("server/port", "8765", 2)]),
        ("app.toml", "server = {port = 8765, tls = true}\nhosts = ['a']\n", [("server/port", "8765", 1)]),
        ("app.yaml", "server:\n  port: 8765\n  hosts: [a]\n", [("server/port", "8765", 2)]),
        ("app.yml", "a: 1\n---\nb: 2\n", [("a", "1", 1), ("b", "2", 3)]),
        ("app.yml", "8765\n", []),
        ("app.yml", "a: [\n", []),
        ("app.json", '{"server": {"port": 8765}}', [("server/port", "8765", 1)]),
        ("app.json5", "// ours\n{server: {port: 8765},}", [("server/port", "8765", 2)]),
        ("app.json", "{", []),
    ],
)
def test_what_a_file_sets(tmp_path: Path, name: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    known = settings_of(name, repository(tmp_path, {name: text}))
    assert [("/".join(one.keys), one.text, one.location.line) for one in known] == expected


def test_what_is_too_large_or_too_deep_is_left_out(tmp_path: Path) -> None:
    deep = "".join(f"{' ' * depth}k{depth}:\n" for depth in range(12)) + " " * 12 + "port: 1\n"
    files = repository(tmp_path, {"large.ini": "a = 1\n" * 40_000, "deep.yaml": deep})
    assert settings_of("large.ini", files) == settings_of("deep.yaml", files) == ()


def test_files_are_read_once_as_long_as_there_is_room(tmp_path: Path) -> None:
    files = repository(tmp_path, {"a.ini": "port = 1\n"})
    first = settings_of("a.ini", files)
    assert settings_of("a.ini", files) is first
    for number in range(401):
        settings_of(f"absent/{number}.ini", files)
    again = settings_of("a.ini", files)
    assert again == first
    assert again is not first


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"config/app.yaml": "server:\n  port: 8765\n"}, ("8765", "config/app.yaml", 2)),
        ({"config/app.yaml": "prod:\n  server:\n    port: 8765\n"}, ("8765", "config/app.yaml", 3)),
        ({"config/app.yaml": "server:\n  port: 8765\nold:\n  server:\n    port: 1\n"}, ("8765", "config/app.yaml", 2)),
        ({"a.properties": "server.port=1\n", "b.properties": "server.port=2\n"}, None),
        ({"a.properties": "server.port=1\n", "b.properties": "server.port=1\n"}, ("1", "a.properties", 1)),
        ({"a.properties": "server.port=1\nserver.port=2\n"}, ("2", "a.properties", 2)),
        ({"a.conf": "server.port = 8765\nserver.port = ${?PORT}\n"}, ("8765", "a.conf", 1)),
        ({"a.conf": "server.port = 1\nserver.port = ${?PORT}\n", ".env": "PORT=8765\n"}, ("8765", "a.conf", 2)),
        ({"a.properties": "server.port=${PORT:8765}\n"}, ("8765", "a.properties", 1)),
        ({"a.properties": "server.port=${PORT}\n"}, None),
        ({"a.properties": "other.port=1\nport=1\n"}, None),
        ({"tests/a.properties": "server.port=1\n"}, None),
        ({"compose.yaml": "server:\n  port: 1\n"}, None),
        ({"other/go.mod": "module x\n", "other/a.properties": "server.port=1\n"}, None),
    ],
)
def test_what_a_key_means(tmp_path: Path, files: dict[str, str], expected: object) -> None:
    assert found(tmp_path, files) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("server", "port"), "1"),
        (("Server__Port",), "1"),
        (("server:port",), "1"),
        (("wsPort",), "2"),
        (("ws_port",), "2"),
        (("port",), None),
        (("",), None),
        ((), None),
    ],
)
def test_how_keys_are_spelled(tmp_path: Path, keys: tuple[str, ...], expected: str | None) -> None:
    told = found(tmp_path, {"a.yaml": "server:\n  port: 1\nws-port: 2\n"}, keys)
    assert told == (expected and (expected, "a.yaml", {"1": 2, "2": 3}[expected]))


@pytest.mark.parametrize(
    ("files", "named", "expected"),
    [
        (("a.yaml", "b.yaml"), ("./a.yaml",), "a.yaml"),
        (("src/a.yaml", "a.yaml"), ("a.yaml",), "src/a.yaml"),
        (("other/x/a.yaml", "b/a.yaml"), ("a.yaml",), "b/a.yaml"),
        (("a.yaml",), ("absent.yaml",), "a.yaml"),
        (("a.yaml",), ("folder/",), "a.yaml"),
    ],
)
def test_files_that_the_code_names_come_first(
    tmp_path: Path, files: tuple[str, ...], named: tuple[str, ...], expected: str
) -> None:
    written = {name: f"server:\n  port: {number}\n" for number, name in enumerate(files)}
    assert found(tmp_path, written, named=named) == (str(files.index(expected)), expected, 2)


def test_the_closest_project_around_a_file(tmp_path: Path) -> None:
    files = repository(tmp_path, {"go.mod": "", "a/b/Cargo.toml": "", "a/b/src/main.rs": "", "a/x.go": ""})
    assert [project_of(path, files) for path in ("a/b/src/main.rs", "a/x.go", "x.go")] == ["a/b", "", ""]
