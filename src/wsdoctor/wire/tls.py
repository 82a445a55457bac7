"""What a TLS or SSL 2.0 hello says of its sender, and the alerts to refuse it with.

A ClientHello is read as far as it was received; nothing is verified, nothing raises. Whether TLS is right on a
port is for the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wsdoctor.model.evidence import ClientHello

__all__ = ["ALERTS", "alert", "client_hello", "handshake_failure_alert", "refusal"]

VERSIONS: Mapping[int, str] = MappingProxyType(
    {0x0002: "SSL 2.0", 0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
)
ALERTS: Mapping[str, int] = MappingProxyType(
    {
        "unexpected_message": 10, "handshake_failure": 40, "illegal_parameter": 47, "protocol_version": 70,
        "internal_error": 80, "unrecognized_name": 112, "no_application_protocol": 120,
    }
)  # fmt: skip
"""Alerts that a server can refuse a ClientHello with, by the names of RFC 8446 section 6."""

_ALERT, _HANDSHAKE = 21, 22
_CLIENT_HELLO = 1
_SERVER_NAME, _ALPN, _SUPPORTED_VERSIONS = 0, 16, 43
_FATAL = 2
_LARGEST_HELLO = 16_384
"""Bytes of a ClientHello that are read: a record holds no more (RFC 8446 section 5.1), and no client is near it."""
_MOST_NAMES = 32
"""Versions and protocols that are kept; clients offer two to five."""
_SSL2_NO_CIPHER = bytes((0x80, 3, 0, 0, 1))
"""SSL 2.0 ERROR message, NO-CIPHER-ERROR."""


class _CutOff(Exception):
    """The bytes end before the structure does."""


class _Reader:
    """Reads big-endian numbers and length-prefixed vectors (RFC 8446 section 3)."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.data):
            raise _CutOff
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def vector(self, size: int) -> bytes:
        return self.take(self.number(size))

    def __bool__(self) -> bool:
        return self.at < len(self.data)


class _Hello:
    """The facts of a hello, filled as far as the bytes go."""

    __slots__ = ("alpn", "ciphers", "server_name", "versions")

    def __init__(self) -> None:
        self.versions: tuple[int, ...] = ()
        self.server_name: str | None = None
        self.alpn: tuple[str, ...] = ()
        self.ciphers = 0

    def read(self, body: _Reader) -> None:
        self.versions = (body.number(2),)
        body.take(32)
        body.vector(1)
        size = body.number(2)
        self.ciphers = size // 2
        body.take(size)
        body.vector(1)
        if body:
            body.number(2)
        while body:
            self._extension(body.number(2), _Reader(body.vector(2)))

    def _extension(self, kind: int, content: _Reader) -> None:
        if kind == _SERVER_NAME:
            names = _Reader(content.vector(2))
            names.number(1)
            self.server_name = names.vector(2).decode("latin-1")
        elif kind == _ALPN:
            protocols = _Reader(content.vector(2))
            offered: list[str] = []
            while protocols and len(offered) < _MOST_NAMES:
                name = protocols.vector(1)
                if not _is_grease(name):
                    offered.append(name.decode("latin-1"))
            self.alpn = tuple(offered)
        elif kind == _SUPPORTED_VERSIONS:
            offers = _Reader(content.vector(1))
            versions: set[int] = set()
            while offers and len(versions) < _MOST_NAMES:
                version = offers.take(2)
                if not _is_grease(version):
                    versions.add(int.from_bytes(version))
            self.versions = tuple(sorted(versions, reverse=True))


def _is_grease(value: bytes) -> bool:
    """Say whether a client sent the value only to keep servers tolerant (RFC 8701)."""
    return len(value) == 2 and value[0] == value[1] and value[0] & 0x0F == 0x0A


def client_hello(first_bytes: bytes) -> ClientHello | None:
    """Read a TLS ClientHello or an SSL 2.0 CLIENT-HELLO, cut off or not; None if the bytes are no hello."""
    if len(first_bytes) < 3:
        return None
    if first_bytes[0] >= 0x80:
        return _ssl2_hello(first_bytes) if first_bytes[2] == _CLIENT_HELLO else None
    if first_bytes[0] != _HANDSHAKE or first_bytes[1] != 3:
        return None
    message = _handshake_bytes(first_bytes)
    if message[:1] not in {b"", b"\1"}:
        return None
    length = int.from_bytes(message[1:4])
    hello = _Hello()
    complete = 4 <= len(message) >= 4 + length
    try:
        hello.read(_Reader(message[4 : 4 + length]))
    except _CutOff:
        complete = False
    versions = tuple(map(_version, hello.versions))
    record_version = _version(int.from_bytes(first_bytes[1:3]))
    return ClientHello(record_version, versions, hello.server_name, hello.alpn, complete, hello.ciphers)


def _handshake_bytes(data: bytes) -> bytes:
    """Join the fragments of the leading handshake records (RFC 8446 section 5.1)."""
    out = bytearray()
    at = 0
    while data[at : at + 1] == b"\x16" and len(out) < _LARGEST_HELLO:
        size = int.from_bytes(data[at + 3 : at + 5])
        out += data[at + 5 : at + 5 + size]
        at += 5 + size
    return bytes(out[: _LARGEST_HELLO + 4])


def _ssl2_hello(data: bytes) -> ClientHello:
    complete = len(data) >= 2 + (int.from_bytes(data[:2]) & 0x7FFF)
    versions = (_version(int.from_bytes(data[3:5])),) if len(data) >= 5 else ()
    ciphers = int.from_bytes(data[5:7]) // 3 if len(data) >= 7 else 0
    return ClientHello("SSL 2.0", versions, complete=complete, cipher_suites=ciphers)


def _version(number: int) -> str:
    return VERSIONS.get(number, f"0x{number:04x}")


def alert(name: str, version: int = 0x0303) -> bytes:
    """Return the record of a fatal alert.

    Args:
        name: one of `ALERTS`.
        version: of the record layer.

    """
    return bytes((_ALERT, *version.to_bytes(2), 0, 2, _FATAL, ALERTS[name]))


def handshake_failure_alert(first_bytes: bytes = b"") -> bytes:
    """Return the fatal alert ``handshake_failure`` in a record that the sender of the hello understands."""
    return refusal(first_bytes, "handshake_failure")


def refusal(first_bytes: bytes, name: str) -> bytes:
    """Return a fatal alert as a record of the version that the hello came in.

    A client that knows no TLS version yet takes an alert in the version of its own record (RFC 8446 section
    5.1 keeps it at 3.1 or 3.3 for compatibility). One that only knows SSL 2.0 gets that protocol's error message.

    Args:
        first_bytes: the hello; any other bytes are answered in TLS 1.2.
        name: one of `ALERTS`.

    """
    if first_bytes[:1] >= b"\x80" and first_bytes[3:5] == b"\0\2":
        return _SSL2_NO_CIPHER
    version = int.from_bytes(first_bytes[1:3]) if first_bytes[:1] == b"\x16" else 0
    return alert(name, version if 0x0300 <= version <= 0x0303 else 0x0303)
