from __future__ import annotations

import re

import pytest

from tests.factories import HOSTILE, big_report, evidence, finding, group, report, sample_report
from wsdoctor.model.report import Report
from wsdoctor.renderers import _markdown, markdown


def shown(found: Report, **options: object) -> str:
    pieces: list[str] = []
    markdown.render(found, pieces.append, **options)  # type: ignore[arg-type]
    return "".join(pieces)


def without_code(text: str) -> str:
    fenced = re.sub(r"(?ms)^(`{3,})\w*\n.*?^\1$", "", text)
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", fenced)


def test_verdict_is_first_and_last():
    lines = shown(sample_report()).splitlines()
    assert lines[0] == lines[-1] == "**11 causes found, 7 need you; 1 kind of attempt not explained yet.**"


def test_table_lists_each_cause():
    text = shown(sample_report())
    assert "| Needs you | nginx does not pass the upgrade on | 96 | 10.0.3.2 |  | 95 % |" in text
    assert (
        "| Harmless | Kubernetes probes the port over HTTP | 120 | 10.0.0.7 | every 10.0 s \u00b1 20 ms | 97 % |"
        in text
    )
    assert len(re.findall(r"(?m)^\| [NH]", text)) == 12


def test_block_says_all():
    text = shown(report(group(period=10.0, attempts=20)))
    assert text.partition("### Harmless: 20 attempts\n\n")[2].partition("\n\n**")[0] == (
        "#### 20\u00d7 Kubernetes probes the port over HTTP\n\n"
        "- **What:** `health-check`, note (worth knowing)\n"
        '- **Because:** the User-Agent is "kube-probe/1.31", and it asks GET /healthz every 10.0 s\n'
        "- **Sure:** 97 %, almost certain\n"
        "- **To do:** Point the probe at a health path, or make it a TCP probe.\n"
        "- **More:** `wsdoctor explain kubernetes-probe`\n\n"
        "Seen:\n\n"
        "- 20\u00d7 `GET /healthz HTTP/1.1`, from 10.0.0.7, every 10.0 s, 2026-11-23T12:00:00Z to 12:19:50Z\n\n"
        "<details><summary>Request as received</summary>\n\n"
        "```text\nGET /healthz HTTP/1.1\nHost: 10.0.0.9:8080\nUser-Agent: kube-probe/1.31\n```\n\n</details>"
    )


def test_unexplained_names_the_wanted_fact_and_notes_are_told():
    text = shown(sample_report())
    assert "- **Wanted:** the header fields of the request, the path of the request: this would settle it" in text
    assert "Note: 3 lines of server.log could not be read." in text


def test_secrets_are_hidden():
    assert "topsecret" not in shown(sample_report(), verbose=True)


def test_flood_is_counted_and_shown_on_demand():
    flood = report(*(group(f"g{n}", findings=(finding(f"rule-{n}"),)) for n in range(30)), group("x", findings=()))
    assert "And 5 more causes." in shown(flood)
    assert shown(flood, verbose=True).count("wsdoctor explain rule-") == 30
    several = report(*(group(f"g{n}") for n in range(8)))
    assert "And 3 more groups." in shown(several)
    assert "more groups" not in shown(several, verbose=True)
    assert len(shown(big_report(1000))) < 65536


def test_nothing_observed():
    assert shown(Report(0, 0, ())) == (
        "**Nothing was observed.**\n\n"
        "0 attempts: 0 correct opening handshakes, 0 strays.\n\n"
        "**Nothing was observed.**\n"
    )


def test_facts_that_were_not_observed_leave_nothing():
    bare = group(peers=(), first_seen=None, last_seen=None, timeline=None, sample=evidence())
    assert "- 120\u00d7 `request not observed`\n" in shown(report(bare, group(folded=True, findings=(), peers=())))


def test_cut_request_says_so():
    assert "(952 more bytes)" in shown(report(group(sample=evidence(b"a" * 3000))))


def test_nothing_of_a_peer_becomes_markup():
    bad = group(
        findings=(finding(reason=HOSTILE, title=HOSTILE, remedy=HOSTILE),),
        sample=evidence(HOSTILE.encode(), method=HOSTILE, target=HOSTILE, log=f"```\n{HOSTILE}\n````\n@admin"),
        peers=(HOSTILE, "@everyone", "#12"),
        paths=(HOSTILE, HOSTILE),
    )
    text = shown(report(bad, notes=(f"{HOSTILE} @everyone",)))
    assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)
    prose = without_code(text)
    assert "@everyone" not in prose
    assert "#12" not in prose
    assert "://" not in prose
    assert set(re.findall(r"(?<!\\)<(/?\w+)", prose)) <= {"details", "summary", "/details", "/summary"}
    for row in re.findall(r"(?m)^\| .*$", text):
        assert len(re.findall(r"(?<!\\)\|", row)) == 7


@pytest.mark.parametrize(
    ("words", "markdown_"),
    [
        ("plain words.", "plain words."),
        ("a*b", "`a*b`"),
        ("[x](y)", "\\[x\\](y)"),
        ("see https://evil.example/ now", "see `https://evil.example/` now"),
        ("www.evil.example", "`www.evil.example`"),
        ("ask @somebody about #1 or GH-2", "ask `@somebody` about `#1` or `GH-2`"),
        ("proxy_pass it", "`proxy_pass` it"),
        ("a & b | c ~d~", "a \\& b \\| c \\~d\\~"),
        ("one `tick", "one `` `tick ``"),
    ],
)
def test_text_renders_as_text(words, markdown_):
    assert _markdown.text(words) == markdown_


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("", "` `"),
        ("  ", "` `"),
        ("a ", "` a  `"),
        ("\x00", "`\\x00`"),
    ],
)
def test_code_span(words, code):
    assert _markdown.span(words) == code


def test_code_block_cannot_be_closed_from_within():
    assert _markdown.block(("a", "````", "b"), "text") == "`````text\na\n````\nb\n`````"


def test_cell():
    assert _markdown.cell("a|`b|c`\\|d") == "a\\|`b\\|c`\\|d"


def test_link_only_to_an_address():
    assert _markdown.link("[a]", "https://a.example/b_(c)") == "[\\[a\\]](<https://a.example/b_(c)>)"
    assert _markdown.link("a", "javascript:alert(1)") == "a"
    assert _markdown.link("a", "https://a.example/> b") == "a"
