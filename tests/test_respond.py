from __future__ import annotations

import h11
import pytest

from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.rule import GOOD_HANDSHAKE, KEY, VERSION, request
from wsdoctor.respond import NOTHING, Answer, answer, plain
from wsdoctor.wire.attempt import evidence

NO_FINDING = Diagnosis()
HOST = "Host: chat.example"


def found(cls: str, confidence: float = 0.9, sender: str | None = None) -> Diagnosis:
    return Diagnosis(
        (Finding("some-rule", cls, "note", confidence, "The title", "The reason", "The remedy"),), (), sender
    )


def to(first_bytes: bytes, diagnosis: Diagnosis = NO_FINDING, **options) -> Answer:
    return answer(evidence(first_bytes, outcome=options.pop("outcome", "rejected")), diagnosis, **options)


def read(given: Answer, method: str = "GET") -> tuple[h11.Response, bytes]:
    """Read an answer as a client would, and see that nothing is wrong with it."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method=method, target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    client.receive_data(given.data)
    client.receive_data(b"")
    response = client.next_event()
    assert isinstance(response, h11.Response), response
    assert response.status_code == given.status
    body = b""
    while isinstance(event := client.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert client.their_state in {h11.MUST_CLOSE, h11.CLOSED}
    return response, body


def fields(response: h11.Response) -> dict[bytes, bytes]:
    return dict(response.headers)


def test_a_plain_request_gets_426_with_all_that_the_standards_ask_for() -> None:
    response, body = read(to(request("GET / HTTP/1.1", HOST, "User-Agent: curl/8")))
    assert response.status_code == 426
    assert fields(response)[b"upgrade"] == b"websocket"
    assert fields(response)[b"connection"] == b"Upgrade, close"
    assert fields(response)[b"sec-websocket-version"] == b"13"
    assert b"WebSocket server" in body
    assert b"upgrade-present" in body


def test_a_wrong_version_gets_426_and_the_right_one() -> None:
    wrong = [line.replace("13", "8") for line in GOOD_HANDSHAKE]
    response, _ = read(to(request("GET / HTTP/1.1", HOST, *wrong)))
    assert response.status_code == 426
    assert fields(response)[b"sec-websocket-version"] == b"13"


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE", "BREW"])
def test_other_methods_get_405_with_allow(method: str) -> None:
    response, _ = read(to(request(f"{method} / HTTP/1.1", HOST)))
    assert response.status_code == 405
    assert fields(response)[b"allow"] == b"GET"


def test_head_has_no_body_and_the_length_of_the_one_that_it_would_have() -> None:
    given = to(request("HEAD / HTTP/1.1", HOST))
    response, body = read(given, "HEAD")
    assert body == b""
    assert given.data.endswith(b"\r\n\r\n")
    assert int(fields(response)[b"content-length"]) > 100


def test_a_request_with_content_gets_an_answer_that_survives_it() -> None:
    assert to(request("POST / HTTP/1.1", HOST, "Content-Length: 5") + b"he").linger
    assert to(request("GET / HTTP/1.1", HOST, "Transfer-Encoding: chunked")).linger
    assert not to(request("GET / HTTP/1.1", HOST)).linger


def test_another_major_version_gets_505() -> None:
    assert to(request("GET / HTTP/2.0", HOST)).status == 505


def test_http_1_0_gets_426() -> None:
    assert to(request("GET / HTTP/1.0", "Connection: close", KEY, VERSION)).status == 426


def test_a_handshake_without_a_proper_key_gets_400() -> None:
    fields_ = [line for line in GOOD_HANDSHAKE if line != KEY]
    assert to(request("GET / HTTP/1.1", HOST, *fields_)).status == 400
    assert to(request("GET / HTTP/1.1", *GOOD_HANDSHAKE)).status == 400


def test_a_handshake_with_nothing_unmet_that_is_refused_all_the_same_gets_400() -> None:
    response, body = read(to(request("GET / HTTP/1.1", HOST, *GOOD_HANDSHAKE)))
    assert response.status_code == 400
    assert b"6455" not in body


@pytest.mark.parametrize(
    "names",
    [("Host: a", "user-agent: x", "accept: */*"), ("Host: a", "Connection: close", "sec-websocket-key: x")],
)
def test_a_request_that_a_front_end_made_from_http_2_gets_426_without_upgrade(names: tuple[str, ...]) -> None:
    response, _ = read(to(request("GET / HTTP/1.1", *names)))
    assert response.status_code == 426
    assert b"upgrade" not in fields(response)
    assert fields(response)[b"connection"] == b"close"


@pytest.mark.parametrize("names", [("host: a", "accept: */*"), ("Host: a", "sec-ch-ua: x", "User-Agent: y")])
def test_lower_case_alone_is_no_sign_of_http_2(names: tuple[str, ...]) -> None:
    assert b"Upgrade: websocket" in to(request("GET / HTTP/1.1", *names)).data


def test_a_browser_gets_a_page_that_says_what_this_port_is() -> None:
    response, body = read(to(request("GET / HTTP/1.1", HOST), found("browser-navigation")))
    assert response.status_code == 426
    assert fields(response)[b"content-type"].startswith(b"text/html")
    assert b"<h1>This is a WebSocket server</h1>" in body
    assert b"http:" not in body
    assert b"src=" not in body


def test_the_title_of_the_cause_is_told_but_never_to_scanners() -> None:
    plain_request = request("GET / HTTP/1.1", HOST)
    assert b"The title" in to(plain_request, found("proxy-strips-upgrade")).data
    assert b"The title" not in to(plain_request, found("scanner", 0.5)).data
    assert b"The title" not in to(plain_request, found("unknown")).data


def test_a_scanner_gets_nothing() -> None:
    assert to(request("GET /.env HTTP/1.1", HOST), found("scanner")) is NOTHING


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_configured_health_path_gets_200_whoever_asks(method: str) -> None:
    asked = request(f"{method} /healthz?full=1 HTTP/1.1", HOST)
    response, body = read(to(asked, found("scanner"), health_paths=("/healthz",)), method)
    assert response.status_code == 200
    assert body == (b"" if method == "HEAD" else b"ok\n")
    assert to(asked.replace(method.encode(), b"POST", 1), health_paths=("/healthz",)).status == 405


def test_a_health_check_gets_200_only_if_its_sender_is_known() -> None:
    asked = request("GET / HTTP/1.1", HOST)
    assert to(asked, found("health-check", 0.6, "kube-probe")).status == 200
    assert to(asked, found("uptime-monitor", 0.6, "uptime-kuma")).status == 200
    assert to(asked, found("health-check")).status == 426
    assert to(asked, found("http-client-code", 0.6, "curl")).status == 426


def test_a_head_that_never_ends_gets_408_in_time_and_431_or_414_in_size() -> None:
    assert to(b"GET / HTTP/1.1\r\nHost:", outcome="timeout").status == 408
    assert to(b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000).status == 431
    assert to(b"GET /" + b"x" * 20_000).status == 414
    good = request("GET / HTTP/1.1", HOST, *GOOD_HANDSHAKE, *(f"X-{number}: y" for number in range(200)))
    assert to(good, too_large=True).status == 431


def test_tls_gets_an_alert_in_its_own_version() -> None:
    given = to(bytes.fromhex("1603010005010000010003"))
    assert given.data == bytes.fromhex("15030100020228")
    assert given.status is None
    assert given.linger


def test_ssl_2_gets_its_own_error() -> None:
    given = to(bytes.fromhex("802e0100020015000000100100800200800300800600400400800700c0") + bytes(18))
    assert given.data
    assert given.linger


def test_http_2_is_sent_back_to_http_1_1() -> None:
    given = to(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9))
    assert given.data[3] == 4, "SETTINGS comes first"
    assert given.data[9 + 3] == 7, "then GOAWAY"
    assert given.data.endswith((0xD).to_bytes(4, "big"))
    assert given.linger


def test_a_proxy_header_in_front_of_a_request_gets_400() -> None:
    header = b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"
    assert to(header + request("GET / HTTP/1.1", HOST)).status == 400
    assert read(to(header + request("HEAD / HTTP/1.1", HOST)), "HEAD")[1] == b""
    assert to(header) is NOTHING
    assert to(header + b"\x16\x03\x01") is NOTHING


def test_http_0_9_gets_400() -> None:
    assert to(b"GET /\r\n").status == 400


@pytest.mark.parametrize("first", [b"", b"SSH-2.0-Go\r\n", b"hello\r\n", bytes(8), b"*1\r\n$4\r\nPING\r\n"])
def test_everything_else_gets_nothing(first: bytes) -> None:
    assert to(first) is NOTHING


def test_nothing_of_the_peer_is_in_an_answer() -> None:
    hostile = "<script>x</script>\x1b[31m"
    head = f"GET /{hostile} HTTP/1.1\r\nHost: {hostile}\r\nX-{hostile}: {hostile}\r\n\r\n".encode("latin-1")
    for diagnosis in (NO_FINDING, found("browser-navigation"), found("http-client-code")):
        assert b"script" not in to(head, diagnosis).data


def test_a_plain_answer_has_a_text_of_its_own() -> None:
    from http import HTTPStatus

    assert b"418" in plain(HTTPStatus.IM_A_TEAPOT).data
    assert b"I'm a Teapot: short and stout\n" in plain(HTTPStatus.IM_A_TEAPOT, "short and stout").data
