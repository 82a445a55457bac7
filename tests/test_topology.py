from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.declared_factories import caller, declared, hop, listener, location, port_map, unit
from tests.factories import nginx_rule
from wsdoctor.errors import InvalidRule
from wsdoctor.judging import findings_of, judge, judgements, level_of, unplaced
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener, Page
from wsdoctor.rules import load_rules
from wsdoctor.topology import Topology

CHAT = listener(unit="chat", location=location("chat/server.py", 9))
SHOP = listener(unit="shop", speaks="http", framework="flask", location=location("shop/app.py", 4))
ALONE = listener(location=location("server.py", 3))


def reached(found: Declared, host: str | None, port: int | None, unit: str | None = None) -> list[str]:
    return [each.location.file for each, _ in Topology(found).reach(Address(host, port, unit))]


def found_in(found: Declared, rules: Mapping[str, Rule]) -> list[RepositoryFinding]:
    return [each for each, _ in findings_of(judgements(found, rules))]


def test_a_port_that_could_not_be_followed_reaches_nothing() -> None:
    assert reached(declared(ALONE, listener(None)), "localhost", None) == []


def test_another_port_reaches_nothing() -> None:
    assert reached(declared(ALONE), "localhost", 5000) == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0.0.0.0", "::1", "", None, "chat.example.org"])
def test_a_listener_of_no_unit_is_found_by_its_port(host: str | None) -> None:
    assert reached(declared(ALONE), host, 8080) == ["server.py"]


def test_the_name_of_a_unit_means_that_unit_alone() -> None:
    found = declared(CHAT, SHOP)
    assert reached(found, "chat", 8080) == ["chat/server.py"]
    assert reached(found, "shop", 8080) == ["shop/app.py"]


def test_localhost_means_the_own_unit_first() -> None:
    found = declared(CHAT, SHOP)
    assert reached(found, "localhost", 8080, "shop") == ["shop/app.py"]
    assert reached(found, "localhost", 8080, "scripts") == ["chat/server.py", "shop/app.py"]


def test_a_port_map_of_some_files_means_the_listener_in_them() -> None:
    site = listener(speaks="http", framework="gunicorn", location=location("Procfile", 2))
    for files, expected in ((("server.py",), ["server.py"]), (("other.py",), []), ((), [])):
        routed = port_map(443, 8080, product="heroku", public=True, files=files)
        met = [each for each in Topology(declared(ALONE, site, routed)).meetings() if each.traffic is routed]
        assert [each.listener.location.file for each in met] == expected
    routed = port_map(443, 8080, product="heroku", names=("chat.example",), files=("server.py",))
    assert reached(declared(ALONE, site, routed), "chat.example", 443) == ["server.py"]


def test_localhost_of_a_container_is_no_other_container() -> None:
    published = port_map(8080, 8080, "chat", product="compose")
    web = port_map(80, 80, "web", product="compose")
    found = declared(CHAT, published, web)
    assert reached(found, "localhost", 8080, "web") == []
    assert reached(found, "localhost", 8080, "chat") == ["chat/server.py"]
    assert reached(declared(ALONE, web), "localhost", 8080, "web") == ["server.py"]


def test_what_checks_itself_is_a_container() -> None:
    legacy = caller("localhost", 8080, "legacy", product="kubernetes")
    own = caller("localhost", 8080, "chat", product="helm")
    assert reached(declared(CHAT, legacy, own), "localhost", 8080, "legacy") == []
    other = port_map(8080, 8080, "chat", product="compose")
    assert reached(declared(CHAT, legacy, other), "localhost", 8080, "legacy") == ["chat/server.py"]


def test_the_machine_around_a_container_is_not_the_container() -> None:
    found = declared(CHAT, SHOP, port_map(8080, 8080, "chat", product="compose"))
    assert reached(found, "host.docker.internal", 8080, "shop") == ["chat/server.py"]


def test_the_same_host_as_the_page_is_the_machine() -> None:
    found = declared(CHAT, SHOP, port_map(8080, 8080, "chat", product="compose"))
    assert reached(found, "", 8080, "shop") == ["chat/server.py"]


def test_a_service_name_is_followed_through_its_own_ports_alone() -> None:
    service = port_map(80, 8080, "chat", ("chat-ws", "chat-ws.default"), product="kubernetes")
    other = port_map(80, 5000, "shop", ("shop-http",), product="kubernetes")
    found = declared(CHAT, SHOP, other, service)
    ((target, maps),) = Topology(found).reach(Address("chat-ws", 80))
    assert (target, maps) == (CHAT, (service,))
    assert reached(found, "chat-ws", 8080) == []


def test_a_published_port_stands_for_the_port_inside() -> None:
    published = port_map(9000, 8080, "chat", product="compose")
    found = declared(CHAT, SHOP, published)
    assert reached(found, "localhost", 9000) == ["chat/server.py"]
    assert reached(found, "chat.example.org", 9000) == ["chat/server.py"]


def test_a_port_map_of_a_unit_without_listener_takes_listeners_of_no_unit_first() -> None:
    published = port_map(9000, 8080, "built", product="compose")
    assert reached(declared(CHAT, ALONE, published), "localhost", 9000) == ["server.py"]
    assert reached(declared(CHAT, published), "localhost", 9000) == ["chat/server.py"]


def test_a_port_map_of_a_unit_with_other_listeners_takes_nobody_elses() -> None:
    published = port_map(9000, 8080, "shop", product="compose")
    assert reached(declared(CHAT, listener(5000, unit="shop"), published), "localhost", 9000) == []


def meetings(found: Declared) -> list[tuple[str, str]]:
    return [(each.location.file, each.listener.location.file) for each in Topology(found).meetings()]


def test_callers_hops_and_port_maps_meet_what_they_reach() -> None:
    found = declared(ALONE, caller(), hop(), port_map())
    assert meetings(found) == [
        ("deploy/k8s.yaml", "server.py"),
        ("deploy/nginx.conf", "server.py"),
        (".replit", "server.py"),
    ]
    assert [set(each.facts) for each in Topology(found).meetings()] == [
        {"caller", "listener"},
        {"hop", "listener"},
        {"port_map", "listener"},
    ]


def test_listeners_that_speak_differently_are_no_meeting() -> None:
    assert meetings(declared(ALONE, SHOP, caller())) == []


def test_what_is_unsure_is_no_meeting() -> None:
    assert meetings(declared(ALONE, caller(sure=0.4))) == []
    assert meetings(declared(listener(sure=0.4), caller(), port_map())) == []


def holds(**words: object):
    def held(caller: Caller, listener: Listener) -> str | None:
        return f"{caller.product} reaches {listener.port}"

    return nginx_rule(declared=held, **({"supersedes": ()} | words))


def test_a_rule_is_asked_only_of_what_it_is_about() -> None:
    rules = {"of-callers": holds(id="of-callers")}
    (called, forwarded) = Topology(declared(ALONE, caller(), hop())).meetings()
    assert [(rule.id, reason) for rule, reason in judge(called, rules)] == [("of-callers", "kubernetes reaches 8080")]
    assert judge(forwarded, rules) == []


def test_a_rule_without_files_and_one_that_does_not_hold_find_nothing() -> None:
    rules = {"in-traffic": nginx_rule(), "never": nginx_rule(declared=lambda listener: None)}
    (called,) = Topology(declared(ALONE, caller())).meetings()
    assert judge(called, rules) == []


def test_a_rule_that_says_less_is_superseded() -> None:
    rules = {"less": holds(id="less"), "more": holds(id="more", supersedes=("less",))}
    (called,) = Topology(declared(ALONE, caller())).meetings()
    assert [rule.id for rule, _ in judge(called, rules)] == ["more"]


def test_a_rule_that_asks_for_something_else_is_refused() -> None:
    rules = {"wrong": nginx_rule(id="wrong", declared=lambda headers: None)}
    with pytest.raises(InvalidRule, match="declared of wrong asks for what no declared traffic has"):
        found_in(declared(ALONE, caller()), rules)


@pytest.mark.parametrize(
    ("cls", "level"),
    [
        ("proxy-strips-upgrade", "error"),
        ("tls-on-plaintext", "error"),
        ("tcp-probe", "note"),
        ("health-check", "warning"),
        ("misroute", "warning"),
    ],
)
def test_levels_in_files(cls: str, level: str) -> None:
    assert level_of(cls) == level


def test_a_finding_names_the_line_the_port_and_every_part_of_the_way() -> None:
    constant = location("settings.py", 2)
    service = port_map(80, 8080, "chat", ("chat-ws",), product="kubernetes", location=location("service.yaml", 8))
    calling = caller("chat-ws", 80, also=(constant,), sure=0.8)
    found = declared(CHAT, service, calling)
    (finding,) = found_in(found, {"of-callers": holds(id="of-callers", cls="health-check")})
    assert finding.location == calling.location
    assert finding.related == (constant, service.location, CHAT.location)
    assert finding.port == 8080
    assert finding.level == "warning"
    assert finding.confidence == 0.76
    assert finding.message == "kubernetes reaches 8080; the listener is websockets at chat/server.py:9"


def test_a_port_map_is_as_sure_as_its_listener() -> None:
    def held(port_map: object) -> str:
        return "it ends here"

    (finding,) = found_in(declared(listener(sure=0.6), port_map()), {"map": nginx_rule(declared=held)})
    assert finding.confidence == 0.57


def test_each_place_is_found_once_in_the_order_of_files_and_lines() -> None:
    first, later = location("a.yaml", 3), location("a.yaml", 30)
    found = declared(
        ALONE, listener(9090), caller(location=later), caller(location=first), caller(location=first, port=9090),
        caller(location=location("B.yaml", 1)),
    )  # fmt: skip
    pairs = findings_of(judgements(found, {"of-callers": holds(id="of-callers")}))
    assert [(each.location.file, each.location.line, each.port) for each, _ in pairs] == [
        ("B.yaml", 1, 8080),
        ("a.yaml", 3, 8080),
        ("a.yaml", 30, 8080),
    ]
    assert all(meeting.location == finding.location for finding, meeting in pairs)


def test_built_in_rules_judge_a_probe_a_hop_and_a_public_port() -> None:
    found = declared(listener(tls=False), caller(), hop(), port_map(public=True))
    assert [(each.rule, each.level) for each in found_in(found, load_rules())] == [
        ("public-port-ends-at-websocket-port", "warning"),
        ("kubernetes-probe", "warning"),
        ("nginx-drops-upgrade", "error"),
    ]


@pytest.mark.parametrize(
    "harmless",
    [
        caller(expects=(426,)),
        caller(headers={"upgrade": "websocket"}),
        caller(protocol="ws", kind="websocket-client", product="websockets"),
        caller(port=5000),
        hop(forwards_upgrade=True, lacks=()),
        port_map(),
    ],
)
def test_built_in_rules_leave_alone_what_is_right(harmless: object) -> None:
    assert found_in(declared(listener(), harmless), load_rules()) == []  # type: ignore[arg-type]


def told(files: tuple[str, ...] = (), unit: str | None = None) -> Address:
    return Address("localhost", None, unit, "PORT", files)


@pytest.mark.parametrize(
    ("address", "files"),
    [
        (told(), ["server.py"]),
        (told(unit="chat"), ["chat/server.py"]),
        (told(unit="other"), ["server.py"]),
        (told(("server.py", "lib.py")), ["server.py"]),
        (told(("lib.py",)), []),
        (told(("fixed.py",)), ["fixed.py"]),
    ],
)
def test_a_platform_reaches_the_listener_that_reads_its_variable(address: Address, files: list[str]) -> None:
    chat = listener(unit="chat", environment="PORT", location=location("chat/server.py", 9))
    alone = listener(9000, environment="PORT", location=location("server.py", 3))
    fixed = listener(environment="WS_PORT", location=location("fixed.py", 3))
    found = Topology(declared(chat, alone, fixed)).reach(address)
    assert [each.location.file for each, _ in found] == files


CODE = {"kind": "client-code", "product": "requests"}


@pytest.mark.parametrize(
    ("host", "known", "meets"),
    [
        ("api.vendor.example", None, False),
        ("api.vendor.example", caller("api.vendor.example", 443, kind="websocket-client", protocol="wss"), True),
        ("api.vendor.example", hop("api.vendor.example", 443), True),
        ("api.vendor.example", port_map(80, 9999, "x", ("api.vendor.example",)), False),
        ("api.vendor.example", hop("api.vendor.example", 443, websocket=False), False),
        ("collector.local", None, False),
        ("rt.prod.svc", None, False),
        ("rt.prod.svc.cluster.local", port_map(80, 8080, None, ("rt",), product="kubernetes"), True),
        ("realtime", None, False),
        ("realtime", listener(9000, location=location("realtime/other.py", 3)), True),
        ("realtime", port_map(8080, 8080, "realtime", product="docker"), True),
        ("realtime", unit("realtime"), True),
        ("auth", unit("realtime"), False),
        ("203.0.113.9", None, False),
        ("10.0.2.2", None, True),
        (None, None, True),
    ],
)
def test_code_that_calls_a_stranger_on_the_same_port(host: str | None, known: object, meets: bool) -> None:
    calls = caller(host, location=location("poll.py", 7), **CODE)
    found = declared(ALONE, calls, *([known] if known else []))  # type: ignore[list-item]
    assert (("poll.py", "server.py") in meetings(found)) is meets


@pytest.mark.parametrize(
    ("watched", "named", "meets"),
    [
        ("sensors", None, True),
        ("cadvisor", None, False),
        ("cadvisor", unit("cadvisor"), True),
        ("sensors", unit("chat"), False),
        ("cadvisor", unit("chat"), False),
        ("chat", unit("chat"), True),
        ("chat.example.org", unit("chat"), True),
    ],
)
def test_what_watches_another_product_beside(watched: str, named: object, meets: bool) -> None:
    found = declared(ALONE, caller(watched, kind="scrape"), *([named] if named else []))  # type: ignore[list-item]
    assert bool(meetings(found)) is meets


@pytest.mark.parametrize(
    ("host", "path", "websocket", "meets"),
    [
        ("keycloak", "/x", True, True),
        ("keycloak", "/x", None, True),
        ("keycloak", "/x", False, False),
        ("keycloak", None, False, False),
        ("10.3.0.21", "/x", False, False),
        ("10.3.0.21", "/", False, True),
        ("fd00::2", None, False, True),
    ],
)
def test_a_route_to_a_host_that_nothing_is_known_by(
    host: str, path: str | None, websocket: bool | None, meets: bool
) -> None:
    assert bool(meetings(declared(ALONE, hop(host, path=path, websocket=websocket)))) is meets


@pytest.mark.parametrize(
    ("path", "asked", "websocket"),
    [("/api", "/api/chat", None), ("/api/*", "/api/chat", None), ("/api", "/api", None), ("/api", "/apis", False),
     ("/", "/chat", False), (None, "/chat", False), ("/api", None, False)],
)  # fmt: skip
def test_a_route_under_which_a_client_opens_sockets_is_not_for_pages(
    path: str | None, asked: str | None, websocket: bool | None
) -> None:
    client = caller("chat.example.org", 443, kind="websocket-client", protocol="wss", path=asked)
    (meeting,) = Topology(declared(ALONE, client, hop(path=path, websocket=False))).meetings()
    assert meeting.traffic.websocket is websocket  # type: ignore[union-attr]


def test_the_name_of_a_declared_unit_means_it_alone() -> None:
    chat, auth = unit("chat", folder="chat"), unit("auth", names=("auth", "login"), own=False)
    found = declared(CHAT, ALONE, chat, auth)
    assert reached(found, "login", 8080) == []
    assert reached(found, "chat", 8080) == ["chat/server.py"]
    alias = port_map(8080, 8080, "chat", ("live",), product="compose")
    assert reached(declared(CHAT, unit("chat", names=("chat", "live")), alias), "live", 8080) == ["chat/server.py"]
    assert reached(declared(CHAT, unit("chat", names=("chat", "live")), alias), "live", 9090) == []


def test_what_is_built_from_a_folder_holds_nothing_else() -> None:
    found = declared(listener(location=location("chat/ws.py", 3)), unit("web", folder="web"), unit("all", folder=""))
    assert reached(found, "localhost", 8080, "web") == []
    assert reached(found, "web", 8080) == []
    assert reached(found, "all", 8080) == ["chat/ws.py"]


@pytest.mark.parametrize(
    ("units", "files"),
    [
        ((unit("chat"), unit("web")), []),
        ((unit("chat", "docker"), unit("web", "docker")), []),
        ((unit("chat", "docker"), unit("web", "kubernetes")), ["chat/server.py"]),
        ((unit("chat", "docker"), unit("web", "kubernetes", folder="web")), []),
        ((unit("chat", "docker"), unit("web", own=False)), []),
        ((unit("chat", "docker"), unit("web", own=False), unit("web")), ["chat/server.py"]),
    ],
)
def test_localhost_of_what_nothing_reaches_is_its_own(units: tuple[object, ...], files: list[str]) -> None:
    assert reached(declared(CHAT, *units), "localhost", 8080, "web") == files  # type: ignore[arg-type]


def test_an_image_with_a_dockerfile_of_its_own_is_named_for_its_folder() -> None:
    check = caller("localhost", 8080, "web", product="docker")
    assert reached(declared(CHAT, check, unit("web", "docker"), unit("chat")), "localhost", 8080, "web") == [
        "chat/server.py"
    ]
    assert reached(declared(CHAT, check, unit("chat")), "localhost", 8080, "web") == []


def test_a_monitor_is_pointed_at_the_projects_own_port() -> None:
    assert meetings(declared(ALONE, caller("chat.example.org", kind="uptime-monitor"))) != []


TLS = {"kind": "websocket-client", "product": "browser", "protocol": "wss", "location": location("page.js", 4)}
FETCH = caller("", 5000, product="browser", kind="client-code", location=location("page.js", 9))
PLAIN = listener(tls=False, location=location("server.py", 3))


@pytest.mark.parametrize(
    ("host", "around", "direct"),
    [
        ("localhost", (), True),
        ("", (), False),
        ("", (FETCH,), True),
        ("", (port_map(8080, 8080, product="compose"),), True),
        ("", (port_map(8080, 8080, product="replit"),), False),
        ("", (port_map(8080, 8080, product="compose", public=True),), False),
        ("", (FETCH, hop(port=1, listens=(8080,))), False),
        ("", (FETCH, Page("fly", location())), False),
        ("", (Page("lighttpd", location()),), True),
        ("", (caller("", **{**TLS, "protocol": "ws"}), Page("lighttpd", location())), True),
        ("", (caller("", **{**TLS, "protocol": "ws"}), port_map(8080, 8080, product="compose")), False),
        ("localhost", (caller("localhost", **{**TLS, "protocol": "ws"}),), False),
        ("realtime", (), False),
        ("realtime", (port_map(8080, 8080, None, ("realtime",), product="kubernetes"),), True),
    ],
)
def test_tls_that_nothing_on_the_way_can_end(host: str, around: tuple[object, ...], direct: bool) -> None:
    found = declared(PLAIN, caller(host, **TLS), *around)  # type: ignore[arg-type]
    (meeting,) = [each for each in Topology(found).meetings() if each.location.file == "page.js" and not each.page
                  and each.listener.port == 8080 and getattr(each.traffic, "protocol", "") != "ws"]  # fmt: skip
    assert meeting.direct is direct
    assert ("direct" in meeting.facts) is direct
    rules = [each.rule for each in found_in(found, load_rules())]
    assert ("wss-to-plaintext-port" in rules) is direct


def opens(text: str = 'new WebSocket("ws://" + location.host)', host: str | None = "", **fields: object) -> Caller:
    facts = {"kind": "websocket-client", "product": "browser", "protocol": "ws", "path": "/", "method": "GET"}
    facts["location"] = location(str(fields.pop("file", "page.js")), 4, text=text)
    return caller(host, None, fields.pop("unit", None), **(facts | fields))  # type: ignore[arg-type]


FLY = Page("fly", location("fly.toml", 9))


@pytest.mark.parametrize(
    ("sent", "around", "found"),
    [
        (opens(), (FLY,), True),
        (opens(), (), False),
        (opens(host="chat.example.org"), (FLY,), True),
        (opens(host="localhost"), (FLY,), False),
        (opens(host=None), (FLY,), False),
        (opens(sure=0.6), (FLY,), False),
        (opens(protocol="wss"), (FLY,), False),
        (opens(product="websockets"), (FLY,), False),
        (opens('new WebSocket(origin.replace("http", "ws"))'), (FLY,), False),
        (opens('new WebSocket(process.env.WS_URL || "ws://" + host)'), (FLY,), False),
        (opens("new WebSocket(URL)", also=(location("config.js", 2, text='URL = "ws://a.example"'),)), (FLY,), True),
        (opens(), (FLY, opens("new WebSocket(`wss://${location.host}`)", protocol="wss")), False),
        (opens(), (FLY, opens("new WebSocket(`wss://${location.host}`)", protocol="wss", file="other.js")), True),
        (opens(), (Page("html", location(), "page.js"),), True),
        (opens(file="site/page.js"), (Page("render", location(), "site"),), True),
        (opens(file="public/page.js", unit="site"), (Page("render", location(), "site"),), True),
        (opens(file="admin/page.js"), (Page("render", location(), "site"),), False),
    ],
)
def test_a_plain_socket_on_an_https_page(sent: Caller, around: tuple[object, ...], found: bool) -> None:
    findings = found_in(declared(sent, *around), load_rules())  # type: ignore[arg-type]
    assert [each.rule for each in findings] == (["plain-websocket-on-https-page"] if found else [])
    for each in findings:
        assert (each.level, each.location.line) == ("error", 4)
        assert "the page is HTTPS by" in each.message


@pytest.mark.parametrize(
    ("sent", "around", "ports"),
    [
        (caller(), (), [8080]),
        (hop(), (), [8080]),
        (caller(), (listener(),), []),
        (caller(sure=0.3), (), []),
        (caller(port=None), (), []),
        (caller(port=9000), (), []),
        (caller("elsewhere.example", kind="client-code"), (), []),
        (caller(port=80), (port_map(80, 8080),), [8080]),
        (caller("web", 80), (port_map(80, 8080, None, ("web",)),), [8080]),
        (caller("api", 80), (port_map(80, 8080, None, ("web",)),), []),
    ],
)
def test_what_leads_to_a_port_on_which_only_attempts_are_known(
    sent: Caller | Hop, around: tuple[object, ...], ports: list[int]
) -> None:
    found = unplaced(declared(sent, *around), {8080})  # type: ignore[arg-type]
    assert [(each.meeting.traffic, each.meeting.listener.port, each.held) for each in found] == [
        (sent, port, ()) for port in ports
    ]
    assert unplaced(declared(sent, *around), ()) == ()  # type: ignore[arg-type]


def meets(found: Declared) -> bool:
    return any(each.traffic is found.callers[0] for each in Topology(found).meetings())


def test_what_an_image_is_made_of_runs_in_every_workload_of_that_image() -> None:
    server = listener(unit="chat", location=location("chat/ws.py", 3))
    image = unit("chat", "docker", location=location("chat/Dockerfile", 1))
    probe = caller(port=8080, unit="release-chat")
    assert meets(declared(server, image, unit("release-chat", "kubernetes", folder="chat"), probe))
    assert not meets(declared(server, image, unit("release-chat", "kubernetes", folder="web"), probe))


@pytest.mark.parametrize(
    ("called", "opened", "expected"),
    [
        (caller(port=80, kind="client-code", path="/reports/weekly"), None, False),
        (caller(port=80, kind="client-code", path="/reports"), None, False),
        (caller(port=81, kind="client-code", path="/reports"), None, None),
        (caller(port=80, kind="client-code", path="/reporters"), None, None),
        (caller(port=80, kind="client-code", path="/reports", protocol="ws"), None, None),
        (caller(port=80, kind="client-code", path=None), None, None),
        (caller(port=80, kind="health-check", path="/reports"), None, None),
        (caller(port=80, kind="client-code", path="/reports"), "/reports/live", None),
    ],
)
def test_a_path_that_code_fetches_is_one_of_pages(called: Caller, opened: str | None, expected: bool | None) -> None:
    client = caller(port=80, kind="websocket-client", protocol="ws", path=opened)
    found = declared(ALONE, called, client, hop(path="/reports", websocket=None))
    (meeting,) = [one for one in Topology(found).meetings() if isinstance(one.traffic, Hop)]
    assert meeting.traffic.websocket is expected


@pytest.mark.parametrize(("file", "expected"), [("gateway/routes.js", False), ("other/routes.js", None)])
def test_a_hop_in_code_listens_where_a_server_of_its_folder_does(file: str, expected: bool | None) -> None:
    found = declared(
        ALONE,
        listener(8000, speaks="http", location=location("gateway/index.js")),
        caller(port=8000, kind="client-code", path="/reports/weekly"),
        hop(path="/reports/*", websocket=None, listens=(), location=location(file)),
    )
    (meeting,) = [one for one in Topology(found).meetings() if isinstance(one.traffic, Hop)]
    assert meeting.traffic.websocket is expected


@pytest.mark.parametrize("path", [None, "/", "*"])
def test_a_hop_of_every_path_is_not_told_by_what_is_fetched(path: str | None) -> None:
    found = declared(ALONE, caller(port=80, kind="client-code", path="/reports"), hop(path=path, websocket=None))
    (meeting,) = [one for one in Topology(found).meetings() if isinstance(one.traffic, Hop)]
    assert meeting.traffic.websocket is None


@pytest.mark.parametrize(
    ("paths", "path", "fields", "expected"),
    [
        (("/stream",), "/export/*", {}, False),
        (("/stream", "/feed/{room}"), "/feed/", {}, None),
        (("/stream",), "/str", {}, False),
        (("/stream/{id}",), "/stream", {}, None),
        (("/live/stream",), "/live/", {}, None),
        (("/{room}",), "/export", {}, None),
        ((), "/export", {}, None),
        (("/stream",), "/", {}, None),
        (("/stream",), None, {}, None),
        (("/stream",), "~ ^/export", {}, None),
        (("/stream",), "/export", {"sends": ("strips-prefix",)}, None),
        (("/stream",), "/export", {"details": {"becomes": "/stream"}}, None),
        (("/stream",), "/live", {"details": {"becomes": "/other"}}, False),
    ],
)
def test_a_path_at_which_a_server_opens_no_websocket_is_one_of_pages(
    paths: tuple[str, ...], path: str | None, fields: dict[str, object], expected: bool | None
) -> None:
    found = declared(listener(paths=paths), hop(path=path, websocket=None, **fields))
    (meeting,) = [one for one in Topology(found).meetings() if isinstance(one.traffic, Hop)]
    assert meeting.traffic.websocket is expected
