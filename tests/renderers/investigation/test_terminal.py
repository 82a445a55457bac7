from __future__ import annotations

from typing import Any

from tests.declared_factories import sample_investigation
from tests.factories import group
from tests.renderers.investigation.test_html import hostile
from wsdoctor.model.inspection import Answer, Investigation
from wsdoctor.renderers.investigation import terminal


def shown(investigation: Investigation, **options: Any) -> str:
    pieces: list[str] = []
    terminal.render(investigation, pieces.append, **({"width": 120} | options))
    return "".join(pieces)


def test_who_it_is_by_file_and_line_and_the_verdict_last() -> None:
    text = shown(sample_investigation())
    lines = text.splitlines()
    assert lines[0] == "deploy/k8s.yaml:41  sends 120 attempts, 98 % sure"
    title = "Kubernetes probes the port over HTTP (health-check, kubernetes-probe)."
    assert f"{title} What agrees: port 8080, path /healthz, every 10 s." in " ".join(text.split())
    assert "    or values.yaml:3" in lines
    assert "not from here: 31 attempts, scanner" in lines
    assert "1. Who sends the failed requests?" in lines
    assert lines[-1] == sample_investigation().verdict


def test_what_was_looked_at_is_cut_and_shown_on_demand() -> None:
    long = sample_investigation(chapters=(Answer("Q?", "A.", tuple(f"thing {n}" for n in range(9))),))
    assert "thing 4 and 4 more." in shown(long)
    assert "thing 8." in shown(long, verbose=True)


def test_without_strays() -> None:
    quiet = sample_investigation(explanations=(), unexplained=(), verdict="No stray was observed.")
    assert shown(quiet).startswith("1. Who sends")
    assert "not from here" not in shown(sample_investigation(unexplained=(group(findings=()),)))


def test_nothing_hostile_reaches_the_terminal() -> None:
    text = shown(hostile(), verbose=True)
    assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)
