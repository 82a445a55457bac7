from __future__ import annotations

import pytest

from wsdoctor.listeners import flood
from wsdoctor.listeners.flood import Flood


@pytest.mark.parametrize(("strays", "on"), [(0, False), (flood.BUCKET // 2, False), (flood.BUCKET // 2 + 1, True)])
def test_many_strays_at_a_moment_are_a_flood(strays: int, on: bool) -> None:
    each = Flood()
    each.is_on(100.0)
    each.strays += strays
    assert each.is_on(100.0) is on


def test_strays_below_the_rate_are_none() -> None:
    each = Flood()
    for number in range(1000):
        each.strays += 1
        assert not each.is_on(100 + number / (flood.RATE - 1))


def test_strays_above_the_rate_are_one_that_ends_with_them() -> None:
    each, at = Flood(), 100.0
    for _ in range(1000):
        at += 1 / (2 * flood.RATE)
        each.strays += 1
        said = each.is_on(at)
    assert said
    assert not each.is_on(at + flood.BUCKET / flood.RATE)
