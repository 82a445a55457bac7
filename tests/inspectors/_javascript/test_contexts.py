"""Contexts of React, tokens of Angular, and clients of mobile applications and load tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.inspectors.scripts import reached, script

CONTEXT = """\
    import { createContext, useContext } from 'react';
    export const Ctx = createContext({ api: 'http://localhost:3001' });
    export function useS() { const { api } = useContext(Ctx); return () => fetch(`${api}/s`); }
    """
TOKEN = """\
    import { inject, InjectionToken } from '@angular/core';
    import { HttpClient } from '@angular/common/http';
    export const API = new InjectionToken<string>('api'%s);
    export class S {
      private http = inject(HttpClient);
      private base = inject(API);
      add() { return this.http.get(`${this.base}/s`); }
    }
    """


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ["http://localhost:3001/s"]),
        (
            {"web/src/p.tsx": "export const P = () => <Ctx.Provider value={{ api: 'http://localhost:3002' }}/>;\n"},
            ["http://localhost:3002/s"],
        ),
        (
            {"web/src/p.tsx": "export const P = ({ v }) => <Ctx.Provider value={v}><b/></Ctx.Provider>;\n"},
            [],
        ),
        ({"web/src/p.tsx": "// Ctx.Provider\n"}, ["http://localhost:3001/s"]),
    ],
)
def test_a_context_holds_what_its_provider_says(tmp_path: Path, files: Mapping[str, str], expected: list[str]) -> None:
    assert reached(tmp_path, CONTEXT, files) == expected


def test_a_context_without_a_name(tmp_path: Path) -> None:
    code = "fetch(useContext(createContext('http://localhost:3001')) + '/s');\n"
    assert reached(tmp_path, code) == ["http://localhost:3001/s"]


@pytest.mark.parametrize(
    ("factory", "files", "expected"),
    [
        (", { factory: () => 'http://localhost:3001' }", {}, ["http://localhost:3001/s"]),
        (", { providedIn: 'root' }", {}, []),
        ("", {}, []),
        (
            ", { factory: () => 'http://localhost:3001' }",
            {"web/src/app.config.ts": "export const c = [{ provide: API, useValue: 'http://a:3002' }];\n"},
            ["http://a:3002/s"],
        ),
        (
            "",
            {"web/src/app.config.ts": "export const c = [{ provide: API, useFactory: make }];\n// provide: API\n"},
            [],
        ),
    ],
)
def test_a_token_stands_for_what_is_provided(
    tmp_path: Path, factory: str, files: Mapping[str, str], expected: list[str]
) -> None:
    assert reached(tmp_path, TOKEN % factory, files, "web/src/s.service.ts") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "import { create } from 'apisauce';\nconst api = create({ baseURL: 'http://a:3001' });\napi.get('/s');\n",
            ["http://a:3001", "http://a:3001/s"],
        ),
        (
            (
                "import NetInfo from '@react-native-community/netinfo';\n"
                "NetInfo.configure({ reachabilityUrl: 'http://a:3001/ping' });\n"
            ),
            ["http://a:3001/ping"],
        ),
        (
            "import RNFS from 'react-native-fs';\nRNFS.downloadFile({ fromUrl: 'http://a:3001/z', toFile: 'x' });\n",
            ["http://a:3001/z"],
        ),
        (
            "import * as FileSystem from 'expo-file-system';\nFileSystem.downloadAsync('http://a:3001/z', 'x');\n",
            ["http://a:3001/z"],
        ),
        (
            "import { base } from './b';\nexport const A = () => <Image source={{ uri: `${base}/a.png` }} />;\n",
            ["http://a:3001/a.png"],
        ),
        (
            (
                "class Client {\n  constructor(private port: number) {}\n"
                "  list() { return fetch(`http://localhost:${this.port}/s`); }\n}\nexport const c = new Client(3001);\n"
            ),
            ["http://localhost:3001/s"],
        ),
        ("import http from 'k6/http';\nexport default () => { http.get('http://a:3001/'); };\n", ["http://a:3001/"]),
        ("export const load = ({ fetch }) => fetch('http://a:3001/s');\n", ["http://a:3001/s"]),
        ("import x from 'library';\nx.configure({ reachabilityUrl: 'http://a:3001/ping' });\n", []),
        ("class Client { constructor(n) { this.n = n; } }\nnew Client(3001);\nfetch('/s');\n", []),
        (
            (
                "class Client {\n  constructor(private count: number) {}\n"
                "  list() { return fetch(`/s?n=${this.count}`); }\n}\nexport const c = new Client(3001);\n"
            ),
            [],
        ),
        ("import ws from 'k6/ws';\nexport default () => { ws.connect('ws://a:3001/', {}, () => {}); };\n", []),
    ],
)
def test_clients(tmp_path: Path, code: str, expected: list[str]) -> None:
    files = {"web/src/b.ts": "export const base = 'http://a:3001';\n"}
    assert reached(tmp_path, code, files) == expected


def test_a_load_test_runs_by_itself(tmp_path: Path) -> None:
    code = "import http from 'k6/http';\nexport default function () { http.get('http://a:3001/'); }\n"
    assert [one.product for one in script(tmp_path, code, name="load/k6.js").callers] == ["node"]


@pytest.mark.parametrize(
    ("provided", "key", "expected"),
    [
        ("app.provide('live', 'h:8765')", "live", ["http://h:8765/x"]),
        ("import { provide } from 'vue'; provide(\"live\", `h:${8765}`)", "live", ["http://h:8765/x"]),
        ("app.provide('other', 'h:8765')", "live", []),
        ("app.provide('live',)", "live", []),
        ("provide('live', 'h:8765')", "absent", []),
    ],
)
def test_what_vue_provides(tmp_path: Path, provided: str, key: str, expected: list[str]) -> None:
    code = f"import {{ inject }} from 'vue'; const live = inject('{key}'); fetch(`http://${{live}}/x`)"
    assert reached(tmp_path, code, {"web/src/main.ts": provided}) == expected
    whole = {"web/src/Main.vue": f"<script setup>{provided}</script>"}
    assert reached(tmp_path, code, whole) == expected
