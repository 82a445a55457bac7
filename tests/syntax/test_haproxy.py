from hypothesis import given
from hypothesis import strategies as st

from tests.syntax.places import assert_placed
from wsdoctor.syntax.haproxy import parse

TEXT = """stray line
global
defaults base
  mode http  # comment
  option httpchk GET /h HTTP/1.1\\r\\nHost:\\ x\\t\\n
backend ws from base

  server a "rt ${X}:80"'#' check\\#
"""


def test_sections_and_lines() -> None:
    stray, everything, defaults, backend = parse(TEXT)
    assert (stray.kind, stray.lines[0].words, stray.line) == ("", ("stray", "line"), 1)
    assert (everything.kind, everything.line, everything.end_line) == ("global", 2, 2)
    assert (defaults.name, defaults.line, defaults.end_line) == ("base", 3, 5)
    assert defaults.lines[0].words == ("mode", "http")
    assert defaults.lines[1].words == ("option", "httpchk", "GET", "/h", "HTTP/1.1\r\nHost: x\t\n")
    assert (backend.args, backend.lines[0].line, backend.lines[0].column) == (("ws", "from", "base"), 8, 3)
    assert backend.lines[0].words == ("server", "a", "rt ${X}:80#", "check#")


def test_finding_lines() -> None:
    section = parse("backend b\n a 1\n a 2\n b", first_line=10)[0]
    assert [line.line for line in section.having("a")] == [11, 12]
    last = section.last("a")
    assert last is not None
    assert last.words == ("a", "2")
    assert section.last("a", "3") is None
    assert last.starts("a", "2")


@given(st.text(alphabet="ab \"'\\#\n${}", max_size=60))
def test_whatever_is_read_stands_where_it_says(text: str) -> None:
    assert_placed(text, parse(text))
