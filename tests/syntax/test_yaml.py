import pytest

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._tree import Mapping, Scalar, Sequence, find, items, plain_data, scalar, text
from wsdoctor.syntax.yaml import parse

COMPOSE = """\
x-check: &usual
  interval: 10s
  retries: 5
services:
  chat:
    ports: ["8765:8765"]
    healthcheck:
      <<: *usual
      test: ["CMD", "true"]

  # a comment
  api:
    healthcheck: *usual
"""


def test_keys_and_values_know_their_lines() -> None:
    document = parse(COMPOSE)[0]
    chat = find(document, "services", "chat")
    assert isinstance(chat, Mapping)
    check = chat.pair("healthcheck")
    assert check is not None
    assert (check.line, check.key.column, check.end_line) == (7, 5, 9)
    assert text(check.value, "interval") == "10s"
    assert scalar(chat, "ports", 0) == Scalar("8765:8765", 6, 13, 6, '"')


def test_alias_ends_where_its_key_stands() -> None:
    api = find(parse(COMPOSE)[0], "services", "api")
    assert isinstance(api, Mapping)
    pair = api.pair("healthcheck")
    assert pair is not None
    assert pair.alias
    assert (pair.line, pair.end_line) == (13, 13)
    assert text(pair.value, "retries") == "5"


def test_merged_keys_are_listed_once_and_own_ones_win() -> None:
    node = parse("a: &a {x: 1, y: 2}\nb: &b {y: 3}\nc: {<<: [*a, *b], x: 4}\n")[0]
    merged = find(node, "c")
    assert isinstance(merged, Mapping)
    assert {pair.key.text: text(pair.value) for pair in merged.all_pairs()} == {"x": "4", "y": "2"}
    assert text(merged, "y") == "2"


def test_block_scalars_say_where_their_text_starts() -> None:
    node = parse("run: |\n  one\n  two\n\nnext: >-\n  a\n  b\n")[0]
    run = scalar(node, "run")
    assert run is not None
    assert (run.first_line, run.end_line, run.text) == (2, 3, "one\ntwo\n")
    folded = scalar(node, "next")
    assert folded is not None
    assert (folded.first_line, folded.text) == (6, "a b")


def test_tags_are_kept_and_mean_nothing() -> None:
    node = parse("Port: !Ref WsPort\nName: !Sub ['${A}', {A: b}]\n")[0]
    port = scalar(node, "Port")
    assert port is not None
    assert (port.text, port.tag) == ("WsPort", "!Ref")
    name = find(node, "Name")
    assert isinstance(name, Sequence)
    assert name.tag == "!Sub"


def test_documents_that_parse_are_kept_when_one_does_not() -> None:
    problems: list[SyntaxProblem] = []
    found = parse("a: 1\n---\nb: [\n---\nc: 3\n", problems)
    assert [plain_data(node) for node in found] == [{"a": 1}, {"c": 3}]
    assert found[1].line == 5
    assert [problem.line for problem in problems] == [4]


def test_empty_documents_are_left_out() -> None:
    assert parse("---\n---\n# nothing\n") == []


@pytest.mark.parametrize(
    "source",
    ["a: [", "a: b: c", "[" * 100_000, "- " * 100_000, "{a: " * 50_000, "\t- x: \ty\n -"],
    ids=["open", "two colons", "brackets", "dashes", "braces", "tabs"],
)
def test_what_is_no_yaml_is_a_problem_and_nothing_worse(source: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(source)


def test_alias_of_nothing_is_empty() -> None:
    assert text(parse("a: *nowhere\n")[0], "a") == ""


def test_nesting_is_bounded() -> None:
    with pytest.raises(SyntaxProblem, match="nested too deeply"):
        parse("[" * 200 + "]" * 200)


def test_aliases_do_not_multiply() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    node = parse("\n".join(lines))[0]
    assert isinstance(find(node, "a59"), Sequence)


def test_control_characters_do_not_stop_it() -> None:
    assert text(parse("a: b\x00c\n")[0], "a") == "b c"


def test_find_takes_keys_and_indexes() -> None:
    node = parse("a: [{b: 1}]\n")[0]
    assert text(node, "a", 0, "b") == "1"
    assert find(node, "a", 5) is None
    assert find(node, "a", "b") is None
    assert find(None, "a") is None
    assert text(node, "a") is None
    assert [text(item) for item in items(parse("a: b")[0], "a")] == ["b"]
    assert list(items(node, "z")) == []


def test_plain_data_keeps_numbers_words_and_lists() -> None:
    node = parse("a: 1\nb: true\nc: '1'\nd: [x, null]\n")[0]
    assert plain_data(node) == {"a": 1, "b": True, "c": "1", "d": ["x", None]}


def test_plain_data_is_bounded() -> None:
    node = parse("[" * 60 + "]" * 60)[0]
    assert "None" in repr(plain_data(node))


def test_merges_that_go_in_circles_end() -> None:
    node = parse("a: &a\n  <<: *a\n  x: 1\n")[0]
    inner = find(node, "a")
    assert isinstance(inner, Mapping)
    assert text(inner, "x") == "1"
    assert inner.pair("nowhere") is None
    assert [pair.key.text for pair in inner.all_pairs()] == ["x"]


def test_keys_that_are_no_scalars_have_no_name() -> None:
    node = parse("? [a, b]\n: c\n")[0]
    assert isinstance(node, Mapping)
    assert node.pairs[0].key.text == ""


def test_problems_need_no_list_and_deep_documents_are_left_out() -> None:
    assert len(parse("a: 1\n---\n" + "[" * 200 + "]" * 200 + "\n")) == 1


def test_documents_with_characters_that_yaml_forbids() -> None:
    with pytest.raises(SyntaxProblem):
        parse("a: \ufffe\n")


def test_items_of_lists_and_of_single_values() -> None:
    node = parse("a: [1, 2]\n")[0]
    assert [text(item) for item in items(node, "a")] == ["1", "2"]
