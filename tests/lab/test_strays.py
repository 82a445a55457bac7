"""Every stray at every server: recorded with its peer, its first bytes and the right class; and the server unharmed."""

from __future__ import annotations

from typing import Any

import pytest

from .catalogue import Server
from .play import GUARD_TIMEOUT, Played, first_bytes
from .strays import GOOD, STRAYS, Stray

REDACTED_FROM = 20
"""So many first bytes are compared: enough to know them again, and before anything that redaction hides."""
OUTCOMES = {"upgraded", "rejected", "closed-by-client", "reset", "timeout"}


def must_be_recorded(server: Server, stray: Stray) -> bool | None:
    """Say whether the guard has to record this stray at this server; None where it may do either."""
    if stray.known_by & server.speaks:
        return None
    if not server.http or stray.kind in {"foreign", "broken", "good"}:
        return True
    if stray.kind == "plain":
        return True if server.websocket else None
    return False if stray.kind == "elsewhere" else None


def classes(record: dict[str, Any]) -> str:
    """Return the class of the best finding."""
    findings = record["findings"]
    return str(findings[0]["class"]) if findings else GOOD


@pytest.mark.parametrize("stray", STRAYS, ids=lambda stray: stray.name)
def test_a_stray_is_recorded_with_peer_first_bytes_and_class(played: Played, stray: Stray) -> None:
    expected = must_be_recorded(played.server, stray)
    record = played.record_of(stray.name)
    visit = played.visits[stray.name]
    if expected is False:
        assert record is None, "an HTTP request on a path where no WebSocket is opened is the server's own business"
    if record is None:
        assert not expected, f"not recorded; the peer got {visit.answer[:80]!r} and the connection was {visit.ended}"
        return
    sent = b"".join(stray.sends)[:REDACTED_FROM]
    assert first_bytes(record)[: len(sent)] == sent
    assert record["outcome"] in OUTCOMES
    if played.server.websocket or stray.kind != "good":
        assert classes(record) in stray.classes, record["findings"]


@pytest.mark.parametrize("stray", STRAYS, ids=lambda stray: stray.name)
def test_the_recorded_status_is_the_one_that_the_peer_got(played: Played, stray: Stray) -> None:
    record, visit = played.record_of(stray.name), played.visits[stray.name]
    if record is None or visit.status is None or "status" not in record:
        return
    assert record["status"] == visit.status
    assert (record["outcome"] == "upgraded") == (visit.status == 101)


def test_no_attempt_is_recorded_twice(played: Played) -> None:
    peers = [record.get("peer") for record in played.records]
    assert len(peers) == len(set(peers))


@pytest.mark.parametrize("when", ["before", "between", "after", "eager"])
def test_a_good_handshake_still_echoes(played: Played, when: str) -> None:
    assert played.echoes.get(when) is None


def test_silent_connections_are_ended_by_the_guard(played: Played) -> None:
    visit = played.visits["silence"]
    assert visit.ended == "closed"
    assert GUARD_TIMEOUT - 0.5 <= visit.seconds <= GUARD_TIMEOUT + 3
    record = played.record_of("silence")
    assert record is not None
    assert record["outcome"] == "timeout"


def test_the_server_wrote_no_traceback(played: Played) -> None:
    at = played.log.find("Traceback")
    assert at < 0, played.log[max(0, at - 600) : at + 1500]


def test_the_library_says_nothing_of_what_the_guard_settled(played: Played) -> None:
    if not played.server.name.startswith("websockets"):
        return  # the others serve pages, and say what they think of requests that are theirs
    noise = ("opening handshake failed", "connection rejected", "connection failed")
    lines = [line for line in played.log.splitlines() if any(words in line for words in noise)]
    refused = [v for v in played.visits.values() if GOOD in v.stray.classes and v.status not in {None, 101}]
    assert len(lines) <= 2 * len(refused), lines


def test_nothing_of_a_peer_reaches_the_log_as_a_control_character(played: Played) -> None:
    lines = [line for line in played.log.splitlines() if "EVIL" in line]
    assert not [line for line in lines if "\x1b[31mEVIL" in line]


def test_the_server_ended_as_it_does_without_the_guard(played: Played) -> None:
    assert played.code in {0, -15, 143}
