from __future__ import annotations

import pytest

from wsdoctor.model.finding import CLASSES
from wsdoctor.renderers import _words


def test_every_class_has_its_words():
    assert tuple(_words.CLASS_LABEL) == tuple(_words.CLASS_MEANS) == CLASSES


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.99, "almost certain"),
        (0.8, "very likely"),
        (0.6, "likely"),
        (0.5, "maybe"),
        (0.1, "a guess"),
        (-1.0, "a guess"),
    ],
)
def test_sureness(confidence, words):
    assert _words.sureness(confidence) == words


@pytest.mark.parametrize(("confidence", "shown"), [(1.0, "99 %"), (0.965, "96 %"), (0.0, "0 %"), (-0.5, "0 %")])
def test_percent_is_never_proof(confidence, shown):
    assert _words.percent(confidence) == shown


@pytest.mark.parametrize(("number", "shown"), [(0, "0 strays"), (1, "1 stray"), (1234567, "1,234,567 strays")])
def test_count(number, shown):
    assert _words.count(number, "stray") == shown


def test_count_takes_an_irregular_plural():
    assert _words.count(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (0.0, "1970-01-01T00:00:00Z"),
        (1_795_435_200.9, "2026-11-23T12:00:00Z"),
        (None, "?"),
        (1e300, "?"),
        (float("nan"), "?"),
        (-1e15, "?"),
    ],
)
def test_instant(at, shown):
    assert _words.instant(at) == shown


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (0.0, 0.4, "1970-01-01T00:00:00Z"),
        (0.0, 60.0, "1970-01-01T00:00:00Z to 00:01:00Z"),
        (0.0, 86400.0, "1970-01-01T00:00:00Z to 1970-01-02T00:00:00Z"),
        (None, 1.0, None),
        (1.0, None, None),
    ],
)
def test_span(first, last, shown):
    assert _words.span(first, last) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.02, "20 ms"), (10.0, "10.0 s"), (119.0, "119.0 s"), (300.0, "5 min"), (10800.0, "3 h"), (259200.0, "3 days")],
)
def test_duration(seconds, shown):
    assert _words.duration(seconds) == shown
