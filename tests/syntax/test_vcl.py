import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.syntax.places import assert_placed
from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax.vcl import parse

TEXT = """vcl 4.1;
# comment
backend default { .host = "a"; .probe = { .url = "/"; } } // more
sub vcl_recv {
  /* if (x) { return (pipe); } */
  if (req.http.Upgrade ~ "(?i)websocket") {
    return (pipe);
  } else if (req.url ~ {"^/a"b"}) { C{ code } }C set req.url = regsub(req.url, "^/ws", ""); }
"""


def test_statements_and_blocks() -> None:
    version, backend, sub = parse(TEXT)
    assert version.words == ("vcl", "4.1")
    assert backend.starts("backend", "default")
    assert [each.words[0] for each in backend.block or ()] == [".host", ".probe"]
    condition, otherwise = sub.block or ()
    assert (condition.line, condition.end_line, condition.column) == (6, 8, 3)
    assert (condition.block or ())[0].words == ("return", "(", "pipe", ")")
    assert otherwise.words[4:] == ("~", '"^/a"b"', ")")
    assert sub.end_line == 8
    assert len(list(sub.walk())) == 5


def test_what_is_broken_is_read_as_far_as_it_goes() -> None:
    assert parse("} a; { b")[1].words == ()
    assert parse('x = """a\nb"""; y')[1].line == 2
    assert parse("a", first_line=4)[0].line == 4
    assert parse("f(a; b) c;")[0].words[-1] == "c"


def test_what_cannot_be_read() -> None:
    with pytest.raises(SyntaxProblem):
        parse("a {" * 70)


@given(st.text(alphabet='ab (){};"/*#\n=~C', max_size=60))
def test_whatever_is_read_stands_where_it_says(text: str) -> None:
    assert_placed(text, parse(text))
