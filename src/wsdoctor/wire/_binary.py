"""Signatures of binary protocols that need arithmetic: lengths that must fit, fields that must agree.

Each function says whether bytes can be the start of a message of that protocol. They are the tests of
`wire.sniff`, which drives them; none of them raises.
"""

from __future__ import annotations

__all__ = ["is_dns", "is_frame", "is_memcached", "is_mongodb", "is_mysql", "is_socks5", "is_ssl2"]

_LARGEST_CLOSE_CODE = 4999
_MONGODB_OPCODES = frozenset((1, 2001, 2002, 2004, 2005, 2006, 2007, 2010, 2011, 2012, 2013))
_LARGEST_MONGODB = 48_000_000
_MYSQL_CLIENT_SSL = 0x0800
_TRUNCATED_UTF8 = "unexpected end of data"


def is_ssl2(data: bytes) -> bool:
    """SSL 2.0 CLIENT-HELLO in a record with a two-byte header (RFC 5246 appendix E.2)."""
    if len(data) < 5 or data[2] != 1 or data[3:5] not in {b"\0\2", b"\3\0", b"\3\1", b"\3\2", b"\3\3"}:
        return False
    if len(data) < 11:
        return data[0] == 0x80
    ciphers, session, challenge = (int.from_bytes(data[at : at + 2]) for at in (5, 7, 9))
    length = int.from_bytes(data[:2]) & 0x7FFF
    return (
        ciphers % 3 == 0 < ciphers
        and session <= 32
        and 16 <= challenge <= 32
        and length == 9 + ciphers + session + challenge
    )


def is_socks5(data: bytes) -> bool:
    """SOCKS 5 greeting: version, number of methods, and just so many methods (RFC 1928 section 3)."""
    if len(data) < 3 or not 1 <= data[1] <= 16:
        return False
    methods, behind = data[2 : 2 + data[1]], data[2 + data[1] :]
    sensible = all(method <= 9 or method >= 0x80 for method in methods)
    return (
        len(methods) == data[1] and sensible and len(set(methods)) == len(methods) and behind[:1] in {b"", b"\5", b"\1"}
    )


def is_dns(data: bytes) -> bool:
    """DNS query behind its two-byte length (RFC 1035 sections 4.1.1 and 4.2.2)."""
    if len(data) < 14:
        return False
    length = int.from_bytes(data[:2])
    flags = int.from_bytes(data[4:6])
    questions, answers, authorities, additional = (int.from_bytes(data[at : at + 2]) for at in (6, 8, 10, 12))
    if flags & 0x860F or length < 12 or length + 2 < len(data) or answers or authorities or additional > 2:
        return False
    if questions == 0:
        return length == 12 and flags >> 11 & 0xF == 2
    return questions == 1 and (flags >> 11 & 0xF) == 0 and _is_name(data[14:])


def _is_name(labels: bytes) -> bool:
    at = 0
    while at < len(labels):
        size = labels[at]
        if size == 0:
            return len(labels) < at + 5 or labels[at + 3 : at + 4] in {b"\0", b"\x80"}
        if size > 63 or not all(0x21 <= byte < 0x7F for byte in labels[at + 1 : at + 1 + size]):
            return False
        at += 1 + size
    return True


def is_memcached(data: bytes) -> bool:
    """Request of memcached's binary protocol: a header of 24 bytes whose lengths agree."""
    if len(data) < 24 or data[1] > 0x48 or data[5] != 0:
        return False
    key, extras, body = int.from_bytes(data[2:4]), data[4], int.from_bytes(data[8:12])
    return key <= 250 and extras <= 20 and key + extras <= body


def is_frame(data: bytes) -> bool:
    """Masked WebSocket frame (RFC 6455 section 5.2), its lengths minimal, its payload of the kind it says."""
    header = _frame_header(data)
    if header is None:
        return False
    opcode, length, start = header
    mask, payload = data[start - 4 : start], data[start : start + length]
    if not data[0] & 0x40 and not _payload_fits(opcode, _unmask(payload, mask), len(payload) == length):
        return False
    rest = data[start + length :]
    return not rest or (
        len(rest) > 1 and rest[0] & 0x30 == 0 and rest[0] & 0xF in {0, 1, 2, 8, 9, 10} and rest[1] >= 0x80
    )


def _frame_header(data: bytes) -> tuple[int, int, int] | None:
    """Return opcode, length of the payload and where it starts; None if this is no masked frame, or not yet."""
    if len(data) < 6 or data[1] < 0x80:
        return None
    opcode, size = data[0] & 0xF, data[1] & 0x7F
    wide = {126: 2, 127: 8}.get(size, 0)
    length = int.from_bytes(data[2 : 2 + wide]) if wide else size
    too_wide = wide and length < (126 if wide == 2 else 0x1_0000)
    if too_wide or length >= 1 << 63 or (opcode >= 8 and wide) or len(data) < 6 + wide:
        return None
    return opcode, length, 6 + wide


def _unmask(payload: bytes, mask: bytes) -> bytes:
    stretched = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(stretched)).to_bytes(len(payload))


def _payload_fits(opcode: int, payload: bytes, whole: bool) -> bool:
    if opcode == 1:
        try:
            text = payload.decode()
        except UnicodeDecodeError as error:
            return not whole and error.reason == _TRUNCATED_UTF8
        return all(character >= " " or character in "\t\r\n" for character in text)
    if opcode == 8 and payload[1:]:
        return 1000 <= int.from_bytes(payload[:2]) <= _LARGEST_CLOSE_CODE
    return not (opcode == 8 and whole and len(payload) == 1)


def is_mysql(data: bytes) -> bool:
    """MySQL packet of the connection phase: a greeting, a handshake response or a request for TLS."""
    if len(data) < 10 or data[3] > 1:
        return False
    length = int.from_bytes(data[:3], "little")
    if data[3] == 0:
        version, end, _ = data[5:].partition(b"\0")
        return (
            data[4] == 10
            and length > 20
            and bool(end)
            and version[:1].isdigit()
            and b"." in version[:4]
            and version.isascii()
        )
    capabilities = int.from_bytes(data[4:8], "little")
    if len(data) < 36 or length < 32 or data[13:36].strip(b"\0"):
        return False
    return bool(capabilities & 0x0200) and (length > 32 or bool(capabilities & _MYSQL_CLIENT_SSL))


def is_mongodb(data: bytes) -> bool:
    """MongoDB message header: a length, no answer to anything, a known operation."""
    if len(data) < 16 or data[8:12] != b"\0\0\0\0":
        return False
    length = int.from_bytes(data[:4], "little")
    return 16 <= length <= _LARGEST_MONGODB and int.from_bytes(data[12:16], "little") in _MONGODB_OPCODES
