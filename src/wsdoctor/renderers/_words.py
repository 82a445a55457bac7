"""The words that every report uses: classes, levels, confidence, times, numbers, in plain English.

Deterministic: no clock, no locale, no time zone but UTC. This module knows no output format; the renderers
escape what it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from wsdoctor.model.finding import CLASSES, Level

__all__ = [
    "CLASS_LABEL",
    "CLASS_MEANS",
    "FACT_LABEL",
    "LEVEL_MEANS",
    "count",
    "duration",
    "instant",
    "percent",
    "span",
    "sureness",
    "tally",
]

_CLASS_WORDS: Mapping[str, tuple[str, str]] = {
    "health-check": (
        "Health check",
        "A platform, load balancer or container runtime asks over HTTP whether the program is alive.",
    ),
    "uptime-monitor": ("Uptime monitor", "A monitoring service asks from time to time whether the address answers."),
    "tcp-probe": ("Silent connection", "Somebody connects, says nothing and leaves: the port is open, that is all."),
    "proxy-strips-upgrade": (
        "Lost on the way",
        "A real WebSocket client, but something between it and the server removed the request to upgrade.",
    ),
    "http2-to-ws": ("HTTP/2 on this port", "HTTP/2 is spoken to a port that understands only HTTP/1.1."),
    "tls-on-plaintext": ("Encrypted on a plain port", "Somebody starts encryption (TLS) on a port that has none."),
    "plaintext-on-tls": ("Plain on an encrypted port", "Somebody speaks without encryption to a port that demands it."),
    "misroute": ("Sent to the wrong port", "A proxy, redirect or port mapping sends traffic here by mistake."),
    "browser-navigation": ("Opened as a web page", "Somebody, or a preview pane, opened this port like a web page."),
    "browser-subresource": (
        "Fetched by a browser",
        "A browser fetches something by itself, such as an icon or a source map.",
    ),
    "http-client-code": ("Plain HTTP from code", "A program calls this port with plain HTTP instead of a WebSocket."),
    "cors-preflight": ("Permission request", "A browser asks for permission before a page's own HTTP call."),
    "wrong-realtime-protocol": (
        "Another live protocol",
        "A client for Socket.IO, SockJS, SignalR, MQTT or the like, which this server does not speak.",
    ),
    "old-or-broken-ws-client": (
        "Faulty WebSocket client",
        "A WebSocket client whose opening request is wrong or out of date.",
    ),
    "origin-rejected": ("Page not allowed", "A right opening request, refused because of the page that it came from."),
    "subprotocol-mismatch": (
        "No common subprotocol",
        "A right opening request that asks for a language nobody shares.",
    ),
    "auth-rejected": ("Not logged in", "A right opening request, refused for its credentials."),
    "scanner": ("Scanner", "A bot tries doors all over the internet. It does not know you."),
    "other-protocol": ("Another protocol", "Something that is no WebSocket and no HTTP, such as SSH or a database."),
    "timeout-or-slow": ("Too slow or cut off", "The opening request came too slowly or never ended."),
    "server-fault": ("Fault of the server", "A right opening request that the server side could not take."),
    "unknown": ("Not known yet", "Too little was seen to say what this is."),
}
CLASS_LABEL: Mapping[str, str] = {cls: _CLASS_WORDS[cls][0] for cls in CLASSES}
CLASS_MEANS: Mapping[str, str] = {cls: _CLASS_WORDS[cls][1] for cls in CLASSES}
"""A few words, and a sentence, for each class of the contract."""

LEVEL_MEANS: Mapping[Level, str] = {
    "error": "connections cannot succeed this way",
    "warning": "somebody should act",
    "note": "worth knowing",
}

FACT_LABEL: Mapping[str, str] = {
    "first_bytes": "the first bytes that were sent",
    "headers": "the header fields of the request",
    "hello": "the start of the encryption",
    "log": "what the server logged",
    "period": "how regularly it comes",
    "peer": "who connected",
    "outcome": "how the connection ended",
    "status": "what was answered",
    "files": "the configuration in play",
    "path": "the path of the request",
    "user_agent": "what the sender calls itself",
    "handshake": "the complete opening request",
    "speaks": "which protocol was spoken",
}
"""Facts that a diagnosis may lack, in words; any other is named as it is."""

_SURE = ((0.95, "almost certain"), (0.8, "very likely"), (0.6, "likely"), (0.4, "maybe"), (0.0, "a guess"))
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def sureness(confidence: float) -> str:
    """Return a confidence in words."""
    return next(words for floor, words in _SURE if confidence >= floor or floor == 0.0)


def percent(confidence: float) -> str:
    """Return a confidence as a percentage; never 100 %, for nothing here is proof."""
    return f"{min(99, round(max(0.0, confidence) * 100))} %"


def tally(number: int) -> str:
    """Return a number with commas between thousands."""
    return f"{number:,}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 attempt`` or ``2 attempts``."""
    return f"{tally(number)} {noun if number == 1 else plural or noun + 's'}"


def instant(at: float | None) -> str:
    """Return seconds since the epoch as ISO 8601 in UTC, ``?`` for a time that no calendar holds."""
    if at is None:
        return "?"
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return "?"


def span(first: float | None, last: float | None) -> str | None:
    """Return from when to when, the day only once, or None without a time."""
    begin, end = instant(first), instant(last)
    if begin == "?" or end == "?":
        return None
    if begin == end:
        return begin
    return f"{begin} to {end[11:] if begin[:10] == end[:10] else end}"


def duration(seconds: float) -> str:
    """Return a length of time in the unit that suits it: ``10.0 s``, ``5 min``, ``1.5 h``, ``2 days``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 2 * _MINUTE:
        return f"{seconds:.1f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.3g} min"
    if seconds < 2 * _DAY:
        return f"{seconds / _HOUR:.3g} h"
    return f"{seconds / _DAY:.3g} days"
