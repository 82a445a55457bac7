from __future__ import annotations

from typing import Any

import pytest

from tests.guard.conftest import WEBSOCKET_ONLY, Bench, rule, something
from wsdoctor.guard import Pass, Policy
from wsdoctor.guard.shared import GOOD_RATE, MAX_KNOWN, MAX_PATHS, MAX_PEERS, PEER_RATE
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.rule import GOOD_HANDSHAKE, request

HOST = "Host: chat.example"
GOOD = request("GET /chat HTTP/1.1", HOST, *GOOD_HANDSHAKE)
PLAIN = request("GET / HTTP/1.1", HOST)


def asks_for_peer(speaks: str, peer: str) -> str | None:
    return f"{speaks} from {peer}" if peer.startswith("10.") else None


def test_a_repeated_stray_is_answered_at_once_and_recorded_with_its_own_peer() -> None:
    bench = Bench()
    assert bench.guard.answer_again(PLAIN, "10.0.0.1", 1, 1000.0) is None
    first = bench.opening().receive(PLAIN, 1000.0)
    assert bench.guard.answer_again(PLAIN, "10.0.0.2", 2, 1001.0) is first.answer
    bench.guard.settle_batch()
    again = bench.opening("10.0.0.3", 3, 1002.0).receive(PLAIN, 1002.5)
    assert again is first
    seen = [(attempt.evidence.peer, attempt.evidence.peer_port, attempt.evidence.at) for attempt in bench.attempts]
    assert seen == [("198.51.100.7", 50000, 1000.0), ("10.0.0.2", 2, 1001.0), ("10.0.0.3", 3, 1002.0)]
    assert bench.guard.settled == 3
    assert bench.attempts[0].diagnosis is bench.attempts[2].diagnosis


def test_what_one_peer_repeats_at_one_moment_is_settled_together() -> None:
    together: list[tuple[Attempt, list[int | None]]] = []
    bench = Bench(on_repeated=lambda attempt, ports: together.append((attempt, list(ports))))
    bench.opening().receive(PLAIN, 1000.0)
    for peer, port, at in (("10.0.0.1", 1, 5.0), ("10.0.0.2", 2, 5.0), ("10.0.0.1", 3, 5.0), ("10.0.0.1", 4, 6.0)):
        bench.guard.answer_again(PLAIN, peer, port, at)
    assert len(bench.attempts) == 1, "nothing is settled while there may be more"
    bench.guard.settle_batch()
    bench.guard.settle_batch()
    assert [(attempt.evidence.peer, attempt.evidence.at, ports) for attempt, ports in together] == [
        ("10.0.0.1", 5.0, [1, 3])
    ]
    alone = [(each.evidence.peer, each.evidence.peer_port, each.evidence.at) for each in bench.attempts[1:]]
    assert alone == [("10.0.0.2", 2, 5.0), ("10.0.0.1", 4, 6.0)]
    assert bench.guard.settled == 5


def test_where_nobody_takes_repeated_attempts_each_is_settled() -> None:
    bench = Bench()
    bench.opening().receive(PLAIN, 1000.0)
    for port in (1, 2, 3):
        bench.guard.answer_again(PLAIN, "10.0.0.1", port, 1001.0)
    bench.guard.settle_batch()
    assert [attempt.evidence.peer_port for attempt in bench.attempts] == [50000, 1, 2, 3]


def test_an_answer_that_lingers_is_not_given_on_the_bare_socket() -> None:
    bench = Bench()
    post = request("POST / HTTP/1.1", HOST, "Content-Length: 9")
    bench.opening().receive(post, 1000.0)
    assert bench.guard.answer_again(post, "10.0.0.1", 1, 1000.0) is None


def test_a_failure_while_answering_again_is_reported_and_the_answer_given() -> None:
    bench = Bench()
    bench.opening().receive(PLAIN, 1000.0)
    bench.guard.on_settled = lambda attempt: 1 / 0
    assert bench.guard.answer_again(PLAIN, None, None, 1000.0) is not None
    bench.guard.settle_batch()
    assert len(bench.failures) == 1


def test_a_failing_report_of_a_failure_is_not_tried_again() -> None:
    bench = Bench()
    bench.guard.on_failure = lambda error: 1 / 0
    bench.guard.failed(ValueError())
    bench.guard.failed(ValueError())
    assert bench.guard.on_failure is None


def test_a_rule_that_asks_for_the_peer_is_asked_for_every_peer() -> None:
    bench = Bench(WEBSOCKET_ONLY, rule("some-rule", something), rule("by-peer", asks_for_peer, "scanner"))
    for peer in ("10.0.0.1", "192.0.2.1", "10.0.0.1", None):
        bench.opening(peer).receive(PLAIN, 1000.0)
    rules = [attempt.diagnosis.primary.rule for attempt in bench.attempts if attempt.diagnosis.primary]
    assert rules == ["by-peer", "some-rule", "by-peer", "some-rule"]
    assert bench.attempts[0].diagnosis is bench.attempts[2].diagnosis


def test_a_rule_that_is_only_declared_asks_for_nobody() -> None:
    bench = Bench(WEBSOCKET_ONLY, rule("some-rule", something), rule("only-declared", None))  # type: ignore[arg-type]
    bench.opening().receive(PLAIN, 1000.0)
    assert bench.guard.known[PLAIN].by_peer is None


def test_peers_that_make_no_difference_share_one_diagnosis() -> None:
    bench = Bench(WEBSOCKET_ONLY, rule("some-rule", something), rule("by-peer", asks_for_peer))
    for number in range(5):
        bench.opening(f"192.0.2.{number}").receive(PLAIN, 1000.0)
    assert len({id(attempt.diagnosis) for attempt in bench.attempts}) == 1


def test_a_claim_is_weighed_for_every_peer() -> None:
    bench = Bench(WEBSOCKET_ONLY, rule("some-claim", lambda speaks: speaks, claim=True))
    bench.opening().receive(PLAIN, 1000.0)
    assert bench.guard.known[PLAIN].by_peer == {"198.51.100.7": bench.attempts[0].diagnosis}


def test_a_flood_of_peers_is_bounded_in_memory_and_in_work() -> None:
    bench = Bench(WEBSOCKET_ONLY, rule("some-rule", something), rule("by-peer", asks_for_peer, "scanner"))
    for number in range(PEER_RATE + 50):
        bench.opening(f"10.1.{number // 250}.{number % 250}", at=1000.0).receive(PLAIN, 1000.0)
    rules = [attempt.diagnosis.primary.rule for attempt in bench.attempts if attempt.diagnosis.primary]
    assert rules.count("by-peer") == PEER_RATE
    for number in range(MAX_PEERS + 50):
        bench.opening(f"10.2.{number // 250}.{number % 250}", at=1001.0 + number).receive(PLAIN, 1001.0 + number)
    assert len(bench.guard.known[PLAIN].by_peer or ()) == MAX_PEERS


def test_first_packets_are_remembered_in_bounded_number_and_size() -> None:
    bench = Bench()
    for number in range(MAX_KNOWN + 10):
        bench.opening().receive(request(f"GET /{number} HTTP/1.1", HOST), 1000.0)
    assert len(bench.guard.known) == MAX_KNOWN
    long = request("GET / HTTP/1.1", HOST, "X: " + "x" * 3000)
    bench.opening().receive(long, 1000.0)
    assert long not in bench.guard.known


def test_ends_are_remembered_by_outcome_and_about_how_late_they_came() -> None:
    asked: list[float | None] = []

    def counts(outcome: str, elapsed: float | None = None) -> str:
        asked.append(elapsed)
        return outcome

    bench = Bench(WEBSOCKET_ONLY, rule("some-rule", counts))
    for late in (0.01, 0.02, 3.0, 4.0):
        bench.opening().close(1000.0 + late)
    bench.opening().close(1000.01, "reset")
    assert asked == [pytest.approx(0.01), pytest.approx(3.0), pytest.approx(0.01)]
    long = b"GET /" + b"x" * 3000
    for _ in range(2):
        opening = bench.opening()
        opening.receive(long, 1000.0)
        opening.close(1000.0)
    assert len(asked) == 5


def test_learned_paths_are_bounded() -> None:
    bench = Bench(Policy())
    for number in range(MAX_PATHS + 5):
        bench.guard.learn_path(b"/%d" % number)
    assert bench.guard.is_websocket_path(b"/0")
    assert not bench.guard.is_websocket_path(b"/%d" % (MAX_PATHS + 1))


def test_good_handshakes_are_recorded_up_to_a_rate_and_then_counted() -> None:
    counted: list[int] = []
    bench = Bench(records_good=True, on_good=counted.append)
    watched = [bench.opening().receive(GOOD, 1000.0) for _ in range(GOOD_RATE + 3)]
    assert [decision.watch is not None for decision in watched] == [True] * GOOD_RATE + [False] * 3
    watched[0].watch.answered(101, 1000.1)
    assert bench.only.diagnosis.findings == ()
    assert (bench.only.evidence.status, bench.only.evidence.outcome) == (101, "upgraded")
    assert bench.only.answered_by == "server"
    assert bench.guard.good == 4
    assert counted == [1, 1, 1]


def test_good_handshakes_that_nobody_wants_described_are_let_in_at_once() -> None:
    counted: list[int] = []
    bench = Bench(on_good=counted.append)
    assert bench.guard.lets_in(GOOD, 1000.0)
    assert bench.guard.lets_in(GOOD + b"\x81\x80mask", 1000.0)
    assert not counted
    bench.guard.settle_batch()
    bench.guard.settle_batch()
    assert (bench.guard.good, counted) == (2, [2])
    for first in (PLAIN, GOOD[:-3], request("GET /chat HTTP/1.1", HOST, "Cookie: " + "a" * 2000, *GOOD_HANDSHAKE)):
        assert not bench.guard.lets_in(first, 1000.0)
    bench.guard.settle_batch()
    assert bench.guard.good == 2


def test_those_that_are_recorded_are_not_let_in_at_once() -> None:
    bench = Bench(records_good=True)
    assert not bench.guard.lets_in(GOOD, 1000.0)
    for _ in range(GOOD_RATE):
        bench.opening().receive(GOOD, 1000.0)
    assert bench.guard.lets_in(GOOD, 1000.9)
    assert not bench.guard.lets_in(GOOD, 1001.1)


def test_where_http_is_served_only_known_paths_are_let_in_at_once() -> None:
    bench = Bench(Policy())
    assert not bench.guard.lets_in(GOOD, 1000.0)
    bench.guard.learn_path(b"/chat")
    assert bench.guard.lets_in(GOOD, 1000.0)


def test_who_counts_may_fail_and_the_handshake_is_let_in() -> None:
    bench = Bench(on_good=lambda count: count / 0)
    assert bench.guard.lets_in(GOOD, 1000.0)
    bench.guard.settle_batch()
    assert len(bench.failures) == 1


def test_a_good_handshake_may_be_seen_to_be_upgraded_without_its_status() -> None:
    bench = Bench(records_good=True)
    bench.opening().receive(GOOD, 1000.0).watch.answered(None, 1000.1, "upgraded")
    assert (bench.only.evidence.outcome, bench.only.evidence.status) == ("upgraded", None)
    assert bench.only.answered_by == "server"


def test_a_failure_while_recording_an_answer_stays_inside() -> None:
    bench = Bench(Policy())
    bench.guard.on_settled = lambda attempt: 1 / 0
    bench.opening().receive(GOOD, 1000.0).watch.answered(404, 1000.1)
    assert len(bench.failures) == 1


@pytest.mark.parametrize("first", [b"", b"x"])
def test_a_path_that_is_not_there_is_empty(first: Any) -> None:
    from wsdoctor.guard.framing import path_of

    assert path_of(first) == b""


def test_a_guard_works_without_anybody_to_report_to() -> None:
    bench = Bench()
    bench.guard.on_failure = None
    bench.guard.failed(ValueError())
    assert isinstance(bench.opening().receive(GOOD, 1000.0), Pass)


def test_where_it_listens_need_not_be_known() -> None:
    bench = Bench()
    bench.guard.listener = bench.guard.listener_port = None
    bench.opening().receive(PLAIN, 1000.0)
    assert bench.only.evidence.listener is None
