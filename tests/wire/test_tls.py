from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import hostile_bytes
from wsdoctor.model.evidence import ClientHello
from wsdoctor.wire.tls import ALERTS, alert, client_hello, handshake_failure_alert, refusal


def vector(size: int, content: bytes) -> bytes:
    return len(content).to_bytes(size) + content


def extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2) + vector(2, content)


def hello(*extensions: bytes, legacy: bytes = b"\3\3", record: bytes = b"\3\1", ciphers: int = 3) -> bytes:
    body = legacy + bytes(32) + vector(1, bytes(32)) + vector(2, bytes(2 * ciphers)) + vector(1, b"\0")
    if extensions:
        body += vector(2, b"".join(extensions))
    return b"\x16" + record + vector(2, b"\1" + vector(3, body))


SNI = extension(0, vector(2, b"\0" + vector(2, b"chat.example")))
ALPN = extension(16, vector(2, vector(1, b"\x3a\x3a") + vector(1, b"h2") + vector(1, b"http/1.1")))
VERSIONS = extension(43, vector(1, b"\x7a\x7a\3\3\3\4"))
SSL2 = bytes.fromhex("802e0100020015000000100100800200800300800400800500800600400700c0") + bytes(16)


def real_hello(server_name: str | None, protocols: list[str]) -> bytes:
    """Return what the TLS library of this interpreter says."""
    context = ssl.create_default_context()
    context.check_hostname = server_name is not None
    if protocols:
        context.set_alpn_protocols(protocols)
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=server_name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def test_a_real_hello() -> None:
    found = client_hello(real_hello("chat.example", ["http/1.1"]))
    assert found is not None
    assert found.server_name == "chat.example"
    assert found.alpn == ("http/1.1",)
    assert found.versions[0] == "TLS 1.3"
    assert found.complete
    assert found.cipher_suites > 5


def test_a_real_hello_without_name_and_protocols() -> None:
    found = client_hello(real_hello(None, []))
    assert found is not None
    assert (found.server_name, found.alpn, found.complete) == (None, (), True)


def test_all_that_a_hello_says() -> None:
    assert client_hello(hello(SNI, ALPN, VERSIONS)) == ClientHello(
        "TLS 1.0", ("TLS 1.3", "TLS 1.2"), "chat.example", ("h2", "http/1.1"), True, 3
    )


def test_a_hello_without_extensions() -> None:
    assert client_hello(hello(legacy=b"\3\0", record=b"\3\0")) == ClientHello("SSL 3.0", ("SSL 3.0",), cipher_suites=3)


def test_unknown_versions_are_given_by_number() -> None:
    found = client_hello(hello(extension(43, vector(1, b"\x7f\x1c\3\4"))))
    assert found is not None
    assert found.versions == ("0x7f1c", "TLS 1.3")


def test_byte_by_byte() -> None:
    whole = hello(SNI, ALPN, VERSIONS)
    for end in range(3, len(whole)):
        found = client_hello(whole[:end])
        assert found is not None
        assert found.record_version == "TLS 1.0"
        assert not found.complete
        assert found.server_name in {None, "chat.example"}
    assert all(client_hello(whole[:end]) is None for end in range(3))
    cut = client_hello(whole[: whole.index(ALPN) + 3])
    assert cut is not None
    assert (cut.server_name, cut.alpn, cut.versions, cut.cipher_suites) == ("chat.example", (), ("TLS 1.2",), 3)


def test_a_hello_in_two_records() -> None:
    message = hello(SNI, ALPN)[5:]
    first_bytes = b"\x16\3\1" + vector(2, message[:20]) + b"\x16\3\1" + vector(2, message[20:])
    assert client_hello(first_bytes) == client_hello(hello(SNI, ALPN))


def test_lengths_that_lie_make_it_incomplete() -> None:
    found = client_hello(hello(extension(0, vector(2, b"\0\0\xff"))))
    assert found is not None
    assert not found.complete


def test_long_lists_are_bounded() -> None:
    offers = b"".join(vector(1, b"p%d" % number) for number in range(100))
    versions = b"".join(number.to_bytes(2) for number in range(100))
    found = client_hello(hello(extension(16, vector(2, offers)), extension(43, vector(1, versions))))
    assert found is not None
    assert len(found.alpn) == 32
    assert len(found.versions) == 32


@pytest.mark.parametrize("first_bytes", [b"", b"\x16\3", b"\x16\2\1", b"\x17\3\1", b"GET", b"\x80\x2e\2"])
def test_no_hello(first_bytes: bytes) -> None:
    assert client_hello(first_bytes) is None


def test_a_handshake_message_of_another_kind_is_no_hello() -> None:
    assert client_hello(b"\x16\3\3\0\4\2\0\0\0") is None


def test_ssl2() -> None:
    assert client_hello(SSL2) == ClientHello("SSL 2.0", ("SSL 2.0",), cipher_suites=7)
    assert client_hello(SSL2[:3]) == ClientHello("SSL 2.0", complete=False)
    assert client_hello(SSL2[:5]) == ClientHello("SSL 2.0", ("SSL 2.0",), complete=False)
    later = client_hello(SSL2[:3] + b"\3\1" + SSL2[5:])
    assert later is not None
    assert later.versions == ("TLS 1.0",)


def test_alerts() -> None:
    assert alert("protocol_version") == b"\x15\3\3\0\2\2\x46"
    assert alert("unrecognized_name", 0x0301) == b"\x15\3\1\0\2\2\x70"
    assert handshake_failure_alert() == b"\x15\3\3\0\2\2\x28"


@pytest.mark.parametrize(
    ("first_bytes", "record_version"),
    [
        (hello(record=b"\3\0"), b"\3\0"),
        (hello(record=b"\3\1"), b"\3\1"),
        (hello(record=b"\3\4"), b"\3\3"),
        (b"\x16\x7f\x7f", b"\3\3"),
        (SSL2[:3] + b"\3\1" + SSL2[5:], b"\3\3"),
        (b"GET / HTTP/1.1\r\n\r\n", b"\3\3"),
    ],
)
def test_an_alert_is_in_the_version_of_the_hello(first_bytes: bytes, record_version: bytes) -> None:
    assert handshake_failure_alert(first_bytes) == b"\x15" + record_version + b"\0\2\2\x28"


def test_ssl2_alone_gets_its_own_error() -> None:
    assert refusal(SSL2, "protocol_version") == b"\x80\3\0\0\1"


@pytest.mark.parametrize("name", ALERTS)
def test_a_real_client_understands_each_alert(name: str) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="chat.example")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    incoming.write(refusal(outgoing.read(), name))
    with pytest.raises(ssl.SSLError, match=r"(?i)alert|unrecognized name"):
        client.do_handshake()


@given(st.one_of(hostile_bytes(), st.binary().map(lambda rest: b"\x16\3\1\1\0\1\0\0\xff\3\3" + bytes(32) + rest)))
def test_any_bytes(first_bytes: bytes) -> None:
    found = client_hello(first_bytes)
    assert found is None or found.record_version
    assert refusal(first_bytes, "protocol_version")


@given(st.data())
def test_a_hello_with_changed_bytes(data: st.DataObject) -> None:
    whole = bytearray(hello(SNI, ALPN, VERSIONS))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(3, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = client_hello(bytes(whole))
    assert found is None or found.record_version
    assert refusal(bytes(whole), "protocol_version")
