from __future__ import annotations

import pytest

from tests.declared_factories import declared, location, repository_finding, sample_inspection
from tests.factories import HOSTILE
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.traffic import Note
from wsdoctor.renderers.inspection import terminal


def shown(inspection: Inspection, **options: object) -> str:
    pieces: list[str] = []
    terminal.render(inspection, pieces.append, **options)  # type: ignore[arg-type]
    return "".join(pieces)


def test_each_finding_says_where_what_and_what_to_do() -> None:
    lines = shown(sample_inspection(), width=100).splitlines()
    assert "deploy/k8s.yaml:41:11  warning: kubernetes-probe (health-check)" in lines
    assert "    | httpGet:" in lines
    assert "    To do: Answer the path of the probe with 200, or let the kubelet check by TCP." in lines
    assert "    see server.py:31" in lines
    assert lines[-1] == "214 files, 1 WebSocket-only listener: 3 findings, 3 to act on."


def test_notes_are_bounded_and_all_are_shown_on_demand() -> None:
    many = sample_inspection(declared=declared(*(Note(location(line=n), f"note {n}") for n in range(1, 14))))
    assert "note 11" not in shown(many)
    assert "3 more notes; --verbose shows them" in shown(many)
    assert "note 13" in shown(many, verbose=True)
    assert "more notes" not in shown(many, verbose=True)


def test_listeners_are_shown_on_demand() -> None:
    words = "app.py:9  flask listens on 5000, speaks http"
    assert words not in shown(sample_inspection())
    assert words in shown(sample_inspection(), verbose=True)


def test_a_line_that_is_not_known_is_left_out() -> None:
    assert "|" not in shown(sample_inspection(findings=(repository_finding(location=location(text="")),)))


def test_colour_is_asked_for() -> None:
    assert "\x1b[" in shown(sample_inspection(), color=True)


def test_nothing_of_a_repository_reaches_the_terminal_unescaped() -> None:
    place = location(HOSTILE, text=HOSTILE)
    found = repository_finding(HOSTILE, location=place, message=HOSTILE, remedy=HOSTILE, related=(place,))
    text = shown(sample_inspection(findings=(found,), declared=declared(Note(place, HOSTILE))), verbose=True)
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"findings": ()}, "listener: nothing here sends strays to a WebSocket port."),
        (
            {"findings": (), "suppressed": (repository_finding(),)},
            "listener, 1 finding suppressed by comments: nothing here sends strays to a WebSocket port.",
        ),
        ({"findings": (), "known": (repository_finding(),)}, "1 finding known to the baseline: nothing new."),
        ({"findings": (), "elsewhere": 2}, "2 findings in files that did not change: nothing new."),
        ({"findings": (repository_finding(level="note"),)}, "1 finding, 0 to act on."),
    ],
)
def test_the_verdict(fields: dict[str, object], words: str) -> None:
    assert terminal.verdict(sample_inspection(**fields)).endswith(words)
