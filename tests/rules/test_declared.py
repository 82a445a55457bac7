from dataclasses import replace

import pytest

from wsdoctor.model.traffic import Address, Caller, Hop, Listener, Location, Page, PortMap
from wsdoctor.rules import load_rules
from wsdoctor.rules._declared import (
    calls,
    checks,
    hops,
    maps,
    other_version,
    speaks_http,
    speaks_tls,
    tcp_checks,
    tls_hops,
    without_key,
)

HERE = Location("a.conf", 3)


def listener(**changes) -> Listener:
    return Listener(**{"port": 8080, "speaks": "websocket", "location": HERE, "framework": "websockets", **changes})


def caller(**changes) -> Caller:
    told = {
        "product": "compose",
        "kind": "health-check",
        "protocol": "http",
        "to": Address("ws", 8080),
        "location": HERE,
    }
    return Caller(**{**told, **changes})


def hop(**changes) -> Hop:
    told = {"product": "nginx", "to": Address("ws", 8080), "scheme": "http", "location": HERE}
    return Hop(**{**told, **changes})


@pytest.mark.parametrize(
    ("sends", "receives", "plain"),
    [
        ({}, {}, True),
        ({}, {"speaks": "both"}, False),
        ({"protocol": "ws"}, {}, False),
        ({"headers": {"upgrade": "websocket"}}, {}, False),
        ({"headers": {"Host": "a"}}, {}, True),
        ({"expects": (426,)}, {}, False),
        ({"expects": (101,)}, {}, False),
        ({"expects": (100, 101, 200, 304)}, {}, True),
        ({"expects": (100, 101, 200, 304, 400, 426)}, {}, False),
        ({"expects": (200,)}, {}, True),
        ({"path": "/healthz?full=1"}, {"answers": ("/healthz",)}, False),
        ({"path": "/other"}, {"answers": ("/healthz",)}, True),
        ({"path": "/health/live"}, {"answers": ("/health*",)}, False),
        ({"path": "/api/health.json"}, {"answers": ("*health*",)}, False),
        ({"path": "/ready"}, {"answers": ("/health*",)}, True),
        ({"path": None}, {"answers": ("/healthz",)}, False),
        ({"path": "/rooms/*"}, {"answers": ("/healthz",)}, True),
        ({"path": "/rooms/*"}, {"answers": ("/docs/*",)}, True),
        ({"path": "/rooms/*"}, {"answers": ("/rooms/*/log",)}, False),
        ({"path": "/rooms/*/log"}, {"answers": ("/rooms/*/list",)}, True),
        ({"path": "/rooms/*"}, {"answers": ("/rooms/7",)}, False),
        ({"path": "/*"}, {"answers": ("/healthz",)}, False),
        ({"path": "/healthz"}, {"speaks": "both", "serves_only": ("/socket.io", "/socket.io/*")}, True),
        ({"path": "/socket.io/?EIO=4"}, {"speaks": "both", "serves_only": ("/socket.io", "/socket.io/*")}, False),
        ({"path": "/up"}, {"speaks": "both", "serves_only": ("/socket.io/*",), "answers": ("/up",)}, False),
        ({"path": None}, {"speaks": "both", "serves_only": ("/socket.io/*",)}, False),
    ],
)
def test_plain_http_to_a_port_that_speaks_websocket_only(sends, receives, plain) -> None:
    assert speaks_http(caller(**sends), listener(**receives)) is plain


def test_checks_take_their_kinds_and_products() -> None:
    asked = checks({"health-check"}, {"compose"})
    assert asked(caller(path="/up", method="HEAD", period=10.0), listener()) == (
        "compose sends HEAD /up every 10 s to port 8080, which speaks WebSocket and nothing else"
    )
    told = listener(port=None, environment="PORT", speaks="both", serves_only=("/socket.io", "/socket.io/*"))
    assert asked(caller(path="/up"), told) == (
        "compose sends GET /up to the port that PORT tells, which serves /socket.io and nothing else"
    )
    assert asked(caller(product="docker"), listener()) is None
    assert asked(caller(kind="wait"), listener()) is None
    assert asked(caller(), listener(speaks="http")) is None
    assert checks({"health-check"}, but={"compose"})(caller(), listener()) is None


def test_calls_take_their_protocols() -> None:
    plain = calls({"client-code"})
    assert "sends GET / to port 8080" in plain(caller(kind="client-code"), listener())
    assert plain(caller(kind="client-code", protocol="ws"), listener()) is None
    assert plain(caller(kind="client-code", expects=(101,)), listener()) is None
    assert plain(caller(), listener()) is None
    socketio = calls({"realtime-client"}, protocols={"socket.io"})
    assert "a connection of socket.io" in socketio(caller(kind="realtime-client", protocol="socket.io"), listener())
    assert socketio(caller(kind="realtime-client", protocol="socket.io"), listener(speaks="both")) is None


def test_checks_by_tcp_say_nothing() -> None:
    assert "says nothing" in tcp_checks(caller(protocol="tcp", period=5.0), listener())
    assert tcp_checks(caller(), listener()) is None


def test_a_page_that_opens_plain_sockets() -> None:
    declared = load_rules()["plain-websocket-on-https-page"].declared
    page = Page("fly", HERE)
    plain = caller(product="browser", kind="websocket-client", protocol="ws")
    assert "opens ws:// to port 8080 from a page that fly serves over HTTPS" in declared(plain, page)
    assert "to the page's own port" in declared(replace(plain, to=Address("", None)), page)


def test_tls_to_a_plain_port() -> None:
    secure = caller(protocol="wss", to=Address("localhost", 8080))
    assert "speaks TLS" in speaks_tls(secure, listener(tls=False), True)
    assert speaks_tls(secure, listener(), True) is None
    assert speaks_tls(secure, listener(tls=False), False) is None
    assert "speaks TLS" in tls_hops(hop(scheme="https"), listener(tls=False))
    assert tls_hops(hop(), listener(tls=False)) is None


@pytest.mark.parametrize(
    ("question", "sends", "receives", "held"),
    [
        ({"loses": True}, {"forwards_upgrade": False, "lacks": ("upgrade",)}, {}, True),
        ({"loses": True}, {"forwards_upgrade": None, "lacks": ("upgrade",)}, {}, False),
        ({"loses": True}, {"forwards_upgrade": False}, {}, False),
        ({"loses": True}, {"forwards_upgrade": False, "lacks": ("upgrade",), "websocket": False}, {}, False),
        ({"loses": True}, {"forwards_upgrade": False, "lacks": ("upgrade",), "sends": ("redirect",)}, {}, False),
        ({"loses": True}, {"forwards_upgrade": False, "lacks": ("upgrade",)}, {"speaks": "http"}, False),
        ({"loses": True}, {"forwards_upgrade": False, "lacks": ("upgrade",)}, {"speaks": "both"}, False),
        ({"loses": True}, {"forwards_upgrade": False, "lacks": ("pipe",), "websocket": True}, {"speaks": "both"}, True),
        (
            {"loses": True},
            {"forwards_upgrade": False, "lacks": ("pipe",), "path": "~ ^/live$"},
            {"speaks": "both", "paths": ("/live/{room}",)},
            True,
        ),
        (
            {"loses": True},
            {"forwards_upgrade": False, "lacks": ("pipe",), "path": "/"},
            {"speaks": "both", "paths": ("/",)},
            False,
        ),
        ({"schemes": {"h2c"}}, {"scheme": "h2c"}, {"framework": "hypercorn"}, False),
        ({"products": {"caddy"}}, {}, {}, False),
        ({"but": {"nginx"}}, {}, {}, False),
        ({"schemes": {"h2"}}, {}, {}, False),
        ({"schemes": {"h2"}}, {"scheme": "h2"}, {}, True),
        ({"lacks": {"upgrade"}}, {"lacks": ("upgrade", "connection")}, {}, True),
        ({"lacks": {"upgrade"}}, {"lacks": ("connection",)}, {}, False),
        ({"sends": {"proxy-protocol"}}, {"sends": ("proxy-protocol",)}, {}, True),
        ({"sends": {"proxy-protocol"}}, {}, {}, False),
        ({"page": True}, {"websocket": False, "path": "/api/"}, {}, True),
        ({"page": True}, {"websocket": None}, {}, False),
        ({"page": True}, {"websocket": False, "details": {"only": "handshakes"}}, {}, False),
        ({"page": True}, {"websocket": False, "sends": ("redirect",)}, {}, False),
        ({"page": True}, {"sends": ("auth-subrequest",)}, {}, True),
        ({"loses": True}, {"forwards_upgrade": False, "lacks": ("upgrade",), "sends": ("auth-subrequest",)}, {}, False),
    ],
)
def test_hops(question, sends, receives, held) -> None:
    assert (hops(**question)(hop(**sends), listener(**receives)) is not None) is held


def test_a_hop_is_described_in_words() -> None:
    asked = hops(loses=True)
    lacking = hop(path="/ws", forwards_upgrade=False, lacks=("upgrade", "odd"), sends=("http2", "rewrites-host"))
    assert asked(lacking, listener()) == (
        "nginx hands /ws on to the WebSocket port 8080 by http, without the Upgrade field and odd, speaking HTTP/2"
    )
    redirect = hops(sends={"redirect"})(hop(sends=("redirect",)), listener())
    assert redirect == "nginx redirects every path to port 8080, which speaks WebSocket"


@pytest.mark.parametrize(
    ("outer", "public", "speaks", "held"),
    [(80, True, "websocket", True), (443, True, "websocket", True), (8080, True, "websocket", False),
     (80, False, "websocket", False), (80, True, "both", False)],
)  # fmt: skip
def test_a_public_port_that_ends_at_a_websocket_server(outer, public, speaks, held) -> None:
    port_map = PortMap("replit", (), outer, 8080, None, HERE, public=public)
    assert (maps(public=True)(port_map, listener(speaks=speaks)) is not None) is held


def test_one_meeting_has_one_rule() -> None:
    products = [
        "kubernetes",
        "compose",
        "aws-elb",
        "fly",
        "prometheus",
        "gatus",
        "caddy",
        "haproxy",
        "github-actions",
        "urllib",
        "requests",
        "go",
        "node script",
    ]
    for product in products:
        for kind in ("health-check", "uptime-monitor", "scrape", "wait", "client-code"):
            held = [
                rule.id
                for rule in load_rules().values()
                if rule.declared is not None
                and rule.declared.__code__.co_varnames[: rule.declared.__code__.co_argcount] == ("caller", "listener")
                and rule.declared(caller(product=product, kind=kind), listener())
            ]
            assert len(held) <= 1, (product, kind, held)


@pytest.mark.parametrize("product", ["requests", "urllib", "go", "node script", "github-actions"])
def test_a_check_that_is_a_program_is_a_health_check(product: str) -> None:
    held = [
        rule.id
        for rule in load_rules().values()
        if rule.declared is not None
        and rule.declared.__code__.co_varnames[: rule.declared.__code__.co_argcount] == ("caller", "listener")
        and rule.declared(caller(product=product, kind="health-check"), listener())
    ]
    assert held == ["declared-health-check"]


def test_clients_that_are_told_what_no_server_takes() -> None:
    client = caller(kind="websocket-client", protocol="ws", product="socket")
    old = replace(client, headers={"Upgrade": "websocket", "sec-websocket-version": "8"})
    assert "offers WebSocket version 8" in other_version(old, listener())
    assert "without Sec-WebSocket-Key" in without_key(old, listener())
    assert other_version(old, listener(speaks="http")) is None
    assert other_version(replace(old, headers={"Sec-WebSocket-Version": "13"}), listener()) is None
    assert other_version(replace(old, headers={"Sec-WebSocket-Version": "…"}), listener()) is None
    assert other_version(client, listener()) is None
    assert without_key(client, listener()) is None
    assert without_key(replace(old, headers={**old.headers, "Sec-WebSocket-Key": "…"}), listener()) is None


@pytest.mark.parametrize(
    ("path", "becomes", "answers", "held"),
    [
        ("/metrics", None, ("/metrics",), False),
        ("= /metrics/", None, ("/metrics",), False),
        ("/live/status", "/status", ("/status",), False),
        ("/metrics", None, ("/healthz",), True),
        ("/metrics", None, ("*",), True),
        (None, None, ("/metrics",), True),
    ],
)
def test_a_hop_for_a_path_that_the_listener_answers(
    path: str | None, becomes: str | None, answers: tuple[str, ...], held: bool
) -> None:
    details = {"becomes": becomes} if becomes else {}
    given = hop(path=path, forwards_upgrade=False, lacks=("upgrade",), details=details)
    assert (hops(loses=True)(given, listener(answers=answers)) is not None) is held
