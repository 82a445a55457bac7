from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tests.factories import (
    HOSTILE,
    NOON,
    big_report,
    evidence,
    finding,
    group,
    nginx_rule,
    report,
    sample_groups,
    sample_report,
    timeline,
)  # fmt: skip
from wsdoctor.model.evidence import ProxyHeader
from wsdoctor.model.finding import Undecided
from wsdoctor.model.report import Report
from wsdoctor.model.rule import Reference, Remedy
from wsdoctor.renderers import html

VOID = {"meta", "input"}


class Page(HTMLParser):
    """A page as a browser would take it apart: elements, attributes, text and unclosed elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if not self.open or self.open[-1] not in {"script", "style"}:
            self.words.append(data)

    def tags(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for each, attributes in self.elements if each == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def source(found: Report, **options: object) -> str:
    pieces: list[str] = []
    html.render(found, pieces.append, **({"rules": {}} | options))  # type: ignore[arg-type]
    return "".join(pieces)


def page(found: Report, **options: object) -> Page:
    return Page(source(found, **options))


def hostile_report() -> Report:
    first = group(
        HOSTILE,
        findings=(
            finding(
                HOSTILE, reason=HOSTILE, title=HOSTILE, remedy=HOSTILE, references=(HOSTILE, f"https://x/{HOSTILE}")
            ),
            finding(reason=HOSTILE, title=HOSTILE),
        ),
        sample=evidence(
            HOSTILE.encode(), method=HOSTILE, target=HOSTILE, http_version=HOSTILE, log=HOSTILE, speaks="http/1"
        ),
        parts={HOSTILE: HOSTILE},
        peers=(HOSTILE,),
        clients=(HOSTILE,),
        paths=(HOSTILE, HOSTILE),
        listener=HOSTILE,
        undecided=(Undecided(HOSTILE, (HOSTILE,)),),
    )
    rest = (
        replace(first, id="b", sample=evidence(b"\x00" + HOSTILE.encode(), speaks=HOSTILE)),
        replace(
            first, id="c", sample=evidence(HOSTILE.encode(), proxy=ProxyHeader(2, HOSTILE, HOSTILE, HOSTILE, length=9))
        ),
        group(HOSTILE, findings=(), peers=(HOSTILE,), sample=evidence(HOSTILE.encode())),
        group(HOSTILE, findings=(finding("not-known", "unknown", title=HOSTILE),), parts={"a": HOSTILE}),
        group(HOSTILE, findings=(), folded=True, parts={HOSTILE: HOSTILE}),
    )
    return report(first, *rest, notes=(HOSTILE,))


def hostile_rules():
    remedy = Remedy(HOSTILE, {HOSTILE: HOSTILE})
    references = (Reference(HOSTILE, f"https://x/{HOSTILE}"),)
    return {HOSTILE: nginx_rule(why=HOSTILE, title=HOSTILE, remedy=remedy, references=references)}


def test_page_is_whole_and_well_formed():
    for found in (sample_report(), hostile_report(), Report(0, 0, ())):
        shown = page(found)
        assert not shown.wrong
        assert not shown.open


def test_verdict_in_one_sentence_on_top():
    shown = page(sample_report())
    assert (
        "7 things need you. 2,521 attempts to connect were seen. 1,840 came from real WebSocket clients" in shown.text
    )
    assert "The other 681 were strays" in shown.text


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Report(0, 0, ()), "Nobody knocked. No attempt to connect was observed."),
        (report(group(attempts=1, findings=())), "Nothing needs you. 1 attempt to connect was seen. 1 came from real"),
        (report(group(attempts=1)), "Nothing needs you. 1 attempt to connect was seen. It was a stray, explained"),
        (
            report(group(attempts=1), group(findings=())),
            "came from real WebSocket clients and asked in the right way. The other 1 was a stray, explained below.",
        ),
        (
            report(group(findings=(finding(level="error"),))),
            "1 thing needs you. 120 attempts to connect were seen. All were strays, explained below.",
        ),
        (report(group(findings=(finding("u-u", "unknown"),))), "to need you; 1 kind of attempt is not explained yet."),
        (
            report(*(group(findings=(finding(f"u-{n}", "unknown"),)) for n in range(2))),
            "Nothing is known to need you; 2 kinds of attempt are not explained yet.",
        ),
    ],
)
def test_other_verdicts(found, words):
    assert words in page(found).text


def test_sections_stand_in_order_and_causes_say_all():
    text = page(sample_report(), rules={"nginx-drops-upgrade": nginx_rule()}).text
    places = [text.rindex(words) for words in (
        "Something has to be changed", "Too little was seen of these", "These arrive on every open port",
        "These asked for a WebSocket in the right way",
    )]  # fmt: skip
    assert places == sorted(places)
    for words in (
        "nginx does not pass the upgrade on Lost on the way95 % sure96attempts",
        "What to doTell nginx to speak HTTP/1.1",
        "proxy_set_header Upgrade $http_upgrade;",
        "Who10.0.3.2",
        "How sure95 %, almost certain",
        "What tellsa Sec-WebSocket-Key came with HTTP/1.0",
        "Why it happensA WebSocket begins as an HTTP request",
        "How baderror: connections cannot succeed this way",
        "WebSocket proxying",
        "wsdoctor explain nginx-drops-upgrade",
        "96\u00d7 GET /socket?token=<hidden> HTTP/1.0",
        "GET /socket?token=hidden HTTP/1.0 Host: server Connection: close",
        "0000 16 03 01 02",
        "It connected and sent nothing.",
        "It may also be: Kubernetes probes the port over HTTP",
        "Would settle itthe header fields of the request, the path of the request",
        "answered426",
        "records4, 19",
        "paths/.env, /wp-login.php, /cgi-bin/luci",
        "Note: 3 lines of server.log could not be read.",
    ):
        assert words.replace(" ", "") in text.replace(" ", ""), words


def test_secrets_are_not_in_the_file():
    text = source(sample_report())
    assert "topsecret" not in text
    assert "s3cr3t" not in text


def test_built_in_rules_are_asked_where_none_are_given(monkeypatch):
    monkeypatch.setattr(html, "load_rules", lambda: {"kubernetes-probe": nginx_rule(why="Because of the test.")})
    pieces: list[str] = []
    html.render(report(group()), pieces.append, color=True)
    assert "Because of the test." in "".join(pieces)


def test_policy_allows_the_own_style_and_script_alone():
    text = source(sample_report())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    style = text.partition("<style>")[2].partition("</style>")[0]
    script = text.partition("<script>")[2].partition("</script>")[0]
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in (style, script)
    ]
    assert policy == (
        f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'; form-action 'none'"
    )


def test_page_loads_nothing():
    for found in (sample_report(), hostile_report()):
        shown = page(found, rules=hostile_rules())
        for tag, attributes in shown.elements:
            assert not attributes.keys() & {"src", "srcset", "action", "data", "poster", "style", "xlink:href"}, tag

    for part in ("style", "script"):
        own = source(sample_report()).partition(f"<{part}>")[2].partition(f"</{part}>")[0]
        assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|innerHTML|eval\(", own)


def test_nothing_of_a_peer_becomes_markup():
    text = source(hostile_report(), rules=hostile_rules())
    assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)
    assert "<img" not in text
    assert "<script>alert" not in text
    shown = Page(text)
    plain = page(sample_report(), rules={"nginx-drops-upgrade": nginx_rule()})
    assert {tag for tag, _ in shown.elements} <= {tag for tag, _ in plain.elements} | {"dd", "s"}
    names = {name for _, attributes in plain.elements for name in attributes}
    assert {name for _, attributes in shown.elements for name in attributes} <= names
    assert len(shown.tags("script")) == 1
    for link in shown.tags("a"):
        assert link["href"].startswith(("#", "https://"))
        assert link["href"].isprintable()


def test_links_do_not_tell_where_they_come_from():
    text = source(sample_report())
    assert '<meta name="referrer" content="no-referrer">' in text
    assert all(link.get("rel") for link in Page(text).tags("a") if not link["href"].startswith("#"))


def test_page_reads_without_script():
    shown = page(sample_report())
    (tools,) = [each for each in shown.tags("div") if each.get("class") == "tools"]
    assert "hidden" in tools
    assert not any("hidden" in each for tag in ("section", "details", "li") for each in shown.tags(tag))


def test_page_is_accessible():
    shown = page(sample_report())
    assert shown.tags("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in shown.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in shown.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for table_head in shown.tags("th"):
        assert table_head["scope"] in {"row", "col"}
    assert len(shown.tags("caption")) == len(shown.tags("table"))
    for drawing in shown.tags("svg"):
        assert drawing.get("aria-hidden") == "true" or drawing.get("role") == "img"
    inside = {link["href"][1:] for link in shown.tags("a") if link["href"].startswith("#")}
    assert inside <= set(ids)


@pytest.mark.parametrize("dark", [False, True])
def test_colours_keep_their_contrast(dark):
    style = source(Report(0, 0, ())).partition("<style>")[2]
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

    for ground in ("paper", "card", "sunk"):
        for ink in ("ink", "soft", "link"):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    for kind in ("needs", "open", "harmless", "good"):
        assert contrast(kind, f"{kind}-wash") >= 4.5, kind
        assert contrast(kind, "card") >= 4.5, kind
        assert contrast("ink", f"{kind}-wash") >= 4.5, kind


def test_chart_counts_every_attempt_once():
    shown = page(sample_report())
    rows = [int(words.replace(",", "")) for words in re.findall(
        r'<td class="number">([\d,]+)</td>', source(sample_report()))]  # fmt: skip
    assert sum(rows) == sum(sum(each.timeline.counts) for each in sample_groups())
    assert len([each for each in shown.tags("rect") if each.get("class") == "hit"]) == 20


def test_chart_needs_more_than_one_span():
    for timed in (timeline(5), None):
        shown = page(report(group(timeline=timed)))
        assert not [each for each in shown.tags("svg") if each.get("class") in {"bars", "spark"}]
        assert "When they came" not in shown.text


def test_chart_has_at_most_sixty_spans():
    shown = page(report(group(timeline=timeline(*[1] * 500)), group(findings=(), timeline=timeline(start=NOON))))
    assert len([each for each in shown.tags("rect") if each.get("class") == "hit"]) == 60


def test_facts_that_were_not_observed_leave_no_line():
    bare = group(sample=evidence(), peers=(), first_seen=None, last_seen=None, timeline=None, listener=None, parts={})
    text = page(report(bare)).text
    assert "no more is known" in text
    assert "Who" not in text.partition("Harmless")[2]
    assert "Why it happens" not in text


def test_many_records_are_cut():
    assert "11, 12, \u2026" in page(report(group(evidence=tuple(range(1, 40))))).text


def test_clients_behind_intermediaries_are_named():
    assert "said to come from 198.51.100.9" in page(report(group(clients=("198.51.100.9",)))).text


def test_long_request_says_what_is_missing():
    assert "952 more bytes" in page(report(group(sample=evidence(b"a" * 3000)))).text


def test_thousand_groups_stay_small():
    text = source(big_report(1000))
    assert len(text) < 2_500_000
    shown = Page(text)
    assert len([each for each in shown.tags("details") if each.get("class") == "group"]) == 1000
    assert not shown.wrong


def test_what_needs_somebody_stands_open_unless_there_is_a_flood():
    def opened(number: int) -> int:
        made = (group(f"g{n}", findings=(finding(f"rule-{n}", level="error"),)) for n in range(number))
        return sum("open" in each for each in page(report(*made)).tags("details"))

    assert opened(3) == 3
    assert opened(20) == 8
    assert opened(30) == 0


def test_same_report_gives_same_bytes():
    assert source(sample_report()) == source(sample_report())


def test_folded_tail_claims_no_cause():
    text = page(report(group(folded=True))).text
    assert "Health check: rare kinds, counted together Health check 1 group" in text
    assert "What to do" not in text
    assert "Request as received" not in text


def test_good_handshakes_that_were_only_counted_are_told():
    text = page(Report(30, 30, ())).text
    assert "Nothing needs you. 30 attempts to connect were seen. 30 came from real WebSocket clients" in text
    assert "Real clients 30 attempts" in text


def test_many_products_are_folded_away():
    rule = nginx_rule(id="kubernetes-probe", remedy=Remedy("Do.", {f"product {n}": f"set {n}" for n in range(5)}))
    text = page(report(group()), rules={rule.id: rule}).text
    assert "In 5 products: product 0, product 1, product 2, product 3, product 4 product 0 set 0" in text


def test_half_characters_do_not_stop_the_report():
    found = report(group(findings=(finding(reason="\ud800 \u061c"),), sample=evidence(log="\udfff"), peers=("\ud83d",)))
    text = source(found)
    assert text.encode("utf-8")
    assert "\\ud800 \\u061c" in text
