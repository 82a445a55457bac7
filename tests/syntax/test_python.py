import ast
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax import python
from wsdoctor.syntax._nodes import children
from wsdoctor.syntax.python import parse

TEXT = """
import os.path, sys as system
from pkg import name as alias
from . import *
a, (b, c) = 1, (2, 3)
d: int = 4
e: int
for f in [5]: pass
with open("x") as g: pass
print(h := 6)
[i for i in j]
def outer(x):
    y = 1
    return inner(y)
class C:
    k = 7
    def m(self): return self.k
t = Thread(target=outer, args=(1,))
"""


def test_bindings_by_scope() -> None:
    module = parse(TEXT)
    found = module.bindings(module.tree)
    assert found is module.bindings(module.tree)
    assert {name: [(one.kind, one.index) for one in bindings] for name, bindings in found.items()} == {
        "os": [("import", ())], "system": [("import", ())], "alias": [("from", ())], "*": [("from", ())],
        "a": [("value", (0,))], "b": [("value", (1, 0))], "c": [("value", (1, 1))], "d": [("value", ())],
        "f": [("element", ())], "g": [("with", ())], "h": [("value", ())], "i": [("element", ())],
        "outer": [("function", ())], "C": [("class", ())], "t": [("value", ())],
    }  # fmt: skip
    assert found["os"][0].module == "os"
    assert found["system"][0].module == "sys"
    assert (found["alias"][0].module, found["alias"][0].name) == ("pkg", "name")
    assert module.stars == ["."]


def test_parents_and_calls() -> None:
    module = parse(TEXT)
    inner = module.calls_of("inner")[0]
    function = module.function(inner)
    assert function is not None
    assert function.name == "outer"
    assert module.klass(inner) is None
    assert isinstance(module.parent(inner), ast.Return)
    assert module.parent(module.tree) is None
    method = next(node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef) and node.name == "m")
    assert module.klass(method) is not None
    assert [call.lineno for call in module.calls_of("outer")] == [18]
    assert module.calls_of("nobody") == []


def test_a_broken_file_is_read_up_to_the_break() -> None:
    module = parse("port = 8765\n\ndef f():\n    return 1\n\nserve(f, port\n\nx = = 1\n")
    assert module.problem is not None
    assert module.problem.line >= 6
    assert "port" in module.bindings(module.tree)


def test_a_statement_that_cannot_be_read_is_left_out() -> None:
    module = parse("a = 1\nb = = 2\nc = 3\nprint 'x'\n")
    assert module.bound("c")
    assert module.problem is None
    assert list(module.bindings(module.tree)) == ["a", "c"]
    assert module.problem is not None
    assert module.problem.line == 2


@pytest.mark.parametrize("text", ["print 'x'\n", "\0", "(" * 5000])
def test_what_cannot_be_read_at_all(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(text)


def test_a_module_of_too_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python, "_MAX_NODES", 5)
    with pytest.raises(SyntaxProblem, match="more than 5 nodes"):
        parse("a = 1; b = 2\n")
    module = parse("a = 1\nb = 2\n")
    assert list(module.bindings(module.tree)) == ["a"]
    assert "more than 5 nodes" in str(module.problem)


def test_a_lambda_has_bindings_of_its_own() -> None:
    module = parse("f = lambda x: (y := x)\n")
    node = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Lambda))
    assert list(module.bindings(node)) == ["y"]


def test_warnings_of_the_parser_stay_inside() -> None:
    assert parse("x = '\\d'\n").problem is None


def test_the_break_may_begin_before_the_line_that_is_named() -> None:
    module = parse("a = 1\nb = 2\nif a:\n\nc = (3\n")
    assert list(module.bindings(module.tree)) == ["a", "b"]
    with pytest.raises(SyntaxProblem):
        parse("@d\n" * 60 + "=\n")


def test_targets_that_are_no_names() -> None:
    module = parse("a.b = 1\nc[0], *d = 2, 3\nwith e: pass\nawait_ = x.y.z(1)()\nf(lambda: 0)\n")
    assert list(module.bindings(module.tree)) == ["await_"]
    assert [call.lineno for call in module.calls_of("z")] == [4]
    assert module.function(module.calls[0]) is None


def test_memory_and_depth_of_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> ast.Module:
        raise MemoryError

    monkeypatch.setattr(python, "_ast", refuse)
    with pytest.raises(SyntaxProblem, match="MemoryError"):
        parse("a = 1")


PIECES = (
    "import os, httpx as web",
    "from pkg import (\n    get as fetch,  # why\n    b,\n)",
    "from . import *",
    "x = y = {'a': [1, 2]}",
    "text = \"\"\"\\\ndef no():\n    '''not'''\n\"\"\"",
    "def f(a, *, b=1):\n    return fetch(a)(b)",
    "@d\n@e(\n    1\n)\nclass C(B):\n    k = 7",
    "if x:\n    import late\nelif y:\n    z = 2\nelse:\n    z = f(1)",
    "try:\n    x = C().get()\nexcept E:\n    x = None\n# c\nfinally:\n    pass",
    "# only (a comment",
    "long = 1 + \\\n2",
    "f(\n'a'\n)(r'\\\\', b\"\\\"\")",
    "t = Thread(target=f, args=(x,))",
    "async def g():\n    async with C() as c: f(c)",
    "for x in [f(y)]:\n    print(x)",
    "ﬁ = f'{f(\"x\")}'",
    "",
)


def _shape(nodes: Iterable[ast.AST]) -> list[tuple[int, str]]:
    return [(getattr(node, "lineno", 0), ast.dump(node)) for node in nodes]


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.permutations(["x", "f", "C", "fi", "fetch", "z", "get", "B"]))
def test_what_is_read_piece_by_piece_is_what_the_whole_says(pieces: list[str], names: list[str]) -> None:
    text = "\n".join(pieces)
    module, whole = parse(text), ast.parse(text)
    calls = [node for node in ast.walk(whole) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    imports = [node for node in ast.walk(whole) if isinstance(node, (ast.Import, ast.ImportFrom))]
    bindings = python._bindings(whole.body)
    for name in names:
        bound = [one.statement for one in bindings.get(name, ())]
        assert _shape(one.statement for one in module.bound(name)) == _shape(bound)
        assert _shape(module.calls_of(name)) == _shape(python._by_name(calls).get(name, ()))
        named = [node for node in ast.walk(whole) if isinstance(node, ast.Name) and node.id == name]
        assert [one for one in _shape(module.walk(name)) if one in _shape(named)] == _shape(named)
    assert _shape(module.imported()) == _shape(imports)
    assert module.stars == ["." for node in imports if any(name.name == "*" for name in node.names)]
    assert module.aliases({"get", "b"}) == {"fetch" for node in imports for name in node.names if name.name == "get"}
    assert ast.dump(module.tree, include_attributes=True) == ast.dump(whole, include_attributes=True)
    assert {name: len(found) for name, found in module.bindings(module.tree).items()} == {
        name: len(found) for name, found in bindings.items()
    }
    assert _shape(module.calls) == _shape(calls)
    assert all(module.parent(child) is node for node in ast.walk(module.tree) for child in children(node))
