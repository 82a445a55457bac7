from __future__ import annotations

import pytest

from tests.factories import NOON, evidence, finding, group, report, timeline
from wsdoctor.model.finding import Undecided
from wsdoctor.model.report import Report, Timeline
from wsdoctor.model.rule import request
from wsdoctor.renderers import _view

NEEDY = finding("needy", level="error")
UNKNOWN = finding("not-known", "unknown")


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ((), "Nothing was observed."),
        ((group(findings=()),), "No strays: every attempt was a correct opening handshake."),
        ((group(),), "1 cause found, it is harmless."),
        ((group(findings=(NEEDY,)),), "1 cause found, it needs you."),
        ((group(), group(findings=(NEEDY,))), "2 causes found, 1 needs you."),
        ((group(), group(findings=(finding("other-check"),))), "2 causes found, none needs you."),
        ((group(findings=(NEEDY,)), group(findings=(finding("b-b", level="warning"),))), "2 causes found, 2 need you."),
        ((group(findings=(UNKNOWN,)),), "No cause found; 1 kind of attempt not explained yet."),
        ((group(), group(findings=(UNKNOWN,))), "1 cause found, it is harmless; 1 kind of attempt not explained yet."),
    ],
)
def test_verdict(groups, words):
    assert _view.verdict(report(*groups)) == words


def test_causes_stand_by_level_then_by_number():
    found = _view.sections(
        report(
            group(attempts=9, findings=(finding("a-warning", level="warning"),)),
            group(attempts=1, findings=(finding("b-error", level="error"),)),
            group(attempts=2, findings=(finding("c-error", level="error"),)),
        )
    )
    assert [cause.key for cause in found[0].causes] == ["c-error", "b-error", "a-warning"]


def test_groups_of_a_cause_stand_together():
    (section,) = _view.sections(report(group("a", 3), group("b", 5)))
    (cause,) = section.causes
    assert [each.id for each in cause.groups] == ["b", "a"]
    assert cause.attempts == section.attempts == 8


def test_unknown_is_never_called_harmless_or_urgent():
    loud = finding("not-known", "unknown", "warning")
    (section,) = _view.sections(report(group(findings=(loud,))))
    assert section.key == "unexplained"


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ((group(peers=()),), None),
        ((group(),), "10.0.0.7"),
        ((group(peers=("a", "b", "c", "d"), peer_count=4),), "a, b, c and 1 more"),
        ((group(peer_count=40),), "10.0.0.7 and 39 more"),
        ((group(), group(peers=("10.0.0.8", "10.0.0.7"))), "10.0.0.7, 10.0.0.8"),
        ((group(peers=("\x1b[1m\u202e",)),), "\\x1b[1m\\u202e"),
    ],
)
def test_who(groups, words):
    assert _view.who(groups) == words


def test_rhythm():
    assert _view.rhythm(group()) is None
    assert _view.rhythm(group(period=30.0, jitter=0.0)) == "every 30.0 s"
    assert _view.rhythm(group(period=30.0, jitter=1.2)) == "every 30.0 s \u00b1 1.2 s"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (evidence(request("GET /a?token=x HTTP/1.1")), "GET /a?token=<hidden> HTTP/1.1"),
        (evidence(method="GET", path="/log"), "GET /log"),
        (evidence(method="GET"), "GET"),
        (evidence(b""), "connected and sent nothing"),
        (evidence(b"\x16\x03", speaks="tls"), "spoke TLS"),
        (evidence(b"HTTP/1.1 200", speaks="http-response"), "sent an HTTP response"),
        (
            evidence(b"PROXY", speaks="proxy-v1", behind=evidence(request("GET /a HTTP/1.1"))),
            "spoke PROXY protocol, version 1, then GET /a HTTP/1.1",
        ),
        (evidence(b"hello", speaks="text"), "sent 5 bytes that are no request"),
        (evidence(b"\x00\xff", speaks="unknown"), "sent 2 bytes that are no request"),
        (evidence(log=" GET /?token=a refused\x07\nmore"), "logged: GET /?token=<hidden> refused\\x07"),
        (evidence(log=" \n"), "request not observed"),
        (evidence(), "request not observed"),
    ],
)
def test_asked(found, words):
    assert _view.asked(found) == words


def test_summary_counts_further_paths():
    assert _view.summary(group(paths=("/a", "/b", "/c"))) == "GET /healthz HTTP/1.1 and 2 other paths"
    assert _view.summary(group(paths=("/a", "/b"))) == "GET /healthz HTTP/1.1 and 1 other path"
    assert _view.summary(group(folded=True)) == "various"


def test_reason_hides_secrets_of_what_it_quotes():
    quoted = finding(reason="it asks GET /ws?access_token=abc of wss://joe:pw@host/x\x00")
    assert _view.reason_of(quoted) == "it asks GET /ws?access_token=<hidden> of wss://<hidden>@host/x\\x00"


def test_lacking_names_the_most_wanted_fact_first():
    undecided = (Undecided("a-a", ("headers", "peer")), Undecided("b-b", ("headers",)), Undecided("c-c", ("new_fact",)))
    assert _view.lacking(group(undecided=undecided)) == "the header fields of the request, new fact, who connected"
    assert _view.lacking(group()) is None


def test_bins_add_neighbours_up():
    assert _view.bins(timeline(1, 2, 3, 4, 5), 2) == Timeline(NOON, 180.0, (6, 9))
    assert _view.bins(timeline(1, 2), 24) == timeline(1, 2)


def test_merged_puts_all_on_one_axis():
    lines = (timeline(1, 2), timeline(4, start=NOON + 60), timeline(8, start=NOON + 1e6))
    groups = [group(timeline=line) for line in (*lines, None)]
    assert _view.merged(groups, NOON, NOON + 120, 2) == (1, 14)
    assert _view.merged(groups[:1], NOON, NOON, 1) == (3,)


@pytest.mark.parametrize(
    ("found", "reach"),
    [
        (report(group(timeline=None)), None),
        (report(group(timeline=timeline())), None),
        (report(group(timeline=timeline(1, start=1e300))), None),
        (report(group(timeline=timeline(1, width=0.0))), None),
        (report(group(timeline=timeline(1)), group(timeline=timeline(1, 1, start=NOON - 60))), (NOON - 60, NOON + 60)),
        (Report(0, 0, ()), None),
    ],
)
def test_window(found, reach):
    assert _view.window(found) == reach
