"""Tells by the SETTINGS frame behind the HTTP/2 preface whose HTTP/2 stack speaks, a proxy's or a client's.

Each stack sends its own set of settings with its own defaults (RFC 9113 section 6.5). It is a habit, not a proof,
and the field block stays closed. No verdicts here.
"""

from __future__ import annotations

__all__ = ["settings_of", "stack_of"]

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FRAME_HEADER = 9
_SETTINGS = 4
_MOST = 16
_TABLE_SIZE, _PUSH, _STREAMS, _WINDOW, _FRAME, _LIST, _CONNECT = 1, 2, 3, 4, 5, 6, 8


def settings_of(first_bytes: bytes) -> dict[int, int] | None:
    """Return number → value of the client's settings, None if the frame was not received whole."""
    frame = first_bytes[len(_PREFACE) :]
    if not first_bytes.startswith(_PREFACE) or len(frame) < _FRAME_HEADER or frame[3] != _SETTINGS:
        return None
    length = int.from_bytes(frame[:3])
    payload = frame[_FRAME_HEADER : _FRAME_HEADER + length]
    if len(payload) < length or length > 6 * _MOST:
        return None
    return {
        int.from_bytes(payload[at : at + 2]): int.from_bytes(payload[at + 2 : at + 6]) for at in range(0, length, 6)
    }


def stack_of(settings: dict[int, int]) -> str | None:
    """Return whose habit the set of settings is, such as ``go`` or ``envoy``; None if it is nobody's."""
    names = frozenset(settings)
    if names >= {_PUSH, _WINDOW, _LIST} and _STREAMS not in names and settings[_WINDOW] == 4 << 20:
        return "go"
    if names == {_PUSH, _STREAMS, _CONNECT} or (names == {_PUSH, _STREAMS} and settings[_STREAMS] == 100):
        return "haproxy"
    if names == {_PUSH, _STREAMS, _WINDOW} and settings[_STREAMS] == 100:
        return "curl"
    if names == {_TABLE_SIZE, _PUSH, _STREAMS, _WINDOW, _CONNECT}:
        return "envoy"
    if _TABLE_SIZE in names and _WINDOW in names and settings[_TABLE_SIZE] == 65_536:
        return "browser"
    return None
