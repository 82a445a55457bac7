from __future__ import annotations

import math
from dataclasses import replace

import pytest

from wsdoctor.fingerprint import key_of
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.headers import Headers
from wsdoctor.model.report import Group
from wsdoctor.tally import LONGEST_SAMPLE, PATHS, PEERS, TIMES, Tally

DIAGNOSIS = Diagnosis((Finding("some-rule", "scanner", "note", 0.6, "title", "reason", "remedy"),))
START = 1_790_000_000.0


def tally_of(evidence: Evidence | None = None, *, room: int | None = None, folded: bool = False) -> Tally:
    evidence = evidence or Evidence(path="/", peer="45.33.32.156")
    attempt = Attempt(evidence, DIAGNOSIS)
    return Tally("name", key_of(evidence, DIAGNOSIS), "45.33.32.0/24", attempt, room, folded=folded)


def add(
    tally: Tally, at: float | None = None, peer: str | None = None, record: int | None = None, **facts: object
) -> None:
    evidence = Evidence(**facts)  # type: ignore[arg-type]
    tally.add(at, peer, key_of(evidence, DIAGNOSIS), record)


def frozen(tally: Tally) -> Group:
    return tally.freeze(None)


def test_most_frequent_first() -> None:
    tally = tally_of()
    for peer, path, times in (("10.0.0.1", "/a", 2), ("10.0.0.2", "/b", 5)):
        for _ in range(times):
            forwarded = Headers((("X-Forwarded-For", f"192.0.2.{times}"),))
            add(tally, peer=peer, path=path, headers=forwarded)
    group = frozen(tally)
    assert group.peers == ("10.0.0.2", "10.0.0.1")
    assert group.paths == ("/b", "/a")
    assert group.clients == ("192.0.2.5", "192.0.2.2")
    assert group.parts["network"] == "45.33.32.0/24"


def test_many_peers_and_paths_are_bounded_and_the_frequent_stay() -> None:
    tally = tally_of()
    for number in range(500):
        add(tally, peer=f"10.0.0.{number}", path=f"/{number}")
        add(tally, peer="10.9.9.9", path="/often")
    group = frozen(tally)
    assert group.peers[0] == "10.9.9.9"
    assert group.paths[0] == "/often"
    assert (len(group.peers), len(group.paths)) == (PEERS, PATHS)
    assert group.peer_count == pytest.approx(501, rel=0.12)


def test_rhythm_is_that_of_the_latest_times() -> None:
    tally = tally_of()
    for number in range(TIMES + 3):
        add(tally, START + 60 * number, "10.0.0.1")
    end = START + 60 * (TIMES + 3)
    for number in range(2 * TIMES):
        add(tally, end + 10 * number, "10.0.0.1")
    group = frozen(tally)
    assert group.period == pytest.approx(10.0)


def test_many_at_a_moment_are_as_many_one_by_one() -> None:
    bursts, singles = tally_of(), tally_of()
    forwarded = Headers((("X-Forwarded-For", "192.0.2.5"),))
    evidence = Evidence(path="/", headers=forwarded)
    key = key_of(evidence, DIAGNOSIS)
    for number, many in enumerate((1, 2, TIMES - 1, 1, 2 * TIMES, 3)):
        assert bursts.add(START + number, "10.0.0.1", key, None, many) == bursts.attempts
        for _ in range(many):
            singles.add(START + number, "10.0.0.1", key, None)
    assert frozen(bursts) == frozen(singles)
    assert bursts.attempts == 3 * TIMES + 6
    assert sorted(bursts.peers["10.0.0.1"].times or ()) == sorted(singles.peers["10.0.0.1"].times or ())


def test_peer_without_rhythm_gives_way_to_one_that_has() -> None:
    tally = tally_of()
    for number in range(20):
        add(tally, START + number**2.5, "10.0.0.1")
    for number in range(6):
        add(tally, START + 10 * number, "10.0.0.2")
    assert frozen(tally).period == pytest.approx(10.0)


def test_absorbing_loses_nothing() -> None:
    fold, first, second = tally_of(folded=True), tally_of(), tally_of()
    for number in range(40):
        add(first, START + number, f"10.0.0.{number}", number, path=f"/{number}")
    forwarded = Headers((("X-Forwarded-For", "192.0.2.5"),))
    add(second, None, "10.0.0.39", path="/39", headers=forwarded)
    third = tally_of()
    for number in range(100, 140):
        add(third, START - number, f"10.0.0.{number}", number)
    for each in (first, second, third):
        fold.absorb(each)
    group = frozen(fold)
    assert group.attempts == 81
    assert (group.first_seen, group.last_seen) == (START - 139, START + 39)
    assert group.evidence == (*range(40), *range(100, 140))
    assert group.peer_count == pytest.approx(80, rel=0.15)
    assert group.timeline is not None
    assert sum(group.timeline.counts) == 80
    assert group.clients == ("192.0.2.5",)
    assert group.period is None


def test_absorbing_what_never_had_a_time_or_too_many_peers() -> None:
    fold, other = tally_of(folded=True), tally_of()
    add(other, None, "10.0.0.1")
    fold.absorb(other)
    fold.absorb(other)
    group = frozen(fold)
    assert (group.attempts, group.first_seen, group.peers, group.peer_count) == (2, None, ("10.0.0.1",), 1)


def test_small_sample_is_kept_as_it_is() -> None:
    evidence = Evidence(first_bytes=b"GET / HTTP/1.1\r\n\r\n", headers=Headers())
    assert frozen(tally_of(evidence)).sample is evidence


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(
            first_bytes=b"G" * 65_536,
            target="/" * 60_000,
            headers=Headers((("X" * 9_000, "y" * 9_000), *[("a", "b")] * 5_000)),
            behind=Evidence(first_bytes=b"z" * 60_000),
        ),
        Evidence(log="l" * 100_000),
        Evidence(first_bytes=b"GET", log="l" * 100_000),
        Evidence(headers=Headers([("a", "b")] * 5_000)),
    ],
)
def test_large_sample_is_cut_and_not_diagnosed_again(evidence: Evidence) -> None:
    tally = tally_of(evidence)
    for number in range(8):
        tally.add(START + 10 * number, "10.0.0.1", tally.key, None)

    def never(evidence: Evidence) -> Diagnosis:
        raise AssertionError(evidence)

    group = tally.freeze(never)
    assert group.period is not None
    sample = group.sample
    assert len(sample.first_bytes or b"") <= LONGEST_SAMPLE
    assert len(sample.log or "") <= LONGEST_SAMPLE
    assert len(sample.target or "") <= LONGEST_SAMPLE
    lines = () if sample.headers is None else sample.headers.lines
    assert sum(len(name) + len(value) for name, value in lines) <= 2 * LONGEST_SAMPLE
    assert sample.behind is None


def test_weight_fades_with_age() -> None:
    tally = tally_of()
    for _ in range(9):
        add(tally)
    assert tally.weight == 9
    tally.age()
    assert tally.weight == 4
    assert tally.attempts == 9


def test_folded_group_has_the_class_alone() -> None:
    tally = tally_of(folded=True)
    add(tally, START, "10.0.0.1")
    group = replace(frozen(tally))
    assert group.folded
    assert group.parts == {"class": "scanner", "folded": "the long tail of this class"}


@pytest.mark.parametrize("at", [math.nan, math.inf])
def test_what_is_no_time_counts_without_one(at: float) -> None:
    tally = tally_of()
    add(tally, at, "10.0.0.1")
    assert (frozen(tally).attempts, frozen(tally).last_seen) == (1, None)


def test_record_numbers_have_their_room() -> None:
    tally = tally_of(room=3)
    for number in range(9):
        add(tally, record=number)
    assert frozen(tally).evidence == (0, 1, 2)


def test_diagnosis_is_made_again_when_the_period_changes() -> None:
    periods: list[float | None] = []

    def rediagnose(evidence: Evidence) -> Diagnosis:
        periods.append(evidence.period)
        return Diagnosis()

    tally = tally_of()
    for number in range(TIMES):
        add(tally, START + 10 * number, "10.0.0.1")
    assert tally.freeze(None).diagnosis is DIAGNOSIS
    assert tally.freeze(rediagnose).diagnosis == Diagnosis()
    assert tally.freeze(rediagnose).diagnosis == Diagnosis()
    for number in range(1, TIMES + 1):
        add(tally, START + 10 * TIMES + 60 * number, "10.0.0.1")
    tally.freeze(rediagnose)
    assert periods == [pytest.approx(10.0), pytest.approx(60.0)]


def test_absorbing_counts_peers_of_both_once() -> None:
    fold, other = tally_of(folded=True), tally_of()
    for number in range(40):
        add(fold, peer=f"10.0.0.{number}")
        add(other, peer=f"10.0.0.{number + 20}")
    fold.absorb(other)
    assert frozen(fold).peer_count == pytest.approx(60, rel=0.15)


def test_absorbing_many_peers_into_few() -> None:
    fold, other = tally_of(folded=True), tally_of()
    add(fold, peer="10.9.9.9")
    for number in range(PEERS + 1):
        add(other, peer=f"10.0.0.{number}")
    other.peers = dict(list(other.peers.items())[:2])
    fold.absorb(other)
    assert frozen(fold).peer_count == PEERS + 2


def test_without_peers_there_is_no_network() -> None:
    evidence = Evidence(path="/")
    tally = Tally("name", key_of(evidence, DIAGNOSIS), "", Attempt(evidence, DIAGNOSIS), None)
    assert "network" not in frozen(tally).parts
