from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.declared_factories import caller, declared, hop, listener, location, port_map, repository_finding
from tests.factories import HELLO, evidence, finding, group, nginx_rule
from wsdoctor.correlate import Explanation, explain, latent
from wsdoctor.judging import judgements
from wsdoctor.model.evidence import ClientHello
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.report import Group
from wsdoctor.model.rule import request
from wsdoctor.model.traffic import Address, Caller, Hop, Listener, PortMap


def seen(
    cls: str = "health-check",
    path: str | None = "/healthz",
    method: str = "GET",
    agent: str = "kube-probe/1.31",
    *,
    rule: str = "some-rule",
    port: int | None = 8080,
    host: str = "a",
    **fields: Any,
) -> Group:
    """A group of plain requests to 8080."""
    head = request(f"{method} {path or '/'} HTTP/1.1", f"Host: {host}", *([f"User-Agent: {agent}"] if agent else []))
    facts: dict[str, Any] = {"listener_port": port} | ({"path": None} if path is None else {})
    return group(findings=(finding(rule, cls, confidence=0.6),), sample=evidence(head, **facts), **fields)


def joined(traffic: Caller | Hop | PortMap, *groups: Group, cls: str | None = None) -> list[Explanation]:
    """Join groups with one piece of declared traffic, which a rule of that class accuses."""

    def held(listener: Listener) -> str:
        return "it does"

    rules = {"accuses": nginx_rule(id="accuses", cls=cls, declared=held, supersedes=())} if cls else {}
    return explain(groups, judgements(declared(listener(), traffic), rules))


def agreed(traffic: Caller | Hop | PortMap, stray: Group, cls: str | None = None) -> tuple[str, ...] | None:
    (explanation,) = joined(traffic, stray, cls=cls)
    return explanation.joins[0].agreed if explanation.joins else None


def test_a_probe_is_joined_with_its_line_and_what_agreed_is_said() -> None:
    (explanation,) = joined(caller(), seen(period=10.0), cls="health-check")
    assert explanation.joins[0].agreed == (
        "port 8080",
        "class health-check",
        "path /healthz",
        "method GET",
        "User-Agent kube-probe/",
        "every 10 s",
    )
    assert [(each.file, each.line) for each in explanation.locations] == [("deploy/k8s.yaml", 41)]
    assert explanation.joins[0].rule is not None
    assert explanation.joins[0].rule.id == "accuses"
    assert explanation.confidence == 0.98


def test_a_port_that_was_not_observed_did_not_agree() -> None:
    assert agreed(caller(), seen(port=None)) == (
        "class health-check",
        "path /healthz",
        "method GET",
        "User-Agent kube-probe/",
    )


def test_a_harmless_caller_is_joined_without_a_rule() -> None:
    (explanation,) = joined(caller(), seen())
    assert explanation.joins[0].rule is None


def test_good_handshakes_are_not_explained() -> None:
    assert joined(caller(), group(findings=())) == []


def test_outside_traffic_keeps_its_own_confidence_and_has_no_place() -> None:
    (explanation,) = joined(caller(), seen("scanner"))
    assert explanation.joins == ()
    assert explanation.locations == ()
    assert explanation.confidence == 0.6


def test_an_explanation_without_finding_is_sure_of_nothing() -> None:
    assert Explanation(group(findings=())).confidence == 0.0


@pytest.mark.parametrize(
    "stray",
    [
        seen(port=5000),
        seen("http-client-code", path="/other"),
        seen(method="HEAD"),
        seen(agent="curl/8.5.0"),
        seen(agent=""),
        seen("cors-preflight"),
        seen("other-protocol"),
    ],
    ids=["port", "path", "method", "agent", "no agent", "class", "protocol"],
)
def test_one_thing_that_speaks_against_it_is_enough(stray: Group) -> None:
    assert agreed(caller(), stray) is None


def test_a_caller_without_user_agent_agrees_with_none_alone() -> None:
    assert agreed(caller(user_agent=""), seen(agent="")) is not None
    assert agreed(caller(user_agent=""), seen(agent="curl/8")) is None


def test_what_is_unknown_of_the_caller_speaks_neither_for_nor_against_it() -> None:
    unknown = caller(path=None, method=None, user_agent=None, period=None)
    assert agreed(unknown, seen()) is None
    assert agreed(caller(method=None, user_agent=None, period=None), seen()) == (
        "port 8080",
        "class health-check",
        "path /healthz",
    )


def test_what_was_not_observed_speaks_neither_for_nor_against_it() -> None:
    stray = group(
        findings=(finding(),), sample=evidence(None, method="GET", log="426", listener_port=8080), period=10.0
    )
    assert agreed(caller(), stray) == ("port 8080", "class health-check", "method GET", "every 10 s")
    assert agreed(caller(), group(findings=(finding(),), sample=evidence(None, log="426"))) is None


def test_another_rhythm_is_no_agreement() -> None:
    other = caller(path=None, user_agent=None, method=None)
    assert agreed(other, seen(period=60.0)) is None
    assert agreed(other, seen(period=10.5)) == ("port 8080", "class health-check", "every 10 s")
    assert agreed(caller(), seen(period=60.0)) is not None


def test_a_tcp_check_is_silent() -> None:
    check = caller(protocol="tcp", path=None, method=None, user_agent=None)
    empty = group(findings=(finding("empty-connection", "tcp-probe"),), sample=evidence(b""), period=10.0)
    assert agreed(check, empty) == ("nothing was sent", "every 10 s")
    assert agreed(check, seen()) is None


def tls(server_name: str | None = None, cls: str = "tls-on-plaintext") -> Group:
    hello = None if server_name is None else ClientHello("TLS 1.0", server_name=server_name)
    return group(findings=(finding("tls", cls),), sample=evidence(HELLO, speaks="tls", hello=hello))


@pytest.mark.parametrize(("kind", "protocol"), [("websocket-client", "wss"), ("client-code", "https")])
def test_tls_on_a_plain_port_is_joined_with_who_speaks_it(kind: str, protocol: str) -> None:
    client = caller("host.docker.internal", kind=kind, protocol=protocol, period=None)
    words = ("class tls-on-plaintext", f"{protocol}:// begins with TLS")
    assert agreed(client, tls()) == words
    assert agreed(client, tls("host.docker.internal")) == (*words, "server name host.docker.internal")
    assert agreed(client, tls("other.example")) == words
    assert agreed(client, tls("")) == words


def test_tls_is_not_sent_by_who_speaks_plain() -> None:
    assert agreed(caller(protocol="http"), tls()) is None
    assert agreed(caller(protocol="wss", kind="websocket-client"), tls(cls="scanner")) is None
    assert agreed(caller(protocol="wss", kind="websocket-client"), tls(cls="other-protocol")) is None


def test_a_preflight_goes_before_a_call_of_another_method() -> None:
    posting = caller(kind="client-code", method="POST", path="/api", user_agent=None, period=None)
    stray = seen("cors-preflight", "/api", "OPTIONS", "Mozilla/5.0")
    assert agreed(posting, stray) == (
        "port 8080",
        "class cors-preflight",
        "path /api",
        "a preflight goes before such a call",
    )


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/healthz?full=1", "/healthz"),
        ("/healthz/", "/healthz"),
        ("", "/"),
        ("/rooms/{id}/messages", "/rooms/7/messages"),
        ("/rooms/:id", "/rooms/7"),
        ("/rooms/*", "/rooms/7"),
        ("/rooms/*", "/rooms/7/messages"),
        ("/rooms/$ROOM", "/rooms/7"),
        ("/rooms/room-${id}", "/rooms/room-7"),
    ],
)
def test_paths_that_are_the_same(written: str, path: str) -> None:
    assert agreed(caller(path=written, period=None), seen(path=path)) is not None


@pytest.mark.parametrize(
    ("written", "path"), [("/rooms/{id}", "/rooms/7/messages"), ("/rooms/{id}", "/users/7"), ("/a", "/b")]
)
def test_paths_that_are_not_the_same(written: str, path: str) -> None:
    assert agreed(caller(path=written, period=None), seen(path=path)) is None


LOST = "proxy-strips-upgrade"


def lost(path: str | None = "/ws/chat", rule: str = "upgrade-stripped", cls: str = LOST) -> Group:
    return seen(cls, path, agent="Mozilla/5.0", rule=rule)


def test_a_lost_handshake_is_joined_with_the_hop_that_loses_it() -> None:
    assert agreed(hop(), lost(), LOST) == (
        "port 8080",
        "class proxy-strips-upgrade",
        "path /ws/chat",
        "nginx stands in front of the port",
    )


@pytest.mark.parametrize("rule", ["nginx-drops-upgrade", "accuses"])
def test_the_fingerprint_of_the_product_agrees(rule: str) -> None:
    words = agreed(hop(), lost(rule=rule), LOST)
    assert words is not None
    assert words[-1] == "the fingerprint of nginx"


def test_a_hop_that_is_right_sends_no_stray() -> None:
    assert agreed(hop(forwards_upgrade=True, lacks=()), lost()) is None


def test_a_lost_handshake_is_joined_with_a_lacking_hop_that_no_rule_accuses() -> None:
    assert agreed(hop(path="/"), lost()) == (
        "port 8080",
        "class proxy-strips-upgrade",
        "path /ws/chat",
        "nginx stands in front of the port",
    )
    assert agreed(hop(path=None), lost(rule="nginx-drops-upgrade")) is not None
    assert agreed(hop(path="/"), lost(rule="apache-without-upgrade")) is None
    assert agreed(hop(path="/api/"), lost()) is None
    assert agreed(hop(path="/"), lost(None)) is None


def test_a_hop_that_another_of_its_file_is_nearer_than_lost_nothing() -> None:
    nearer = hop(location=location("deploy/nginx.conf", 20), forwards_upgrade=True, lacks=())
    elsewhere = hop(location=location("other.conf", 20), forwards_upgrade=True, lacks=())
    root = hop(path="/")
    for other, joins in ((nearer, 0), (elsewhere, 1), (hop(path="/api/"), 1)):
        (explanation,) = explain([lost()], judgements(declared(listener(), root, other), {}))
        assert len(explanation.joins) == joins


def test_a_page_that_came_by_a_proxy_which_hands_everything_on() -> None:
    def opened(cls: str, *fields: str, path: str | None = "/") -> Group:
        head = request(f"GET {path} HTTP/1.1", "Host: a", *fields)
        facts: dict[str, Any] = {"listener_port": 8080} | ({"path": None} if path is None else {})
        return group(findings=(finding("browser", cls, confidence=0.6),), sample=evidence(head, **facts))

    root = hop(path=None, product="haproxy", forwards_upgrade=True, lacks=())
    came = "X-Forwarded-For: 203.0.113.7"
    assert agreed(root, opened("browser-navigation", came)) == (
        "port 8080",
        "class browser-navigation",
        "haproxy hands every path on",
        "it came by an intermediary that adds X-Forwarded fields",
    )
    assert agreed(root, opened("browser-navigation")) is None
    assert agreed(root, opened("health-check", came)) is None
    assert agreed(hop(path="/ws"), opened("browser-navigation", came, path="/ws")) is None
    bare = group(
        findings=(finding("browser", "browser-navigation", confidence=0.6),),
        sample=evidence(None, listener_port=8080, path="/", method="GET"),
    )
    assert agreed(root, bare) is None
    both = judgements(declared(listener(speaks="both"), root), {})
    assert not explain([opened("browser-navigation", came)], both)[0].joins


def test_a_proxy_that_hands_every_path_on_sends_plain_requests_of_any() -> None:
    every = hop(path=None, product="create-react-app", lacks=("websocket",))
    assert agreed(every, seen("http-client-code", "/api/rooms"), "misroute") == (
        "port 8080",
        "class http-client-code",
        "create-react-app hands every path on",
    )


def test_a_hop_that_loses_something_else_is_not_it() -> None:
    assert agreed(hop(), lost(cls="http2-to-ws"), LOST) is None
    assert agreed(hop(), seen("other-protocol"), "misroute") is None


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/ws/", "/ws"),
        ("/ws", "/ws/chat"),
        ("/", "/anything"),
        ("/ws/*", "/ws/chat"),
        ("/ws/:path*", "/ws/chat"),
        ("/(ws|chat)", "/chat"),
        ("~ ^/ws", "/ws"),
    ],
)
def test_paths_that_a_hop_takes(pattern: str, path: str) -> None:
    words = agreed(hop(path=pattern), lost(path), LOST)
    assert words is not None
    assert f"path {path}" in words


def test_a_path_that_a_hop_does_not_take_is_not_from_it_unless_it_rewrites() -> None:
    assert agreed(hop(), lost("/other"), LOST) is None
    words = agreed(hop(sends=("strips-prefix",)), lost("/other"), LOST)
    assert words == ("port 8080", "class proxy-strips-upgrade", "nginx stands in front of the port")


def test_a_hop_for_every_path_and_a_path_that_was_not_observed() -> None:
    words = ("port 8080", "class proxy-strips-upgrade", "nginx stands in front of the port")
    assert agreed(hop(path=None), lost(), LOST) == words
    assert agreed(hop(), lost(None), LOST) == words


def test_plain_requests_come_through_a_hop_that_leads_to_the_wrong_port() -> None:
    assert agreed(hop(path="/"), seen("browser-navigation", "/"), "misroute") == (
        "port 8080",
        "class browser-navigation",
        "path /",
    )


def test_a_path_that_a_hop_makes_of_its_own_is_the_one_that_arrives() -> None:
    asks = hop(path="/_auth", details={"becomes": "/auth"}, sends=("auth-subrequest", "strips-prefix"))
    words = ("port 8080", "class http-client-code", "path /auth")
    assert agreed(asks, seen("http-client-code", "/auth"), "misroute") == words
    assert agreed(asks, seen("proxy-strips-upgrade", "/auth"), "misroute") is not None
    assert agreed(hop(path="/"), seen("proxy-strips-upgrade", "/"), "misroute") is None


def test_plain_requests_come_through_a_public_port() -> None:
    assert agreed(port_map(), seen("browser-navigation", "/"), "misroute") == (
        "port 8080",
        "class browser-navigation",
        "the public port 80 ends here",
    )
    assert agreed(port_map(), seen("proxy-strips-upgrade"), "misroute") is None
    assert agreed(port_map(), seen("browser-navigation", "/")) is None


def test_what_agrees_on_most_wins_and_equals_stand_side_by_side() -> None:
    def held(caller: Caller) -> str | None:
        return "it does" if caller.location.file == "z.yaml" else None

    vague = caller(path=None, user_agent=None, location=location("vague.yaml", 1))
    same = [caller(location=location(file, 4)) for file in ("b.yaml", "a.yaml", "z.yaml")]
    rules = {"it": nginx_rule(declared=held, supersedes=())}
    (explanation,) = explain([seen(period=10.0)], judgements(declared(listener(), vague, *same), rules))
    assert [each.file for each in explanation.locations] == ["z.yaml", "a.yaml", "b.yaml"]


def test_a_finding_is_latent_until_an_attempt_confirms_it() -> None:
    confirmed, waiting = repository_finding(), repository_finding(line=77)
    explanations = joined(caller(), seen())
    assert latent([confirmed, waiting], explanations) == [waiting]
    assert latent([confirmed], []) == [confirmed]


def test_a_group_without_any_finding_is_left_out() -> None:
    empty = group(findings=())
    assert empty.diagnosis == Diagnosis()
    assert explain([empty, seen()], []) == [Explanation(seen())]


def test_what_browsers_ask_for_beside_a_page_comes_with_its_navigation() -> None:
    page = caller(kind="navigation", path="/", user_agent=None, period=None)
    icon = seen("browser-subresource", "/favicon.ico", agent="Mozilla/5.0")
    assert "browsers ask for /favicon.ico beside a page" in (agreed(page, icon, "browser-navigation") or ())
    assert agreed(page, seen("browser-subresource", "/app.js", agent="Mozilla/5.0"), "browser-navigation") is None
    leads = hop(path="/live", sends=("redirect",), lacks=())
    assert "browsers ask for /favicon.ico beside a page" in (agreed(leads, icon, "misroute") or ())


def test_a_hop_that_puts_another_path_in_the_place_of_its_own() -> None:
    leads = hop(path="/api/presence", lacks=(), details={"becomes": "/presence/:path*"})
    assert "path /presence/list" in (agreed(leads, seen("http-client-code", "/presence/list"), "misroute") or ())
    assert agreed(leads, seen("http-client-code", "/api/presence/list"), "misroute") is None


def test_a_hop_that_takes_its_prefix_away() -> None:
    leads = hop(path="/api/", lacks=(), sends=("strips-prefix",))
    assert "nginx takes the prefix /api/ away" in (agreed(leads, seen("http-client-code", "/rooms"), "misroute") or ())


def test_the_base_of_what_a_client_asks_for() -> None:
    base = caller(kind="client-code", path="/v1", method=None, user_agent=None, period=None)
    below = seen("http-client-code", "/v1/audit/ann", agent="Mozilla/5.0")
    assert "path /v1/audit/ann" in (agreed(base, below) or ())
    assert agreed(base, seen("http-client-code", "/v2/x", agent="Mozilla/5.0")) is None
    bare = caller(kind="client-code", path=None, method=None, user_agent=None, period=None)
    assert "the base of a client's requests" in (agreed(bare, below) or ())
    assert agreed(bare, seen("http-client-code", "/x", agent="python-requests/2")) is None
    sockjs = caller(kind="realtime-client", protocol="sockjs", path="/stomp", method=None, user_agent=None, period=None)
    assert "path /stomp/info" in (agreed(sockjs, seen("wrong-realtime-protocol", "/stomp/info")) or ())


def test_two_that_differ_by_the_name_they_call_alone() -> None:
    stray = seen(agent="curl/8.5.0", host="quail.internal:8080")
    one = caller(product="shell", location=location("ping.sh", 5), user_agent="curl/", path="/healthz", period=None)
    other = replace(one, to=Address("quail.internal", 8080), location=location("watch.sh", 5))
    assert "Host quail.internal:8080" in (agreed(other, stray) or ())
    (explanation,) = explain([stray], judgements(declared(listener(), one, other), {}))
    assert [each.file for each in explanation.locations] == ["watch.sh"]


@pytest.mark.parametrize(
    ("declared_path", "path", "fits"),
    [
        ("/rooms/room-*/log", "/rooms/room-7/log", True),
        ("/rooms/room-*/log", "/rooms/hall-7/log", False),
        ("/rooms/*", "/rooms/1", True),
        ("/rooms/*", "/rooms/1/messages", True),
        ("/rooms/*", "/users/1/messages", False),
        ("/rooms/{id}", "/rooms/1/messages", False),
    ],
)
def test_a_path_that_ends_in_a_star_takes_what_is_below_it(declared_path: str, path: str, fits: bool) -> None:
    said = agreed(caller(path=declared_path), seen(path=path), cls="health-check")
    assert (said is not None and f"path {path}" in said) is fits


def silent(port: int | None = 8080, peers: tuple[str, ...] = ("10.0.0.7",), period: float | None = None) -> Group:
    sample = evidence(b"", listener_port=port)
    return group(findings=(finding("empty-connection", "tcp-probe"),), sample=sample, peers=peers, period=period)


def test_the_only_one_that_connects_in_silence_is_named() -> None:
    check = caller(protocol="tcp", path=None, method=None, user_agent=None)
    words = ("port 8080", "nothing was sent", "nothing else that is declared connects to it in silence")
    assert agreed(check, silent()) == words
    assert agreed(check, silent(peers=("127.0.0.1",))) == words
    assert agreed(replace(check, period=None), silent(period=15.0)) == words


def test_who_connects_in_silence_is_not_guessed() -> None:
    check = caller(protocol="tcp", path=None, method=None, user_agent=None)
    assert agreed(check, silent(port=None)) is None
    assert agreed(check, silent(peers=())) is None
    assert agreed(check, silent(peers=("10.0.0.7", "8.8.8.8"))) is None
    assert agreed(check, silent(period=60.0)) is None
    other = replace(check, location=location("deploy/other.yaml", 3))
    (explanation,) = explain([silent()], judgements(declared(listener(), check, other, caller()), {}))
    assert explanation.joins == ()


PAGE = ("Accept: text/html,application/xhtml+xml",)


@pytest.mark.parametrize(
    ("product", "sends", "lines", "comes"),
    [
        ("create-react-app", ("rewrites-host", "leaves-pages"), ("Host: localhost:8080", *PAGE), False),
        ("create-react-app", ("rewrites-host", "leaves-pages"), ("Host: localhost:8080", "Accept: */*"), True),
        ("create-react-app", ("rewrites-host", "leaves-pages"), ("Host: localhost:8080",), True),
        ("vite", (), ("Host: localhost:8080", *PAGE), False),
        ("vite", (), ("Host: localhost:5173", *PAGE), True),
        ("vite", ("rewrites-host",), ("Host: localhost:8080", *PAGE), True),
        ("vite", (), ("Host: localhost", *PAGE), True),
        ("nginx", (), ("Host: localhost:8080", *PAGE), True),
    ],
)
def test_who_opened_the_port_itself_did_not_come_by_a_proxy(
    product: str, sends: tuple[str, ...], lines: tuple[str, ...], comes: bool
) -> None:
    head = request("GET /api/lots HTTP/1.1", *lines)
    stray = group(findings=(finding("some-rule", "browser-navigation"),), sample=evidence(head, listener_port=8080))
    leads = hop(path="/api", websocket=False, product=product, sends=sends, listens=(5173,))
    assert (agreed(leads, stray, cls="misroute") is not None) is comes


def test_what_has_no_headers_may_have_come_by_a_proxy() -> None:
    leads = hop(path="/api", websocket=False, product="vite", listens=(5173,))
    sample = evidence(request("GET /api/x HTTP/1.1", "Host: localhost:8080"), listener_port=8080, headers=None)
    stray = group(findings=(finding("some-rule", "browser-navigation"),), sample=sample)
    assert agreed(leads, stray, cls="misroute") is not None


@pytest.mark.parametrize(
    ("product", "environment", "port", "joins"),
    [
        ("heroku", "PORT", 37155, True),
        ("heroku", "PORT", 8080, True),
        ("heroku", "RELAY_PORT", 37155, False),
        ("heroku", None, 37155, False),
        ("replit", "PORT", 37155, False),
        ("heroku", "PORT", 9090, False),
    ],
)
def test_a_platform_tells_the_port(product: str, environment: str | None, port: int, joins: bool) -> None:
    listeners = (listener(environment=environment), listener(9090))
    maps = (port_map(443, public=True, product=product), port_map(80, 9090, public=True))
    accuses = nginx_rule(id="accuses", cls="misroute", declared=lambda port_map: "it does", supersedes=())
    traffic = declared(*listeners, *maps)
    (explanation,) = explain([seen("browser-navigation", "/", port=port)], judgements(traffic, {"accuses": accuses}))
    assert any(join.meeting.traffic is maps[0] for join in explanation.joins) is joins
    for join in explanation.joins:
        assert ("port 8080" in join.agreed) is (port == 8080)
