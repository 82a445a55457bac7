from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors import node_servers
from wsdoctor.model.traffic import Listener


def listeners(tmp_path: Path, code: str, name: str = "server/index.ts", **files: str) -> list[Listener]:
    return inspect("node servers", name, repository(tmp_path, {name: code, **files})).listeners


WS = "import { WebSocketServer } from 'ws';\n"
HTTP = "import http from 'node:http';\n" + WS
OLD = "const http = require('http');\nconst WebSocket = require('ws');\n"


@pytest.mark.parametrize(
    ("code", "port", "speaks", "framework"),
    [
        (f"{WS}new WebSocketServer({{ port: 8765 }});", 8765, "websocket", "ws"),
        ("const { Server } = require('ws'); new Server({ port: 8765 });", 8765, "websocket", "ws"),
        ("import { Server as Sockets } from 'ws'; new Sockets({ port: 8765 });", 8765, "websocket", "ws"),
        ("const { Server: Sockets } = require('ws'); new Sockets({ port: 8765 });", 8765, "websocket", "ws"),
        (f"{OLD}const wss = new WebSocket.Server({{ host: '0.0.0.0', port: 8765 }});", 8765, "websocket", "ws"),
        (
            f"{OLD}const {{ Server }} = require('ws'); new Server({{ port: +process.env.PORT || 8765 }});",
            8765,
            "websocket",
            "ws",
        ),
        (
            f"{HTTP}const s = http.createServer(); new WebSocketServer({{ server: s }}); s.listen(8765);",
            8765,
            "websocket",
            "ws",
        ),
        (
            (
                f"{HTTP}const s = http.createServer((q, r) => {{ r.writeHead(426); r.end('no'); }});"
                "new WebSocketServer({ server: s }); s.listen({ port: 8765 });"
            ),
            8765,
            "websocket",
            "ws",
        ),
        (
            (
                f"{HTTP}const s = http.createServer((q, r) => r.end('hello'));"
                "new WebSocketServer({ server: s }); s.listen(8765);"
            ),
            8765,
            "both",
            "ws",
        ),
        (
            (
                f"{HTTP}const s = http.createServer(); s.on('request', app); new WebSocketServer({{ server: s "
                f"}}); s.listen(1);"
            ),
            1,
            "both",
            "ws",
        ),
        (
            (
                f"{HTTP}const s = http.createServer(handler).listen(8765); function handler(q, r) {{ "
                f"r.statusCode = 404; r.end() }}"
                "\nconst w = new WebSocketServer({ noServer: true });\ns.on('upgrade', (a, b, c) => "
                "w.handleUpgrade(a, b, c, d));"
            ),
            8765,
            "websocket",
            "ws",
        ),
        (f"{HTTP}http.createServer((q, r) => r.end()).listen(8765);", 8765, "http", "http"),
        (
            (
                f"import express from 'express';\n{WS}const app = express(); app.get('/', h); const server = "
                f"app.listen(8765);"
                "new WebSocketServer({ server });"
            ),
            8765,
            "both",
            "ws",
        ),
        (
            (
                "const express = require('express'); const app = express(); app.set('port', 8765);"
                "app.listen(app.get('port'));"
            ),
            8765,
            "http",
            "express",
        ),
        (
            "const app = require('express')(); require('express-ws')(app); app.ws('/x', f); app.listen(8765)",
            8765,
            "websocket",
            "express-ws",
        ),
        ("import { Server } from 'socket.io'; const io = new Server(8765);", 8765, "both", "socket.io"),
        ("import { Server } from 'socket.io'; const io = new Server(); io.listen(8765);", 8765, "both", "socket.io"),
        (
            (
                "import { createServer } from 'http'; import { Server } from 'socket.io'; const s = createServer();"
                "new Server(s); s.listen(8765)"
            ),
            8765,
            "both",
            "socket.io",
        ),
        (
            (
                "import Fastify from 'fastify'; const f = Fastify(); f.register(import('@fastify/websocket'));"
                "await f.listen({ port: 8765 })"
            ),
            8765,
            "both",
            "fastify",
        ),
        ("import Koa from 'koa'; new Koa().use(x).listen('8765')", 8765, "http", "koa"),
        (
            "const uWS = require('uWebSockets.js'); uWS.App().ws('/*', {}).listen(8765, f)",
            8765,
            "websocket",
            "uWebSockets.js",
        ),
        (
            "const uWS = require('uWebSockets.js'); uWS.App().ws('/live', {}).get('/x', h).listen(8765, f)",
            8765,
            "both",
            "uWebSockets.js",
        ),
        (
            "const uWS = require('uWebSockets.js'); uWS.SSLApp({}).get('/x', h).listen('0.0.0.0', 8765, f)",
            8765,
            "http",
            "uWebSockets.js",
        ),
        (
            (
                "Bun.serve({ port: 8765, fetch(r, s) { if (s.upgrade(r)) return; return new Response('no', { "
                "status: 400 }) },"
                "websocket: {} })"
            ),
            8765,
            "websocket",
            "bun",
        ),
        (
            "Bun.serve({ fetch(r, s) { if (s.upgrade(r)) return; return new Response('hi') }, websocket: {} })",
            3000,
            "both",
            "bun",
        ),
        ("Bun.serve({ port: 8765, fetch: () => new Response('hi') })", 8765, "http", "bun"),
        (
            (
                "Deno.serve({ port: 8765 }, (r) => { if (r.headers.get('upgrade') !== 'websocket') {"
                "return new Response(null, { status: 426 }) } return Deno.upgradeWebSocket(r).response })"
            ),
            8765,
            "websocket",
            "deno",
        ),
        ("Deno.serve(() => new Response('x'))", 8000, "http", "deno"),
        (
            "import { serve } from 'https://deno.land/std/http/server.ts'; serve(h, { port: 8765 })",
            8765,
            "http",
            "deno",
        ),
        ("import { serve } from '@hono/node-server'; serve({ fetch: app.fetch, port: 8765 })", 8765, "http", "hono"),
        (
            (
                "import { NestFactory } from '@nestjs/core'; const app = await NestFactory.create(M); await "
                "app.listen(8765)"
            ),
            8765,
            "http",
            "nestjs",
        ),
        ("@WebSocketGateway(8765, { cors: true })\nexport class G {}", 8765, "both", "socket.io"),
        ("const Hapi = require('@hapi/hapi'); const s = Hapi.server({ port: 8765 })", 8765, "http", "hapi"),
        (
            "const ws = require('nodejs-websocket'); ws.createServer(f).listen(8765)",
            8765,
            "websocket",
            "nodejs-websocket",
        ),
        (
            (
                f"{OLD}const W = require('websocket').server; const s = http.createServer((q, r) => {{ "
                f"r.writeHead(404); r.end() }});"
                "s.listen(8765); new W({ httpServer: s })"
            ),
            8765,
            "websocket",
            "websocket",
        ),
    ],
)
def test_what_listens(tmp_path: Path, code: str, port: int, speaks: str, framework: str) -> None:
    (found,) = listeners(tmp_path, code)
    assert (found.port, found.speaks, found.framework) == (port, speaks, framework)


@pytest.mark.parametrize(
    "code",
    [
        "// new WebSocketServer({ port: 8765 })",
        "import { WebSocketServer } from './mine'; new WebSocketServer({ port: 8765 })",
        "emitter.listen(8765); listen(1); const x = { listen: 1 }; serve(8765); s = '.listen('",
        "import { serve } from './server'; serve({ port: 8765 })",
        "http.createServer().listen(port)",
        "@WebSocketGateway()\nclass G {}",
    ],
)
def test_what_does_not(tmp_path: Path, code: str) -> None:
    assert listeners(tmp_path, code) == []


def test_tests_are_left_out_and_examples_are_not_sure(tmp_path: Path) -> None:
    code = f"{WS}new WebSocketServer({{ port: 8765 }});"
    assert listeners(tmp_path, code, "server/ws.test.ts") == []
    assert listeners(tmp_path, "declare const x;", "server/listen.d.ts") == []
    (found,) = listeners(tmp_path, code, "examples/server.ts")
    assert found.sure < 0.5


def test_paths_that_are_answered(tmp_path: Path) -> None:
    code = (
        f"{HTTP}const s = http.createServer((req, res) => {{\n  if (req.url === '/healthz') {{ res.writeHead(200); "
        "return res.end('ok'); }\n  res.writeHead(426); res.end();\n});\n"
        "const wss = new WebSocketServer({ server: s, path: '/live' });\ns.listen(8765);\n"
    )
    (found,) = listeners(tmp_path, code)
    assert (found.speaks, found.answers, found.paths) == ("websocket", ("/healthz",), ("/live",))
    assert found.location.line == 8


def test_ports_from_elsewhere(tmp_path: Path) -> None:
    files = {
        "server/package.json": "{}",
        "server/config.ts": "export const config = { ws: { port: parseInt(process.env.WS_PORT ?? '8765', 10) } }\n",
        "server/.env": "OTHER=9000\n",
    }
    (found,) = listeners(
        tmp_path, f"{WS}import {{ config }} from './config';\nnew WebSocketServer(config.ws);\n", **files
    )
    assert (found.port, found.environment, found.unit) == (8765, "WS_PORT", "server")
    assert found.location.line == 3
    (other,) = listeners(
        tmp_path, f"{WS}new WebSocketServer({{ port: process.env.OTHER || 1 }})", "server/b.ts", **files
    )
    assert (other.port, other.environment) == (9000, "OTHER")
    unknown = listeners(
        tmp_path, f"{WS}new WebSocketServer({{ port: x }});{WS}new WebSocketServer({{ port: `${{y}}` }})"
    )
    assert [each.port for each in unknown] == [None, None]
    assert {each.sure < 0.95 for each in unknown} == {True}


def test_a_socket_in_another_file(tmp_path: Path) -> None:
    files = {
        "api/package.json": "{}",
        "api/live.js": "const { WebSocketServer } = require('ws');\n"
        "module.exports = (server) => new WebSocketServer({ server, path: '/live' });\n",
        "web/package.json": "{}",
        "web/index.js": "require('http').createServer(f).listen(8000);\n",
    }
    (found,) = listeners(
        tmp_path,
        "const app = require('express')();\nconst live = require('./live');\nlive(app.listen(8765));\n",
        "api/index.js",
        **files,
    )
    assert (found.speaks, found.paths) == ("websocket", ("/live",))
    (other,) = inspect("node servers", "web/index.js", repository(tmp_path, {})).listeners
    assert other.speaks == "http"


def test_tls(tmp_path: Path) -> None:
    code = "import https from 'https';\nhttps.createServer({ key }, (q, r) => r.end('x')).listen(8443);\n"
    (found,) = listeners(tmp_path, code)
    assert found.tls is True


def test_a_gateway_of_plain_sockets(tmp_path: Path) -> None:
    files = {"src/main.ts": "app.useWebSocketAdapter(new WsAdapter(app))"}
    (found,) = listeners(tmp_path, "@WebSocketGateway(8765)\nclass G {}", "src/gateway.ts", **files)
    assert found.speaks == "websocket"


WS = 'import { WebSocketServer } from "ws";\n'


@pytest.mark.parametrize(
    ("server", "main"),
    [
        (
            (
                WS + "export class Hub {\n  constructor(private readonly port: number) {}\n"
                "  start() { this.wss = new WebSocketServer({ port: this.port }); }\n}\n"
            ),
            'import { Hub } from "./server";\nnew Hub(9200).start();\n',
        ),
        (
            (
                WS + 'export function startHub({ port, host = "" }) {\n'
                "  return new WebSocketServer({ port, host });\n}\n"
            ),
            'import { startHub } from "./server";\nstartHub({ port: 9200 });\n',
        ),
        (
            WS + "export const startHub = (port) => new WebSocketServer({ port });\n",
            'import { startHub } from "./server";\nconst PORT = 9200;\nstartHub(PORT);\n',
        ),
        (
            WS + "exports.startHub = function (port) { return new WebSocketServer({ port }); };\n",
            'const hub = require("./server");\nhub.startHub(9200);\n',
        ),
        (
            WS + "export const hub = { open(port) { return new WebSocketServer({ port }); } };\n",
            'import { hub } from "./server";\nhub.open(9200);\n',
        ),
    ],
)
def test_ports_that_callers_give(tmp_path: Path, server: str, main: str) -> None:
    files = repository(tmp_path, {"src/server.ts": server, "src/main.ts": main})
    (found,) = inspect("node servers", "src/server.ts", files).listeners
    assert found.port == 9200


def test_a_function_that_calls_itself_gives_itself_nothing(tmp_path: Path) -> None:
    code = WS + "export function openAt(port) { openAt(port); new WebSocketServer({ port }); }\n"
    found = inspect("node servers", "a.ts", repository(tmp_path, {"a.ts": code})).listeners
    assert [one.port for one in found] in ([], [None])


@pytest.mark.parametrize(
    "code",
    [
        "import http from 'http'; http.createServer",
        "import http from 'http'; other.createServer(f).listen",
        "if (server.listen(8765",
        "listen(8765); (0, listen)(8765)",
        "const listening = server.listen; const port = 8765;",
    ],
)
def test_what_is_broken_or_something_else_listens_on_nothing(tmp_path: Path, code: str) -> None:
    assert listeners(tmp_path, code) == []


def test_a_script_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    assert listeners(tmp_path, f"{WS}new WebSocketServer({{ port: 8765 }});\n" + "x = 1;\n" * 100_000) == []


def test_handlers_of_another_server_say_nothing_of_this_one(tmp_path: Path) -> None:
    code = (
        f"{HTTP}const one = http.createServer();\nconst two = http.createServer();\n"
        "two.on('request', (q, r) => r.end('page'));\n"
        "new WebSocketServer({ server: one });\none.listen(8765);\n"
    )
    (found,) = listeners(tmp_path, code)
    assert (found.port, found.speaks) == (8765, "websocket")


@pytest.mark.parametrize(
    ("code", "files"),
    [
        (
            (
                'const p = JSON.parse(readFileSync(new URL("../shared/ports.json", import.meta.url)));\n'
                "new WebSocketServer({ port: p.live });"
            ),
            {"shared/ports.json": '{"live": 9400}'},
        ),
        (
            (
                'const FILE = "ports.json";\nconst text = fs.readFileSync(path.join(__dirname, FILE), "utf8");\n'
                "new WebSocketServer({ port: JSON.parse(text).live });"
            ),
            {"src/ports.json": '{"live": 9400}'},
        ),
        (
            'const config = require("config");\nnew WebSocketServer({ port: config.get("ws.port") });',
            {"config/default.json": '{"ws": {"port": 9400}}'},
        ),
    ],
)
def test_ports_that_stand_in_json_files(tmp_path: Path, code: str, files: dict[str, str]) -> None:
    found = repository(tmp_path, {"src/s.mjs": WS + code, **files})
    (server,) = inspect("node servers", "src/s.mjs", found).listeners
    assert server.port == 9400


def test_json_that_is_no_file(tmp_path: Path) -> None:
    code = (
        WS + 'const a = JSON.parse(x);\nconst c = require("config");\nnew WebSocketServer({ port: a.b || c.get("c") });'
    )
    found = inspect("node servers", "s.mjs", repository(tmp_path, {"s.mjs": code})).listeners
    assert [one.port for one in found] in ([], [None])


HONO = "import { Hono } from 'hono';\nimport { upgradeWebSocket } from '%s';\nconst app = new Hono();\n"
ROUTE = "app.get('/ws', upgradeWebSocket(() => ({})));\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            (
                "import { serve } from '@hono/node-server';\n"
                + HONO % "./ws"
                + ROUTE
                + "serve({ fetch: app.fetch, port: 8765 });\n"
            ),
            [(8765, "websocket", "hono")],
        ),
        (
            "import { serve } from '@hono/node-server';\n" + HONO % "./ws" + ROUTE + "serve(app);\n",
            [(3000, "websocket", "hono")],
        ),
        (
            (
                "import { serve } from '@hono/node-server';\nimport { Hono } from 'hono';\nconst app = new Hono();\n"
                "serve({ fetch: app.fetch, port: 8765 });\n"
            ),
            [(8765, "http", "hono")],
        ),
        (HONO % "hono/deno" + ROUTE + "Deno.serve({ port: 8765 }, app.fetch);\n", [(8765, "websocket", "hono")]),
        (
            HONO % "hono/bun" + ROUTE + "export default { fetch: app.fetch, websocket, port: 8765 };\n",
            [(8765, "both", "bun")],
        ),
        ("export default { port: 8765, fetch: app.fetch };\n", [(8765, "http", "bun")]),
        ("export default { fetch: app.fetch };\n", []),
        ("export default { port: 8765, listen: true };\n", []),
        (
            "const websockify = require('koa-websocket');\nconst app = websockify(new Koa());\napp.listen(8765);\n",
            [(8765, "websocket", "koa")],
        ),
        (
            (
                "const express = require('express'), expressWs = require('express-ws');\n"
                "const { app, getWss } = expressWs(express());\napp.ws('/a', () => {});\napp.listen(8765);\n"
            ),
            [(8765, "websocket", "express-ws")],
        ),
        ("const { app } = require('express-ws')();\napp.listen(8765);\n", []),
    ],
)
def test_frameworks_that_take_websockets_too(
    tmp_path: Path, code: str, expected: list[tuple[object, ...]]
) -> None:  # fmt: skip
    assert [(one.port, one.speaks, one.framework) for one in listeners(tmp_path, code)] == expected


SOCKETIO = "import { createServer } from 'http'; import { Server } from 'socket.io';\n"


@pytest.mark.parametrize(
    ("code", "only", "answered"),
    [
        ("const io = new Server(8765);", ("/socket.io", "/socket.io/*"), ()),
        ("const io = new Server(8765, { path: '/live/' });", ("/live", "/live/*"), ()),
        ("const io = new Server(); io.listen(8765);", ("/socket.io", "/socket.io/*"), ()),
        ("const io = new Server({ path: '/live' }); io.listen(8765);", (), ()),
        ("const s = createServer(); new Server(s); s.listen(8765);", ("/socket.io", "/socket.io/*"), ()),
        (
            (
                "const s = createServer((q, r) => { if (q.url === '/up') { r.end('ok'); return; } r.writeHead(404);"
                "r.end(); }); new Server(s); s.listen(8765);"
            ),
            ("/socket.io", "/socket.io/*"),
            ("/up",),
        ),
        ("const s = createServer((q, r) => r.end('page')); new Server(s); s.listen(8765);", (), ()),
        ("const s = createServer(other()); new Server(s); s.listen(8765);", (), ()),
    ],
)
def test_what_socket_io_serves_alone(
    tmp_path: Path, code: str, only: tuple[str, ...], answered: tuple[str, ...]
) -> None:
    (found,) = listeners(tmp_path, SOCKETIO + code)
    assert (found.port, found.speaks, found.serves_only, found.answers) == (8765, "both", only, answered)


@pytest.mark.parametrize(
    ("code", "paths"),
    [
        ("const app = require('express')(); require('express-ws')(app); app.ws('/board/:id', f);", ("/board/:id",)),
        (
            (
                "const express = require('express'); const app = express(); require('express-ws')(app);\n"
                "const r = express.Router(); r.ws('/inner', f); app.use('/api', r); app.ws('/a', f); app.ws(`/b`, f);"
            ),
            ("/a", "/b"),
        ),
        (
            (
                "import fastify from 'fastify'; import plugin from '@fastify/websocket';\nconst app = fastify();\n"
                "app.register(plugin); app.register(async (a) => { a.get('/live', { websocket: true }, f); });\n"
                "app.get('/page', f);"
            ),
            ("/live",),
        ),
    ],
)
def test_paths_of_routes_that_open_sockets(tmp_path: Path, code: str, paths: tuple[str, ...]) -> None:
    (found,) = listeners(tmp_path, f"{code}\napp.listen(8283);", "server/index.js")
    assert (found.port, found.paths) == (8283, paths)


@pytest.mark.parametrize(
    ("start", "alone"),
    [
        ("await app.listen(3000);", True),
        ("app.useWebSocketAdapter(new RedisIoAdapter(app)); await app.listen(3000);", False),
        ("await app.listen(8765);", False),
    ],
)
def test_a_gateway_of_nest_with_a_port_of_its_own_is_socket_io_alone(tmp_path: Path, start: str, alone: bool) -> None:
    files = {"src/main.ts": start, "src/events.gateway.ts": "@WebSocketGateway(8765)\nexport class Events {}"}
    repo = repository(tmp_path, files)
    (found,) = node_servers.inspect("src/events.gateway.ts", repo).listeners
    assert bool(found.serves_only) is alone
