from __future__ import annotations

from benchmarks.good_handshakes import check, make


def test_no_good_handshake_is_accused() -> None:
    """The first thousands of the million that the benchmark makes."""
    fast, shapes, accused = check(range(3_000))
    assert accused == []
    assert fast > 2_500
    assert len(shapes) > 1_000


def test_a_number_is_always_the_same_handshake() -> None:
    assert make(4711) == make(4711) != make(4712)
    assert any(made.chunks and made.head < len(made.first_bytes) for made in map(make, range(100)))
