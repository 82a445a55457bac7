from pathlib import Path

import pytest

from tests.inspectors.programs import listener, served


@pytest.mark.parametrize(
    ("code", "port", "speaks", "framework"),
    [
        ("import asyncio\nloop = asyncio.get_event_loop()\nloop.create_server(lambda: P(), '', 8765)",
         8765, "tcp", "asyncio"),
        (("import asyncio\nfrom autobahn.asyncio.websocket import WebSocketServerFactory\n"
         "factory = WebSocketServerFactory()\nasyncio.get_event_loop().create_server(factory, '', 8765)"),
         8765, "websocket", "asyncio"),
        ("from twisted.internet import reactor\nreactor.listenTCP(8765, make())", 8765, "tcp", "twisted"),
        (("from twisted.internet import reactor\n"
         "from autobahn.twisted.websocket import WebSocketServerFactory\n"
         "reactor.listenTCP(8765, WebSocketServerFactory())"), 8765, "websocket", "twisted"),
        ("from tornado import web\nweb.Application([('/', web.RequestHandler)]).listen(8765)", 8765, "http", "tornado"),
        (("from tornado import web, httpserver\n"
         "class Live(web.websocket.WebSocketHandler): pass\napp = web.Application([('/ws', Live)])\n"
         "httpserver.HTTPServer(app).listen(8765)"), 8765, "websocket", "tornado"),
        ("from tornado import httpserver as s\nclass App:\n    pass\ns.HTTPServer(App()).listen(8765)",
         8765, "http", "tornado"),
        ("from tornado import web\nclass App(web.Application):\n    pass\nApp().listen(8765)", 8765, "http", "tornado"),
        ("from tornado.web import Application as A\nmake = A\nmake().listen(8765)", 8765, "http", "tornado"),
        ("import eventlet\nfrom eventlet import wsgi\nwsgi.server(eventlet.listen(('', 8765)), app)",
         8765, "http", "eventlet"),
        ("import eventlet\nsock = eventlet.listen(('', 8765))", 8765, "http", "eventlet"),
        ("from gevent.pywsgi import WSGIServer\nWSGIServer(8765, app)", 8765, "http", "gevent"),
        ("from gevent.pywsgi import WSGIServer\nWSGIServer('0.0.0.0:8765', app)", 8765, "http", "gevent"),
        (("from gevent.pywsgi import WSGIServer\nfrom geventwebsocket.handler import WebSocketHandler\n"
         "WSGIServer(('', 8765), app, handler_class=WebSocketHandler)"), 8765, "both", "gevent"),
        ("import socketserver\nsocketserver.TCPServer(('', 8765), Echo)", 8765, "tcp", "socketserver"),
        (("import socketserver\nimport http.server\n"
         "socketserver.TCPServer(('', 8765), http.server.SimpleHTTPRequestHandler)"), 8765, "http", "socketserver"),
        ("import uvicorn\nuvicorn.run(app, **{'port': 8765})", 8765, "http", "uvicorn"),
        ("from tornado.web import Application\nlisten = Application().listen\nlisten(8765)", 8765, "http", "tornado"),
        ("import uvicorn\nuvicorn.run(app)", 8000, "http", "uvicorn"),
    ],
)  # fmt: skip
def test_what_starts_a_server(tmp_path: Path, code: str, port: int, speaks: str, framework: str) -> None:
    found = listener(tmp_path, code)
    assert (found.port, found.speaks, found.framework) == (port, speaks, framework)


@pytest.mark.parametrize(
    "code",
    [
        "import asyncio\nasyncio.get_event_loop().create_server(P, sock=s)",
        "serve(h, path='/run/ws.sock')",
        "serve(h, sock=s)",
        "server.listen(8765)",
        "App().listen(8765)",
    ],
)
def test_what_starts_none_on_a_port(tmp_path: Path, code: str) -> None:
    found = served(tmp_path, code)
    assert (found.listeners, found.notes) == ([], [])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("h, '', **unknown", None),
        ("h, '', **{'host': 'x'}", None),
        ("h, '', **options, **{'port': 8765}", 8765),
        ("h, *('', 8765)", 8765),
        ("h, *address", None),
        ("*given, port=8765", 8765),
    ],
)
def test_arguments_that_are_spread(tmp_path: Path, arguments: str, expected: int | None) -> None:
    assert listener(tmp_path, f"serve({arguments})").port == expected


def test_the_same_server_is_said_once(tmp_path: Path) -> None:
    assert len(served(tmp_path, "port = 8765\nif x:\n    port = 8765\nserve(h, '', port)").listeners) == 1
    assert len(served(tmp_path, "serve(h, '', 8765); serve(g, '', 8765)").listeners) == 1


def test_a_protocol_class_may_answer_requests(tmp_path: Path) -> None:
    code = (
        "from websockets.legacy.server import serve, WebSocketServerProtocol\nclass P(WebSocketServerProtocol):\n"
        "    name = 'x'\n    async def process_request(self, path, headers):\n"
        "        if path == '/health': return 200, [], b''\nserve(h, '', 8765, create_protocol=P)"
    )
    found = listener(tmp_path, code)
    assert (found.speaks, found.answers) == ("websocket", ("/health",))
