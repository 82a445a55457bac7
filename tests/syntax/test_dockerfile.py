from wsdoctor.syntax.dockerfile import parse


def test_health_check_over_several_lines() -> None:
    found = parse(
        "FROM python:3.12\n# note\nEXPOSE 8765\nHEALTHCHECK --interval=5s \\\n  --timeout=3s \\\n  # why\n"
        "  CMD curl -f http://localhost:8765/ \\\n    || exit 1\nCMD python x.py\n"
    )
    check = found[2]
    assert (check.name, check.line, check.end_line, check.text_line) == ("HEALTHCHECK", 4, 8, 7)
    assert check.flags == {"interval": "5s", "timeout": "3s"}
    assert check.text.split() == ["CMD", "curl", "-f", "http://localhost:8765/", "||", "exit", "1"]
    assert check.words is None
    assert [one.name for one in found] == ["FROM", "EXPOSE", "HEALTHCHECK", "CMD"]


def test_exec_forms_and_stages() -> None:
    found = parse('FROM a AS one\nCMD ["x", "y"]\nFROM b\nhealthcheck cmd ["curl", "h"]\nCMD [oops\n')
    assert [(one.name, one.words, one.stage) for one in found] == [
        ("FROM", None, 0),
        ("CMD", ("x", "y"), 0),
        ("FROM", None, 1),
        ("HEALTHCHECK", ("curl", "h"), 1),
        ("CMD", None, 1),
    ]


def test_here_documents_hold_no_instructions() -> None:
    found = parse("FROM a\nRUN <<EOF\nHEALTHCHECK CMD x\nEOF\nRUN <<NEVER\nCMD y\n")
    assert [one.name for one in found] == ["FROM", "RUN", "RUN", "CMD"]


def test_escape_directive_and_junk() -> None:
    found = parse("# escape=`\nFROM a\nRUN x `\n y\n!!\nNONE\n")
    assert [(one.name, one.line, one.end_line) for one in found] == [("FROM", 2, 2), ("RUN", 3, 4), ("NONE", 6, 6)]
    assert parse("") == []
    assert parse("RUN x \\")[0].text == "x"
