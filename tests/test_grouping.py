from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsdoctor.grouping import Grouper, key_of
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import CLASSES, Diagnosis, Finding

START = 1_790_000_000.0


def diagnosis_of(cls: str, rule: str = "some-rule", confidence: float = 0.6) -> Diagnosis:
    return Diagnosis((Finding(rule, cls, "note", confidence, "title", "reason", "remedy"),))


HEALTH = diagnosis_of("health-check", "kubernetes-probe")
SCANNER = diagnosis_of("scanner", "scanner-paths")
GOOD = Diagnosis()


def attempt(
    at: float | None = START, peer: str | None = "10.0.0.7", path: str = "/", of: Diagnosis = HEALTH
) -> Attempt:
    return Attempt(Evidence(at=at, peer=peer, path=path, method="GET", first_bytes=b"GET"), of)


def test_nothing_added_nothing_reported() -> None:
    report = Grouper().report()
    assert (report.attempts, report.good, report.groups, report.notes) == (0, 0, (), ())
    assert (report.first_seen, report.last_seen) == (None, None)


def test_events_tell_the_first_from_the_rest() -> None:
    grouper = Grouper()
    first, second = grouper.add(attempt()), grouper.add(attempt(START + 1))
    other = grouper.add(attempt(path="/ready"))
    assert (first.first, first.attempts, first.folded) == (True, 1, False)
    assert (second.group, second.first, second.attempts) == (first.group, False, 2)
    assert other.first
    assert other.group != first.group
    assert grouper.attempts_of(first.group) == 2
    assert grouper.attempts_of("no such group") == 0
    assert grouper.group("no such group") is None


def test_a_key_made_before_gives_the_same_groups() -> None:
    grouper, given_attempt = Grouper(), attempt()
    key = key_of(given_attempt.evidence, given_attempt.diagnosis)
    with_key = grouper.add(given_attempt, None, key)
    assert grouper.add(given_attempt).group == with_key.group


def test_an_attempt_may_be_added_as_often_as_it_was_made() -> None:
    once, together = Grouper(), Grouper()
    for _ in range(3):
        once.add(attempt())
    event = together.add(attempt(), times=3)
    assert (event.first, event.attempts) == (True, 3)
    assert together.add(attempt(), times=2) == (event.group, False, 5, False)
    once.add(attempt())
    once.add(attempt())
    assert together.report() == once.report()


def test_same_request_of_another_network_is_another_group() -> None:
    grouper = Grouper()
    same = {grouper.add(attempt(peer=peer)).group for peer in ("10.0.0.7", "10.0.0.8")}
    assert len(same) == 1
    assert grouper.add(attempt(peer="10.0.1.7")).group not in same


def test_report_puts_strays_first_and_the_most_frequent_on_top() -> None:
    grouper = Grouper()
    for number in range(5):
        grouper.add(attempt(START + number, of=GOOD))
    grouper.add(attempt(START + 9, path="/rare"))
    for number in range(3):
        grouper.add(attempt(START - number, path="/often"))
    report = grouper.report()
    assert [group.attempts for group in report.groups] == [3, 1, 5]
    assert (report.attempts, report.good) == (9, 5)
    assert (report.first_seen, report.last_seen) == (START - 2, START + 9)


def test_good_handshakes_may_be_counted_without_groups() -> None:
    grouper = Grouper()
    grouper.count_good()
    grouper.count_good(4)
    grouper.add(attempt(of=GOOD))
    report = grouper.report()
    assert (report.attempts, report.good, len(report.groups)) == (6, 6, 1)


def test_rhythm_makes_the_diagnosis_again() -> None:
    asked: list[float | None] = []

    def rediagnose(evidence: Evidence) -> Diagnosis:
        asked.append(evidence.period)
        return diagnosis_of("health-check", "kubernetes-probe", 0.92)

    grouper = Grouper(rediagnose)
    for number in range(4):
        event = grouper.add(attempt(START + 10 * number))
    before = grouper.group(event.group)
    assert before is not None
    assert (before.period, before.diagnosis) == (None, HEALTH)
    for number in range(4, 40):
        grouper.add(attempt(START + 10 * number))
    for _ in range(2):
        after = grouper.group(event.group)
        assert after is not None
        assert after.period == pytest.approx(10.0)
        assert after.jitter == pytest.approx(0.0)
        assert after.diagnosis.findings[0].confidence == 0.92
    assert asked == [pytest.approx(10.0)]


def test_rhythm_without_anybody_to_ask_keeps_the_diagnosis() -> None:
    grouper = Grouper()
    for number in range(6):
        grouper.add(attempt(START + 10 * number))
    (group,) = grouper.report().groups
    assert group.period == pytest.approx(10.0)
    assert group.diagnosis is HEALTH


def test_each_peer_has_a_rhythm_of_its_own() -> None:
    grouper = Grouper()
    for number in range(10):
        for host in range(5):
            grouper.add(attempt(START + 15 * number + host**1.7, peer=f"10.0.0.{host}"))
    (group,) = grouper.report().groups
    assert group.period == pytest.approx(15.0)


def test_attempts_without_peers_may_have_a_rhythm_together() -> None:
    grouper = Grouper()
    for number in range(6):
        grouper.add(attempt(START + 30 * number, peer=None))
    (group,) = grouper.report().groups
    assert group.period == pytest.approx(30.0)
    assert (group.peers, group.peer_count) == ((), 0)
    assert "network" not in group.parts


def test_attempts_without_times_have_none() -> None:
    grouper = Grouper()
    for at in (None, math.nan, math.inf):
        grouper.add(attempt(at))
    (group,) = grouper.report().groups
    assert (group.attempts, group.first_seen, group.timeline, group.period) == (3, None, None, None)


def test_records_are_kept_for_analysis_and_bounded_in_a_live_process() -> None:
    keeping, live = Grouper(keep_records=True), Grouper()
    for number in range(1, 1_501):
        keeping.add(attempt(), number)
        live.add(attempt(), number)
    assert keeping.report().groups[0].evidence == tuple(range(1, 1_501))
    assert live.report().groups[0].evidence == tuple(range(1, 1_001))


def flood(grouper: Grouper, count: int, of: Diagnosis = SCANNER) -> None:
    for number in range(count):
        peer = f"45.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        grouper.add(Attempt(Evidence(at=START + number, peer=peer, method=f"M{number}", path="/"), of), number + 1)


def test_a_flood_is_folded_by_class() -> None:
    grouper = Grouper(limit=50)
    flood(grouper, 2_000)
    flood(grouper, 500, GOOD)
    report = grouper.report()
    folded = [group for group in report.groups if group.folded]
    assert len(report.groups) <= 52
    assert {group.parts["class"] for group in folded} == {"scanner", "good handshake"}
    assert (report.attempts, report.good) == (2_500, 500)
    assert "are counted by class" in report.notes[0]
    scanners = next(group for group in folded if group.parts["class"] == "scanner")
    assert scanners.peer_count == pytest.approx(1_950, rel=0.15)
    assert len(scanners.peers) == 16
    assert scanners.period is None
    assert sum(scanners.timeline.counts if scanners.timeline else ()) == scanners.attempts
    assert grouper.attempts_of(scanners.id) == scanners.attempts


def test_heavy_groups_survive_a_flood_exactly() -> None:
    grouper = Grouper(limit=50)
    for number in range(300):
        grouper.add(attempt(START + number))
    flood(grouper, 5_000)
    first = grouper.report().groups
    heavy = next(group for group in first if group.parts["class"] == "health-check")
    assert (heavy.attempts, heavy.folded) == (300, False)


def test_a_heavy_group_that_comes_late_surfaces() -> None:
    grouper = Grouper(limit=50)
    for number in range(50):
        for _ in range(1 + number):
            grouper.add(attempt(path=f"/early/{chr(97 + number % 26)}{chr(97 + number // 26)}"))
    flood(grouper, 3_000)
    for number in range(400):
        event = grouper.add(attempt(START + number, path="/late"))
    assert not event.folded
    late = grouper.group(event.group)
    assert late is not None
    assert late.attempts >= 390
    report = grouper.report()
    assert report.attempts == 50 * 51 // 2 + 3_400
    assert sum(not group.folded for group in report.groups) == 50


def test_a_heavy_group_that_comes_in_bursts_surfaces() -> None:
    grouper = Grouper(limit=8)
    flood(grouper, 100)
    for number in range(10):
        event = grouper.add(attempt(START + number, peer="198.51.100.1", path="/late"), times=5)
    assert not event.folded
    group = grouper.group(event.group)
    assert group is not None
    assert (group.paths, group.attempts) == (("/late",), 50)


def test_what_came_long_ago_makes_room() -> None:
    grouper = Grouper(limit=8)
    for number in range(8):
        for _ in range(250):
            grouper.add(attempt(path="/" + "abcdefgh"[number]))
    flood(grouper, 70_000)
    for number in range(140):
        event = grouper.add(attempt(START + number, path="/late"))
    assert not event.folded
    assert sum(group.attempts for group in grouper.report().groups) == 72_140


def test_peers_remembered_are_bounded() -> None:
    grouper = Grouper()
    for number in range(5_000):
        grouper.add(attempt(peer=f"10.0.{number >> 8}.{number & 255}"))
    assert grouper.report().attempts == 5_000
    assert len(grouper._networks) <= 2_048


ATTEMPTS = st.builds(
    attempt,
    st.none() | st.floats(0, 2e9),
    st.none() | st.sampled_from(["10.0.0.7", "10.0.0.8", "::1", "45.33.32.156", "", "unix:"]),
    st.sampled_from(["/", "/a", "/b", "/c", "/1"]) | st.text(max_size=12),
    st.sampled_from([GOOD, *map(diagnosis_of, CLASSES)]),
)


@settings(max_examples=60)
@given(st.lists(ATTEMPTS, max_size=60), st.randoms(use_true_random=False))
def test_order_changes_no_group_and_bounds_hold(attempts: list[Attempt], chance: object) -> None:
    shuffled = list(attempts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    reports = []
    for order in (attempts, shuffled):
        grouper = Grouper()
        for each in order:
            grouper.add(each)
        reports.append(grouper.report())
    one, other = reports
    assert one.attempts == len(attempts) == other.attempts
    assert {(group.id, group.attempts, group.period) for group in one.groups} == {
        (group.id, group.attempts, group.period) for group in other.groups
    }
    small = Grouper(limit=8)
    for each in attempts:
        small.add(each)
    report = small.report()
    assert report.attempts == len(attempts)
    assert report.good == one.good
    assert sum(not group.folded for group in report.groups) <= 8


def test_evicted_group_is_gone_by_name_and_begins_anew() -> None:
    grouper = Grouper(limit=8)
    events = [grouper.add(attempt(path="/" + name)) for name in "abcdefgh"]
    for _ in range(3):
        grouper.add(attempt(path="/new"))
    gone = [event for event in events if not grouper.attempts_of(event.group)]
    assert len(gone) == 1
    assert grouper.group(gone[0].group) is None
    fold = next(group for group in grouper.report().groups if group.folded)
    assert fold.attempts == 2
    assert replace(fold, folded=False).parts == {"class": "health-check", "folded": "the long tail of this class"}
