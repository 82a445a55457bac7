from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Caller, Declared


def script(tmp_path: Path, code: str, name: str = "web/src/app.js", **files: str) -> Declared:
    return inspect("javascript clients", name, repository(tmp_path, {name: code, **files}))


def only(found: Declared) -> Caller:
    assert len(found.callers) == 1, found.callers
    return found.callers[0]


def said(caller: Caller) -> tuple[str, str, str | None, int | None, str | None]:
    return caller.kind, caller.protocol, caller.method, caller.to.port, caller.path


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fetch('http://localhost:8765/x?y=1')", ("client-code", "http", "GET", 8765, "/x")),
        ("fetch(`https://${location.hostname}:8765/x`)", ("client-code", "https", "GET", 8765, "/x")),
        ("fetch('http://localhost:8765/x', { method: 'post' })", ("client-code", "http", "POST", 8765, "/x")),
        ("fetch(location.protocol + '//' + location.hostname + ':8765/x')", ("client-code", "http", "GET", 8765, "/x")),
        ("fetch(`http://${host}:8765/users/${id}/posts`)", ("client-code", "http", "GET", 8765, "/users/*/posts")),
        ("window.fetch(new URL('/x', 'http://localhost:8765'))", ("client-code", "http", "GET", 8765, "/x")),
        ("const r = new Request('http://localhost:8765/x')", ("client-code", "http", None, 8765, "/x")),
        ("fetch(location.origin.replace(/:\\d+$/, ':8765') + '/x')", ("client-code", "http", "GET", 8765, "/x")),
        ("fetch('ws://localhost:8765/x'.replace(/^ws/, 'http'))", ("client-code", "http", "GET", 8765, "/x")),
        ("fetch(['http://localhost', 8765].join(':') + '/x')", ("client-code", "http", "GET", 8765, "/x")),
        ("fetch('http://localhost:'.concat(8765, '/x'))", ("client-code", "http", "GET", 8765, "/x")),
        ("const o = { a: { b: 8765 } }; fetch(`http://h:${o.a['b']}/x`)", ("client-code", "http", "GET", 8765, "/x")),
        ("const { p } = { p: 8765 }; fetch(`http://h:${p}/x`)", ("client-code", "http", "GET", 8765, "/x")),
        ("const p = '8765' as const; fetch(`http://h:${p!}/x`)", ("client-code", "http", "GET", 8765, "/x")),
        ("let u; u = 'http://h:8765/x'; fetch(u)", ("client-code", "http", "GET", 8765, "/x")),
        ("for (const u of ['http://h:8765/x']) fetch(u)", ("client-code", "http", "GET", 8765, "/x")),
        ("['http://h:8765/x'].forEach((u) => fetch(u))", ("client-code", "http", "GET", 8765, "/x")),
        ("function base() { return 'http://h:8765'; } fetch(base() + '/x')",
         ("client-code", "http", "GET", 8765, "/x")),
        ("const url = (p) => `http://h:8765${p}`; fetch(url('/x'))", ("client-code", "http", "GET", 8765, "/x")),
        ("fetch(`http://${location.host.split(':')[0]}:8765/x`)", ("client-code", "http", "GET", 8765, "/x")),
        ("const u = new URL(location.href); u.port = 8765; u.pathname = '/x'; fetch(u)",
         ("client-code", "http", "GET", 8765, "/x")),
        ("import axios from 'axios'; axios.put('http://h:8765/x', {})", ("client-code", "http", "PUT", 8765, "/x")),
        ("import axios from 'axios'; axios({ method: 'delete', url: 'http://h:8765/x' })",
         ("client-code", "http", "DELETE", 8765, "/x")),
        ("axios.defaults.baseURL = 'http://h:8765'", ("client-code", "http", None, 8765, None)),
        ("const axios = require('axios'); axios({ baseURL: 'http://h:8765', url: 'x' })",
         ("client-code", "http", "GET", 8765, "/x")),
        ("import ky from 'ky'; ky.post('http://h:8765/x')", ("client-code", "http", "POST", 8765, "/x")),
        ("import request from 'superagent'; request.get('http://h:8765/x')",
         ("client-code", "http", "GET", 8765, "/x")),
        ("$.ajax({ url: 'http://h:8765/x', type: 'PATCH' })", ("client-code", "http", "PATCH", 8765, "/x")),
        ("$.getJSON('http://h:8765/x', f)", ("client-code", "http", "GET", 8765, "/x")),
        ("const x = new XMLHttpRequest(); x.open('POST', 'http://h:8765/x')",
         ("client-code", "http", "POST", 8765, "/x")),
        ("navigator.sendBeacon('http://h:8765/x', d)", ("client-code", "http", "POST", 8765, "/x")),
        ("new EventSource('http://h:8765/x')", ("realtime-client", "eventsource", "GET", 8765, "/x")),
        ("new SockJS('http://h:8765/x')", ("realtime-client", "sockjs", "GET", 8765, "/x")),
        ("import { io } from 'socket.io-client'; io('http://h:8765')",
         ("realtime-client", "socket.io", "GET", 8765, "/socket.io/")),
        ("new HubConnectionBuilder().withUrl('http://h:8765/x').build()",
         ("realtime-client", "signalr", "GET", 8765, "/x")),
        ("location.href = 'http://h:8765/x'", ("navigation", "http", "GET", 8765, "/x")),
        ("window.open('http://h:8765/x')", ("navigation", "http", "GET", 8765, "/x")),
        ("location.assign('http://h:8765/x')", ("navigation", "http", "GET", 8765, "/x")),
        ("const i = new Image(); i.src = 'http://h:8765/x'", ("subresource", "http", "GET", 8765, "/x")),
        ("new ApolloClient({ uri: 'http://h:8765/x' }); import { ApolloClient } from '@apollo/client'",
         ("client-code", "http", "POST", 8765, "/x")),
        ("import { fetchBaseQuery as q } from '@reduxjs/toolkit/query/react'; q({ baseUrl: 'http://h:8765/x' })",
         ("client-code", "http", None, 8765, "/x")),
        ("import useSWR from 'swr'; useSWR('http://h:8765/x', f)", ("client-code", "http", "GET", 8765, "/x")),
        ("new WebSocket('ws://h:8765/x')", ("websocket-client", "ws", "GET", 8765, "/x")),
        ("new WebSocket('https://h:8765/x')", ("websocket-client", "wss", "GET", 8765, "/x")),
        ("new WebSocket('http://h:8765/x'.replace('http', 'ws'))", ("websocket-client", "ws", "GET", 8765, "/x")),
        ("import { WebSocket } from 'ws'; new WebSocket('wss://h:8765/x')",
         ("websocket-client", "wss", "GET", 8765, "/x")),
        ("import useWebSocket from 'react-use-websocket'; useWebSocket('ws://h:8765/x')",
         ("websocket-client", "ws", "GET", 8765, "/x")),
        ("import http from 'node:http'; http.get({ host: 'h', port: 8765, path: '/x' })",
         ("client-code", "http", "GET", 8765, "/x")),
        ("const https = require('https'); https.request('https://h:8765/x', { method: 'HEAD' })",
         ("client-code", "https", "HEAD", 8765, "/x")),
    ],
)  # fmt: skip
def test_what_opens_a_connection(tmp_path: Path, code: str, expected: tuple[object, ...]) -> None:
    assert said(only(script(tmp_path, code, "web/src/app.tsx"))) == expected


@pytest.mark.parametrize(
    "code",
    [
        "// fetch('http://localhost:8765/x')",
        "/* new EventSource('http://localhost:8765/x') */",
        "const text = \"fetch('http://localhost:8765/x')\";",
        "fetch('/x'); fetch('./y.json'); axios.get('api')",
        "fetch('https://api.example.com/x')",
        "cache.get('http://localhost:8765/x'); map.delete('http://localhost:8765/x')",
        "console.log('http://localhost:8765/x'); expect(url).toBe('http://localhost:8765/x')",
        "function fetch() {} fetch('http://localhost:8765/x')",
        "fetch(unknown); fetch(`${base}/x`); fetch(f())",
        "url.replace('http://localhost:8765/x', ''); $(el).load(); x.open('a', 'http://localhost:8765')",
        "<a title='http://localhost:8765' />",
        "let a = a + b; let b = b + a; fetch(a)",
        "fetch('ws://localhost:8765/x')",
        "fetch('http://localhost:99999/x')",
        "fetch(",
    ],
)
def test_what_opens_none_that_is_known(tmp_path: Path, code: str) -> None:
    assert script(tmp_path, code, "web/src/app.jsx").callers == []


@pytest.mark.parametrize(
    "name", ["src/app.test.js", "src/__tests__/app.js", "cypress/e2e/x.cy.ts", "src/Button.stories.tsx", "src/x.d.ts"]
)
def test_tests_and_stories_are_left_out(tmp_path: Path, name: str) -> None:
    assert script(tmp_path, "fetch('http://localhost:8765/x')", name).callers == []


def test_examples_are_not_sure(tmp_path: Path) -> None:
    assert only(script(tmp_path, "fetch('http://localhost:8765/x')", "examples/a.js")).sure < 0.5


def test_a_constant_with_the_port_is_the_line_to_change(tmp_path: Path) -> None:
    files = {
        "ui/src/settings/index.ts": """\
            const HOST = window.location.hostname
            export const PORTS = { http: 5000, live: 8765 }
            export const things = `http://${HOST}:${PORTS.live}/things`
            export const ok = `http://${HOST}:${PORTS.http}/things`
            """,
        "ui/src/api.ts": "import { things, ok } from '@/settings'\nfetch(things)\nfetch(ok)\n",
    }
    found = inspect("javascript clients", "ui/src/api.ts", repository(tmp_path, files))
    wrong, right = found.callers
    assert (wrong.location.file, wrong.location.line) == ("ui/src/settings/index.ts", 3)
    assert [(place.file, place.line) for place in wrong.also] == [
        ("ui/src/api.ts", 2),
        ("ui/src/settings/index.ts", 2),
    ]
    assert (wrong.to.host, wrong.to.port, wrong.path) == ("", 8765, "/things")
    assert right.to.port == 5000


def test_a_constant_that_sockets_use_too_is_not_at_fault(tmp_path: Path) -> None:
    files = {
        "ui/src/base.js": "export const BASE = 'http://localhost:8765';\nexport default BASE;\n",
        "ui/src/live.js": "import BASE from './base';\nnew WebSocket(BASE.replace(/^http/, 'ws') + '/live');\n",
        "ui/src/api.js": "import { BASE } from './base';\n\nfetch(BASE + '/things');\n",
    }
    found = inspect("javascript clients", "ui/src/api.js", repository(tmp_path, files))
    caller = only(found)
    assert (caller.location.file, caller.location.line) == ("ui/src/api.js", 3)
    assert [place.file for place in caller.also] == ["ui/src/base.js"]


def test_environment_files(tmp_path: Path) -> None:
    files = {
        "ui/package.json": '{"dependencies": {"vite": "5"}}',
        "ui/.env.development": "VITE_A=http://localhost:8765\n",
        "ui/.env.example": "VITE_C=http://localhost:8765\n",
        "ui/src/a.js": """\
            import axios from 'axios'
            const api = axios.create({ baseURL: import.meta.env.VITE_A })
            export const list = () => api.get('/list')
            export const b = () => fetch((import.meta.env.VITE_B ?? 'http://localhost:5000') + '/b')
            export const c = () => fetch(import.meta.env.VITE_C || 'http://localhost:5000/c')
            export const d = () => fetch(import.meta.env.VITE_D_URL + '/d')
            """,
    }
    found = inspect("javascript clients", "ui/src/a.js", repository(tmp_path, files))
    made, used, default, first, sample = found.callers
    for caller in (made, used):
        assert (caller.location.file, caller.location.line) == ("ui/.env.development", 1)
    assert made.path is None
    assert used.path == "/list"
    assert default.to.port == 5000
    assert (first.to.port, sample.to.port) == (5000, 8765)
    assert sample.sure < first.sure
    assert [note.location.line for note in found.notes] == [6]
    assert "VITE_D_URL" in found.notes[0].text


def test_choices_give_each_what_it_may_be(tmp_path: Path) -> None:
    found = script(
        tmp_path,
        "const dev = process.env.NODE_ENV !== 'production';\n"
        "const base = dev ? 'http://localhost:8765' : 'https://x.example.com';\nfetch(base + '/x');\n"
        "const scheme = location.protocol === 'https:' ? 'wss' : 'ws';\nnew WebSocket(`${scheme}://${location.host}/ws`);\n",
    )
    http, *sockets = found.callers
    assert (http.to.port, http.location.line) == (8765, 2)
    assert {caller.protocol for caller in sockets} == {"ws", "wss"}
    assert all(caller.to == sockets[0].to and caller.to.port is None for caller in sockets)


def test_functions_of_ones_own_that_fetch(tmp_path: Path) -> None:
    files = {
        "web/http.js": "export async function getJson(url, o = {}) { const r = await fetch(url, o); return r.json() }\n"
        "export function other(url) { return url }\n",
        "web/app.js": "import { getJson, other } from './http.js'\n\n"
        "getJson('http://localhost:8765/status')\nother('http://localhost:8765/x')\n"
        "const post = (u) => fetch(u, { method: 'POST' })\npost(`http://localhost:8765/p`)\n",
    }
    found = inspect("javascript clients", "web/app.js", repository(tmp_path, files))
    assert [(one.location.line, one.path, one.method) for one in found.callers] == [
        (3, "/status", "GET"),
        (6, "/p", "POST"),
    ]


def test_classes_with_a_base(tmp_path: Path) -> None:
    files = {
        "web/client.ts": """\
            import axios, { AxiosInstance } from 'axios'
            export class Base { url = 'http://localhost:8765' }
            export class Client extends Base {
              private http: AxiosInstance
              constructor(private base: string) { super(); this.http = axios.create({ baseURL: base }) }
              list() { return this.http.get('/list') }
              raw() { return fetch(`${this.base}/raw`) }
              get root() { return this.url }
              up() { return fetch(this.root + '/up') }
            }
            """,
        "web/app.ts": "import { Client } from './client'\nexport const c = new Client('http://localhost:9000')\n",
    }
    folder = repository(tmp_path, files)
    up = only(inspect("javascript clients", "web/client.ts", folder))
    assert (up.path, up.location.line) == ("/up", 2)
    found = inspect("javascript clients", "web/app.ts", folder)
    assert {(one.path, one.to.port) for one in found.callers} == {(None, 9000), ("/list", 9000), ("/raw", 9000)}
    assert {one.location.line for one in found.callers} == {2}


def test_angular(tmp_path: Path) -> None:
    files = {
        "src/environments/environment.ts": "export const environment = {\n  api: 'http://localhost:8765'\n};\n",
        "src/environments/environment.prod.ts": "export const environment = {\n  api: 'https://x.example.com:8443'\n};\n",
        "src/app/things.service.ts": """\
            import { HttpClient } from '@angular/common/http';
            import { environment } from '../environments/environment';
            export class Things {
              private readonly base = `${environment.api}/things`;
              private http2 = inject(HttpClient);
              constructor(private http: HttpClient) {}
              list() { return this.http.get<Array<Thing>>(this.base); }
              add() { return this.http2.post(`${this.base}/add`, {}); }
            }
            """,
    }
    found = inspect("javascript clients", "src/app/things.service.ts", repository(tmp_path, files))
    assert {(one.method, one.to.port, one.location.file.rpartition("/")[2]) for one in found.callers} == {
        ("GET", 8765, "environment.ts"),
        ("GET", 8443, "environment.prod.ts"),
        ("POST", 8765, "environment.ts"),
        ("POST", 8443, "environment.prod.ts"),
    }


def test_imports_of_all_kinds(tmp_path: Path) -> None:
    files = {
        "tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"#conf/*": ["lib/conf/*"]}}} // x',
        "lib/conf/urls.ts": "export * from './inner';\nexport enum P { ws = 8765 }\n",
        "lib/conf/inner.ts": "export { A as B } from './deep';\nconst hidden = 1; export { hidden };\n",
        "lib/conf/deep.ts": "const A = 'http://localhost:8765'; export { A };\n",
        "packages/shared/package.json": '{"name": "@acme/shared", "main": "src/index.ts"}',
        "packages/shared/src/index.ts": "export default { url: 'http://localhost:8766' };\n",
        "old/common.js": "module.exports = { url: 'http://localhost:8767', port: 1 };\n",
        "old/data.json": '{\n  "url": "http://localhost:8768"\n}\n',
        "web/app.ts": "import { B, P } from '#conf/urls'; import shared from '@acme/shared';\n"
        "import data from '../old/data.json'; const { url } = require('../old/common');\n"
        "import * as all from 'lib/conf/urls';\n"
        "fetch(B + '/b'); fetch(shared.url + '/s'); fetch(url); fetch(data.url);\n"
        "fetch(`http://localhost:${P.ws}/p`); fetch(all.B + '/all');\n",
    }
    found = inspect("javascript clients", "web/app.ts", repository(tmp_path, files))
    assert [(one.to.port, one.location.file) for one in found.callers] == [
        (8765, "lib/conf/deep.ts"),
        (8766, "packages/shared/src/index.ts"),
        (8767, "old/common.js"),
        (8768, "old/data.json"),
        (8765, "web/app.ts"),
        (8765, "lib/conf/deep.ts"),
    ]


def test_scripts_that_share_a_page(tmp_path: Path) -> None:
    files = {
        "web/index.html": "<script src='config.js'></script><script src='/app.js'></script>",
        "web/config.js": "var API = 'http://localhost:8765';\nwindow.LIVE = { url: 'http://localhost:8766' };\n",
        "web/app.js": "fetch(API + '/x'); fetch(window.LIVE.url + '/y');\n",
    }
    found = inspect("javascript clients", "web/app.js", repository(tmp_path, files))
    assert [(one.to.port, one.location.file, one.location.line) for one in found.callers] == [
        (8765, "web/config.js", 1),
        (8766, "web/config.js", 2),
    ]


@pytest.mark.parametrize(
    ("name", "package", "code", "product", "kind"),
    [
        ("a.js", "{}", "document.title; fetch('http://h:8765')", "browser", "client-code"),
        ("a.js", "{}", "#!/usr/bin/env node\nfetch('http://h:8765')", "node", "client-code"),
        ("a.js", '{"dependencies": {"express": "4"}}', "fetch('http://h:8765')", "node", "client-code"),
        ("a.js", '{"dependencies": {"react": "18"}}', "fetch('http://h:8765')", "browser", "client-code"),
        ("server/a.js", '{"dependencies": {"next": "14"}}', "fetch('http://h:8765')", "node", "client-code"),
        ("a.js", '{"dependencies": {"expo": "50"}}', "fetch('http://h:8765')", "react-native", "client-code"),
        ("App.tsx", "{}", "fetch('http://h:8765')", "browser", "client-code"),
        ("sw.js", "{}", "self.addEventListener('fetch', e => fetch('http://h:8765'))", "service-worker", "client-code"),
        ("healthcheck.js", "{}", "require('http').get('http://h:8765')", "node", "client-code"),
        ("wait-for-server.mjs", "{}", "#!/usr/bin/env node\nfetch('http://h:8765')", "node", "wait"),
        ("monitor.js", "{}", "#!/usr/bin/env node\nfetch('http://h:8765')", "node", "client-code"),
        ("a.ts", "{}", "Deno.exit; fetch('http://h:8765')", "node", "client-code"),
    ],
)
def test_who_runs_a_script(tmp_path: Path, name: str, package: str, code: str, product: str, kind: str) -> None:
    files = repository(tmp_path, {f"app/{name}": code, "app/package.json": package})
    caller = only(inspect("javascript clients", f"app/{name}", files))
    assert (caller.product, caller.kind) == (product, kind)
    assert caller.to.unit == ("app" if product.startswith("node") else None)


def test_caches_of_service_workers_and_images_of_react_native(tmp_path: Path) -> None:
    worker = script(tmp_path, "caches.open('x').then((cache) => cache.addAll(['/', 'http://h:8765/x.css']));")
    assert said(only(worker)) == ("client-code", "http", "GET", 8765, "/x.css")
    image = script(tmp_path, "const A = () => <Image source={{ uri: `http://h:8765/x.png` }} />;", "app/a.tsx")
    assert said(only(image)) == ("subresource", "http", "GET", 8765, "/x.png")
    link = script(tmp_path, "const A = () => <p><a href={'http://h:8765/x'}>x</a><img src='/y'/></p>;", "app/b.tsx")
    assert said(only(link)) == ("navigation", "http", "GET", 8765, "/x")


def test_nuxt(tmp_path: Path) -> None:
    files = {
        "nuxt.config.ts": "export default defineNuxtConfig({ runtimeConfig: { public: { api: 'http://h:8765' } } })",
        "composables/x.ts": "const x = () => { const c = useRuntimeConfig()\nreturn $fetch(c.public.api + '/x') }",
    }
    caller = only(inspect("javascript clients", "composables/x.ts", repository(tmp_path, files)))
    assert (caller.location.file, caller.path) == ("nuxt.config.ts", "/x")


def test_a_large_script_is_not_read(tmp_path: Path) -> None:
    assert script(tmp_path, "fetch('http://h:8765');\n" * 20_000).callers == []


def test_what_an_expo_application_is_handed(tmp_path: Path) -> None:
    code = (
        'import Constants from "expo-constants";\nconst { host, port } = Constants.expoConfig!.extra!;\n'
        "fetch(`http://${host}:${port}/x`);\nfetch(`http://${host}:${Constants.manifest?.extra?.port}/y`);\n"
    )
    config = 'export default { expo: { extra: { host: process.env.HOST || "10.0.0.2", port: 6001 } } };'
    found = script(tmp_path, code, "mobile/src/app.ts", **{"mobile/app.config.js": config})
    assert [(one.to.host, one.to.port, one.path) for one in found.callers] == [
        ("10.0.0.2", 6001, "/x"),
        ("10.0.0.2", 6001, "/y"),
    ]
    made = "export default ({ config }) => ({ ...config, extra: { host: 'h', port: 6002 } });"
    found = script(tmp_path, code, "other/src/app.ts", **{"other/app.config.ts": made})
    assert {(one.to.host, one.to.port) for one in found.callers} == {("h", 6002)}
    assert script(tmp_path, code, "third/app.ts", **{"third/app.json": '{"expo": {}}'}) is not None


def test_what_a_worker_loads_into_itself(tmp_path: Path) -> None:
    code = 'importScripts("/settings.js?v=1", "/lib.js");\nfetch(`http://${self.location.hostname}:${SET.live}/out`);\n'
    found = only(script(tmp_path, code, "public/sw.js", **{"public/settings.js": "var SET = { live: 8765 };"}))
    assert (found.to.host, found.to.port) == ("", 8765)


@pytest.mark.parametrize(
    "code",
    [
        'import { WS_PORT } from "@env";\nfetch(`http://localhost:${WS_PORT}/x`);',
        'import Config from "react-native-config";\nfetch(`http://localhost:${Config.WS_PORT}/x`);',
        'import { WS_PORT } from "$env/static/public";\nfetch(`http://localhost:${WS_PORT}/x`);',
        'import { env } from "$env/dynamic/public";\nfetch(`http://localhost:${env.WS_PORT}/x`);',
    ],
)
def test_imports_that_are_the_environment(tmp_path: Path, code: str) -> None:
    assert only(script(tmp_path, code, "src/app.ts", **{".env": "WS_PORT=8765\n"})).to.port == 8765


def test_a_version_that_a_client_is_told_to_offer(tmp_path: Path) -> None:
    code = 'const WebSocket = require("ws");\nnew WebSocket("ws://h:8765/x", [], { protocolVersion: 8 });\n'
    assert only(script(tmp_path, code, "bot/app.js")).headers == {"Sec-WebSocket-Version": "8"}


def test_awaited_calls_with_type_arguments(tmp_path: Path) -> None:
    code = (
        "import axios from 'axios';\nconst c = axios.create({ baseURL: 'http://h:8765' });\n"
        "export async function a(u: string) { const { data } = await c.get<string[]>(`/a/${u}`); return data; }\n"
        "export async function b() { return await axios.get<T>('http://h:8766/b'); }\n"
    )
    found = script(tmp_path, code, "web/src/app.ts").callers
    assert {(one.to.port, one.path) for one in found} >= {(8765, "/a/*"), (8766, "/b")}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "export const f = (path) => fetch(`http://h:8765${path}`);",
            ("client-code", "http", "GET", 8765, None),
        ),
        (
            "export async function load({ fetch }) { return fetch('http://h:8765/rooms'); }",
            ("client-code", "http", "GET", 8765, "/rooms"),
        ),
        (
            'import { fetchEventSource } from "@microsoft/fetch-event-source";\nfetchEventSource("http://h:8765/s");',
            ("realtime-client", "eventsource", None, 8765, "/s"),
        ),
        (
            'import { Manager } from "socket.io-client";\nnew Manager("ws://h:8765");',
            ("realtime-client", "socket.io", None, 8765, "/socket.io/"),
        ),
    ],
)
def test_more_that_opens_a_connection(tmp_path: Path, code: str, expected: tuple[object, ...]) -> None:
    kind, protocol, _, port, path = said(only(script(tmp_path, code)))
    assert (kind, protocol, port, path) == (*expected[:2], *expected[3:])


def test_a_client_that_extends_another(tmp_path: Path) -> None:
    code = (
        'import ky from "ky";\nconst base = ky.create({ prefixUrl: "http://h:5000" });\n'
        'const live = base.extend({ prefixUrl: "http://h:8765" });\nlive.get("y");\n'
    )
    assert (8765, "/y") in {(one.to.port, one.path) for one in script(tmp_path, code).callers}
