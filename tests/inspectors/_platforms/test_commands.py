from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.inspectors._platforms.commands import _Fragment, read, read_words
from wsdoctor.inspectors._platforms.spoken import Found

KNOWN = {"WS_PORT": "8765", "HOST": "ws"}


def done(text: str) -> Found:
    return read(text, 1, KNOWN.get)


def row(text: str) -> tuple[Any, ...]:
    spoken = done(text).spoken
    assert len(spoken) == 1, spoken
    sent = spoken[0].sent
    return (sent.protocol, sent.host, sent.port, sent.path, sent.method, sent.user_agent)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -fsS http://localhost:8765/health || exit 1", ("http", "localhost", 8765, "/health", "GET", "curl/")),
        ("curl -I localhost:8765", ("http", "localhost", 8765, "/", "HEAD", "curl/")),
        ("curl -XPOST -d x --url http://h/a?b=1#c", ("http", "h", 80, "/a?b=1", "POST", "curl/")),
        ("curl -d '{}' https://h", ("https", "h", 443, "/", "POST", "curl/")),
        ("curl -T f http://h:1/", ("http", "h", 1, "/", "PUT", "curl/")),
        ("curl -A probe/1 -o /dev/null h:1", ("http", "h", 1, "/", "GET", "probe/1")),
        ("curl -H 'User-Agent: x' http://[::1]:9/", ("http", "::1", 9, "/", "GET", "x")),
        ("curl http://user:pw@h:1/x >/dev/null 2>&1", ("http", "h", 1, "/x", "GET", "curl/")),
        ("curl ws://h:1/x", ("ws", "h", 1, "/x", None, None)),
        ("curl http://$HOST:${WS_PORT}/", ("http", "ws", 8765, "/", "GET", "curl/")),
        ("curl http://h:${NOWHERE:-9}/", ("http", "h", 9, "/", "GET", "curl/")),
        ("curl http://h:${1:-9}/", ("http", "h", 9, "/", "GET", "curl/")),
        ("/usr/bin/wget -qO- http://h:1/x", ("http", "h", 1, "/x", "GET", "Wget")),
        ("wget --spider -q h:1", ("http", "h", 1, "/", None, "Wget")),
        ("wget --post-data=x -U me h:1", ("http", "h", 1, "/", "POST", "me")),
        ("http POST :8765/x", ("http", "localhost", 8765, "/x", "POST", "HTTPie/")),
        ("xh localhost:8765", ("http", "localhost", 8765, "/", "GET", "xh/")),
        ("nc -z -w 2 h 1", ("tcp", "h", 1, None, None, None)),
        ("nc h 1 </dev/null", ("tcp", "h", 1, None, None, None)),
        ("telnet h 1", ("tcp", "h", 1, None, None, None)),
        ("timeout 1 bash -c '</dev/tcp/h/1'", ("tcp", "h", 1, None, None, None)),
        ("./wait-for-it.sh h:1 -t 5 -- run", ("tcp", "h", 1, None, None, None)),
        ("wait-for-it -h h -p 1", ("tcp", "h", 1, None, None, None)),
        ("bash scripts/wait-for.sh http://h:1/x", ("http", "h", 1, "/x", "GET", "Wget")),
        ("npx wait-on -t 5 http://h:1/x", ("http", "h", 1, "/x", "HEAD", "axios/")),
        ("wait-on http-get:h:1/x", ("http", "h", 1, "/x", "GET", "axios/")),
        ("wait-on tcp:8765", ("tcp", "localhost", 8765, None, None, None)),
        ("wait-on 8765", ("http", "localhost", 8765, "/", "HEAD", "axios/")),
        ("npx start-server-and-test start 'http://h:1' test", ("http", "h", 1, "/", "HEAD", "axios/")),
        ("dockerize -wait tcp://h:1 -timeout 9s", ("tcp", "h", 1, None, None, None)),
        ("wait-port http://:1/x", ("http", "localhost", 1, "/x", "GET", "")),
        ("wait-port h:1", ("tcp", "h", 1, None, None, None)),
        ("grpc_health_probe -addr=:50051", ("grpc", "localhost", 50051, None, None, None)),
        ("grpc_health_probe -addr h:1", ("grpc", "h", 1, None, None, None)),
        ("websocat ws://h:1/s", ("ws", "h", 1, "/s", None, None)),
        ("xdg-open http://h:1", ("http", "h", 1, "/", "GET", "Mozilla/")),
        ("Invoke-WebRequest -Uri http://h:1 -Method Head", ("http", "h", 1, "/", "HEAD", "Mozilla/5.0 (Windows NT")),
        ("$r = Invoke-WebRequest http://h:1/x", ("http", "h", 1, "/x", "GET", "Mozilla/5.0 (Windows NT")),
        ("try { iwr http://h:1/y | Out-Null } catch { }", ("http", "h", 1, "/y", "GET", "Mozilla/5.0 (Windows NT")),
        (
            "do { $r = Invoke-RestMethod http://h:1/z } until ($r)",
            ("http", "h", 1, "/z", "GET", "Mozilla/5.0 (Windows NT"),
        ),
        ("python check_health.py http://h:1/x", ("http", "h", 1, "/x", None, None)),
        ("node probe.js --url=ws://h:1/x", ("ws", "h", 1, "/x", None, None)),
        ("sudo -u app env A=1 timeout -s KILL 5 curl h:1", ("http", "h", 1, "/", "GET", "curl/")),
        ("sh -c \"curl h:$WS_PORT\"", ("http", "h", 8765, "/", "GET", "curl/")),
        ("eval 'curl h:1'", ("http", "h", 1, "/", "GET", "curl/")),
        ("URL=http://h:1/a; curl $URL", ("http", "h", 1, "/a", "GET", "curl/")),
        (
            "python -c \"import urllib.request as u; u.urlopen('http://h:1/x')\"",
            ("http", "h", 1, "/x", "GET", "Python-urllib/"),
        ),
        (
            "python3 -c 'import os, requests; requests.head(f\"http://h:{os.environ[\"WS_PORT\"]}/\")'",
            ("http", "h", 8765, "/", "HEAD", "python-requests/"),
        ),
        (
            "python -c \"import socket; socket.create_connection(('h', 1))\"",
            ("tcp", "h", 1, None, None, None),
        ),
        (
            "python -c \"import http.client as c; x = c.HTTPConnection('h', 1); x.request('HEAD', '/y')\"",
            ("http", "h", 1, "/y", "HEAD", ""),
        ),
        (
            "python -c \"from websockets.sync.client import connect; connect('ws://h:1')\"",
            ("ws", "h", 1, "/", None, None),
        ),
        ("node -e \"fetch('http://h:1/x')\"", ("http", "h", 1, "/x", "GET", "node")),
        (
            "node -e \"require('http').get('http://h:' + process.env.WS_PORT + '/x', r => r)\"",
            ("http", "h", 8765, "/x", "GET", ""),
        ),
        (
            "node -e 'require(\"http\").request({host: \"h\", port: 1, path: \"/y\", method: \"HEAD\"})'",
            ("http", "h", 1, "/y", "HEAD", ""),
        ),
        ("node -e \"require('net').connect(8765)\"", ("tcp", "localhost", 8765, None, None, None)),
        ("deno eval \"fetch('http://h:1')\"", ("http", "h", 1, "/", "GET", "Deno/")),
        ("ruby -e \"Net::HTTP.get(URI('http://h:1/'))\"", ("http", "h", 1, "/", "GET", "Ruby")),
    ],
)  # fmt: skip
def test_what_a_command_sends(text: str, expected: tuple[Any, ...]) -> None:
    assert row(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# curl http://localhost:8765",
        "echo curl http://localhost:8765",
        "git clone https://github.com/a/b",
        "pip install https://h/x.whl",
        "nc -l 8765",
        "echo hi | nc h 1",
        "curl --unix-socket /s http://h/",
        "curl file:///etc/passwd",
        "cat <<E\ncurl http://h:1\nE",
        "python server.py",
        "bash run.sh",
        "docker build .",
        "node -e 'console.log(1)'",
        "grpc_health_probe",
        "wait-on -c config.js",
        "http --help",
    ],
)
def test_what_sends_nothing(text: str) -> None:
    assert done(text).spoken == []


def test_loops_give_the_rhythm_and_wait() -> None:
    spoken = done("until curl -s h:1; do sleep 2; sleep 0.5; done\n").spoken[0]
    assert (spoken.period, spoken.waits, spoken.line) == (2.5, True, 1)
    spoken = done("while true; do\n  curl h:1\n  sleep 1m\ndone\n").spoken[0]
    assert (spoken.period, spoken.line) == (60.0, 2)


def test_loops_over_ports() -> None:
    found = done("for p in 8765 5000; do curl h:$p; done\nfor h in $LIST; do curl $h:1; done\n")
    assert [one.sent.port for one in found.spoken[:2]] == [8765, 5000]


def test_retries_and_watch_repeat() -> None:
    retried = done("curl --retry 5 --retry-delay 3 h:1").spoken[0]
    assert (retried.period, retried.waits) == (3.0, True)
    assert done("watch -n 5 curl h:1").spoken[0].period == 5.0
    assert done("watch curl h:1").spoken[0].period == 2.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -s -o /dev/null -w '%{http_code}' h:1 | grep -q 426", (426,)),
        ("[ \"$(curl -s -w '%{http_code}' h:1)\" = 101 ]", (101,)),
        ("curl -si h:1 | grep 426", (426,)),
        ("curl -si h:1 | grep healthy", ()),
        ("curl -f h:1", ()),
    ],
)
def test_status_codes_that_satisfy(text: str, expected: tuple[int, ...]) -> None:
    assert done(text).spoken[0].expects == expected


def test_fields_of_a_handshake_are_kept() -> None:
    sent = done('curl -H "Upgrade: websocket" -H "Connection: Upgrade" http://h:1/').spoken[0].sent
    assert dict(sent.headers) == {"Upgrade": "websocket", "Connection": "Upgrade"}
    sent = done("node -e \"fetch('http://h:1', {headers: {upgrade: 'websocket'}})\"").spoken[0].sent
    assert "Upgrade" in sent.headers


@pytest.mark.parametrize(
    "text",
    [
        "docker compose exec -T ws curl h:1",
        "docker exec -it -u root ws curl h:1",
        "kubectl exec -n prod deploy/ws -c main -- curl h:1",
        "kubectl exec deploy/ws -- sh -c 'curl h:1'",
    ],
)
def test_commands_within_containers(text: str) -> None:
    assert done(text).spoken[0].inside == "ws"


def test_containers_that_are_started_publish_ports() -> None:
    found = done("docker run -d --rm -p 9000:8765 -p127.0.0.1:80:5000/tcp --publish=1:2 -e A=1 --name x img/ws:3 run\n")
    assert found.published == [(9000, 8765, "img/ws:3", 1), (80, 5000, "img/ws:3", 1), (1, 2, "img/ws:3", 1)]
    assert done("docker ps -p 1:2").published == []


def test_unknown_ports_are_said() -> None:
    assert done("curl http://h:$UNKNOWN/").unknown == [(1, "$UNKNOWN")]
    assert done("curl http://h:$1/").unknown == []
    assert done("sh -c 'curl http://h:$UNKNOWN/'").unknown == [(1, "$UNKNOWN")]


def test_exec_forms_need_no_shell() -> None:
    found = read_words(["curl", "http://h:1/a b"], 7, KNOWN.get)
    assert (found.spoken[0].line, found.spoken[0].sent.path) == (7, "/a")
    assert read_words(["sh", "-c", "wget h:$WS_PORT"], 7, KNOWN.get).spoken[0].sent.port == 8765


def test_nesting_is_bounded() -> None:
    text = "curl h:1"
    for _ in range(8):
        text = "sh -c '" + text.replace("'", "'\\''") + "'"
    assert done(text).spoken == []


PIECES = (
    "curl", "/usr/bin/Wget", "websocat.exe", "wait-for-it.sh", "python3", "-c", "docker", "podman", "run",
    "-p", "80:81",
    "http://h:1/", "h:1", ":8765", "$URL", "${TOOL:-nc}", "$TOOL", "$PLAIN", "${OTHER:-http://h:2}", "check.sh", "-z",
    "'socket.create_connection((\"h\", 1))'", "'http.get({port: 3})'", "\"TCPSocket.new('h', 1)\"", "</dev/tcp/h/4",
    "echo", "TOOL=nc", "A=$URL", "for", "in", "do", "done", ";", "|", "&&", "\n", "#", "$(", ")", "'", '"', "=",
)  # fmt: skip
VALUES = {"URL": "http://h:5/", "TOOL": "curl", "PLAIN": "8765"}


@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from([VALUES, {"PLAIN": "1"}, {"TOOL": "podman"}]))
def test_no_fragment_that_does_something_is_passed_over(pieces: list[str], values: dict[str, str]) -> None:
    text = " ".join(pieces)
    assert read(text, 1, values.get) == _Fragment(values.get).read(text, 1, 0)


def test_what_connects_may_stand_in_a_variable_that_is_set_elsewhere() -> None:
    assert [one.sent.port for one in read("./check.sh $URL", 1, VALUES.get).spoken] == [5]
    assert [one.sent.port for one in read("$TOOL h:1", 1, VALUES.get).spoken] == [1]
    assert read("$DOCKER run -p 1:2 img", 1, {"DOCKER": "nerdctl"}.get).published == [(1, 2, "img", 1)]
    assert not read("echo $URL", 1, {}.get)


ANSWERS = """\
answers() {
  local url="$1"
  for _ in $(seq 60); do
    if curl -s -o /dev/null "$url"; then return 0; fi
    sleep 0.5
  done
}

answers "http://127.0.0.1:8000/healthz"
answers "http://127.0.0.1:${WS_PORT}/"
"""


def told(text: str) -> list[tuple[int, int | None, str | None, bool]]:
    return [(one.line, one.sent.port, one.sent.path, one.waits) for one in done(text).spoken]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANSWERS, [(9, 8000, "/healthz", True), (10, 8765, "/", True)]),
        ("up() { curl http://h:$1/$2; }\nup 8765 x\n", [(2, 8765, "/x", False)]),
        ("function up {\n  curl http://h:${1:-9}/\n}\nup 8765\nup\n", [(4, 8765, "/", False), (5, 9, "/", False)]),
        ("up() {\n  curl http://h:8765/\n}\nup now\n", [(2, 8765, "/", False)]),
        ("up() {\n  curl http://h:$1/\n}\nwhile true; do up 8765; sleep 1; done\n", [(4, 8765, "/", True)]),
        ("up() {\n  curl http://h:$1/\n  up $1\n}\nup 8765\n", [(5, 8765, "/", False)]),
        ("up() {\n  curl http://h:$1/\n", []),
        ("a() {\n  b $1\n}\nb() {\n  curl http://h:$1/\n}\na 8765\n", [(7, 8765, "/", False)]),
    ],
)
def test_functions_are_read_with_what_they_are_given(text: str, expected: list[tuple[int, int, str, bool]]) -> None:
    assert told(text) == expected
