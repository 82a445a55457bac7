# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import call, inspected, to_port
from wsdoctor.inspectors import varnish
from wsdoctor.model.traffic import Declared

APP = 'vcl 4.1;\nbackend default {\n  .host = "app";\n  .port = "5000";\n}\n'
RT = 'backend rt {\n  .host = "rt";\n  .port = "8765";\n}\n'
COPY = "sub vcl_pipe {\n  if (req.http.upgrade) {\n    set bereq.http.upgrade = req.http.upgrade;\n    set bereq.http.connection = req.http.connection;\n  }\n}\n"


def read(tmp_path: Path, text: str, name: str = "default.vcl") -> Declared:
    return inspected(tmp_path, varnish, {name: text})


@pytest.mark.parametrize(
    "recv",
    [
        'if (req.http.upgrade ~ "(?i)websocket") { set req.backend_hint = rt; return (pipe); }',
        'if (req.http.Upgrade == "websocket") { set req.backend_hint = rt; return (pipe); }',
        'if (req.url ~ "^/ws") { set req.backend_hint = rt; } if (req.http.Upgrade ~ "(?i)websocket") { return (pipe); }',
        'if (req.url ~ "^/ws") { set req.backend_hint = rt; return (pipe); }',
        'if (req.url ~ "^/ws") { set req.backend_hint = rt; } if (req.url ~ "^/ws") { return(pipe); }',
        'if (req.url ~ "^/ws") { set req.backend_hint = rt; if (req.http.Connection ~ "(?i)upgrade") { return (pipe); } }',
        "set req.backend_hint = rt; return (pipe);",
        "set req.backend_hint = rt; call ws; } sub ws { if (req.http.upgrade) { return (pipe); }",
        'if (req.method == "X") { return (synth(405)); } else { set req.backend_hint = pool.backend(); } if (req.http.upgrade != "x") { return (pipe); } } sub vcl_init { new pool = directors.round_robin(); pool.add_backend(rt);',
        'set req.backend_hint = rt; if (req.http.upgrade !~ "x") { return (pipe); }',
        'if (req.url ~ "^/ws") { set req.backend_hint = rt; } if (req.method == "PUT") { return (pass); } if (req.http.upgrade) { return (pipe); }',
        "set req.backend_hint = rt; if (req.http.upgrade) { return (pipe); } else { return (pass); }",
        'set req.backend_hint = rt; if (req.method == "PUT") { call a; } else { return (pass); } if (req.http.upgrade) { return (pipe); }',
        'if (req.url ~ "^/ws/a") { set req.backend_hint = rt; } if (req.http.upgrade && req.url ~ "^/ws") { return (pipe); }',
    ],
)
def test_what_is_right(tmp_path: Path, recv: str) -> None:
    hop = to_port(read(tmp_path, f"{APP}{RT}sub vcl_recv {{\n{recv}\n}}\n{COPY}"), 8765)
    assert (hop.forwards_upgrade, hop.lacks) == (True, ())


@pytest.mark.parametrize(
    ("recv", "pipe", "lacks", "line"),
    [
        ('if (req.url ~ "^/ws") {\n set req.backend_hint = rt;\n return (pass);\n}', "", ("pipe", "upgrade", "connection"), 11),
        ('if (req.http.upgrade == "WebSocket") {\n set req.backend_hint = rt;\n return (pipe);\n}', COPY, ("pipe", "upgrade", "connection"), 11),
        ('if (req.url ~ "^/ws") {\n set req.backend_hint = rt;\n return (pass);\n}\nif (req.http.upgrade) { return (pipe); }', COPY, ("pipe", "upgrade", "connection"), 11),
        ('if (req.url ~ "^/ws") {\n set req.backend_hint = rt;\n}\nif (req.url ~ "^/b" && req.http.upgrade) { return (pipe); }', COPY, ("pipe", "upgrade", "connection"), 11),
        ('if (!req.http.upgrade) { return (pipe); }\n set req.backend_hint = rt;', COPY, ("pipe", "upgrade", "connection"), 6),
        ("set req.backend_hint = rt;\n return (pipe);", "", ("upgrade", "connection"), 12),
        ("set req.backend_hint = rt;\n return (pipe);", "sub vcl_pipe {\n set bereq.http.upgrade = req.http.upgrade;\n}", ("connection",), 14),
        ("set req.backend_hint = rt;\n return (pipe);", 'sub vcl_pipe {\n set bereq.http.connection = "close";\n}', ("upgrade", "connection"), 14),
    ],
)  # fmt: skip
def test_what_loses_a_handshake(tmp_path: Path, recv: str, pipe: str, lacks: tuple[str, ...], line: int) -> None:
    found = read(tmp_path, f"{APP}{RT}sub vcl_recv {{\n{recv}\n}}\n{pipe}")
    hop = to_port(found, 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.location.line) == (False, lacks, line)


def test_the_first_backend_gets_the_rest(tmp_path: Path) -> None:
    found = read(tmp_path, 'backend only { .host = "rt:8765"; }\n')
    assert to_port(found, 8765).lacks == ("pipe", "upgrade", "connection")
    found = read(
        tmp_path / "b",
        APP + RT + f'sub vcl_recv {{ if (req.url == "/ws") {{ set req.backend_hint = rt; return (pipe); }} }}\n{COPY}',
    )
    assert to_port(found, 5000).forwards_upgrade is False
    assert (to_port(found, 8765).path, to_port(found, 8765).websocket) == ("/ws", True)


def test_handshakes_only(tmp_path: Path) -> None:
    text = (
        APP
        + RT
        + f'sub vcl_recv {{ if (req.http.upgrade ~ "websocket") {{ set req.backend_hint = rt; return (pipe); }} }}\n{COPY}'
    )
    assert to_port(read(tmp_path, text), 8765).details["only"] == "handshakes"


def test_proxy_header(tmp_path: Path) -> None:
    hop = to_port(read(tmp_path, 'backend b {\n .host = "rt";\n .port = "8765";\n .proxy_header = 2;\n}\n'), 8765)
    assert hop.sends == ("proxy-protocol",)
    assert hop.location.line == 4


def test_includes_and_calls(tmp_path: Path) -> None:
    files = {
        "default.vcl": f'vcl 4.1;\n{RT}include "ws.vcl";\ninclude "absent.vcl";\ninclude "deep.vcl";\ninclude;\nsub vcl_recv {{ call loop; }} sub loop {{ call loop; }}\n',
        "ws.vcl": "sub vcl_recv { if (req.http.upgrade) { return (pipe); } }\n" + COPY,
        "deep.vcl": "sub x { if (a) " + "{" * 70,
    }
    assert to_port(inspected(tmp_path, varnish, files), 8765).forwards_upgrade is True


def test_probes(tmp_path: Path) -> None:
    text = """probe slow { .url = "/health"; .interval = 10s; .expected_response = 426; }
backend a { .host = "a"; .port = "1"; .probe = slow; }
backend b { .host = "b"; .port = "2";
  .probe = { .request = "HEAD /up HTTP/1.1" "Host: x" "Connection: close" "odd"; } }
backend c { .host = "c"; .port = "3"; .probe = absent; }
backend d { .host = "d"; .port = "4"; .probe = { } }
"""
    found = read(tmp_path, text)
    shown = [(one.to.port, one.method, one.path, one.period, one.expects, dict(one.headers)) for one in found.callers]
    assert shown == [
        (1, "GET", "/health", 10.0, (426,), {}),
        (2, "HEAD", "/up", 5.0, (), {"Host": "x", "Connection": "close"}),
        (4, "GET", "/", 5.0, (), {}),
    ]
    assert (found.callers[0].location.line, found.callers[0].also[0].line) == (1, 2)
    assert call(read(tmp_path / "b", f'{RT[:-2]} .probe = {{ .url = "/x"; }}\n}}')).path == "/x"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    text = RT + "sub vcl_recv { " + "if (a) {" * 70
    assert "nested" in read(tmp_path, text).notes[0].text
    assert read(tmp_path / "b", "# backend x {}\n").hops == []
    assert read(tmp_path / "c", "kind: X\ndata:\n  a.vcl: |\n    " + RT.replace("\n", "\n    "), "x.yaml").hops != []


def test_files_that_are_included(tmp_path: Path) -> None:
    files = {
        "conf/main.vcl": f'vcl 4.1;\ninclude "backends.vcl";\ninclude "bad.vcl";\ninclude "gone.vcl";\n{APP}sub vcl_recv {{\n  set req.backend_hint = rt;\n}}\n',
        "conf/backends.vcl": f'include "more.vcl";\n{RT}',
        "conf/more.vcl": 'backend other {\n  .host = "other";\n  .port = "8766";\n  .probe = { .url = "/up"; }\n}\n',
        "conf/bad.vcl": "a {" * 70,
        "elsewhere/backends.vcl": 'backend rt { .host = "x"; .port = "1"; }\n',
    }
    found = inspected(tmp_path, varnish, files)
    hop = to_port(found, 8765)
    assert (hop.location.file, hop.location.line, hop.lacks[0]) == ("conf/backends.vcl", 2, "pipe")
    assert (call(found).location.file, call(found).location.line) == ("conf/more.vcl", 4)
