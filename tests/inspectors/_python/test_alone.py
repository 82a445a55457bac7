import pytest

from wsdoctor.inspectors._python.alone import built_in

FASTAPI = "from fastapi import FastAPI\napp = FastAPI({given})\n@app.websocket('/ws')\nasync def f(w): ...\n"
DOCS = ("/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc")
STARLETTE = "app = Starlette(routes=[WebSocketRoute('/ws', f)])\n"
CHANNELS = "application = ProtocolTypeRouter({'websocket': URLRouter([path('ws', C.as_asgi())])})\n"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (FASTAPI.format(given=""), DOCS),
        (FASTAPI.format(given="docs_url=None, redoc_url=None"), ("/openapi.json",)),
        (FASTAPI.format(given="docs_url='/d', redoc_url=None, openapi_url='/o'"), ("/o", "/d")),
        (FASTAPI.format(given="openapi_url=None, lifespan=lifespan()"), ()),
        (STARLETTE, ()),
        ("app = Sanic('x')\n@app.websocket('/feed')\nasync def f(r, ws): ...\n", ("/docs", "/docs/*")),
        ("app = Quart(__name__)\n@app.websocket('/feed')\nasync def f(): ...\n", ("/static/*",)),
        ("@websocket('/ws')\nasync def f(s): ...\napp = Litestar([f])\n", ("/schema", "/schema/*")),
        ("app = Flask('x')\nsock = Sock(app)\n@sock.route('/ws')\ndef f(ws): ...\napp.run()\n", ("/static/*",)),
        (CHANNELS, ()),
        (FASTAPI.format(given="") + "app.add_middleware(CORSMiddleware, allow_origins=['*'])\n", DOCS),
        (FASTAPI.format(given="") + "router = APIRouter()\napp.include_router(router)\n", DOCS),
        (FASTAPI.format(given="") + "def add(app): ...\nadd(app)\nuvicorn.run(app, port=1)\n", DOCS),
        (FASTAPI.format(given="") + "print(ws.client.host)\n", DOCS),
    ],
)
def test_applications_that_open_nothing_but_websockets(text: str, paths: tuple[str, ...]) -> None:
    assert built_in([text]) == paths


@pytest.mark.parametrize(
    "more",
    [
        "@app.get('/')\ndef g(): ...\n",
        "@app.middleware('http')\nasync def m(r, n): ...\n",
        "@app.exception_handler(404)\ndef g(r, e): ...\n",
        "app.mount('/', StaticFiles(directory='x'))\n",
        "app.add_middleware(Pages)\n",
        "app.include_router(elsewhere.router)\n",
        "instrument(app)\n",
        "setup(1, application=app)\n",
        "other = FastAPI()\n",
        "for name in pkgutil.iter_modules(): ...\n",
        "async def site(scope, receive, send): ...\n",
    ],
)
def test_applications_that_may_answer_more(more: str) -> None:
    assert built_in([FASTAPI.format(given=""), more]) is None


@pytest.mark.parametrize(
    "text",
    [
        "app = FastAPI()\n",
        "serve(FastAPI())\n@x.websocket('/ws')\nasync def f(w): ...\n",
        "app = Flask('x')\n@app.websocket('/ws')\ndef f(): ...\n",
        CHANNELS.replace("{'websocket'", "{'http': pages, 'websocket'"),
        CHANNELS.replace(".as_asgi()", ""),
        "application = ProtocolTypeRouter(table)\n",
        "application = ProtocolTypeRouter({'websocket': {1: C.as_asgi()",
    ],
)
def test_what_is_not_known_to_open_nothing_else(text: str) -> None:
    assert (built_in([text]) or ()) == ()


def test_http_beside_the_router_of_channels_is_no_route() -> None:
    assert built_in([CHANNELS + "async def to(self): return {'http': 1}\n"]) == ()
