import pytest

from wsdoctor.syntax import gotemplate as go
from wsdoctor.syntax.gotemplate import parse


def test_text_and_actions_know_their_lines() -> None:
    found = parse("a: 1\nport: {{ .Values.port | default 80 }}\nb\n")
    assert found[0] == go.Text("a: 1\nport: ", 1)
    action = found[1]
    assert isinstance(action, go.Action)
    assert action.line == 2
    assert action.pipeline.commands == ((go.Field("", ("Values", "port")),), (go.Word("default"), go.Literal(80)))
    assert found[2] == go.Text("\nb\n", 2)


def test_trimming_takes_blanks_and_counts_lines() -> None:
    found = parse("a\n  {{- .x -}}\n\n  b")
    assert found[0] == go.Text("a", 1)
    assert found[2] == go.Text("b", 4)


def test_branches_loops_and_definitions() -> None:
    branches, loop, define, block = parse(
        '{{ if .a }}1{{ else if eq .b "x" }}2{{ else }}3{{ end }}'
        "{{ range $i, $p := .c }}4{{ else }}5{{ end }}"
        '{{ define "n" }}6{{ end }}{{ block "m" .d }}7{{ end }}'
    )
    assert isinstance(branches, go.Branches)
    assert [body for _, body in branches.branches] == [[go.Text("1", 1)], [go.Text("2", 1)], [go.Text("3", 1)]]
    assert branches.branches[2][0] is None
    assert isinstance(loop, go.Loop)
    assert (loop.pipeline.variables, loop.otherwise) == (("$i", "$p"), [go.Text("5", 1)])
    assert isinstance(define, go.Define)
    assert (define.name, define.shown) == ("n", None)
    assert isinstance(block, go.Define)
    assert block.shown == go.Pipeline(((go.Field("", ("d",)),),))


def test_with_changes_the_dot() -> None:
    found = parse("{{ with .a }}x{{ else with .b }}y{{ end }}")[0]
    assert isinstance(found, go.Branches)
    assert found.changes_dot
    assert len(found.branches) == 2


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"a\\"b\\n"', go.Literal('a"b\n')),
        ("`raw\\n`", go.Literal("raw\\n")),
        ("-3", go.Literal(-3)),
        ("1.5", go.Literal(1.5)),
        ("true", go.Literal(True)),
        ("nil", go.Literal(None)),
        ("$", go.Field("$", ())),
        ("$x.y", go.Field("$x", ("y",))),
        (".", go.Field("", ())),
    ],
)
def test_leaves(source: str, expected: go.Expression) -> None:
    found = parse("{{ " + source + " }}")[0]
    assert isinstance(found, go.Action)
    assert found.pipeline.commands[0][0] == expected


def test_parentheses_and_their_fields() -> None:
    found = parse("{{ (index .a 0).port }}{{ not (and .b .c) }}")
    first, second = found
    assert isinstance(first, go.Action)
    field = first.pipeline.commands[0][0]
    assert isinstance(field, go.Field)
    assert field.path == ("port",)
    assert field.of is not None
    assert isinstance(second, go.Action)
    assert isinstance(second.pipeline.commands[0][1], go.Pipeline)


def test_comments_and_stray_ends() -> None:
    assert parse("{{/* }} */}}{{ end }}{{ else }}{{ }}") == [go.Action(go.Pipeline(((go.Word("else"),),)), 1)]


def test_what_is_open_is_text_or_ends_with_the_text() -> None:
    assert parse("a {{ b") == [go.Text("a {{ b", 1)]
    found = parse("{{ if .a }}x")[0]
    assert isinstance(found, go.Branches)


@pytest.mark.parametrize(
    "source", ["{{" * 20_000, "{{ (" * 9000, "{{ if x }}" * 5000, '{{ "' * 9000, "{{ " + "(" * 300 + " }}"]
)
def test_nesting_ends(source: str) -> None:
    assert isinstance(parse(source), list)


def test_else_where_nothing_is_decided() -> None:
    define = parse('{{ define "a" }}1{{ else }}2{{ end }}3')[0]
    assert isinstance(define, go.Define)
    assert define.body == [go.Text("1", 1)]


def test_what_stands_behind_a_parenthesis_may_be_an_argument() -> None:
    found = parse("{{ f (g) $x (h) }}")[0]
    assert isinstance(found, go.Action)
    assert len(found.pipeline.commands[0]) == 4
