"""Redirects of Python code, in the words of each framework and as fields of the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository

TO = "http://localhost:8765/ws"


def hops(tmp_path: Path, code: str) -> list[tuple[int, int | None, str | None, str]]:
    """Return line, port, path and product of each hop of a file."""
    found = inspect("python forwarding", "app.py", repository(tmp_path, {"app.py": code})).hops
    assert all("redirect" in hop.sends or hop.product in {"revproxy", "wsgiproxy", "fastapi_proxy_lib", "twisted"}
               for hop in found)  # fmt: skip
    return [(hop.location.line, hop.to.port, hop.path, hop.product) for hop in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"from flask import redirect\ndef f():\n    return redirect('{TO}')\n", (3, "flask")),
        (f"from werkzeug.utils import redirect\nr = redirect(location='{TO}')\n", (2, "werkzeug")),
        (f"from litestar.response import Redirect\nr = Redirect(path='{TO}')\n", (2, "litestar")),
        (f"from pyramid.httpexceptions import HTTPFound\nr = HTTPFound(location='{TO}')\n", (2, "pyramid")),
        (f"import cherrypy\ndef f():\n    raise cherrypy.HTTPRedirect('{TO}')\n", (3, "cherrypy")),
        (f"import falcon\ndef f():\n    raise falcon.HTTPMovedPermanently('{TO}')\n", (3, "falcon")),
        (f"from django.views.generic import RedirectView\nv = RedirectView.as_view(url='{TO}')\n", (2, "django")),
        (f"from django.views.generic import RedirectView\nclass V(RedirectView):\n    url = '{TO}'\n", (3, "django")),
        (("from django.views.generic.base import RedirectView\nclass V(RedirectView):\n"
         f"    def get_redirect_url(self, *a):\n        return '{TO}'\n"), (4, "django")),
        (("import tornado.web\nclass L(tornado.web.RequestHandler):\n    def get(self):\n"
         f"        self.redirect('{TO}')\n"), (4, "tornado")),
        (f"r = make_response('', 302)\nr.headers['Location'] = '{TO}'\n", (2, "python")),
        (f"def f(request):\n    r = HttpResponse(status=302)\n    r['Location'] = '{TO}'\n", (3, "python")),
        (f"def f():\n    return '', 302, {{'Location': '{TO}'}}\n", (2, "python")),
        (f"def app(environ, start):\n    start('302 Found', [('Location', '{TO}')])\n", (2, "python")),
        (f"async def app(s, r, send):\n    await send({{'headers': [(b'location', b'{TO}')]}})\n", (2, "python")),
        (f"class H:\n    def do_GET(self):\n        self.send_header('Location', '{TO}')\n", (3, "python")),
        (f"class H:\n    def get(self):\n        self.set_header('Location', '{TO}')\n", (3, "python")),
    ],
)  # fmt: skip
def test_redirects(tmp_path: Path, code: str, expected: tuple[int, str]) -> None:
    line, product = expected
    assert hops(tmp_path, code) == [(line, 8765, None, product)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (("from fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\n"
         f"@app.get('/live', response_class=RedirectResponse)\ndef live():\n    return '{TO}'\n"),
         (6, 8765, "/live", "fastapi")),
        (("from starlette.responses import RedirectResponse\nasync def to(request):\n"
         "    return RedirectResponse(request.url.replace(port=8765))\n"), (3, 8765, None, "starlette")),
        (("import tornado.web\nroutes = [\n    (r'/live/(.*)', tornado.web.RedirectHandler, "
         f"{{'url': '{TO}', 'permanent': False}}),\n]\n"), (3, 8765, "/live/(.*)", "tornado")),
        (("from tornado.web import RedirectHandler, URLSpec\n"
         f"route = URLSpec('/live', RedirectHandler, {{'url': '{TO}'}})\n"), (2, 8765, "/live", "tornado")),
    ],
)  # fmt: skip
def test_redirects_of_a_path(tmp_path: Path, code: str, expected: tuple[int, int, str | None, str]) -> None:
    assert hops(tmp_path, code) == [expected]


@pytest.mark.parametrize(
    "code",
    [
        "from flask import redirect\nr = redirect('/login')\n",
        "from flask import redirect\nr = redirect('https://example.com/x')\n",
        "def redirect(url): ...\nredirect('http://localhost:8765/')\n",
        "item = {'location': 'http://localhost:8765/'}\n",
        "location = 'http://localhost:8765/'\n",
        "r.headers['Location'] = url_for('x')\n",
        "show('Location', 'http://localhost:8765/')\n",
        "('Location', 'a', 'http://localhost:8765/')\n",
        "from django.views.generic import RedirectView\nclass V(RedirectView):\n    url = None\n",
        "import tornado.web\nroute = ('/x', tornado.web.RedirectHandler, options)\n",
        "import tornado.web\nroute = ('/x', tornado.web.RedirectHandler, {'permanent': True})\n",
        "@app.get('/', response_class=RedirectResponse)\ndef f():\n    return 'x'\n",
        "class Redirected(Base):\n    url = 'http://localhost:8765/'\n",
    ],
)
def test_what_is_no_redirect_to_another_port(tmp_path: Path, code: str) -> None:
    assert hops(tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (("from django.urls import re_path\nfrom revproxy.views import ProxyView\n"
         "urlpatterns = [re_path(r'^live/(?P<path>.*)$', ProxyView.as_view(upstream='http://localhost:8765/'))]\n"),
         (3, 8765, "/live/(?P<path>.*)$", "revproxy")),
        ("from revproxy.views import ProxyView\nclass Live(ProxyView):\n    upstream = 'http://localhost:8765/'\n",
         (3, 8765, None, "revproxy")),
        (("from fastapi_proxy_lib.fastapi.app import reverse_http_app\n"
         "app = reverse_http_app(base_url='http://localhost:8765/')\n"), (2, 8765, None, "fastapi_proxy_lib")),
        ("from wsgiproxy import HostProxy\napp = HostProxy('http://localhost:8765/')\n",
         (2, 8765, None, "wsgiproxy")),
        ("from twisted.web.proxy import ReverseProxyResource\nr = ReverseProxyResource('localhost', 8765, b'')\n",
         (2, 8765, None, "twisted")),
    ],
)  # fmt: skip
def test_libraries_that_proxy(tmp_path: Path, code: str, expected: tuple[int, int, str | None, str]) -> None:
    assert hops(tmp_path, code) == [expected]


@pytest.mark.parametrize(
    "code",
    [
        "from views import ProxyView\nv = ProxyView.as_view(upstream='http://localhost:8765/')\n",
        "from revproxy.views import ProxyView\nclass Live(ProxyView):\n    upstream = choose()\n    retries = 1\n",
        "from twisted.web.proxy import ReverseProxyResource\nr = ReverseProxyResource('localhost', port(), b'')\n",
    ],
)
def test_proxies_that_are_not_known(tmp_path: Path, code: str) -> None:
    assert hops(tmp_path, code) == []
