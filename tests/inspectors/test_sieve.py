import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.inspectors._sieve import PIECE, held, sieve

WORDS = st.lists(st.text(st.sampled_from("eqtzjxws. (:\xe9\n"), min_size=1, max_size=5), min_size=1, max_size=6)


@given(WORDS, st.text(st.sampled_from("eqtzjxws. (:\n\xe9"), max_size=60))
def test_it_says_just_what_looking_for_each_word_says(words: list[str], text: str) -> None:
    found = sieve(words)
    assert found is not None
    assert found(text.encode()) is any(word in text for word in words)


@pytest.mark.parametrize("at", [0, PIECE - 9, PIECE - 8, PIECE - 1, PIECE, 2 * PIECE - 4, 3 * PIECE - 9])
def test_a_word_is_found_wherever_a_long_file_holds_it(at: int) -> None:
    found = sieve(["websocket", "ws:"])
    assert found is not None
    assert not found(b"-" * 3 * PIECE)
    assert found((b"-" * at + b"websocket" + b"-" * 3 * PIECE)[: 3 * PIECE])


@pytest.mark.parametrize("words", [[], [""], ["a", ""]])
def test_where_everything_holds_a_word_nothing_is_sieved(words: list[str]) -> None:
    assert sieve(words) is None


@given(WORDS, st.text(st.sampled_from("eqtzjxws. (:\n\xe9"), max_size=60))
def test_which_words_a_text_holds(words: list[str], text: str) -> None:
    assert held(words)(text) == {word for word in words if word in text}


@pytest.mark.parametrize("at", [0, PIECE - 4, PIECE - 1, PIECE, 2 * PIECE - 3])
def test_words_within_others_are_found_across_pieces(at: int) -> None:
    assert held(["socket", "websocket", "ws:"])("-" * at + "websocket" + "-" * PIECE) == {"socket", "websocket"}
