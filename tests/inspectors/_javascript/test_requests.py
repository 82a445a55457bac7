from pathlib import Path

import pytest

from tests.inspectors.scripts import reached, script

X = "http://h:8765/x"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("window.fetch('http://h:8765/x')", [X]),
        ("new window.EventSource('http://h:8765/x')", ["eventsource://h:8765/x"]),
        ("const o = { new WebSocket('ws://h:8765/x') }", []),
        ("if (api.get < 3) api.get()", []),
        ("const api = 'x'; api.get('http://h:8765/x')", []),
        ("const { location = 'http://h:8765/x' } = page; let location = 'http://h:8765/x'", []),
        ("location = 'http://h:8765/x'", [X]),
        ("$('#side').load('http://h:8765/x')", [X]),
        ("$('#side').load(); form.load('http://h:8765/x'); f($('#a')).load('http://h:8765/y')", ["http://h:8765/y"]),
        ("const { net } = require('electron'); net.request('http://h:8765/x')", [X]),
        ("import axios from 'axios'; axios.interceptors.request.use((c) => { c.baseURL = 'http://h:8765'; return c; })",
         ["http://h:8765"]),
        ("self.onfetch = (e) => { const u = new URL(e.request.url); u.port = '8765'; fetch(u.toString()); }",
         ["http://:8765/*"]),
        ("const u = new URL(e.other.link); u.port = '8765'; fetch(u.toString())", []),
        ("fetch()", []),
        ("const f = pick(); f('http://h:8765/x')", []),
        ("run((fetch) => fetch('http://h:8765/x'))", []),
        ("for (const fetch of all) fetch('http://h:8765/x')", []),
        ("fetch; new; x.get; y.open(1)", []),
        ("axios.get()", []),
        ("import axios from 'axios'; axios.interceptors.request.use('http://h:8765/x')", []),
        ("import axios from 'axios'; const a = axios.create({ baseURL: 'http://h:8765' }); a('/x'); a.connect('/y')",
         ["http://h:8765", X]),
        ("import axios from 'axios'; const lib = dev ? axios : mock; lib.create({ baseURL: 'http://h:8765' })",
         ["http://h:8765"]),
        ("import axios from 'axios'; const api = axios.create({ baseURL: 'http://h:8765' }); api.get('http://k:8766/y')",
         ["http://h:8765", "http://k:8766/y"]),
        ("import axios from 'axios'; const a = axios.create(); a.get('http://h:8765/x')", [X]),
        ("import { make } from './make'; make.create({ baseURL: 'http://h:8765/x' })", []),
        ("$http.request('GET', 'http://h:8765/x')", []),
        ("a.defaults.baseURL = 'http://h:8765'; a.baseURL = 'http://h:8766'", ["http://h:8765"]),
        ("document.querySelector('a').href = 'http://h:8765/x'", [X]),
        ("const href = 'http://h:8765/x'; const { src } = img", []),
        ("img.src; a.href == 'http://h:8765/x'", []),
        ("x.src[0] = 'http://h:8765/x'", []),
        ("builder.withUrl('http://h:8765/x')", []),
        ("new XMLHttpRequest(); db.open('GET'); db.open('DB', 'http://h:8765/x')", []),
        ("caches.open('v').then((cache) => cache.addAll(['http://h:8765/x', new Request(1), other]))", [X]),
        ("fetch(new Request('http://h:8765/x'))", [X, X]),
        ("fetch(new Request(unknown)); fetch(new Request())", []),
        ("const o = { hostname: 'h', port: 8765, path: '/x' }; http.get(o); import http from 'http'", [X]),
        ("import http from 'http'; http.get({ path: '/x' }); http.get({ socketPath: '/tmp/s' })", []),
        ("import http from 'http'; http.request({ port: 8765, protocol: 'https:' })", ["https://localhost:8765/"]),
        ("new EventSource(() => 'http://h:8765/x')", ["eventsource://h:8765/x"]),
    ],
)  # fmt: skip
def test_what_is_a_request_and_what_is_none(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


def test_angular_requests_by_name_of_the_method(tmp_path: Path) -> None:
    code = """\
        import { HttpClient } from '@angular/common/http';
        export class Things {
          constructor(private http: HttpClient) {}
          list() { return this.http.request('delete', 'http://h:8765/x'); }
          other(how: string) { return this.http.request(how, 'http://h:8765/y'); }
        }
        """
    found = script(tmp_path, code, name="src/app/things.service.ts").callers
    assert [(one.method, one.path) for one in found] == [("DELETE", "/x"), (None, "/y")]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class Api { constructor(u) { fetch(u) } } new Api('http://h:8765/x')", [X]),
        ("class Api { constructor(u) { fetch(u) } } new Api(unknown)", []),
        ("class Api { go() { fetch('http://h:8766/y') } } new Api('http://h:8765/x')", ["http://h:8766/y"]),
        ("class Api {} new Api('http://h:8765/x')", []),
        ("import { Api } from './absent'; new Api(unknown)", []),
        ("new Api", []),
    ],
)
def test_classes_that_are_given_a_url(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("exported", "expected"),
    [
        ("export const send = (u) => fetch(u)", [X]),
        ("export function send(url) { return other(url) }\nfunction other(url) { return fetch(url) }", [X]),
        ("export const send = fetch", [X]),
        ("import axios from 'axios'\nexport const send = axios", [X]),
        ("import axios from 'axios'\nexport const send = axios.create({ baseURL: 'http://k:1' })", [X]),
        ("export const send = (u) => log(u)", []),
        ("export const send = 'text'", []),
    ],
)
def test_functions_of_other_files_that_are_given_a_url(tmp_path: Path, exported: str, expected: list[str]) -> None:
    code = "import { send } from './send'; send('http://h:8765/x'); send(unknown)"
    assert reached(tmp_path, code, {"web/src/send.ts": exported}) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const A = () => <img src='http://h:8765/x' />", [X]),
        ("const A = () => <img src={} />", []),
        ("const A = () => <img alt='http://h:8765/x' />", []),
        ("const A = () => <Box src='http://h:8765/x' />", []),
        ("const A = () => <Image source={{ uri: 'http://h:8765/x' }} />", [X]),
        ("const A = () => <Image source={[{ uri: 'http://h:8765/x' }]} />", [X]),
        ("const A = () => <Video poster={{ uri: 'http://h:8765/x' }} />", []),
        ("const conf = { uri: 'http://h:8765/x' }; const src = 'http://h:8765/x'", []),
    ],
)
def test_attributes_of_elements(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


GET_JSON = """\
const getJson = async (authority, path) => {
  const answer = await fetch(`http://${authority}${path}`);
  return answer.json();
};
"""


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        ("'localhost'", ["http://localhost:8765/eta"]),
        ("hostOf(scriptUrl)", ["http://?:8765/eta"]),
        ("Platform.OS === 'android' ? '10.0.2.2' : 'localhost'",
         ["http://10.0.2.2:8765/eta", "http://localhost:8765/eta"]),
        ("Platform.select({ android: '10.0.2.2', default: 'localhost' })",
         ["http://10.0.2.2:8765/eta", "http://localhost:8765/eta"]),
        ("Platform.select(unknown)", ["http://?:8765/eta"]),
    ],
)  # fmt: skip
def test_helpers_that_are_given_host_and_port(tmp_path: Path, machine: str, expected: list[str]) -> None:
    code = f"import {{ Platform }} from 'react-native';\n{GET_JSON}const machine = {machine};\n"
    code += "const live = `${machine}:8765`;\nexport const eta = () => getJson(live, '/eta');\n"
    assert reached(tmp_path, code) == expected
    (first, *_) = script(tmp_path, code).callers
    assert (first.location.line, 3 in [one.line for one in first.also]) == (8, True)
    assert reached(tmp_path, f"{GET_JSON}getJson(`${{machine}}`, '/eta');\n") == []


@pytest.mark.parametrize(
    "helper",
    [
        "function ask(port, path) { return fetch('http://localhost:' + port + path); }",
        "async function ask(port, path) {\n  return await fetch(`http://localhost:${port}${path}`);\n}",
        "const ask = (port, path) => axios.get(`http://localhost:${port}${path}`);",
        "const ask = function (port: number, path: string) { return fetch(`http://localhost:${port}${path}`); };",
        "const ask = async <T>(port: number, path: string): Promise<T> => fetch(`http://localhost:${port}${path}`);",
    ],
)
def test_helpers_that_are_given_a_port(tmp_path: Path, helper: str) -> None:
    calls = "const LIVE = 8765;\nask(LIVE, '/x');\nask(8000, '/y');\nask(free(), '/z');\nother(8765, '/w');\n"
    assert reached(tmp_path, f"{helper}\n{calls}") == ["http://localhost:8765/x", "http://localhost:8000/y"]


@pytest.mark.parametrize(
    ("helper", "line"),
    [
        ("const client = (port) => axios.create({ baseURL: `http://h:${port}` });\nconst liveApi = client(8765);\n", 4),
        ("const url = (port) => `http://h:${port}`;\nconst liveApi = { get: (p) => fetch(url(8765) + p) };\n", 4),
        ("const client = () => axios.create({ baseURL: 'http://h:8765' });\nconst liveApi = client(1);\n", 3),
    ],
)
def test_what_a_helper_makes_is_told_where_it_is_called(tmp_path: Path, helper: str, line: int) -> None:
    code = f"import axios from 'axios';\n\n{helper}liveApi.get('/x');\n"
    lines = {one.location.line for one in script(tmp_path, code).callers if one.path == "/x" or "url" in helper}
    assert lines == {line}
