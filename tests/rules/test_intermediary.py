"""Which intermediary passed a request on, and what was lost: the helpers, and the rules that stand on them together."""

import re

import pytest

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, KEY, VERSION, request
from wsdoctor.rules import load_rules
from wsdoctor.rules._files import FILE_LIMIT, found_in, named_like, text_of, unseen
from wsdoctor.rules._http2 import settings_of, stack_of
from wsdoctor.rules._intermediary import (
    came_over_http2,
    forwarded_by,
    identify,
    is_auth_subrequest,
    lacks_host_line,
    lost,
    original_target,
    shown,
)
from wsdoctor.rules._remedies import directives
from wsdoctor.rules._samples import PREFACE, settings_frame
from wsdoctor.wire.attempt import evidence
from wsdoctor.wire.handshake import unmet

LOWER_KEY = "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw=="
LOWER_VERSION = "sec-websocket-version: 13"
GO_KEY = ("Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==", "Sec-Websocket-Version: 13")
FIREFOX = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


def fields(*lines: str) -> Headers:
    return Headers(tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines)))


def loss_of(version: str, *lines: str, method: str = "GET"):
    headers = fields(*lines)
    return lost(method, version, headers, unmet(method, version, headers))


def first(head: bytes, **facts):
    return knowledge_base().diagnose(evidence(head, **facts)).primary


PRODUCTS = [
    ("caddy", "HTTP/1.1", ("Host: app", *GO_KEY, "Via: 1.1 Caddy")),
    ("nginx", "HTTP/1.0", ("Host: app", "Connection: close", KEY, "Via: 1.1 Caddy")),
    ("nghttpx", "HTTP/1.1", ("Host: app", *GO_KEY, "Via: 2 nghttpx")),
    ("squid", "HTTP/1.1", ("Host: app", KEY, "Via: 1.1 gate (squid/5.7)", "Connection: keep-alive")),
    ("squid", "HTTP/1.1", ("Host: app", KEY, 'Surrogate-Capability: gate="Surrogate/1.0"')),
    ("tinyproxy", "HTTP/1.1", ("Host: app", "Connection: close", "Via: 1.1 gate (tinyproxy/1.11.1)", KEY)),
    ("varnish", "HTTP/1.1", ("Host: app", KEY, "X-Varnish: 32770")),
    ("varnish", "HTTP/1.1", ("Host: app", KEY, "Via: 1.1 cache1 (Varnish/7.1)")),
    ("envoy", "HTTP/1.1", ("host: app", LOWER_KEY, "x-envoy-expected-rq-timeout-ms: 15000")),
    ("h2o", "HTTP/1.1", ("connection: keep-alive", "Host: app", KEY, "via: 1.1 app")),
    ("lighttpd", "HTTP/1.0", ("Host: app", KEY, "X-Host: app", "X-Forwarded-Host: app", "Connection: close")),
    ("traefik", "HTTP/1.1", ("Host: app", *GO_KEY, "X-Forwarded-Port: 80", "X-Forwarded-Server: t", "X-Real-Ip: ::1")),
    ("apache", "HTTP/1.1", ("Host: app", KEY, "X-Forwarded-Server: app", "Connection: Keep-Alive")),
    ("apache", "HTTP/1.0", ("Host: app", KEY, "X-Forwarded-For: ::1", "X-Forwarded-Server: app")),
    ("nginx", "HTTP/1.0", ("X-Forwarded-Server: app", "Host: app", "Connection: close", KEY)),
    ("nginx", "HTTP/1.1", ("X-Forwarded-Server: app", "Host: app")),
    ("iis", "HTTP/1.1", ("Connection: Keep-Alive", "Host: app", KEY, "X-ARR-LOG-ID: 1")),
    ("cloudflare", "HTTP/1.1", ("Host: app", KEY, "Cf-Ray: 8f0-FRA")),
    ("nginx", "HTTP/1.1", ("Host: app", "Connection: close", KEY, "Cf-Ray: 8f0-FRA")),
    ("unknown", "HTTP/1.1", ("Host: app", KEY, "Via: 1.1 gate.example.net")),
    ("undici", "HTTP/1.1", ("host: app", "connection: keep-alive", LOWER_KEY)),
    ("haproxy", "HTTP/1.1", ("host: app", LOWER_KEY)),
    ("go", "HTTP/1.1", ("Host: app", *GO_KEY)),
    ("firewall", "HTTP/1.1", ("Host: app", "Connection: keep-alive", KEY)),
    ("nginx", "HTTP/1.1", ("Host: app", KEY)),
]


@pytest.mark.parametrize(("product", "version", "lines"), PRODUCTS)
def test_the_last_intermediary_is_told_by_its_strongest_sign(product, version, lines):
    assert identify(version, fields(*lines)).product == product


def test_the_last_of_several_in_via_counts():
    assert identify("HTTP/1.1", fields("Host: app", "Via: 1.1 Caddy, 1.1 gate (squid/5.7)")).product == "squid"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("Cf-Ray: 8f0-FRA", "Via: 1.1 Caddy"), "Cloudflare"),
        (("Via: 1.1 Caddy",), "Caddy"),
        (("Via: 1.1 gate.example.net",), "the intermediary “1.1 gate.example.net”"),
        (("X-Forwarded-For: 203.0.113.7",), "an intermediary that adds X-Forwarded fields"),
        (("Host: app",), None),
    ],
)
def test_what_a_request_claims_to_have_come_through(lines, name):
    assert forwarded_by(fields(*lines)) == name


def test_a_loss_says_what_is_gone():
    both = loss_of("HTTP/1.0", "Host: app", "Connection: close", KEY, VERSION)
    assert both is not None
    assert both.both
    assert both.http10
    assert both.closes
    assert "“Connection: close”, no Upgrade" in both.seen
    only_upgrade = loss_of("HTTP/1.1", "Host: app", "Connection: keep-alive, Upgrade", KEY, VERSION)
    assert only_upgrade is not None
    assert only_upgrade.only_upgrade
    only_connection = loss_of("HTTP/1.1", "Host: app", "Upgrade: WebSocket", KEY, VERSION)
    assert only_connection is not None
    assert only_connection.only_connection
    assert not only_connection.closes
    only_version = loss_of("HTTP/1.0", "Host: app", *GOOD_HANDSHAKE)
    assert only_version is not None
    assert only_version.only_version


@pytest.mark.parametrize(
    ("version", "lines", "method"),
    [
        ("HTTP/1.1", ("Host: app", *GOOD_HANDSHAKE), "GET"),
        ("HTTP/1.1", ("Host: app", "Connection: close, upgrade", "Upgrade: websocket", KEY, VERSION), "GET"),
        ("HTTP/1.1", ("Host: app", "User-Agent: curl/8.5.0"), "GET"),
        ("HTTP/1.1", ("Host: app", KEY, VERSION), "POST"),
        ("HTTP/1.1", ("Host: app", "Sec-WebSocket-Key: c2hvcnQ=", VERSION), "GET"),
        ("HTTP/1.1", ("Host: app", KEY, "Sec-WebSocket-Version: 8"), "GET"),
        ("HTTP/1.1", (KEY, VERSION), "GET"),
        ("HTTP/0.9", ("Host: app", KEY, VERSION), "GET"),
        ("HTTP/1.1", ("host: app", "user-agent: curl/8.5.0", LOWER_KEY, LOWER_VERSION), "GET"),
        ("HTTP/1.1", ("Host: app", "Upgrade: h2c", KEY, VERSION), "GET"),
        ("HTTP/1.1", ("Host: app", "HTTP2-Settings: AAMAAABk", KEY, VERSION), "GET"),
    ],
)
def test_what_an_intermediary_did_not_spoil_is_no_loss(version, lines, method):
    assert loss_of(version, *lines, method=method) is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Host: app", "Via: 2.0 Caddy", KEY), True),
        (("host: app", LOWER_KEY), True),
        (("Host: app", GO_KEY[0], "X-Forwarded-Proto: https"), True),
        (("Host: app", GO_KEY[0], "X-Forwarded-Proto: wss"), False),
        (("Host: app", KEY), False),
    ],
)
def test_http2_before_the_last_intermediary_shows_in_names_and_via(lines, expected):
    assert came_over_http2(fields(*lines)) is expected


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        ("/auth", ("X-Original-URI: /ws",), True),
        ("/api/verify", ("X-Forwarded-Uri: /ws?x=1",), True),
        ("/oauth2/auth", ("X-Original-URL: https://app.example.com/ws",), True),
        ("/ws", ("X-Original-URI: /ws?x=1",), False),
        ("/live", ("X-Original-URI: /ws",), False),
        ("/auth", ("Host: app",), False),
    ],
)
def test_an_authentication_subrequest_asks_about_another_target(path, lines, expected):
    assert is_auth_subrequest(path, fields(*lines)) is expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("X-Real-IP: ::1", "Host: 127.0.0.1:8080", "Origin: https://app.example.com"), True),
        (("X-Real-IP: ::1", "Host: app.example.com"), True),
        (("X-Real-IP: ::1", "Host: app.example.com", "Origin: https://app.example.com:8443"), False),
        (("Host: 127.0.0.1:8080", "X-Real-IP: ::1"), False),
        (("X-Real-IP: ::1",), False),
        ((), False),
    ],
)
def test_fields_before_host_show_that_nginx_was_given_no_host_line(lines, expected):
    assert lacks_host_line(fields(*lines)) is expected


def test_fields_are_quoted_with_secrets_hidden():
    headers = fields("X-Original-URI: /ws?token=abcdef0123456789")
    assert shown("Upgrade", headers) == "no Upgrade"
    assert "abcdef" not in shown("X-Original-URI", headers)
    assert original_target(headers) == "/ws?token=abcdef0123456789"


def test_directives_are_given_by_product():
    assert list(directives("HAProxy")) == ["HAProxy"]
    assert {"nginx", "nginx 1.29.7 and later", "Envoy", "Varnish"} <= set(directives())


@pytest.mark.parametrize(
    ("settings", "stack"),
    [
        (((2, 0), (4, 4 << 20), (5, 16384), (6, 10 << 20)), "go"),
        (((2, 0), (8, 1), (3, 100)), "haproxy"),
        (((2, 0), (3, 100)), "haproxy"),
        (((3, 100), (4, 32 << 20), (2, 0)), "curl"),
        (((2, 0), (1, 4096), (8, 0), (3, 1024), (4, 64 << 10)), "envoy"),
        (((1, 65536), (2, 0), (4, 6291456), (6, 262144)), "browser"),
        (((1, 4096), (4, 65535)), None),
        ((), None),
    ],
)
def test_settings_tell_the_stack(settings, stack):
    found = settings_of(PREFACE + settings_frame(*settings))
    assert found == dict(settings)
    assert stack_of(found) == stack


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PREFACE,
        PREFACE + b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x01",
        PREFACE + b"\x00\x00\x00\x01\x00\x00\x00\x00\x00",
        PREFACE + settings_frame(*((number, 1) for number in range(17))),
    ],
)
def test_settings_that_were_not_received_whole_are_none(data):
    assert settings_of(data) is None


def test_files_are_read_without_comments_and_bounded():
    files = (
        SourceFile("a.conf", "# proxy_pass http://no;\nlisten 80;\n  proxy_pass http://yes;\n"),
        SourceFile("b", ""),
    )
    assert found_in(files, re.compile("proxy_pass")) == "a.conf says “proxy_pass http://yes;”"
    assert found_in(files, re.compile("nothing")) is None
    assert named_like(files, re.compile("^b$")) is files[1]
    assert named_like(files, re.compile("^c$")) is None
    assert len(text_of(SourceFile("big", "x" * (FILE_LIMIT + 1)))) == FILE_LIMIT


def test_a_match_over_several_lines_is_quoted_by_its_first():
    files = (SourceFile("a", "\n\n  first\nsecond"),)
    assert found_in(files, re.compile(r"\n\s+first\nsecond")) == "a says “first”"


def test_files_count_only_where_nothing_of_the_request_was_seen():
    assert unseen(None, None, None)
    assert not unseen(Headers(), None, None)
    assert not unseen(None, b"", None)
    assert not unseen(None, None, "upgraded")


GOOD = [
    ("nginx with a map", ("Upgrade: websocket", "Connection: upgrade", "Host: app", KEY, VERSION)),
    ("nginx $http_connection", ("Upgrade: websocket", "Connection: keep-alive, Upgrade", "Host: app", KEY, VERSION)),
    ("lighttpd", ("Host: app", KEY, VERSION, "Upgrade: websocket", "X-Host: app", "X-Forwarded-Host: app",
                  "Connection: close, upgrade")),
    ("haproxy", ("host: app", "connection: Upgrade", "upgrade: websocket", LOWER_VERSION, LOWER_KEY)),
    ("haproxy from HTTP/2", ("host: app", LOWER_VERSION, "upgrade: websocket", "connection: upgrade", GO_KEY[0])),
    ("lighttpd from HTTP/2", ("Host: app", "Upgrade: websocket", "Connection: upgrade", VERSION,
                              "Sec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==")),
    ("caddy", ("Host: app", "Connection: Upgrade", KEY, VERSION, "Upgrade: websocket", "Via: 1.1 Caddy")),
    ("apache wstunnel", ("Host: app", KEY, VERSION, "X-Forwarded-Server: app", "Upgrade: WebSocket",
                         "Connection: Upgrade")),
    ("varnish", ("Host: app", KEY, VERSION, "X-Varnish: 3", "upgrade: websocket", "connection: Upgrade")),
    ("envoy", ("host: app", "connection: keep-alive, Upgrade", "upgrade: websocket", LOWER_KEY, LOWER_VERSION,
               "x-envoy-expected-rq-timeout-ms: 15000")),
    ("traefik", ("Host: app", *GOOD_HANDSHAKE, "X-Forwarded-Port: 80", "X-Forwarded-Proto: ws",
                 "X-Forwarded-Server: t", "X-Real-Ip: ::1")),
    ("cloudflare", ("Host: app", *GOOD_HANDSHAKE, "Cf-Ray: 8f0-FRA", "Cdn-Loop: cloudflare; loops=1")),
    ("forward_auth of Caddy", ("Host: app", *GOOD_HANDSHAKE, "X-Forwarded-Uri: /ws", "Via: 1.1 Caddy")),
]  # fmt: skip


@pytest.mark.parametrize(("title", "lines"), GOOD)
@pytest.mark.parametrize("outcome", [None, "upgraded"])
@pytest.mark.parametrize("target", ["/ws", "//chat", "/auth"])
def test_a_good_handshake_through_any_proxy_is_never_accused(title, lines, outcome, target):
    assert first(request(f"GET {target} HTTP/1.1", *lines, FIREFOX), outcome=outcome) is None


PLAIN = [
    ("HTTP/1.0", ("Host: app", "Connection: close")),
    ("HTTP/1.1", ("Host: app",)),
    ("HTTP/1.1", ("Connection: upgrade", "Host: app")),
    ("HTTP/1.1", ("Upgrade: websocket", "Connection: Upgrade", "Host: app")),
    ("HTTP/1.1", ("host: app", "connection: close")),
    ("HTTP/1.1", ("Host: app", "Via: 1.1 Caddy")),
    ("HTTP/1.1", ("Host: app", "X-Forwarded-Server: app", "Connection: Keep-Alive")),
    ("HTTP/1.1", ("Host: app", "X-Varnish: 3")),
    ("HTTP/1.1", ("Host: app", "Cf-Ray: 8f0-FRA", "Connection: upgrade")),
]
BROWSER = (FIREFOX, "Accept: text/html,*/*;q=0.8", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")


@pytest.mark.parametrize(("version", "lines"), PLAIN)
@pytest.mark.parametrize(
    "sender", [BROWSER, ("User-Agent: curl/8.5.0", "Accept: */*"), ("User-Agent: kube-probe/1.31",), ()]
)
def test_a_plain_request_through_any_proxy_is_never_called_a_stripped_upgrade(version, lines, sender):
    found = first(request(f"GET /ws {version}", *lines, *sender), outcome="rejected")
    assert found is None or found.cls != "proxy-strips-upgrade"


@pytest.mark.parametrize(("product", "version", "lines"), PRODUCTS)
def test_every_loss_is_explained_by_one_rule(product, version, lines):
    lines = tuple(line for line in lines if "websocket-version" not in line.lower())
    if not any("websocket-key" in line.lower() for line in lines):
        lines += (KEY,)
    head = request(f"GET /ws {version}", *lines, VERSION)
    findings = knowledge_base().diagnose(evidence(head, outcome="rejected")).findings
    assert [finding.cls for finding in findings] == ["proxy-strips-upgrade"], [each.rule for each in findings]


def test_the_fallback_stands_below_every_rule_on_lost_fields():
    for rule in load_rules().values():
        asks = rule.match is not None and {"http_version", "handshake"} <= set(rule.match.__code__.co_varnames)
        if rule.cls == "proxy-strips-upgrade" and asks:
            assert "upgrade-stripped" in (rule.id, *rule.supersedes) or rule.id == "upgrade-names-itself"
