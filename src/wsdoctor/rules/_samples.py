"""First bytes of binary protocols, built for the cases of rules; none was recorded from anybody's traffic.

Only the cases of rules use them. Nothing here matches.
"""

from __future__ import annotations

__all__ = ["ADDRESS_HELLO", "ALPN_HELLO", "CUT_HELLO", "NAMED_HELLO", "NAMELESS_HELLO", "PREFACE", "PROXY_V2",
           "SSL3_CHECK", "settings_frame"]  # fmt: skip

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PROXY_V2 = b"\r\n\r\n\0\r\nQUIT\n"


def settings_frame(*settings: tuple[int, int]) -> bytes:
    """Return a SETTINGS frame of HTTP/2 (RFC 9113 section 6.5) with number and value of each setting."""
    payload = b"".join(number.to_bytes(2) + value.to_bytes(4) for number, value in settings)
    return len(payload).to_bytes(3) + b"\x04\x00\x00\x00\x00\x00" + payload


def _sized(data: bytes, size: int) -> bytes:
    return len(data).to_bytes(size) + data


def _hello(name: bytes | None, protocols: tuple[bytes, ...], record: bytes = b"\x03\x01") -> bytes:
    extensions = b"\x00\x2b" + _sized(_sized(b"\x03\x04\x03\x03", 1), 2)
    if name is not None:
        extensions += b"\x00\x00" + _sized(_sized(b"\x00" + _sized(name, 2), 2), 2)
    if protocols:
        extensions += b"\x00\x10" + _sized(_sized(b"".join(_sized(each, 1) for each in protocols), 2), 2)
    body = b"\x03\x03" + bytes(32) + b"\x00" + _sized(b"\x13\x01\xc0\x2f", 2) + b"\x01\x00" + _sized(extensions, 2)
    return b"\x16" + record + _sized(b"\x01" + _sized(body, 3), 2)


NAMED_HELLO = _hello(b"ws.example.com", ())
ALPN_HELLO = _hello(b"ws.example.com", (b"h2", b"http/1.1"))
ADDRESS_HELLO = _hello(None, (b"h2", b"http/1.1"))
NAMELESS_HELLO = _hello(None, ())
CUT_HELLO = NAMELESS_HELLO[:50]
_SSL3_BODY = b"\x03\x00" + bytes(4) + b"HAPROXYSSLCHK\nHAPROXYSSLCHK\n" + b"\x00\x00\x04\x00\x01\x00\x02\x01\x00"
SSL3_CHECK = b"\x16\x03\x00" + _sized(b"\x01" + _sized(_SSL3_BODY, 3), 2)
