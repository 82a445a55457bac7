from __future__ import annotations

import pytest

from tests.declared_factories import location, repository_finding
from wsdoctor.suppression import suppressed, unreasoned


class Texts(dict[str, str]):
    """Files by path."""

    def text(self, path: str) -> str | None:
        return self.get(path)


def found(line: int = 2, rule: str = "kubernetes-probe"):
    return repository_finding(rule, "a.yaml", line)


def quiet(*lines: str, line: int = 2, rule: str = "kubernetes-probe") -> bool:
    return suppressed(Texts({"a.yaml": "\n".join(lines)}), found(line, rule))


def notes(*lines: str, line: int = 2, rule: str = "kubernetes-probe") -> list[str]:
    return [note.text for note in unreasoned(Texts({"a.yaml": "\n".join(lines)}), [found(line, rule)])]


@pytest.mark.parametrize(
    "comment",
    [
        "# wsdoctor: ignore kubernetes-probe -- the probe takes 426 for healthy",
        "# wsdoctor: ignore kubernetes-probe: the probe takes 426 for healthy",
        "// wsdoctor:ignore other-rule, kubernetes-probe -- known",
        "/* wsdoctor: ignore kubernetes-probe -- known */",
        "<!-- wsdoctor: ignore kubernetes-probe -- known -->",
        "{# wsdoctor: ignore kubernetes-probe,other-rule -- known #}",
        "; wsdoctor: ignore  kubernetes-probe  --  1",
    ],
)
def test_a_comment_with_a_reason_keeps_the_line_and_the_next_quiet(comment: str) -> None:
    assert quiet("a:", f"httpGet: {comment}")
    assert quiet(f"  {comment}", "httpGet:")
    assert not notes("a:", f"httpGet: {comment}")


@pytest.mark.parametrize(
    "comment",
    [
        "# wsdoctor: ignore kubernetes-probe",
        "# wsdoctor: ignore kubernetes-probe --",
        "# wsdoctor: ignore kubernetes-probe because I say so",
        "<!-- wsdoctor: ignore kubernetes-probe -->",
        "<!-- wsdoctor: ignore kubernetes-probe --> <iframe src='/'>",
        "/* wsdoctor: ignore kubernetes-probe -- */ fetch('a')",
        "{# wsdoctor: ignore kubernetes-probe: #}",
    ],
)
def test_a_comment_without_a_reason_keeps_nothing_quiet_and_is_noted(comment: str) -> None:
    assert not quiet("a:", f"httpGet: {comment}")
    (said,) = notes("a:", f"httpGet: {comment}")
    assert said == (
        "this comment keeps kubernetes-probe as it is, for it gives no reason; "
        "write: wsdoctor: ignore kubernetes-probe -- and why"
    )


def test_the_note_is_at_the_comment_and_given_once() -> None:
    lines = "kind: Pod\n  # wsdoctor: ignore kubernetes-probe\n  httpGet:"
    (note,) = unreasoned(Texts({"a.yaml": lines}), [found(3), found(3)])
    assert note.location == location("a.yaml", 2, column=5, text="# wsdoctor: ignore kubernetes-probe")


@pytest.mark.parametrize(
    "lines",
    [
        ("# wsdoctor: ignore kubernetes-probe -- known", "", "httpGet:"),
        ("# wsdoctor: ignore kubernetes-probes -- known", "httpGet:", ""),
        ("# wsdoctor: ignore -- known", "httpGet:", ""),
        ("# wsdoctor: ignore * -- known", "httpGet:", ""),
        ("# wsdoctor: ignored kubernetes-probe -- known", "httpGet:", ""),
        ("httpGet: # wsdoctor: ignore kubernetes-probe -- known", "httpGet:", ""),
        ("", "httpGet:", "# wsdoctor: ignore kubernetes-probe -- known"),
        (f"#{' ' * 600}wsdoctor: ignore kubernetes-probe -- known", "httpGet:", ""),
    ],
    ids=["too far", "other rule", "no rule", "all rules", "other word", "of another line", "after", "too long"],
)
def test_what_is_not_about_this_line_and_rule_keeps_nothing_quiet(lines: tuple[str, ...]) -> None:
    number = lines.index("httpGet:") + 1
    assert not quiet(*lines, line=number)
    assert not notes(*lines, line=number)


def test_first_line_unreadable_files_and_lines_that_are_not_there() -> None:
    assert quiet("a: 1 # wsdoctor: ignore kubernetes-probe -- known", line=1)
    assert not quiet("a: 1", line=7)
    assert not suppressed(Texts(), found())
    assert unreasoned(Texts(), [found()]) == []


def test_other_line_ends_of_unicode_do_not_move_lines() -> None:
    assert quiet("a: \x0c\u2028", "httpGet: # wsdoctor: ignore kubernetes-probe -- known")
