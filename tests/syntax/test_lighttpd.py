import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.syntax.places import assert_placed
from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax.lighttpd import Assignment, Condition, parse

TEXT = """server.modules += ( "mod_proxy" )  # comment
include "conf.d/x.conf"
$HTTP["url"] =~ "^/ws" {
  proxy.server = ( "" => (
    ( "host" => "127.0.0.1", "port" => 8765 )
  ) )
} else $HTTP["host"] == "x" {
  a = "b\\"" + var.c + "d"
} else {
  e = ( 1 ) + ( 2 )
}
"""


def test_assignments_and_conditions() -> None:
    modules, include, first, second, third = parse(TEXT)
    assert isinstance(modules, Assignment)
    assert (modules.name, modules.operator) == ("server.modules", "+=")
    assert isinstance(include, Assignment)
    assert (include.name, include.value, include.operator) == ("include", "conf.d/x.conf", "")
    assert isinstance(first, Condition)
    assert (first.field, first.key, first.operator, first.value) == ("HTTP", "url", "=~", "^/ws")
    assert (first.line, first.end_line, first.otherwise) == (3, 7, False)
    server = first.block[0]
    assert isinstance(server, Assignment)
    assert (server.line, server.end_line) == (4, 6)
    assert not isinstance(server.value, str)
    assert server.value[0].key == ""
    assert isinstance(second, Condition)
    assert (second.otherwise, second.block[0].value) == (True, 'b"var.cd')  # type: ignore[union-attr]
    assert isinstance(third, Condition)
    assert third.field == ""
    assert len(third.block[0].value) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("}", []),
        ("stray words", []),
        ("a =", ["a"]),
        ("a = (", ["a"]),
        ("a = ( , => } )", ["a"]),
        ('a = "x" + ( 1 )', ["a"]),
        ("include", ["include"]),
        ("else", [""]),
        ("$", [""]),
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(text: str, names: list[str]) -> None:
    assert [each.name if isinstance(each, Assignment) else each.field for each in parse(text)] == names


@pytest.mark.parametrize("text", ["a = " + "(" * 70, '$HTTP["x"] == "y" {' * 70])
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(text)


@given(st.text(alphabet='ab =+(){}[]"\\$,>\n', max_size=60))
def test_whatever_is_read_stands_where_it_says(text: str) -> None:
    assert_placed(text, parse(text))
