import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.inspectors import _names
from wsdoctor.inspectors._names import Names

NAMES = st.text(st.sampled_from("ab.-[!]"), min_size=1, max_size=6)
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=12, unique=True)
PATTERNS = st.lists(st.text(st.sampled_from("ab.-*?[!]"), max_size=6), max_size=4).map(tuple)


@given(PATHS, PATTERNS)
def test_it_finds_just_what_trying_every_name_finds(paths: list[str], patterns: tuple[str, ...]) -> None:
    def wanted(name: str, pattern: str) -> bool:
        return fnmatch.fnmatchcase(name, pattern) if any(wild in pattern for wild in "*?[") else name == pattern

    expected = {path for path in paths for pattern in patterns if wanted(path.rpartition("/")[2], pattern)}
    names = Names(paths)
    assert names.find(patterns) == sorted(expected)
    assert names.find(patterns) == sorted(expected)


def test_answers_are_nobody_elses_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_names, "MAX_KEPT", 1)
    names = Names(["x/a.yml", "b.yml", "Dockerfile"])
    names.find(("*.yml",)).clear()
    assert names.find(("*.yml",)) == ["b.yml", "x/a.yml"]
    assert names.find(("Dockerfile*",)) == ["Dockerfile"]
    assert names.find(("*.yml",)) == ["b.yml", "x/a.yml"]
