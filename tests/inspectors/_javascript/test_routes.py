"""What applications of frameworks for Node answer besides opening WebSockets."""

# ruff: noqa: E501
from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository

EXPRESS = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\n"
PLUGGED = "require('express-ws')(app);\napp.ws('/live', go);\n"
FASTIFY = "import Fastify from 'fastify';\nimport ws from '@fastify/websocket';\nimport files from '@fastify/static';\n"
HONO = (
    "import { Hono } from 'hono';\nimport { cors } from 'hono/cors';\nimport { serve } from '@hono/node-server';\n"
    "import { createNodeWebSocket } from '@hono/node-ws';\nconst app = new Hono();\n"
    "const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app });\n"
    "app.get('/live', upgradeWebSocket(go));\n"
)


def speaks(tmp_path: Path, code: str, **files: str) -> str:
    found = inspect("node servers", "server.js", repository(tmp_path, {"server.js": code, **files})).listeners
    return next(one.speaks for one in found)


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("", "websocket"),
        ("app.use(cors());", "websocket"),
        ("app.use(express.json(), cors({ origin: '*' }));", "websocket"),
        ("app.use('/live', cors());", "websocket"),
        ("app.use((req, res) => res.status(426).end());", "websocket"),
        ("app.get('/', (req, res) => res.sendStatus(404));", "websocket"),
        ("app.set('trust proxy', 1);\napp.get('env');", "websocket"),
        ("const room = express.Router();\nroom.ws('/x', go);\napp.use('/rooms', room);", "websocket"),
        ("console.log(app);", "websocket"),
        ("axios.get('/x', go);", "websocket"),
        ("const room = express.Router();\nroom.get('/x', list);\napp.use('/rooms', room);", "both"),
        ("app.use(express.static('www'));", "both"),
        ("app.use(own);", "both"),
        ("app.use((req, res, next) => { if (req.path === '/ok') return res.end('ok'); next(); });", "both"),
        ("app.get('/healthz', (req, res) => res.send('ok'));", "both"),
        ("app.get('/rooms', rooms);", "both"),
        ("app.route('/rooms').get(rooms);", "both"),
        ("require('./more')(app);", "both"),
        ("const { more } = require('./more');\nmore({ app });", "both"),
        ("const same = app;", "both"),
        ("module.exports = app;", "websocket"),
        ("exports.app = app;", "websocket"),
        ("keep.app = app;", "both"),
        ("function all() { return app; }", "both"),
        ("const all = () => app;", "both"),
    ],
)
def test_express(tmp_path: Path, added: str, expected: str) -> None:
    assert speaks(tmp_path, f"{EXPRESS}{PLUGGED}{added}\napp.listen(8765);\n") == expected
    attached = "const { WebSocketServer } = require('ws');\n"
    attached += f"{EXPRESS}{added}\nconst server = app.listen(8765);\nnew WebSocketServer({{ server }});\n"
    assert speaks(tmp_path, attached) == expected
    made = "const { WebSocketServer } = require('ws');\nconst http = require('http');\n"
    made += f"{EXPRESS}{added}\nconst server = http.createServer(app);\nnew WebSocketServer({{ server }});\n"
    assert speaks(tmp_path, f"{made}server.listen(8765);\n") == expected


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("app.register(ws);\napp.get('/live', { websocket: true }, go);", "websocket"),
        ("app.register(ws);\napp.route({ method: 'GET', url: '/live', websocket: true, handler: go });", "websocket"),
        ("app.register(ws);\napp.register(async (i) => { i.get('/live', { websocket: true }, go); });", "websocket"),
        ("app.register(ws);\napp.register(one => { one.get('/live', { websocket: true }, go); });", "websocket"),
        ("app.register(ws);\napp.register((one) => { one.get('/a', { websocket: true }, go); add(one); });", "both"),
        ("app.register(ws);\napp.setNotFoundHandler(gone);", "websocket"),
        ("app.register(ws);\napp.get('/live', { websocket: false }, go);", "both"),
        ("app.register(ws);\napp.get('/live', { websocket: true }, go);\napp.get('/rooms', rooms);", "both"),
        ("app.register(ws);\napp.route({ method: 'GET', url: '/live', wsHandler: go, handler: rooms });", "both"),
        ("app.register(ws);\napp.register((one) => { one.get('/a', { websocket: true }, go); one.get('/b', c) });",
         "both"),
        ("app.register(ws);\napp.register(async (one) => { await start(one); });", "both"),
        ("app.register(ws);\napp.register(files, { root: 'www' });", "both"),
        ("app.register(ws);\napp.register(unknown);", "both"),
        ("app.register(ws);\napp.addHook('onRequest', go);", "both"),
    ],
)  # fmt: skip
def test_fastify(tmp_path: Path, added: str, expected: str) -> None:
    code = f"{FASTIFY}const app = Fastify({{ logger: true }});\n{added}\napp.listen({{ port: 8765 }});\n"
    assert speaks(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("", "websocket"),
        ("app.use(cors());", "websocket"),
        ("app.get('/rooms', (c) => c.json([]));", "both"),
        ("app.use('*', own);", "both"),
        ("app.route('/rooms', rooms);", "both"),
    ],
)
def test_hono(tmp_path: Path, added: str, expected: str) -> None:
    served = "const server = serve({ fetch: app.fetch, port: 8765 });\ninjectWebSocket(server);\n"
    assert speaks(tmp_path, f"{HONO}{added}\n{served}") == expected


CREATED = "const http = require('http');\nconst { WebSocketServer } = require('ws');\n"
SERVED = "const server = http.createServer(app);\nnew WebSocketServer({ server });\nserver.listen(8765);\n"


@pytest.mark.parametrize(
    ("made", "used", "expected"),
    [
        ("const app = require('express')();\nmodule.exports = app;", "const app = require('./app');", "websocket"),
        ("const app = require('express')();\nmodule.exports = { app };", "const { app } = require('./app');", "websocket"),
        ("module.exports = require('express')();", "const app = require('./app');", "websocket"),
        ("export default require('express')();", "import app from './app';", "websocket"),
        ("export const app = require('express')();", "import { app } from './app';", "websocket"),
        ("const app = require('express')();\nexport { app };", "import { app } from './app';", "websocket"),
        ("const app = require('express')();\nmodule.exports = app;",
         "const app = require('./app');\napp.get('/rooms', rooms);", "both"),
        ("const app = require('express')();\nmodule.exports = app;",
         "const app = require('./app');\nrequire('./more')(app);", "both"),
        ("const app = require('express')();\nmodule.exports = app;",
         "const app = require('./app');\nmodule.exports = app;", "both"),
        ("const app = require('express')();\napp.get('/rooms', rooms);\nmodule.exports = app;",
         "const app = require('./app');", "both"),
    ],
)  # fmt: skip
def test_applications_of_another_script(tmp_path: Path, made: str, used: str, expected: str) -> None:
    files = {"app.js": f"{made}\n", "package.json": "{}", "app.test.js": "require('./app').get('/x', y);\n"}
    assert (
        speaks(tmp_path, f"{CREATED}{used}\n{SERVED}", **files, **{"lib/app.ts": "export const app = 1;\n"}) == expected
    )
    other = f"{used.partition(chr(10))[0]}\napp.use('/rooms', rooms);\n"
    assert speaks(tmp_path, f"{CREATED}{used}\n{SERVED}", **files, **{"other.js": other}) == "both"


def test_what_is_too_much_to_look_at_may_serve_both(tmp_path: Path) -> None:
    many = "map.get('x', y);\n" * 402
    assert speaks(tmp_path, f"{many}{EXPRESS}{PLUGGED}app.listen(8765);\n") == "both"
    nested = "".join(f"const r{one} = express.Router();\nr{one - 1}.use(r{one});\n" for one in range(1, 6))
    nested = f"const r0 = express.Router();\napp.use(r0);\n{nested}"
    assert speaks(tmp_path, f"{EXPRESS}{PLUGGED}{nested}app.listen(8765);\n") == "both"
