from __future__ import annotations

import pytest

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.files_in_play import CONFIDENCE, FilesInPlay
from wsdoctor.model.evidence import SourceFile
from wsdoctor.rules import load_rules
from wsdoctor.wire.attempt import evidence

LIGHTTPD = 'server.modules += ("mod_proxy")\nproxy.server = ("" => (("host" => "127.0.0.1", "port" => 8123)))\n'
ANGULAR = '{"/socket": {"target": "http://localhost:3000", "secure": false}}\n'
COMPOSE = (
    "services:\n  ws:\n    build: .\n    healthcheck:\n"
    '      test: ["CMD", "curl", "-f", "http://localhost:8765/"]\n      interval: 30s\n'
)
SERVER = (
    "import asyncio, websockets\n\nasync def main():\n    async with websockets.serve(handler, '', 8765):\n"
    "        await asyncio.Future()\n\nasyncio.run(main())\n"
)


@pytest.fixture(scope="module")
def base() -> FilesInPlay:
    return FilesInPlay(load_rules(), knowledge_base().recogniser)


@pytest.mark.parametrize(
    ("name", "text", "cls"),
    [
        ("lighttpd.conf", LIGHTTPD, "proxy-strips-upgrade"),
        ("proxy.conf.json", ANGULAR, "proxy-strips-upgrade"),
        ("../../etc/../lighttpd.conf", LIGHTTPD, "proxy-strips-upgrade"),
        ("C:\\lighttpd\\lighttpd.conf", LIGHTTPD, "proxy-strips-upgrade"),
    ],
)
def test_what_a_proxy_in_play_breaks_is_named(base: FilesInPlay, name: str, text: str, cls: str) -> None:
    diagnosis = base.diagnose(evidence(files=(SourceFile(name, text),)))
    assert [finding.cls for finding in diagnosis.findings] == [cls]
    assert diagnosis.findings[0].confidence <= CONFIDENCE
    assert diagnosis.findings[0].reason
    assert diagnosis.undecided == ()


def test_the_attempt_itself_counts_more_than_its_files(base: FilesInPlay) -> None:
    files = (SourceFile("lighttpd.conf", LIGHTTPD),)
    said = base.diagnose(evidence(files=files, log="websocket: request origin not allowed by Upgrader.CheckOrigin"))
    assert [finding.cls for finding in said.findings] == ["origin-rejected"]
    opened = base.diagnose(evidence(files=files, log="INFO:websockets.server:connection open\n", outcome="upgraded"))
    assert opened.findings == ()


def test_checks_that_the_files_declare_are_named(base: FilesInPlay) -> None:
    monitors = '{"monitorList":[{"type":"http","url":"http://ws.example.com:8765","interval":60}]}\n'
    for name, text, cls in (("compose.yml", COMPOSE, "health-check"), ("monitors.json", monitors, "uptime-monitor")):
        diagnosis = base.diagnose(evidence(files=(SourceFile(name, text),), log="something failed\n"))
        assert [finding.cls for finding in diagnosis.findings] == [cls]


def test_a_listener_that_the_files_show_makes_it_surer(base: FilesInPlay) -> None:
    files = (SourceFile("server.py", SERVER), SourceFile("compose.yml", COMPOSE))
    diagnosis = base.diagnose(evidence(files=files, log="something failed\n"))
    assert [finding.cls for finding in diagnosis.findings] == ["health-check"]
    assert diagnosis.findings[0].confidence > CONFIDENCE


@pytest.mark.parametrize("name", ["", ".", "..", "/", "\x00", "a" * 500, ".hidden"])
def test_files_that_say_nothing_leave_the_diagnosis_as_it_was(base: FilesInPlay, name: str) -> None:
    diagnosis = base.diagnose(evidence(files=(SourceFile(name, "\udcff nothing\n"),)))
    assert [finding.rule for finding in diagnosis.findings] == ["nothing-observed"]
    assert base.diagnose(evidence()).findings[0].rule == "nothing-observed"


def test_a_location_for_pages_is_no_accusation(base: FilesInPlay) -> None:
    both = (
        "location /ws { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
        ' proxy_set_header Connection "upgrade"; }\nlocation / { proxy_pass http://app; }\n'
    )
    diagnosis = base.diagnose(evidence(files=(SourceFile("site.conf", both),)))
    assert [finding.cls for finding in diagnosis.findings] == ["unknown"]


def test_each_rule_is_named_once(base: FilesInPlay) -> None:
    twice = '{"/a": {"target": "http://localhost:3000"}, "/socket": {"target": "http://localhost:3001"}}\n'
    diagnosis = base.diagnose(evidence(files=(SourceFile("proxy.conf.json", twice),)))
    rules = [finding.rule for finding in diagnosis.findings]
    assert len(rules) == len(set(rules)) == 1
