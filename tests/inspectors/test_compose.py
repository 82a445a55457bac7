from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

HEAD = "services:\n  chat:\n    build: .\n"


def test_health_check_through_variables_and_anchors(tmp_path: Path) -> None:
    files = {
        ".env": "WS_PORT=8765\n",
        "docker-compose.yml": """\
            x-hc: &hc
              interval: 12s
            services:
              chat:
                build: ./chat
                ports:
                  - "${WS_PORT}:${WS_PORT}"
                healthcheck:
                  <<: *hc
                  test: ["CMD-SHELL", "curl -f http://localhost:${WS_PORT}/h || exit 1"]
            """,
    }
    found = declared(tmp_path, "compose", "docker-compose.yml", files)
    (caller,) = found.callers
    assert (caller.product, caller.kind, caller.protocol, caller.path) == ("compose", "health-check", "http", "/h")
    assert (caller.to.host, caller.to.port, caller.to.unit, caller.unit) == ("localhost", 8765, "chat", "chat")
    assert (caller.location.line, caller.location.end_line, caller.period) == (8, 10, 12.0)
    assert [(one.outer, one.inner, one.unit, one.names) for one in found.maps] == [(8765, 8765, "chat", ())]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('["CMD", "wget", "--spider", "http://localhost:8765/"]', [(8765, "http", "/")]),
        ("curl -f http://localhost:8765/x", [(8765, "http", "/x")]),
        ('["CMD-SHELL", "nc -z localhost 8765"]', [(8765, "tcp", None)]),
        ('["CMD", "websocat", "ws://localhost:8765"]', [(8765, "ws", "/")]),
        ('["CMD-SHELL", "curl -f http://localhost:$$PORT/"]', [(9000, "http", "/")]),
        ('["NONE"]', []),
        ("[]", []),
        ('["CMD", "/check"]', []),
    ],
)
def test_forms_of_a_test(tmp_path: Path, test: str, expected: list[tuple[object, ...]]) -> None:
    text = HEAD + f"    environment:\n      PORT: 9000\n    healthcheck:\n      test: {test}\n"
    assert rows(tmp_path, "compose", "compose.yaml", text) == expected


def test_default_interval_and_whole_alias(tmp_path: Path) -> None:
    text = "x-h: &h\n  test: curl localhost:8765\nservices:\n  chat:\n    image: x\n    healthcheck: *h\n"
    (caller,) = declared(tmp_path, "compose", "compose.yml", text).callers
    assert (caller.location.line, caller.period) == (6, 30.0)
    assert [place.line for place in caller.also] == [2]


@pytest.mark.parametrize(
    "check",
    ["disable: true", "interval: 5s", "test: [NONE]"],
)
def test_checks_that_are_off(tmp_path: Path, check: str) -> None:
    assert rows(tmp_path, "compose", "compose.yml", HEAD + f"    healthcheck:\n      {check}\n") == []


def test_extended_services_bring_their_check(tmp_path: Path) -> None:
    files = {
        "common.yml": "services:\n  base:\n    healthcheck:\n      test: curl localhost:8765/b\n",
        "compose.yml": "services:\n  one:\n    extends: {file: ./common.yml, service: base}\n"
        "  two:\n    extends: one\n    healthcheck: {interval: 4s}\n",
    }
    found = rows(tmp_path, "compose", "compose.yml", files, "file", "line", "unit", "period")
    assert found == [
        (8765, "http", "/b", "common.yml", 3, "one", 30.0),
        (8765, "http", "/b", "compose.yml", 6, "two", 4.0),
    ]


def test_ports_in_every_syntax(tmp_path: Path) -> None:
    text = HEAD + (
        "    container_name: chat-1\n    hostname: sockets\n"
        "    networks: {default: {aliases: [ws-alias]}}\n    expose: ['7000']\n"
        "    ports:\n      - 8765\n      - 127.0.0.1:9000:8765/tcp\n      - '3000-3001:4000-4001'\n"
        "      - {target: 5000, published: '5001'}\n      - '[::1]:6000:6001'\n      - 'x:y'\n"
    )
    maps = declared(tmp_path, "compose", "compose.yml", text).maps
    published = [(one.outer, one.inner) for one in maps if not one.names]
    assert published == [(9000, 8765), (3000, 4000), (3001, 4001), (5001, 5000), (6000, 6001)]
    named = {one.names for one in maps if one.names}
    assert named == {("chat-1", "sockets", "ws-alias")}
    assert (7000, 7000) in {(one.outer, one.inner) for one in maps if one.names}


def test_host_network_publishes_nothing_and_shared_ones_share(tmp_path: Path) -> None:
    text = (
        "services:\n  a:\n    network_mode: host\n    ports: ['1:2']\n"
        "  b:\n    network_mode: service:a\n    healthcheck: {test: curl localhost:8765}\n"
    )
    found = declared(tmp_path, "compose", "compose.yml", text)
    assert found.maps == []
    assert found.callers[0].to.unit == "a"


def test_services_that_wait_for_others_or_call_them(tmp_path: Path) -> None:
    text = """\
        services:
          app:
            command: ["./wait-for-it.sh", "ws:8765", "--", "python", "app.py"]
          poll:
            image: curlimages/curl:8
            command: -fsS http://ws:8765/up
          script:
            image: curlimages/curl:8
            command: [sh, -c, "while true; do curl -s http://ws:8765/s; sleep 5; done"]
          watch:
            image: alpine
            entrypoint: [sh, -c]
            command: ["while true; do wget -qO- http://ws:8765/w; sleep 9; done"]
        """
    assert rows(tmp_path, "compose", "compose.yml", text, "kind", "host", "period", "product") == [
        (8765, "tcp", None, "wait", "ws", 1.0, "shell"),
        (8765, "http", "/up", "wait", "ws", None, "shell"),
        (8765, "http", "/s", "health-check", "ws", 5.0, "shell"),
        (8765, "http", "/w", "health-check", "ws", 9.0, "shell"),
    ]


def test_tests_and_examples_are_not_sure(tmp_path: Path) -> None:
    text = HEAD + "    ports: ['8765:8765']\n    healthcheck: {test: curl localhost:8765}\n"
    for path in ("tests/docker-compose.yml", "examples/a/compose.yml", "docker-compose.test.yml"):
        found = declared(tmp_path, "compose", path, text)
        assert found.callers[0].sure <= 0.4
        assert found.maps == []


def test_broken_files_are_noted(tmp_path: Path) -> None:
    found = declared(tmp_path, "compose", "compose.yml", "services: [\n")
    assert "cannot be read" in found.notes[0].text
    assert declared(tmp_path, "compose", "compose.yaml", "services:\n  a: b\n  c: [d]\n").callers == []


def test_unknown_ports_are_noted(tmp_path: Path) -> None:
    text = HEAD + "    healthcheck:\n      test: curl http://localhost:${NOWHERE}/\n"
    found = declared(tmp_path, "compose", "compose.yml", text)
    assert found.callers == []
    assert "NOWHERE" in found.notes[0].text
