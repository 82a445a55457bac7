from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.guard.conftest import WEBSOCKET_ONLY, Bench
from wsdoctor.guard import WAIT, Pass, Policy, Reply
from wsdoctor.model.rule import GOOD_HANDSHAKE, request
from wsdoctor.respond import NOTHING

HOST = "Host: chat.example"
GOOD = request("GET /chat?token=1 HTTP/1.1", HOST, *GOOD_HANDSHAKE)
PLAIN = request("GET / HTTP/1.1", HOST)
BROKEN = request("GET /chat HTTP/1.1", HOST, *GOOD_HANDSHAKE[1:])
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
TLS = bytes.fromhex("160301000501000001") + b"\0"
HTTP = Policy(server="some", serves_http=True)
WATCH_ONLY = {"settings": {"answer": False}}


def sent(decision: Any) -> bytes:
    assert isinstance(decision, Reply)
    return decision.answer.data


def feed(opening: Any, data: bytes, *, step: int = 1, at: float = 1000.0) -> Any:
    """Give the bytes in pieces and return the first decision that is one."""
    for start in range(0, len(data), step):
        decision = opening.receive(data[start : start + step], at)
        if decision is not WAIT:
            return decision
    return WAIT


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_good_handshake_is_passed_on_whole_and_counted(step: int) -> None:
    bench = Bench()
    assert feed(bench.opening(), GOOD, step=step) == Pass(GOOD)
    assert bench.guard.good == 1
    assert not bench.attempts


def test_bytes_behind_a_good_handshake_are_passed_on_too() -> None:
    assert Bench().opening().receive(GOOD + b"\x81\x80abcd", 1000.0) == Pass(GOOD + b"\x81\x80abcd")


def test_an_unusual_but_correct_handshake_is_passed_on() -> None:
    unusual = GOOD.replace(b"Upgrade: websocket", b"UPGRADE:\twebsocket, h2c")
    assert Bench(Policy(serves_http=False)).opening().receive(unusual, 1000.0) == Pass(unusual)
    assert sent(Bench().opening().receive(unusual, 1000.0)).startswith(b"HTTP/1.1 400")
    unusual = GOOD.replace(b"Host: chat.example", b"Host: [2001:db8::1%25eth0]")
    assert Bench(Policy(serves_http=False)).opening().receive(unusual, 1000.0) == Pass(unusual)


@pytest.mark.parametrize("step", [1, 10_000])
@pytest.mark.parametrize("first", [PLAIN, BROKEN, request("HEAD / HTTP/1.1", HOST), request("GET / HTTP/1.0")])
def test_a_stray_on_a_websocket_port_is_answered_and_recorded(first: bytes, step: int) -> None:
    bench = Bench()
    assert sent(feed(bench.opening(), first, step=step)).startswith(b"HTTP/1.1 426")
    evidence = bench.only.evidence
    assert (evidence.peer, evidence.peer_port) == ("198.51.100.7", 50000)
    assert (evidence.listener, evidence.listener_port) == ("192.0.2.1", 8080)
    assert (evidence.first_bytes, evidence.outcome, evidence.status, evidence.at) == (first, "rejected", 426, 1000.0)
    assert bench.only.answered_by == "guard"
    assert bench.only.diagnosis.primary is not None


def test_what_comes_after_the_decision_is_thrown_away() -> None:
    bench = Bench()
    opening = bench.opening()
    opening.receive(PLAIN, 1000.0)
    assert opening.receive(PLAIN, 1000.1) is WAIT
    assert opening.tick(2000.0) is WAIT
    assert opening.close(2000.0) is WAIT
    assert bench.only.evidence.first_bytes == PLAIN


def test_a_handshake_with_deviations_is_the_servers_unless_it_takes_none() -> None:
    bare = GOOD.replace(b"\r\n", b"\n")
    lenient = Policy(serves_http=False)
    assert Bench(lenient).opening().receive(bare, 1000.0) == Pass(bare)
    assert sent(Bench().opening().receive(bare, 1000.0)).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("more", [[f"X-{n}: y" for n in range(200)], ["Cookie: " + "x" * 9000]])
def test_a_handshake_that_breaks_the_limits_of_the_server_gets_431(more: list[str]) -> None:
    large = request("GET / HTTP/1.1", HOST, *GOOD_HANDSHAKE, *more)
    bench = Bench()
    assert sent(bench.opening().receive(large, 1000.0)).startswith(b"HTTP/1.1 431")
    assert bench.only.evidence.status == 431
    assert Bench(Policy(serves_http=False)).opening().receive(large, 1000.0) == Pass(large)
    assert Bench(WEBSOCKET_ONLY, **WATCH_ONLY).opening().receive(large, 1000.0) == Pass(large)


def test_a_long_handshake_within_the_limits_is_passed_on() -> None:
    long = request("GET / HTTP/1.1", HOST, *GOOD_HANDSHAKE, "Cookie: " + "x" * 2000)
    assert Bench().opening().receive(long, 1000.0) == Pass(long)


@pytest.mark.parametrize("step", [1, 10_000])
@pytest.mark.parametrize(
    ("first", "answer"),
    [
        (TLS, b"\x15\x03\x01"),
        (PREFACE + bytes(9), bytes(3) + b"\x04"),
        (b"SSH-2.0-Go\r\n", b""),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + GOOD, b"HTTP/1.1 400"),
        (bytes.fromhex("0d0a0d0a000d0a515549540a2111000c") + bytes(12) + GOOD, b"HTTP/1.1 400"),
        (b"\x02\x7f\x00\x00\x01" + GOOD, b"HTTP/1.1 400"),
    ],
)
@pytest.mark.parametrize("policy", [WEBSOCKET_ONLY, HTTP])
def test_another_protocol_is_settled_as_soon_as_it_is_whole(
    policy: Policy, first: bytes, answer: bytes, step: int
) -> None:
    bench = Bench(policy)
    assert sent(feed(bench.opening(), first, step=step)).startswith(answer)
    assert bench.only.evidence.first_bytes == first


@pytest.mark.parametrize("step", [1, 10_000])
@pytest.mark.parametrize(
    "first", [b"hello there\r\n", bytes(5) + b"\xff", TLS[:7], PREFACE, b"GET /\r\n", b"*1\r\n$4\r\nPI"]
)
def test_what_may_go_on_is_settled_when_it_does_not(first: bytes, step: int) -> None:
    bench = Bench()
    opening = bench.opening()
    assert feed(opening, first, step=step) is WAIT
    assert opening.tick(1000.1) is WAIT
    assert isinstance(opening.tick(1000.3), Reply)
    assert bench.only.evidence.first_bytes == first


def test_junk_is_settled_at_once_when_the_peer_closes_its_side() -> None:
    bench = Bench()
    opening = bench.opening()
    opening.receive(b"junk\r\n", 1000.0)
    assert opening.close(1000.0) == Reply(NOTHING)
    assert bench.only.evidence.outcome == "rejected"


def test_a_flood_of_junk_is_settled_when_it_is_more_than_a_head() -> None:
    bench = Bench(settings={"max_head": 1024})
    assert isinstance(feed(bench.opening(), b"\xff" * 2000, step=500), Reply)
    assert len(bench.only.evidence.first_bytes) == 1500


@pytest.mark.parametrize("first", [b"\r\n", b"GET", b"\r\nGET / HT", b"hello", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_what_may_become_a_request_is_waited_for(first: bytes) -> None:
    bench = Bench()
    opening = bench.opening()
    assert opening.receive(first, 1000.0) is WAIT
    assert opening.tick(1009.9) is WAIT
    assert isinstance(opening.tick(1010.1), Reply)
    assert bench.only.evidence.outcome == "timeout"
    assert bench.only.evidence.elapsed == pytest.approx(10.1)
    assert bench.only.answered_by == "guard"


def test_a_request_that_never_ends_gets_408() -> None:
    opening = Bench().opening()
    opening.receive(PLAIN[:-2], 1000.0)
    assert sent(opening.tick(1010.0)).startswith(b"HTTP/1.1 408")


def test_a_request_that_is_too_large_gets_431() -> None:
    bench = Bench(settings={"max_head": 2048})
    assert sent(feed(bench.opening(), PLAIN[:-2] + b"X: " + b"x" * 4000, step=500)).startswith(b"HTTP/1.1 431")
    whole = request("GET / HTTP/1.1", HOST, "X: " + "x" * 4000)
    assert sent(bench.opening().receive(whole, 1000.0)).startswith(b"HTTP/1.1 431")


def test_silence_is_settled_in_time() -> None:
    bench = Bench()
    opening = bench.opening()
    assert opening.tick(1009.0) is WAIT
    assert opening.tick(1010.0) == Reply(NOTHING)
    assert (bench.only.evidence.outcome, bench.only.evidence.first_bytes) == ("timeout", b"")


@pytest.mark.parametrize("first", [b"", b"GET / HT", PLAIN[:-2]])
@pytest.mark.parametrize("outcome", ["closed-by-client", "reset"])
def test_a_peer_that_leaves_is_recorded(first: bytes, outcome: str) -> None:
    bench = Bench()
    opening = bench.opening()
    if first:
        opening.receive(first, 1000.0)
    assert opening.close(1000.5, outcome) == Reply(NOTHING)
    assert (bench.only.evidence.outcome, bench.only.evidence.first_bytes) == (outcome, first)
    assert bench.only.answered_by is None


def test_junk_of_a_peer_that_was_reset_is_recorded_as_reset() -> None:
    bench = Bench()
    opening = bench.opening()
    opening.receive(b"\xff\xff", 1000.0)
    opening.close(1000.1, "reset")
    assert bench.only.evidence.outcome == "reset"


class TestHttpPort:
    def test_plain_requests_belong_to_the_server_untouched_and_unrecorded(self) -> None:
        bench = Bench(HTTP)
        post = request("POST /a HTTP/1.0", "Content-Length: 3") + b"abc"
        for first in (PLAIN, post, request("BREW * HTTP/1.1")):
            assert bench.opening().receive(first, 1000.0) == Pass(first)
        assert feed(bench.opening(), PLAIN) == Pass(PLAIN)
        assert not bench.attempts

    def test_a_broken_handshake_is_passed_on_and_recorded_with_the_servers_answer(self) -> None:
        bench = Bench(HTTP)
        decision = bench.opening().receive(BROKEN, 1000.0)
        assert decision.data == BROKEN
        assert not bench.attempts
        decision.watch.answered(400, 1000.2)
        decision.watch.answered(500, 1000.3)
        evidence = bench.only.evidence
        assert (evidence.status, evidence.outcome, evidence.peer) == (400, "rejected", "198.51.100.7")
        assert evidence.elapsed == pytest.approx(0.2)
        assert bench.only.answered_by == "server"

    def test_the_path_of_a_handshake_that_succeeds_is_learned(self) -> None:
        bench = Bench(HTTP)
        plain = request("GET /chat HTTP/1.1", HOST)
        assert bench.opening().receive(plain, 1000.0) == Pass(plain)
        first = bench.opening().receive(GOOD, 1000.0)
        assert first.watch is not None
        first.watch.answered(101, 1000.1)
        assert bench.opening().receive(GOOD, 1000.0) == Pass(GOOD)
        assert bench.guard.good == 2
        stray = bench.opening().receive(plain, 1000.0)
        stray.watch.answered(404, 1000.1)
        assert bench.only.evidence.status == 404

    def test_the_path_of_a_handshake_that_fails_is_not_learned(self) -> None:
        bench = Bench(HTTP)
        bench.opening().receive(GOOD, 1000.0).watch.answered(403, 1000.1)
        assert not bench.guard.is_websocket_path(b"/chat")
        assert bench.only.evidence.handshake == ()
        assert (bench.only.evidence.outcome, bench.only.evidence.status) == ("rejected", 403)

    def test_paths_may_be_given(self) -> None:
        bench = Bench(HTTP, settings={"websocket_paths": ["/chat"]})
        assert bench.opening().receive(GOOD, 1000.0) == Pass(GOOD)
        assert bench.opening().receive(request("GET /chat?x HTTP/1.1", HOST), 1000.0).watch is not None

    def test_http_2_belongs_to_a_server_that_speaks_it(self) -> None:
        bench = Bench(Policy(speaks_http2=True))
        assert bench.opening().receive(PREFACE, 1000.0) == Pass(PREFACE)
        assert not bench.attempts

    def test_a_proxy_header_belongs_to_a_server_that_may_expect_one(self) -> None:
        first = b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"
        assert Bench(Policy(takes_proxy=True)).opening().receive(first, 1000.0) == Pass(first)

    def test_an_unfinished_request_is_the_servers_in_the_end_and_recorded(self) -> None:
        bench = Bench(HTTP)
        opening = bench.opening()
        opening.receive(PLAIN[:-2], 1000.0)
        assert opening.tick(1011.0) == Pass(PLAIN[:-2])
        assert bench.only.evidence.outcome == "timeout"
        assert bench.only.answered_by is None

    def test_a_large_request_is_the_servers(self) -> None:
        large = PLAIN[:-2] + b"X: " + b"x" * 70_000
        assert Bench(HTTP).opening().receive(large, 1000.0).data == large

    @pytest.mark.parametrize("character", [b"\x00", b"\x1b", b"\r", b"\x7f"])
    def test_control_characters_are_settled_for_no_server_takes_them(self, character: bytes) -> None:
        bench = Bench(HTTP)
        first = PLAIN.replace(b"/ ", b"/a" + character + b"b ", 1)
        assert sent(bench.opening().receive(first, 1000.0)).startswith(b"HTTP/1.1 400")
        assert bench.only.evidence.first_bytes == first
        binary = request("POST / HTTP/1.1", HOST, "Content-Length: 4") + b"\x00\x01\r\x02"
        assert Bench(HTTP).opening().receive(binary, 1000.0) == Pass(binary)
        assert Bench(HTTP, **WATCH_ONLY).opening().receive(first, 1000.0) == Pass(first)

    def test_what_the_server_refuses_with_noise_is_settled(self) -> None:
        bench = Bench(Policy(refuses=lambda head: head.startswith(b"CONNECT")))
        assert sent(bench.opening().receive(request("CONNECT a:1 HTTP/1.1", "Host: a:1"), 1000.0))[9:12] == b"405"
        assert bench.opening().receive(PLAIN, 1000.0) == Pass(PLAIN)

    def test_what_is_larger_than_the_server_takes_is_settled(self) -> None:
        limited = Policy(max_line=1000)
        long = request("GET /" + "x" * 9000 + " HTTP/1.1", HOST)
        assert sent(Bench(limited).opening().receive(long, 1000.0)).startswith(b"HTTP/1.1 414")
        endless = b"GET /" + b"x" * 70_000
        assert sent(Bench(limited).opening().receive(endless, 1000.0)).startswith(b"HTTP/1.1 414")

    def test_a_route_for_websockets_may_serve_nothing_else(self) -> None:
        bench = Bench(Policy(strict=True, separate_paths=True), settings={"websocket_paths": ["/chat"]})
        assert sent(bench.opening().receive(BROKEN, 1000.0)).startswith(b"HTTP/1.1 426")
        listed = GOOD.replace(b"Upgrade: websocket", b"Upgrade: websocket, websocket")
        assert sent(bench.opening().receive(listed, 1000.0)).startswith(b"HTTP/1.1 400")
        unusual = GOOD.replace(b"Host: chat.example", b"Host: [2001:db8::1%25eth0]")
        assert bench.opening().receive(unusual, 1000.0).data == unusual
        post = request("POST /chat HTTP/1.1", HOST)
        assert bench.opening().receive(post, 1000.0).data == post
        elsewhere = BROKEN.replace(b"/chat", b"/other")
        assert bench.opening().receive(elsewhere, 1000.0).data == elsewhere

    def test_silence_is_settled(self) -> None:
        bench = Bench(HTTP)
        assert bench.opening().tick(1010.0) == Reply(NOTHING)
        assert bench.only.evidence.outcome == "timeout"


class TestServerWithAHook:
    policy = Policy(methods=frozenset({"GET"}), takes_http_1_0=False, takes_content=False, strict=True, plain="refused")

    def test_what_its_library_can_parse_is_passed_on(self) -> None:
        assert Bench(self.policy).opening().receive(PLAIN, 1000.0).data == PLAIN

    @pytest.mark.parametrize(
        "first",
        [
            request("HEAD / HTTP/1.1", HOST),
            request("GET / HTTP/1.0", HOST),
            request("GET / HTTP/1.1", HOST, "Content-Length: 3") + b"abc",
            PLAIN.replace(b"\r\n", b"\n"),
        ],
    )
    def test_what_it_cannot_parse_is_answered(self, first: bytes) -> None:
        bench = Bench(self.policy)
        assert sent(bench.opening().receive(first, 1000.0)).startswith(b"HTTP/1.1 4")
        assert bench.only.evidence.first_bytes == first

    def test_only_what_it_refuses_is_a_stray(self) -> None:
        bench = Bench(self.policy)
        bench.opening().receive(PLAIN, 1000.0).watch.answered(200, 1000.1)
        assert not bench.attempts
        bench.opening().receive(PLAIN, 1000.0).watch.answered(426, 1000.1)
        assert bench.only.evidence.status == 426

    def test_all_of_it_may_be_strays(self) -> None:
        bench = Bench(Policy(plain="any"))
        bench.opening().receive(PLAIN, 1000.0).watch.answered(200, 1000.1)
        assert bench.only.evidence.status == 200


class TestWatchOnly:
    @pytest.mark.parametrize("first", [PLAIN, TLS, PREFACE + bytes(9), b"SSH-2.0-Go\r\n"])
    def test_everything_is_passed_on_and_recorded_with_the_servers_answer(self, first: bytes) -> None:
        bench = Bench(**WATCH_ONLY)
        decision = bench.opening().receive(first, 1000.0)
        assert decision.data == first
        decision.watch.answered(None, 1000.1, "rejected")
        assert bench.only.evidence.first_bytes == first
        assert bench.only.answered_by is None

    def test_silence_and_halves_are_passed_on_in_the_end(self) -> None:
        bench = Bench(**WATCH_ONLY)
        assert bench.opening().tick(1010.0) == Pass(b"")
        opening = bench.opening()
        opening.receive(b"GET / HT", 1000.0)
        assert opening.close(1001.0) == Pass(b"GET / HT")
        assert [attempt.evidence.outcome for attempt in bench.attempts] == ["timeout", "closed-by-client"]

    def test_a_head_that_is_too_large_is_passed_on(self) -> None:
        assert Bench(**WATCH_ONLY).opening().receive(b"GET /" + b"x" * 70_000, 1000.0).data[:5] == b"GET /"

    def test_a_peer_that_only_came_and_went_leaves_nothing_to_pass_on(self) -> None:
        assert Bench(**WATCH_ONLY).opening().close(1000.0) == Reply(NOTHING)


@pytest.mark.parametrize("how", ["receive", "tick", "close"])
def test_a_failure_of_the_guard_passes_the_connection_on(how: str) -> None:
    bench = Bench()
    bench.guard.on_settled = lambda attempt: 1 / 0
    opening = bench.opening()
    if how == "receive":
        assert opening.receive(PLAIN, 1000.0) == Pass(PLAIN)
    elif how == "tick":
        assert opening.tick(1010.0) == Pass(b"")
    else:
        opening.receive(b"GET", 1000.0)
        assert opening.close(1010.0) == Pass(b"GET")
    assert [type(error) for error in bench.failures] == [ZeroDivisionError]


def settled_once(bench: Bench, opening: Any, decisions: list[Any]) -> None:
    real = [decision for decision in decisions if decision is not WAIT]
    assert len(real) <= 1
    assert len(bench.attempts) + bench.guard.good <= 1
    assert not bench.failures
    assert bool(real) == opening.settled


@given(
    st.binary(max_size=300) | st.sampled_from([PLAIN, BROKEN, GOOD, TLS, PREFACE]),
    st.lists(st.integers(0, 300), max_size=8),
    st.sampled_from([WEBSOCKET_ONLY, HTTP]),
    st.booleans(),
)
def test_any_bytes_in_any_pieces_settle_once(data: bytes, cuts: list[int], policy: Policy, answers: bool) -> None:
    bench = Bench(policy, settings={"answer": answers})
    opening = bench.opening()
    decisions, at = [], 1000.0
    for start, end in pairwise(sorted({0, *cuts, len(data)})):
        at += 0.15
        decisions += [opening.receive(data[start:end], at), opening.tick(at + 0.1)]
        if isinstance(decisions[-2], Pass):
            assert decisions[-2].data == data[:end]
    decisions.append(opening.close(at + 1))
    settled_once(bench, opening, decisions)
    assert opening.settled


@given(
    st.lists(st.integers(0, len(GOOD)), max_size=12), st.sampled_from([WEBSOCKET_ONLY, HTTP]), st.binary(max_size=20)
)
def test_no_split_and_no_pause_loses_a_byte_of_a_good_handshake(cuts: list[int], policy: Policy, more: bytes) -> None:
    bench = Bench(policy)
    opening = bench.opening()
    at, passed = 1000.0, b""
    for start, end in pairwise(sorted({0, *cuts, len(GOOD)})):
        at += 0.7
        assert not passed
        decision = opening.receive(GOOD[start:end] + (more if end == len(GOOD) else b""), at)
        if decision is WAIT:
            assert opening.tick(at + 0.6) is WAIT
        else:
            passed = decision.data
    assert passed == GOOD + more
    assert not bench.attempts
