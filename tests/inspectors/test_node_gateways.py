"""Libraries of Node that hand requests on, and tables of routes that proxies are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Hop

AT = "http://localhost:8765"
HPM = "const { createProxyMiddleware } = require('http-proxy-middleware');\n"


def hops(tmp_path: Path, code: str, **more: str) -> list[Hop]:
    files = {name.replace("_", "."): text for name, text in more.items()}
    return inspect("http-proxy-middleware", "app.js", repository(tmp_path, {"app.js": code, **files})).hops


@pytest.mark.parametrize(
    ("code", "product", "path"),
    [
        (f"const p = require('koa-http2-proxy'); app.use(p('/live', {{ target: '{AT}' }}));", None, "/live"),
        (f"const p = require('koa-proxies'); app.use(p('/live', {{ target: '{AT}', ws: true }}));", None, "/live"),
        ("const p = require('koa-better-http-proxy'); app.use(p('localhost', { port: 8765 }));", None, None),
        ("const p = require('koa-better-http-proxy'); app.use(p('localhost:8765'));", None, None),
        ("const p = require('express-http-proxy'); app.use('/live', p(() => 'localhost:8765'));", None, "/live"),
        (f"const p = require('koa-proxy'); app.use(p({{ host: '{AT}', match: /live/ }}));", None, None),
        (f"const p = require('koa-proxy'); app.use(p({{ url: '{AT}/live' }}));", None, None),
        (f"const {{ proxy }} = require('fast-proxy')({{ base: '{AT}' }});", None, None),
        (f"import fastProxy from 'fast-proxy';\nconst {{ proxy }} = fastProxy({{ base: '{AT}' }});", None, None),
        (f"require('fast-gateway')({{ routes: [{{ prefix: '/live', target: '{AT}' }}] }});", None, "/live"),
        (f"import {{ proxy }} from 'hono/proxy';\napp.all('/live', (c) => proxy(`{AT}/${{c.x}}`));", "hono", None),
        (f"import {{ proxyFetch }} from 'httpxy';\nexport default (r) => proxyFetch('{AT}', r);", None, None),
        (f"export default defineEventHandler((e) => sendProxy(e, '{AT}/live'));", "h3", None),
        (
            (
                "const h = require('@hapi/h2o2');\n"
                f"s.route({{ path: '/live', handler: (r, h) => h.proxy({{ uri: '{AT}/live' }}) }});"
            ),
            "h2o2",
            "/live",
        ),
        (
            (
                "require('@hapi/h2o2');\n"
                f"s.route({{ path: '/live', handler(r, h) {{ return h.proxy({{ uri: '{AT}/live' }}); }} }});"
            ),
            "h2o2",
            "/live",
        ),
        (
            (
                "require('@hapi/h2o2');\n"
                f"s.route({{ path: '/live', handler: {{ proxy: {{ mapUri: () => ({{ uri: '{AT}' }}) }} }} }});"
            ),
            "h2o2",
            "/live",
        ),
        (
            (
                "const proxy = require('http2-proxy');\n"
                "s.on('request', (q, r) => proxy.web(q, r, { hostname: 'localhost', port: 8765 }, done));"
            ),
            "http-proxy",
            None,
        ),
    ],
)
def test_what_hands_requests_on(tmp_path: Path, code: str, product: str | None, path: str | None) -> None:
    (found,) = hops(tmp_path, code)
    assert (found.to.host, found.to.port, found.path, found.forwards_upgrade) == ("localhost", 8765, path, False)
    assert product is None or found.product == product


@pytest.mark.parametrize(
    "code",
    [
        "const p = require('koa-better-http-proxy'); app.use(p('localhost')); app.use(p(hosts));",
        "const p = require('koa-proxy'); app.use(p({ map: f }));",
        "const { proxy } = require('fast-proxy')(options); require('fast-gateway')({ middlewares: [] });",
        f"import {{ proxy }} from './mine'; // hono/proxy\napp.all('/', (c) => proxy('{AT}'));",
        "require('@hapi/h2o2'); s.route({ handler: (r, h) => h.proxy() }); h.proxy(options);",
        "const proxy = require('http2-proxy'); proxy.web(q, r, handlers); proxy.web(q, r, { path: '/live' }, f);",
    ],
)
def test_what_hands_on_to_nowhere_known(tmp_path: Path, code: str) -> None:
    assert hops(tmp_path, code) == []


@pytest.mark.parametrize(
    "code",
    [
        (
            "const proxy = require('http2-proxy');\ns.on('upgrade', (q, s, h) => proxy.ws(q, s, h, to, f));\n"
            "s.on('request', (q, r) => proxy.web(q, r, { hostname: 'localhost', port: 8765 }, f));"
        ),
        f"require('fast-gateway')({{ routes: [{{ proxyType: 'websocket', prefix: '/live', target: '{AT}' }}] }});",
        f"const p = require('koa-http2-proxy'); app.use(p('/live', {{ target: '{AT}', ws: true }}));",
    ],
)
def test_what_carries_websockets(tmp_path: Path, code: str) -> None:
    assert [one.forwards_upgrade for one in hops(tmp_path, code)] == [True]


@pytest.mark.parametrize(
    "code",
    [
        f"{HPM}app.use(createProxyMiddleware({{ target: 'http://h:5000', router: {{ '/live': '{AT}' }} }}));",
        f"{HPM}app.use(createProxyMiddleware({{ target: 'http://h:5000', router: {{ 'a.io/live': '{AT}' }} }}));",
        f"{HPM}app.use('/live', createProxyMiddleware({{ target: 'http://h:5000', router: () => '{AT}' }}));",
        f"{HPM}app.use('/live', createProxyMiddleware({{ target: 'http://h:5000', router: {{ 'a.io': '{AT}' }} }}));",
    ],
)
def test_a_router(tmp_path: Path, code: str) -> None:
    assert [one.path for one in hops(tmp_path, code) if one.to.port == 8765] == ["/live"]


TABLE = f"""\
const table = [
  {{ path: '/users', target: 'http://localhost:5000' }},
  {{ path: '/live', target: '{AT}' }},
];
"""
PLUGINS = f"""\
const plugins = [
  {{ prefix: ['/users'], upstream: 'http://localhost:5000' }},
  {{ prefix: '/live', upstream: '{AT}', websocket: true }},
];
"""
NESTED = f"""\
const table = [
  {{ url: '/users', proxy: {{ target: 'http://localhost:5000', ws: true }} }},
  {{ url: '/live', proxy: {{ target: '{AT}', ws: false }} }},
];
"""
KEYS = f"const byPath = {{\n  '/users': 'http://localhost:5000',\n  '/live': '{AT}',\n}};\n"
PAIRS = f"const pairs = [\n  ['/users', 'http://localhost:5000'],\n  ['/live', '{AT}'],\n];\n"


@pytest.mark.parametrize(
    ("table", "code", "line", "carries"),
    [
        (TABLE, "for (const { path, target } of table) app.use(path, createProxyMiddleware({ target }));", 4, False),
        (TABLE, "table.forEach((one) => app.use(one.path, createProxyMiddleware({ target: one.target })));", 4, False),
        (NESTED, "table.forEach((one) => app.use(one.url, createProxyMiddleware(one.proxy)));", 4, False),
        (PAIRS, "for (const [path, to] of pairs) app.use(path, createProxyMiddleware({ target: to }));", 4, False),
        (PLUGINS, "const p = require('@fastify/http-proxy'); for (const one of plugins) f.register(p, one);", 4, True),
    ],
)
def test_a_row_of_a_table_says_its_path(tmp_path: Path, table: str, code: str, line: int, carries: bool) -> None:
    found = {one.to.port: one for one in hops(tmp_path, f"{HPM}{table}{code}")}
    assert (found[5000].path, found[8765].path) == ("/users", "/live")
    assert (found[8765].location.line, found[8765].forwards_upgrade) == (line, carries)


def test_a_table_in_another_file(tmp_path: Path) -> None:
    code = f"{HPM}import {{ table }} from './table';\n"
    code += "for (const { path, target } of table) app.use(path, createProxyMiddleware({ target }));"
    found = hops(tmp_path, code, table_js=f"export {TABLE}")
    assert [(one.path, one.location.file, one.location.line) for one in found] == [
        ("/users", "table.js", 2),
        ("/live", "table.js", 3),
    ]


def test_what_names_no_path_is_no_row(tmp_path: Path) -> None:
    code = f"{HPM}const services = {{ live: '{AT}', all: {{ path: paths, url: `${{a}}`, to: '{AT}' }} }};\n"
    code += "app.use('/live', createProxyMiddleware({ target: services.live }));"
    assert [(one.path, one.location.line) for one in hops(tmp_path, code)] == [("/live", 3)]
