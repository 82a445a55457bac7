import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax import go
from wsdoctor.syntax.go import parse

TEXT = """package main

import (
	"net/http"
	ws "github.com/coder/websocket"
	"example.com/go-thing/v2"
)

const Port, Other = 8080, 9090

var (
	addr = flag.String("addr", ":1", "x")
	none int
	a, b = two()
)

type hub struct{}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

func main() {
	x := `raw`
	y = "z"
}
"""


def test_what_a_file_imports_and_declares() -> None:
    source = parse(TEXT)
    assert source.imports == {
        "http": "net/http",
        "ws": "github.com/coder/websocket",
        "thing": "example.com/go-thing/v2",
    }
    assert set(source.functions) == {"main"}
    assert set(source.methods) == {("hub", "ServeHTTP")}
    assert {name: source.text(node) for name, node in source.values.items()} == {
        "Port": "8080",
        "Other": "9090",
        "addr": 'flag.String("addr", ":1", "x")',
        "a": "two()",
        "b": "two()",
    }


def test_assignments_strings_and_places() -> None:
    source = parse(TEXT)
    bound = {}
    for node in source.find(source.root, "short_var_declaration", "assignment_statement"):
        bound.update(source.bound(node))
    assert {name: source.string(node) for name, node in bound.items()} == {"x": "raw", "y": "z"}
    assert source.place(bound["x"]) == (22, 7, 22)
    assert source.string(source.root) is None
    found = source.at(bound["x"].start_byte)
    assert found is not None
    around = source.around(found, "function_declaration")
    assert around is not None
    assert source.text(around).startswith("func main()")
    assert source.around(found, "nothing") is None


def test_broken_files_are_read_as_far_as_they_go() -> None:
    source = parse('package main\nimport x "\nfunc f() {}\nfunc (')
    assert isinstance(source.functions, dict)


def test_a_file_that_nobody_writes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(go, "MAX_BYTES", 10)
    with pytest.raises(SyntaxProblem, match="larger"):
        parse("package main")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "package a",
        'package a;import "x/b";import c `d`\n',
        '// said\n/* more\n */ package a // so\nimport (\n\t. "x" /* y */\n\t_ "gopkg.in/y.v3"; z "z"\n)\nimport ()\n',
        'package a\nimport "b"\nfunc f() {\n}\nimport "c"\n',
        'package a\nimport (\n\t"b"\n<<<<<<< mine\n\t"c"\n=======\n\t"d"\n>>>>>>> theirs\n)\n',
        'package a\nimport (\n\t"b"\nfunc f() {}\n',
        "package a\nimport b\nfunc f() {}\n",
        'package a\n<<<<<<< mine\nimport "b"\n',
        'package a /* import "b"\nimport "c" /* d */\ntype t int\n',
        'import "b"\n',
        "",
    ],
)
def test_imports_that_are_read_without_the_tree_are_those_of_the_tree(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = parse(text).imports
    monkeypatch.setattr(go, "_imported", lambda source: None)
    assert quick == parse(text).imports


def test_the_tree_is_made_when_somebody_asks_for_a_part_of_it() -> None:
    source = parse(TEXT)
    assert source.imports["ws"] == "github.com/coder/websocket"
    assert source.holds("hub")
    assert not source.holds("absent")
    assert "root" not in vars(source)
    assert source.functions
    assert "root" in vars(source)


STATEMENTS = st.sampled_from((
    "\tg(1)", "\tif x {\n\t\tg(2)\n\t}", "if x {\n}", "\ts := `raw`", "\tr := `\nfunc in() {\n}\n`", "// func c() {",
    "/*\nfunc c() {\n}\n*/", "\tq := '`'", "\tp := \"/*\"", "\tk(func() {\n})", "", "func() {\n}()",
))  # fmt: skip
DECLARATIONS = st.sampled_from((
    "func one() { h(2) }", "var v = k(func() {\n})", "type t struct {\n\tn int `json:\"n\"`\n}", "func two() {\n}",
    "const r = `\nfunc in() {\n}\n`", "/*\nfunc c() {\n}\n*/", "var w = \"`\"", "var x = func() {\n}", "",
))  # fmt: skip
HEADS = st.sampled_from(("func f() {", "func (t *T) m(a int) string {", "func (t *T) m(\n\ta int,\n) {"))


def lines(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(items, max_size=4).map("\n".join)


@given(lines(DECLARATIONS), HEADS, lines(STATEMENTS), lines(DECLARATIONS))
def test_a_node_of_a_functions_own_tree_is_that_of_the_whole_tree(
    before: str, head: str, body: str, after: str
) -> None:
    text = f"package a\n{before}\n{head}\n{body}\n}}\n{after}\n"
    whole = parse(text)
    assert not whole.root.has_error
    for start in range(len(text)):
        found, expected = parse(text).at(start), whole.at(start)
        while found is not None and found.type != "source_file":
            assert expected is not None
            assert (found.type, found.byte_range) == (expected.type, expected.byte_range)
            assert found.start_point == expected.start_point
            found, expected = found.parent, expected.parent
        assert (found is None) == (expected is None)


def test_a_function_is_read_without_the_rest_of_its_file() -> None:
    source = parse(TEXT.replace("`raw`", '"x"').replace('"z"', "f(1)"))
    node = source.at(source.source.index(b"f(1)"))
    assert node is not None
    assert (source.text(node), source.place(node)) == ("f", (23, 6, 23))
    assert "root" not in vars(source)
