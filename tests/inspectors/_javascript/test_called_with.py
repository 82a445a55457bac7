"""Requests of functions and classes that are told where to go by those who call them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.scripts import script

HTTP = 'const http = require("node:http");\n'
GET = "http.get({ host: 'localhost', port, path: '/h' }, (answer) => answer.resume());"
OF_BOTH = GET.replace(": '/h'", "")
OF_THIS = GET.replace("port,", "port: this.port,")
OF_TARGET = GET.replace("port, path: '/h'", "port: target.port, path: target.path")
ASKED = "check({ port: 3000, path: '/a' });\ncheck({ port: 8081, path: '/b' });\n"
MADE = "new Probe(8081).run();\n"
SERVICES = "const services = { web: 'http://localhost:3000', live: 'http://localhost:8081' };\n"
TARGETS = "const TARGETS = [{ port: 3000, path: '/a' }, { port: 8081, path: '/b' }];\n"


def called(tmp_path: Path, code: str, files: dict[str, str] | None = None) -> list[tuple[str, int, int | None, str]]:
    """Return file, line, port and path of each request of a script."""
    callers = script(tmp_path, code, files, "ops/check.js").callers
    return [(one.location.file, one.location.line, one.to.port, one.path or "") for one in callers]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"function check(port) {{\n  {GET}\n}}\ncheck(3000);\ncheck(8081);\n", [(5, 3000, "/h"), (6, 8081, "/h")]),
        (f"const check = (port) => {{\n  {GET}\n}};\nsetInterval(() => check(8081), 1000);\n", [(5, 8081, "/h")]),
        (
            f"function check({{ port, path }}) {{\n  {OF_BOTH}\n}}\n" + ASKED,
            [(5, 3000, "/a"), (6, 8081, "/b")],
        ),
        (f"function check(port) {{\n  {GET}\n}}\n[3000, 8081].forEach(check);\n", [(5, 3000, "/h"), (5, 8081, "/h")]),
        (f"{TARGETS}for (const {{ port, path }} of TARGETS) {GET}\n", [(3, 3000, "/h"), (3, 8081, "/h")]),
        (
            f"{TARGETS}function check(target) {{\n  {OF_TARGET}\n}}\nfor (const one of TARGETS) check(one);\n",
            [(6, 3000, "/a"), (6, 8081, "/b")],
        ),
        (
            f"class Probe {{\n  constructor(port) {{ this.port = port; }}\n  run() {{ {OF_THIS} }}\n}}\n{MADE}",
            [(6, 8081, "/h")],
        ),
        (
            f"function ask(port) {{\n  {GET}\n}}\nfunction check(port) {{ ask(port); }}\ncheck(8081);\n",
            [(6, 8081, "/h")],
        ),
        (f"function check(port) {{\n  {GET}\n  check(port);\n}}\n", []),
        (f"function check(port) {{\n  {GET}\n}}\ncheck(free());\n", []),
        (f"form.check(8081);\nfunction check(port) {{\n  {GET}\n}}\nform.check(8081);\n", []),
        (f"const check = make();\nmodule.exports = (port) => {GET}\ncheck(8081);\n", []),
    ],
)  # fmt: skip
def test_in_the_same_file(tmp_path: Path, code: str, expected: list[tuple[int, int, str]]) -> None:
    assert called(tmp_path, HTTP + code) == [("ops/check.js", *one) for one in expected]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{SERVICES}for (const [name, url] of Object.entries(services)) http.get(url + '/h');\n", [3000, 8081]),
        (f"{SERVICES}Object.values(services).forEach((url) => http.get(url));\n", [3000, 8081]),
        ("for (const [name, url] of Object.entries(unknown)) http.get(url);\n", []),
    ],
)  # fmt: skip
def test_of_what_objects_hold(tmp_path: Path, code: str, expected: list[int]) -> None:
    assert [port for _, _, port, _ in called(tmp_path, HTTP + code)] == expected


def test_in_another_file(tmp_path: Path) -> None:
    helper = f"{HTTP}exports.check = function (port) {{\n  {GET}\n}};\n"
    files = {
        "ops/own.js": "const { check } = require('./check');\ncheck(8081);\n",
        "ops/other.js": "const check = (form) => form.valid;\ncheck(3000);\n",
    }
    assert called(tmp_path, helper, files) == [("ops/own.js", 2, 8081, "/h")]


def test_a_port_that_is_not_known_is_none(tmp_path: Path) -> None:
    assert called(tmp_path, f"{HTTP}function check(port) {{\n  {GET}\n}}\n") == []
    assert called(tmp_path, f"{HTTP}http.get({{ host: 'localhost', path: '/h' }}, done);\n") == [
        ("ops/check.js", 2, 80, "/h")
    ]


SET_UP = f"""{HTTP}const ports = {{ web: 4000, live: 8081 }};
function answers(port) {{
  return new Promise((resolve) => {{ http.get({{ host: "127.0.0.1", port, path: "/h" }}, resolve); }});
}}
module.exports = async () => {{
  for (const port of [ports.web, ports.live]) await answers(port);
}};
"""


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"jest.config.js": "module.exports = { globalSetup: './test/setup.js' };\n"}, [4000, 8081]),
        ({"package.json": '{"jest": {"globalSetup": "<rootDir>/test/setup.js"}}'}, [4000, 8081]),
        ({"jest.config.js": "module.exports = { globalSetup: './test/other.js' };\n"}, []),
        ({}, []),
    ],
)
def test_what_runs_before_tests_to_wait(tmp_path: Path, config: dict[str, str], expected: list[int]) -> None:
    found = script(tmp_path, SET_UP, config, "test/setup.js").callers
    assert [(one.to.port, one.location.line) for one in found] == [(port, 7) for port in expected]


BASE = "class Base { constructor(origin) { this.origin = origin; } get(path) { return fetch(this.origin + path); } }\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{BASE}class Api extends Base {{}}\nnew Api('http://h:8765');\n", [(3, 8765)]),
        (f"{BASE}class Mid extends Base {{}}\nclass Api extends Mid {{}}\nnew Api('http://h:8765');\n", [(4, 8765)]),
        (
            (
                f"{BASE.replace('fetch', 'f')}class Api extends Base {{ go() {{ fetch(this.origin + '/x'); }} }}\n"
                "new Api('http://h:8765');\n"
            ),
            [(3, 8765)],
        ),
        (f"{BASE}class Api extends mixin(Base) {{}}\nnew Api('http://h:8765');\n", []),
        ("class Api extends Api {}\nnew Api('http://h:8765');\n", []),
        ("class Api { go() { fetch(this.origin); } }\nnew Api('http://h:8765');\n", []),
    ],
)
def test_classes_whose_bases_have_the_constructor(tmp_path: Path, code: str, expected: list[tuple[int, int]]) -> None:
    assert [(line, port) for _, line, port, _ in called(tmp_path, code)] == expected
