"""Checks of a port that opens WebSockets and answers the path of the check: nobody is accused. And twins that do not."""

# ruff: noqa: E501 - scripts as people write them

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.diagnosis import knowledge_base
from wsdoctor.investigate import inspect

CHECK = """\
FROM scratch
EXPOSE 8765
HEALTHCHECK --interval=20s CMD curl -fsS http://127.0.0.1:8765/healthz || exit 1
"""
ANSWERED: dict[str, dict[str, str]] = {}
TWINS: dict[str, dict[str, str]] = {}
ANSWERED["ws http table"] = {
    "server.js": """\
const http = require('http');
const { WebSocketServer } = require('ws');
const routes = { '/healthz': (req, res) => res.end('ok') };
const server = http.createServer((req, res) => {
  const handler = routes[new URL(req.url, 'http://x').pathname];
  if (!handler) { res.writeHead(404); return res.end(); }
  handler(req, res);
});
const wss = new WebSocketServer({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["ws http table"] = {
    "server.js": """\
const http = require('http');
const { WebSocketServer } = require('ws');
const server = http.createServer((req, res) => { res.writeHead(426, {Upgrade: 'websocket'}); res.end(); });
const wss = new WebSocketServer({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws http switch"] = {
    "server.mjs": """\
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
function onRequest(req, res) {
  const { pathname } = new URL(req.url, `http://${req.headers.host}`);
  switch (pathname) {
    case '/healthz':
    case '/readyz':
      res.writeHead(200).end('ok');
      return;
    default:
      res.writeHead(404).end();
  }
}
const server = createServer(onRequest);
const wss = new WebSocketServer({ noServer: true });
server.on('upgrade', (req, socket, head) => wss.handleUpgrade(req, socket, head, ws => wss.emit('connection', ws, req)));
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["ws http switch"] = {
    "server.mjs": """\
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
function onRequest(req, res) {
  const { pathname } = new URL(req.url, `http://${req.headers.host}`);
  switch (pathname) {
    case '/metrics':
      res.writeHead(200).end('ok');
      return;
    default:
      res.writeHead(404).end();
  }
}
const server = createServer(onRequest);
const wss = new WebSocketServer({ noServer: true });
server.on('upgrade', (req, socket, head) => wss.handleUpgrade(req, socket, head, ws => wss.emit('connection', ws, req)));
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws Set has"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const OPEN = new Set(['/healthz', '/livez']);
const server = http.createServer();
server.on('request', (req, res) => {
  if (OPEN.has(req.url.split('?')[0])) {
    res.statusCode = 200;
    return res.end('ok');
  }
  res.statusCode = 426;
  res.end('Upgrade Required');
});
const wss = new WebSocket.Server({ server, path: '/ws' });
server.listen(process.env.PORT || 8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["ws Set has"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const OPEN = new Set(['/metrics']);
const server = http.createServer();
server.on('request', (req, res) => {
  if (OPEN.has(req.url.split('?')[0])) {
    res.statusCode = 200;
    return res.end('ok');
  }
  res.statusCode = 426;
  res.end('Upgrade Required');
});
const wss = new WebSocket.Server({ server, path: '/ws' });
server.listen(process.env.PORT || 8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws const path"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const HEALTH_PATH = '/healthz';
const server = http.createServer((req, res) => {
  if (req.method === 'GET' && req.url === HEALTH_PATH) return res.writeHead(200).end('ok');
  res.writeHead(404).end('not found');
});
const wss = new WebSocket.Server({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws startsWith"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const server = http.createServer((req, res) => {
  if (req.url?.startsWith('/health')) { res.end('ok'); return; }
  res.statusCode = 400; res.end();
});
new WebSocket.Server({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws negative"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const server = http.createServer((req, res) => {
  if (req.url !== '/healthz') { res.writeHead(404); res.end(); return; }
  res.writeHead(200); res.end(JSON.stringify({ up: true }));
});
new WebSocket.Server({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["ws negative"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const server = http.createServer((req, res) => {
  if (req.url !== '/status') { res.writeHead(404); res.end(); return; }
  res.writeHead(200); res.end(JSON.stringify({ up: true }));
});
new WebSocket.Server({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws regex"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const server = http.createServer((req, res) => {
  if (/^\\/healthz?\\b/.test(req.url)) { res.writeHead(200); return res.end(); }
  res.writeHead(404); res.end();
});
new WebSocket.Server({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws helper respond"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const send = (res, code, body) => { res.statusCode = code; res.end(body); };
const server = http.createServer((req, res) => {
  if (req.url === '/healthz') return send(res, 200, 'ok');
  return send(res, 404, 'nope');
});
new WebSocket.Server({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["ws helper respond"] = {
    "server.js": """\
const http = require('http');
const WebSocket = require('ws');
const send = (res, code, body) => { res.statusCode = code; res.end(body); };
const server = http.createServer((req, res) => {
  return send(res, 404, 'nope');
});
new WebSocket.Server({ server });
server.listen(8765);
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["ws handler in other module"] = {
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
    "server.js": """\
const http = require('http');
const { WebSocketServer } = require('ws');
const { handle } = require('./lib/http');
const server = http.createServer(handle);
new WebSocketServer({ server });
server.listen(8765);
""",
    "lib/http.js": """\
exports.handle = function handle(req, res) {
  if (req.url === '/healthz') { res.writeHead(200); res.end('ok'); return; }
  res.writeHead(404); res.end();
};
""",
}
ANSWERED["ws delegates to other"] = {
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
    "server.js": """\
const http = require('http');
const { WebSocketServer } = require('ws');
const health = require('./health');
const server = http.createServer((req, res) => {
  if (health(req, res)) return;
  res.writeHead(426); res.end();
});
new WebSocketServer({ server });
server.listen(8765);
""",
    "health.js": """\
module.exports = (req, res) => {
  if (req.url !== '/healthz') return false;
  res.writeHead(200); res.end('ok'); return true;
};
""",
}
ANSWERED["ws class method TS"] = {
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
    "src/server.ts": """\
import { createServer, IncomingMessage, ServerResponse } from 'http';
import { WebSocketServer } from 'ws';
export class Hub {
  private readonly http = createServer((req, res) => this.plain(req, res));
  private readonly wss = new WebSocketServer({ server: this.http });
  private plain(req: IncomingMessage, res: ServerResponse) {
    if (req.url === '/healthz') { res.writeHead(200); res.end('ok'); return; }
    res.writeHead(404); res.end();
  }
  start() { this.http.listen(8765); }
}
new Hub().start();
""",
}
ANSWERED["bun"] = {
    "server.js": """\
Bun.serve({ port: 8765, fetch(req, server) {
  const url = new URL(req.url);
  if (url.pathname === '/healthz') return new Response('ok');
  if (server.upgrade(req)) return;
  return new Response('upgrade', { status: 426 });
}, websocket: { message(ws, m) {} } });
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["bun"] = {
    "server.js": """\
Bun.serve({ port: 8765, fetch(req, server) {
  if (server.upgrade(req)) return;
  return new Response('upgrade', { status: 426 });
}, websocket: { message(ws, m) {} } });
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["deno"] = {
    "server.js": """\
Deno.serve({ port: 8765 }, (req) => {
  if (new URL(req.url).pathname === "/healthz") return new Response("ok");
  if (req.headers.get("upgrade") !== "websocket") return new Response(null, { status: 501 });
  const { socket, response } = Deno.upgradeWebSocket(req);
  return response;
});
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["deno"] = {
    "server.js": """\
Deno.serve({ port: 8765 }, (req) => {
  if (req.headers.get("upgrade") !== "websocket") return new Response(null, { status: 501 });
  const { socket, response } = Deno.upgradeWebSocket(req);
  return response;
});
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["uws"] = {
    "server.js": """\
const uWS = require('uWebSockets.js');
uWS.App().ws('/*', { message(ws, m) {} }).get('/healthz', (res) => res.end('ok')).listen(8765, () => {});
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["uws"] = {
    "server.js": """\
const uWS = require('uWebSockets.js');
uWS.App().ws('/*', { message(ws, m) {} }).listen(8765, () => {});
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["websocket pkg"] = {
    "server.js": """\
const http = require('http'); const WebSocketServer = require('websocket').server;
const server = http.createServer(function(request, response) {
  if (request.url === '/healthz') { response.writeHead(200); response.end(); return; }
  response.writeHead(404); response.end();
});
server.listen(8765, function() {});
new WebSocketServer({ httpServer: server });
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
TWINS["websocket pkg"] = {
    "server.js": """\
const http = require('http'); const WebSocketServer = require('websocket').server;
const server = http.createServer(function(request, response) {
  response.writeHead(404); response.end();
});
server.listen(8765, function() {});
new WebSocketServer({ httpServer: server });
""",
    "package.json": '{"name":"a","dependencies":{"ws":"^8"},"main":"server.js","scripts":{"start":"node server.js"}}',
}
ANSWERED["picows"] = {
    "server.py": """\
import asyncio
from http import HTTPStatus
from picows import ws_create_server, WSListener, WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener
def factory(r: WSUpgradeRequest):
    if r.path == b"/healthz":
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(HTTPStatus.OK, b"ok"), None)
    return WSListener()
async def main():
    s = await ws_create_server(factory, "0.0.0.0", 8765)
    await s.serve_forever()
asyncio.run(main())
""",
}
ANSWERED["autobahn"] = {
    "server.py": """\
import asyncio
from autobahn.asyncio.websocket import WebSocketServerFactory, WebSocketServerProtocol
class P(WebSocketServerProtocol):
    def onMessage(self, payload, isBinary): self.sendMessage(payload, isBinary)
factory = WebSocketServerFactory("ws://0.0.0.0:8765")
factory.protocol = P
loop = asyncio.get_event_loop()
server = loop.run_until_complete(loop.create_server(factory, "0.0.0.0", 8765))
loop.run_forever()
""",
}
TWINS["autobahn"] = {
    "server.py": """\
import asyncio
from autobahn.asyncio.websocket import WebSocketServerFactory, WebSocketServerProtocol
class P(WebSocketServerProtocol):
    def onMessage(self, payload, isBinary): self.sendMessage(payload, isBinary)
factory = WebSocketServerFactory("ws://0.0.0.0:8765")
factory.protocol = P
factory.setProtocolOptions(webStatus=False)
loop = asyncio.get_event_loop()
server = loop.run_until_complete(loop.create_server(factory, "0.0.0.0", 8765))
loop.run_forever()
""",
}
ANSWERED["aiohttp routes tables"] = {
    "server.py": """\
from aiohttp import web
async def live(request):
    ws = web.WebSocketResponse(); await ws.prepare(request); return ws
async def health(_): return web.Response(text="ok")
ROUTES = [("GET", "/ws", live), ("GET", "/healthz", health)]
app = web.Application()
for m, p, h in ROUTES: app.router.add_route(m, p, h)
web.run_app(app, port=8765)
""",
}
TWINS["aiohttp routes tables"] = {
    "server.py": """\
from aiohttp import web
async def live(request):
    ws = web.WebSocketResponse(); await ws.prepare(request); return ws
app = web.Application()
app.router.add_get("/ws", live)
web.run_app(app, port=8765)
""",
}
ANSWERED["aiohttp middleware"] = {
    "server.py": """\
from aiohttp import web
@web.middleware
async def health(request, handler):
    if request.path == "/healthz": return web.Response(text="ok")
    return await handler(request)
async def live(request):
    ws = web.WebSocketResponse(); await ws.prepare(request); return ws
app = web.Application(middlewares=[health])
app.router.add_get("/ws", live)
web.run_app(app, port=8765)
""",
}
ANSWERED["aiohttp same handler"] = {
    "server.py": """\
from aiohttp import web
async def root(request):
    ws = web.WebSocketResponse()
    if not ws.can_prepare(request).ok:
        return web.Response(text="ok")
    await ws.prepare(request); return ws
app = web.Application()
app.router.add_get("/{tail:.*}", root)
web.run_app(app, port=8765)
""",
}
ANSWERED["aiohttp sub app"] = {
    "server.py": """\
from aiohttp import web
from health import health_app
async def live(request):
    ws = web.WebSocketResponse(); await ws.prepare(request); return ws
app = web.Application()
app.add_subapp("/healthz", health_app)
app.router.add_get("/ws", live)
web.run_app(app, port=8765)
""",
}
ANSWERED["aiohttp setup elsewhere"] = {
    "server.py": """\
from aiohttp import web
import healthcheck
async def live(request):
    ws = web.WebSocketResponse(); await ws.prepare(request); return ws
app = web.Application()
app.router.add_get("/ws", live)
healthcheck.setup(app)
web.run_app(app, port=8765)
""",
}
ANSWERED["tornado"] = {
    "server.py": """\
import tornado.web, tornado.ioloop, tornado.websocket
class Live(tornado.websocket.WebSocketHandler):
    def on_message(self, m): pass
class Health(tornado.web.RequestHandler):
    def get(self): self.write("ok")
tornado.web.Application([(r"/ws", Live), (r"/healthz", Health)]).listen(8765)
tornado.ioloop.IOLoop.current().start()
""",
}
TWINS["tornado"] = {
    "server.py": """\
import tornado.web, tornado.ioloop, tornado.websocket
class Live(tornado.websocket.WebSocketHandler):
    def on_message(self, m): pass
tornado.web.Application([(r"/ws", Live)]).listen(8765)
tornado.ioloop.IOLoop.current().start()
""",
}
ANSWERED["tornado get override"] = {
    "server.py": """\
import tornado.web, tornado.ioloop, tornado.websocket
class Live(tornado.websocket.WebSocketHandler):
    async def get(self, *args, **kwargs):
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            self.write("ok"); return
        await super().get(*args, **kwargs)
tornado.web.Application([(r"/.*", Live)]).listen(8765)
tornado.ioloop.IOLoop.current().start()
""",
}
ANSWERED["tornado add_handlers"] = {
    "server.py": """\
import tornado.web, tornado.ioloop, tornado.websocket
class Live(tornado.websocket.WebSocketHandler):
    pass
class Health(tornado.web.RequestHandler):
    def get(self): self.write("ok")
app = tornado.web.Application([(r"/ws", Live)])
app.add_handlers(r".*", [(r"/healthz", Health)])
app.listen(8765)
tornado.ioloop.IOLoop.current().start()
""",
}
ANSWERED["raw asgi"] = {
    "server.py": """\
import uvicorn
async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    elif scope["type"] == "http" and scope["path"] == "/healthz":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
uvicorn.run(app, port=8765)
""",
}
ANSWERED["sanic"] = {
    "server.py": """\
from sanic import Sanic, text
app = Sanic("x")
@app.websocket("/feed")
async def feed(request, ws): pass
@app.get("/healthz")
async def h(r): return text("ok")
app.run(port=8765)
""",
}
ANSWERED["websockets unix wrapper"] = {
    "server.py": """\
import asyncio, websockets
SETTINGS = {}
def options():
    async def check(path, headers):
        if path in ("/healthz",): return 200, [], b""
    return {"process_request": check, "max_size": 2**20}
async def main():
    await websockets.serve(h, "0.0.0.0", 8765, **options())
asyncio.run(main())
""",
}
ANSWERED["gevent"] = {
    "server.py": """\
from gevent import pywsgi
from geventwebsocket.handler import WebSocketHandler
def app(env, start):
    if env["PATH_INFO"] == "/healthz":
        start("200 OK", []); return [b"ok"]
    ws = env["wsgi.websocket"]
pywsgi.WSGIServer(("", 8765), app, handler_class=WebSocketHandler).serve_forever()
""",
}
ANSWERED["go mux"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
func main() { mux := http.NewServeMux(); mux.HandleFunc("/ws", serve); mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) }); log.Fatal(http.ListenAndServe(":8765", mux)) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
TWINS["go mux"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
func main() { mux := http.NewServeMux(); mux.HandleFunc("/ws", serve); log.Fatal(http.ListenAndServe(":8765", mux)) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
ANSWERED["go wrapped"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
func health(next http.Handler) http.Handler { return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { if r.URL.Path == "/healthz" { w.Write([]byte("ok")); return }; next.ServeHTTP(w, r) }) }
func main() { mux := http.NewServeMux(); mux.HandleFunc("/ws", serve); log.Fatal(http.ListenAndServe(":8765", health(mux))) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
ANSWERED["go isupgrade"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
func root(w http.ResponseWriter, r *http.Request) { if !websocket.IsWebSocketUpgrade(r) { w.Write([]byte("ok")); return }; serve(w, r) }
func main() { http.HandleFunc("/", root); log.Fatal(http.ListenAndServe(":8765", nil)) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
TWINS["go isupgrade"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
func root(w http.ResponseWriter, r *http.Request) { if !websocket.IsWebSocketUpgrade(r) { http.Error(w, "upgrade", http.StatusUpgradeRequired); return }; serve(w, r) }
func main() { http.HandleFunc("/", root); log.Fatal(http.ListenAndServe(":8765", nil)) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
ANSWERED["go switch"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
type app struct{}
func (app) ServeHTTP(w http.ResponseWriter, r *http.Request) { switch r.URL.Path { case "/healthz": w.WriteHeader(http.StatusOK); case "/ws": serve(w, r); default: http.NotFound(w, r) } }
func main() { log.Fatal((&http.Server{Addr: ":8765", Handler: app{}}).ListenAndServe()) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
TWINS["go switch"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
type app struct{}
func (app) ServeHTTP(w http.ResponseWriter, r *http.Request) { switch r.URL.Path { case "/ws": serve(w, r); default: http.NotFound(w, r) } }
func main() { log.Fatal((&http.Server{Addr: ":8765", Handler: app{}}).ListenAndServe()) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
ANSWERED["go table"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
var routes = map[string]http.HandlerFunc{"/ws": serve, "/healthz": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) }}
func main() { for p, h := range routes { http.HandleFunc(p, h) }; log.Fatal(http.ListenAndServe(":8765", nil)) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}
ANSWERED["go chi heartbeat"] = {
    "main.go": """\
package main
import ("net/http"; "log"; "github.com/go-chi/chi/v5"; "github.com/go-chi/chi/v5/middleware"; "github.com/gorilla/websocket")
var up = websocket.Upgrader{}
func serve(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); if err != nil { return }; defer c.Close() }
func main() { r := chi.NewRouter(); r.Use(middleware.Heartbeat("/healthz")); r.Get("/ws", serve); log.Fatal(http.ListenAndServe(":8765", r)) }
""",
    "go.mod": "module x\ngo 1.22\nrequire github.com/gorilla/websocket v1.5.0\n",
}


def accused(root: Path, files: dict[str, str]) -> list[str]:
    repository(root, {"Dockerfile": CHECK, **files})
    found = inspect(str(root), knowledge_base().rules, cached=False).findings
    return [each.location.file for each in found if each.level != "note"]


@pytest.mark.parametrize("files", ANSWERED.values(), ids=ANSWERED)
def test_a_check_that_is_answered(tmp_path: Path, files: dict[str, str]) -> None:
    assert accused(tmp_path, files) == []


@pytest.mark.parametrize("files", TWINS.values(), ids=TWINS)
def test_a_check_that_is_not(tmp_path: Path, files: dict[str, str]) -> None:
    assert accused(tmp_path, files) == ["Dockerfile"]
