from __future__ import annotations

from typing import Any

import pytest

from tests.declared_factories import (
    declared,
    explained,
    location,
    repository_finding,
    rules,
    sample_inspection,
    sample_investigation,
)
from tests.factories import HOSTILE, evidence, finding, group, nginx_rule
from tests.renderers.pages import Page, assert_accessible, assert_nothing_hostile, assert_self_contained
from wsdoctor.model.inspection import Answer, Investigation
from wsdoctor.renderers.investigation import html


def page(investigation: Investigation, **options: Any) -> Page:
    pieces: list[str] = []
    html.render(investigation, pieces.append, **({"rules": rules()} | options))
    return Page("".join(pieces))


def hostile() -> Investigation:
    place = location(HOSTILE, 3, text=HOSTILE)
    bad = group(
        HOSTILE,
        findings=(finding(HOSTILE, reason=HOSTILE, title=HOSTILE, remedy=HOSTILE, references=(HOSTILE,)),),
        sample=evidence(HOSTILE.encode(), method=HOSTILE, target=HOSTILE, log=HOSTILE, speaks="http/1"),
        parts={HOSTILE: HOSTILE},
        peers=(HOSTILE,),
    )
    return sample_investigation(
        explanations=(
            explained(groups=(bad,), rule=HOSTILE, locations=(place, place), agreed=(HOSTILE,), remedy=HOSTILE),
        ),
        unexplained=(bad,),
        latent=(repository_finding(HOSTILE, location=place, message=HOSTILE, remedy=HOSTILE),),
        chapters=(Answer(HOSTILE, HOSTILE, (HOSTILE,)),),
        verdict=HOSTILE,
    )


def nothing() -> Investigation:
    return sample_investigation(
        inspection=sample_inspection(findings=(), declared=declared(), skipped={}),
        explanations=(), unexplained=(), latent=(), verdict="No stray was observed.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "investigation", [sample_investigation(), hostile(), nothing()], ids=["sample", "hostile", "nothing"]
)
def test_the_page_is_whole_accessible_and_loads_nothing(investigation: Investigation) -> None:
    shown = page(investigation)
    assert_self_contained(shown)
    assert_accessible(shown)


def test_nothing_of_peers_and_of_the_repository_becomes_markup() -> None:
    assert_nothing_hostile(page(hostile()), page(sample_investigation()))


def test_it_says_who_sends_what_and_how_that_is_known() -> None:
    text = page(sample_investigation()).text
    for words in (
        "1 place in this project sends strays. 120 attempts are sent by 1 place of this project, 31 come from outside",
        "Sent by this project 120 attempts",
        "From outside 31 attempts",
        "Waiting to happen 1 place",
        "120\u00d7 Kubernetes probes the WebSocket port by HTTP",
        "sent by deploy/k8s.yaml:41 \u00b7 Health check \u00b7 98 % sure \u00b7 every 10.0 s",
        "41 httpGet:",
        "What agrees port 8080 path /healthz every 10 s",
        "What to do Answer the path of the probe with 200",
        "As a patch --- a/deploy/k8s.yaml",
        "120\u00d7 GET /healthz HTTP/1.1",
        "Has a part in it, or does the same values.yaml:3",
        "A scanner looks for known holes",
        "nginx hands /ws/ on to the WebSocket port 8080",
        "nothing wrong",
    ):
        assert words in text, words


def test_the_five_chapters_say_what_was_looked_at() -> None:
    shown = page(sample_investigation())
    text = shown.text
    assert len([each for each in shown.tags("ol") if each.get("class") == "chapters"]) == 1
    places = [text.index(chapter.question) for chapter in sample_investigation().chapters]
    assert places == sorted(places)
    assert "151 attempts of 2 kinds. Looked at 1 thing 120 times: Kubernetes probes" in text
    long = sample_investigation(chapters=(Answer("Q", "A", tuple(f"thing {n}" for n in range(90))),))
    assert f"and {90 - html.LOOKED_AT} more" in page(long).text


def test_the_map_says_how_many_each_was_seen_to_send() -> None:
    source = page(sample_investigation()).source
    assert '<td class="number">120</td>' in source
    assert "with the number of its finding" not in source


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"explanations": ()}, "Every stray comes from outside."),
        ({"explanations": (), "unexplained": ()}, "No stray was observed."),
        (
            {"explanations": (explained(), explained(locations=(location("b.py", 2),)))},
            "2 places in this project send strays.",
        ),
    ],
)
def test_the_verdict(fields: dict[str, Any], words: str) -> None:
    assert words in page(sample_investigation(**fields)).text


def test_without_a_known_rule_the_observation_gives_the_title() -> None:
    bare = explained(locations=(location("a.py", 1, text=""),))
    assert (
        "120\u00d7 Kubernetes probes the port over HTTP"
        in page(sample_investigation(explanations=(bare,)), rules={}).text
    )
    unknown = explained(groups=(group(findings=()),), rule="some-rule")
    assert "120\u00d7 some-rule" in page(sample_investigation(explanations=(unknown,)), rules={}).text


def test_built_in_rules_are_asked_where_none_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "load_rules", lambda: {"kubernetes-probe": nginx_rule(title="Title of the test")})
    assert "Title of the test" in page(sample_investigation(), rules=None).text


def test_many_kinds_of_one_cause_are_counted_together() -> None:
    kinds = explained(groups=tuple(group(f"g{number}") for number in range(10)))
    assert "And 2 more kinds of the same cause." in page(sample_investigation(explanations=(kinds,))).text
