from __future__ import annotations

from typing import Any

import pytest

from tests.declared_factories import caller, declared, hop, listener, location, port_map
from wsdoctor.judging import findings_of, judgements
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener
from wsdoctor.rules import load_rules
from wsdoctor.topology import Topology
from wsdoctor.ways import loses, spoils, takes

APP = listener(speaks="both", framework="uvicorn", paths=("/ws",), location=location("app.py", 3))
ROOT = hop(path="/")
CARRIES: dict[str, Any] = {"forwards_upgrade": True, "lacks": ()}


def below(line: int = 20, **fields: Any) -> Hop:
    """Another hop of the same configuration."""
    return hop(**({"location": location("deploy/nginx.conf", line), "path": "/ws"} | fields))


def client(host: str | None = "", port: int | None = None, **fields: Any) -> Caller:
    """A page's WebSocket."""
    facts = {"kind": "websocket-client", "product": "browser", "protocol": "wss", "path": "/ws"}
    return caller(host, port, location=location("page.js", 2), **(facts | fields))


def accused(*traffic: Listener | Hop | Caller | Any) -> list[str]:
    found = findings_of(judgements(declared(*traffic), load_rules()))
    return [f"{each.location.file}:{each.location.line}" for each, _ in found if each.cls == "proxy-strips-upgrade"]


def chains(*traffic: Any) -> list[tuple[str, int | None]]:
    found: Declared = declared(*traffic)
    return [
        (each.location.file, each.listener.port)
        for each in Topology(found).meetings()
        if isinstance(each.traffic, Hop) and "through" in each.traffic.details
    ]


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({}, True),
        ({"forwards_upgrade": None}, False),
        ({"lacks": ()}, False),
        ({"sends": ("redirect",)}, False),
        ({"sends": ("auth-subrequest",)}, False),
    ],
)
def test_loses(fields: dict[str, Any], held: bool) -> None:
    assert loses(hop(**fields)) is held


@pytest.mark.parametrize(
    ("fields", "path", "held"),
    [
        ({"path": None}, "/ws", True),
        ({"path": "/"}, "/ws", True),
        ({"path": "/", "details": {"match": "exact"}}, "/ws", False),
        ({"path": "/ws", "details": {"match": "exact"}}, "/ws", True),
        ({"path": "/ws/"}, "/ws", True),
        ({"path": "/api/*"}, "/api/live", True),
        ({"path": "/api"}, "/ws", False),
        ({"path": "~ ^/(a|b)"}, "/ws", True),
    ],
)
def test_takes(fields: dict[str, Any], path: str, held: bool) -> None:
    assert takes(hop(**fields), path) is held


def test_the_one_hop_before_a_server_of_pages_and_sockets_brings_both() -> None:
    assert accused(APP, ROOT) == ["deploy/nginx.conf:12"]


@pytest.mark.parametrize(
    "fields",
    [
        {"path": "/api/", "details": {"becomes": "/"}},
        {"path": "/ws/*"},
        {"path": "~ ^/ws(.*)"},
        {"path": None, "product": "apache"},
        {"path": "@app", "details": {"match": "named", "becomes": "/"}},
    ],
)
def test_hops_that_take_the_path_of_the_sockets(fields: dict[str, Any]) -> None:
    assert accused(APP, hop(**fields)) == ["deploy/nginx.conf:12"]


@pytest.mark.parametrize(
    "fields",
    [
        {"path": "/api/", "websocket": False},
        {"path": "/api/", "details": {"becomes": "/"}, "websocket": False},
        {"path": "/", "details": {"match": "exact"}},
        {"path": "~ ^/(app|admin)"},
        {"path": "~ ^/w(s|t)"},
        {"path": "/", "sends": ("redirect",)},
        {"path": "/", **CARRIES},
        {"path": "/", "product": "vite"},
    ],
)
def test_hops_that_are_not_known_to_bring_sockets(fields: dict[str, Any]) -> None:
    assert accused(APP, hop(**fields)) == []


@pytest.mark.parametrize(
    "other",
    [
        below(**CARRIES),
        below(path="/live", **CARRIES),
        below(path="/ws/", **CARRIES),
        below(port=9000, websocket=True, **CARRIES),
        below(port=9000, **CARRIES),
        below(location=location("other.conf", 1), path="/", **CARRIES),
        hop(location=location("Caddyfile", 1), product="caddy", path=None, **CARRIES),
    ],
)
def test_another_route_for_the_sockets(other: Hop) -> None:
    assert accused(APP, ROOT, other) == []


@pytest.mark.parametrize(
    "other",
    [
        below(path="/api/", port=9000),
        below(path="/live/", port=9000, **CARRIES),
        below(path="~ ^/(a|b)$", port=9000, **CARRIES),
        below(path=None, port=9000, **CARRIES),
        below(location=location("other.conf", 1), port=9000, websocket=True, **CARRIES),
        below(path="/", sends=("redirect",), forwards_upgrade=None, lacks=()),
        hop(location=location("vite.config.js", 1), product="vite", path=None, **CARRIES),
    ],
)
def test_what_is_no_other_route(other: Hop) -> None:
    assert accused(APP, ROOT, other) == ["deploy/nginx.conf:12"]


def test_a_named_location_is_no_nearer_path() -> None:
    named = hop(path="@application", details={"match": "named", "becomes": "/"})
    assert accused(APP, named, below(port=9000, **CARRIES)) == []


def test_of_two_lacking_hops_the_nearer_one() -> None:
    assert accused(APP, ROOT, below()) == ["deploy/nginx.conf:20"]


def test_sockets_that_clients_open_beside_the_proxy() -> None:
    assert accused(APP, ROOT, client("localhost", 8080)) == []
    assert accused(APP, ROOT, client("localhost", 8080), client()) == ["deploy/nginx.conf:12"]
    assert accused(APP, ROOT, client("localhost", 8080), client("localhost", 9999)) == []
    assert accused(APP, ROOT, client("localhost", 8080), client(path=None)) == ["deploy/nginx.conf:12"]


def test_a_development_server_whose_own_page_opens_the_sockets() -> None:
    vite = hop(product="vite", path="/ws", lacks=("websocket",), listens=(5173,))
    unknown = listener(speaks="both", framework="uvicorn")
    assert accused(unknown, vite) == []
    assert accused(unknown, vite, client(path="/ws?room=1")) == ["deploy/nginx.conf:12"]


def test_without_known_paths_the_framework_must_be_one_of_sockets() -> None:
    assert accused(listener(speaks="both", framework="uvicorn"), ROOT) == []
    assert accused(listener(speaks="both", framework="streamlit"), ROOT) == ["deploy/nginx.conf:12"]
    assert accused(listener(speaks="both", framework="streamlit"), hop(path="/x/")) == []


def test_the_rest_of_a_site_where_sockets_are_opened_at_its_root() -> None:
    def routed(*clients: Caller) -> list[str]:
        rest = hop(path=None, product="caddy", websocket=False, **CARRIES)
        found = findings_of(judgements(declared(listener(), rest, *clients), load_rules()))
        return [each.rule for each, _ in found]

    rule = "page-route-ends-at-websocket-port"
    assert routed() == [rule]
    assert routed(client(path="/")) == []
    assert routed(client(path="/?room=1")) == []
    assert routed(client(path="/ws")) == [rule]
    assert routed(client("localhost", 8080, path="/")) == [rule]


@pytest.mark.parametrize(
    ("rest", "own", "clients", "held"),
    [
        ({}, {}, ("/push/",), True),
        ({}, {}, (), False),
        ({}, {}, ("/other",), False),
        ({}, {}, ("/push/", "/"), False),
        ({"path": "/site"}, {}, ("/push/",), False),
        ({"details": {"only": "handshakes"}}, {}, ("/push/",), False),
        ({}, {"lacks": ("upgrade",), "forwards_upgrade": False}, ("/push/",), False),
        ({}, {"listens": (8000,)}, ("/push/",), False),
        ({"details": {"rule": "Host(`a.example`)"}}, {"details": {"rule": "Host(`b.example`)"}}, ("/push/",), False),
    ],
)
def test_a_route_for_everything_beside_that_of_the_sockets(
    rest: dict[str, Any], own: dict[str, Any], clients: tuple[str, ...], held: bool
) -> None:
    known = {"product": "traefik", **CARRIES}
    found = findings_of(
        judgements(
            declared(
                listener(), hop(**{**known, "path": None, **rest}), below(**{**known, "path": "/push", **own}),
                *(client(path=path) for path in clients),
            ),
            load_rules(),
        )
    )  # fmt: skip
    wrong = [each.location.line for each, _ in found if each.rule == "page-route-ends-at-websocket-port"]
    assert wrong == ([12] if held else [])


BEHIND = listener(8765)
OUTER = hop(port=8080, path="/ws")
INNER = hop(port=8765, path="/ws", location=location("inner.conf", 2), listens=(8080,), websocket=True, **CARRIES)


def test_a_hop_before_another_is_judged_for_the_listener_behind() -> None:
    found = findings_of(judgements(declared(BEHIND, OUTER, INNER), load_rules()))
    (finding,) = (each for each, _ in found)
    assert finding.location.file == "deploy/nginx.conf"
    assert "WebSocket port 8765 by way of inner.conf:2 by http, without" in finding.message


def inner(unit: str | None = None, **fields: Any) -> Hop:
    facts: dict[str, Any] = {
        "path": "/ws", "location": location("inner.conf", 2), "listens": (8080,), "websocket": True, **CARRIES,
    }  # fmt: skip
    return hop("localhost", 8765, unit, **(facts | fields))


@pytest.mark.parametrize(
    ("outer", "behind"),
    [
        (hop(path="/"), inner()),
        (hop(path="/"), inner(path="/ws/live")),
        (hop(path="/ws/live"), inner()),
        (hop(path="/ws", websocket=True), inner(path=None, websocket=None)),
        (hop(path="/a/", details={"becomes": "/"}), inner()),
        (hop("edge", 8080), inner("edge")),
        (hop("edge", 80), inner("edge", listens=())),
        (hop(unit="edge"), inner()),
        (hop(unit="edge"), inner("edge")),
    ],
)
def test_hops_that_stand_before_another(outer: Hop, behind: Hop) -> None:
    assert chains(listener(8765), outer, behind) == [("deploy/nginx.conf", 8765)]


@pytest.mark.parametrize(
    ("outer", "behind"),
    [
        (hop(**CARRIES), inner()),
        (hop(websocket=False), inner()),
        (hop(scheme="tcp"), inner()),
        (hop(path="/api/"), inner()),
        (hop(path="/api/"), inner(path=None, websocket=None)),
        (hop(path="/"), inner(websocket=False)),
        (hop(port=9090), inner()),
        (hop(None), inner()),
        (hop(port=None), inner()),
        (hop("other", 8080), inner()),
        (hop("edge", 81), inner("edge")),
        (hop(unit="one"), inner("two")),
        (hop(port=8765), inner()),
    ],
)
def test_hops_that_do_not(outer: Hop, behind: Hop) -> None:
    assert chains(listener(8765), outer, behind) == []


def test_names_and_published_ports_of_an_intermediary() -> None:
    named = hop("web", 80, path="/")
    published = hop("localhost", 8088, path="/")
    service = port_map(80, 8080, "edge", names=("web",))
    public = port_map(8088, 8080, "edge")
    assert chains(listener(8765, "edge"), named, inner("edge"), service) == [("deploy/nginx.conf", 8765)]
    assert chains(listener(8765, "edge"), published, inner("edge"), public) == [("deploy/nginx.conf", 8765)]
    assert chains(listener(8765, "edge"), named, inner("edge"), public) == []


def test_a_listener_at_the_address_is_what_is_meant() -> None:
    app = listener(8080, speaks="http", location=location("app.py", 1))
    gateway = listener(8080, speaks="http", location=location("gateway.js", 9))
    in_code = inner(location=location("gateway.js", 3), listens=(), path=None, product="http-proxy")
    assert chains(listener(8765), app, OUTER, INNER) == []
    assert chains(listener(8765), gateway, hop(websocket=True), in_code) == [("deploy/nginx.conf", 8765)]


def test_what_the_inner_intermediary_leads_to() -> None:
    pages = listener(8765, speaks="both")
    assert chains(pages, OUTER, INNER) == [("deploy/nginx.conf", 8765)]
    assert chains(pages, OUTER, inner(websocket=None)) == []
    assert chains(listener(8765, speaks="http"), OUTER, INNER) == []


def test_a_nearer_path_of_the_outer_intermediary() -> None:
    root = hop(path="/")
    assert chains(listener(8765), root, below(**CARRIES), inner()) == []
    assert chains(listener(8765), root, below(path="/chat", websocket=True), inner()) == []
    assert chains(listener(8765), root, below(path="/api/", **CARRIES), inner()) == [("deploy/nginx.conf", 8765)]
    assert chains(listener(8765), root, below(listens=(9000,), **CARRIES), inner()) == [("deploy/nginx.conf", 8765)]
    assert chains(listener(8765), root, below(), inner()) == [("deploy/nginx.conf", 8765)]


def test_hops_that_are_guesses_make_no_chain() -> None:
    assert chains(listener(8765), hop(sure=0.4), INNER) == []


def test_a_path_that_no_page_opens_is_no_other_route() -> None:
    depot, push = below(path="/depot/", **CARRIES), below(path="/push")
    app = listener(speaks="both", framework="aiohttp")
    assert accused(app, push, depot) == []
    assert accused(app, push, depot, client(path="/push")) == ["deploy/nginx.conf:20"]
    assert accused(app, push, below(30, path="/", **CARRIES), client(path="/push")) == ["deploy/nginx.conf:20"]
    assert accused(app, push, below(30, path="/", listens=(443,), **CARRIES), client(path="/push")) == []
    assert accused(app, push, below(30, path="~ /p", **CARRIES), client(path="/push/a")) == []


def test_what_a_page_opens_by_a_hop_behind_which_nothing_is_known() -> None:
    (found,) = findings_of(judgements(declared(below(port=9000), client()), load_rules()))
    assert found[0].location.line == 20
    assert found[0].message.endswith("a WebSocket is opened there by browser at page.js:2")
    assert accused(below(port=9000, websocket=False), client(path="/ws/room?a=1")) == ["deploy/nginx.conf:20"]
    assert accused(below(path="/", port=9000), below(port=9000), client()) == ["deploy/nginx.conf:20"]


@pytest.mark.parametrize(
    "traffic",
    [
        (below(port=9000), client("push.example")),
        (below(port=9000), client("", 9000)),
        (below(port=9000), client(path="/live")),
        (below(port=9000), client(path=None)),
        (below(port=9000), caller("", None, path="/ws")),
        (below(port=9000, path="/"), client()),
        (below(port=None), client()),
        (below(port=9000, sure=0.4), client()),
        (below(port=9000), client(), below(port=9001, location=location("other.conf", 3), **CARRIES)),
        (below(port=9000, sends=("redirect",)), client()),
    ],
)
def test_what_is_not_known_to_be_opened_by_a_hop(traffic: tuple[Any, ...]) -> None:
    assert accused(*traffic) == []


def test_a_longer_path_of_the_same_file_takes_what_is_opened() -> None:
    assert accused(below(port=9000), below(30, path="/ws/room", port=9001), client(path="/ws/room")) == [
        "deploy/nginx.conf:30"
    ]


def test_a_development_server_is_asked_for_its_own() -> None:
    vite = hop(product="vite", path="/ws", port=9000, lacks=("websocket",), listens=(5173,))
    assert accused(vite, client(), below(port=9001, **CARRIES)) == ["deploy/nginx.conf:12"]


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"scheme": "h2c", "sends": ("http2",), "lacks": ()}, True),
        ({"scheme": "h2", "sends": ("http2",), "lacks": ()}, True),
        ({"scheme": "h2c", "sends": ("http2",), "lacks": (), "forwards_upgrade": True}, False),
        ({"scheme": "http", "lacks": ()}, False),
        ({}, True),
    ],
)
def test_spoils(fields: dict[str, Any], held: bool) -> None:
    assert spoils(hop(**fields)) is held


@pytest.mark.parametrize(
    ("framework", "scheme", "classes"),
    [("fastify", "h2c", ["http2-to-ws"]), ("hypercorn", "h2c", []), ("fastify", "http", [])],
)
def test_a_hop_that_speaks_http2_to_what_answers_pages_too(framework: str, scheme: str, classes: list[str]) -> None:
    server = listener(speaks="both", framework=framework, location=location("live.mjs", 3))
    sends = ("http2",) if scheme == "h2c" else ()
    mesh = below(product="istio", scheme=scheme, lacks=(), sends=sends, path="/live", forwards_upgrade=not sends)
    found = findings_of(judgements(declared(server, mesh, client(path="/live/cars")), load_rules()))
    assert [each.cls for each, _ in found] == classes


def test_a_path_at_which_a_server_has_nothing_but_sockets_brings_them() -> None:
    server = listener(
        speaks="both", framework="uvicorn", serves_only=("/board", "/board/*"), location=location("board.py", 3)
    )
    inside = caller("localhost", 8080, kind="realtime-client", protocol="socket.io", path="/")
    assert accused(server, below(path="/board"), inside) == ["deploy/nginx.conf:20"]
    assert accused(server, below(path="/boards"), inside) == []
    assert accused(server, below(path="/board"), below(30, path="/board", listens=(443,), **CARRIES), inside) == []
