import pytest

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax import javascript
from wsdoctor.syntax.javascript import Script, parse, unquote


def names(script: Script) -> dict[str, tuple[str, tuple[str, ...], str, str]]:
    found = script.bindings(script.root)
    return {name: (one.kind, one.path, one.source, one.name) for name, one in found.items()}


def first(script: Script, kind: str):
    pending = [script.root]
    while pending:
        node = pending.pop()
        if node.type == kind:
            return node
        pending.extend(reversed(node.named_children))
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain", "plain"),
        (r"a\nb\t", "a\nb\t"),
        (r"\u0041\x42\u{43}", "ABC"),
        (r"\u{ffffffff}", r"u{ffffffff}"),
        (r"\u{ffffff}", ""),
        ("a\\\nb", "ab"),
        (r"\"\q", '"q'),
    ],
)
def test_unquote(written: str, meant: str) -> None:
    assert unquote(written) == meant


def test_places_count_characters_not_bytes() -> None:
    script = parse("const é = 'ü'; f(\n  'x',\n);\n")
    call = first(script, "call_expression")
    assert script.place(call) == (1, 16, 3)
    assert script.text(call).startswith("f(")
    found = script.at(call.start_byte, call.start_byte + 1)
    assert found is not None
    assert found.type == "identifier"
    assert script.place(script.root) == (1, 1, 4)


def test_a_broken_file_is_read_as_far_as_it_goes() -> None:
    script = parse("const url = 'x';\nfunction ( {{{\n")
    assert names(script)["url"][0] == "value"


def test_a_script_that_nobody_writes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "MAX_BYTES", 10)
    with pytest.raises(SyntaxProblem, match="larger"):
        parse("x" * 11)


def test_casts_are_read_where_there_is_no_jsx() -> None:
    script = parse("const a = <string>b;", typed=True)
    assert first(script, "type_assertion")
    assert first(parse("const a = <b>c</b>;"), "jsx_element")


def test_imports() -> None:
    script = parse(
        "import a, { b as c, d } from './x';\nimport * as e from 'y';\nimport 'z';\nimport f, * as g from \"w\";\n"
        "import { 'h i' as j } from 'v';\nimport broken from ;\n"
    )
    assert names(script) == {
        "a": ("import", (), "./x", "default"),
        "c": ("import", (), "./x", "b"),
        "d": ("import", (), "./x", "d"),
        "e": ("import", (), "y", "*"),
        "f": ("import", (), "w", "default"),
        "g": ("import", (), "w", "*"),
        "j": ("import", (), "v", "h i"),
    }


def test_names_that_are_taken_apart() -> None:
    script = parse(
        "const { a, b: { c = 1 }, d: e = 2, f = 3, ...g } = x, [h, [i]] = y;\nvar j;\nlet { 'k': l, [m]: n } = z;"
    )
    found = names(script)
    assert {name: one[1] for name, one in found.items()} == {
        "a": ("a",),
        "c": ("b", "c"),
        "e": ("d",),
        "f": ("f",),
        "h": ("0",),
        "i": ("1", "0"),
        "j": (),
        "l": ("k",),
        "n": ("",),
    }
    bindings = script.bindings(script.root)
    for name, default in (("c", "1"), ("e", "2"), ("f", "3")):
        node = bindings[name].default
        assert node is not None
        assert script.text(node) == default
    assert bindings["j"].node.type == "variable_declarator"


def test_functions_classes_and_enums_are_bound() -> None:
    script = parse(
        "function f() {} function* g() {} class C {} abstract class D {} "
        "enum E { A = 1 } export default function () {}",
        typed=True,
    )
    found = names(script)
    assert {name: one[0] for name, one in found.items()} == {
        "f": "function",
        "g": "function",
        "C": "class",
        "D": "class",
        "E": "value",
    }


def test_parameters_and_what_loops_take() -> None:
    script = parse(
        "function f(a, { b = 1, c: [d] }, e = 2, /* x */ ...rest) { for (const g of h) { for (let i = 0, j; ; ) k; } "
        "try {} catch (l) { m => m; } }"
    )
    function = first(script, "function_declaration")
    found = script.bindings(function)
    assert {name: (one.kind, one.index, one.path) for name, one in found.items()} == {
        "a": ("parameter", 0, ()),
        "b": ("parameter", 1, ("b",)),
        "d": ("parameter", 1, ("c", "0")),
        "e": ("parameter", 2, ()),
    }
    assert found["e"].default is not None
    assert found["b"].default is not None
    loop = script.bindings(first(script, "for_in_statement"))
    assert loop["g"].kind == "element"
    assert script.text(loop["g"].node) == "h"
    assert set(script.bindings(first(script, "for_statement"))) == {"i", "j"}
    assert script.bindings(first(script, "catch_clause")) == {}
    assert set(script.bindings(first(script, "arrow_function"))) == {"m"}
    assert script.bindings(function) is found


def test_parameters_without_types_may_be_patterns() -> None:
    script = parse("const f = (a = 1, {b}) => a;")
    found = script.bindings(first(script, "arrow_function"))
    assert set(found) == {"a", "b"}


def test_a_name_is_looked_up_from_the_inside_out() -> None:
    script = parse("const a = 1; function f(b) { const a = 2; return g(a, b, c); }")
    call = first(script, "call_expression")
    inner = script.lookup(call, "a")
    assert inner is not None
    assert script.text(inner.node) == "2"
    parameter = script.lookup(call, "b")
    assert parameter is not None
    assert parameter.kind == "parameter"
    assert script.lookup(call, "c") is None
    function = script.function(call)
    assert function is not None
    assert script.function(function) is None


def test_strings_keys_and_properties() -> None:
    script = parse("({ a: 1, 'b': 2, [`c`]: 3, [d]: 4, e, f() {}, a: 5, ...g, [h]() {}, 7: 6 })")
    node = first(script, "object")
    values = {name: script.property(node, name) for name in ("a", "b", "c", "d", "e", "f", "7")}
    assert {name: script.text(value) if value is not None else None for name, value in values.items()} == {
        "a": "5",
        "b": "2",
        "c": "3",
        "d": None,
        "e": "e",
        "f": "f() {}",
        "7": "6",
    }
    template = first(parse("`a${b}`"), "template_string")
    assert parse("`a${b}`").string(template) is None
    assert script.string(node) is None


def test_arguments() -> None:
    script = parse("f(a, /* b */ c); new D;")
    assert [script.text(one) for one in script.arguments(first(script, "call_expression"))] == ["a", "c"]
    assert script.arguments(first(script, "new_expression")) == []


def test_exports() -> None:
    script = parse(
        "export const a = 1, { b } = c;\nexport function d() {}\nexport default e;\nexport { f, g as h };\n"
        "export { i as j } from './x';\nexport * from './y';\nexport * as k from './z';\nexport default class L {}\n"
        "export * from ;\nmodule.exports.m = 2;\nexports.n = 3;\nfoo();\nbar = 4;\nexport {};\nif (x) y;\n"
    )
    found, stars = script.exports()
    assert {name: (one.source, one.name) for name, one in found.items()} == {
        "a": ("", "a"),
        "b": ("", "b"),
        "d": ("", "d"),
        "default": ("", ""),
        "f": ("", "f"),
        "h": ("", "g"),
        "j": ("./x", "i"),
        "k": ("./z", "*"),
        "m": ("", ""),
        "n": ("", ""),
    }
    assert stars == ["./y"]
    assert script.exports()[0] is found


def test_common_exports() -> None:
    script = parse("module.exports = exports.a = { b: 1 };")
    found, _ = script.exports()
    assert set(found) == {"default", "a"}
    default = found["default"].node
    assert default is not None
    assert default.type == "assignment_expression"
