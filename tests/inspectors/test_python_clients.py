from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Caller, Declared


def call(tmp_path: Path, code: str, name: str = "app/client.py", **files: str) -> Declared:
    return inspect("python clients", name, repository(tmp_path, {name: code, **files}))


def only(found: Declared) -> Caller:
    (caller,) = found.callers
    return caller


URL = "http://localhost:8765/x"


@pytest.mark.parametrize(
    ("code", "product", "method", "agent"),
    [
        (f"import requests\nrequests.get('{URL}')", "requests", "GET", "python-requests/"),
        (f"import requests as r\nr.post('{URL}', json=1)", "requests", "POST", "python-requests/"),
        (f"from requests import get as fetch\nfetch('{URL}')", "requests", "GET", "python-requests/"),
        (f"import requests\nrequests.request('put', '{URL}')", "requests", "PUT", "python-requests/"),
        (f"import requests\ns = requests.Session()\ns.head('{URL}')", "requests", "HEAD", "python-requests/"),
        (
            f"import requests\nwith requests.session() as s:\n    s.get(url='{URL}')",
            "requests",
            "GET",
            "python-requests/",
        ),
        (f"import requests\ndef f(s: requests.Session): s.get('{URL}')", "requests", "GET", "python-requests/"),
        (
            f"import requests\nclass C(requests.Session):\n    def f(self): self.get('{URL}')\nC().f()",
            "requests",
            "GET",
            "python-requests/",
        ),
        (
            (
                f"import requests\nclass C:\n    def __init__(self): self.s = requests.Session()\n"
                f"    def f(self): self.s.get('{URL}')"
            ),
            "requests",
            "GET",
            "python-requests/",
        ),
        (
            "import httpx\nc = httpx.Client(base_url='http://localhost:8765')\nc.delete('/x')",
            "httpx",
            "DELETE",
            "python-httpx/",
        ),
        (
            f"import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n        await c.get('{URL}')",
            "httpx",
            "GET",
            "python-httpx/",
        ),
        (f"import httpx\nhttpx.stream('GET', '{URL}')", "httpx", "GET", "python-httpx/"),
        (
            f"import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s, s.get('{URL}') as r: pass",
            "aiohttp",
            "GET",
            "Python/3",
        ),
        (f"from urllib.request import urlopen\nurlopen('{URL}')", "urllib", "GET", "Python-urllib/"),
        (f"import urllib.request\nurllib.request.urlopen('{URL}', b'x')", "urllib", "POST", "Python-urllib/"),
        (
            f"import urllib.request\nq = urllib.request.Request('{URL}', method='HEAD')\nurllib.request.urlopen(q)",
            "urllib",
            "HEAD",
            "Python-urllib/",
        ),
        (f"import urllib3\nurllib3.PoolManager().request('GET', '{URL}')", "urllib3", "GET", "python-urllib3/"),
        (
            "import http.client\nc = http.client.HTTPConnection('localhost', 8765)\nc.request('GET', '/x')",
            "http.client",
            "GET",
            "",
        ),
        (
            "from http.client import HTTPConnection\nHTTPConnection('localhost:8765').request('GET', '/x')",
            "http.client",
            "GET",
            "",
        ),
        (
            f"from tornado.httpclient import AsyncHTTPClient\nAsyncHTTPClient().fetch('{URL}')",
            "tornado",
            "GET",
            "Tornado/",
        ),
        (f"import subprocess\nsubprocess.run(['curl', '-fsS', '{URL}'])", "curl", "GET", "curl/"),
        (f"import os\nos.system('wget -q --spider {URL} || exit 1')", "wget", "HEAD", "Wget/"),
        ("import os\nos.system('curl -X POST localhost:8765/x')", "curl", "POST", "curl/"),
        (f"import requests\nrequests.get('{URL}', headers={{'User-Agent': 'mine/1'}})", "requests", "GET", "mine/1"),
    ],
)
def test_http_libraries(tmp_path: Path, code: str, product: str, method: str, agent: str) -> None:
    caller = only(call(tmp_path, code + "\n"))
    assert (caller.product, caller.method, caller.user_agent) == (product, method, agent)
    assert (caller.protocol, caller.to.host, caller.to.port, caller.path) == ("http", "localhost", 8765, "/x")
    assert caller.kind == "client-code"


@pytest.mark.parametrize(
    ("expression", "host", "port", "path"),
    [
        ("f'http://{HOST}:{PORT}/a'", "live", 8765, "/a"),
        ("'http://%s:%d/a' % (HOST, PORT)", "live", 8765, "/a"),
        ("'http://%(h)s:8765/a' % {'h': HOST}", "live", 8765, "/a"),
        ("'http://%s/a' % HOST", "live", 80, "/a"),
        ("'http://{}:{}/a'.format(HOST, PORT)", "live", 8765, "/a"),
        ("'http://{h}:{0}/{{a}}'.format(PORT, h=HOST)", "live", 8765, "/{a}"),
        ("'http://' + HOST + ':' + str(PORT) + '/a'", "live", 8765, "/a"),
        ("BASE.rstrip('/') + '/a'", "live", 8765, "/a"),
        ("urljoin(BASE, 'a')", "live", 8765, "/a"),
        ("urlunparse(('http', f'{HOST}:8765', '/a', '', '', ''))", "live", 8765, "/a"),
        ("'/'.join(['http://live:8765', 'a'])", "live", 8765, "/a"),
        ("URLS['a']", "live", 8765, "/a"),
        ("BASE.replace('live', 'dead') + 'a'", "dead", 8765, "/a"),
        ("f'http://{unknown}:8765/a'", None, 8765, "/a"),
        ("f'http://live:8765/{unknown}'", "live", 8765, "/*"),
        ("f'http://live:8765/a/{unknown}/b-{unknown}{unknown}?c={unknown}'", "live", 8765, "/a/*/b-*"),
        ("f'http://live:8765{unknown}'", "live", 8765, None),
        ("f'http://[::1]:8765/a?x=1#y'", "::1", 8765, "/a"),
        ("'https://user:pw@live/a'", "live", 443, "/a"),
        ("yarl.URL(BASE) / 'a'", "live", 8765, "/a"),
        ("str(yarl.URL(BASE))", "live", 8765, "/"),
        ("'http://live:8765'", "live", 8765, "/"),
    ],
)
def test_urls_are_put_together(tmp_path: Path, expression: str, host: str | None, port: int, path: str | None) -> None:
    code = f"""
import requests, yarl
from urllib.parse import urljoin, urlunparse
HOST, PORT = "live", 8765
BASE = "http://live:8765/"
URLS = {{"a": BASE + "a"}}
requests.get({expression})
"""
    caller = only(call(tmp_path, code))
    assert (caller.to.host, caller.to.port, caller.path) == (host, port, path)


@pytest.mark.parametrize(
    ("code", "protocol", "kind"),
    [
        ("import websockets\nwebsockets.connect('ws://a:8765/x', subprotocols=['s'])", "ws", "websocket-client"),
        ("from websockets.sync.client import connect\nconnect('wss://a:8765/x')", "wss", "websocket-client"),
        ("import websocket\nwebsocket.create_connection('ws://a:8765/x')", "ws", "websocket-client"),
        ("import websocket\nwebsocket.WebSocketApp('ws://a:8765/x')", "ws", "websocket-client"),
        (
            (
                "import aiohttp\nasync def f():\n"
                "    async with aiohttp.ClientSession('http://a:8765') as s:\n"
                "        await s.ws_connect('/x')"
            ),
            "ws",
            "websocket-client",
        ),
        ("import socketio\nc = socketio.Client()\nc.connect('http://a:8765/x')", "socket.io", "realtime-client"),
        ("from sseclient import SSEClient\nSSEClient('http://a:8765/x')", "eventsource", "realtime-client"),
        (
            "from tornado.websocket import websocket_connect\nwebsocket_connect('ws://a:8765/x')",
            "ws",
            "websocket-client",
        ),
    ],
)
def test_websocket_and_other_clients(tmp_path: Path, code: str, protocol: str, kind: str) -> None:
    caller = only(call(tmp_path, code + "\n"))
    assert (caller.protocol, caller.kind, caller.to.host, caller.to.port, caller.path) == (
        protocol,
        kind,
        "a",
        8765,
        "/x",
    )


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('a', 8765), timeout=1)",
        "s = socket.socket(socket.AF_INET)\ns.connect(('a', 8765))",
        "socket.socket().connect_ex(('a', 8765))",
        "asyncio.open_connection('a', 8765)",
    ],
)
def test_plain_connections(tmp_path: Path, code: str) -> None:
    caller = only(call(tmp_path, f"import asyncio, socket\n{code}\n"))
    assert (caller.protocol, caller.kind, caller.to.host, caller.to.port) == ("tcp", "wait", "a", 8765)


def test_places_on_the_way_are_kept(tmp_path: Path) -> None:
    files = {"app/__init__.py": "", "app/cfg.py": "PORT = 8765\nURL = f'http://localhost:{PORT}'\n"}
    caller = only(
        call(tmp_path, "import requests\nfrom app.cfg import URL\nSTATUS = URL + '/s'\nrequests.get(STATUS)\n", **files)
    )
    assert caller.location.line == 4
    assert [(place.file, place.line) for place in caller.also] == [
        ("app/client.py", 3),
        ("app/cfg.py", 2),
        ("app/cfg.py", 1),
    ]


@pytest.mark.parametrize(
    ("code", "period", "kind"),
    [
        ("while True:\n    requests.get(U)\n    time.sleep(20)\n", 20.0, "client-code"),
        (
            (
                "EVERY = 5\ndef once():\n    requests.get(U)\nwhile True:\n    try:\n        once()\n"
                "    except OSError:\n        time.sleep(99)\n    time.sleep(EVERY)\n"
            ),
            5.0,
            "client-code",
        ),
        ("def once():\n    requests.get(U)\nschedule.every(10).seconds.do(once)\n", 10.0, "client-code"),
        ("def once():\n    requests.get(U)\nschedule.every().minute.do(once)\n", 60.0, "client-code"),
        ("def once():\n    requests.get(U)\nscheduler.add_job(once, 'interval', minutes=2)\n", 120.0, "client-code"),
        ("def once():\n    requests.get(U)\nTimer(3, once).start()\n", 3.0, "client-code"),
        ("@repeat_every(seconds=7)\ndef once():\n    requests.get(U)\n", 7.0, "client-code"),
        ("def once():\n    requests.get(U)\nonce()\n", None, "client-code"),
        ("def check_health():\n    return requests.get(U).ok\n", None, "client-code"),
        ("class C:\n    def isHealthy(self):\n        return requests.get(U).ok\n", None, "client-code"),
        ("def get_shipping():\n    return requests.get(U).json()\n", None, "client-code"),
        ("def check_user():\n    return requests.get(U).json()\n", None, "client-code"),
        ("def deliver():\n    return requests.get(U).json()\n", None, "client-code"),
        (
            (
                "for n in range(30):\n    try:\n        requests.get(U)\n        break\n"
                "    except OSError:\n        time.sleep(1)\n"
            ),
            1.0,
            "wait",
        ),
        (
            (
                "def wait_until_up():\n    while True:\n        if ok():\n            return\n"
                "        time.sleep(2)\ndef ok():\n    try:\n        return requests.get(U).ok\n"
                "    except OSError:\n        return False\nwait_until_up()\n"
            ),
            2.0,
            "wait",
        ),
    ],
)
def test_rhythm_and_purpose(tmp_path: Path, code: str, period: float | None, kind: str) -> None:
    caller = only(call(tmp_path, f"import requests, schedule, time\nU = 'http://localhost:8765/'\n{code}"))
    assert (caller.period, caller.kind) == (period, kind)


def test_a_client_class_of_the_repository(tmp_path: Path) -> None:
    code = """
        import requests
        class Client:
            BASE = "http://live:8765/"
            def __init__(self, base=None, session=None):
                self.base = (base or self.BASE).rstrip("/")
                self.session = session or requests.Session()
            def ask(self, method, path):
                return self.session.request(method, f"{self.base}/{path}")
            def status(self):
                return self.ask("GET", "status")
            def push(self):
                return self.ask("POST", "push")
        Client().status()
    """
    found = call(tmp_path, code).callers
    assert [(one.to.host, one.to.port, one.path, one.method) for one in found] == [
        ("live", 8765, "/status", None),
        ("live", 8765, "/push", None),
    ]


def test_a_loop_over_several_urls(tmp_path: Path) -> None:
    code = "import requests\nfor u in ['http://a:1/', 'http://a:2/']:\n    requests.get(u)\n"
    assert [one.to.port for one in call(tmp_path, code).callers] == [1, 2]


def test_the_argument_of_a_script_comes_from_its_command(tmp_path: Path) -> None:
    code = (
        "import sys, urllib.request\n"
        "u = sys.argv[1] if len(sys.argv) > 1 else 'http://localhost:1'\n"
        "urllib.request.urlopen(u)\n"
    )
    plain = only(call(tmp_path / "a", code, "scripts/wait.py", Makefile="up:\n\tpython scripts/wait.py && run\n"))
    assert plain.to.port == 1
    told = only(
        call(tmp_path / "b", code, "scripts/wait.py", Makefile="up:\n\tpython scripts/wait.py http://localhost:2/x\n")
    )
    assert (told.to.port, told.path) == (2, "/x")
    assert ("Makefile", 2) in {(place.file, place.line) for place in told.also}


def test_a_request_that_asks_for_an_upgrade_shows_its_fields(tmp_path: Path) -> None:
    code = (
        "import requests\nrequests.get('http://a:8765/', headers={'Upgrade': 'websocket', 'Connection': 'Upgrade'})\n"
    )
    assert only(call(tmp_path, code)).headers["Upgrade"] == "websocket"


@pytest.mark.parametrize(
    "code",
    [
        "import requests\nrequests.get(unknown())\n",
        "import requests\nrequests.get(f'{unknown()}/x')\n",
        "import websockets\nwebsockets.connect(sys.argv[1])\n",
        "import os, requests\nrequests.get(os.environ['SOMEWHERE'])\n",
    ],
)
def test_what_cannot_be_followed_is_said(tmp_path: Path, code: str) -> None:
    found = call(tmp_path, code)
    assert found.callers == []
    assert "could not be followed" in found.notes[0].text
    assert found.notes[0].location.line == 2


@pytest.mark.parametrize(
    "code",
    [
        "settings = {'a': 1}\nsettings.get('http://a:8765/')  # requests\n",
        "# requests.get('http://a:8765/')\nURL = 'http://a:8765/'  # requests\n",
        "import requests\nrequests.get('/relative')\n",
        "import requests\nclient.get('http://a:8765/')\n",
        "import subprocess\nsubprocess.run(['ls'])  # curl\n",
    ],
)
def test_look_alikes_are_no_callers(tmp_path: Path, code: str) -> None:
    assert call(tmp_path, code) == Declared()


def test_tests_and_examples(tmp_path: Path) -> None:
    code = "import requests\nrequests.get('http://a:8765/')\n"
    assert call(tmp_path, code, "tests/test_a.py").callers == []
    assert only(call(tmp_path, code, "docs/a.py")).sure <= 0.3


def test_units_decide_what_localhost_means(tmp_path: Path) -> None:
    compose = "services:\n  poller:\n    build: ./app\n"
    caller = only(call(tmp_path, f"import requests\nrequests.get('{URL}')\n", **{"compose.yml": compose}))
    assert caller.unit == caller.to.unit == "poller"


FORWARD = """
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
import httpx, requests
app = FastAPI()
client = httpx.AsyncClient(base_url="http://live:8765")
@app.get("/live")
def live():
    return RedirectResponse("http://localhost:8765/live")
@app.get("/login")
def login():
    return RedirectResponse("https://accounts.example/login")
@app.get("/home")
def home():
    return RedirectResponse("/index.html")
@app.api_route("/rt/{path:path}")
async def rt(path: str, request: Request):
    return await client.request(request.method, f"/{path}", headers=request.headers)
@app.get("/status")
def status():
    return requests.get("http://localhost:8765/status").json()
"""


def test_redirects_and_forwarding_handlers(tmp_path: Path) -> None:
    found = repository(tmp_path, {"main.py": FORWARD})
    hops = inspect("python forwarding", "main.py", found).hops
    assert [
        (hop.product, hop.to.host, hop.to.port, hop.path, hop.sends, hop.forwards_upgrade, hop.location.line)
        for hop in hops
    ] == [
        ("fastapi", "localhost", 8765, "/live", ("redirect",), False, 9),
        ("httpx", "live", 8765, "/rt/{path:path}", (), False, 18),
    ]
    (caller,) = inspect("python clients", "main.py", found).callers
    assert caller.location.line == 21


@pytest.mark.parametrize(
    ("code", "product"),
    [
        (
            (
                "from flask import Flask, redirect\napp = Flask('x')\n@app.route('/a')\ndef a():\n"
                "    return redirect('http://localhost:8765/')\n"
            ),
            "flask",
        ),
        (
            "from aiohttp import web\nasync def a(request):\n    raise web.HTTPFound('http://localhost:8765/')\n",
            "aiohttp",
        ),
        (
            "from django.shortcuts import redirect\ndef a(request):\n    return redirect('http://localhost:8765/')\n",
            "django",
        ),
        (
            (
                "import tornado.web\nclass A(tornado.web.RequestHandler):\n    def get(self):\n"
                "        self.redirect('http://localhost:8765/')\n"
            ),
            "tornado",
        ),
        (
            (
                "from flask import Flask, request\nimport requests\napp = Flask('x')\n"
                "@app.route('/<path:p>')\ndef a(p):\n"
                "    return requests.request(request.method, f'http://localhost:8765/{p}').content\n"
            ),
            "requests",
        ),
        (
            (
                "import aiohttp\nasync def a(request):\n    async with aiohttp.ClientSession() as s:\n"
                "        return await s.request(request.method, f'http://localhost:8765{request.path_qs}')\n"
            ),
            "aiohttp",
        ),
    ],
)
def test_forwarding_in_other_frameworks(tmp_path: Path, code: str, product: str) -> None:
    found = repository(tmp_path, {"main.py": code})
    (hop,) = inspect("python forwarding", "main.py", found).hops
    assert (hop.product, hop.to.port) == (product, 8765)
    assert inspect("python clients", "main.py", found).callers == []


def test_forwarding_in_tests_and_broken_files(tmp_path: Path) -> None:
    found = repository(tmp_path, {"tests/main.py": FORWARD, "b.py": "redirect(("})
    assert inspect("python forwarding", "tests/main.py", found) == Declared()
    assert inspect("python forwarding", "b.py", found).notes


GATEWAY = """
import httpx
from fastapi import FastAPI, Request
URLS = {"a": "http://events:8700"}
app = FastAPI()
async def start():
    app.state.client = httpx.AsyncClient()
@app.api_route("/old/{path:path}", methods=["GET"])
async def old(path: str, request: Request):
    return await request.app.state.client.request(request.method, f"{URLS['a']}/{path}")
"""


def test_a_client_that_an_application_keeps(tmp_path: Path) -> None:
    (hop,) = inspect("python forwarding", "main.py", repository(tmp_path, {"main.py": GATEWAY})).hops
    assert (hop.product, hop.to.host, hop.to.port, hop.path) == ("httpx", "events", 8700, "/old/{path:path}")
    assert (hop.websocket, hop.details["becomes"]) == (False, "/*")


def test_a_session_that_an_aiohttp_application_keeps(tmp_path: Path) -> None:
    code = (
        "import aiohttp\nasync def start(app):\n    app['session'] = aiohttp.ClientSession()\n"
        "async def poll(request):\n    return await request.app['session'].get('http://localhost:8765/x')\n"
    )
    assert only(call(tmp_path, code)).to.port == 8765


WRITTEN = """
import socket
VERSION = 8
def open_it(host, path):
    sock = socket.create_connection((host, 8765))
    request = (
        f"GET {path} HTTP/1.1\\r\\n"
        f"Host: {host}\\r\\n"
        "Upgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
        f"Sec-WebSocket-Version: {VERSION}\\r\\n\\r\\n"
    )
    sock.sendall(request.encode())
"""


def test_a_handshake_that_is_written_out(tmp_path: Path) -> None:
    found = only(call(tmp_path, WRITTEN))
    assert (found.protocol, found.kind, found.to.port, found.path, found.method) == (
        "ws", "websocket-client", 8765, None, "GET",
    )  # fmt: skip
    assert found.headers["Sec-WebSocket-Version"] == "8"
    assert "Sec-WebSocket-Key" not in found.headers
    assert (found.location.line, found.location.end_line) == (7, 10)


@pytest.mark.parametrize(
    "request_text",
    [
        "b'GET / HTTP/1.1\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n'",
        "'\\r\\n'.join(['GET / HTTP/1.1', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', '', ''])",
        "'GET {} HTTP/1.1\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n'.format('/')",
    ],
)
def test_ways_to_write_a_handshake(tmp_path: Path, request_text: str) -> None:
    code = f"import socket\ns = socket.create_connection(('h', 8765))\ns.sendall({request_text})\n"
    found = only(call(tmp_path, code))
    assert (found.protocol, found.path, found.headers["Sec-WebSocket-Version"]) == ("ws", "/", "13")


def test_what_only_names_the_fields_of_a_handshake(tmp_path: Path) -> None:
    code = (
        "import socket\ns = socket.create_connection(('h', 8765))\n"
        "FIELDS = 'Sec-WebSocket-Version: 13'\nFIELDS.join(['a'])\nPAGE = 'HTTP/1.1 200 OK\\r\\n'\n"
    )
    assert only(call(tmp_path, code)).protocol == "tcp"


def test_a_plain_request_that_is_written_out(tmp_path: Path) -> None:
    code = (
        "import socket\ns = socket.create_connection(('h', 8765))\n"
        "s.sendall(b'HEAD /up HTTP/1.0\\r\\nHost: h\\r\\n\\r\\n')\n"
    )
    found = only(call(tmp_path, code))
    assert (found.protocol, found.kind, found.method, found.path) == ("http", "client-code", "HEAD", "/up")
    assert (found.location.line, [one.line for one in found.also]) == (3, [2])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import urllib3\nurllib3.HTTPConnectionPool('h', port=8765).request('GET', '/x')\n", ("urllib3", "/x")),
        ("import urllib3\nurllib3.connection_from_url('http://h:8765').request('GET', '/x')\n", ("urllib3", "/x")),
        ("import pycurl\nc = pycurl.Curl()\nc.setopt(c.URL, 'http://h:8765/x')\n", ("pycurl", "/x")),
        ("import niquests\nniquests.get('http://h:8765/x')\n", ("requests", "/x")),
        ("from selenium import webdriver\nwebdriver.Firefox().get('http://h:8765/x')\n", ("selenium", "/x")),
        (("from playwright.sync_api import sync_playwright\nwith sync_playwright() as p:\n"
         "    p.chromium.launch().new_page().goto('http://h:8765/x')\n"), ("playwright", "/x")),
    ],
)  # fmt: skip
def test_more_libraries(tmp_path: Path, code: str, expected: tuple[str, str]) -> None:
    found = only(call(tmp_path, code))
    assert (found.product, found.path, found.to.port) == (*expected, 8765)


def test_what_pycurl_is_told_besides(tmp_path: Path) -> None:
    assert call(tmp_path, "import pycurl\nc = pycurl.Curl()\nc.setopt(c.TIMEOUT, 3)\n").callers == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("def up(url):\n    return requests.get(url)\nup('http://h:5000/')\nup('http://h:8765/')\n", [4, 5]),
        ("def up(port):\n    return requests.get(f'http://h:{port}/')\nup(5000)\nup(8765)\n", [4, 5]),
        ("URLS = [\n    'http://h:5000/',\n    'http://h:8765/',\n]\nlist(pool.map(requests.get, URLS))\n", [3, 4]),
        ("def up(url):\n    return requests.get(url)\nup('http://h:8765/a')\nup('http://h:8765/b')\n", [3, 3]),
    ],
)
def test_a_call_that_goes_to_several_ports_is_placed_where_it_is_told(
    tmp_path: Path, code: str, lines: list[int]
) -> None:
    assert sorted(one.location.line for one in call(tmp_path, f"import requests\n{code}").callers) == lines


def test_a_table_of_a_handler_is_placed_at_its_entry(tmp_path: Path) -> None:
    code = (
        "import requests\nfrom flask import Flask, request\nLIVE = 8765\nBACKENDS = {\n"
        "    'web': 'http://127.0.0.1:5000',\n    'live': f'http://127.0.0.1:{LIVE}',\n}\napp = Flask(__name__)\n"
        "@app.route('/<name>/<path:rest>')\ndef forward(name, rest):\n    base = BACKENDS.get(name)\n"
        "    return requests.request(request.method, f'{base}/{rest}').content\n"
    )
    found = inspect("python forwarding", "app.py", repository(tmp_path, {"app.py": code})).hops
    assert [(one.to.port, one.location.line) for one in found] == [(5000, 5), (8765, 6)]


def test_tests_are_no_callers(tmp_path: Path) -> None:
    files = {
        "app.py": "import requests\ndef up(port):\n    return requests.get(f'http://h:{port}/')\n",
        "run.py": "from app import up\nup(5000)\n",
        "tests/test_app.py": "from app import up\ndef test_up():\n    up(8765)\n",
    }
    found = inspect("python clients", "app.py", repository(tmp_path, files)).callers
    assert [one.to.port for one in found] == [5000]


def test_a_browser_that_a_script_opens(tmp_path: Path) -> None:
    found = only(call(tmp_path, "import webbrowser\nwebbrowser.open_new_tab('http://localhost:8765')\n"))
    assert (found.kind, found.user_agent) == ("navigation", "Mozilla/")


def test_a_check_that_code_registers_at_consul(tmp_path: Path) -> None:
    code = "import consul\ncheck = consul.Check.http('http://localhost:8765/health', interval='10s')\n"
    found = only(call(tmp_path, code))
    assert (found.kind, found.path, found.user_agent) == ("health-check", "/health", "Consul Health Check")


def test_fields_that_are_given_as_a_list(tmp_path: Path) -> None:
    code = (
        "import websocket\nwebsocket.create_connection('ws://h:8765/', header=['Sec-WebSocket-Version: 8', 'bare'])\n"
    )
    assert only(call(tmp_path, code)).headers == {"Sec-WebSocket-Version": "8"}


def test_what_a_conftest_waits_for(tmp_path: Path) -> None:
    code = "import pytest, requests\n@pytest.fixture\ndef up():\n    requests.get('http://localhost:8765/')\n"
    files = {"tests/conftest.py": code, "tests/test_up.py": code.replace("fixture\ndef up", "mark.x\ndef test_up")}
    found = repository(tmp_path, files)
    assert [one.to.port for one in inspect("python clients", "tests/conftest.py", found).callers] == [8765]
    assert inspect("python clients", "tests/test_up.py", found).callers == []
