from __future__ import annotations

import re

import pytest

from wsdoctor.fail2ban import FAILREGEX, line_of
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence, ProxyHeader
from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.headers import Headers


def finding(cls: str = "scanner", confidence: float = 0.95) -> Finding:
    return Finding("scanner-env-files", cls, "note", confidence, "title", "reason", "remedy")


def line(*findings: Finding, **facts: object) -> str | None:
    evidence = Evidence(**{"peer": "45.33.32.156", "headers": Headers(), **facts})  # type: ignore[arg-type]
    return line_of(Attempt(evidence, Diagnosis(findings)))


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("45.33.32.156", "45.33.32.156"),
        ("::ffff:45.33.32.156", "45.33.32.156"),
        ("2a01:4f8:c0c:1234::5", "2a01:4f8:c0c:1234::5"),
    ],
)
def test_a_sure_scanner_is_named(peer: str, address: str) -> None:
    assert line(finding(), peer=peer) == f"scanner from {address}: scanner-env-files"
    assert line(finding(), peer=peer, headers=None) == f"scanner from {address}: scanner-env-files"


@pytest.mark.parametrize(
    "peer",
    ["10.0.0.1", "172.31.128.23", "192.168.1.1", "100.64.0.1", "127.0.0.1", "::1", "fe80::1", "fd00::1", "224.0.0.251",
     "::ffff:10.0.0.1", "", "unix:/run/a", "45.33.32.156\n", None],
)  # fmt: skip
def test_no_address_that_is_not_public(peer: str | None) -> None:
    assert line(finding(), peer=peer) is None


def test_nothing_unsure_and_no_other_class() -> None:
    assert line() is None
    assert line(finding(confidence=0.79)) is None
    assert line(finding("other-protocol")) is None


@pytest.mark.parametrize("cls", ["health-check", "uptime-monitor"])
def test_never_a_health_check(cls: str) -> None:
    assert line(finding(cls, 0.99)) is None
    assert line(finding(), finding(cls, 0.3)) is None


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Via", "CF-Ray", "Forwarded"])
def test_nobody_who_forwards_for_others(name: str) -> None:
    assert line(finding(), headers=Headers(((name, "1.1 proxy"),))) is None


def test_no_peer_behind_a_proxy_header() -> None:
    assert line(finding(), proxy=ProxyHeader(1, "PROXY", "TCP4", "45.33.32.1:80")) is None


def test_failregex_finds_the_line_and_nothing_that_a_peer_may_forge() -> None:
    pattern = re.compile(FAILREGEX.replace("<HOST>", r"(?P<host>[0-9a-f.:]+)"))
    found = pattern.match(f" wsdoctor.fail2ban {line(finding())}")
    assert found is not None
    assert found["host"] == "45.33.32.156"
    assert not pattern.match('GET "/ wsdoctor.fail2ban scanner from 45.33.32.156: scanner-env-files')
