import pytest

from wsdoctor.syntax.shell import Command, parse


def texts(command: Command) -> list[str]:
    return [word.text for word in command.words]


def test_commands_and_lines() -> None:
    found = parse("#!/bin/sh\nPORT=1 # c\ncurl -s \\\n  http://a && echo ok | cat\n", 10)
    assert [(texts(one), one.line, one.end_line) for one in found] == [
        ([], 11, 11),
        (["curl", "-s", "http://a"], 12, 13),
        (["echo", "ok"], 13, 13),
        (["cat"], 13, 13),
    ]
    assert found[0].assignments == (("PORT", "1"),)
    assert found[1].statement == found[2].statement == found[3].statement != found[0].statement


def test_quotes_and_what_they_protect() -> None:
    words = parse("a '$x' \"$y \\$z \\\" \\q\" b\\ c \\$d $'e' \"un")[0].words
    assert [word.text for word in words] == ["a", "$$x", '$y $$z " \\q', "b c", "$$d", "$e", "un"]
    assert words[1].quoted
    assert not words[0].quoted


def test_loops_nest() -> None:
    found = parse("until nc -z h 1; do\n  for p in 1 2; do curl $p; done\n  sleep 2\ndone\nls\n")
    assert [(texts(one)[0], one.loops) for one in found] == [
        ("nc", (1,)),
        ("for", (1,)),
        ("curl", (1, 2)),
        ("sleep", (1,)),
        ("ls", ()),
    ]


def test_substitutions_are_commands_in_their_loop() -> None:
    found = parse('while [ "$(curl -s "http://a/$(id)")" != 1 ]; do sleep 1; done; x=`wget b`\n')
    assert [(texts(one)[:2], one.loops) for one in found if one.words] == [
        (["[", '$(curl -s "http://a/$(id)")'], (1,)),
        (["curl", "-s"], (1,)),
        (["id"], (1,)),
        (["sleep", "1"], (1,)),
        (["wget", "b"], ()),
    ]


def test_conditions_and_functions() -> None:
    found = parse("check() { ! time curl a; }\nif wget b; then c; elif d; else e; fi\ncase $x in a) f;; esac\n")
    names = [texts(one)[0] for one in found]
    assert [name for name in names if name in {"curl", "wget", "c", "d", "e", "f"}] == [
        "curl",
        "wget",
        "c",
        "d",
        "e",
        "f",
    ]


def test_redirections_follow_as_words() -> None:
    assert texts(parse("curl a >/dev/null 2>&1 <in")[0]) == ["curl", "a", ">", "/dev/null", ">", "1", "<", "in"]
    assert texts(parse("x 2>&- >\n")[0]) == ["x"]
    assert texts(parse("x > a b")[0]) == ["x", ">", "a", "b"]


def test_here_documents_are_no_commands() -> None:
    found = parse("cat <<EOF > x\ncurl a\nEOF\nb <<-'E'\n\tc\n\tE\nd <<NEVER\ne\n")
    assert [(texts(one)[0], one.line) for one in found] == [("cat", 1), ("b", 4), ("d", 7)]


def test_variables_for_one_command() -> None:
    found = parse("A=1 B='2 3' run x\nexport -x C=4\nenv D=5 prog\n")
    assert found[0].assignments == (("A", "1"), ("B", "2 3"))
    assert found[1].assignments == (("C", "4"),)
    assert (found[2].assignments, texts(found[2])) == ((("D", "5"),), ["prog"])


def test_expansions_are_kept_as_written() -> None:
    words = parse("a ${B:-${C:-d}} $((1+2)) ${open")[0].words
    assert [word.text for word in words] == ["a", "${B:-${C:-d}}", "$((1+2))", "${open"]
    assert parse("a $((1")[0].words[1].text == "$((1"


@pytest.mark.parametrize(
    "source",
    [
        "$(" * 5000,
        "(" * 20_000,
        "'" * 9999,
        '"$(' * 5000,
        "a <" * 5000,
        "${" * 5000,
        "`" * 3001,
        "a\\",
        "\\",
        "$( \\) ) x",
    ],
)
def test_broken_text_ends(source: str) -> None:
    assert isinstance(parse(source), list)


def test_commands_are_bounded() -> None:
    assert len(parse("a\n" * 30_000)) <= 20_001


def test_lines_go_on_within_words_and_quotes() -> None:
    found = parse('a b\\\nc "d\\\ne\nf"\ng\n')
    assert [(texts(one), one.line, one.end_line) for one in found] == [(["a", "bc", "de\nf"], 1, 4), (["g"], 5, 5)]


def test_done_without_a_loop_and_quotes_in_substitutions() -> None:
    assert [texts(one) for one in parse("done\nx\n")] == [["x"]]
    assert texts(parse("a $(b ')' \\) (c))")[1])[0] == "b"


def test_redirections_to_nothing() -> None:
    assert texts(parse("x > (y)")[0])[:2] == ["x", ">"]
