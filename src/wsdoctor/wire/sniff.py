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
from wsdoctor.wire.protocols import PROTOCOLS, Protocol

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


def _signature(name: str, starts: bytes, pattern: bytes, flags: int = 0) -> _Signature:
    return _Signature(name, starts, re.compile(pattern, re.DOTALL | flags).match)


def _after_empty_lines(data: bytes) -> bool:
    """Say whether an HTTP/1 request follows empty lines (RFC 9112 section 2.2)."""
    rest = data.lstrip(b"\r\n")
    return bool(rest) and rest != data and sniff(rest) in {"http/1", "http/0.9"}


_METHODS = rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|SEARCH|REPORT|PURGE|QUERY|M-SEARCH)"
_TARGET = rb"(?:[/*]|https?://|wss?://|(?:h(?:t(?:t(?:ps?(?::/?)?)?)?)?)?\Z)"

_TABLE = (
    # HTTP first: the common case costs one look-up and one pattern.
    _signature("http/0.9", b"G", rb"GET (?:/|https?://)(?:[^\s]*+)[ \t]*+\r?\n(?:\r?\n|\r?\Z)"),
    _signature("rtsp", _UPPER, rb"[A-Z_]{4,13} (?:rtsp[su]?://|[^\s]++ RTSP/)"),
    _signature("sip", _UPPER, rb"[A-Z]{3,9} (?:sips?:|tel:|[^\s]++ SIP/)|SIP/2"),
    _signature("http/2", b"P", rb"PRI \* HTTP/2\.0(?:\Z|\r(?:\Z|\n(?:\Z|\r(?:\Z|\n(?:\Z|S(?:\Z|M))))))"),
    _signature("proxy-v1", b"P", rb"PROXY (?:\Z|T(?:\Z|C(?:\Z|P(?:\Z|[46])))|U(?:\Z|N(?:\Z|K)))"),
    _signature("http/1", _UPPER, rb"CONNECT [^\s:]+:\d|" + _METHODS + rb" " + _TARGET),
    _signature("http-response", b"H", rb"HTTP/\d"),
    # Protocols of lines.
    _signature("ssh", b"S", rb"SSH-(?:\Z|\d)"),
    _signature("vnc", b"R", rb"RFB \d(?:\Z|\d(?:\Z|\d(?:\Z|\.)))"),
    _signature("smtp", b"EHLMehlm", rb"(?:[EHL]HLO|HELO)(?: [^\r\n]*)?(?:\r?\n|\Z)|MAIL FROM:", re.I),
    _signature("stomp", b"CS", rb"(?:CONNECT|STOMP)\r?\n(?:\Z|\r?\n|[a-z-]+:|[a-z-]+\Z)"),
    _signature("nats", b"CI", rb"(?:CONNECT|INFO) \{"),
    _signature("irc", b"NUPCJncupj", rb"NICK [^\s]+|CAP (?:LS|REQ|END)\b|USER [^\s]+ [^\s]+ [^\s]+ |PASS [^\r\n]*\r?\n(?:NICK|USER|CAP) |JOIN [#&]|PING :", re.I),
    _signature("pop3", b"UACSLRuacslr", rb"USER [^\s]+\r?\nPASS |(?:CAPA|STLS|STAT|UIDL|RETR \d+)\r?\n|APOP [^\s]+ ", re.I),
    _signature("ftp", b"UAFSPuafsp", rb"(?:USER [^\s]+|AUTH (?:TLS|SSL)(?:-[CP])?|FEAT|SYST|PASV|EPSV)\r?\n|USER anonymous\b", re.I),
    _signature("imap", _LETTERS + _DIGITS, rb"[A-Za-z0-9.]{1,12} (?:CAPABILITY|STARTTLS|LOGOUT|(?:LOGIN|AUTHENTICATE|SELECT|EXAMINE|ID|LIST) [^\r\n]+)\r?\n", re.I),
    _signature("redis", b"*", rb"\*[1-9]\d{0,6}\r\n(?:\Z|\$(?:\Z|\d))"),
    _signature("redis", b"PIACFKSCEQpiacfksceq", rb"(?:PING|INFO(?: \w+)?|AUTH [^\s]+(?: [^\s]+)?|CONFIG (?:GET|SET) [^\r\n]+|FLUSH(?:ALL|DB)|KEYS [^\s]+|SLAVEOF [^\r\n]+|REPLICAOF [^\r\n]+|COMMAND(?: DOCS)?|CLIENT LIST|EVAL [^\r\n]+|SCRIPT [^\r\n]+)\r?\n", re.I),
    _signature("memcached", b"sgvidapcrfm", rb"(?:stats(?: [a-z]+)?|version|flush_all(?: \d+)?|gets? [^\r\n]+|mn|(?:set|add|replace|append|prepend) [^\s]{1,250} \d+ -?\d+ \d+(?: noreply)?)\r\n"),
    _signature("xmpp", b"<", rb"(?:<\?xml[^>]*\?>\s*)?<stream:stream\b"),
    _signature("flash-policy", b"<", rb"<policy-file-request(?:\Z|\s*/?)"),
    _signature("rsync", b"@", rb"@RSYNCD:(?:\Z| )"),
    _signature("weblogic-t3", b"t", rb"t3s? \d"),
    _signature("git", _DIGITS + b"abcdef", rb"[0-9a-f]{4}git-(?:upload-pack|receive-pack|upload-archive) "),
    _signature("stratum", b"{", rb"\{[^\n]{0,512}\"method\"\s*:\s*\"(?:mining\.|eth_submitLogin|login\")"),
    # Protocols of bytes.
    _signature("tls", b"\x16", rb"\x16\x03[\x00-\x04](?:\Z|[\x00-\x48](?:\Z|.(?:\Z|\x01)))|\x16\x03\Z"),
    _signature("tls", b"\x15", rb"\x15\x03[\x00-\x04]\x00\x02(?:\Z|[\x01\x02])"),
    _Signature("ssl2", bytes(range(0x80, 0x90)), is_ssl2),
    _signature("proxy-v2", b"\r", rb"\r\n\r\n\x00(?:\Z|\r(?:\Z|\n(?:\Z|Q(?:\Z|U(?:\Z|I(?:\Z|T(?:\Z|\n)))))))"),
    _Signature("http/1", b"\r\n", _after_empty_lines),
    _signature("write-ip", b"\x02", rb"\x02.{4}" + _METHODS + rb" /"),
    _signature("write-ip", b"\x0a", rb"\x0a.{16}" + _METHODS + rb" /"),
    _signature("rdp", b"\x03", rb"\x03\x00..[\x06-\xfe]\xe0\x00\x00..[\x00-\x10](?:\Z|Cookie: |\x01[\x00-\x1f]\x08\x00)|\x03\x00[^\n]{2,40}mstshash="),
    _signature("iso-tsap", b"\x03", rb"\x03\x00..[\x06-\xfe]\xe0\x00\x00..[\x00-\x10][\xc0-\xc2]"),
    _signature("telnet", b"\xff", rb"\xff[\xfb-\xfe][\x00-\x31\xff](?:\Z|\xff)"),
    _signature("socks4", b"\x04", rb"\x04[\x01\x02].{6}[\x20-\x7e]*+(?:\Z|\x00)"),
    _Signature("socks5", b"\x05", is_socks5),
    _signature("mqtt", b"\x10", rb"\x10[\x80-\xff]{0,3}[\x00-\x7f]\x00(?:\x04M(?:\Z|Q(?:\Z|T(?:\Z|T)))|\x06M(?:\Z|Q(?:\Z|I(?:\Z|s(?:\Z|d(?:\Z|p))))))"),
    _signature("amqp", b"A", rb"AMQP(?:\Z|[\x00-\x03])"),
    _signature("java-rmi", b"J", rb"JRMI(?:\Z|\x00)"),
    _signature("adb", b"C", rb"CNXN(?:\Z|[\x00-\x02](?:\Z|\x00))"),
    _signature("smb", b"\x00", rb"\x00[\x00\x01]..[\xfd-\xff]S(?:\Z|M(?:\Z|B))"),
    _signature("postgresql", b"\x00", rb"\x00\x00\x00(?:\x08\x04\xd2\x16[\x2f\x30]|\x10\x04\xd2\x16\x2e)|\x00\x00[\x00-\x27].\x00\x03\x00[\x00-\x02](?:\Z|[a-z_])"),
    _signature("kafka", b"\x00", rb"\x00\x00..\x00[\x00-\x5f]\x00[\x00-\x1f].{4}(?:\xff\xff|\x00[\x00-\x7f][\x20-\x7e]+)"),
    _signature("oracle-tns", b"\x00\x01\x02", rb"[\x00-\x02].\x00\x00\x01\x00\x00\x00\x01[\x2c-\x40]\x01[\x2c-\x40]"),
    _signature("openvpn", b"\x00", rb"\x00[\x0e-\xff][\x38\x50].{8}(?:\Z|\x00\x00\x00\x00\x00\Z|.{16,}\x00\x00\x00\x00\x00)"),
    _Signature("dns", b"\x00\x01\x02", is_dns),
    _signature("mssql", b"\x12", rb"\x12\x01\x00.\x00\x00[\x00\x01]\x00(?:\Z|\x00)"),
    _signature("ajp", b"\x12", rb"\x124..[\x02\x07-\x0a]"),
    _signature("cassandra", b"\x03\x04\x05\x42", rb"[\x03\x04\x05\x42]\x00(?:\x00.|.)[\x01\x05]\x00\x00(?:\x00\x00|.{2}\x00[\x01-\x09]\x00\x0bCQL_VERSION)"),
    _signature("ldap", b"0", rb"0(?:[\x05-\x7f]|\x81.|\x82..|\x84.{4})\x02(?:\x01.|\x02..|\x04.{4})(?:\x60|[\x63\x77](?:\x84|[\x00-\x83]))"),
    _signature("x11", b"lB", rb"l\x00\x0b\x00\x00\x00|B\x00\x00\x0b\x00\x00"),
    _signature("bittorrent", b"\x13", rb"\x13B(?:\Z|i(?:\Z|t(?:\Z|T(?:\Z|o(?:\Z|r)))))"),
    _Signature("memcached", b"\x80", is_memcached),
    _Signature("websocket-frame", b"\x01\x02\x41\x42\x81\x82\x88\x89\x8a\xc1\xc2", is_frame),
    _Signature("mysql", _EVERY, is_mysql),
    _Signature("mongodb", _EVERY, is_mongodb),
    # What is still HTTP by the end of its first line, or by a field behind it, however broken.
    _signature("http/1", _EVERY, rb"[^\r\n]*?HTTP/\d(?:\.\d+)?[ \t]*+(?:[\r\n]|\Z)", re.I),
    _signature("http/1", _UPPER, rb"[A-Z][A-Z-]+(?: [^\r\n]*)?\r?\n(?i:Host|User-Agent|Accept|Upgrade|Connection|Content-Length)[ \t]*:"),
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
