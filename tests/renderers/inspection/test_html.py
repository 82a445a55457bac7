from __future__ import annotations

import re
from typing import Any

import pytest

from tests.declared_factories import (
    declared,
    listener,
    location,
    patch,
    repository_finding,
    rules,
    sample_inspection,
)
from tests.factories import HOSTILE, nginx_rule
from tests.renderers.pages import Page, assert_accessible, assert_nothing_hostile, assert_self_contained
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.rule import Reference, Remedy
from wsdoctor.model.traffic import Note
from wsdoctor.renderers import _inspection_html
from wsdoctor.renderers.inspection import html


def page(inspection: Inspection, **options: Any) -> Page:
    pieces: list[str] = []
    html.render(inspection, pieces.append, **({"rules": rules()} | options))
    return Page("".join(pieces))


def full() -> Inspection:
    return sample_inspection(suppressed=(repository_finding(line=4),), known=(repository_finding(line=5),), elsewhere=2)


def hostile() -> Inspection:
    place = location(HOSTILE, 3, text=HOSTILE)
    found = repository_finding(
        HOSTILE, location=place, message=HOSTILE, remedy=HOSTILE, related=(place,), patch=f"--- a\n+++ b\n+{HOSTILE}",
        excerpt=((2, HOSTILE), (3, HOSTILE)),
    )  # fmt: skip
    return sample_inspection(
        root=HOSTILE, findings=(found,), suppressed=(found,), known=(found,), elsewhere=1, skipped={HOSTILE: 1},
        declared=declared(listener(framework=HOSTILE, location=place), Note(place, HOSTILE)),
    )  # fmt: skip


def hostile_rules() -> dict[str, Any]:
    remedy, references = Remedy(HOSTILE, {HOSTILE: HOSTILE}), (Reference(HOSTILE, f"https://x/{HOSTILE}"),)
    return {HOSTILE: nginx_rule(why=HOSTILE, title=HOSTILE, remedy=remedy, references=references)}


@pytest.mark.parametrize(
    "inspection",
    [
        full(),
        hostile(),
        sample_inspection(findings=(), declared=declared(), skipped={}),
        sample_inspection(skipped={}),
    ],
    ids=["full", "hostile", "empty", "nothing skipped"],
)
def test_the_page_is_whole_accessible_and_loads_nothing(inspection: Inspection) -> None:
    shown = page(inspection)
    assert_self_contained(shown)
    assert_accessible(shown)


def test_nothing_of_the_repository_becomes_markup() -> None:
    assert_nothing_hostile(page(hostile(), rules=hostile_rules()), page(full()))


def test_it_says_what_where_and_what_to_do() -> None:
    text = page(full()).text
    for words in (
        "3 places to change. 214 files of shop were read, and 1 server",
        "1 server that speaks WebSocket and nothing else was found, port 8080.",
        "Handshakes cannot succeed 1 place",
        "Strays will arrive 2 places",
        "2 Kubernetes probes the WebSocket port by HTTP",
        "deploy/k8s.yaml:41 \u00b7 warning: somebody should act \u00b7 Health check",
        "41 httpGet:",
        "which speaks WebSocket and nothing else.",
        "What to do Answer the path of the probe with 200",
        "As a patch --- a/deploy/k8s.yaml +++ b/deploy/k8s.yaml @@ -41,3 +41,2 @@ -httpGet:",
        "Has a part in it server.py:31 line 31 of server.py",
        "How sure 90 %, very likely",
        "wsdoctor explain kubernetes-probe",
        "# wsdoctor: ignore kubernetes-probe -- why it is right",
        "1 finding kept quiet by a comment with a reason deploy/k8s.yaml:4",
        "1 finding known to the baseline deploy/k8s.yaml:5",
        "2 findings in files that did not change.",
        "1 note on what could not be read or followed broken.py:3 cannot be read: invalid syntax",
        "Passed over: binary: 3.",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"findings": (repository_finding(),)}, "1 place to change."),
        ({"findings": (repository_finding(level="note"),)}, "Nothing to change."),
        ({"findings": (), "known": (repository_finding(),)}, "Nothing new."),
        ({"findings": (), "elsewhere": 1}, "Nothing new."),
        ({"findings": ()}, "Nothing here sends strays to a WebSocket port."),
    ],
)
def test_the_verdict(fields: dict[str, Any], words: str) -> None:
    assert words in page(sample_inspection(**fields)).text


def test_the_servers_in_the_lead() -> None:
    assert "no server in them was found that speaks WebSocket" in page(sample_inspection(declared=declared())).text
    two = declared(listener(), listener(9090), listener(None))
    assert (
        "3 servers that speak WebSocket and nothing else were found, port 8080, port 9090."
        in page(sample_inspection(declared=two)).text
    )
    assert "nothing else was found. " in page(sample_inspection(declared=declared(listener(None)))).text


def test_the_lines_of_the_place_are_marked() -> None:
    excerpt = tuple((number, f"line {number} <&>\t.") for number in range(10, 18))
    found = repository_finding(location=location("nginx.conf", 12, end_line=15), excerpt=excerpt)
    source = page(sample_inspection(findings=(found,))).source
    assert re.findall(r'<span class="here"><i>(\d+)</i>', source) == ["12", "13", "14", "15"]
    assert "line 10 &lt;&amp;&gt; " in source


def test_without_the_text_of_a_place_there_are_no_lines() -> None:
    found = repository_finding(location=location(text=""), related=())
    shown = page(sample_inspection(findings=(found,)), rules={})
    assert not [each for each in shown.tags("pre") if each.get("class") == "source"]
    assert "Has a part in it" not in shown.text
    assert "1 kubernetes-probe" in shown.text


def test_patches_are_marked_cut_and_without_secrets() -> None:
    long = f"{patch()}+password: hunter2-secret\n+https://user:hunter3@db\n" + "+x\n" * 500
    source = page(sample_inspection(findings=(repository_finding(patch=long),))).source
    assert '<span class="minus">-httpGet:</span>' in source
    assert '<span class="plus">+tcpSocket:</span>' in source
    assert "hunter3" not in source
    assert f"{6 + 1 + 502 - _inspection_html.PATCH_LINES} more lines" in source


def test_many_places_and_notes_are_counted() -> None:
    related = tuple(location(f"f{n}.py", n) for n in range(1, 30))
    notes = declared(*(Note(location(line=n), "cannot be followed") for n in range(1, 400)))
    text = page(sample_inspection(findings=(repository_finding(related=related),), declared=notes)).text
    assert f"and {29 - _inspection_html.RELATED} more" in text
    assert f"and {399 - _inspection_html.NOTES} more" in text


def test_built_in_rules_are_asked_where_none_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "load_rules", lambda: {"kubernetes-probe": nginx_rule(title="Title of the test")})
    assert "Title of the test" in page(sample_inspection(), rules=None).text


@pytest.mark.parametrize("dark", [False, True])
def test_numbers_in_the_map_keep_their_contrast(dark: bool) -> None:
    style = page(sample_inspection()).source.partition("<style>")[2]
    roots = re.findall(r":root \{([^}]*)\}", style)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", roots[0]))
    if dark:
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", roots[1]))

    def light(name: str) -> float:
        parts = [int(colours[name][at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, other: str) -> float:
        high, low = sorted((light(one), light(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for ink, ground, least in (
        ("ink", "good-wash", 4.5), ("ink", "harmless-wash", 4.5), ("ink", "open-wash", 4.5), ("soft", "good-wash", 4.5),
        ("soft", "harmless-wash", 4.5), ("soft", "open-wash", 4.5), ("good", "good-wash", 4.5),
        ("needs", "needs-wash", 4.5), ("bar-needs", "card", 3.0), ("bar-harmless", "card", 2.0),
    ):  # fmt: skip
        assert contrast(ink, ground) >= least, (ink, ground, contrast(ink, ground))
