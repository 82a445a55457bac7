from __future__ import annotations

import re
from typing import Any

import pytest

from tests.declared_factories import declared, location, patch, repository_finding, rules, sample_inspection
from tests.factories import HOSTILE, nginx_rule
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.traffic import Note
from wsdoctor.renderers.inspection import markdown


def shown(inspection: Inspection, **options: Any) -> str:
    pieces: list[str] = []
    markdown.render(inspection, pieces.append, **({"rules": rules()} | options))
    return "".join(pieces)


def without_code(text: str) -> str:
    fenced = re.sub(r"(?ms)^(`{3,})\w*\n.*?^\1$", "", text)
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", fenced)


def test_the_verdict_is_first_and_last() -> None:
    lines = shown(sample_inspection()).splitlines()
    assert lines[0] == lines[-1] == "**214 files, 1 WebSocket-only listener: 3 findings, 3 to act on.**"


def test_the_table_has_each_finding_with_its_place() -> None:
    text = shown(sample_inspection())
    assert "| 2 | warning | `deploy/k8s.yaml:41` | Kubernetes probes the WebSocket port by HTTP | 90 % |" in text
    assert "| 3 | error | `deploy/nginx.conf:12` | nginx does not pass the upgrade on | 90 % |" in text


def test_the_map_is_a_chart() -> None:
    text = shown(sample_inspection())
    assert text.count("```mermaid\nflowchart LR\n") == 1
    assert "Thick dashes are wrong, with the number of the finding; dots are worth knowing." in text
    assert "mermaid" not in shown(sample_inspection(declared=declared()))


def test_a_finding_in_full() -> None:
    text = shown(sample_inspection())
    assert text.partition("#### 2. ")[2].partition("\n\n#### 3")[0] == (
        "Kubernetes probes the WebSocket port by HTTP\n\n"
        "- **Where:** `deploy/k8s.yaml:41`, warning (somebody should act)\n"
        "- **What:** kubernetes sends GET /healthz every 10 s to port 8080, which speaks WebSocket and nothing else\n"
        "- **To do:** Answer the path of the probe with 200, or let the kubelet check by TCP.\n"
        "- **See also:** `server.py:31`\n"
        "- **More:** `wsdoctor explain kubernetes-probe`\n\n"
        "```diff\n--- a/deploy/k8s.yaml\n+++ b/deploy/k8s.yaml\n@@ -41,3 +41,2 @@\n-httpGet:\n-  path: /healthz\n"
        "+tcpSocket:\n   port: 8080\n```"
    )
    assert "```\nexternalPort = 80\n```" in text


def test_without_text_and_related_places() -> None:
    text = shown(sample_inspection(findings=(repository_finding(location=location(text=""), related=()),)), rules={})
    assert "#### 1. kubernetes-probe\n" in text
    assert "See also" not in text


def test_without_findings_there_is_no_table() -> None:
    text = shown(sample_inspection(findings=()))
    assert "| Level |" not in text
    assert text.startswith("**214 files, 1 WebSocket-only listener: nothing here sends strays to a WebSocket port.**")


def test_much_is_counted_and_shown_on_demand() -> None:
    related = tuple(location(f"f{n}.py", n) for n in range(1, 12))
    findings = tuple(repository_finding(line=number, related=related) for number in range(1, 130))
    notes = declared(*(Note(location(line=n), "cannot be followed") for n in range(1, 60)))
    flood = sample_inspection(findings=findings, declared=notes)
    text, whole = shown(flood), shown(flood, verbose=True)
    assert "29 more findings" in text
    assert "And 109 more findings; the table has them." in text
    assert "- and 39 more notes" in text
    assert " and 3 more\n" in text
    assert len(text) < 65536
    assert whole.count("#### ") == 129
    assert "more findings" not in whole
    assert "more notes" not in whole


def test_notes_and_what_was_passed_over() -> None:
    text = shown(sample_inspection())
    assert "<details><summary>1 note</summary>\n\n- `broken.py:3`: cannot be read: invalid syntax\n\n</details>" in text
    assert "Passed over: binary: 3." in text
    quiet = shown(sample_inspection(declared=declared(), skipped={}))
    assert "<details>" not in quiet
    assert "Passed over" not in quiet


def test_patches_are_cut_and_without_secrets() -> None:
    long = f"{patch()}+url: https://user:hunter3@db\n" + "+x\n" * 100
    text = shown(sample_inspection(findings=(repository_finding(patch=long),)))
    assert "hunter3" not in text
    assert f"({7 + 101 - markdown.PATCH_LINES} more lines)" in text


def test_nothing_of_the_repository_becomes_markup() -> None:
    place = location(f"{HOSTILE} @somebody #12 | x", 3, text=f"```\n{HOSTILE}")
    found = repository_finding(
        HOSTILE, location=place, message=HOSTILE, remedy=HOSTILE, related=(place,), patch=f"+```\n+{HOSTILE}"
    )
    bad = sample_inspection(
        findings=(found, repository_finding(location=place)),
        declared=declared(Note(place, HOSTILE)),
        skipped={HOSTILE: 1},
    )
    text = shown(bad)
    assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)
    plain = without_code(text)
    assert "<script" not in plain
    assert "<img" not in plain
    assert "@somebody" not in plain
    assert not re.search(r"(?<!\\)\]\(", plain)
    rows = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [6, 6]


def test_built_in_rules_are_asked_where_none_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "load_rules", lambda: {"kubernetes-probe": nginx_rule(title="Title of the test")})
    assert "Title of the test" in shown(sample_inspection(), rules=None)
