from pathlib import Path

import pytest

from tests.inspectors.programs import listener
from wsdoctor.inspectors import Repository
from wsdoctor.inspectors._python.apps import websocket_paths


@pytest.mark.parametrize(
    ("code", "speaks", "paths"),
    [
        ("app.router.add_get('/ws', live)", "websocket", ("/ws",)),
        ("app.router.add_route('GET', '/ws', live)", "websocket", ("/ws",)),
        ("app.router.add_route('GET', '/ws', live)\napp.router.add_get('/', page)", "both", ("/ws",)),
        ("app.add_routes([web.get('/ws', live), web.static('/', 'static')])", "both", ("/ws",)),
        ("app.add_routes([web.get(path, live)])", "both", ()),
        ("app.router.add_get('/', page)", "both", ()),
        ("@routes.get('/ws')\nasync def other(request):\n    ws = web.WebSocketResponse()", "websocket", ("/ws",)),
        ("@plain\n@routes.get('/')\n@routes.view(name)\nasync def a(request): pass\napp.router.add_get('/ws', live)",
         "both", ("/ws",)),
    ],
)  # fmt: skip
def test_routes_of_aiohttp(tmp_path: Path, code: str, speaks: str, paths: tuple[str, ...]) -> None:
    start = (
        "from aiohttp import web\nasync def live(request):\n    ws = web.WebSocketResponse()\n    return ws\n"
        "async def page(request):\n    return web.Response()\napp = web.Application()\nroutes = web.RouteTableDef()\n"
    )
    found = listener(tmp_path, f"{start}{code}\nweb.run_app(app, port=8765)")
    assert (found.port, found.speaks, found.paths) == (8765, speaks, paths)


@pytest.mark.parametrize(
    ("body", "speaks", "answers"),
    [
        ("return http.HTTPStatus.OK, [], b'ok'", "both", ()),
        ("return 200, [], b'ok'", "both", ()),
        ("return 426, [], b'no'", "websocket", ()),
        ("return unknown, [], b''", "both", ()),
        ("return connection.respond(200, 'ok')", "both", ()),
        ("return connection.respond(http.HTTPStatus.NOT_FOUND, 'no')", "websocket", ()),
        ("return connection.reject(200)", "websocket", ()),
        ("return None", "websocket", ()),
        ("return", "websocket", ()),
        ("return await later()", "both", ()),
        ("if path == '/health': return 200, [], b''", "websocket", ("/health",)),
        ("return (200, [], b'') if path == '/health' else None", "websocket", ("/health",)),
        ("if path != '/ws': return 404, [], b''\n    return None", "websocket", ()),
        ("if closing: return 200, [], b''", "both", ()),
        ("if 'Upgrade' not in headers: return 200, [], b''", "both", ()),
        ("with lock:\n        if path == '/health': return 200, [], b''", "websocket", ("/health",)),
        ("match path:\n        case '/health': return 200, [], b''", "websocket", ("/health",)),
        ("if path == '/ws': pass\n    else: return 200, [], b''", "both", ()),
    ],
)
def test_what_process_request_answers(tmp_path: Path, body: str, speaks: str, answers: tuple[str, ...]) -> None:
    code = f"import http\nasync def check(path, headers):\n    {body}\nserve(h, '', 8765, process_request=check)"
    found = listener(tmp_path, code)
    assert (found.speaks, found.answers) == (speaks, answers)


@pytest.mark.parametrize(
    ("code", "paths"),
    [
        ("r = APIRouter(prefix='/a')\n@r.websocket('/chat/{room}')\n@app.websocket('/ws')", ("/a/chat/{room}", "/ws")),
        ("r: APIRouter = APIRouter(tags=['a'], prefix=\"/api/\")\n@r.websocket_route('/chat')", ("/api/chat",)),
        ("routes = [WebSocketRoute('/live', live)]", ("/live",)),
        ("from flask_sock import Sock\nsock = Sock(app)\n@sock.route('/echo')\n@app.route('/page')", ("/echo",)),
        ("sock = Sock(app)\n@sock.route('/echo')", ()),
        ("path('ws/chat/', ChatConsumer.as_asgi())", ("/ws/chat/",)),
        ("re_path(r'^ws/(?P<room>\\w+)/$', consumers.Chat.as_asgi())", ("/ws/{room}/",)),
        ("path('ws/<str:room>/', C.as_asgi())", ("/ws/{room}/",)),
        ("re_path(r'^ws/(a|b)/$', C.as_asgi())", ()),
        ("path('graphql', GraphQLHTTPConsumer.as_asgi())", ()),
    ],
)  # fmt: skip
def test_paths_of_sockets(tmp_path: Path, code: str, paths: tuple[str, ...]) -> None:
    (tmp_path / "app.py").write_text(code)
    assert websocket_paths("app.py", Repository(str(tmp_path))) == paths
    assert websocket_paths(None, Repository(str(tmp_path))) == ()
