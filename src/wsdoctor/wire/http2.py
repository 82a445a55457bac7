"""As much HTTP/2 as a port needs that speaks none: the preface, the client's SETTINGS, and the way to say no.

No HPACK, no streams: header blocks stay closed. The guard says `goaway_http_1_1_required` to whoever begins
with the preface; what it means is for the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["PREFACE", "SETTINGS", "goaway_http_1_1_required", "read_settings"]

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What every client begins with (RFC 9113 section 3.4)."""
SETTINGS: Mapping[int, str] = MappingProxyType(
    {
        1: "HEADER_TABLE_SIZE", 2: "ENABLE_PUSH", 3: "MAX_CONCURRENT_STREAMS", 4: "INITIAL_WINDOW_SIZE",
        5: "MAX_FRAME_SIZE", 6: "MAX_HEADER_LIST_SIZE", 8: "ENABLE_CONNECT_PROTOCOL", 9: "NO_RFC7540_PRIORITIES",
    }
)  # fmt: skip
"""Names of settings (RFC 9113 section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1)."""

_SETTINGS_FRAME, _GOAWAY_FRAME = 4, 7
_ACK = 1
_HTTP_1_1_REQUIRED = 0xD
_FRAME_HEADER = 9
_MOST_SETTINGS = 64
"""Settings that are read; clients send three to seven."""


def read_settings(first_bytes: bytes) -> dict[str, int] | None:
    """Return the settings that the client sent behind the preface, None if no SETTINGS frame was received.

    A frame that was cut off gives the settings up to there; unknown settings are named by their number.
    """
    if not first_bytes.startswith(PREFACE):
        return None
    frame = first_bytes[len(PREFACE) :]
    if len(frame) < _FRAME_HEADER or frame[3] != _SETTINGS_FRAME or frame[4] & _ACK:
        return None
    length = min(int.from_bytes(frame[:3]), 6 * _MOST_SETTINGS)
    payload = frame[_FRAME_HEADER : _FRAME_HEADER + length]
    found: dict[str, int] = {}
    for at in range(0, len(payload) - 5, 6):
        number = int.from_bytes(payload[at : at + 2])
        found[SETTINGS.get(number, f"0x{number:x}")] = int.from_bytes(payload[at + 2 : at + 6])
    return found


def goaway_http_1_1_required(reason: bytes = b"") -> bytes:
    """Return an empty SETTINGS frame and a GOAWAY with HTTP_1_1_REQUIRED (RFC 9113 sections 3.4, 6.8 and 7).

    Args:
        reason: debug data for people, ASCII.

    """
    payload = (0).to_bytes(4) + _HTTP_1_1_REQUIRED.to_bytes(4) + reason
    return _frame(_SETTINGS_FRAME, b"") + _frame(_GOAWAY_FRAME, payload)


def _frame(kind: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + bytes((kind, 0)) + (0).to_bytes(4) + payload
