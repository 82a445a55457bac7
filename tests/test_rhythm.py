from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.rhythm import Spans, rhythm_of

START = 1_790_000_000.0


def steady(period: float, count: int, start: float = START) -> list[float]:
    return [start + index * period for index in range(count)]


def test_five_equal_distances_are_a_rhythm() -> None:
    rhythm = rhythm_of(steady(10.0, 5))
    assert rhythm is not None
    assert rhythm.period == pytest.approx(10.0)
    assert rhythm.jitter == pytest.approx(0.0)


def test_three_intervals_are_not_enough() -> None:
    assert rhythm_of(steady(10.0, 4)) is None
    assert rhythm_of([]) is None


def test_small_jitter_is_measured() -> None:
    chance = random.Random(7)
    rhythm = rhythm_of([at + chance.uniform(-0.2, 0.2) for at in steady(10.0, 32)])
    assert rhythm is not None
    assert rhythm.period == pytest.approx(10.0, abs=0.2)
    assert 0 < rhythm.jitter < 0.4


def test_pauses_and_lost_attempts_do_not_disturb() -> None:
    times = steady(10.0, 20)
    del times[3], times[9]
    rhythm = rhythm_of(times + steady(10.0, 10, START + 5000.0))
    assert rhythm is not None
    assert rhythm.period == pytest.approx(10.0)


@pytest.mark.parametrize("senders", [2, 3])
def test_interleaved_senders_of_one_period_are_told_apart(senders: int) -> None:
    times = [at for sender in range(senders) for at in steady(10.0, 8, START + sender * (1.3 + sender))]
    rhythm = rhythm_of(times)
    assert rhythm is not None
    assert rhythm.period == pytest.approx(10.0)


def test_chance_arrivals_have_no_rhythm() -> None:
    chance = random.Random(3)
    for _ in range(50):
        times = [START]
        for _ in range(15):
            times.append(times[-1] + chance.expovariate(0.1))
        assert rhythm_of(times) is None


def test_a_flood_is_no_rhythm() -> None:
    assert rhythm_of(steady(0.0001, 32)) is None
    assert rhythm_of([START] * 32) is None


@given(st.lists(st.floats(min_value=-1e12, max_value=1e12), max_size=40))
def test_any_times_in_any_order(times: list[float]) -> None:
    rhythm = rhythm_of(times)
    assert rhythm == rhythm_of(times[::-1])
    assert rhythm is None or (rhythm.period > 0 and rhythm.jitter >= 0)


def test_no_times_no_timeline() -> None:
    assert Spans().timeline() is None


def test_first_spans_are_one_second_wide() -> None:
    spans = Spans()
    for at in (100.2, 100.9, 102.0):
        spans.add(at)
    timeline = spans.timeline()
    assert timeline is not None
    assert (timeline.start, timeline.width, timeline.counts) == (100.0, 1.0, (2, 0, 1))


def test_width_doubles_when_full() -> None:
    spans = Spans()
    for second in range(61):
        spans.add(float(second))
    timeline = spans.timeline()
    assert timeline is not None
    assert (timeline.start, timeline.width) == (0.0, 2.0)
    assert timeline.counts == (2,) * 30 + (1,)


def test_earlier_times_extend_to_the_left() -> None:
    spans = Spans()
    for at in (50.0, 45.0, -200.0):
        spans.add(at)
    timeline = spans.timeline()
    assert timeline is not None
    assert timeline.start <= -200.0
    assert sum(timeline.counts) == 3
    assert len(timeline.counts) <= Spans.SIZE


@given(st.lists(st.floats(min_value=-1e14, max_value=1e14), min_size=1))
def test_nothing_is_lost_and_nothing_grows(times: list[float]) -> None:
    spans = Spans()
    for at in times:
        spans.add(at)
    timeline = spans.timeline()
    assert timeline is not None
    assert sum(timeline.counts) == len(times)
    assert len(timeline.counts) <= Spans.SIZE
    assert timeline.start <= min(times)
    assert max(times) < timeline.start + timeline.width * len(timeline.counts)


@given(st.lists(st.floats(0, 1e9)), st.lists(st.floats(0, 1e9)))
def test_merging_keeps_every_attempt(mine: list[float], others: list[float]) -> None:
    one, other = Spans(), Spans()
    for at in mine:
        one.add(at)
    for at in others:
        other.add(at)
    one.merge(other)
    timeline = one.timeline()
    assert (0 if timeline is None else sum(timeline.counts)) == len(mine) + len(others)


@pytest.mark.parametrize("at", [math.nan, math.inf, -math.inf])
def test_what_is_no_time_is_refused(at: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        Spans().add(at)
