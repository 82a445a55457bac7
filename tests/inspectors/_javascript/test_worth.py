from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inspectors.helpers import repository
from tests.inspectors.scripts import reached
from wsdoctor.inspectors import javascript_clients
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.worth import NEEDLES, worth_reading

IMPORT = "import axios from 'axios'; "


@pytest.mark.parametrize(
    "code",
    [
        "totals.get(id); headers.get('a'); new Map()",
        "api.get(); fetch(); new EventSource()",
        "fetch('/api/x')",
        "const answer = await fetch(`/api/users/${user.id}`, { headers })",
        "import { User } from '../types'; const users: User[] = []; users.get(1)",
        "const dispatch = useAppDispatch(); dispatch(load({ id: state.get(1) }))",
        "const [target, setTarget] = useState(); window.fetch; setTarget(event.target)",
        "window.axios; onView(courier.name); secure(courier)",
        "const data = { a: 1 }; fetch",
        "send(base)",
        "function connect(url) { store.get(url) }",
    ],
)
def test_what_is_not_worth_reading(code: str) -> None:
    assert not worth_reading(code.encode())


@pytest.mark.parametrize(
    "code",
    [
        "fetch('//h:8765/x')",
        "fetch(`/${path}`)",
        "fetch('/a'.replace('/a', 'http://h:8765'))",
        "const fetch = make(); fetch('/x')",
        "run(({ fetch }) => fetch('/x'))",
        "import { ofetch as fetch } from 'ofetch'; fetch('/x')",
        "function fetch(path) { return call(path) } fetch('/x')",
        "fetch('/x', { baseURL })",
        "$fetch('/x')",
        "api.get('/x')",
        "useApi().get('/x')",
        "import { backend } from './api'; backend.get('/x')",
        "import { connect } from './api'; connect(URL); a.get(1)",
        "import { t } from './api'; t(URL); a.get(1)",
        "const call = useApi(); call(1); a.get(1)",
        "const api = inject(Api); api(1); a.get(1)",
        "const x = require('axios').create(); x('/y')",
        "axios.get('/x')",
        "new Backend(url); http",
        "new Client<Options>(url); a.get(1)",
        "const { get } = require('node:http'); get({ port: 8765 })",
        "location = next",
        "location.href = next",
        "<img src={url} />",
        "<Image source={{ uri: url }} />",
        "window.open(url)",
        "open(url); a.get(1)",
        "send<Answer>(base); fetch",
        "// " + "x" * 100_000,
    ],
)
def test_what_is_worth_reading(code: str) -> None:
    assert worth_reading(code.encode())


@pytest.mark.parametrize(
    ("code", "own", "worth"),
    [
        (IMPORT + "axios.get('/x')", False, False),
        (IMPORT + "axios.get('/x')", True, True),
        ("const axios = require('axios'); axios.post(`/x/${id}`, body)", False, False),
        ("import axios, { isAxiosError } from 'axios'; axios.get('/x')", False, False),
        ("axios.get('/x')", False, False),
        (IMPORT + "axios.get(path)", False, True),
        (IMPORT + "axios.get('http://h:8765/x')", False, True),
        (IMPORT + "axios.create()", False, False),
        (IMPORT + "axios.create({ baseURL: '/x' })", False, True),
        ("import axios from './axios'; axios.get('/x')", False, True),
        ("const axios = useApi(); axios.get('/x')", False, True),
        ("run((axios) => axios.get('/x'))", False, True),
        ("window.axios = make(); axios.get('/x')", False, True),
        (IMPORT + "axios.defaults.baseURL = base; axios.get('/x')", False, True),
    ],
)
def test_paths_that_axios_asks_for(code: str, own: bool, worth: bool) -> None:
    assert worth_reading(code.encode(), lambda _: own) is worth


def test_a_library_that_is_the_repositorys_own(tmp_path: Path) -> None:
    code = IMPORT + "axios.get('/x')"
    files = {
        "tsconfig.json": '{"compilerOptions": {"baseUrl": "src"}}',
        "src/axios.ts": "import http from 'redaxios'; export default http.create({ baseURL: 'http://h:8765' })",
    }
    assert reached(tmp_path, code, files, name="src/app.ts") == ["http://h:8765/x"]


def test_a_library_that_another_script_of_the_page_defines(tmp_path: Path) -> None:
    files = {
        "index.html": '<script src="setup.js"></script><script src="app.js"></script>',
        "setup.js": "window.axios = window.ky.create({ prefixUrl: 'http://h:8765' })",
    }
    assert reached(tmp_path, "axios.get('/x')", files, name="app.js") == ["http://h:8765/x"]


def test_line_ends_of_other_systems() -> None:
    code = "const a = 1;{0}const call = useApi();{0}call(url); a.get(1)"
    for end in ("\n", "\r\n", "\r"):
        assert javascript_clients.worth("a.ts", code.format(end).encode())
    assert not javascript_clients.worth("a.test.ts", code.format("\n").encode())
    assert not javascript_clients.worth("a.d.ts", code.format("\n").encode())


WRITTEN = st.sampled_from((b"axios.get(", b"from './", b"= use", b"new Api<", b"(url", b"fetch('/", b"\xe9"))


@given(st.lists(st.one_of(WRITTEN, st.binary(max_size=9)), max_size=20))
def test_any_bytes(pieces: list[bytes]) -> None:
    source = b"".join(pieces)
    if worth_reading(source, lambda _: False):
        assert worth_reading(source)


API = """\
import axios from 'axios';
export const API = 'http://h:8765';
export const connect = (url) => fetch(url);
export const api = axios.create({ baseURL: API });
"""
HEADS = (
    "import axios from 'axios'", "import { api } from './api'", "import { API as base, connect } from './api'",
    "const call = useApi()", "const { get } = require('http')", "window.axios = api", "const f = fetch",
    "import fetch from 'node-fetch'", "import { fetch } from './api'", "const { api: axios } = require('./api')",
    "let axios; axios = api", "const g = (fetch) => fetch('/x')", "import * as lib from './api'; const f = lib.connect",
    "function f(url) { return fetch(url) }", "class Api { constructor(b) { this.b = b } go() { fetch(this.b) } }",
    "import axios, { AxiosError } from 'axios'", "const { connect } = await import('./api')",
)  # fmt: skip
NAMES = ("axios", "api", "connect", "call", "get", "f", "fetch", "base", "API", "$", "ky", "open", "window.fetch",
         "location", "http", "io", "lib.api", "lib.connect")  # fmt: skip
GIVEN = ("", "'/x'", "`/x/${base}`", "'http://h:8765/y'", "base", "base + '/x'", "`${base}/x`", "API", "{ url: base }",
         "8765", "'/x', { baseURL: base }", "() => base", "'//h:8765'", "new URL('/x', base)", "lib.API")  # fmt: skip
CALLS = (
    "{n}({a})", "{n}.get({a})", "{n}.post({a})", "{n}.create({{ baseURL: {a} }})", "new WebSocket({a})", "new Api({a})",
    "{n}.open('GET', {a})", "{n} = {a}", "location.href = {a}", "<img src={{{a}}} />", "<object data={{{a}}} />",
    "<form action={{{a}}} />", "{n}<T>({a})", "await {n} ({a})", "{n}?.({a})", "({n} as Any).get({a})",
    "const q = {n}; q({a})", "const z = {n}.create({{ baseURL: base }}); z.get({a}); z({a})", "setBase({a})",
    "{n}.defaults.baseURL = {a}", "// {n}({a})", "{n}.get(\n{a},\n)", "{n}\n.get({a})", "{n}(/* c */ {a})",
)  # fmt: skip
CALL = st.builds(lambda call, n, a: call.format(n=n, a=a), *map(st.sampled_from, (CALLS, NAMES, GIVEN)))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(HEADS), max_size=4), st.lists(CALL, min_size=1, max_size=3))
def test_what_is_not_worth_reading_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heads: list[str], calls: list[str]
) -> None:
    code = ";\n".join([*heads, *calls])
    files = repository(tmp_path, {"api.ts": API, "app.tsx": code})
    quick = javascript_clients.inspect("app.tsx", files).callers
    with monkeypatch.context() as patch:
        patch.setattr(javascript_clients, "worth_reading", lambda *_: True)
        whole = javascript_clients.inspect("app.tsx", Repository(tmp_path)).callers
    if any(needle in code for needle in NEEDLES):
        assert quick == whole
        assert not whole or javascript_clients.worth("app.tsx", code.encode())
