from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.sketch import Distinct, Frequency, count_top


def test_the_frequent_one_stays_among_the_top() -> None:
    counts: dict[str, int] = {}
    for number in range(1000):
        count_top(counts, f"rare {number}", 4)
        count_top(counts, "frequent", 4)
    assert max(counts, key=counts.__getitem__) == "frequent"
    assert counts["frequent"] >= 1000
    assert len(counts) == 4


@given(st.lists(st.sampled_from("abcdefgh")), st.integers(1, 6))
def test_top_counts_are_never_too_low(items: list[str], limit: int) -> None:
    counts: dict[str, int] = {}
    for item in items:
        count_top(counts, item, limit)
    assert len(counts) <= limit
    assert sum(counts.values()) == len(items)
    assert all(count >= items.count(item) for item, count in counts.items() if len(set(items)) <= limit)


def test_several_at_once() -> None:
    counts = {"a": 1}
    count_top(counts, "a", 2, 5)
    count_top(counts, "b", 2, 3)
    assert counts == {"a": 6, "b": 3}


def test_frequency_counts_repetitions() -> None:
    frequency = Frequency()
    assert [frequency.add(hash("x")) for _ in range(3)] == [1, 2, 3]
    assert frequency.add(hash("another")) == 1


def test_frequency_saturates_instead_of_failing() -> None:
    frequency = Frequency()
    assert [frequency.add(-7) for _ in range(300)][-1] == Frequency.LARGEST


def test_frequency_fades() -> None:
    frequency = Frequency()
    for _ in range(100):
        frequency.add(42)
    for _ in range(Frequency.WIDTH - 100):
        frequency.add(1)
    assert frequency.ages == 0
    assert frequency.add(42) == 51
    assert frequency.ages == 1


def test_distinct_is_right_within_a_few_percent() -> None:
    for wanted in (10, 1_000, 30_000):
        distinct = Distinct()
        for number in range(wanted):
            distinct.add(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
            distinct.add("10.0.0.1")
        assert abs(len(distinct) - wanted) <= max(1, 0.12 * wanted)


def test_distinct_knows_nothing_at_first() -> None:
    assert len(Distinct()) == 0


def test_distinct_merges_as_if_it_had_seen_all() -> None:
    one, other, both = Distinct(), Distinct(), Distinct()
    for number in range(500):
        one.add(f"a{number}")
        other.add(f"b{number}\ud800")
        both.add(f"a{number}")
        both.add(f"b{number}\ud800")
    one.merge(other)
    assert len(one) == len(both)
