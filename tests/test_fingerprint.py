from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.fingerprint import LONGEST_PART, clients_of, group_id, key_of, network_of, path_shape, product_of
from wsdoctor.model.evidence import ClientHello, Deviation, Evidence, ProxyHeader
from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.headers import Headers

PROBE = Evidence(
    at=1.0,
    peer="10.1.2.3",
    listener="0.0.0.0",
    listener_port=8080,
    speaks="http/1",
    method="GET",
    path="/healthz/42",
    headers=Headers((("Host", "10.1.2.9:8080"), ("User-Agent", "kube-probe/1.31"), ("Accept", "*/*"))),
    deviations=(Deviation("bare-lf", "RFC 9112 section 2.2"),),
    handshake=("upgrade-present", "upgrade-websocket"),
    user_agent="kube-probe/1.31",
)
FINDING = Finding("kubernetes-probe", "health-check", "note", 0.6, "title", "reason", "remedy")
HEALTH = Diagnosis((FINDING,))


def parts(evidence: Evidence, diagnosis: Diagnosis = HEALTH) -> dict[str, str]:
    return dict(key_of(evidence, diagnosis).parts)


def test_parts_are_visible_and_in_order() -> None:
    shown = parts(PROBE)
    order = shown.pop("field order")
    assert len(order) == 8
    assert list(shown.items()) == [
        ("protocol", "http/1"),
        ("method", "GET"),
        ("path", "/healthz/{number}"),
        ("agent", "kube-probe"),
        ("class", "health-check"),
        ("rule", "kubernetes-probe"),
        ("deviations", "bare-lf"),
        ("unmet", "upgrade-present, upgrade-websocket"),
        ("listener", "0.0.0.0:8080"),
    ]


def test_the_name_is_the_same_in_every_run_and_on_every_machine() -> None:
    key = key_of(PROBE, HEALTH)
    assert group_id(key.digest, network_of(PROBE.peer)) == "a099d236a0329857"


def test_what_changes_between_attempts_does_not_count() -> None:
    other = PROBE._replace(
        at=99.0, peer_port=5, path="/healthz/77", user_agent="kube-probe/1.32", outcome="rejected", status=426
    )
    assert key_of(other, HEALTH).digest == key_of(PROBE, HEALTH).digest


@pytest.mark.parametrize(
    "change",
    [
        {"method": "HEAD"},
        {"path": "/ready"},
        {"user_agent": "curl/8"},
        {"deviations": ()},
        {"handshake": ()},
        {"headers": Headers((("User-Agent", "kube-probe/1.31"), ("Host", "a")))},
        {"headers": None},
        {"listener_port": 9090},
        {"speaks": "tls"},
    ],
)
def test_what_is_stable_counts(change: dict[str, object]) -> None:
    assert key_of(PROBE._replace(**change), HEALTH).digest != key_of(PROBE, HEALTH).digest  # type: ignore[arg-type]


def test_what_was_not_observed_is_no_part() -> None:
    assert parts(Evidence(), Diagnosis()) == {"class": "good handshake"}
    assert key_of(Evidence(), Diagnosis()).cls == ""
    assert parts(Evidence(headers=Headers(), user_agent=""), Diagnosis())["agent"] == ""
    assert parts(Evidence(headers=Headers()))["field order"] == "no fields"


def test_a_known_sender_stands_before_its_user_agent() -> None:
    shown = parts(PROBE, replace(HEALTH, sender="kubernetes"))
    assert shown["sender"] == "kubernetes"
    assert "agent" not in shown


def test_paths_of_a_scanner_are_no_part_for_it_tries_hundreds() -> None:
    scanner = Diagnosis((replace(FINDING, cls="scanner", rule="scanner-paths"),))
    assert key_of(PROBE, scanner).digest == key_of(PROBE._replace(path="/.env"), scanner).digest
    assert key_of(PROBE._replace(path="/.env"), scanner).path == "/.env"


def test_fields_that_come_and_go_do_not_count() -> None:
    lines = (("Host", "a"), ("Accept", "*/*"))
    with_state = Headers((*lines, ("Cookie", "a=b"), ("Cache-Control", "no-cache")))
    assert parts(Evidence(headers=Headers(lines))) == parts(Evidence(headers=with_state))


def test_request_behind_a_proxy_header_is_what_counts() -> None:
    evidence = Evidence(speaks="proxy-v1", proxy=ProxyHeader(1, "PROXY", "TCP4", "198.51.100.7:1234"), behind=PROBE)
    shown = parts(evidence)
    assert (shown["protocol"], shown["behind"], shown["method"]) == ("proxy-v1", "http/1", "GET")
    assert clients_of(evidence) == ("198.51.100.7",)


def test_tls_clients_differ_by_what_they_offer() -> None:
    hello = ClientHello("TLS 1.0", ("TLS 1.3", "TLS 1.2"), alpn=("h2", "http/1.1"), cipher_suites=17)
    assert parts(Evidence(hello=hello))["hello"] == "TLS 1.3, TLS 1.2; 17 cipher suites; ALPN h2, http/1.1"
    assert parts(Evidence(hello=replace(hello, alpn=())))["hello"] == "TLS 1.3, TLS 1.2; 17 cipher suites"
    assert "hello" not in parts(Evidence(hello=replace(hello, complete=False)))


def test_hostile_text_is_escaped_and_bounded() -> None:
    shown = parts(Evidence(method="\x1b[31m" + "A" * 100_000, path="/" + "\n/" * 50_000))
    assert shown["method"].startswith("\\x1b[31m")
    assert all(len(value) <= 4 * LONGEST_PART + 1 for value in shown.values())
    assert len(key_of(Evidence(path="/" * 100_000), HEALTH).path or "") <= 200


@pytest.mark.parametrize(
    ("listener", "port", "shown"),
    [("::1", 80, "[::1]:80"), (None, 8080, ":8080"), ("/run/app.sock", None, "/run/app.sock"), (None, None, None)],
)
def test_listener_is_shown_as_address_and_port(listener: str | None, port: int | None, shown: str | None) -> None:
    assert key_of(Evidence(listener=listener, listener_port=port), HEALTH).listener == shown


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/", "/"),
        ("", ""),
        ("/healthz", "/healthz"),
        ("/api/v1/users/4711/edit", "/api/v1/users/{number}/edit"),
        ("/item-123.html", "/item-{number}.html"),
        ("/6f1e9c7a-3b1d-4b6e-9a70-0c1f3c5b7d9e/ws", "/{uuid}/ws"),
        ("/assets/index-4f3e2a1b.js", "/assets/index-{hex}.js"),
        ("/sockjs/123/x3k9a2bc/websocket", "/sockjs/{number}/{token}/websocket"),
        ("/" + "a" * 30, "/{token}"),
        ("/" + "a-" * 60, "/{token}"),
        ("/a/b/c/d/e/f/g/h/i/j", "/a/b/c/d/e/f/g/h/…"),
        ("/deadbeef", "/deadbeef"),
        ("/.env", "/.env"),
        ("*", "*"),
    ],
)
def test_shape_of_a_path(path: str, shape: str) -> None:
    assert path_shape(path) == shape


@given(st.text())
def test_any_path_has_a_bounded_shape(path: str) -> None:
    assert len(path_shape(path)) <= 2_000


CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "product"),
    [
        ("kube-probe/1.31", "kube-probe"),
        ("curl/8.5.0", "curl"),
        ("Go-http-client/1.1", "Go-http-client"),
        ("Consul Health Check", "Consul Health Check"),
        ("Uptime Robot v2.0", "Uptime Robot"),
        ("node", "node"),
        (CHROME, "Chrome"),
        (CHROME + " Edg/131.0", "Edg"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
        ("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1)", "MSIE"),
        ("Mozilla/5.0 zgrab/0.x", "Mozilla"),
        ("/", ""),
        ("", ""),
    ],
)
def test_product_of_a_user_agent(user_agent: str, product: str) -> None:
    assert product_of(user_agent) == product


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        (None, ""),
        ("", ""),
        ("45.33.32.156", "45.33.32.0/24"),
        ("10.1.2.3", "10.1.2.0/24 (private)"),
        ("172.31.128.23", "172.31.128.0/24 (private)"),
        ("172.32.0.1", "172.32.0.0/24"),
        ("192.168.0.9", "192.168.0.0/24 (private)"),
        ("100.64.3.4", "100.64.3.0/24 (private)"),
        ("169.254.1.1", "169.254.1.0/24 (private)"),
        ("127.0.0.1", "127.0.0.0/24 (loopback)"),
        ("2a01:4f8:c0c:1234::5", "2a01:4f8:c0c:1234::/64"),
        ("fd00::5", "fd00::/64 (private)"),
        ("fe80::1%eth0", "fe80::/64 (private)"),
        ("::1", "::/64 (loopback)"),
        ("::ffff:45.33.32.156", "45.33.32.0/24"),
        ("unix:/run/a.sock\n", "unix:/run/a.sock\\x0a"),
    ],
)
def test_network_of_a_peer(peer: str | None, network: str) -> None:
    assert network_of(peer) == network


@pytest.mark.parametrize(
    ("fields", "clients"),
    [
        ((("X-Forwarded-For", "45.33.32.156, 10.0.0.1"),), ("45.33.32.156",)),
        ((("X-Real-IP", "45.33.32.156"), ("X-Forwarded-For", "45.33.32.156")), ("45.33.32.156",)),
        ((("Forwarded", 'proto=https;for="[2001:db8::7]:4711";by=1.2.3.4'),), ("2001:db8::7",)),
        ((("X-Forwarded-For", "45.33.32.156:5678"),), ("45.33.32.156",)),
        ((("X-Forwarded-For", "[2001:db8::7]:80"),), ("2001:db8::7",)),
        ((("X-Forwarded-For", "\x1b[31m"), ("X-Real-IP", "unknown")), ()),
        ((), ()),
    ],
)
def test_clients_that_intermediaries_speak_for(fields: tuple[tuple[str, str], ...], clients: tuple[str, ...]) -> None:
    assert clients_of(Evidence(headers=Headers(fields))) == clients


def test_without_headers_there_are_no_clients() -> None:
    assert clients_of(Evidence(proxy=ProxyHeader(2, "LOCAL", "UNKNOWN"))) == ()
