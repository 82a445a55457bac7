from __future__ import annotations

import re

import pytest

from tests.factories import HOSTILE, nginx_rule
from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.renderers import rule_page


def terminal(rule: Rule, **options: object) -> str:
    pieces: list[str] = []
    rule_page.render_rule(rule, pieces.append, **options)  # type: ignore[arg-type]
    return "".join(pieces)


def index(*rules: Rule, **options: object) -> str:
    pieces: list[str] = []
    rule_page.render_index({rule.id: rule for rule in rules}, pieces.append, **options)  # type: ignore[arg-type]
    return "".join(pieces)


def bare(**fields: object) -> Rule:
    return nginx_rule(**({"remedy": Remedy("Do."), "near_misses": (), "references": (), "supersedes": ()} | fields))


def test_page_has_every_part():
    text = rule_page.page(nginx_rule())
    assert re.findall(r"(?m)^##? .*", text) == [
        "# nginx does not pass the upgrade on", "## Why it happens", "## What to change", "## How it is recognised",
        "## What it is not", "## What it makes superfluous", "## Read more",
    ]  # fmt: skip
    assert "`nginx-drops-upgrade` \u00b7 class `proxy-strips-upgrade` (Lost on the way)" in text
    assert "**How sure:** 95 %, almost certain." in text
    assert "### nginx\n\n```\nproxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n" in text
    assert "The rule is asked when this was observed: `headers`." in text
    assert "```text\nGET / HTTP/1.0\nConnection: close\n" in text
    assert "```text\nmissing Connection header\n```\n\n```text\nstatus: 426\n```" in text
    assert "- [proxy-strips-connection](proxy-strips-connection.md)" in text
    assert "- [WebSocket proxying](<https://nginx.org/en/docs/http/websocket.html>)" in text
    assert text.endswith("\n")


def test_terminal_page_has_every_part():
    text = terminal(nginx_rule())
    assert re.findall(r"(?m)^[A-Z][a-z ]+$", text) == [
        "How sure", "Why it happens", "What to change", "How it is recognised", "What it is not",
        "What it makes superfluous", "Read more",
    ]  # fmt: skip
    assert "  nginx:\n    proxy_http_version 1.1;\n" in text
    assert "  - the old default\n    | GET / HTTP/1.0\n" in text
    assert "    | 0000  16 03 01 02" in text
    assert "  WebSocket proxying\n    https://nginx.org/en/docs/http/websocket.html\n" in text
    assert "\x1b" not in text


def test_parts_that_a_rule_lacks_are_left_out():
    assert "What it is not" not in terminal(bare()) + rule_page.page(bare())
    assert "superfluous" not in terminal(bare()) + rule_page.page(bare())
    assert "Read more" not in terminal(bare()) + rule_page.page(bare())


def test_markdown_is_the_page():
    assert terminal(nginx_rule(), format="markdown", color=True) == rule_page.page(nginx_rule())
    assert index(nginx_rule(), format="markdown") == rule_page.index_page({"a": nginx_rule()})


def test_claims_say_why_they_are_capped():
    text = rule_page.how_sure(nginx_rule(claim=True))
    assert text.startswith("60 % at first. It rests on what the sender says of itself, and anybody can say that.")
    assert "92 %; with both, 97 %." in text
    assert rule_page.how_sure(nginx_rule(claim=True, confidence=0.4)).startswith("40 %")


def test_facts_are_those_without_default():
    def match(speaks: str, path: str, sender: object = None) -> None: ...

    assert rule_page.facts_of(nginx_rule(match)) == "speaks, path"
    assert rule_page.facts_of(nginx_rule(lambda sender=None: None)) == "nothing in particular"


@pytest.mark.parametrize(
    ("case", "lines"),
    [
        (Case("a", b""), ((("(connected and sent nothing)"),),)),
        (Case("a", None, {"period": 10.0}), (("period: 10.0",),)),
        (Case("a", None, {"headers": Headers((("A", "b"), ("C", "d")))}), (("headers: A: b; C: d",),)),
        (Case("a", None, {"headers": Headers()}), (("headers: none",),)),
        (
            Case("a", None, {"files": (SourceFile("n.conf", "a;\nb;"),)}),
            (("file n.conf:", "    a;", "    b;"),),
        ),
        (Case("a", b"GET / HTTP/1.1\r\n\r\n", {"log": "x\ny"}), (("GET / HTTP/1.1",), ("x", "y"))),
    ],
)
def test_transcript(case, lines):
    assert rule_page.transcript(case) == lines


def test_index_is_grouped_by_class():
    rules = (
        nginx_rule(),
        nginx_rule(id="a-check", cls="health-check", level="note", claim=True, title="A " + "long " * 20),
    )
    text = index(*rules)
    assert text.startswith("health-check: Health check\n  a-check                           A long long")
    assert "\n" + " " * 36 + "long" in text
    assert text.index("a-check") < text.index("proxy-strips-upgrade: Lost on the way")
    assert text.endswith("2 rules; wsdoctor explain RULE shows the page of one.\n")
    page = rule_page.index_page({rule.id: rule for rule in rules})
    assert "2 rules, one cause each." in page
    assert (
        "| [nginx-drops-upgrade](nginx-drops-upgrade.md) | nginx does not pass the upgrade on | error | 95 % |" in page
    )
    assert "| note | 60 % |" in page


@pytest.mark.parametrize("width", [10, 40, 80, 120])
def test_prose_fits_the_width(width):
    lines = index(nginx_rule(), width=width).splitlines()
    lines += terminal(bare(cases=()), width=width).splitlines()
    assert max(map(len, lines)) <= max(width, 56)


def test_colour_only_when_asked_for():
    assert "\x1b[1mnginx does not pass the upgrade on\x1b[0m" in terminal(nginx_rule(), color=True)
    assert "\x1b[1;31m" in index(nginx_rule(), color=True)


def test_ascii_terminal_gets_ascii():
    assert terminal(nginx_rule(), unicode=False).isascii()
    assert index(nginx_rule(title="caf\u00e9"), unicode=False).isascii()


def test_hostile_examples_are_escaped():
    rule = nginx_rule(
        title=HOSTILE,
        why=HOSTILE,
        remedy=Remedy(HOSTILE, {HOSTILE: HOSTILE}),
        cases=(Case(HOSTILE, HOSTILE.encode(), {"log": HOSTILE, HOSTILE: HOSTILE}),),
        references=(Reference(HOSTILE, HOSTILE),),
    )
    for text in (terminal(rule), rule_page.page(rule), index(rule), rule_page.index_page({rule.id: rule})):
        assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)


def test_long_settings_are_wrapped_at_spaces_and_keep_their_indent():
    rule = nginx_rule(remedy=Remedy("Do.", {"nginx": "location / {\n    one two;\n}\n" + "word " * 20}))
    assert "    location / {\n        one two;\n    }\n    word word" in terminal(rule, width=40)
    assert "\n      word word" in terminal(rule, width=40)
