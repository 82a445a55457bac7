import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.syntax.places import assert_placed
from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax.apache import flags, parse, words

TEXT = """# ProxyPass / http://no/
<VirtualHost *:80 *:443>
  ProxyPass "/ws" \\
    'ws://h:1/ws' retry=0
  <IfModule mod_rewrite.c>
    RewriteRule ^ x [P]
  </ifmodule>
</VirtualHost>
</Location>
<Location /x>
  <If "y">
    A b
</Location>
<Proxy balancer://p>
"""


def test_sections_and_lines() -> None:
    host, location, proxy = parse(TEXT, source="a.conf")
    assert (host.word, host.args, host.line, host.end_line) == ("virtualhost", ("*:80", "*:443"), 2, 8)
    passes = next(host.inner("proxypass"))
    assert (passes.args, passes.line, passes.end_line, passes.column) == (("/ws", "ws://h:1/ws", "retry=0"), 3, 4, 3)
    assert next(host.inner("ifmodule")).end_line == 7
    assert (location.line, location.end_line) == (10, 13)
    assert next(location.inner("if")).args == ("y",)
    assert (proxy.args, proxy.source) == (("balancer://p",), "a.conf")
    assert list(passes.inner("x")) == []
    assert parse("A b", first_line=5)[0].line == 5
    assert parse("A \\") == parse("A ")


def test_words() -> None:
    assert words(r'a "b \"c" d') == ("a", 'b "c', "d")


def test_flags() -> None:
    assert flags(("a", "b", "[P, nc,R=301,]"), 2) == {"P", "NC", "R=301"}
    assert flags(("a", "b"), 2) == frozenset()


def test_what_cannot_be_read() -> None:
    with pytest.raises(SyntaxProblem):
        parse("<If x>\n" * 70)


@given(st.text(alphabet="abIf <>/\"'\\#\n[]", max_size=60))
def test_whatever_is_read_stands_where_it_says(text: str) -> None:
    assert_placed(text, parse(text))
