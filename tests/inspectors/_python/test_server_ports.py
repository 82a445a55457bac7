"""Where servers listen in small Python projects, with ports from files, options and classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "argv": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
async def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8765
    async with serve(h, "0.0.0.0", port): pass

"""
        },
        [(8765, "websocket")],
    ),
    "argparse": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import argparse
p = argparse.ArgumentParser()
p.add_argument("-p", "--port", type=int, default=8765)
args = p.parse_args()
async def main():
    async with serve(h, "0.0.0.0", args.port): pass

"""
        },
        [(8765, "websocket")],
    ),
    "click": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import click
@click.command()
@click.option("--port", default=8765)
def main(port):
    asyncio.run(go(port))
async def go(port):
    async with serve(h, "0.0.0.0", port): pass

"""
        },
        [(8765, "websocket")],
    ),
    "typer": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import typer
def main(port: int = typer.Option(8765)):
    asyncio.run(go(port))
async def go(port):
    async with serve(h, "0.0.0.0", port): pass
typer.run(main)

"""
        },
        [(8765, "websocket")],
    ),
    "pydantic": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    ws_port: int = 8765
settings = Settings()
async def main():
    async with serve(h, "0.0.0.0", settings.ws_port): pass

"""
        },
        [(8765, "websocket")],
    ),
    "dataclass": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
from dataclasses import dataclass
@dataclass
class C:
    port: int = 8765
async def main():
    c = C()
    async with serve(h, "0.0.0.0", c.port): pass

"""
        },
        [(8765, "websocket")],
    ),
    "configparser": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import configparser
conf = configparser.ConfigParser()
conf.read("app.ini")
async def main():
    async with serve(h, conf["ws"]["host"], conf.getint("ws", "port")): pass

""",
            "app.ini": """\
[ws]
host = 0.0.0.0
port = 8765
[db]
port=5432

""",
        },
        [(8765, "websocket")],
    ),
    "configparser etc": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import configparser
conf = configparser.ConfigParser()
conf.read("/etc/app/ws.ini")
async def main():
    async with serve(h, "0.0.0.0", conf.getint("ws", "port")): pass

""",
            "etc/ws.ini": """\
[ws]
port = 8765

""",
        },
        [(8765, "websocket")],
    ),
    "configparser argv": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import configparser
conf = configparser.ConfigParser()
conf.read(sys.argv[1])
async def main():
    async with serve(h, "0.0.0.0", conf.getint("ws", "port")): pass

""",
            "conf/ws.ini": """\
[ws]
port = 8765

""",
            "ws.service": """\
[Service]
ExecStart=/usr/bin/python3 /opt/srv.py /etc/app/ws.ini

""",
        },
        [(8765, "websocket")],
    ),
    "configparser fallback": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import configparser
conf = configparser.ConfigParser()
conf.read("app.ini")
async def main():
    async with serve(h, "0.0.0.0", conf.getint("ws", "port", fallback=8765)): pass

"""
        },
        [(8765, "websocket")],
    ),
    "toml": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import tomllib
with open("config.toml", "rb") as f:
    conf = tomllib.load(f)
async def main():
    async with serve(h, "0.0.0.0", conf["ws"]["port"]): pass

""",
            "config.toml": """\
[ws]
port = 8765

""",
        },
        [(8765, "websocket")],
    ),
    "yaml argparse": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import argparse, yaml
p = argparse.ArgumentParser()
p.add_argument("--config", default="config.yml")
args = p.parse_args()
conf = yaml.safe_load(open(args.config))
async def main():
    async with serve(h, "0.0.0.0", conf["ws"]["port"]): pass

""",
            "config.yml": """\
ws:
  port: 8765

""",
        },
        [(8765, "websocket")],
    ),
    "yaml argparse required": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import argparse, yaml
p = argparse.ArgumentParser()
p.add_argument("--config", required=True)
args = p.parse_args()
with open(args.config) as f:
    conf = yaml.safe_load(f)
async def main():
    async with serve(h, "0.0.0.0", conf["ws"]["port"]): pass

""",
            "deploy/config.yml": """\
ws:
  port: 8765

""",
            "Dockerfile": """\
FROM python
CMD ["python", "srv.py", "--config", "/etc/config.yml"]

""",
        },
        [(8765, "websocket")],
    ),
    "json pathlib": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import json, pathlib
conf = json.loads(pathlib.Path(__file__).with_name("conf.json").read_text())
async def main():
    async with serve(h, "0.0.0.0", conf["port"]): pass

""",
            "conf.json": '{"port": 8765}',
        },
        [(8765, "websocket")],
    ),
    "env file": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
async def main():
    async with serve(h, "0.0.0.0", int(os.environ["WS_PORT"])): pass

""",
            ".env": """\
WS_PORT=8765

""",
        },
        [(8765, "websocket")],
    ),
    "env none": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
async def main():
    async with serve(h, "0.0.0.0", int(os.environ["WS_PORT"])): pass

"""
        },
        [(None, "websocket")],
    ),
    "fire": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
import fire
def main(host="0.0.0.0", port=8765):
    asyncio.run(go(host, port))
async def go(host, port):
    async with serve(h, host, port): pass
fire.Fire(main)

"""
        },
        [(8765, "websocket")],
    ),
    "docopt": (
        {
            "srv.py": """\
\"""Usage: srv.py [--port=<p>]

  --port=<p>  Port [default: 8765].
\"""
import asyncio
from websockets.asyncio.server import serve
from docopt import docopt
args = docopt(__doc__)
async def main():
    async with serve(h, "0.0.0.0", int(args["--port"])): pass

"""
        },
        [(8765, "websocket")],
    ),
    "dynaconf": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
from dynaconf import Dynaconf
settings = Dynaconf(settings_files=["settings.toml"])
async def main():
    async with serve(h, "0.0.0.0", settings.ws.port): pass

""",
            "settings.toml": """\
[default.ws]
port = 8765

""",
        },
        [(8765, "websocket")],
    ),
    "omegaconf": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
from omegaconf import OmegaConf
cfg = OmegaConf.load("config.yaml")
async def main():
    async with serve(h, "0.0.0.0", cfg.ws.port): pass

""",
            "config.yaml": """\
ws:
  port: 8765

""",
        },
        [(8765, "websocket")],
    ),
    "class": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
class Server:
    def __init__(self, host="0.0.0.0", port=8765):
        self.host, self.port = host, port
    async def run(self):
        async with serve(h, self.host, self.port): pass
asyncio.run(Server().run())

"""
        },
        [(8765, "websocket")],
    ),
    "class arg": (
        {
            "srv.py": """\
import asyncio, os, sys, websockets
from websockets.asyncio.server import serve
async def h(ws): pass
class Server:
    def __init__(self, port):
        self.port = port
    async def run(self):
        async with serve(h, "0.0.0.0", self.port): pass

""",
            "main.py": """\
from srv import Server
Server(8765).run()

""",
        },
        [(8765, "websocket")],
    ),
    "tornado options": (
        {
            "s.py": """\
import tornado.web, tornado.websocket
from tornado.options import define, options
define("port", default=8765, type=int)
class W(tornado.websocket.WebSocketHandler):
    def on_message(self, m): pass
app = tornado.web.Application([(r"/ws", W)])
app.listen(options.port)

"""
        },
        [(8765, "websocket")],
    ),
    "tornado httpserver": (
        {
            "s.py": """\
import tornado.web, tornado.websocket, tornado.httpserver
class W(tornado.websocket.WebSocketHandler):
    def on_message(self, m): pass
class M(tornado.web.RequestHandler):
    def get(self): self.write("x")
def make_app():
    return tornado.web.Application([(r"/ws", W), (r"/", M)])
s = tornado.httpserver.HTTPServer(make_app())
s.listen(8765)

"""
        },
        [(8765, "both")],
    ),
    "tornado sockets": (
        {
            "s.py": """\
import tornado.web, tornado.websocket, tornado.httpserver, tornado.netutil
class W(tornado.websocket.WebSocketHandler):
    def on_message(self, m): pass
app = tornado.web.Application([(r"/ws", W)])
sockets = tornado.netutil.bind_sockets(8765)
s = tornado.httpserver.HTTPServer(app)
s.add_sockets(sockets)

"""
        },
        [(8765, "both")],
    ),
    "autobahn lit": (
        {
            "s.py": """\
import asyncio, sys, os
from autobahn.asyncio.websocket import WebSocketServerFactory, WebSocketServerProtocol
class P(WebSocketServerProtocol): pass
factory = WebSocketServerFactory()
factory.protocol = P
loop = asyncio.get_event_loop()
coro = loop.create_server(factory, "0.0.0.0", 9000)

"""
        },
        [(9000, "websocket")],
    ),
    "autobahn url": (
        {
            "s.py": """\
import asyncio, sys, os
from autobahn.asyncio.websocket import WebSocketServerFactory, WebSocketServerProtocol
class P(WebSocketServerProtocol): pass
PORT = int(os.environ.get("P", 9000))
factory = WebSocketServerFactory(f"ws://0.0.0.0:{PORT}")
loop = asyncio.get_event_loop()
coro = loop.create_server(factory, "0.0.0.0", PORT)

"""
        },
        [(9000, "websocket")],
    ),
    "autobahn twisted": (
        {
            "s.py": """\
from twisted.internet import reactor
from autobahn.twisted.websocket import WebSocketServerFactory
factory = WebSocketServerFactory("ws://127.0.0.1:9000")
reactor.listenTCP(9000, factory)

"""
        },
        [(9000, "websocket")],
    ),
    "autobahn endpoints": (
        {
            "s.py": """\
from twisted.internet import reactor, endpoints
from autobahn.twisted.websocket import WebSocketServerFactory
factory = WebSocketServerFactory()
endpoints.serverFromString(reactor, "tcp:9000").listen(factory)

"""
        },
        [(9000, "websocket")],
    ),
    "autobahn tcp4": (
        {
            "s.py": """\
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ServerEndpoint
from autobahn.twisted.websocket import WebSocketServerFactory
factory = WebSocketServerFactory()
TCP4ServerEndpoint(reactor, 9000).listen(factory)

"""
        },
        [(9000, "websocket")],
    ),
    "websocket_server": (
        {
            "s.py": """\
from websocket_server import WebsocketServer
server = WebsocketServer(host="0.0.0.0", port=9001)

"""
        },
        [(9001, "websocket")],
    ),
    "picows": (
        {
            "s.py": """\
from picows import ws_create_server
async def main():
    server = await ws_create_server(lambda r: None, "0.0.0.0", 9001)

"""
        },
        [(9001, "websocket")],
    ),
    "aiohttp runner": (
        {
            "s.py": """\
from aiohttp import web
async def ws(request):
    w = web.WebSocketResponse()
    await w.prepare(request)
    return w
app = web.Application()
app.add_routes([web.get("/ws", ws)])
async def main():
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 9001)
    await site.start()

"""
        },
        [(9001, "websocket")],
    ),
    "scenario4": (
        {
            "n/notifyd.py": """\
import asyncio, configparser, sys
from autobahn.asyncio.websocket import WebSocketServerFactory, WebSocketServerProtocol
conf = configparser.ConfigParser()
conf.read(sys.argv[1] if len(sys.argv) > 1 else "/etc/x/notify.ini")
def main():
    bind, port = conf.get("server", "bind"), conf.getint("server", "port")
    factory = WebSocketServerFactory(f"ws://{bind}:{port}")
    loop = asyncio.new_event_loop()
    loop.run_until_complete(loop.create_server(factory, bind, port))

""",
            "n/notify.ini": """\
[server]
bind = 127.0.0.1
port = 6210

""",
        },
        [(6210, "websocket")],
    ),
    "scenario24": (
        {
            "m/server.py": """\
import yaml
from tornado.options import define, options, parse_command_line
from tornado.web import Application
from tornado.websocket import WebSocketHandler
define("config", default="moves.yml")
class T(WebSocketHandler):
    def on_message(self, m): pass
async def main():
    parse_command_line()
    with open(options.config) as f:
        conf = yaml.safe_load(f)
    Application([(r"/m", T)]).listen(conf["port"], conf["address"])

""",
            "m/moves.yml": """\
address: 0.0.0.0
port: 8701

""",
            "m/Dockerfile": """\
FROM python
COPY server.py /
CMD ["python", "/server.py", "--config=/etc/moves.yml"]

""",
        },
        [(8701, "websocket")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
