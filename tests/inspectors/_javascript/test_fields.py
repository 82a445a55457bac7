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
