from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Listener

HTTP = "const http = require('http');\n"
WS = "const { WebSocketServer } = require('ws');\n"


def listener(tmp_path: Path, code: str, **files: str) -> Listener:
    (found,) = inspect(
        "node servers", "server/index.js", repository(tmp_path, {"server/index.js": code, **files})
    ).listeners
    return found


@pytest.mark.parametrize(
    ("code", "speaks", "framework"),
    [
        ("const io = require('socket.io')(server);", "both", "socket.io"),
        ("const io = require('socket.io'); io(server);", "both", "socket.io"),
        ("const socketio = require('socket.io'); const io = socketio(server);", "both", "socket.io"),
        ("const { Server } = require('socket.io'); new Server(server);", "both", "socket.io"),
        ("const { Server } = require('ws'); new Server({ server });", "both", "ws"),
        ("const sockjs = require('sockjs'); sockjs.createServer({ prefix: '/x' });", "http", "http"),
        ("const ws = require('ws'); const other = newServer(ws);", "http", "http"),
        ("// const io = require('socket.io')(server);", "http", "http"),
    ],
)
def test_what_is_put_on_an_http_server(tmp_path: Path, code: str, speaks: str, framework: str) -> None:
    start = f"{HTTP}const server = http.createServer((q, r) => r.end('x'));\n{code}\nserver.listen(8765);"
    found = listener(tmp_path, start)
    assert (found.port, found.speaks, found.framework) == (8765, speaks, framework)


@pytest.mark.parametrize(
    ("handler", "speaks", "answers"),
    [
        ("(q, r) => {}", "websocket", ()),
        ("(q, r) => { log(q); }", "websocket", ()),
        ("(q, r) => { r.end('x'); }", "both", ()),
        ("(q, r) => { r.writeHead(404); r.end(); }", "websocket", ()),
        ("(q, r) => { r.statusCode = 426; r.end('no'); }", "websocket", ()),
        ("(q, r) => { if (q.url === '/a') { r.writeHead(200); return r.end(); } r.writeHead(404); r.end(); }",
         "websocket", ("/a",)),
        ("(q, r) => { if ('/a' === q.url) return r.end('a'); r.writeHead(404); r.end(); }", "websocket", ("/a",)),
        ("(q, r) => { switch (q.url) { case '/a': r.end('a'); break; default: r.writeHead(404); r.end(); } }",
         "websocket", ("/a",)),
        ("(q, r) => { if (q.ok) { r.writeHead(200); r.end(); } else { r.writeHead(404); r.end(); } }", "both", ()),
        ("(q, r) => { if (q.url.startsWith('/s')) return send(q, r); r.writeHead(404); r.end(); }",
             "websocket", ("/s*",)),
        ("function (q, r) { if (bad) { r.status(500).end(); } else { r.json({}); r.end(); } }", "both", ()),
        ("(q, r) => { if (!(q.url != '/a')) r.sendStatus(204); else r.sendStatus(404); }", "websocket", ("/a",)),
        ("(q, r) => { q.url === '/a' && r.end('a'); }", "websocket", ("/a",)),
        ("(q, r) => { q.url !== '/a' || r.end('a'); }", "websocket", ("/a",)),
        ("(q, r) => { if (q.url in { '/a': 1 }) return r.end(); r.writeHead(404); r.end(); }", "websocket", ("/a",)),
        ("(q, r) => { if (q.url.endsWith('/a')) return r.end(); r.writeHead(404).end(); }", "websocket", ("*/a",)),
        ("(q, r) => { if (q.url.includes('health')) return r.end(); r.writeHead(404).end(); }", "websocket",
         ("*health*",)),
        ("(q, r) => { if (['/a', '/b'].includes(q.url)) return r.end(); r.writeHead(404).end(); }", "websocket",
         ("/a", "/b")),
        ("(q, r) => { const m = q.url.match(/^\\/a\\/?$/); if (m) return r.end(); r.writeHead(404).end(); }",
         "websocket", ("/a*",)),
        ("(q, r) => { if (q.url.split('/')[1] === 'a') return r.end(); r.writeHead(404).end(); }", "websocket",
         ("/a", "/a/*")),
        ("(q, r) => { if (q.url === '/a' || q.headers.x) return r.end(); r.writeHead(404).end(); }", "both", ()),
        ("(q, r) => { if (q.url === '/a' && q.headers.x) return r.end(); r.writeHead(404).end(); }", "websocket",
         ("/a",)),
        ("(q, r) => { if (found() === null) return r.end(); r.writeHead(404).end(); }", "both", ()),
        ("(q, r) => { if (q.url == '/a') { fs.createReadStream('a').pipe(r); } }", "websocket", ("/a",)),
        ("(q, r) => { if (q.url == '/a') { return other(q, r); } r.writeHead(404).end(); }", "websocket", ("/a",)),
        ("(q, r) => { r.setHeader('a', 'b'); r.statusCode = q.url === '/a' ? 200 : 404; r.end(); }", "both", ()),
        ("(q, r) => { r.status(404); r.end(); }", "websocket", ()),
        ("(q, r) => { r.status(404).type('text'); r.end(); }", "websocket", ()),
        ("(q, r) => { const ok = q.url === '/a'; if (ok) r.end(); }", "websocket", ("/a",)),
        ("(q, r) => { if (open.test(q.url)) r.end(); }", "both", ()),
        ("(q, r) => { if (table()[q.url]) r.end(); }", "both", ()),
        ("q => {}", "websocket", ()),
        ("handler", "both", ()),
        ("require('express')()", "websocket", ()),
        ("require('express')().use(require('express').static('www'))", "both", ()),
        ("null", "both", ()),
    ],
)  # fmt: skip
def test_what_a_handler_answers_to_plain_http(
    tmp_path: Path, handler: str, speaks: str, answers: tuple[str, ...]
) -> None:
    made = f"{HTTP}{WS}const server = http.createServer({handler});\n"
    found = listener(tmp_path, made + "new WebSocketServer({ server });\nserver.listen(8765);")
    assert (found.speaks, found.answers) == (speaks, answers)


def test_upgrades_that_a_script_takes_itself(tmp_path: Path) -> None:
    made = f"{HTTP}{WS}const server = http.createServer();\nconst wss = new WebSocketServer({{ noServer: true }});\n"
    taken = made + "server.on('upgrade', (q, s, h) => wss.handleUpgrade(q, s, h, go));\nserver.listen(8765);"
    assert listener(tmp_path, taken).speaks == "websocket"
    elsewhere = made + "// server.on('upgrade', go)\nserver.listen(8765);"
    assert listener(tmp_path, elsewhere).speaks == "websocket"


def test_a_package_is_read_once_for_all_its_scripts(tmp_path: Path) -> None:
    files = {
        "server/package.json": "{}",
        "server/live.js": f"{WS}module.exports = (server) => new WebSocketServer({{ server }});",
        "server/live.test.js": f"{WS}new WebSocketServer({{ port: 1 }});",
        "server/other.py": "",
        "server/admin.js": f"{HTTP}http.createServer((q, r) => r.end('x')).listen(9000);",
        "server/index.js": f"{HTTP}const s = http.createServer((q, r) => r.end('x'));\n"
        "require('./live')(s); s.listen(8765);",
    }
    whole = repository(tmp_path, files)
    (first,) = inspect("node servers", "server/index.js", whole).listeners
    (second,) = inspect("node servers", "server/admin.js", whole).listeners
    assert (first.port, first.speaks) == (8765, "both")
    assert (second.port, second.speaks) == (9000, "both")
