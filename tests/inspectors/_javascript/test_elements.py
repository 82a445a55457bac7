from pathlib import Path

import pytest

from tests.inspectors.scripts import reached, script

X = "http://h:8765/x"
SCRIPT = "const s = document.createElement('script'); "
ANGULAR = "import { HttpInterceptorFn } from '@angular/common/http'; const to = (req, next) => next(req.clone({})); "


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{SCRIPT}s.src = 'http://h:8765/x'", [(X, "subresource")]),
        (f"{SCRIPT.replace('script', 'iframe')}s.src = 'http://h:8765/x'", [(X, "navigation")]),
        (f"{SCRIPT.replace('script', 'link')}s.href = 'http://h:8765/x'", [(X, "subresource")]),
        (f"{SCRIPT.replace('script', 'link')}s.setAttribute('href', 'http://h:8765/x')", [(X, "subresource")]),
        (f"{SCRIPT.replace('script', 'madeup')}s.src = 'http://h:8765/x'", [(X, "subresource")]),
        ("form.action = 'http://h:8765/x'", [(X, "navigation")]),
        ("form.setAttribute('action', 'http://h:8765/x')", [(X, "navigation")]),
        ("el.setAttribute('src', 'http://h:8765/x')", [(X, "subresource")]),
        ("$('iframe#live').attr('src', 'http://h:8765/x')", [(X, "navigation")]),
        ("$('img').attr('src', 'http://h:8765/x')", [(X, "subresource")]),
        ("document.querySelector('iframe').src = 'http://h:8765/x'", [(X, "navigation")]),
        ("document.querySelector('video').src = 'http://h:8765/x'", [(X, "subresource")]),
        ("document.querySelector('widget').src = 'http://h:8765/x'", [(X, "navigation")]),
        ("el.setAttribute('title', 'http://h:8765/x'); el.setAttribute('src')", []),
        ("const setAttribute = el.setAttribute; el.attr({ src: 'http://h:8765/x' })", []),
        ("Vue.http.options.root = 'http://h:8765/x'", [(X, "client-code")]),
        ("tree.root = 'http://h:8765/x'", []),
    ],
)
def test_what_attributes_of_elements_ask_for(tmp_path: Path, code: str, expected: list[tuple[str, str]]) -> None:
    found = script(tmp_path, code, name="web/static/app.js").callers
    assert [(f"http://{one.to.host}:{one.to.port}{one.path or ''}", one.kind) for one in found] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{ url: 'http://h:8765/x' }", [X]),
        ("{ url: `http://h:8765${req.url}` }", ["http://h:8765"]),
        ("{ url: req.url.replace('live:', 'http://h:8765/') }", ["http://h:8765/*"]),
        ("{ url: req.url.replace('a', 'b') }", []),
        ("{ setHeaders: { Via: 'http://h:8765/x' } }", []),
    ],
)
def test_what_copies_of_requests_of_angular_ask_for(tmp_path: Path, given: str, expected: list[str]) -> None:
    code = ANGULAR.replace("{}", given)
    assert reached(tmp_path, code) == expected
    assert reached(tmp_path, code.replace("@angular", "other")) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const sdk = await import('http://h:8765/x')", [X]),
        ("import('./pages/home.js')", []),
        ("import { httpResource } from '@angular/common/http'; httpResource(() => 'http://h:8765/x')", [X]),
        ("import { httpResource } from '@angular/common/http'; httpResource(() => ({ url: 'http://h:8765/x' }))", [X]),
        ("const { BrowserWindow } = require('electron'); new BrowserWindow().loadURL('http://h:8765/x')", [X]),
        ("let win; win.loadURL('http://h:8765/x')", [X]),
        ("win.loadFile('http://h:8765/x')", []),
        ("const { shell } = require('electron'); shell.openExternal('http://h:8765/x')", [X]),
        ("import * as WebBrowser from 'expo-web-browser'; WebBrowser.openBrowserAsync('http://h:8765/x')", [X]),
        ("import { CapacitorHttp } from '@capacitor/core'; CapacitorHttp.get({ url: 'http://h:8765/x' })", [X]),
        ("import { Http } from '@capacitor-community/http'; Http.post({ url: 'http://h:8765/x', data: 1 })", [X]),
        ("cordova.plugin.http.get('http://h:8765/x', {}, {}, done, failed)", [X]),
        ("cordova.plugin.http.sendRequest('http://h:8765/x', { method: 'post' }, done, failed)", [X]),
        ("cordova.plugin.http.setHeader('h', 'Via', 'http://h:8765/x')", []),
        (("import { HTTP } from '@awesome-cordova-plugins/http/ngx';\n"
         "class Api { constructor(private http: HTTP) {} go() { this.http.get('http://h:8765/x', {}, {}) } }"), [X]),
    ],
)  # fmt: skip
def test_what_applications_around_pages_ask_for(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code, name="app/src/main.ts") == expected
