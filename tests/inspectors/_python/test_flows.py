import re
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import python_clients, python_forwarding, python_servers
from wsdoctor.inspectors._python import flows, gateways, redirects, requests, source, starts, values
from wsdoctor.inspectors._python.flows import LIBRARIES, OFTEN, reached
from wsdoctor.inspectors._python.names import load
from wsdoctor.model.traffic import Declared

HEAD = "import logging\nimport os.path\n\nlogger = logging.getLogger(__name__)\nLIMITS = {'a': 1}\n\n"
ASIDE = (
    "def tidy(rows):\n    logger.info('%s', LIMITS.get('a'))\n    return [row.get('x') for row in rows]\n",
    "class Row(Base):\n    def put(self, value):\n        self.store.put(value)\n",
    "@dataclass\nclass Size:\n    def get(self, name):\n        return RATES.get(name, os.path.join('a', name))\n",
    "NAMES = [name.get('a') for name in LIMITS]\n",
)
LAYOUTS = (
    {"app.py": "import requests\nrequests.get('http://api:8080/a')\n"},
    {"app.py": "import requests as r\ndef f():\n    return r.get('http://api:8080/a')\n"},
    {"app.py": "from requests import get as fetch\ndef f():\n    return fetch('http://api:8080/a')\n"},
    {"app.py": "def f():\n    import httpx\n    return httpx.get('http://api:8080/a')\n"},
    {
        "app.py": "try:\n    import httpx as web\nexcept ImportError:\n    web = None\ndef f():\n    web.get('http://a:1/')\n"
    },
    {
        "app.py": "import requests\nsession = requests.Session()\ndef f():\n    return session.get('http://api:8080/a')\n"
    },
    {
        "app.py": "import requests\ndef make():\n    return requests.Session()\ndef f():\n    make().get('http://a:81/')\n"
    },
    {"app.py": "import requests\ndef f(s):\n    s.get('http://a:81/')\ndef main():\n    f(requests.Session())\n"},
    {
        "app.py": "import requests\nclass A:\n    def m(self, s):\n        s.get('http://a:81/')\n"
        "def main(a):\n    a.m(requests.Session())\n"
    },
    {
        "app.py": "import requests\nclass A:\n    def __init__(self, s):\n        self.s = s\n    def m(self):\n"
        "        self.s.get('http://a:81/')\ndef main():\n    A(requests.Session()).m()\n"
    },
    {
        "app.py": "import requests\nclass A:\n    def __init__(self):\n        self.s = requests.Session()\n"
        "class B(A):\n    def m(self):\n        self.s.get('http://a:81/')\n"
    },
    {
        "app.py": "import threading, requests\ndef f(s):\n    s.get('http://a:81/')\n"
        "def main():\n    threading.Thread(target=f, args=(requests.Session(),)).start()\n"
    },
    {
        "app.py": "import requests\nBASE = 'http://a:81'\ndef url(path):\n    return BASE + path\n"
        "def f():\n    requests.get(url('/x'))\n"
    },
    {
        "app.py": "# requests\nfrom clients import session\ndef f():\n    session.get('http://a:81/')\n",
        "clients.py": "import requests\nsession = requests.Session()\nother = 1\n",
    },
    {
        "app.py": "# requests\nfrom clients import *\ndef f():\n    session.get('http://a:81/')\n",
        "clients.py": "import requests\nsession = requests.Session()\n",
    },
    {
        "app.py": "# requests\nfrom . import clients as c\ndef f():\n    c.make().get('http://a:81/')\n",
        "clients.py": "import requests\ndef make(): return requests.Session()\n",
    },
    {
        "app.py": "from fastapi import FastAPI\nimport httpx\napp = FastAPI()\n"
        "def start():\n    app.state.client = httpx.AsyncClient()\n"
        "async def h(request):\n    await request.app.state.client.get('http://a:81/')\n"
    },
    {
        "app.py": "from aiohttp import web, ClientSession\ndef start(app):\n    app['client'] = ClientSession()\n"
        "async def h(request):\n    await request.app['client'].get('http://a:81/')\n"
    },
    {"app.py": "import os\nclass T:\n    def r(self):\n        os.system('curl http://a:81/x')\n"},
    {"app.py": "from subprocess import run\nCOMMAND = ['curl', 'http://a:81/x']\ndef f():\n    run(COMMAND)\n"},
    {
        "app.py": "import argparse, requests\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--port', default=8081)\nargs = parser.parse_args()\n"
        "def f():\n    requests.get(f'http://a:{args.port}/')\n"
    },
    {
        "app.py": "import time, requests\ndef once():\n    requests.get('http://a:81/health')\n"
        "def loop():\n    while True:\n        once()\n        time.sleep(30)\n"
    },
    {
        "app.py": "import asyncio, websockets\nasync def h(c): pass\nasync def main():\n"
        "    async with websockets.serve(h, '', 8765): pass\nasyncio.run(main())\n"
    },
    {
        "app.py": "import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.websocket('/ws')\n"
        "async def w(s): pass\nif __name__ == '__main__':\n    uvicorn.run(app, port=9000)\n"
    },
    {
        "app.py": "from base import RequestHandler\nclass H(RequestHandler):\n    def get(self):\n"
        "        self.redirect('http://localhost:8081/ws')\n",
        "base.py": "import tornado\n",
    },
    {"app.py": "from flask import redirect\ndef go():\n    return redirect('http://localhost:9001/ws')\n"},
    {
        "app.py": "from django.conf import settings\n# requests\ndef f():\n    settings.CLIENT.get('http://a:81/')\n",
        "settings.py": "import requests\nINSTALLED_APPS = []\nCLIENT = requests.Session()\n",
    },
    {
        "app.py": "# requests\ndef f(s):\n    s.get('http://a:81/')\n",
        "main.py": "import requests\nfrom app import f\nf(requests.Session())\n",
    },
)
"""Ways of a value from a library to a call of it."""


def _declared(files: dict[str, str], *, whole: bool = False, limit: int = 1000) -> list[Declared]:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(flows, "FAR_FILES", limit),
        patch.object(values, "FAR_FILES", limit),
        patch.object(source, "reached", lambda file, places, repository: set(places) if whole else None)
        if whole
        else patch.object(source, "reached", reached),
    ):
        made = repository(Path(folder), files)
        return [one.inspect("app.py", made) for one in (python_clients, python_servers, python_forwarding)]


@pytest.mark.parametrize("files", LAYOUTS)
@pytest.mark.parametrize("limit", [0, 1000])
@settings(max_examples=4, deadline=None)
@given(before=st.lists(st.sampled_from(ASIDE), max_size=3), after=st.lists(st.sampled_from(ASIDE), max_size=3))
def test_the_statements_that_are_left_out_hold_nothing(
    files: dict[str, str], limit: int, before: list[str], after: list[str]
) -> None:
    filled = {**files, "app.py": HEAD + "".join(before) + files["app.py"] + "".join(after)}
    found = _declared(filled, limit=limit)
    assert found == _declared(filled, whole=True, limit=limit)
    assert any(one.callers or one.listeners or one.hops for one in found) or not limit


def test_what_no_value_gets_to_is_left_out(tmp_path: Path) -> None:
    code = (
        HEAD
        + "import requests\ndef f():\n    return requests.get('http://a:81/')\n"
        + "".join((*ASIDE[:2], *ASIDE[3:]))
    )
    files = repository(tmp_path, {"app.py": code})
    with patch.object(flows, "FAR_FILES", 0):
        file = load("app.py", files)
        assert file is not None
        got = reached(file, range(len(file.module.statements)), files)
    texts = [file.module.statements[place].text for place in sorted(got)]
    assert [text.split("\n")[0] for text in texts] == ["import requests", "def f():"]


@pytest.mark.parametrize(
    "pattern",
    [
        *(pattern for pattern, _ in requests._WAYS),
        *(pattern for pattern, _ in starts._STARTS),
        requests._PLAIN.__self__,
        requests._CONNECTION.__self__,
        requests._SUBPROCESS.__self__,
        redirects._CALLED.__self__,
        gateways._MADE.__self__,
    ],
    ids=lambda pattern: pattern.pattern[:40],
)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_call_that_is_known_is_of_a_package_that_is_known(pattern: re.Pattern[str], data: st.DataObject) -> None:
    name = data.draw(st.from_regex(re.compile(pattern.pattern, re.ASCII), fullmatch=True))
    package, _, rest = name.partition(".")
    last = rest.rpartition(".")[2]
    assert package in LIBRARIES or last in OFTEN[package] or last not in requests._NAMES | starts.NAMES


def test_the_rest_of_a_file_is_read_where_a_statement_cannot_be(tmp_path: Path) -> None:
    code = "import requests\ndef f():\n    requests.get('http://a:81/') = 1\nrequests.get('http://b:81/')\n"
    found = python_clients.inspect("app.py", repository(tmp_path, {"app.py": code}))
    assert [(one.to.host, one.location.line) for one in found.callers] == [("b", 4)]
    assert [(note.location.line, "the rest of the file was read" in note.text) for note in found.notes] == [(3, True)]
