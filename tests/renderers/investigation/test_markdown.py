from __future__ import annotations

import re
from typing import Any

import pytest

from tests.declared_factories import declared, explained, location, rules, sample_inspection, sample_investigation
from tests.factories import group, nginx_rule
from tests.renderers.investigation.test_html import hostile
from wsdoctor.model.inspection import Answer, Investigation
from wsdoctor.renderers.investigation import markdown


def shown(investigation: Investigation, **options: Any) -> str:
    pieces: list[str] = []
    markdown.render(investigation, pieces.append, **({"rules": rules()} | options))
    return "".join(pieces)


def test_the_verdict_is_first_and_last() -> None:
    lines = shown(sample_investigation()).splitlines()
    assert lines[0] == lines[-1]
    assert lines[0].startswith("**120 attempts are sent by 1 place of this project")


def test_each_explained_group_has_its_place_and_what_agrees() -> None:
    text = shown(sample_investigation())
    assert (
        "| 120 | `deploy/k8s.yaml:41` | Kubernetes probes the WebSocket port by HTTP "
        "| every 10.0 s \u00b1 20 ms | 98 % |" in text
    )
    assert text.partition("#### ")[2].partition("\n\n```diff")[0] == (
        "120\u00d7 Kubernetes probes the WebSocket port by HTTP\n\n"
        "- **Sent by:** `deploy/k8s.yaml:41`: `httpGet:`\n"
        "- **Has a part in it, or does the same:** `values.yaml:3`\n"
        "- **What agrees:** port 8080, path /healthz, every 10 s\n"
        "- **Seen:** `GET /healthz HTTP/1.1`, from 10.0.0.7, every 10.0 s \u00b1 20 ms, "
        "2026-11-23T12:00:00Z to 12:19:50Z\n"
        "- **To do:** Answer the path of the probe with 200, or let the kubelet check by TCP.\n"
        "- **More:** `wsdoctor explain kubernetes-probe`"
    )


def test_outside_traffic_latent_places_and_the_map() -> None:
    text = shown(sample_investigation())
    assert "### From outside\n\n- 31\u00d7 A scanner looks for known holes (`scanner`): GET /.env is no path" in text
    assert "### Waiting to happen\n\n#### nginx does not pass the upgrade on\n" in text
    assert "seen 120 times" in text
    assert "with the number of the finding" not in text


def test_the_five_chapters() -> None:
    text = shown(sample_investigation())
    assert "**1. Who sends the failed requests?** 151 attempts of 2 kinds." in text
    assert "<sub>Looked at: nginx deploy/nginx.conf:12.</sub>" in text
    assert len(re.findall(r"(?m)^\*\*\d\. ", text)) == 5
    long = sample_investigation(chapters=(Answer("Q?", "A.", tuple(f"thing {n}" for n in range(20))),))
    assert "thing 7 and 12 more.</sub>" in shown(long)
    assert "thing 19.</sub>" in shown(long, verbose=True)


def test_nothing_was_found() -> None:
    inspection = sample_inspection(findings=(), declared=declared())
    text = shown(sample_investigation(inspection=inspection, explanations=(), unexplained=(), latent=(), verdict="No."))
    assert text.startswith("**No.**\n\n### Five questions\n")
    assert text.count("###") == 1


def test_a_place_without_text_alone_and_without_a_patch() -> None:
    bare = explained(locations=(location("a.py", 1, text=""),), patch=None)
    text = shown(sample_investigation(explanations=(bare,)), rules={})
    assert "#### 120\u00d7 Kubernetes probes the port over HTTP\n\n- **Sent by:** `a.py:1`\n- **What" in text
    unknown = explained(groups=(group(findings=()),), rule="some-rule")
    assert "120\u00d7 some-rule" in shown(sample_investigation(explanations=(unknown,)), rules={})


def test_a_group_without_finding_is_counted() -> None:
    text = shown(sample_investigation(unexplained=(group(findings=()),)))
    assert "- 120\u00d7 `GET /healthz HTTP/1.1`" in text


def test_much_is_counted_and_shown_on_demand() -> None:
    many = tuple(explained(locations=tuple(location(f"f{n}.py", m) for m in range(1, 12))) for n in range(25))
    flood = sample_investigation(explanations=many, unexplained=tuple(group(f"g{n}") for n in range(30)))
    text = shown(flood)
    assert "And 5 more groups." in text
    assert "And 10 more groups." in text
    assert "`f0.py:7` and 4 more" in text
    assert len(text) < 65536
    assert "more groups" not in shown(flood, verbose=True)


def test_nothing_of_peers_and_of_the_repository_becomes_markup() -> None:
    text = shown(hostile())
    assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)
    plain = re.sub(r"(?ms)^(`{3,})\w*\n.*?^\1$", "", text)
    plain = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", plain)
    assert "<script" not in plain
    assert "<img" not in plain
    assert not re.search(r"(?<!\\)\]\(", plain)


def test_built_in_rules_are_asked_where_none_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "load_rules", lambda: {"kubernetes-probe": nginx_rule(title="Title of the test")})
    assert "Title of the test" in shown(sample_investigation(), rules=None)


def test_many_kinds_of_one_cause_are_counted_together() -> None:
    kinds = explained(groups=tuple(group(f"g{number}") for number in range(5)))
    text = shown(sample_investigation(explanations=(kinds,)))
    assert "#### 600\u00d7" in text
    assert text.count("- **Seen:**") == 3
    assert "- And 2 more kinds of the same cause." in text
