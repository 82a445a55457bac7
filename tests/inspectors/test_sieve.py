import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.inspectors._sieve import sieve

WORDS = st.lists(st.text(st.sampled_from("eqtzjxws. (:"), min_size=1, max_size=5), min_size=1, max_size=6)


@given(WORDS, st.text(st.sampled_from("eqtzjxws. (:\n\xe9"), max_size=60))
def test_it_says_just_what_looking_for_each_word_says(words: list[str], text: str) -> None:
    found = sieve(words)
    assert found is not None
    assert (found(text.encode()) is not None) is any(word in text for word in words)


@pytest.mark.parametrize("words", [[], [""], ["caf\xe9"], ["a", "b\n"]])
def test_words_that_cannot_be_told_from_bytes_alone(words: list[str]) -> None:
    assert sieve(words) is None
