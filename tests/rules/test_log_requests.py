"""The lines were captured from the servers and proxies that they name, and shortened."""

from __future__ import annotations

import pytest

from wsdoctor.rules._log_requests import LoggedRequest, requests_in

COMBINED = '192.0.2.1 - - [19/Nov/2026:16:49:44 +0000] "GET /ws?a=b HTTP/1.1" 400 432 "-" "curl/8.5.0"\n'


def test_requests_of_access_logs() -> None:
    combined, tornado, short = requests_in(COMBINED + "403 POST /x (127.0.0.1) 1.6ms\nGET /api/websocket 400\n")
    assert (combined.method, combined.path, combined.query, combined.status) == ("GET", "/ws", "a=b", 400)
    assert combined.user_agent == "curl/8.5.0"
    assert (tornado.method, tornado.path, tornado.status, tornado.user_agent) == ("POST", "/x", 403, None)
    assert (short.method, short.path, short.status) == ("GET", "/api/websocket", 400)
    assert requests_in(COMBINED.replace("curl/8.5.0", "-"))[0].user_agent == ""
    assert requests_in(None) == ()
    assert requests_in("nothing of the kind") == ()


def test_versions_and_targets_of_several_servers() -> None:
    hypercorn, proxy, sanic, root = requests_in(
        '"GET /zpath 1.0" 404 - "-" "-"\n405 CONNECT example.com:443 (10.0.3.7) 0.35ms\n'
        "Exception occurred while handling uri: 'ws://app:8765/x?token=a'\n"
        "Exception occurred while handling uri: 'http://app:8765'\n"
    )
    assert (hypercorn.path, hypercorn.version, hypercorn.user_agent) == ("/zpath", "1.0", "")
    assert (proxy.method, proxy.path, proxy.version) == ("CONNECT", "example.com:443", None)
    assert (sanic.method, sanic.path, sanic.query, sanic.status) == ("GET", "/x", "token=a", 400)
    assert root.path == "/"


@pytest.mark.parametrize(
    ("log", "request_"),
    [
        (
            '10.0.3.7:5 [27/Nov/2026:04:54:34.673] f b/s 0/0/0/1/1 426 342 - - ---- 1/1/0/0/0 0/0 "GET /a?b HTTP/1.1"',
            LoggedRequest("GET", "/a", "b", 426, "1.1", None, tells=True),
        ),
        (
            '[2026-11-27T04:55:47.723Z] "GET /healthz HTTP/1.1" 426 - 0 158 1 1 "-" "kube-probe/1.29" "148bfaa5" "a:1"',
            LoggedRequest("GET", "/healthz", "", 426, "1.1", "kube-probe/1.29", tells=True),
        ),
        (
            '[2026-10-01] "GET /up HTTP/1.1" 503 - direct_response - "-" 0 28 0 - "192.0.2.7" "GoogleHC/1.0" "1b04"',
            LoggedRequest("GET", "/up", "", 503, "1.1", "GoogleHC/1.0", tells=True),
        ),
        (
            '2026/10/01 14:24:54 a:5678 10.0.0.3:47370 "GET / HTTP/1.1" 200 12 "Consul Health Check" 21.874µs\n',
            LoggedRequest("GET", "/", "", 200, "1.1", "Consul Health Check", tells=False),
        ),
        (
            'INFO:     10.0.3.7:44690 - "GET /a HTTP/1.1" 200 OK\n',
            LoggedRequest("GET", "/a", "", 200, "1.1", None, tells=True),
        ),
        (
            '10.0.3.7 - - [27/Nov/2026:04:54:57 +0000] "GET /a HTTP/1.1" 0 0 "-" "-" 1 "r@file" "http://a:1" 2ms',
            LoggedRequest("GET", "/a", "", 101, "1.1", "", tells=True),
        ),
        (
            "INFO:tornado.access:101 GET /a (10.0.3.7) 0.46ms",
            LoggedRequest("GET", "/a", "", 101, None, None, tells=True),
        ),
        ("GET /healthz 404 0.396 ms - 146", LoggedRequest("GET", "/healthz", "", 404, None, None)),
        (
            (
                '{"level":"info","request":{"proto":"HTTP/1.1","method":"GET","host":"a","uri":"/healthz?x=1","headers":'
                '{"User-Agent":["kube-probe/1.29"]}},"status":426}'
            ),
            LoggedRequest("GET", "/healthz", "x=1", 426, "1.1", "kube-probe/1.29"),
        ),
        (
            '{"DownstreamStatus":0,"RequestMethod":"GET","RequestPath":"/a","RequestProtocol":"HTTP/1.0"}',
            LoggedRequest("GET", "/a", "", 101, "1.0", None),
        ),
        (
            (
                '{"level":30,"reqId":"r-4","req":{"method":"GET","url":"/a"},"msg":"incoming request"}\n'
                '{"level":30,"reqId":"r-4","res":{"statusCode":404},"msg":"request completed"}'
            ),
            LoggedRequest("GET", "/a", "", 404, None, None),
        ),
        (
            '{"request_method":"GET","request_uri":"/a","status":"426","http_user_agent":"curl/8.5.0"}',
            LoggedRequest("GET", "/a", "", 426, None, "curl/8.5.0"),
        ),
    ],
    ids=[
        "HAProxy",
        "Envoy",
        "Envoy in Istio",
        "http-echo",
        "uvicorn",
        "Traefik",
        "Tornado",
        "morgan",
        "Caddy",
        "Traefik in JSON",
        "pino",
        "nginx in JSON",
    ],
)
def test_formats(log: str, request_: LoggedRequest) -> None:
    assert requests_in(log) == (request_,)


@pytest.mark.parametrize(
    "log",
    [
        '{"level":30,"req":{"method":"GET","url":"/a"},"msg":"incoming request"}',
        '{"method":"GET","uri":"/a","status":"pending"}',
        '{"method":["GET"],"uri":[],"status":426}',
        '{"request":"GET /a","status":426}',
        "{half a record",
        "{}\n[1]\n",
    ],
)
def test_records_that_show_no_request(log: str) -> None:
    assert requests_in(log) == ()
