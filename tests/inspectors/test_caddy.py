# ruff: noqa: E501 - configurations are written on one line where that reads better
import json
from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import call, inspected, to_port
from wsdoctor.inspectors import caddy
from wsdoctor.model.traffic import Declared


def read(tmp_path: Path, text: str, name: str = "Caddyfile") -> Declared:
    return inspected(tmp_path, caddy, {name: text})


def site(tmp_path: Path, *lines: str) -> Declared:
    return read(tmp_path, "example.com {\n" + "\n".join(lines) + "\n}\n")


@pytest.mark.parametrize(
    "lines",
    [
        ("reverse_proxy rt:8765",),
        ("reverse_proxy /ws* rt:8765 rt2:8765",),
        ("@ws {", "header Connection *Upgrade*", "header Upgrade websocket", "}", "reverse_proxy @ws rt:8765"),
        ("@ws path /ws/*", "reverse_proxy @ws rt:8765"),
        ("handle /ws/* {", "reverse_proxy rt:8765", "}"),
        ("route {", "reverse_proxy /ws http://rt:8765", "}"),
        ("reverse_proxy {", "to rt:8765", "header_up Connection {>Connection}", "header_up Upgrade {>Upgrade}", "}"),
        ("reverse_proxy rt:8765 {", "header_up -Connection", "header_up Connection Upgrade", "header_up -X-Y", "}"),
        ("reverse_proxy rt:8765 {", "transport http {", "versions 1.1", "}", "}"),
    ],
)
def test_what_is_right(tmp_path: Path, lines: tuple[str, ...]) -> None:
    hop = to_port(site(tmp_path, *lines), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.scheme, hop.listens) == (True, (), "http", (443,))


@pytest.mark.parametrize(
    ("lines", "lacks", "line"),
    [
        (("reverse_proxy rt:8765 {", "header_up -Upgrade", "}"), ("upgrade",), 3),
        (("reverse_proxy rt:8765 {", "lb_policy first", "header_up Connection close", "}"), ("connection",), 4),
        (('reverse_proxy rt:8765 {', 'header_up Connection ""', "header_up -Upgrade", "}"), ("upgrade", "connection"), 4),
        (("request_header -Connection", "reverse_proxy rt:8765"), ("connection",), 2),
        (("@ws header Connection Upgrade", "reverse_proxy @ws rt:8765"), ("condition",), 2),
        (("@ws {", "header Connection Upgrade*", "path /ws", "}", "handle @ws {", "reverse_proxy rt:8765", "}"), ("condition",), 3),
        (("proxy /api rt:8765 {", "transparent", "}"), ("websocket",), 2),
    ],
)  # fmt: skip
def test_what_loses_a_handshake(tmp_path: Path, lines: tuple[str, ...], lacks: tuple[str, ...], line: int) -> None:
    hop = to_port(site(tmp_path, *lines), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.location.line) == (False, lacks, line)


@pytest.mark.parametrize(
    ("lines", "scheme", "sends"),
    [
        (("reverse_proxy https://rt:8765",), "https", ()),
        (("reverse_proxy rt:8765 {", "transport http {", "tls_insecure_skip_verify", "tls", "}", "}"), "https", ()),
        (("reverse_proxy h2c://rt:8765",), "h2c", ("http2",)),
        (("reverse_proxy rt:8765 {", "transport http {", "versions h2c 2", "}", "}"), "h2c", ("http2",)),
        (("reverse_proxy https://rt:8765 {", "transport http {", "versions 2", "}", "}"), "h2", ("http2",)),
        (("reverse_proxy rt:8765 {", "transport http {", "proxy_protocol v2", "}", "}"), "http", ("proxy-protocol",)),
        (("handle_path /ws/* {", "reverse_proxy rt:8765", "}"), "http", ("strips-prefix",)),
        (("handle_path /ws* {", "reverse_proxy rt:8765", "}"), "http", ("strips-prefix",)),
        (("uri strip_prefix /ws", "reverse_proxy rt:8765"), "http", ("strips-prefix",)),
        (("reverse_proxy rt:8765 {", "rewrite /x", "}"), "http", ("strips-prefix",)),
        (("reverse_proxy rt:8765 {", "header_up Host other", "}"), "http", ("rewrites-host",)),
        (("reverse_proxy rt:8765 {", "header_up Host {host}", "}"), "http", ()),
        (("reverse_proxy rt:8765 {", "header_up Upgrade websocket", "}"), "http", ("hard-coded-upgrade",)),
        (("forward_auth rt:8765 {", "uri /auth", "}"), "http", ("auth-subrequest",)),
    ],
)
def test_what_it_sends(tmp_path: Path, lines: tuple[str, ...], scheme: str, sends: tuple[str, ...]) -> None:
    hop = to_port(site(tmp_path, *lines), 8765)
    assert (hop.scheme, hop.sends) == (scheme, sends)
    assert hop.forwards_upgrade is ("http2" not in sends)


def test_handshakes_parted_by_a_matcher(tmp_path: Path) -> None:
    found = site(tmp_path, "@ws header Connection *Upgrade*", "reverse_proxy @ws rt:8765", "reverse_proxy app:5000")
    assert (to_port(found, 8765).websocket, to_port(found, 8765).details["only"]) == (True, "handshakes")
    assert (to_port(found, 5000).websocket, to_port(found, 5000).forwards_upgrade) == (False, True)
    found = site(tmp_path / "b", "@plain not header Upgrade *websocket", "reverse_proxy @plain app:5000")
    assert to_port(found, 5000).details["only"] == "no handshakes"
    found = site(tmp_path / "c", "@re path_regexp name ^/ws", "reverse_proxy @re rt:1", "reverse_proxy @none rt:2")
    assert [hop.path for hop in found.hops] == ["~ ^/ws", None]


def test_sites_and_addresses(tmp_path: Path) -> None:
    text = """{
  email a@example.com
}
http://a.example, :8080 {
  reverse_proxy * {$RT_HOST:rt}:{$RT_PORT}
}
b.example/ws {
  reverse_proxy rt
  reverse_proxy unix//run/x
}
&(named) {
  reverse_proxy no:1
}
"""
    files = {"Caddyfile": text, ".env": "RT_PORT=8765\n"}
    found = inspected(tmp_path, caddy, files)
    assert (to_port(found, 8765).to.host, to_port(found, 8765).listens) == ("rt", (80, 8080))
    assert (to_port(found, 80).path, to_port(found, 80).listens) == ("/ws", (443,))
    assert len(found.hops) == 2


def test_a_site_without_braces_and_a_fragment(tmp_path: Path) -> None:
    assert to_port(read(tmp_path, ":80\n\nreverse_proxy rt:8765\nlog\n"), 8765).listens == (80,)
    assert to_port(read(tmp_path / "b", "handle /ws {\n reverse_proxy rt:8765\n}\n"), 8765).listens == ()


def test_snippets_are_put_in_place(tmp_path: Path) -> None:
    files = {
        "Caddyfile": "import common/*.caddy\nimport absent\n(up) {\n  reverse_proxy {args[0]}:{args[1]} {args[5]}\n}\na.example {\n  import up rt 8765\n  import far\n  import sub/x.caddy\n  import nowhere\n}\n",
        "common/a.caddy": "(far) {\n  reverse_proxy rt:8766\n}\n",
        "sub/x.caddy": "reverse_proxy /x rt:8767 {\n  header_up -Upgrade\n}\n",
        "common/deep.caddy": "a {\n" * 70,
    }
    found = inspected(tmp_path, caddy, {**files, "loop.caddy": "import loop.caddy\nreverse_proxy x:1"})
    assert to_port(found, 8765).listens == (443,)
    assert {hop.location.file for hop in found.hops if hop.to.port == 8766} == {"common/a.caddy"}
    spoiled = [hop for hop in found.hops if hop.to.port == 8767]
    assert {(hop.location.file, hop.location.line) for hop in spoiled} == {("sub/x.caddy", 2)}


def test_redirects(tmp_path: Path) -> None:
    found = site(
        tmp_path, "redir /ws* https://{host}:8765{uri}", "redir http://rt.example:8766", "redir /x /y", "redir"
    )
    assert [(hop.path, hop.to.host, hop.to.port, hop.sends) for hop in found.hops] == [
        ("/ws*", "", 8765, ("redirect",)), (None, "rt.example", 8766, ("redirect",)),
    ]  # fmt: skip


def test_caddy_1(tmp_path: Path) -> None:
    hop = to_port(site(tmp_path, "proxy /api rt:8765 { transparent websocket }"), 8765)
    assert hop.forwards_upgrade is False or hop.forwards_upgrade is True
    hop = to_port(site(tmp_path / "b", "proxy /ws http://rt:8765 {", "websocket", "}"), 8765)
    assert (hop.forwards_upgrade, hop.websocket, hop.sends) == (True, True, ("rewrites-host",))


def test_checks(tmp_path: Path) -> None:
    found = site(
        tmp_path, "reverse_proxy rt:8765 {", "health_uri /health", "health_interval 5s", "health_status 426", "}"
    )
    check = call(found)
    assert (check.path, check.method, check.period, check.expects, check.to.port) == (
        "/health",
        "GET",
        5.0,
        (426,),
        8765,
    )
    assert (check.location.line, check.also[0].line, check.user_agent) == (3, 2, "Go-http-client")
    lines = ("reverse_proxy https://rt:8765 {", "health_port 9000", "health_method head", "health_status 2xx",
             "health_headers {", "Upgrade websocket", "X", "}", "}")  # fmt: skip
    check = call(site(tmp_path / "b", *lines))
    assert (check.path, check.method, check.to.port, check.protocol) == ("/", "HEAD", 9000, "https")
    assert (check.headers, check.expects, check.period) == ({"Upgrade": "websocket"}, (), 30.0)
    assert site(tmp_path / "c", "reverse_proxy rt:8765 {", "unhealthy_status 4xx", "}").callers == []


def test_json(tmp_path: Path) -> None:
    routes = [
        {
            "match": [{"path": ["/ws/*"]}],
            "handle": [
                {"handler": "rewrite", "strip_path_prefix": "/ws"},
                {
                    "handler": "reverse_proxy",
                    "upstreams": [{"dial": "rt:8765"}, {"dial": "rt2:8765"}, {}],
                    "headers": {"request": {"delete": ["Upgrade"], "set": {"Connection": ["close"], "X": ["y"]}}},
                    "health_checks": {
                        "active": {
                            "path": "/health", "interval": "5s", "expect_status": 426, "port": 9000,
                            "headers": {"Host": ["x"]},
                        }
                    },
                },
            ],
        },
        {
            "handle": [
                {
                    "handler": "subroute",
                    "routes": [
                        {
                            "handle": [
                                {
                                    "handler": "reverse_proxy",
                                    "upstreams": [{"dial": "rt:8766"}],
                                    "transport": {"protocol": "http", "versions": ["h2c"], "proxy_protocol": "v2"},
                                    "health_checks": {"active": {"uri": "/up", "interval": 10_000_000_000}},
                                }
                            ]
                        }
                    ],
                },
                {"handler": "reverse_proxy", "upstreams": [{"dial": "rt:8767"}], "transport": {"tls": {}},
                 "headers": {"request": {"set": {"Connection": ["Upgrade"]}}}},
            ]
        },
    ]  # fmt: skip
    text = json.dumps({"apps": {"http": {"servers": {"s": {"listen": [":8080"], "routes": routes}}}}}, indent=1)
    found = read(tmp_path, text, "caddy.json")
    hop = to_port(found, 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.path) == (False, ("upgrade", "connection"), "/ws/*")
    assert (hop.sends, hop.listens, hop.websocket) == (("strips-prefix",), (8080,), True)
    assert (to_port(found, 8766).scheme, to_port(found, 8766).sends) == ("h2c", ("proxy-protocol", "http2"))
    assert (to_port(found, 8767).scheme, to_port(found, 8767).forwards_upgrade) == ("https", True)
    assert [(one.to.port, one.path, one.period, one.expects) for one in found.callers] == [
        (9000, "/health", 5.0, (426,)), (8766, "/up", 10.0, ()),
    ]  # fmt: skip
    deep = {"handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": "x:1"}]}]}
    for _ in range(25):
        deep = {"handle": [{"handler": "subroute", "routes": [deep]}]}  # type: ignore[list-item]
    text = json.dumps({"apps": {"http": {"servers": {"s": {"routes": [deep]}}}}})
    assert read(tmp_path / "b", text, "caddy.json").hops == []


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert "caddy" in read(tmp_path, "a {\n" * 70 + "reverse_proxy x:1\n").notes[0].text
    assert len(read(tmp_path / "b", '{"reverse_proxy": ]', "caddy.json").notes) <= 1
    assert read(tmp_path / "c", "# reverse_proxy rt:8765\n").hops == []
