from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Hop


def hops(tmp_path: Path, name: str, code: str, **files: str) -> list[Hop]:
    return inspect("development servers", name, repository(tmp_path, {name: code, **files})).hops


def said(hop: Hop) -> tuple[str | None, int | None, bool | None, bool | None]:
    return hop.path, hop.to.port, hop.forwards_upgrade, hop.websocket


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("'/ws': { target: 'http://localhost:8765' }", ("/ws", 8765, False, True)),
        ("'/ws': { target: 'http://localhost:8765', ws: true }", ("/ws", 8765, True, True)),
        ("'/ws': { target: 'ws://localhost:8765' }", ("/ws", 8765, True, True)),
        ("'/ws': 'http://localhost:8765'", ("/ws", 8765, False, True)),
        ("'/ws': { target: { host: 'localhost', port: 8765 } }", ("/ws", 8765, False, True)),
        ("'/api': { target: 'http://localhost:8765' }", ("/api", 8765, False, False)),
        ("'^/api/.*': 'http://localhost:8765'", ("/api/", 8765, False, False)),
        ("[env.X || '/feed']: { target: URL, changeOrigin: true }", ("/feed", 8765, False, None)),
        ("...{ '/ws': { target: URL, ws: false } }", ("/ws", 8765, False, True)),
    ],
)
def test_vite(tmp_path: Path, entry: str, expected: tuple[object, ...]) -> None:
    code = (
        "import { defineConfig } from 'vite';\nconst URL = 'http://localhost:8765';\n"
        f"export default defineConfig(({{ mode }}) => ({{ server: {{ port: 3000, proxy: {{\n  {entry},\n}} }} }}));\n"
    )
    (found,) = hops(tmp_path, "ui/vite.config.ts", code)
    assert said(found) == expected
    assert (found.product, found.listens, found.location.line) == ("vite", (3000,), 4)
    assert found.lacks == (() if found.forwards_upgrade else ("websocket",))


def test_what_is_commented_out_or_unknown_is_no_hop(tmp_path: Path) -> None:
    code = (
        "export default { server: { proxy: { // '/ws': 'http://localhost:8765',\n"
        "'/a': process.env.NOWHERE, '/b': { target: x }, '/c': 'https://api.example.com', '/d': 7, '/e': {} } } }"
    )
    assert hops(tmp_path, "vite.config.js", code) == []


def test_a_proxy_in_a_constant_and_sends(tmp_path: Path) -> None:
    code = (
        "const proxy = { '/x': { target: 'http://localhost:8765', changeOrigin: true, rewrite: (p) => p } };\n"
        "export default { server: { proxy } };\n"
    )
    (found,) = hops(tmp_path, "vite.config.js", code)
    assert set(found.sends) == {"rewrites-host", "strips-prefix"}
    assert found.listens == (5173,)


def test_what_a_path_is_for_is_told_by_those_who_use_it(tmp_path: Path) -> None:
    files = {
        "ui/package.json": "{}",
        "ui/src/a.js": "fetch('/things/1');\nnew WebSocket(`ws://${location.host}/feed`);\n",
    }
    code = "export default { server: { proxy: { '/things': 'http://h:8765', '/feed': 'http://h:8765' } } }"
    things, feed = hops(tmp_path, "ui/vite.config.js", code, **files)
    assert (things.websocket, feed.websocket) == (False, True)


def test_webpack(tmp_path: Path) -> None:
    code = (
        "module.exports = { devServer: { proxy: [\n  { context: ['/ws', '/api'], target: 'http://localhost:8765' },\n"
        "  { path: '/live', target: 'http://localhost:8765', ws: true },\n"
        "  { target: 'http://localhost:9000' },\n] } };\n"
    )
    found = hops(tmp_path, "webpack.config.js", code)
    assert [said(one) for one in found] == [
        ("/ws", 8765, False, True),
        ("/api", 8765, False, False),
        ("/live", 8765, True, True),
        (None, 9000, False, None),
    ]
    assert {one.product for one in found} == {"webpack-dev-server"}


def test_vue_cli_carries_websockets_by_itself(tmp_path: Path) -> None:
    code = (
        "module.exports = { devServer: { proxy: { '/ws': { target: 'http://h:8765' }, "
        "'/live': { target: 'http://h:8765', ws: false } } } };"
    )
    found = hops(tmp_path, "vue.config.js", code)
    assert [one.forwards_upgrade for one in found] == [True, False]
    (short,) = hops(tmp_path, "b/vue.config.js", "module.exports = { devServer: { proxy: 'http://h:8765' } };")
    assert (short.path, short.forwards_upgrade) == (None, True)


def test_nuxt(tmp_path: Path) -> None:
    code = (
        "export default defineNuxtConfig({ nitro: { devProxy: { '/ws': { target: 'http://h:8765' } } },\n"
        "routeRules: { '/api/**': { proxy: 'http://h:8765/**' } } })"
    )
    found = hops(tmp_path, "nuxt.config.ts", code)
    assert {(one.path, one.forwards_upgrade) for one in found} == {("/ws", False), ("/api", False)}


def test_angular(tmp_path: Path) -> None:
    code = '{\n  "/ws": {\n    "target": "http://localhost:8765",\n    "secure": false\n  }\n}\n'
    (found,) = hops(tmp_path, "proxy.conf.json", code)
    assert (found.product, *said(found)) == ("angular", "/ws", 8765, False, True)
    assert (found.location.line, found.location.end_line) == (2, 5)
    script = "module.exports = [{ context: ['/live'], target: 'http://localhost:8765', ws: true }];"
    (other,) = hops(tmp_path, "proxy.conf.js", script)
    assert said(other) == ("/live", 8765, True, True)


def test_create_react_app(tmp_path: Path) -> None:
    files = {"package.json": '{\n  "name": "x",\n  "proxy": "http://localhost:8765"\n}\n'}
    (found,) = inspect("development servers", "package.json", repository(tmp_path, files)).hops
    assert (found.product, found.forwards_upgrade, found.location.line) == ("create-react-app", False, 3)
    assert found.websocket is None
    assert found.sends == ("rewrites-host", "leaves-pages")
    (page,) = hops(tmp_path, "package.json", files["package.json"], **{"src/a.js": "fetch('/api/x')"})
    assert page.websocket is False


@pytest.mark.parametrize(
    ("name", "target", "sends"),
    [
        ("vite.config.js", "'http://localhost:8765'", ("rewrites-host",)),
        ("vite.config.js", "{ target: 'http://localhost:8765' }", ()),
        ("webpack.config.js", "'http://localhost:8765'", ()),
    ],
)
def test_who_changes_the_host_for_a_target_alone(
    tmp_path: Path, name: str, target: str, sends: tuple[str, ...]
) -> None:
    key = "server" if name.startswith("vite") else "devServer"
    (found,) = hops(tmp_path, name, f"module.exports = {{ {key}: {{ proxy: {{ '/api': {target} }} }} }};")
    assert found.sends == sends


@pytest.mark.parametrize(
    ("name", "code"), [("package.json", '{"name": "x"}'), (".proxyrc", "x"), ("vite.config.js", "")]
)
def test_files_without_a_proxy(tmp_path: Path, name: str, code: str) -> None:
    assert hops(tmp_path, name, code) == []
