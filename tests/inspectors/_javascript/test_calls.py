from pathlib import Path

import pytest

from tests.inspectors.scripts import reached, script

X = "http://h:8765/x"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fetch(' http://h:8765/x'.trim())", [X]),
        ("fetch('http://h:8765/x'.trim())", [X]),
        ("fetch('http://h:8765/x/'.slice(0, -1))", [X]),
        ("fetch('!http://h:8765/x'.substring(1))", [X]),
        ("fetch('http://h:8765/x'.slice(0, 5))", []),
        ("fetch('http://h:8765/x'.padEnd(40))", []),
        ("fetch('http://h:8766/x'.replace('8766', '8765'))", [X]),
        ("fetch('http://h:8765/x'.replace(pattern, ''))", []),
        ("fetch('http://h:8765/x'.replace('x', fresh()))", []),
        ("fetch(['http://h', 8765].join(':') + '/x')", [X]),
        ("fetch(['http://h:8765', 'x'].join('/'))", [X]),
        ("fetch([base, 8765].join(':'))", []),
        ("fetch(list.join('/'))", []),
    ],
)
def test_methods_of_texts_and_lists(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const u = ref('http://h:8765/x'); fetch(u.value)", [X]),
        ("const u = computed(() => 'http://h:8765/x'); fetch(u.value)", [X]),
        ("const u = computed({ get: () => 'http://h:8765/x', set: keep }); fetch(u.value)", [X]),
        ("const u = computed({ set: keep }); fetch(u.value)", []),
        ("const u = useMemo(() => { return 'http://h:8765/x' }, []); fetch(u)", [X]),
        ("const [u, set] = useState('http://h:8765/x'); fetch(u)", [X]),
        ("const state = useState('http://h:8765/x'); fetch(state[0])", [X]),
        ("const u = Object.assign({ other: 1 }, { url: 'http://h:8765/x' }); fetch(u.url)", [X]),
        ("const u = Object.freeze({ url: 'http://h:8765/x' }); fetch(u.url)", [X]),
        ("const send = fetch.bind(window); send('http://h:8765/x')", [X]),
        ("const all = ['a'].concat(['http://h:8765/x']); fetch(all[1])", []),
        ("fetch(`http://h:8765/${encodeURIComponent(name)}`)", ["http://h:8765/*"]),
        ("fetch(String('http://h:8765/x'))", [X]),
        ("const v2 = api.extend({ prefixUrl: 'http://h:8765/v2' }); v2.get('x'); import api from 'ky'",
         ["http://h:8765/v2", "http://h:8765/v2/x"]),
    ],
)  # fmt: skip
def test_what_hands_a_value_on(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const { URL_OF } = require('./urls'); fetch(URL_OF)", [X]),
        ("const urls = await import('./urls'); fetch(urls.URL_OF)", [X]),
        ("const urls = await import(chosen); fetch(urls.URL_OF)", []),
        ("const urls = await import(); fetch(urls.URL_OF)", []),
        ("const urls = require(chosen); fetch(urls.URL_OF)", []),
        ("const urls = require('./absent'); fetch(urls.URL_OF)", []),
    ],
)
def test_modules_that_are_called_for(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code, {"web/src/urls.ts": "export const URL_OF = 'http://h:8765/x';\n"}) == expected


def test_settings_of_an_application(tmp_path: Path) -> None:
    told = "const app = express(); app.set('port', 8765); fetch(`http://h:${app.get('port')}/x`)"
    assert reached(tmp_path, told) == [X]
    assert reached(tmp_path, "app.set('port'); fetch(`http://h:${app.get('port')}/x`)") == []
    assert reached(tmp_path, "app.set('port', 8765); fetch(`http://h:${app.get(name)}/x`)") == []


def test_environments_that_are_called_for(tmp_path: Path) -> None:
    files = {".env": "API_URL=http://h:8765\n"}
    assert reached(tmp_path, "fetch(Deno.env.get('API_URL') + '/x')", files) == [X]
    assert reached(tmp_path, "fetch(Deno.env.get(name) + '/x')", files) == []
    assert reached(tmp_path, "fetch(Bun.env.API_URL + '/x')", files) == [X]
    loaded = "import { loadEnv } from 'vite'; const env = loadEnv(mode, '.'); fetch(env.API_URL + '/x')"
    assert reached(tmp_path, loaded, files) == [X]


@pytest.mark.parametrize(
    ("config", "expected"), [("web/nuxt.config.ts", [X]), ("nuxt.config.ts", [X]), ("docs/nuxt.config.ts", [])]
)
def test_the_configuration_of_nuxt_counts_for_its_folder(tmp_path: Path, config: str, expected: list[str]) -> None:
    files = {config: "export default defineNuxtConfig({ runtimeConfig: { public: { api: 'http://h:8765' } } })"}
    assert reached(tmp_path, "const c = useRuntimeConfig(); $fetch(c.public.api + '/x')", files) == expected


@pytest.mark.parametrize("code", ["fetch(a.)", "fetch((", "fetch(b()())", "fetch(c.d.e.f())", "fetch(this.f())"])
def test_what_is_broken_or_unknown_reaches_nothing(tmp_path: Path, code: str) -> None:
    assert script(tmp_path, code).callers == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fetch('http://' + WS.slice(secure ? 6 : 5))", ["http://h:8765/x"]),
        ("fetch('http' + WS.slice(WS.indexOf(':')))", ["http://h:8765/x"]),
        ("fetch('http://' + WS.slice(WS.indexOf('://') + 3))", ["http://h:8765/x"]),
        ("fetch('http://' + WS.slice(WS.indexOf('://') + n))", []),
        ("fetch('http://' + WS.slice(WS.indexOf('@')))", []),
        ("fetch('http://' + WS.slice(WS.length))", []),
        ("fetch('http://' + WS.slice(find()))", []),
    ],
)
def test_texts_that_are_cut(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, f"const WS = 'ws://h:8765/x'; {code}") == expected
