from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors._python.engineio import paths_alone

ASGI = "import socketio\nsio = socketio.AsyncServer(async_mode='asgi')\n"
AIOHTTP = "import socketio\nfrom aiohttp import web\nsio = socketio.AsyncServer()\napp = web.Application()\n"
FLASK = "from flask import Flask\nfrom flask_socketio import SocketIO\napp = Flask(__name__)\n"
OWN = ("/socket.io", "/socket.io/*")


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (f"{ASGI}app = socketio.ASGIApp(sio)\n", OWN),
        (f"{ASGI}app: socketio.ASGIApp = socketio.ASGIApp(sio)\nuvicorn.run(app, port=1)\n", OWN),
        (f"{ASGI}uvicorn.run(socketio.ASGIApp(sio), port=1)\n", OWN),
        (f"{ASGI}def make():\n    return socketio.ASGIApp(\n        sio, on_startup=begin(),\n    )\n", OWN),
        (f"{ASGI}app = ASGIApp(sio, socketio_path='/live/')\n", ("/live", "/live/*")),
        (f"{ASGI}eventlet.wsgi.server(eventlet.listen(('', 1)), socketio.WSGIApp(sio))\n", OWN),
        (f"{ASGI}app = socketio.WSGIApp(sio)\neventlet.wsgi.server(eventlet.listen(('', 1)), app)\n", OWN),
        ("app = engineio.ASGIApp(eio)\n", ("/engine.io", "/engine.io/*")),
        (f"{AIOHTTP}sio.attach(app)\nweb.run_app(app)\n", OWN),
        (f"{AIOHTTP}sio.attach(app, socketio_path='live')\n", ("/live", "/live/*")),
        (f"{FLASK}sio = SocketIO(app, cors_allowed_origins='*')\nsio.run(app)\n", (*OWN, "/static/*")),
        (f"{FLASK}sio = SocketIO(path='/rt')\nsio.init_app(app)\n", ("/rt", "/rt/*", "/static/*")),
    ],
)
def test_servers_of_nothing_but_socket_io(text: str, paths: tuple[str, ...]) -> None:
    assert paths_alone([text]) == paths


@pytest.mark.parametrize(
    "text",
    [
        f"{ASGI}app = socketio.ASGIApp(sio, api)\n",
        f"{ASGI}app = socketio.ASGIApp(sio, other_asgi_app=api)\n",
        f"{ASGI}app = socketio.ASGIApp(sio, static_files={{'/': 'index.html'}})\n",
        f"{ASGI}app = socketio.ASGIApp(sio, **options)\n",
        f"{ASGI}app = socketio.ASGIApp(sio, socketio_path=PATH)\n",
        f"{ASGI}app = socketio.ASGIApp(sio, socketio_path=None)\n",
        f"{ASGI}app = socketio.ASGIApp(*made)\napp = with_health(app)\n",
        f"{ASGI}app = socketio.ASGIApp(sio)\napp = with_health(app)\n",
        f"{ASGI}app = WithHealth(socketio.ASGIApp(sio))\n",
        f"{ASGI}app = socketio.ASGIApp(sio)\nother = socketio.ASGIApp(sio2)\n",
        f"{ASGI}api = FastAPI()\napp = socketio.ASGIApp(sio)\napi.mount('/', app)\n",
        f"{ASGI}inner = socketio.ASGIApp(sio)\nasync def app(scope, receive, send): ...\n",
        f"{ASGI}app = socketio.ASGIApp(sio,",
        f"{ASGI}app = socketio.ASGIApp(sio sio)\n",
        f"{AIOHTTP}sio.attach(app)\napp.router.add_get('/health', health)\n",
        f"{AIOHTTP}sio.attach(app)\napp.add_routes(routes)\n",
        f"{AIOHTTP}sio.attach(app)\nadd_health(app)\n",
        f"{AIOHTTP}sio.attach(app, PATH)\n",
        f"{AIOHTTP}sio.attach(other)\n",
        AIOHTTP,
        "from aiohttp import web\napp = web.Application()\nthing.attach(app)\n",
        f"{FLASK}sio = SocketIO(app)\n@app.route('/health')\ndef health(): ...\n",
        f"{FLASK}sio = SocketIO(app)\napp.register_blueprint(pages)\n",
        f"{FLASK}sio = SocketIO(app)\nadd_health(app)\n",
        "sio = SocketIO(make_app())\n",
    ],
)
def test_servers_of_socket_io_that_serve_or_may_serve_more(text: str) -> None:
    assert paths_alone([text]) == ()


@pytest.mark.parametrize(
    ("text", "only"),
    [
        (f"{ASGI}app = socketio.ASGIApp(sio)\nuvicorn.run(app, port=8765)\n", OWN),
        (f"{ASGI}app = socketio.ASGIApp(sio)\nuvicorn.run('server:app', port=8765)\n", OWN),
        (f"{AIOHTTP}sio.attach(app)\nweb.run_app(app, port=8765)\n", OWN),
        (f"{FLASK}sio = SocketIO(app)\nsio.run(app, port=8765)\n", (*OWN, "/static/*")),
        ("import socketio\nsio = socketio.Server()\nfrom waitress import serve\nserve(app, port=8765)\n", ()),
    ],
)
def test_listeners_say_what_they_serve_alone(tmp_path: Path, text: str, only: tuple[str, ...]) -> None:
    code = f"import uvicorn\n{text}"
    (found,) = inspect("python servers", "server.py", repository(tmp_path, {"server.py": code})).listeners
    assert (found.port, found.serves_only) == (8765, only)


def test_commands_say_what_they_serve_alone(tmp_path: Path) -> None:
    files = {"live.py": f"{ASGI}app = socketio.ASGIApp(sio)\n", "Procfile": "web: uvicorn live:app --port 8765\n"}
    (found,) = inspect("python commands", "Procfile", repository(tmp_path, files)).listeners
    assert (found.port, found.speaks, found.serves_only) == (8765, "both", OWN)
