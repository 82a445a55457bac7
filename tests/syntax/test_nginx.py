import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.syntax.places import assert_placed
from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax.nginx import choose, look_up, parse, passed_path, substitute


def test_words_lines_and_columns() -> None:
    http = parse("# c\nhttp {\n  server { listen 80; }  # proxy_pass x;\n}\n", source="a.conf")[0]
    assert (http.name, http.line, http.end_line, http.source) == ("http", 2, 4, "a.conf")
    server = next(http.inner("server"))
    assert (server.line, server.column, server.end_line) == (3, 3, 3)
    assert next(server.inner("listen")).words() == "listen 80"
    assert parse("a b;", first_line=7)[0].line == 7
    assert list(parse("a b;")[0].inner("x")) == []


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("a \"b c\" 'd;' ;", ("b c", "d;")),
        (r'a "x\"y";', ('x"y',)),
        ("a ${HOST}:${PORT};", ("${HOST}:${PORT}",)),
        ("a http://{{ host }}:{{port}}/;", ("http://{{ host }}:{{port}}/",)),
        ("a <%= @x %>;", ("<%= @x %>",)),
        ("a $x$ <y \\;z \\", ("$x$", "<y", "\\;z", "\\")),
        ("a b", ("b",)),
        ("a {% if x %} b {# no #};", ("b",)),
    ],
)
def test_words(text: str, args: tuple[str, ...]) -> None:
    assert parse(text)[0].args == args


def test_what_is_broken_or_a_template_is_read_as_far_as_it_goes() -> None:
    assert [each.name for each in parse('} ; a; {{- if x }} b; {{ include "y" . }}\n c; {{/* d */}} e {')] == [
        "a",
        "b",
        "c",
        "e",
    ]
    assert parse("server { a b }")[0].block is not None
    lua = parse("content_by_lua_block { if a { b } } c; x_by_lua_block { { ")
    assert [(each.name, each.block) for each in lua] == [
        ("content_by_lua_block", ()),
        ("c", None),
        ("x_by_lua_block", ()),
    ]


@pytest.mark.parametrize("text", ['a "b', "a {" * 70])
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(text)


@given(st.text(alphabet="abc ;{}\"'\\$<%#\n={", max_size=60))
def test_whatever_is_read_stands_where_it_says(text: str) -> None:
    with contextlib.suppress(SyntaxProblem):
        assert_placed(text, parse(text))


LOCATIONS = (
    ("", "/"),
    ("", "/ws/"),
    ("=", "/ws"),
    ("^~", "/static/"),
    ("~", r"\.js$"),
    ("~*", "^/API/"),
    ("~", "(a+)+"),
)


@pytest.mark.parametrize(
    ("path", "index"),
    [("/", 0), ("/ws", 2), ("/ws/x", 1), ("/ws/x.js", 4), ("/static/x.js", 3), ("/api/x", 5), ("/other", 0)],
)
def test_which_location_takes_a_path(path: str, index: int) -> None:
    assert choose(LOCATIONS, path) == index


def test_no_location_takes_a_path() -> None:
    assert choose((("", "/x"),), "/y") is None


def test_maps() -> None:
    block = parse("m { default d; '' e; WebSocket w; ~^a+$ r; ~*^B i; \\default x; hostnames; }")[0].block or ()
    values = {"": "e", "websocket": "w", "aa": "r", "bcd": "i", "zzz": "d", "default": "x"}
    assert {value: look_up(block, value) for value in values} == values
    assert look_up(parse("m { ~(a+)+ x; }")[0].block or (), "a") is None


def test_variables() -> None:
    assert substitute("$a-${b}-$c", {"a": "1", "b": "2"}) == ("1-2-$c", ("c",))


@pytest.mark.parametrize(
    ("modifier", "pattern", "uri", "path", "passed"),
    [
        ("", "/ws/", "/", "/ws/chat", "/chat"),
        ("", "/ws", "/", "/ws/chat", "//chat"),
        ("", "/ws", None, "/ws/chat", "/ws/chat"),
        ("~", "^/ws", None, "/ws", "/ws"),
        ("~", "^/ws", "/x", "/ws", None),
        ("", "/ws", "/$x", "/ws", None),
    ],
)
def test_the_path_that_is_passed(modifier: str, pattern: str, uri: str | None, path: str, passed: str | None) -> None:
    assert passed_path(modifier, pattern, uri, path) == passed
