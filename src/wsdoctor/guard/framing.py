"""Where first messages end, as far as the guard must know it before anything is parsed."""

from __future__ import annotations

import re

from wsdoctor.wire.http2 import PREFACE

__all__ = [
    "CONTROLS",
    "END_OF_HEAD",
    "HANDSHAKE_LIKE",
    "MAY_BE_HTTP",
    "PROXY_HEADERS",
    "SMALL_HEAD",
    "is_whole",
    "path_of",
]

END_OF_HEAD = re.compile(rb"\n\r?\n")
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
"""Characters that no server takes in a request head (RFC 9112 section 2.2, RFC 9110 section 5.5)."""
SMALL_HEAD = 1024
"""Bytes below which a head cannot break the limits of any server, so they need not be counted."""
_FRAME_HEADER = 9
_RECORD_HEADER = 5
MAY_BE_HTTP = re.compile(rb"[\r\n]*(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: [^\r\n]*)?\r?)?\Z")
"""Empty lines and the beginning of a request line that has not ended (RFC 9112 sections 2.2 and 3)."""
HANDSHAKE_LIKE = re.compile(rb"\n(?:sec-websocket-(?:key|version)|upgrade[ \t]*:[ \t]*websocket)", re.IGNORECASE)
PROXY_HEADERS = frozenset(("proxy-v1", "proxy-v2", "write-ip"))
_ONE_LINE = frozenset(("ssh", "smtp", "ftp", "irc", "pop3", "imap"))


def path_of(first: bytes) -> bytes:
    """Return the path of the request line, empty if there is none."""
    words = first.split(b" ", 2)
    return words[1].split(b"?", 1)[0] if len(words) > 1 else b""


def is_whole(kind: str, first: bytes) -> bool:
    """Say whether the first message of a protocol other than HTTP/1 is complete, as far as that can be told."""
    if kind in _ONE_LINE:
        return b"\n" in first
    if kind == "tls":
        return len(first) >= _RECORD_HEADER + int.from_bytes(first[3:5], "big")
    if kind == "http/2":
        frame = first[len(PREFACE) :]
        return len(frame) >= _FRAME_HEADER + int.from_bytes(frame[:3], "big")
    if kind == "write-ip":
        return END_OF_HEAD.search(first) is not None
    if kind == "proxy-v1":
        return END_OF_HEAD.search(first, first.find(b"\n") + 1) is not None
    if kind == "proxy-v2":
        return END_OF_HEAD.search(first, 16 + int.from_bytes(first[14:16], "big")) is not None
    return False
