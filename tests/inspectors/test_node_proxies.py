from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Hop


def hops(tmp_path: Path, inspector: str, name: str, code: str) -> list[Hop]:
    return inspect(inspector, name, repository(tmp_path, {name: code})).hops


HPM = "const { createProxyMiddleware } = require('http-proxy-middleware');\n"
HP = "const httpProxy = require('http-proxy');\n"
TARGET = "target: 'http://localhost:8765'"


@pytest.mark.parametrize(
    ("code", "product", "path", "forwards"),
    [
        (f"{HPM}app.use('/ws', createProxyMiddleware({{ {TARGET} }}));", "http-proxy-middleware", "/ws", False),
        (
            f"{HPM}app.use('/ws', createProxyMiddleware({{ {TARGET}, ws: true }}));",
            "http-proxy-middleware",
            "/ws",
            True,
        ),
        (f"{HPM}app.use(createProxyMiddleware('/ws', {{ {TARGET} }}));", "http-proxy-middleware", "/ws", False),
        (
            f"{HPM}app.use(createProxyMiddleware({{ pathFilter: '/ws', {TARGET} }}));",
            "http-proxy-middleware",
            "/ws",
            False,
        ),
        (
            f"{HPM}const p = createProxyMiddleware({{ {TARGET} }}); server.on('upgrade', p.upgrade);",
            "http-proxy-middleware",
            None,
            True,
        ),
        (
            f"const proxy = require('http-proxy-middleware'); proxy('/ws', {{ {TARGET} }})",
            "http-proxy-middleware",
            "/ws",
            False,
        ),
        (f"{HP}const p = httpProxy.createProxyServer({{ {TARGET} }});", "http-proxy", None, False),
        (f"{HP}httpProxy.createProxyServer({{ {TARGET}, ws: true }}).listen(8000);", "http-proxy", None, True),
        (f"{HP}httpProxy.createServer({{ {TARGET}, ws: true }});", "http-proxy", None, False),
        (
            f"{HP}const p = httpProxy.createProxyServer({{}}); f = (q, r) => p.web(q, r, {{ {TARGET} }});",
            "http-proxy",
            None,
            False,
        ),
        (
            "import proxy from '@fastify/http-proxy'; f.register(proxy, { upstream: 'http://h:8765', prefix: '/ws' })",
            "fastify-http-proxy",
            "/ws",
            False,
        ),
        (
            (
                "import proxy from '@fastify/http-proxy';"
                "f.register(proxy, { upstream: 'http://h:8765', prefix: '/ws', websocket: true })"
            ),
            "fastify-http-proxy",
            "/ws",
            True,
        ),
        (
            "const p = require('express-http-proxy'); app.use('/ws', p('http://h:8765'));",
            "express-http-proxy",
            "/ws",
            False,
        ),
    ],
)
def test_proxies(tmp_path: Path, code: str, product: str, path: str | None, forwards: bool) -> None:
    (found,) = hops(tmp_path, "http-proxy-middleware", "src/setupProxy.js", code)
    assert (found.product, found.path, found.forwards_upgrade) == (product, path, forwards)
    assert found.to.port == 8765


@pytest.mark.parametrize(
    "code",
    [
        f"// {HPM.strip()} createProxyMiddleware({{ {TARGET} }})",
        f"{HPM}/* app.use(createProxyMiddleware({{ {TARGET} }})) */",
        f"function createProxyMiddleware() {{}} createProxyMiddleware({{ {TARGET} }}) // proxy",
        (
            f"{HPM}createProxyMiddleware(); createProxyMiddleware({{ target: x }}); "
            f"f.register(other, {{ {TARGET} }}); a.web(1)"
        ),
    ],
)
def test_what_is_none(tmp_path: Path, code: str) -> None:
    assert hops(tmp_path, "http-proxy-middleware", "src/proxy.js", code) == []


def test_tests_are_left_out(tmp_path: Path) -> None:
    code = f"{HPM}app.use('/ws', createProxyMiddleware({{ {TARGET} }}));"
    assert hops(tmp_path, "http-proxy-middleware", "src/proxy.test.js", code) == []


HTTP_PROXY = "const proxy = require('http-proxy').createProxyServer({});\n"


def test_the_middleware_of_next_rewrites(tmp_path: Path) -> None:
    code = """\
        import { NextResponse } from 'next/server';
        export function middleware(request) {
          if (request.nextUrl.pathname.startsWith('/live')) {
            return NextResponse.rewrite(new URL('http://localhost:8765/live'));
          }
          return NextResponse.next();
        }
        """
    (found,) = hops(tmp_path, "http-proxy-middleware", "src/middleware.js", code)
    assert (found.product, found.path, found.location.line, found.forwards_upgrade) == ("next", "/live", 4, True)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "f.register(require('@fastify/reply-from'), { base: 'http://localhost:8765/' });",
            [(None, "fastify-http-proxy")],
        ),
        ("const from = require('@fastify/reply-from');\nf.register(from);", []),
        ("export default defineEventHandler((e) => proxyRequest(e, 'http://localhost:8765/x'));", [(None, "h3")]),
        ("proxyRequest('http://localhost:8765/x');", []),
        (
            "require('@hapi/h2o2');\ns.route({ path: '/live', handler: { proxy: { host: 'h', port: 8765 } } });",
            [("/live", "h2o2")],
        ),
        ("require('@hapi/h2o2');\ns.route({ handler: { proxy: { uri: 'http://h:8765/{p}' } } });", [(None, "h2o2")]),
        ("require('@hapi/h2o2');\nconst o = { proxy: { uri: 'http://h:8765/' } };", [(None, "h2o2")]),
        ("require('@hapi/h2o2');\nconst proxy = 1; f({ proxy }); g({ proxy: { host: 'h' } });", []),
    ],
)
def test_more_ways_to_hand_on(tmp_path: Path, code: str, expected: list[tuple[str | None, str]]) -> None:
    found = hops(tmp_path, "http-proxy-middleware", "src/app.js", code)
    assert [(one.path, one.product) for one in found] == expected
    assert all(one.to.port == 8765 and one.forwards_upgrade is False for one in found)


def test_what_is_left_after_a_condition_is_the_rest(tmp_path: Path) -> None:
    code = f"""\
        {HTTP_PROXY.strip()}
        const server = http.createServer((req, res) => {{
          if (req.url.startsWith('/api')) {{
            proxy.web(req, res, {{ target: 'http://localhost:5000' }});
          }} else {{
            proxy.web(req, res, {{ target: 'http://localhost:8765' }});
          }}
        }});
        server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head, {{ target: 'ws://localhost:8765' }}));
        """
    found = hops(tmp_path, "http-proxy-middleware", "gateway.js", code)
    assert [(one.path, one.to.port, one.websocket) for one in found] == [("/api", 5000, False), (None, 8765, False)]


def test_proxies_that_are_told_their_target_when_they_are_made(tmp_path: Path) -> None:
    code = """\
        const httpProxy = require('http-proxy');
        const api = httpProxy.createProxyServer({ target: 'http://localhost:5000' });
        const live = httpProxy.createProxyServer({ target: 'http://localhost:8765', ws: true });
        const server = http.createServer((req, res) => {
          if (req.url.startsWith('/menu')) return live.web(req, res);
          api.web(req, res);
        });
        server.on('upgrade', (req, socket, head) => live.ws(req, socket, head));
        """
    found = hops(tmp_path, "http-proxy-middleware", "gateway.js", code)
    assert [(one.path, one.to.port, one.location.line, one.websocket) for one in found] == [
        ("/menu", 8765, 5, None),
        (None, 5000, 6, None),
    ]


@pytest.mark.parametrize(
    "code",
    [
        "const hit = routes.find((r) => req.url.startsWith(r.prefix)); proxy.web(q, r, { target: hit.target });",
        "for (const route of routes) if (m(route.prefix)) proxy.web(q, r, { target: route.target });",
        "for (const [prefix, to] of Object.entries(byPath)) if (m(prefix)) proxy.web(q, r, { target: to });",
    ],
)
def test_a_table_of_routes(tmp_path: Path, code: str) -> None:
    tables = """\
const routes = [
  { prefix: '/users', target: 'http://localhost:5000' },
  { prefix: '/socket', target: 'http://localhost:8765' },
];
const byPath = {
  '/users': 'http://localhost:5000',
  '/socket': 'http://localhost:8765',
};
"""
    found = hops(tmp_path, "http-proxy-middleware", "gateway.js", HTTP_PROXY + tables + code)
    assert [(one.path, one.to.port, one.websocket) for one in found] == [
        ("/users", 5000, None),
        ("/socket", 8765, True),
    ]


def test_rewrites_and_redirects_of_next(tmp_path: Path) -> None:
    code = """\
        const BASE = process.env.BASE_URL ?? 'http://localhost:8765'
        module.exports = {
          async rewrites() {
            return { beforeFiles: [
              { source: '/api/:path*', destination: `${BASE}/:path*` },
              { source: '/socket', destination: 'http://localhost:8765/socket' },
            ] }
          },
          redirects: async () => [{ source: '/old', destination: 'http://localhost:8765/' }],
        }
        export const more = [
          { source: '/gone', destination: 'http://localhost:8765/', permanent: true },
          { source: '/other', destination: 'http://localhost:8765/' },
          { source: '/in', destination: '/out' },
        ]
        """
    found = hops(tmp_path, "next", "next.config.js", code)
    assert [(one.path, one.forwards_upgrade, one.websocket, one.sends) for one in found] == [
        ("/api", True, False, ()),
        ("/socket", True, True, ()),
        ("/old", False, False, ("redirect",)),
        ("/gone", False, False, ("redirect",)),
        ("/other", True, None, ()),
    ]
    assert found[0].location.line == 5
    assert hops(tmp_path, "next", "rewrites.js", "const destination = 1; f({ destination });") == []


def test_a_rewrite_of_all_paths_takes_pages(tmp_path: Path) -> None:
    code = """\
        const upgrade = [{ type: 'header', key: 'upgrade' }];
        export default { rewrites: async () => ({
          beforeFiles: [{ source: '/:path*', has: upgrade, destination: 'http://localhost:8765/:path*' }],
          fallback: [{ source: '/:path*', destination: 'http://localhost:8765/:path*' }],
        }) };
        """
    found = hops(tmp_path, "next", "next.config.mjs", code)
    assert [(one.location.line, one.websocket) for one in found] == [(3, None), (4, False)]


def test_scripts_of_packages(tmp_path: Path) -> None:
    text = """\
        {
          "scripts": {
            "e2e": "wait-on http://localhost:8765/health && playwright test",
            "dev": "concurrently \\"vite\\" \\"wait-on http-get://127.0.0.1:8765 && x\\"",
            "tcp": "wait-on tcp:8765",
            "c": "curl http://localhost:8765/x",
            "build": "vite build",
            "n": 7
          }
        }
        """
    found = inspect("node scripts", "package.json", repository(tmp_path, {"package.json": text})).callers
    assert [(one.location.line, one.kind, one.protocol, one.method) for one in found] == [
        (3, "wait", "http", "HEAD"),
        (4, "wait", "http", "GET"),
        (5, "wait", "tcp", None),
        (6, "client-code", "http", "GET"),
    ]


def test_servers_that_playwright_waits_for(tmp_path: Path) -> None:
    code = """\
        export default defineConfig({
          webServer: [
            { command: 'a', url: 'http://127.0.0.1:8765/' },
            { command: 'b', port: 9000 },
            { command: 'c', url: 'https://example.com' },
          ],
        })
        """
    files = repository(tmp_path, {"playwright.config.ts": code})
    found = inspect("node scripts", "playwright.config.ts", files).callers
    assert [(one.protocol, one.to.port, one.kind) for one in found] == [("http", 8765, "wait"), ("tcp", 9000, "wait")]
    assert found[0].location.line == 3
    assert inspect("node scripts", "none/package.json", files).callers == []
