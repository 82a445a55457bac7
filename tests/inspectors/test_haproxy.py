# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import call, inspected, to_port
from wsdoctor.inspectors import haproxy
from wsdoctor.model.traffic import Declared


def read(tmp_path: Path, text: str, name: str = "haproxy.cfg") -> Declared:
    return inspected(tmp_path, haproxy, {name: text})


def backend(tmp_path: Path, *lines: str, mode: str = "http") -> Declared:
    body = "\n".join(f"  {line}" for line in lines)
    text = f"defaults\n  mode {mode}\nfrontend f\n  bind *:80\n  default_backend rt_ws\nbackend rt_ws\n{body}\n"
    return read(tmp_path, text)


@pytest.mark.parametrize(
    "lines",
    [
        ("server a rt:8765",),
        ("timeout tunnel 1h", "option httpclose", "server a rt:8765 check"),
        ("http-request set-header Connection %[req.hdr(Connection)]", "server a rt:8765"),
        ("http-request del-header X-Forwarded-For", "server a rt:8765"),
        ("server a rt:8765 alpn h2",),
        ("http-response del-header Upgrade", "server a rt:8765"),
    ],
)
def test_what_is_right(tmp_path: Path, lines: tuple[str, ...]) -> None:
    hop = to_port(backend(tmp_path, *lines), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.scheme, hop.listens) == (True, (), "http", (80,))
    assert hop.websocket is True


@pytest.mark.parametrize(
    ("lines", "lacks", "line"),
    [
        (("http-request del-header Upgrade", "server a rt:8765"), ("upgrade",), 7),
        (("http-request set-header Connection close", "server a rt:8765"), ("connection",), 7),
        (("server a rt:8765", "http-request set-header Upgrade h2c"), ("upgrade",), 8),
        (("reqidel ^Connection:", "server a rt:8765"), ("connection",), 7),
        (
            ("http-request del-header Upgrade", "http-request del-header Connection", "server a rt:8765"),
            ("upgrade", "connection"),
            8,
        ),
    ],
)
def test_what_loses_a_handshake(tmp_path: Path, lines: tuple[str, ...], lacks: tuple[str, ...], line: int) -> None:
    hop = to_port(backend(tmp_path, *lines), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.location.line) == (False, lacks, line)
    assert "offender" in hop.details


def test_conditions_leave_it_open(tmp_path: Path) -> None:
    found = backend(tmp_path, "http-request del-header Upgrade if { path /x }", "server a rt:8765")
    assert to_port(found, 8765).forwards_upgrade is None
    found = backend(tmp_path / "b", "http-request set-header Connection %[var(txn.c)]", "server a rt:8765")
    assert to_port(found, 8765).forwards_upgrade is None
    found = backend(tmp_path / "c", "http-request set-header Connection upgrade if { path /x }", "server a rt:8765")
    assert to_port(found, 8765).forwards_upgrade is True


def test_hard_coded_upgrade(tmp_path: Path) -> None:
    hop = to_port(backend(tmp_path, "http-request set-header Upgrade websocket", "server a rt:8765"), 8765)
    assert (hop.forwards_upgrade, hop.sends) == (True, ("hard-coded-upgrade",))


@pytest.mark.parametrize(
    ("options", "scheme", "sends", "forwards"),
    [
        ("send-proxy", "http", ("proxy-protocol",), True),
        ("send-proxy-v2 check", "http", ("proxy-protocol",), True),
        ("ssl verify none", "https", (), True),
        ("proto h2", "h2c", ("http2",), False),
        ("ssl verify none alpn h2", "h2", ("http2",), False),
        ("ssl alpn h2,http/1.1", "https", (), True),
        ("ssl alpn http/1.1", "https", (), True),
        ("no-ssl ssl", "http", (), True),
    ],
)
def test_what_it_speaks(tmp_path: Path, options: str, scheme: str, sends: tuple[str, ...], forwards: bool) -> None:
    hop = to_port(backend(tmp_path, "balance source", f"server a rt:8765 {options}"), 8765)
    assert (hop.scheme, hop.sends, hop.forwards_upgrade) == (scheme, sends, forwards)
    assert hop.location.line == 8


def test_default_server_counts(tmp_path: Path) -> None:
    assert to_port(backend(tmp_path, "default-server send-proxy", "server a rt:8765"), 8765).sends == (
        "proxy-protocol",
    )


def test_mode_tcp_passes_bytes(tmp_path: Path) -> None:
    found = backend(tmp_path, "http-request del-header Upgrade", "server a rt:8765", mode="tcp")
    assert (to_port(found, 8765).forwards_upgrade, to_port(found, 8765).scheme) == (True, "tcp")
    text = """listen secure
      bind :443 ssl crt x.pem alpn h2,http/1.1
      mode tcp
      server a rt:8765
    listen plain
      bind :444 ssl crt x.pem
      server a rt:8766"""
    found = read(tmp_path / "b", text)
    hop = to_port(found, 8765)
    assert (hop.sends, hop.location.line, hop.listens) == (("http2",), 2, (443,))
    assert to_port(found, 8766).sends == ()


def test_a_fragment_with_http_lines_is_http(tmp_path: Path) -> None:
    found = read(tmp_path, "backend ws\n http-request del-header Upgrade\n server a rt:8765\n")
    assert to_port(found, 8765).lacks == ("upgrade",)
    assert to_port(found, 8765).listens == ()


def test_ways_by_path_and_handshake(tmp_path: Path) -> None:
    text = """defaults base
  mode http
frontend f
  bind :80,:81
  bind 10.0.0.1:8080
  acl is_ws hdr(Upgrade) -i WebSocket
  acl up hdr(Connection) -i upgrade
  acl chat path_beg -i /chat /talk
  use_backend one if is_ws
  use_backend two if chat
  use_backend three if { path_beg /live }
  use_backend four if is_ws or chat
  use_backend five if { hdr(Upgrade) -i websocket }
  use_backend six unless chat
  use_backend seven if up !chat
  default_backend app
backend one from base
  server a rt:1
backend two
  server a rt:2
backend three
  server a rt:3
backend four
  server a rt:4
backend five
  server a rt:5
backend six
  server a rt:6
backend seven
  server a rt:7
backend app
  server a app:5000
  server b app2:5000
  server c unix@/run/x
  server
"""
    found = read(tmp_path, text)
    ways = {hop.to.port: (hop.path, hop.details.get("only")) for hop in found.hops}
    assert ways == {
        1: (None, "handshakes"), 2: ("/chat", None), 3: ("/live", None), 4: ("/chat", None), 5: (None, "handshakes"),
        6: (None, None), 7: ("/chat", "handshakes"), 5000: (None, None), None: (None, None),
    }  # fmt: skip
    assert to_port(found, 1).websocket is True
    assert to_port(found, 5000).listens == (80, 81, 8080)


def test_paths_that_change(tmp_path: Path) -> None:
    for number, (line, sends) in enumerate(
        (
            (r"http-request replace-path /ws(/.*) \1", ("strips-prefix",)),
            ("http-request replace-path /ws(/.*) /ws2", ()),
            (r"http-request replace-path (.*) \1", ()),
            ("http-request set-path %[path,regsub(^/ws,)]", ("strips-prefix",)),
            ("http-request set-path /x", ()),
            ("reqrep x", ()),
        )
    ):
        found = backend(tmp_path / str(number), line, "server a rt:8765")
        assert to_port(found, 8765).sends == sends


def test_redirects(tmp_path: Path) -> None:
    text = """frontend f
  bind :80
  redirect prefix http://rt.example:8765 code 301 if { path_beg /ws }
  http-request redirect location https://%[hdr(host)]:8766%[path]
  redirect scheme https
  default_backend x
"""
    found = read(tmp_path, text)
    assert [(hop.to.host, hop.to.port, hop.sends, hop.listens) for hop in found.hops] == [
        ("rt.example", 8765, ("redirect",), (80,)), ("", 8766, ("redirect",), (80,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("option httpchk", "server a rt:8765 check"), ("http", "OPTIONS", "/", 2.0, (), 7)),
        (("option httpchk /health", "server a rt:8765 check inter 5s"), ("http", "OPTIONS", "/health", 5.0, (), 7)),
        (("option httpchk GET /health", "server a rt:8765 check inter 500"), ("http", "GET", "/health", 0.5, (), 7)),
        (
            ("option httpchk", "http-check send meth HEAD uri /up ver HTTP/1.1 hdr Host x", "server a rt:8765 check"),
            ("http", "HEAD", "/up", 2.0, (), 7),
        ),
        (
            ("option httpchk GET /", "http-check expect status 426", "server a rt:8765 check"),
            ("http", "GET", "/", 2.0, (426,), 7),
        ),
        (
            ("option httpchk GET /", "http-check expect ! rstatus ^5", "server a rt:8765 check check-ssl"),
            ("https", "GET", "/", 2.0, (400, 405, 426), 7),
        ),
        (
            ("option httpchk GET /", "http-check expect rstatus (2|4)[0-9][0-9]", "server a rt:8765 check"),
            ("http", "GET", "/", 2.0, (400, 405, 426), 7),
        ),
        (
            ("option httpchk GET /", "http-check expect status 200,300-399", "server a rt:8765 check"),
            ("http", "GET", "/", 2.0, (200, 300, 399), 7),
        ),
        (
            ("option httpchk GET /", "http-check expect string ok", "server a rt:8765 check"),
            ("http", "GET", "/", 2.0, (), 7),
        ),
        (("server a rt:8765 check",), ("tcp", None, None, 2.0, (), 7)),
        (("server a rt:8765 ssl check",), ("tls", None, None, 2.0, (), 7)),
        (("option ssl-hello-chk", "server a rt:8765 check"), ("tls", None, None, 2.0, (), 8)),
        (("option redis-check", "server a rt:8765 check"), ("redis", None, None, 2.0, (), 8)),
        (("option tcp-check", "server a rt:8765 check"), ("tcp", None, None, 2.0, (), 8)),
    ],
)
def test_checks(tmp_path: Path, lines: tuple[str, ...], expected: tuple[object, ...]) -> None:
    check = call(backend(tmp_path, *lines))
    assert check.to.port == 8765
    assert (
        check.protocol, check.method, check.path, check.period, check.expects, check.location.line,
    ) == expected  # fmt: skip


def test_checks_on_other_ports_and_of_the_defaults(tmp_path: Path) -> None:
    text = """defaults
  mode http
  option httpchk GET /healthz
backend a
  server a rt:8765 check port 8080
backend b
  server b rt:8766 check addr 10.0.0.1:8081
backend c
  server c rt:8767 check no-check
  server c2 rt:8768
backend d
  no option httpchk
  server d rt:8769 check
backend e
  option tcp-check
  server e rt:8770 check
backend f
  http-check expect status 400-499
  http-check connect port 8082
  server f rt:8771 check
  server f2 rt2:8771 check
  server f3 *:8772 check
"""
    found = read(tmp_path, text)
    assert [(one.to.host, one.to.port, one.protocol, one.location.line) for one in found.callers] == [
        ("rt", 8080, "http", 5), ("10.0.0.1", 8081, "http", 7), ("rt", 8769, "tcp", 13), ("rt", 8770, "tcp", 16),
        ("rt", 8082, "http", 20),
    ]  # fmt: skip
    assert found.callers[0].also[0].line == 3
    assert found.callers[4].expects == (400, 499, 405, 426)
    assert found.callers[3].also[0].line == 15


def test_a_handshake_as_a_check(tmp_path: Path) -> None:
    head = r"option httpchk GET /ws HTTP/1.1\r\nHost:\ x\r\nUpgrade:\ websocket"
    assert call(backend(tmp_path, head, "server a rt:8765 check")).headers == {"Host": "x", "Upgrade": "websocket"}
    lines = ("option httpchk", "http-check send meth GET uri /ws hdr Upgrade websocket hdr", "http-check comment x")
    check = call(backend(tmp_path / "b", *lines, "server a rt:8765 check"))
    assert check.headers == {"Upgrade": "websocket"}


def test_environment_and_templates(tmp_path: Path) -> None:
    files = {
        ".env": "WS_PORT=8765\n",
        "deploy/haproxy.cfg": 'defaults\n mode http\nbackend rt\n server-template a 3 "rt:${WS_PORT}" check\n server x\n',
    }
    assert to_port(inspected(tmp_path, haproxy, files), 8765).to.host == "rt"


def test_within_a_manifest(tmp_path: Path) -> None:
    text = "data:\n  haproxy.cfg: |\n    backend ws\n      server a rt:8765 send-proxy\n"
    assert to_port(read(tmp_path, text, "config.yaml"), 8765).location.line == 4


def test_only_what_is_haproxy(tmp_path: Path) -> None:
    assert read(tmp_path, "[flake8]\nlisten = 1\nbackend = x\n", "setup.cfg").hops == []
