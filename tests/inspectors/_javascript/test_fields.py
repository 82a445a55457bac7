from pathlib import Path

import pytest

from tests.inspectors.scripts import reached

X = "http://h:8765/x"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class Config { static API = 'http://h:8765' } fetch(Config.API + '/x')", [X]),
        ("class Config { static get() { return 'http://h:8765' } } fetch(Config.get() + '/x')", [X]),
        ("class Config { static API } fetch(Config.API + '/x')", []),
        ("class Config {} fetch(Config.API + '/x')", []),
        ("function Config() {} fetch(Config.API + '/x')", []),
    ],
)
def test_static_members(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("url = 'http://h:8765'; go() { fetch(this.url + '/x') }", [X]),
        ("static {} url = 'http://h:8765'; go() { fetch(this.url + '/x') }", [X]),
        ("constructor() { this.url = 'http://h:8765' } go() { fetch(this.url + '/x') }", [X]),
        ("constructor() { this.url = null; this.url = 'http://h:8765' } go() { fetch(this.url + '/x') }", [X]),
        ("get url() { return 'http://h:8765' } go() { fetch(this.url + '/x') }", [X]),
        ("constructor(private url = 'http://h:8765') {} go() { fetch(this.url + '/x') }", [X]),
        ("constructor(private readonly other: Other) {} go() { fetch(this.other.url + '/x') }", [X]),
        ("constructor(private one: One, private other: Other) {} go() { fetch(this.other.url + '/x') }", [X]),
        ("constructor(private other: Absent) {} go() { fetch(this.other.url + '/x') }", []),
        ("constructor(other) {} go() { fetch(this.other.url + '/x') }", []),
        ("go() { fetch(this.absent + '/x') }", []),
    ],
)
def test_fields_of_instances(tmp_path: Path, body: str, expected: list[str]) -> None:
    code = f"class One {{}} class Other {{ url = 'http://h:8765' }} class Api {{ {body} }}"
    assert reached(tmp_path, code) == expected


def test_fields_are_inherited(tmp_path: Path) -> None:
    api = "go() { fetch(this.url + '/x') }"
    assert reached(tmp_path, f"class Base {{ url = 'http://h:8765' }} class Api extends Base {{ {api} }}") == [X]
    assert reached(tmp_path, f"import {{ Base }} from 'pkg'; class Api extends Base {{ {api} }}") == []
    assert reached(tmp_path, f"class Api extends mixin(Base) {{ {api} }}") == []
    assert reached(tmp_path, f"class Api extends Api {{ {api} }}") == []


def test_what_a_constructor_was_given_is_what_its_fields_are(tmp_path: Path) -> None:
    code = "class Api { constructor(base) { this.base = base } }\nconst a = new Api('http://h:8765'); "
    assert reached(tmp_path, code + "fetch(a.base + '/x')") == [X]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("data() { return { url: 'http://h:8765' } }, methods: { go() { fetch(this.url + '/x') } }", [X]),
        ("data: () => ({ url: 'http://h:8765' }), methods: { go() { fetch(this.url + '/x') } }", [X]),
        ("computed: { url() { return 'http://h:8765' } }, methods: { go() { fetch(this.url + '/x') } }", [X]),
        ("url: 'http://h:8765', go() { fetch(this.url + '/x') }", [X]),
        ("inner: { url: 'http://h:8765', go() { fetch(this.url + '/x') } }", [X]),
        ("data() { return unknown }, methods: { go() { fetch(this.url + '/x') } }", []),
    ],
)
def test_options_of_components(tmp_path: Path, options: str, expected: list[str]) -> None:
    assert reached(tmp_path, f"export default {{ {options} }}", name="web/src/app.js") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const app = {}; app.base = 'http://h:8765'; fetch(app.base + '/x')", [X]),
        ("var app = app || {}; app.url = function (p) { return 'http://h:8765' + p; }; fetch(app.url('/x'))", [X]),
        ("const app = {}; app.net = { port: 8765 }; fetch(`http://h:${app.net.port}/x`)", [X]),
        ("const app = { base: '' }; app.base = 'http://h:8765'; fetch(app.base + '/x')", []),
        ("const app = {}; other.base = 'http://h:8765'; fetch(app.base + '/x')", []),
        ("const app = {}; app.base = unknown(); fetch(app.base + '/x')", []),
    ],
)
def test_what_is_put_into_objects_after_they_were_made(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


def test_what_another_module_puts_into_an_object_of_its_own(tmp_path: Path) -> None:
    files = {"web/src/app.ts": "export const app = {}; app.base = 'http://h:8765'; export const own = 1;"}
    code = "import { app } from './app'; fetch(app.base + '/x')"
    assert reached(tmp_path, code, files, "web/src/use.ts") == [X]
