import pytest

from wsdoctor.syntax import hcl
from wsdoctor.syntax.hcl import parse


def value(source: str) -> hcl.Expression | None:
    return parse(f"x = {source}\n").get("x")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1", hcl.Literal(1)),
        ("1.5", hcl.Literal(1.5)),
        ("true", hcl.Literal(True)),
        ("null", hcl.Literal(None)),
        ('""', hcl.Literal("")),
        ('"a\\n"', hcl.Literal("a\n")),
        ("var.port", hcl.Reference(("var", "port"))),
        ('local.z["q"][0].r', hcl.Reference(("local", "z", "q", "0", "r"))),
        ("[1, var.a]", hcl.Items((hcl.Literal(1), hcl.Reference(("var", "a"))))),
        ('{a = 1, "b": 2}', hcl.Pairs(((hcl.Literal("a"), hcl.Literal(1), 1), (hcl.Literal("b"), hcl.Literal(2), 1)))),
        ('f(1, "x")', hcl.Call("f", (hcl.Literal(1), hcl.Literal("x")))),
        ("a ? 1 : 2", hcl.Choice(hcl.Reference(("a",)), hcl.Literal(1), hcl.Literal(2))),
        ('"h:${var.p}/x"', hcl.Join((hcl.Literal("h:"), hcl.Reference(("var", "p")), hcl.Literal("/x")))),
        ("-1", hcl.Unknown("-1")),
        ("f(1)[0]", hcl.Unknown("f(1)[0]")),
        ("aws_lb.all[*].arn", hcl.Unknown("aws_lb.all[*].arn")),
    ],
)
def test_expressions(source: str, expected: hcl.Expression) -> None:
    assert value(source) == expected


def test_here_documents_keep_their_text() -> None:
    found = parse("x = <<-EOT\n  a ${b} c\n  d\n  EOT\ny = <<E\nq\nE\n")
    assert found.get("y") == hcl.Literal("q\n")
    joined = found.get("x")
    assert isinstance(joined, hcl.Join)
    assert joined.parts[:2] == (hcl.Literal("  a "), hcl.Reference(("b",)))


def test_directives_are_not_followed() -> None:
    found = value('"a%{ if x }b%{ endif }"')
    assert isinstance(found, hcl.Join)
    assert any(isinstance(part, hcl.Unknown) for part in found.parts)


def test_blocks_know_their_lines() -> None:
    file = parse('resource "a" "b" {\n  port = 1\n  check {\n    path = "/"\n  }\n}\n')
    block = file.blocks[0]
    assert (block.type, block.labels, block.line, block.end_line) == ("resource", ("a", "b"), 1, 6)
    check = next(block.of("check"))
    assert (check.line, check.end_line, check.attributes["path"].line) == (3, 5, 4)
    assert block.get("nothing") is None


def test_dynamic_blocks_stand_for_what_they_make() -> None:
    file = parse('r "a" {\n  dynamic "check" {\n    for_each = [1]\n    content {\n      path = "/x"\n    }\n  }\n}\n')
    check = next(file.blocks[0].of("check"))
    assert (check.get("path"), check.line) == (hcl.Literal("/x"), 2)


def test_broken_files_give_what_can_be_read() -> None:
    file = parse('resource "a" "b" {\n  port = 3\n  x = \n}\nresource "c" "d" {\n  y = 1\n')
    names = {block.labels for block in _all(file)}
    assert ("a", "b") in names
    assert ("c", "d") in names


def _all(block: hcl.Block) -> list[hcl.Block]:
    return [block, *(inner for each in block.blocks for inner in _all(each))]


@pytest.mark.parametrize("source", ["x = " + "[" * 20_000, "a {" * 20_000, "x = " + "f(" * 20_000, "", "}}}} = ="])
def test_nesting_and_junk_end(source: str) -> None:
    assert parse(source).type == ""


def test_deep_values_are_left_out() -> None:
    assert parse("x = " + "[" * 300 + "]" * 300).get("x") is not None
    assert parse("a {" * 150 + "}" * 150).blocks


def test_errors_within_blocks_leave_the_rest() -> None:
    file = parse('a "b" {\n  x = 1\n  ]] 5\n  y = 2\n}\n')
    names = {name for block in _all(file) for name in block.attributes}
    assert "x" in names
    assert value("{a = }") == hcl.Pairs(())
    assert isinstance(value("{for k in v : k => k}"), hcl.Unknown)


def test_files_that_are_broken_as_a_whole() -> None:
    assert parse("a { x = 1 y }\n").get("x") == hcl.Literal(1)
