import pytest

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._tree import Mapping, find, plain_data, scalar
from wsdoctor.syntax.jsonc import parse


def test_comments_and_trailing_commas() -> None:
    node = parse('// ports\n{\n  "forwardPorts": [8765, /* api */ 5000,],\n\t"name": "a\\u0062\\n",\n}\n')
    assert plain_data(node) == {"forwardPorts": [8765, 5000], "name": "ab\n"}
    found = scalar(node, "name")
    assert found is not None
    assert (found.line, found.column) == (4, 10)


def test_blocks_know_their_last_line() -> None:
    node = parse('{"a": {\n"b": 1\n}\n}')
    assert isinstance(node, Mapping)
    pair = node.pair("a")
    assert pair is not None
    assert (pair.line, pair.end_line, node.end_line) == (1, 3, 4)


def test_what_is_missing_at_the_end_is_closed() -> None:
    assert plain_data(parse('{"a": [1, {"b": 2')) == {"a": [1, {"b": 2}]}


def test_bad_escapes_are_kept() -> None:
    assert plain_data(parse('"\\q"')) == "\\q"


@pytest.mark.parametrize("source", ["", "   // nothing\n", '"open', "/ 1", "[" * 200])
def test_what_is_no_json_is_a_problem(source: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(source)


def test_stray_marks_are_passed_over() -> None:
    assert plain_data(parse("]{}")) == {}
    assert find(parse('{{"a": 1}: 2}'), "b") is None
