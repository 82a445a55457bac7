import pytest

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax.toml import parse

REPLIT = """\
run = "bash start.sh" # comment

[deployment]
run = ["sh", "-c",
  "python main.py"]

[[ports]]
localPort = 8765
externalPort = 80

[[ports]]
"localPort" = 5000
"""


def test_tables_and_entries_know_their_lines() -> None:
    root, deployment, first, second = parse(REPLIT)
    assert root.path == ()
    assert root.get("run") == "bash start.sh"
    run = deployment.entry("run")
    assert run is not None
    assert (run.line, run.end_line, run.value) == (4, 5, ["sh", "-c", "python main.py"])
    assert (first.path, first.array, first.line, first.end_line) == (("ports",), True, 7, 9)
    assert first.get("externalPort") == 80
    assert second.get("localPort") == 5000
    assert second.get("externalPort") is None


def test_dotted_keys_and_quoted_headers() -> None:
    root, table = parse('a.b = 1\n["x.y".z]\nq = { w = true }\n')
    assert root.get("a.b") == 1
    assert table.path == ("x.y", "z")
    assert table.get("q") == {"w": True}


def test_long_texts_may_hold_anything() -> None:
    root = parse("a = \"\"\"\n[not a table]\nb = 1\n\"\"\"\nc = '''x\n#y'''\n")[0]
    assert root.get("a") == "[not a table]\nb = 1\n"
    assert root.get("c") == "x\n#y"


def test_statements_that_do_not_parse_are_left_out() -> None:
    root = parse("a = 1\nb = nothing\n??\nc = 3\n")[0]
    assert [entry.key for entry in root.entries] == ["a", "c"]


def test_what_is_no_toml_is_a_problem() -> None:
    with pytest.raises(SyntaxProblem, match="not TOML"):
        parse("<html>\n")


@pytest.mark.parametrize("source", ["a = " + "[" * 50_000, 'a = """' + "x\n" * 1000])
def test_what_never_ends_is_a_problem(source: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(source)


@pytest.mark.parametrize("source", ["", "# only a comment\n"])
def test_empty_texts_hold_nothing(source: str) -> None:
    assert parse(source)[0].entries == []
