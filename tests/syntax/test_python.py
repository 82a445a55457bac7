import ast

import pytest

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax import python
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
    assert [node.name for node in module.classes()] == ["C"]


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


@pytest.mark.parametrize("text", ["print 'x'\n", "\0", "(" * 5000])
def test_what_cannot_be_read_at_all(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(text)


def test_a_module_of_too_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python, "_MAX_NODES", 5)
    with pytest.raises(SyntaxProblem, match="more than 5 nodes"):
        parse("a = 1\nb = 2\n")


def test_a_lambda_has_bindings_of_its_own() -> None:
    module = parse("f = lambda x: (y := x)\n")
    node = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Lambda))
    assert list(module.bindings(node)) == ["y"]


def test_warnings_of_the_parser_stay_inside() -> None:
    assert parse("x = '\\d'\n").problem is None


def test_the_break_may_begin_before_the_line_that_is_named() -> None:
    module = parse("a = 1\nb = 2\nif a:\n\nc = 3\n")
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
