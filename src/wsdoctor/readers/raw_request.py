"""One raw request: the file holds the first bytes that a peer sent, as they came or typed by hand.

A request typed by hand often ends its lines with LF alone; such a file is read with CRLF, so that the
reader judges the request and not the editor. Any other bytes, TLS for one, are taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from wsdoctor.model.evidence import Evidence
from wsdoctor.wire.attempt import evidence
from wsdoctor.wire.sniff import sniff

__all__ = ["NAME", "read", "recognises"]

NAME = "raw-request"
LONGEST = 65_536
"""Bytes that are read; the guard looks at no more of an attempt either."""
_REQUEST_LINE = re.compile(rb"[A-Za-z]+ [^\r\n]* HTTP/\d[^\r\n]*\r?\n|[A-Z]{3,10} /\S*\r?\n")


def recognises(sample: bytes, name: str) -> bool:
    """Say whether the first bytes are a request line or belong to a known protocol that is not text."""
    if _REQUEST_LINE.match(sample):
        return True
    return sniff(sample) not in {"nothing", "text", "unknown", "http/1", "http/0.9"}


def read(source: BinaryIO, name: str) -> Iterator[tuple[int, Evidence]]:
    """Yield the one attempt of the file as record 1."""
    first_bytes = source.read(LONGEST)
    if _REQUEST_LINE.match(first_bytes) and b"\r" not in first_bytes:
        head, blank, rest = first_bytes.partition(b"\n\n")
        first_bytes = head.replace(b"\n", b"\r\n") + (b"\r\n\r\n" if blank else b"") + rest
    yield 1, evidence(first_bytes)
