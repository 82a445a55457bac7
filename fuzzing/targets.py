"""What is fuzzed: every way in which bytes of a peer or of a file enter wsdoctor.

A target takes bytes and raises if a promise is broken: an exception that is none of the contract, a name that
is not in the table, a handshake called good that is not, a record that does not come back. ``fuzzing/run.py``
drives them; nothing here knows the fuzzer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.model.redact import printable, redact_head, redact_log
from wsdoctor.wire.attempt import evidence
from wsdoctor.wire.handshake import looks_like_good, unmet
from wsdoctor.wire.http1 import DEVIATIONS, parse
from wsdoctor.wire.http2 import read_settings
from wsdoctor.wire.proxy_protocol import parse as parse_proxy
from wsdoctor.wire.record import from_record, to_record
from wsdoctor.wire.sniff import PROTOCOLS, sniff
from wsdoctor.wire.tls import client_hello, refusal

__all__ = ["SEEDS", "TARGETS"]

HANDSHAKE = (
    b"GET /chat?token=abc HTTP/1.1\r\nHost: a.example:8080\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nCookie: a=b\r\n\r\n"
)
HELLO = bytes.fromhex(
    "160301005f0100005b0303" + "00" * 32 + "00" + "0004130113020100" + "002e0000000d000b0000086120657861"
    "6d706c650010000b000968747470"
)
SEEDS = (
    HANDSHAKE,
    HANDSHAKE.replace(b"\r\n", b"\n"),
    b"POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n folded\r\n\r\nhello",
    b"PROXY TCP4 192.0.2.1 192.0.2.2 51234 8080\r\n" + HANDSHAKE,
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xc8\x22\x1f\x90" + HANDSHAKE,
    b"\x02\xc0\0\2\1" + HANDSHAKE,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64",
    HELLO,
    bytes.fromhex("802e0100020015000000100100800200800300800400800500800600400700c0") + bytes(16),
    bytes.fromhex("0300002f2ae00000000000") + b"Cookie: mstshash=a\r\n",
    bytes.fromhex("001e000601000001000000000000") + b"\x07version\x04bind\x00\x00\x10\x00\x03",
    b"\x81\x85\x11\x22\x33\x44\x79\x47\x5f\x28\x7e",
    b'{"at":"2026-11-23T12:00:00Z","peer":"[::1]:80","head":"GET / HTTP/1.1\\r\\n\\r\\n","status":426,"log":"token=a"}',
)
"""Where the fuzzer starts: one of each kind."""


def recognise(data: bytes) -> None:
    """Any bytes have a name, and so has each of their beginnings."""
    for end in {len(data), len(data) // 2, 5, 1}:
        if sniff(data[:end]) not in PROTOCOLS:
            raise AssertionError(f"{sniff(data[:end])} is no protocol")


def read(data: bytes) -> None:
    """Each reader of the wire takes any bytes; what looks good is good."""
    head = parse(data)
    if not {deviation.id for deviation in head.deviations} <= set(DEVIATIONS) or head.length > len(data):
        raise AssertionError(f"{head} cannot be")
    lacking = unmet(head.method, head.version, head.headers)
    wrong = [each for each in head.deviations if DEVIATIONS[each.id].level == "error"]
    if looks_like_good(data) and (lacking or wrong or not head.complete):
        raise AssertionError(f"it looks good and lacks {lacking}, {wrong}")
    client_hello(data)
    refusal(data, "protocol_version")
    read_settings(data)
    header = parse_proxy(data)
    if header is not None and header.length > len(data):
        raise AssertionError(f"{header} is longer than what was received")


def diagnose(data: bytes) -> None:
    """Any attempt can be diagnosed, and a correct handshake without any fault is never accused."""
    found = evidence(data)
    diagnosis = knowledge_base().diagnose(found)
    if looks_like_good(data) and not found.deviations and not found.trailing and diagnosis.findings:
        raise AssertionError(f"accused of {[finding.rule for finding in diagnosis.findings]}")


def record(data: bytes) -> None:
    """A record is evidence or a `ValueError`; what goes out comes in again as the same."""
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        given = {"head": data.decode("latin-1")}
    if not isinstance(given, dict):
        return
    try:
        found = from_record(given)
    except ValueError:
        return
    out = to_record(found)
    if to_record(from_record(json.loads(json.dumps(out)))) != out:
        raise AssertionError("the record does not come back as it went out")


def hide(data: bytes) -> None:
    """Any text can be redacted and printed, and no control character is left."""
    text = data.decode("latin-1")
    redact_log(text)
    shown = printable(redact_head(text), limit=1 << 20)
    if any(character < " " or "\x7f" <= character < "\xa0" for character in shown):
        raise AssertionError("a control character is left")


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "recognise": recognise,
    "read": read,
    "diagnose": diagnose,
    "record": record,
    "hide": hide,
}
"""Name → target."""
