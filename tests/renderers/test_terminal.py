from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.factories import HOSTILE, big_report, evidence, finding, group, report, sample_report, timeline
from wsdoctor.model.finding import Undecided
from wsdoctor.model.report import Report
from wsdoctor.renderers import terminal


def shown(found: Report, **options: object) -> str:
    pieces: list[str] = []
    terminal.render(found, pieces.append, **options)  # type: ignore[arg-type]
    return "".join(pieces)


def test_verdict_is_first_and_last():
    lines = shown(sample_report()).splitlines()
    assert lines[0] == lines[-1] == "11 causes found, 7 need you; 1 kind of attempt not explained yet."
    assert lines[1] == "2,521 attempts: 1,840 correct opening handshakes, 681 strays."


def test_block_says_all_that_a_person_wants_to_know():
    text = shown(report(group(period=10.0, jitter=0.02, peer_count=3)))
    assert text.split("\n\n")[2] == (
        "120\u00d7 Kubernetes probes the port over HTTP\n"
        "  class    health-check \u00b7 note: worth knowing\n"
        "  seen     GET /healthz HTTP/1.1, from 10.0.0.7 and 2 more, every 10.0 s \u00b1 20 ms\n"
        "           2026-11-23T12:00:00Z to 12:19:50Z \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588"
        "\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\n"
        '  because  the User-Agent is "kube-probe/1.31", and it asks GET /healthz every\n'
        "           10.0 s\n"
        "  sure     97 %, almost certain\n"
        "  to do    Point the probe at a health path, or make it a TCP probe.\n"
        "  more     wsdoctor explain kubernetes-probe"
    )


def test_what_needs_somebody_comes_before_what_is_harmless():
    text = shown(sample_report())
    heads = [line for line in text.splitlines() if re.match(r"[A-Z ]+ \u00b7 ", line)]
    assert [head.partition(" \u00b7 ")[0] for head in heads] == [
        "NEEDS YOU", "NOT EXPLAINED YET", "HARMLESS", "REAL CLIENTS",
    ]  # fmt: skip
    assert heads[-1].endswith("1,840 attempts")


def test_unexplained_names_the_fact_that_would_settle_it():
    assert "  wanted   the header fields of the request, the path of the request: this would" in shown(sample_report())


def test_nothing_observed_needs_no_second_verdict():
    assert shown(Report(0, 0, ())) == (
        "Nothing was observed.\n0 attempts: 0 correct opening handshakes, 0 strays.\n"
    )  # fmt: skip


def test_notes_are_told():
    assert "\nNote: 3 lines of server.log could not be read.\n" in shown(sample_report())


def test_colour_only_when_asked_for():
    assert "\x1b" not in shown(sample_report())
    coloured = shown(sample_report(), color=True)
    assert "\x1b[1;31m96\u00d7 nginx does not pass the upgrade on\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(sample_report())


@pytest.mark.parametrize("width", [0, 40, 79, 80, 120, 4000])
def test_no_line_is_wider_than_the_terminal(width):
    widest = max(map(len, shown(sample_report(), width=width, verbose=True).splitlines()))
    assert widest <= min(max(width, 40), 160)


def test_ascii_terminal_gets_ascii():
    text = shown(report(group(sample=evidence(log="caf\u00e9 \u2603"))), unicode=False, verbose=True)
    assert text.isascii()
    assert "120x Kubernetes" in text
    assert "caf\\xe9 \\u2603" in text
    assert "@@@@" in text


def test_verbose_shows_the_request_and_further_findings():
    text = shown(sample_report(), verbose=True)
    assert "| User-Agent: curl/8.5.0" in text
    assert "  or       Kubernetes probes the port over HTTP (20 %, a guess;\n           kubernetes-probe): the" in text
    assert "| 0000  16 03 01 02" in text
    assert "topsecret" not in text
    assert "s3cr3t" not in text


def test_verbose_says_what_was_cut():
    text = shown(report(group(sample=evidence(b"a" * 3000))), verbose=True)
    assert "(952 more bytes)" in text


def test_groups_of_one_cause_share_a_block():
    text = shown(report(*(group(f"g{n}", 10 + n, peers=(f"10.0.0.{n}",)) for n in range(5))))
    assert text.count("Kubernetes probes the port") == 1
    assert "60\u00d7 Kubernetes" in text
    assert "  seen     14\u00d7 GET /healthz HTTP/1.1, from 10.0.0.4" in text
    assert "  and 2 more groups; --verbose shows all" in text


def test_flood_of_causes_is_counted_and_shown_on_demand():
    flood = report(*(group(f"g{n}", findings=(finding(f"rule-{n}"),)) for n in range(30)))
    assert "and 10 more causes; --verbose shows all" in shown(flood)
    assert shown(flood, verbose=True).count("wsdoctor explain rule-") == 30


def test_thousand_groups_stay_readable():
    assert len(shown(big_report(1000)).splitlines()) < 1000


def test_folded_tail_claims_no_cause():
    text = shown(report(group(folded=True, peers=(), period=None)), verbose=True)
    assert "120\u00d7 Health check: rare kinds, counted together\n  class    health-check" in text
    assert "  seen     various" in text
    assert "because" not in text
    assert "wsdoctor explain" not in text


def test_folded_tail_of_good_handshakes_is_good():
    assert shown(report(group(findings=(), folded=True))).startswith("No strays")


def test_good_handshakes_that_were_only_counted_are_told():
    assert "REAL CLIENTS \u00b7 30 attempts\n" in shown(Report(30, 30, ()))


def test_good_groups_beyond_three_are_counted():
    good = report(*(group(f"g{n}", findings=()) for n in range(5)))
    text = shown(good)
    assert text.startswith("No strays: every attempt was a correct opening handshake.")
    assert "and 2 more groups; --verbose shows all" in text


def test_facts_that_were_not_observed_leave_no_line():
    bare = group(attempts=1, sample=evidence(), peers=(), peer_count=0, first_seen=None, last_seen=None, timeline=None)
    text = shown(report(bare))
    assert "from" not in text.partition("because")[0]
    assert "  seen     request not observed\n  because" in text


def test_single_attempt_has_no_chart():
    assert "\u2588" not in shown(report(group(attempts=1, timeline=timeline(1))))


def test_nothing_of_a_peer_reaches_the_terminal_unescaped():
    bad = group(
        HOSTILE,
        findings=(finding(reason=HOSTILE, title=HOSTILE, remedy=HOSTILE), finding(reason=HOSTILE, title=HOSTILE)),
        sample=evidence(HOSTILE.encode("utf-8"), method=HOSTILE, target=HOSTILE, http_version=HOSTILE, log=HOSTILE),
        peers=(HOSTILE,),
        paths=(HOSTILE, HOSTILE),
        undecided=(Undecided(HOSTILE, (HOSTILE,)),),
    )
    bad_tongue = replace(bad, sample=evidence(b"\x00\x01\x02", speaks=HOSTILE))
    for verbose in (False, True):
        text = shown(report(bad, bad_tongue, notes=(HOSTILE,)), verbose=verbose)
        assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)
        assert "\n" in text
