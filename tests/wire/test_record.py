from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import good_handshakes, hostile_bytes
from wsdoctor.model.evidence import Evidence, SourceFile
from wsdoctor.model.rule import GOOD_HANDSHAKE, request
from wsdoctor.wire.attempt import evidence
from wsdoctor.wire.record import LONGEST_LOG, MOST_FILES, OUTCOMES, from_record, to_record

GOOD = request("GET /chat HTTP/1.1", "Host: a.example", *GOOD_HANDSHAKE)


def test_every_key() -> None:
    record = {
        "at": "2026-11-23T12:00:00.250Z",
        "peer": "192.0.2.1:51234",
        "listener": "[::1]:8080",
        "head": GOOD.decode(),
        "outcome": "upgraded",
        "status": 101,
        "log": "connection open",
        "log_format": "websockets",
        "platform": "replit",
        "files": [{"name": "nginx.conf", "text": "events {}"}],
        "someone-elses": {"key": 1},
    }
    found = from_record(record)
    assert found == evidence(
        GOOD,
        at=1_795_435_200.25,
        peer="192.0.2.1",
        peer_port=51234,
        listener="::1",
        listener_port=8080,
        outcome="upgraded",
        status=101,
        log="connection open",
        log_format="websockets",
        platform="replit",
        files=(SourceFile("nginx.conf", "events {}"),),
    )
    del record["someone-elses"]
    assert to_record(found) == record


def test_nothing_observed() -> None:
    assert from_record({}) == Evidence()
    assert from_record(dict.fromkeys(["at", "peer", "head", "outcome", "status", "files"])) == Evidence()
    assert to_record(Evidence()) == {}


def test_connected_and_sent_nothing() -> None:
    assert from_record({"head": ""}) == evidence(b"")
    assert to_record(evidence(b"")) == {"head": ""}


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0.0),
        ("1970-01-01T00:00:01+00:00", 1.0),
        ("1970-01-01T01:00:00+01:00", 0.0),
        ("1970-01-01T00:00:00", 0.0),
        ("1970-01-01", 0.0),
        ("1969-12-31T23:59:59.5Z", -0.5),
    ],
)
def test_times(at: str, seconds: float) -> None:
    assert from_record({"at": at}).at == seconds


@pytest.mark.parametrize(
    ("peer", "address", "port"),
    [
        ("192.0.2.1:80", "192.0.2.1", 80),
        ("192.0.2.1", "192.0.2.1", None),
        ("[2001:db8::1]:80", "2001:db8::1", 80),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("2001:db8::1", "2001:db8::1", None),
        ("host.example:1", "host.example", 1),
        ("/run/a.sock", "/run/a.sock", None),
        ("192.0.2.1:http", "192.0.2.1:http", None),
    ],
)
def test_peers(peer: str, address: str, port: int | None) -> None:
    found = from_record({"peer": peer})
    assert (found.peer, found.peer_port) == (address, port)


def test_addresses_out() -> None:
    assert to_record(Evidence(peer="::1", peer_port=1))["peer"] == "[::1]:1"
    assert to_record(Evidence(peer="::1"))["peer"] == "::1"
    assert to_record(Evidence(peer="192.0.2.1", peer_port=1))["peer"] == "192.0.2.1:1"


def test_bytes_in_other_forms() -> None:
    assert from_record({"head_hex": "16 03 01"}) == evidence(b"\x16\3\1")
    assert from_record({"head_base64": "FgMB"}) == evidence(b"\x16\3\1")
    assert from_record({"head": "\xe4"}).first_bytes == b"\xe4"


def test_text_that_is_no_latin_1_is_taken_as_utf_8() -> None:
    assert from_record({"head": "GET /\u2026"}).first_bytes == b"GET /\xe2\x80\xa6"
    assert from_record({"head": "\ud800"}).first_bytes == b"\xed\xa0\x80"


@pytest.mark.parametrize("first_bytes", [b"\x16\3\1\0\x20\1", b"\0", b"\x1b[31m", "grün€".encode()])
def test_what_is_no_text_goes_out_as_base64(first_bytes: bytes) -> None:
    record = to_record(evidence(first_bytes))
    assert list(record) == ["head_base64"]
    assert from_record(record) == evidence(first_bytes)


def test_secrets_do_not_go_out() -> None:
    head = request("GET /a?token=s3cr3t HTTP/1.1", "Host: a", "Cookie: session=s3cr3t", "Authorization: Bearer s3cr3t")
    proxied = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0" + head
    log = 'opening handshake failed: GET /?access_token=s3cr3t\nCookie: s3cr3t\n{"password": "s3cr3t"}'
    for attempt in (evidence(head, log=log), evidence(proxied)):
        record = to_record(attempt)
        text = json.dumps(record) + base64.b64decode(record.get("head_base64", "")).decode("latin-1")
        assert "s3cr3t" not in text
        assert "<hidden>" in text


def test_a_time_that_is_none_is_left_out() -> None:
    assert to_record(Evidence(at=1e300)) == {}


WRONG = [
    ({"at": 5}, "at must be text, not a number"),
    ({"at": "yesterday"}, "at must be a time in ISO 8601, not 'yesterday'"),
    ({"peer": ["a"]}, "peer must be text, not a list"),
    ({"peer": "192.0.2.1:70000"}, "peer has the port 70000, which is none"),
    ({"peer": "192.0.2.1:" + "9" * 5000}, "peer has the port 999999, which is none"),
    ({"listener": {}}, "listener must be text, not an object"),
    ({"head": True}, "head must be text, not true or false"),
    ({"head": 1.5}, "head must be text, not a number"),
    ({"head": b"x"}, "head must be text, not bytes"),
    ({"head": "", "head_hex": ""}, "head and head_hex exclude each other"),
    ({"head_hex": "1"}, "head_hex is not hexadecimal"),
    ({"head_hex": 1}, "head_hex must be text, not a number"),
    ({"head_base64": "?"}, "head_base64 is not base64"),
    ({"head_base64": "ä"}, "head_base64 is not base64"),
    ({"head_base64": 1}, "head_base64 must be text, not a number"),
    ({"outcome": "fine"}, "outcome must be one of upgraded, rejected, closed-by-client, reset, timeout"),
    ({"outcome": ["upgraded"]}, "outcome must be one of"),
    ({"status": "426"}, "status must be a status code of three digits"),
    ({"status": True}, "status must be a status code of three digits"),
    ({"status": 42}, "status must be a status code of three digits"),
    ({"log": []}, "log must be text, not a list"),
    ({"platform": 1}, "platform must be text, not a number"),
    ({"files": "nginx.conf"}, "files must be a list of objects with name and text"),
    ({"files": ["nginx.conf"]}, "files must be a list of objects with name and text"),
    ({"files": [{"name": "a"}]}, "text of a file must be text, not NoneType"),
]


@pytest.mark.parametrize(("record", "message"), WRONG)
def test_wrong_values(record: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        from_record(record)


def test_what_a_record_holds_is_bounded() -> None:
    found = from_record({"log": "a" * 100_000, "files": [{"name": "a", "text": ""}] * 100})
    assert found.log is not None
    assert len(found.log) == LONGEST_LOG
    assert found.files is not None
    assert len(found.files) == MOST_FILES


@given(good_handshakes())
def test_a_handshake_survives_a_round(first_bytes: bytes) -> None:
    record = json.loads(json.dumps(to_record(evidence(first_bytes))))
    assert from_record(record).handshake == ()


@given(hostile_bytes())
def test_any_bytes_survive_a_round_but_for_secrets(first_bytes: bytes) -> None:
    attempt = evidence(first_bytes)
    record = to_record(attempt)
    again = from_record(json.loads(json.dumps(record)))
    assert to_record(again) == record
    if "<hidden>" not in str(again.first_bytes):
        assert again == attempt


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(OUTCOMES)),
    lambda values: st.one_of(st.lists(values, max_size=3), st.dictionaries(st.text(max_size=5), values, max_size=3)),
    max_leaves=5,
)
KEYS = [
    "at",
    "peer",
    "listener",
    "head",
    "head_base64",
    "head_hex",
    "outcome",
    "status",
    "log",
    "platform",
    "files",
    "x",
]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_any_record_is_evidence_or_a_value_error(record: dict[str, Any]) -> None:
    try:
        found = from_record(record)
    except ValueError:
        return
    assert set(to_record(found)) <= set(KEYS) | {"head_base64"}
