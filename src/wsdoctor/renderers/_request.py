"""The request as it was received: text with every control byte shown, or a hex view of what is no text.

Shared by the renderers for people. Credentials are hidden before anything is shown, also in the hex view,
and everything is bounded. Lines end where CR LF ended them; every other control byte is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.redact import printable, redact_head, redact_target

__all__ = ["LIMIT", "Received", "hex_view", "received"]

LIMIT = 2048
"""Bytes of a request that are shown; beyond that nobody reads."""
HEX_LIMIT = 256
"""The same for a hex view, where each byte takes four characters."""
_LOG_LINES = 12
_TEXT = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}
_TEXT_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Received:
    """What was received, or logged, ready to be shown.

    Attributes:
        title: what it is, such as ``request as received``.
        lines: printable lines.
        kind: ``text``, ``hex`` or ``log``.
        note: what was cut off or hidden, None if nothing was.

    """

    title: str
    lines: tuple[str, ...]
    kind: str
    note: str | None = None


def received(evidence: Evidence) -> tuple[Received, ...]:
    """Return what is known of the request, first bytes first, then what was logged; empty if nothing is."""
    parts: list[Received] = []
    if evidence.first_bytes:
        parts.extend(_of_bytes(evidence.first_bytes, evidence))
    if evidence.log:
        every = evidence.log.splitlines()
        lines = tuple(printable(" ".join(map(redact_target, line.split(" ")))) for line in every[:_LOG_LINES])
        more = len(every) - len(lines)
        parts.append(Received("logged", lines, "log", f"{more} more lines" if more else None))
    return tuple(parts)


def _of_bytes(data: bytes, evidence: Evidence) -> tuple[Received, ...]:
    if evidence.proxy is not None and evidence.proxy.version == 2 and 0 < evidence.proxy.length < len(data):
        header, rest = data[: evidence.proxy.length], data[evidence.proxy.length :]
        return (_hex(header, "PROXY header as received"), _any(rest, "what came behind it", None))
    return (_any(data, "first bytes as received", evidence.speaks),)


def _any(data: bytes, title: str, speaks: str | None) -> Received:
    if speaks == "http/1":
        return _text(data, "request as received")
    share = sum(byte in _TEXT for byte in data) / len(data)
    return _text(data, title) if share >= _TEXT_SHARE else _hex(data, title)


def _text(data: bytes, title: str) -> Received:
    text = redact_head(data[:LIMIT].decode("latin-1"))
    lines = text.removesuffix("\r\n").removesuffix("\r\n").split("\r\n")
    cut = len(data) - LIMIT
    note = f"{cut} more bytes" if cut > 0 else None
    return Received(title, tuple(printable(line, LIMIT) for line in lines), "text", note)


def _hex(data: bytes, title: str) -> Received:
    shown = redact_head(data[:HEX_LIMIT].decode("latin-1")).encode("latin-1")
    notes = ["credentials are hidden"] if shown != data[:HEX_LIMIT] else []
    if len(data) > HEX_LIMIT:
        notes.append(f"{len(data) - HEX_LIMIT} more bytes")
    return Received(title, hex_view(shown), "hex", "; ".join(notes) or None)


def hex_view(data: bytes) -> tuple[str, ...]:
    """Return sixteen bytes a line: offset, hex digits, and the characters that they stand for."""
    lines = []
    for offset in range(0, len(data), 16):
        row = data[offset : offset + 16]
        characters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        lines.append(f"{offset:04x}  {row.hex(' '):<47}  {characters}")
    return tuple(lines)
