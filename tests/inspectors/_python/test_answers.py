"""What a `process_request` answers, in the ways in which people write it."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.inspectors.programs import listener, served
from wsdoctor.model.traffic import Address, Caller, Location
from wsdoctor.rules._declared import speaks_http

START = """\
import functools, re, json
from http import HTTPStatus
from urllib.parse import urlsplit, urlparse
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response
HEALTH = "/healthz"
PATHS = frozenset({"/healthz", "/readyz"})
RX = re.compile(r"^/health(?:z|y)?$")
"""

ANSWERING = {
    "equal": """
        def pr(connection, request):
            if request.path == HEALTH:
                return connection.respond(HTTPStatus.OK, "ok")
    """,
    "a set and a path without its query": """
        def pr(connection, request):
            path, _, _ = request.path.partition("?")
            if path in PATHS:
                return connection.respond(HTTPStatus.OK, "ok")
            return None
    """,
    "the old form": """
        async def pr(path, headers):
            if path == "/healthz":
                return HTTPStatus.OK, [("Content-Type", "text/plain")], b"ok"
    """,
    "leaving early": """
        def pr(connection, request):
            if urlsplit(request.path).path != HEALTH:
                return None
            body = b"ok"
            return Response(200, "OK", Headers(), body)
    """,
    "leaving early for others": """
        def pr(connection, request):
            if request.path not in ("/healthz", "/readyz"):
                return
            response = connection.respond(HTTPStatus.OK, "fine")
            response.headers["Cache-Control"] = "no-store"
            return response
    """,
    "match": """
        def pr(connection, request):
            match urlparse(request.path).path:
                case "/healthz" | "/readyz":
                    return connection.respond(HTTPStatus.OK, "ok")
                case "/version":
                    return connection.respond(HTTPStatus.OK, "1")
                case _:
                    return None
    """,
    "match with a guard": """
        def pr(connection, request):
            match request.path:
                case path if path in PATHS:
                    return connection.respond(HTTPStatus.OK, "ok")
    """,
    "a table of answers": """
        ANSWERS = {"/healthz": (HTTPStatus.OK, [], b"ok"), "/version": (200, [], b"1")}
        def pr(path, headers):
            return ANSWERS.get(path)
    """,
    "a table of functions": """
        def health(connection):
            return connection.respond(HTTPStatus.OK, "ok")
        ROUTES = {"/healthz": health}
        def pr(connection, request):
            handler = ROUTES.get(request.path)
            if handler is None:
                return None
            return handler(connection)
    """,
    "a table that is asked whether": """
        def health(connection):
            return connection.respond(HTTPStatus.OK, "ok")
        ROUTES = {"/healthz": health}
        async def pr(connection, request):
            if request.path in ROUTES:
                return await ROUTES[request.path](connection)
    """,
    "a walrus": """
        ANSWERS = {"/healthz": "ok"}
        def pr(connection, request):
            if (text := ANSWERS.get(request.path)) is not None:
                return connection.respond(HTTPStatus.OK, text)
    """,
    "startswith": """
        def pr(connection, request):
            if request.path.startswith("/health"):
                return connection.respond(HTTPStatus.OK, "ok")
    """,
    "endswith": """
        def pr(connection, request):
            if request.path.endswith("healthz"):
                return connection.respond(200, "ok")
    """,
    "a word in the path": """
        def pr(connection, request):
            if "health" in request.path:
                return connection.respond(200, "ok")
    """,
    "a path without its slash": """
        def pr(connection, request):
            if request.path.strip("/") == "healthz":
                return connection.respond(200, "ok")
    """,
    "a regular expression": """
        def pr(connection, request):
            if RX.match(request.path):
                return connection.respond(200, "ok")
    """,
    "another regular expression": """
        def pr(connection, request):
            found = re.fullmatch(r"/healthz/?", request.path)
            return connection.respond(200, "ok") if found else None
    """,
    "any": """
        def pr(connection, request):
            if any(request.path.startswith(start) for start in ("/healthz", "/metrics")):
                return connection.respond(200, "ok")
    """,
    "a helper that decides": """
        def is_check(path):
            return path in PATHS
        def pr(connection, request):
            if is_check(request.path):
                return connection.respond(200, "ok")
    """,
    "a helper that decides by steps": """
        def is_check(request):
            if request.path == "/healthz":
                return True
            return False
        def pr(connection, request):
            if not is_check(request):
                return None
            return connection.respond(200, "ok")
    """,
    "a helper that answers": """
        def plain(status, text):
            return Response(status.value, status.phrase, Headers(), text.encode())
        def pr(connection, request):
            if request.path == "/healthz":
                return plain(HTTPStatus.OK, "ok")
            if request.path != "/ws":
                return plain(HTTPStatus.NOT_FOUND, "no")
    """,
    "a local name": """
        def pr(connection, request):
            wanted = request.path.split("?")[0]
            healthy = wanted == HEALTH
            if healthy:
                return connection.respond(HTTPStatus.OK, "ok")
    """,
    "ready or not": """
        def pr(connection, request):
            if request.path == "/healthz":
                status = HTTPStatus.OK if ready() else HTTPStatus.SERVICE_UNAVAILABLE
                return connection.respond(status, "")
    """,
    "ready or not at once": """
        def pr(connection, request):
            if request.path == "/healthz":
                return connection.respond(HTTPStatus.OK if ready() else HTTPStatus.SERVICE_UNAVAILABLE, "")
    """,
    "a number made a status": """
        def pr(connection, request):
            if request.path == "/healthz":
                return connection.respond(HTTPStatus(200), "")
    """,
    "a loop": """
        def pr(connection, request):
            for path, text in [("/healthz", "ok"), ("/version", "1")]:
                if request.path == path:
                    return connection.respond(HTTPStatus.OK, text)
    """,
    "a lambda": """
        pr = lambda c, r: c.respond(200, "ok") if r.path == "/healthz" else None
    """,
    "and": """
        pr = lambda c, r: r.path == "/healthz" and c.respond(200, "ok") or None
    """,
    "a part of a function": """
        def answer(registry, connection, request):
            if request.path == "/healthz":
                return connection.respond(200, str(len(registry)))
        pr = functools.partial(answer, set())
    """,
    "a function that makes it": """
        def answering(*paths):
            def answer(connection, request):
                if request.path in ("/healthz",):
                    return connection.respond(200, "")
            return answer
        pr = answering("/healthz")
    """,
    "a function that is told": """
        def answering(path):
            def answer(connection, request):
                if request.path == path:
                    return connection.respond(200, "")
            return answer
        pr = answering("/healthz")
    """,
    "an object that is called": """
        class Checks:
            def __init__(self, path):
                self.path = path
            def __call__(self, connection, request):
                if request.path == self.path:
                    return connection.respond(200, "")
        pr = Checks("/healthz")
    """,
    "not the sockets' path": """
        def pr(connection, request):
            if request.path == "/ws":
                return None
            return connection.respond(200, "hello")
    """,
    "no upgrade": """
        def pr(connection, request):
            if "Upgrade" not in request.headers:
                return connection.respond(200, "hello")
    """,
    "a redirect": """
        def pr(path, headers):
            if headers.get("Upgrade", "").lower() != "websocket":
                return 302, [("Location", "https://example.org")], b""
    """,
    "a user agent": """
        def pr(connection, request):
            if request.headers.get("User-Agent", "").startswith("kube-probe"):
                return connection.respond(200, "")
    """,
    "a table and a try": """
        FILES = {"/healthz": b"ok"}
        def pr(path, headers):
            try:
                body = FILES[path]
            except KeyError:
                return None
            return HTTPStatus.OK, [], body
    """,
    "elsewhere": """
        from .answers import pr
    """,
    "a helper of a lambda": """
        is_check = lambda path: path in PATHS
        pr = lambda c, r: (c.respond(200, "ok") if is_check(r.path) else None)
    """,
    "a table of settings": """
        ANSWERS = {"/healthz": "ok"}
        def pr(connection, request):
            if ANSWERS[request.path]:
                return connection.respond(200, "")
    """,
    "a branch that stays": """
        def pr(connection, request):
            if request.path == "/healthz":
                pass
            else:
                return None
            return connection.respond(200, "")
    """,
    "keys and two sets": """
        MORE = {"/healthz": 1}
        def pr(connection, request):
            if request.path in MORE.keys() or request.path in PATHS | {"/version"}:
                return connection.respond(200, "")
    """,
    "truth and nothing else": """
        def pr(connection, request):
            if bool(request.path == "/healthz") is True:
                return connection.respond(200, "")
    """,
    "a response that is kept": """
        OK = (200, [], b"ok")
        def pr(path, headers):
            if path == "/healthz":
                return OK
    """,
    "a file that is open": """
        def pr(path, headers):
            with open("x") as answer:
                return answer
    """,
    "a response of an object": """
        def pr(path, headers):
            return settings.answer
    """,
    "the hook of something else": """
        def pr(connection, request):
            return inner.process_request(connection, request)
    """,
    "more than one comparison": """
        def pr(connection, request):
            if 1 < len(request.path) < 9:
                return connection.respond(200, "")
    """,
    "a pattern that is written out": """
        import fnmatch
        def pr(connection, request):
            if fnmatch.fnmatch(request.path, "/health*"):
                return connection.respond(200, "")
    """,
    "a function of a function of itself": """
        def pr(connection, request):
            if again(request):
                return connection.respond(200, "")
        def again(request):
            return again(request)
    """,
    "an unknown package": """
        from healthy import pr
    """,
}

REFUSING = {
    "another path": """
        def pr(connection, request):
            if request.path == "/status":
                return connection.respond(HTTPStatus.OK, "ok")
    """,
    "a prefix of others": """
        def pr(connection, request):
            if request.path.startswith("/static/"):
                return connection.respond(HTTPStatus.OK, "ok")
    """,
    "only refusals": """
        def pr(connection, request):
            if request.path != "/ws":
                return connection.respond(HTTPStatus.NOT_FOUND, "no")
            if "Authorization" not in request.headers:
                return connection.respond(HTTPStatus.UNAUTHORIZED, "no")
            return None
    """,
    "unwell on that path": """
        def pr(connection, request):
            if request.path == "/healthz":
                return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "gone")
    """,
    "an error that says what": """
        def pr(connection, request):
            try:
                check(request)
            except Refused as refused:
                return connection.respond(refused.status, str(refused))
    """,
    "that of above": """
        class P(object):
            async def process_request(self, path, headers):
                return await super().process_request(path, headers)
        pr = P().process_request
    """,
    "passwords": """
        from websockets.asyncio.server import basic_auth
        pr = basic_auth(credentials=("a", "b"))
    """,
    "nothing": """
        pr = None
    """,
    "a number": """
        def pr(connection, request):
            return 200
    """,
    "the response that came in": """
        def pr(connection, request, response=None):
            return response
    """,
    "a helper that never says yes": """
        def is_check(request):
            if request.path == "/status":
                return True
            return None
        def pr(connection, request):
            if is_check(request):
                return connection.respond(200, "")
    """,
}

ELSEWHERE = (
    "def pr(connection, request):\n    if request.path == '/healthz':\n        return connection.respond(200, '')\n"
)


def answers(tmp_path: Path, code: str) -> bool:
    whole = f"{START}{dedent(code)}\nserve(h, '', 8765, process_request=pr)\n"
    found = listener(tmp_path, whole, {"app/answers.py": ELSEWHERE})
    caller = Caller("kubernetes", "health-check", "http", Address("", 8765), Location("k8s.yaml", 1), "/healthz")
    return not speaks_http(caller, found)


@pytest.mark.parametrize("code", ANSWERING.values(), ids=ANSWERING)
def test_a_path_that_is_answered(tmp_path: Path, code: str) -> None:
    assert answers(tmp_path, code)


@pytest.mark.parametrize("code", REFUSING.values(), ids=REFUSING)
def test_a_path_that_is_not_answered(tmp_path: Path, code: str) -> None:
    assert not answers(tmp_path, code)


def test_options_that_are_handed_on(tmp_path: Path) -> None:
    code = "OPTIONS = {'process_request': pr}\nserve(h, '', 8765, **OPTIONS)\nserve(h, '', 8766, **{'open': 1})"
    found = served(tmp_path, f"{START}{ELSEWHERE}{code}").listeners
    assert [one.answers for one in found] == [("/healthz",), ()]


def test_a_protocol_whose_base_answers(tmp_path: Path) -> None:
    code = """
        import websockets
        class Base(websockets.WebSocketServerProtocol):
            async def process_request(self, path, headers):
                if path == "/healthz":
                    return 200, [], b""
        class Own(Base):
            pass
        websockets.serve(h, "", 8765, create_protocol=Own)
    """
    assert listener(tmp_path, code).answers == ("/healthz",)
