from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Declared, Listener

SETTINGS = {
    "pkg/__init__.py": "",
    "pkg/cfg.py": """
        import os
        from dataclasses import dataclass, field
        from enum import IntEnum
        from pydantic import Field
        from pydantic_settings import BaseSettings, SettingsConfigDict
        PORT = 9001
        FROM_ENV = int(os.environ.get("LIVE_PORT", 9002))
        TABLE = {"ws": {"port": 9003}}
        class Ports(IntEnum):
            WS = 9004
        class Plain:
            PORT = 9005
        @dataclass
        class Conf:
            host: str = "x"
            port: int = 9006
            other: int = field(default=9016)
        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="APP_")
            ws_port: int = 9007
            named: int = Field(9008, alias="NAMED_PORT")
            @property
            def next(self):
                return self.ws_port + 1
        class Older(BaseSettings):
            class Config:
                env_prefix = "old_"
            port: int = 9017
        class Deeper(Older):
            pass
        settings = Settings()
        def get_settings():
            return Settings()
    """,
}


def listen(tmp_path: Path, code: str, name: str = "pkg/server.py", **files: str) -> Declared:
    found = repository(
        tmp_path, {**SETTINGS, name: code, **{key.replace("__", "/"): text for key, text in files.items()}}
    )
    return inspect("python servers", name, found)


def only(found: Declared) -> Listener:
    (listener,) = found.listeners
    return listener


@pytest.mark.parametrize(
    ("expression", "port", "variable"),
    [
        ("8765", 8765, None),
        ("int('8765')", 8765, None),
        ("8000 + 765", 8765, None),
        ("cfg.PORT", 9001, None),
        ("cfg.FROM_ENV", 9002, "LIVE_PORT"),
        ("cfg.TABLE['ws']['port']", 9003, None),
        ("cfg.TABLE['ws'].get('port', 1)", 9003, None),
        ("cfg.TABLE['ws'].get('none', 2)", 2, None),
        ("cfg.Ports.WS", 9004, None),
        ("cfg.Ports.WS.value", 9004, None),
        ("cfg.Plain.PORT", 9005, None),
        ("cfg.Conf().port", 9006, None),
        ("cfg.Conf(port=9116).port", 9116, None),
        ("cfg.Conf('y', 9117).port", 9117, None),
        ("cfg.Conf().other", 9016, None),
        ("cfg.settings.ws_port", 9007, "APP_WS_PORT"),
        ("cfg.get_settings().next", 9008, "APP_WS_PORT"),
        ("cfg.settings.named", 9008, "NAMED_PORT"),
        ("cfg.Deeper().port", 9017, "OLD_PORT"),
        ("cfg.Older().port", 9017, "OLD_PORT"),
        ("getattr(cfg, 'PORT', 1)", 9001, None),
        ("getattr(cfg, 'NONE', 1)", 1, None),
        ("os.environ.get('X_PORT') or 8766", 8766, "X_PORT"),
        ("int(os.getenv('X_PORT', '8767'))", 8767, "X_PORT"),
        ("int(os.environ['X_PORT'])", None, "X_PORT"),
        ("config('X_PORT', default=8768, cast=int)", 8768, "X_PORT"),
        ("env.int('X_PORT', 8769)", 8769, "X_PORT"),
        ("sys.argv[1] if len(sys.argv) > 1 else 8770", 8770, None),
        ("sys.argv[1]", None, None),
        ("urlparse('ws://localhost:8771/x').port", 8771, None),
        ("[8772, 1][0]", 8772, None),
        ("(lambda x: x)(8773)", 8773, None),
        ("unknown()", None, None),
        ("ports[0]", 8774, None),
        ("'a,b'", None, None),
        ("True", None, None),
    ],
)
def test_ports_are_followed(tmp_path: Path, expression: str, port: int | None, variable: str | None) -> None:
    code = f"""
import os, sys
from urllib.parse import urlparse
from decouple import config
from environs import Env
from websockets.asyncio.server import serve
from . import cfg
env = Env()
ports, rest = (8774, 1), None
serve(None, "0.0.0.0", {expression})
"""
    found = listen(tmp_path, code)
    listener = only(found)
    assert (listener.port, listener.environment, listener.speaks) == (port, variable, "websocket")
    assert listener.location.line == 10
    assert bool(found.notes) == (port is None and variable is None)


@pytest.mark.parametrize(
    ("code", "ports"),
    [
        ("def go(port=1):\n    serve(h, '', port)\ngo(8765)\n", [8765]),
        ("at = ('', 8771)\nserve(h, *at)\n", [8771]),
        ("serve(*[h, ''], 8772)\n", [8772]),
        ("serve(h, *where)\n", [None]),
        ("serve(h, *[''])\n", [None]),
        ("def go(port=8766):\n    serve(h, '', port)\ngo()\n", [8766]),
        ("def go(*, port):\n    serve(h, '', port)\ngo(port=8767)\n", [8767]),
        ("def go(port):\n    serve(h, '', port)\nThread(target=go, args=(8768,)).start()\n", [8768]),
        ("def go(port):\n    serve(h, '', port)\nThread(target=go, kwargs={'port': 8768}).start()\n", [8768]),
        ("def go(port):\n    serve(h, '', port)\npool.submit(go, 8769)\n", [8769]),
        (
            (
                "class S:\n    def __init__(self, port=1):\n        self.port = port\n"
                "    def go(self):\n        serve(h, '', self.port)\nS(8770).go()\n"
            ),
            [8770],
        ),
        ("class S:\n    port = 8771\n    def go(self):\n        serve(h, '', self.port)\n", [8771]),
        ("for p in (8772, 8773):\n    serve(h, '', p)\n", [8772, 8773]),
        ("for i, p in enumerate([8772]):\n    serve(h, '', p)\n", [8772]),
        ("for n, p in {'a': 8774}.items():\n    serve(h, '', p)\n", [8774]),
        ("[serve(h, '', p) for p in [8775]]\n", [8775]),
        ("port = 1\nport = 8776\nserve(h, '', port)\n", [8776]),
        ("if x:\n    port = 8777\nelse:\n    port = 8778\nserve(h, '', port)\n", [8777, 8778]),
        ("serve(h, **{'host': '', 'port': 8779})\n", [8779]),
        ("options = dict(port=8780)\nserve(h, **options)\n", [8780]),
        (
            (
                "import argparse\np = argparse.ArgumentParser()\n"
                "p.add_argument('-p', '--ws-port', default=8781)\na = p.parse_args()\n"
                "serve(h, '', a.ws_port)\n"
            ),
            [8781],
        ),
        (
            (
                "import argparse\ndef args():\n    p = argparse.ArgumentParser()\n"
                "    p.add_argument('--a', dest='b', default=8782)\n    return p.parse_args()\n"
                "serve(h, '', args().b)\n"
            ),
            [8782],
        ),
        (
            (
                "import click\n@click.command()\n"
                "@click.option('--port', '-p', default=8783, envvar='CP')\ndef go(port):\n"
                "    serve(h, '', port)\n"
            ),
            [8783],
        ),
        (
            (
                "import typer\napp = typer.Typer()\n@app.command()\n"
                "def run(port: int = typer.Option(8784)):\n    serve(h, '', port)\nasyncio.run(run)\n"
            ),
            [8784],
        ),
        ("x = y\ny = x\nserve(h, '', x)\n", [None]),
        ("serve(h, sock=s)\n", []),
        ("def f(port):\n    return f(port)\nserve(h, '', f(1))\n", [None]),
    ],
)
def test_ports_come_through_functions_loops_and_options(tmp_path: Path, code: str, ports: list[int | None]) -> None:
    found = listen(tmp_path, f"from websockets import serve\n{code}")
    assert [listener.port for listener in found.listeners] == ports


def test_a_caller_in_another_file_gives_the_port(tmp_path: Path) -> None:
    server = "import websockets\nasync def start_live(port):\n    await websockets.serve(None, '', port)\n"
    main = "from pkg.server import start_live\nfrom pkg.cfg import *\nstart_live(PORT)\n"
    assert only(listen(tmp_path, server, main__py="", **{"main.py": main})).port == 9001


def test_the_environment_of_the_repository_counts(tmp_path: Path) -> None:
    code = "import os, websockets\nwebsockets.serve(None, '', int(os.getenv('WS_PORT', '1')))\n"
    files = {".env": "WS_PORT=9100\n"}
    listener = only(listen(tmp_path, code, **files))
    assert (listener.port, listener.environment) == (9100, "WS_PORT")


def test_several_values_of_a_variable_are_said(tmp_path: Path) -> None:
    code = "import os, websockets\nwebsockets.serve(None, '', int(os.getenv('WS_PORT', '1')))\n"
    files = {"a.env": "WS_PORT=2\n", "b.env": "WS_PORT=3\n"}
    found = listen(tmp_path, code, **files)
    assert only(found).port == 1
    assert any("WS_PORT has several values" in note.text for note in found.notes)


def test_arguments_of_the_command_line_count(tmp_path: Path) -> None:
    code = """
        import argparse, sys, websockets
        p = argparse.ArgumentParser()
        p.add_argument("--port", type=int, default=1)
        websockets.serve(None, "", p.parse_args().port)
        websockets.serve(None, "", int(sys.argv[2]))
    """
    files = {"Dockerfile": 'FROM python\nRUN pip install x\nCMD ["python", "pkg/server.py", "--port", "9200"]\n'}
    assert [listener.port for listener in listen(tmp_path, code, **files).listeners] == [9200, 9200]


@pytest.mark.parametrize(
    ("code", "port", "speaks", "framework"),
    [
        ("import websockets\nwebsockets.sync.server.serve(h, 'x', 1000)", 1000, "websocket", "websockets"),
        ("from websockets.legacy.server import serve as go\ngo(h, port=1001)", 1001, "websocket", "websockets"),
        ("from websockets.asyncio.router import route\nroute(m, 'x', 1002)", 1002, "websocket", "websockets"),
        (
            (
                "import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.websocket('/ws')\n"
                "async def f(w): pass\nuvicorn.run(app)"
            ),
            8000,
            "websocket",
            "uvicorn",
        ),
        (
            "import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nuvicorn.run('pkg.server:app', port=1003)",
            1003,
            "http",
            "uvicorn",
        ),
        ("import uvicorn\nuvicorn.Server(uvicorn.Config('nowhere:app', port=1004))", 1004, "both", "uvicorn"),
        (
            (
                "from hypercorn.config import Config\nfrom hypercorn.asyncio import serve\n"
                "c = Config()\nc.bind = ['0.0.0.0:1005']\nserve(app, c)"
            ),
            1005,
            "http",
            "hypercorn",
        ),
        ("from granian import Granian\nGranian('pkg.server:app', port=1006)", 1006, "http", "granian"),
        ("from flask import Flask\napp = Flask(__name__)\napp.run()", 5000, "http", "flask"),
        (
            (
                "from flask import Flask\nfrom flask_sock import Sock\napp = Flask(__name__)\n"
                "Sock(app)\napp.run(port=1007)"
            ),
            1007,
            "both",
            "flask",
        ),
        (
            (
                "from flask import Flask\ndef create():\n    app = Flask('x')\n    return app\n"
                "create().run('0.0.0.0', 1008)"
            ),
            1008,
            "http",
            "flask",
        ),
        (
            "from quart import Quart\napp = Quart('x')\n@app.websocket('/ws')\ndef f(): pass\napp.run(port=1009)",
            1009,
            "websocket",
            "quart",
        ),
        (
            "from flask_socketio import SocketIO\ns = SocketIO(app)\ns.run(app, port=1010)",
            1010,
            "both",
            "flask-socketio",
        ),
        ("from sanic import Sanic\napp = Sanic('x')\napp.run(port=1011)", 1011, "http", "sanic"),
        ("from aiohttp import web\nweb.run_app(web.Application())", 8080, "http", "aiohttp"),
        (
            (
                "from aiohttp import web\nasync def h(r):\n    return web.WebSocketResponse()\n"
                "app = web.Application()\napp.router.add_get('/ws', h)\nweb.run_app(app, port=1012)"
            ),
            1012,
            "websocket",
            "aiohttp",
        ),
        (
            (
                "from aiohttp import web\nasync def h(r):\n    return web.WebSocketResponse()\n"
                "async def k(r): pass\napp = web.Application()\n"
                "app.add_routes([web.get('/ws', h), web.get('/', k)])\nweb.TCPSite(r, 'x', 1013)"
            ),
            1013,
            "both",
            "aiohttp",
        ),
        (
            (
                "from aiohttp import web\nroutes = web.RouteTableDef()\n@routes.get('/ws')\n"
                "async def h(r):\n    return web.WebSocketResponse()\nweb.run_app(app, port=1014)"
            ),
            1014,
            "websocket",
            "aiohttp",
        ),
        (
            (
                "import tornado.web, tornado.websocket\n"
                "class E(tornado.websocket.WebSocketHandler): pass\n"
                "tornado.web.Application([('/ws', E)]).listen(1015)"
            ),
            1015,
            "websocket",
            "tornado",
        ),
        (
            (
                "import tornado.web, tornado.websocket\n"
                "class E(tornado.websocket.WebSocketHandler): pass\nclass M: pass\n"
                "tornado.web.Application([('/ws', E), ('/', M)]).listen(1016)"
            ),
            1016,
            "both",
            "tornado",
        ),
        (
            (
                "import tornado.web\nfrom tornado.httpserver import HTTPServer\n"
                "HTTPServer(tornado.web.Application([])).listen(1017)"
            ),
            1017,
            "http",
            "tornado",
        ),
        ("import tornado.web\nclass App(tornado.web.Application): pass\nApp().listen(1018)", 1018, "http", "tornado"),
        ("from http.server import HTTPServer\nHTTPServer(('', 1019), H)", 1019, "http", "http.server"),
        (
            (
                "import socketserver, http.server\n"
                "socketserver.TCPServer(('', 1020), http.server.SimpleHTTPRequestHandler)"
            ),
            1020,
            "http",
            "socketserver",
        ),
        (
            (
                "import socketserver\nclass H(socketserver.StreamRequestHandler): pass\n"
                "socketserver.TCPServer(('', 1021), H)"
            ),
            1021,
            "tcp",
            "socketserver",
        ),
        (
            (
                "from gevent.pywsgi import WSGIServer\n"
                "from geventwebsocket.handler import WebSocketHandler\n"
                "WSGIServer(('', 1022), app, handler_class=WebSocketHandler)"
            ),
            1022,
            "both",
            "gevent",
        ),
        ("from gevent.pywsgi import WSGIServer\nWSGIServer(('', 1023), app)", 1023, "http", "gevent"),
        ("import eventlet, socketio\neventlet.wsgi.server(eventlet.listen(('', 1024)), app)", 1024, "both", "eventlet"),
        ("import asyncio\nasyncio.start_server(h, 'x', 1025)", 1025, "tcp", "asyncio"),
        (
            (
                "from autobahn.asyncio.websocket import WebSocketServerFactory\n"
                "WebSocketServerFactory('ws://0.0.0.0:1026')"
            ),
            1026,
            "websocket",
            "autobahn",
        ),
        ("from picows import ws_create_server\nws_create_server(f, 'x', 1027)", 1027, "websocket", "picows"),
        ("from prometheus_client import start_http_server\nstart_http_server(1028)", 1028, "http", "prometheus-client"),
        ("from wsgiref.simple_server import make_server\nmake_server('', 1029, app)", 1029, "http", "wsgiref"),
        (
            "from websocket_server import WebsocketServer\nWebsocketServer('x', 1030)",
            1030,
            "websocket",
            "websocket-server",
        ),
        ("from waitress import serve\nserve(app, port=1031)", 1031, "http", "waitress"),
    ],
)
def test_frameworks(tmp_path: Path, code: str, port: int, speaks: str, framework: str) -> None:
    found = listen(tmp_path, code + "\n")
    listener = next(one for one in found.listeners if one.port is not None)
    assert (listener.port, listener.speaks, listener.framework) == (port, speaks, framework)


def test_websocket_routes_of_an_application_in_other_files(tmp_path: Path) -> None:
    files = {
        "pkg/main.py": "from fastapi import FastAPI\nfrom .routers import live\napp = FastAPI()\n"
        "app.include_router(live.router)\n",
        "pkg/routers/__init__.py": "",
        "pkg/routers/live.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.websocket('/live')\n"
        "async def f(w): ...\n",
    }
    listener = only(listen(tmp_path, "import uvicorn\nuvicorn.run('pkg.main:app', port=8000)\n", **files))
    assert (listener.speaks, listener.paths) == ("websocket", ("/live",))
    assert listener.answers == ("/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc")


@pytest.mark.parametrize(
    ("function", "speaks", "answers"),
    [
        (
            "def pr(c, r):\n    if r.path == '/healthz':\n        return c.respond(HTTPStatus.OK, 'OK')\n",
            "websocket",
            ("/healthz",),
        ),
        (
            "async def pr(path, headers):\n    if path in ('/a', '/b'):\n        return 200, [], b'x'\n",
            "websocket",
            ("/a", "/b"),
        ),
        (
            (
                "HEALTH = '/ready'\ndef pr(c, r):\n    if r.path == HEALTH:\n"
                "        return Response(200, 'OK', Headers())\n"
            ),
            "websocket",
            ("/ready",),
        ),
        (
            "def pr(c, r):\n    if r.path != '/ws':\n        return c.respond(HTTPStatus.NOT_FOUND, 'no')\n",
            "websocket",
            (),
        ),
        (
            "def pr(c, r):\n    if 'Upgrade' not in r.headers:\n        return c.respond(HTTPStatus.OK, 'hello')\n",
            "both",
            (),
        ),
        (
            "def pr(c, r):\n    if bad(r):\n        return c.respond(HTTPStatus.UNAUTHORIZED, 'no')\n    return None\n",
            "websocket",
            (),
        ),
        ("def pr(c, r):\n    return c.respond(200, 'hello')\n", "both", ()),
        (
            "def pr(c, r):\n    match r.path:\n        case '/m':\n            return c.respond(200, 'hello')\n",
            "websocket",
            ("/m",),
        ),
        ("def pr(c, r):\n    return c.respond(200, 'x') if r.path == '/t' else None\n", "websocket", ("/t",)),
        ("pr = lambda c, r: c.respond(200, 'x') if r.path == '/l' else None\n", "websocket", ("/l",)),
        ("pr = elsewhere()\n", "both", ()),
        ("pr = None\n", "websocket", ()),
    ],
)
def test_process_request_answers(tmp_path: Path, function: str, speaks: str, answers: tuple[str, ...]) -> None:
    code = (
        f"import websockets\nfrom http import HTTPStatus\n{function}websockets.serve(h, '', 8765, process_request=pr)\n"
    )
    listener = only(listen(tmp_path, code))
    assert (listener.speaks, listener.answers) == (speaks, answers)


def test_process_request_of_other_places(tmp_path: Path) -> None:
    files = {"pkg/health.py": "def pr(c, r):\n    if r.path == '/far':\n        return c.respond(200, 'x')\n"}
    code = """
        import websockets
        from .health import pr
        class P(websockets.WebSocketServerProtocol):
            async def process_request(self, path, headers):
                if path == "/own":
                    return 200, [], b""
        websockets.serve(h, "", 1, process_request=pr)
        websockets.serve(h, "", 2, create_protocol=P)
    """
    assert [one.answers for one in listen(tmp_path, code, **files).listeners] == [("/far",), ("/own",)]


def test_tls_and_subprotocols(tmp_path: Path) -> None:
    code = """
        import ssl, websockets
        context = ssl.SSLContext()
        websockets.serve(h, "", 1, ssl=context, subprotocols=["a", "b"])
        websockets.serve(h, "", 2, ssl=None)
        websockets.serve(h, "", 3)
        websockets.serve(h, "", 4, **options)
    """
    found = listen(tmp_path, code).listeners
    assert [one.tls for one in found] == [True, False, False, None]
    assert found[0].subprotocols == ("a", "b")


@pytest.mark.parametrize("name", ["tests/test_live.py", "conftest.py", "pkg/test_live.py"])
def test_tests_start_servers_of_their_own(tmp_path: Path, name: str) -> None:
    code = "import pytest, websockets\nwebsockets.serve(None, '', 8765)\n"
    assert listen(tmp_path, code, name) == Declared()


def test_examples_are_hardly_sure(tmp_path: Path) -> None:
    listener = only(listen(tmp_path, "import websockets\nwebsockets.serve(None, '', 8765)\n", "examples/echo.py"))
    assert listener.sure <= 0.3


def test_a_broken_file_is_said(tmp_path: Path) -> None:
    found = listen(tmp_path, "import websockets\nwebsockets.serve(None, '', 8765)\n\ndef broken(:\n")
    assert only(found).port == 8765
    assert found.notes[0].location.line == 4
    found = listen(tmp_path, "import websockets serve\n", "pkg/b.py")
    assert found.listeners == []
    assert "the file was left out" in found.notes[0].text


def test_gunicorn_configuration(tmp_path: Path) -> None:
    found = listen(tmp_path, "import os\nbind = f\"0.0.0.0:{os.getenv('GPORT', '8200')}\"\n", "gunicorn.conf.py")
    listener = only(found)
    assert (listener.port, listener.framework, listener.environment) == (8200, "gunicorn", "GPORT")


def test_a_hostile_file_is_cut_short(tmp_path: Path) -> None:
    lines = ["import websockets", "a0 = 'x'"]
    lines += [f"a{number} = a{number - 1} + a{number - 1}" for number in range(1, 200)]
    lines += [f"def f{number}(x): return f{number + 1}(x) + f{number + 1}(x) + a150" for number in range(100)]
    lines += ["websockets.serve(None, '', f0(a199))"]
    assert only(listen(tmp_path, "\n".join(lines))).port is None


SERVE = "from websockets.asyncio.server import serve\n{head}\nasync def main():\n    await serve(h, '', {port})\n"


@pytest.mark.parametrize(
    ("head", "port", "files", "expected"),
    [
        (
            "from django.conf import settings",
            "settings.WS_PORT",
            {"site/settings.py": "import os\nINSTALLED_APPS = []\nWS_PORT = int(os.environ.get('WS_PORT', 8001))\n"},
            8001,
        ),
        (
            "from django.conf import settings",
            "getattr(settings, 'WS_PORT', 8002)",
            {"site/settings/base.py": "ROOT_URLCONF = 'a'\n"},
            8002,
        ),
        (
            "from flask import current_app",
            "current_app.config['WS_PORT']",
            {"app.py": "from flask import Flask\napp = Flask('a')\napp.config['WS_PORT'] = 8003\n"},
            8003,
        ),
        (
            "from flask import current_app",
            "current_app.config.get('WS_PORT')",
            {"app.py": "app.config.from_mapping(WS_PORT=8004)\n"},
            8004,
        ),
        (
            "from flask import Flask\napp = Flask('a')\napp.config.from_object('cfg.Live')",
            "app.config.get('WS_PORT', 1)",
            {"cfg.py": "class Live:\n    WS_PORT: int = 8005\n"},
            8005,
        ),
    ],
)
def test_settings_that_a_framework_hands_around(
    tmp_path: Path, head: str, port: str, files: dict[str, str], expected: int
) -> None:
    assert only(listen(tmp_path, SERVE.format(head=head, port=port), **files)).port == expected


def test_servers_that_trio_is_told_to_run(tmp_path: Path) -> None:
    code = "import trio\nfrom trio_websocket import serve_websocket\ntrio.run(serve_websocket, h, '', 15674, None)\n"
    found = only(listen(tmp_path, code))
    assert (found.port, found.speaks, found.framework, found.location.line) == (15674, "websocket", "trio-websocket", 3)


@pytest.mark.parametrize(
    ("head", "port", "files"),
    [
        ("import json\ncfg = json.load(open('cfg.json'))", "cfg['ws']['port']", {"cfg.json": '{"ws": {"port": 8765}}'}),
        (
            "import json\nfrom pathlib import Path\ncfg = json.loads((Path(__file__).parent / 'cfg.json').read_text())",
            "cfg['ws'][0]",
            {"pkg/cfg.json": '{"ws": [8765]}'},
        ),
        (
            "import yaml\nNAME = 'conf/app.yaml'\nwith open(NAME) as f:\n    cfg = yaml.safe_load(f)",
            "cfg['ws'].get('port', 1)",
            {"conf/app.yaml": "ws:\n  port: 8765\n"},
        ),
        (
            "import tomllib\nwith open('app.toml', 'rb') as f:\n    cfg = tomllib.load(f)",
            "cfg['ws']['in']['port']",
            {"app.toml": "[ws]\nname = 'a'\nin.port = 8765\nlist = [1]\nmore = {a = 1}\n"},
        ),
        (
            "import configparser\ncfg = configparser.ConfigParser()\ncfg.read('app.ini')",
            "cfg.getint('ws', 'port', fallback=1)",
            {"app.ini": "; a\n[ws]\nport = 8765\n"},
        ),
        (
            "import configparser\ncfg = configparser.ConfigParser()\ncfg.read('app.ini')",
            "cfg['ws'].getint('other', fallback=8765)",
            {"app.ini": "[ws]\nport = 1\n"},
        ),
        (
            "from tornado.options import define, options\ndefine('port', default=8765, type=int)",
            "options.port",
            {"unused.py": ""},
        ),
        (
            (
                "from dataclasses import dataclass, field as f\n"
                "@dataclass\nclass Ws:\n    port: int = f(default_factory=lambda: 8765)"
                "\n@dataclass\nclass Conf:\n    ws: Ws = f(default_factory=Ws)\nconf = Conf()"
            ),
            "conf.ws.port",
            {"unused.py": ""},
        ),
    ],
)
def test_ports_that_stand_in_files_and_options(tmp_path: Path, head: str, port: str, files: dict[str, str]) -> None:
    assert only(listen(tmp_path, SERVE.format(head=head, port=port), **files)).port == 8765


@pytest.mark.parametrize("text", ["not json", "", "[]"])
def test_files_that_do_not_say_it(tmp_path: Path, text: str) -> None:
    head = "import json\ncfg = json.load(open('cfg.json'))\nother = json.loads(cfg)"
    found = listen(tmp_path, SERVE.format(head=head, port="cfg['ws']"), **{"cfg.json": text})
    assert only(found).port is None


def test_settings_of_sanic_are_attributes_of_its_configuration(tmp_path: Path) -> None:
    code = """
        from pathlib import Path
        from sanic import Sanic
        app = Sanic("now")
        app.config.update_config(Path(__file__).with_name("config.py"))

        @app.websocket("/now")
        async def now(request, ws):
            await ws.recv()

        app.run(host=app.config.BIND, port=app.config.LISTEN)
    """
    files = repository(tmp_path, {"now/server.py": code, "now/config.py": 'BIND = "0.0.0.0"\nLISTEN = 8077\n'})
    (found,) = inspect("python servers", "now/server.py", files).listeners
    assert (found.port, found.speaks) == (8077, "websocket")
