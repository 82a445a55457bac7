import ast
import importlib.util
from bisect import bisect_right
from pathlib import Path

import pytest

from wsdoctor.syntax._nodes import children
from wsdoctor.syntax._statements import Statement, statements


def test_statements_start_where_lines_do() -> None:
    text = "import a\n\n@b\ndef c():\n  '''\nd\n'''\ne = [\nf,\n]\nif g:\n  h\nelse:\n  i\n"
    found = statements(text)
    assert found is not None
    assert [(one.line, one.text) for one in found] == [
        (0, "import a\n"),
        (2, "@b\ndef c():\n  '''\nd\n'''"),
        (7, "e = [\nf,\n]"),
        (10, "if g:\n  h\nelse:\n  i\n"),
    ]


@pytest.mark.parametrize(
    "text", ["(\na", "a)\nb", "x = 'a\nb", '"""\na', "a\r\nb", "a\fb", "a = 1\n$ \\ x\n", "''' \"\"\"\na = 1"]
)
def test_where_it_is_in_doubt_nothing_is_taken_apart(text: str) -> None:
    assert statements(text) is None


def _text(name: str) -> str:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8").replace("\f", "")


@pytest.mark.parametrize("name", ["ast", "argparse", "typing", "asyncio.base_events", "http.client", "unittest.mock"])
def test_statements_of_modules_of_the_standard_library_are_those_of_the_parser(name: str) -> None:
    text = _text(name)
    found = statements(text)
    assert found is not None
    assert "\n".join(one.text for one in found) == text
    starts = [one.line for one in found]
    for node in ast.parse(text).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        assert bisect_right(starts, first - 1) == bisect_right(starts, (node.end_lineno or 0) - 1)


@pytest.mark.parametrize("name", ["ast", "argparse", "typing", "asyncio.base_events"])
def test_the_nodes_within_a_node_are_those_of_the_parser(name: str) -> None:
    shared = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
    for node in ast.walk(ast.parse(_text(name))):
        inner = [one for one in ast.iter_child_nodes(node) if not isinstance(one, shared)]
        assert children(node) == inner or all(isinstance(one, ast.alias) for one in inner)


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("import a.b, c as d", {"a", "c"}),
        ("from a.b import c, d", {"a"}),
        ("from . import a", {"."}),
        ("from .a import b", {"."}),
        ("import a; from b import c", {"a", "b", "c"}),
        ("from a import b; import c", {"a", "b", "c"}),
        ("import \\\n a", {"a"}),
        ("if a:\n    import b", None),
        ("important = 1", None),
    ],
)
def test_what_a_statement_imports(text: str, packages: set[str] | None) -> None:
    found = Statement(0, text).packages
    assert found is None if packages is None else found is not None and packages <= found


def test_words_calls_and_definitions() -> None:
    one = Statement(0, "@a.b(1)\nclass C(D):\n    def e(self): return (f.g)\\\n(1)")
    assert {"a", "b", "C", "D", "e", "self", "f", "g"} <= one.words
    assert {"b", "e", "g"} <= one.called
    assert "f" not in one.called
    assert one.callables == {"C", "e"}
    assert one.defines == {"C"}
    assert one.binds("C")
    assert not one.binds("e")
    assert Statement(0, "ﬁ = 1").binds("fi")
