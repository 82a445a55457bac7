import fnmatch
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.inspectors._base import Inspector
from wsdoctor.inspectors._matching import Sieves, jobs

PARTS = st.text(st.sampled_from("ab.-é\udce9"), min_size=1, max_size=5)
PATHS = st.lists(st.lists(PARTS, min_size=1, max_size=3).map("/".join), max_size=10, unique=True)
PATTERNS = st.one_of(
    st.text(st.sampled_from("ab.-*?/é"), max_size=6), st.sampled_from(["*.a", "a", "*/a/*", "a.*", "*a*", "[ab].b"])
)
INSPECTORS = st.lists(st.lists(PATTERNS, max_size=3).map(tuple), max_size=4)


@given(PATHS, INSPECTORS)
def test_who_reads_a_file_is_just_who_has_a_pattern_that_matches_it(
    paths: list[str], patterns: list[tuple[str, ...]]
) -> None:
    def reads(path: str, pattern: str) -> bool:
        name = path if "/" in pattern else path.rpartition("/")[2]
        return fnmatch.fnmatchcase(name, pattern) if any(wild in pattern for wild in "*?[/") else name == pattern

    expected = []
    for path in paths:
        numbers = tuple(n for n, given in enumerate(patterns) if any(reads(path, pattern) for pattern in given))
        if numbers:
            expected.append((path, numbers))
    inspectors = cast("list[Inspector]", [SimpleNamespace(PATTERNS=given) for given in patterns])
    assert list(jobs(paths, inspectors)) == expected


def inspector(*needles: str, worth: bool | None = None) -> SimpleNamespace:
    found = SimpleNamespace(NAME="x", PATTERNS=("*.x",))
    if needles:
        found.NEEDLES = needles
    if worth is not None:
        found.worth = lambda path, raw: worth and path == "a.x" and bool(raw)
    return found


@pytest.mark.parametrize(
    ("raw", "inspectors", "wanted"),
    [
        (b"one", [inspector("one")], True),
        (b"none of them", [inspector("two")], False),
        (b"whatever", [inspector("two"), inspector()], True),
        (b"one", [inspector("one", worth=True)], True),
        (b"one", [inspector("one", worth=False)], False),
        (b"two", [inspector("one", worth=True)], False),
        (b"one", [inspector("one", worth=False), inspector("two")], False),
        (b"one two", [inspector("one", worth=False), inspector("two")], True),
        (b"two", [inspector("one", worth=False), inspector("two")], True),
        (b"one", [inspector("one", worth=False), inspector("one", worth=True)], True),
        (b"one", [inspector("one", worth=False), inspector()], True),
    ],
)
def test_who_wants_a_file(raw: bytes, inspectors: list[SimpleNamespace], wanted: bool) -> None:
    sieves = Sieves(inspectors)  # type: ignore[arg-type]
    for _ in range(2):
        assert sieves.want("a.x", raw, tuple(range(len(inspectors)))) is wanted
