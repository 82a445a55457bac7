import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.syntax.places import assert_placed
from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax.caddyfile import parse

TEXT = """{
  email a@example.com
}
(ws) {
  @ws {
    header Connection *Upgrade*
  }
}
a.example, b.example,
c.example {  # comment
  import ws
  handle /ws/* {
    reverse_proxy {$HOST:localhost}:8765 \\
      "quoted \\"x" `back
tick`
  }
  respond <<END
    hi { }
    END 200
}
"""


def test_sites_and_blocks() -> None:
    options, snippet, site = parse(TEXT, source="Caddyfile")
    assert (options.name, options.end_line) == ("", 3)
    assert (snippet.name, next(snippet.inner("@ws")).line) == ("(ws)", 5)
    assert (site.name, site.args, site.line, site.end_line) == ("a.example", ("b.example", "c.example"), 9, 20)
    proxy = next(next(site.inner("handle")).inner("reverse_proxy"))
    assert proxy.args == ("{$HOST:localhost}:8765", 'quoted "x', "back\ntick")
    assert (proxy.line, proxy.end_line, proxy.source) == (13, 15, "Caddyfile")
    respond = next(site.inner("respond"))
    assert (respond.args[1], respond.end_line) == ("200", 19)
    assert list(respond.inner("x")) == []


def test_a_site_without_braces() -> None:
    site = parse(":80\n\nreverse_proxy rt:8765\nfile_server\n")[0]
    assert (site.name, [each.name for each in site.block or ()]) == (":80", ["reverse_proxy", "file_server"])
    options, other = parse("{\n a b\n}\n:80\nrespond x\n")
    assert (options.name, other.name) == ("", ":80")
    assert [each.name for each in parse("import a\nimport b\n")] == ["import", "import"]
    assert parse(":80")[0].block is None


def test_what_is_broken_is_read_as_far_as_it_goes() -> None:
    assert parse("}\na {\n b c }\n d")[0].block is not None
    assert parse("a,\n") == parse("a,")
    assert parse("") == ()
    assert parse('"{"\n')[0].name == "{"
    assert parse("# only\n  #") == ()


def test_what_cannot_be_read() -> None:
    with pytest.raises(SyntaxProblem):
        parse("a {\n" * 70)


@given(st.text(alphabet='ab {}"`\\#\n<E,', max_size=60))
def test_whatever_is_read_stands_where_it_says(text: str) -> None:
    assert_placed(text, parse(text))
