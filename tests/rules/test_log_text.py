from __future__ import annotations

import pytest

from wsdoctor.rules import _log_text
from wsdoctor.rules._log_text import (
    answered,
    names_cause,
    quote,
    refusal,
    says,
    says_accepted,
    says_little,
)

COMBINED = '192.0.2.1 - - [19/Nov/2026:16:49:44 +0000] "GET /ws?a=b HTTP/1.1" 400 432 "-" "curl/8.5.0"\n'


def test_quotes_are_one_line_bounded_and_redacted() -> None:
    assert quote("a\n b") == "a b"
    assert len(quote("x" * 1000)) == 141
    assert "s3cr3t" not in quote("GET /ws?token=s3cr3t HTTP/1.1")


@pytest.mark.parametrize("subject", sorted(_log_text.PHRASES))
def test_no_subject_is_heard_where_nothing_was_said(subject: str) -> None:
    assert says(None, subject) is None
    assert says("", subject) is None
    assert says("INFO:websockets.server:connection open\n", subject) is None
    assert says("connection rejected (426 Upgrade Required)\n", subject) is None


def test_the_line_that_speaks_is_quoted() -> None:
    log = "first line\nwebsocket: request origin not allowed by Upgrader.CheckOrigin\nlast line"
    assert says(log, "key", "origin") == "websocket: request origin not allowed by Upgrader.CheckOrigin"
    assert says("x" * 300 + " invalid origin", "origin") == "x" * 19 + " invalid origin"
    assert names_cause(log)
    assert not names_cause("connection closed")
    assert says("x" * _log_text.LIMIT + " invalid origin", "origin") is None


def test_acceptance_is_heard() -> None:
    assert says_accepted('INFO:     192.0.2.1:5 - "WebSocket /ws" [accepted]')
    assert says_accepted('"GET /ws HTTP/1.1" 101 0')
    assert says_accepted(
        "8df9aec4: Received request to upgrade to websocket\n8df9aec4: Upgrade to websocket successful\n"
    )
    assert says_accepted("20180511 163111.656 WebSocket connection upgraded\n")
    assert says_accepted("192.0.2.7: Plain non-SSL (ws://) WebSocket connection\n")
    assert not says_accepted("101 Switching Protocols: GET - /ws\nHttpServletRequest.upgrade() not supported in Jetty")
    assert not says_accepted('{"websocket connected": false}')
    assert not says_accepted('10.0.3.7 - - [x] "GET /ws HTTP/2.0" 200 0 "-" "-"')
    assert not says_accepted(COMBINED)
    assert not says_accepted(None)


@pytest.mark.parametrize(
    ("outcome", "status", "log", "words"),
    [
        (None, None, None, None),
        ("upgraded", 400, "failed", None),
        (None, 101, "failed", None),
        ("rejected", None, None, "it was rejected"),
        ("closed-by-client", None, None, None),
        (None, 403, None, "it was answered 403"),
        (None, None, "handshake failed", "the log says “handshake failed”"),
        (None, None, "connection open, later failed", None),
        (None, None, '"GET /ws HTTP/1.1" 200 12', "the log says that it was answered 200"),
        ("rejected", None, "all is well", "it was rejected"),
    ],
)
def test_refusals(outcome: str | None, status: int | None, log: str | None, words: str | None) -> None:
    assert refusal(outcome, status, log) == words


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ("Error during WebSocket handshake: Unexpected response code: 403", 403),
        ("Error: Unexpected server response: 502", 502),
        ("server rejected WebSocket connection: HTTP 404", 404),
        ("Handshake status 401 Unauthorized", 401),
        ("Expected HTTP 101 response but was '500 Internal Server Error'", 500),
        ("HTTP/1.1 400 Bad Request", None),
        ("connection failed (403 Forbidden)", None),
        ("nothing", None),
        (COMBINED, None),
    ],
)
def test_answers_as_clients_report_them(log: str, code: int | None) -> None:
    assert answered(None, log) == code
    assert answered(418, log) == 418


def test_lines_of_servers_count_where_asked_for() -> None:
    assert answered(None, COMBINED, lines=True) == 400
    assert answered(None, "HTTP/1.1 400 Bad Request", lines=True) == 400
    assert answered(None, "connection failed (403 Forbidden)", lines=True) == 403
    assert answered(None, "Unexpected response code: 403", lines=True) == 403
    assert answered(None, "nothing", lines=True) is None
    assert answered(None, None, lines=True) is None


@pytest.mark.parametrize(
    ("log", "little"),
    [
        (None, False),
        ("", False),
        ("connection rejected (426 Upgrade Required)", True),
        ("INFO:websockets.server:connection closed", True),
        ("connection rejected: invalid origin", False),
        ("400 Bad Request: Connection header did not include 'upgrade'", False),
        (COMBINED + "connection closed", False),
    ],
)
def test_logs_that_say_little(log: str | None, little: bool) -> None:
    assert says_little(log) is little


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ("The server returned status code '401' when status code '101' was expected.", 401),
        ("WSServerHandshakeError: 403, message='Invalid response status'", 403),
        ("The HTTP response from the server [404] did not permit the HTTP upgrade to WebSocket", 404),
        ("Invalid handshake response getStatus: 503 Service Unavailable", 503),
        ("Handshake exception, expected status code 101 but was 404", 404),
        ("Didn't switch protocols, expected status <101>, but got <200>", 200),
        ("notAnUpgrade(401, [:])", 401),
        ("WebSocket connection upgrade failed [401]: Unauthorized", 401),
        ("org.eclipse.jetty.websocket.api.UpgradeException: 500 Server Error", 500),
        ("GET wss://ha.example.com/api/websocket - Status: 400 Bad Request", 400),
        ("Refused WebSockets upgrade: 403", 403),
    ],
)
def test_answers_in_the_words_of_many_clients(log: str, code: int) -> None:
    assert answered(None, log) == code


@pytest.mark.parametrize(
    "line",
    [
        'handshake error: bad "Connection" header',
        "`Upgrade` header did not include 'websocket'",
        'Invalid request header "connection"',
        "The WebSocket handshake Upgrade field is missing the websocket token",
        "RemoteProtocolError: Missing header, 'Upgrade: WebSocket'",
        "'connection' header must contain 'upgrade', got [\"close\"]",
        "Expected Upgrade: websocket",
        "Not WebSocket: Upgrade = undefined",
        "Invalid 'Connection' header: {Host=[app]}",
        "This service requires use of the WebSocket protocol",
    ],
)
def test_missing_fields_in_the_words_of_many_servers(line: str) -> None:
    assert says(f"before\n{line}\nafter", "upgrade") == line


@pytest.mark.parametrize(
    "line",
    [
        "Error during WebSocket handshake: 'Upgrade' header is missing",
        "Handshake request with invalid Connection header: 'keep-alive, Upgrade'",
        "websocket: not a websocket handshake: 'Sec-WebSocket-Key' header must be Base64 encoded value of 16-byte",
        "not a WebSocket request: missing key",
    ],
)
def test_other_faults_are_not_taken_for_missing_fields(line: str) -> None:
    assert says(line, "upgrade") is None
