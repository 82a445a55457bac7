"""Which protocol do the first bytes of a connection belong to?

A table of signatures, looked up by the first byte, so that the common request costs one pattern. A signature
also answers for bytes that were cut off, but only from where they can be told from anything else; before that
the answer is ``text`` or ``unknown``. Nothing here parses, keeps state or raises; any bytes get a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from wsdoctor.wire._binary import is_dns, is_frame, is_memcached, is_mongodb, is_mysql, is_socks5, is_ssl2
from wsdoctor.wire.http2 import PREFACE
from wsdoctor.wire.protocols import PROTOCOLS, Protocol
from wsdoctor.wire.proxy_protocol import SIGNATURE

__all__ = ["PROTOCOLS", "Protocol", "sniff"]

LOOKED_AT = 8_192
"""Bytes that decide: every server limits a request line to about that, and no other signature needs more."""

_TEXT = bytes([*range(0x20, 0x7F), 9, 10, 13])
_EVERY = bytes(range(256))
_UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = _UPPER + _UPPER.lower()
_DIGITS = b"0123456789"


@dataclass(frozen=True, slots=True)
class _Signature:
    name: str
    starts: bytes
    test: Callable[[bytes], object]


def _signature(name: str, starts: bytes, *patterns: bytes, any_case: bool = False) -> _Signature:
    flags = re.DOTALL | re.IGNORECASE if any_case else re.DOTALL
    return _Signature(name, starts, re.compile(b"|".join(patterns), flags).match)


def _cut_off(word: bytes, at_least: int) -> bytes:
    """Return a pattern for a word of which at least so many bytes have come, and no more if it is not whole."""
    pattern = rb""
    for at in range(len(word) - 1, at_least - 1, -1):
        pattern = rb"(?:\Z|" + re.escape(word[at : at + 1]) + pattern + rb")"
    return re.escape(word[:at_least]) + pattern


def _after_empty_lines(data: bytes) -> bool:
    """Say whether an HTTP/1 request follows empty lines (RFC 9112 section 2.2)."""
    rest = data.lstrip(b"\r\n")
    return bool(rest) and rest != data and sniff(rest) in {"http/1", "http/0.9"}


_METHODS = (
    rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|SEARCH|REPORT|PURGE|QUERY"
    rb"|M-SEARCH)"
)
_TARGET = rb"(?:[/*]|https?://|wss?://|(?:h(?:t(?:t(?:ps?(?::/?)?)?)?)?)?\Z)"
_CONNECTION_REQUEST = rb"\x03\x00..[\x06-\xfe]\xe0\x00\x00..[\x00-\x10]"
"""TPKT and the connection request of X.224 (RFC 1006 section 6), with which RDP begins and others too."""

_TABLE = (
    # HTTP first: the common case costs one look-up and one pattern.
    _signature("http/0.9", b"G", rb"GET (?:/|https?://)[^\s]*+[ \t]*+\r?\n(?:\r?\n|\r?\Z)"),
    _signature("rtsp", _UPPER, rb"[A-Z_]{4,13} (?:rtsp[su]?://|[^\s]++ RTSP/)"),
    _signature("sip", _UPPER, rb"[A-Z]{3,9} (?:sips?:|tel:|[^\s]++ SIP/)", rb"SIP/2"),
    _signature("http/2", b"P", _cut_off(PREFACE, 14)),
    _signature("proxy-v1", b"P", *(_cut_off(b"PROXY " + family, 6) for family in (b"TCP4", b"TCP6", b"UNKNOWN"))),
    _signature("http/1", _UPPER, rb"CONNECT [^\s:]+:\d", _METHODS + rb" " + _TARGET),
    _signature("http-response", b"H", rb"HTTP/\d"),
    # Protocols of lines.
    _signature("ssh", b"S", rb"SSH-(?:\Z|\d)"),
    _signature("vnc", b"R", rb"RFB \d(?:\Z|\d(?:\Z|\d(?:\Z|\.)))"),
    _signature("smtp", b"EHLMehlm", rb"(?:EHLO|LHLO|HELO) ", rb"(?:EHLO|HELO)\r?\n", rb"MAIL FROM:", any_case=True),
    _signature("stomp", b"CS", rb"(?:CONNECT|STOMP)\r?\n(?:\Z|\r?\n|[a-z-]+:|[a-z-]+\Z)"),
    _signature("nats", b"CI", rb"(?:CONNECT|INFO) \{"),
    _signature(
        "irc", b"NUPCJncupj", rb"NICK [^\s]", rb"CAP (?:LS|REQ|END)\b", rb"USER [^\s]+ [^\s]+ [^\s]+ ", rb"JOIN [#&]",
        rb"PING :", rb"PASS [^\r\n]*\r?\n(?:NICK|USER|CAP) ", any_case=True,
    ),
    _signature(
        "pop3", b"UACSLRuacslr", rb"USER [^\s]+\r?\nPASS ", rb"(?:CAPA|STLS|STAT|UIDL|RETR \d+)\r?\n", rb"APOP [^\s]+ ",
        any_case=True,
    ),
    _signature(
        "ftp", b"UAFSPEuafspe", rb"(?:USER [^\s]+|AUTH (?:TLS|SSL)(?:-[CP])?|FEAT|SYST|PASV|EPSV)\r?\n",
        rb"USER anonymous\b", any_case=True,
    ),
    _signature(
        "imap", _LETTERS + _DIGITS,
        rb"[A-Z0-9.]{1,12} (?:CAPABILITY|STARTTLS|LOGOUT|(?:LOGIN|AUTHENTICATE|SELECT|EXAMINE|ID|LIST) [^\r\n]+)\r?\n",
        any_case=True,
    ),
    _signature("redis", b"*", rb"\*[1-9]\d{0,6}\r\n(?:\Z|\$(?:\Z|\d))"),
    _signature(
        "redis", b"PIACFKSREpiacfksre",
        rb"(?:PING|INFO(?: \w+)?|AUTH [^\s]+(?: [^\s]+)?|COMMAND(?: DOCS)?|CLIENT LIST|FLUSH(?:ALL|DB))\r?\n",
        rb"(?:KEYS|CONFIG (?:GET|SET)|SLAVEOF|REPLICAOF|EVAL|SCRIPT (?:LOAD|FLUSH)) [^\r\n]+\r?\n", any_case=True,
    ),
    _signature(
        "memcached", b"sgvfmarp", rb"(?:stats(?: [a-z]+)?|version|flush_all(?: \d+)?|mn)\r\n",
        rb"gets? [^\r\n]+(?<!(?i:HTTP)/\d\.\d)\r\n",
        rb"(?:set|add|replace|append|prepend) [^\s]{1,250} \d+ -?\d+ \d+(?: noreply)?\r\n",
    ),
    _signature("xmpp", b"<", rb"(?:<\?xml[^>]*\?>\s*)?<stream:stream\b"),
    _signature("flash-policy", b"<", _cut_off(b"<policy-file-request", 8)),
    _signature("rsync", b"@", rb"@RSYNCD:(?:\Z| )"),
    _signature("weblogic-t3", b"t", rb"t3s? \d"),
    _signature("git", _DIGITS + b"abcdef", rb"[0-9a-f]{4}git-(?:upload-pack|receive-pack|upload-archive) "),
    _signature("stratum", b"{", rb"\{[^\n]{0,512}\"method\"\s*:\s*\"(?:mining\.|eth_submitLogin|login\")"),
    # Protocols of bytes.
    _signature("tls", b"\x16", rb"\x16\x03(?:\Z|[\x00-\x04](?:\Z|[\x00-\x48](?:\Z|.(?:\Z|\x01))))"),
    _signature("tls", b"\x15", rb"\x15\x03[\x00-\x04]\x00\x02(?:\Z|[\x01\x02])"),
    _Signature("ssl2", bytes(range(0x80, 0x90)), is_ssl2),
    _signature("proxy-v2", b"\r", _cut_off(SIGNATURE, 5)),
    _signature("write-ip", b"\x02", rb"\x02.{4}" + _METHODS + rb" /"),
    _signature("write-ip", b"\x0a", rb"\x0a.{16}" + _METHODS + rb" /"),
    _Signature("http/1", b"\r\n", _after_empty_lines),
    _signature(
        "rdp", b"\x03", _CONNECTION_REQUEST + _cut_off(b"Cookie: ", 0),
        _CONNECTION_REQUEST + rb"\x01(?:\Z|[\x00-\x1f](?:\Z|\x08))", rb"\x03\x00[^\n]{2,40}mstshash=",
    ),
    _signature("iso-tsap", b"\x03", _CONNECTION_REQUEST + rb"[\xc0-\xc2]"),
    _signature("telnet", b"\xff", rb"\xff[\xfb-\xfe][\x00-\x31\xff](?:\Z|\xff)"),
    _signature("socks4", b"\x04", rb"\x04[\x01\x02].{6}[\x20-\x7e]*+(?:\Z|\x00)"),
    _Signature("socks5", b"\x05", is_socks5),
    _signature(
        "mqtt", b"\x10", rb"\x10[\x80-\xff]{0,3}[\x00-\x7f]" + _cut_off(b"\0\4MQTT", 3),
        rb"\x10[\x80-\xff]{0,3}[\x00-\x7f]" + _cut_off(b"\0\6MQIsdp", 3),
    ),
    _signature("amqp", b"A", rb"AMQP(?:\Z|[\x00-\x03])"),
    _signature("java-rmi", b"J", rb"JRMI(?:\Z|\x00)"),
    _signature("adb", b"C", rb"CNXN(?:\Z|[\x00-\x02](?:\Z|\x00))"),
    _signature("smb", b"\x00", rb"\x00[\x00\x01]..[\xfd-\xff]S(?:\Z|M(?:\Z|B))"),
    _signature(
        "postgresql", b"\x00", rb"\x00\x00\x00\x08\x04\xd2\x16[\x2f\x30]", rb"\x00\x00\x00\x10\x04\xd2\x16\x2e",
        rb"\x00\x00[\x00-\x27].\x00\x03\x00[\x00-\x02](?:\Z|[a-z_])",
    ),
    _signature(
        "kafka", b"\x00", rb"\x00\x00..\x00[\x00-\x5f]\x00[\x00-\x1f].{4}(?:\xff\xff|\x00[\x00-\x7f][\x20-\x7e]+)",
    ),
    _signature("oracle-tns", b"\x00\x01\x02", rb"[\x00-\x02].\x00\x00\x01\x00\x00\x00\x01[\x2c-\x40]\x01[\x2c-\x40]"),
    _signature(
        "openvpn", b"\x00",
        rb"\x00[\x0e-\xff][\x38\x50].{8}(?:\Z|\x00\x00\x00\x00\x00\Z|.{16,64}\x00\x00\x00\x00\x00\Z)",
    ),
    _Signature("dns", b"\x00\x01\x02", is_dns),
    _signature("mssql", b"\x12", rb"\x12\x01\x00.\x00\x00[\x00\x01]\x00(?:\Z|\x00)"),
    _signature("ajp", b"\x12", rb"\x12\x34..[\x02\x07-\x0a]"),
    _signature(
        "cassandra", b"\x03\x04\x05",
        rb"[\x03-\x05][\x00-\x10]..[\x01\x05]\x00\x00(?:\x00\x00\Z|..\x00[\x01-\x09]\x00\x0bCQL_VERSION)",
    ),
    _signature("ldap", b"0", rb"0(?:[\x05-\x7f]|\x81.|\x82..|\x84.{4})\x02(?:\x01.|\x02..|\x04.{4})[\x60\x63\x77]"),
    _signature("x11", b"lB", rb"l\x00\x0b\x00\x00\x00", rb"B\x00\x00\x0b\x00\x00"),
    _signature("bittorrent", b"\x13", _cut_off(b"\x13BitTorrent protocol", 4)),
    _Signature("memcached", b"\x80", is_memcached),
    _Signature("websocket-frame", b"\x01\x02\x41\x42\x81\x82\x88\x89\x8a\xc1\xc2", is_frame),
    _Signature("mysql", _EVERY, is_mysql),
    _Signature("mongodb", _EVERY, is_mongodb),
    # What is still HTTP by the end of its first line, or by a field behind it, however broken.
    _signature("http/1", _EVERY, rb"[^\r\n]*?HTTP/\d(?:\.\d+)?[ \t]*+(?:[\r\n]|\Z)", any_case=True),
    _signature(
        "http/1", _UPPER,
        rb"[A-Z][A-Z-]+(?: [^\r\n]*)?\r?\n(?i:Host|User-Agent|Accept|Upgrade|Connection|Content-Length)[ \t]*:",
    ),
)  # fmt: skip

_BY_FIRST_BYTE = tuple(
    tuple((signature.name, signature.test) for signature in _TABLE if first in signature.starts) for first in range(256)
)
_PLAIN_GET = re.compile(rb"GET /[^\s]*+ HTTP/1\.").match


def sniff(first_bytes: bytes) -> str:
    """Return the name of the protocol that the first bytes belong to, a key of `PROTOCOLS`.

    Bytes of no known protocol are ``text`` if a person could read them and ``unknown`` otherwise;
    no bytes at all are ``nothing``.
    """
    if _PLAIN_GET(first_bytes):
        return "http/1"
    if not first_bytes:
        return "nothing"
    data = first_bytes[:LOOKED_AT]
    for name, test in _BY_FIRST_BYTE[data[0]]:
        if test(data):
            return name
    return "text" if _is_text(data) else "unknown"


def _is_text(data: bytes) -> bool:
    rest = data.translate(None, _TEXT)
    if not rest:
        return True
    if min(rest) < 0x80:
        return False
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
