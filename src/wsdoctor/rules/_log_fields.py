"""Reads the header fields of a handshake that a log dumps, in whichever notation the program writes them.

nginx and HAProxy in debugging, varnishlog, Envoy, and programs in Python, Node.js, Go, Java, Erlang and PHP that print
what they received. A dump may have been shortened by whoever quotes it, so a field that is not shown was not
necessarily lacking; what follows is up to the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wsdoctor.model.headers import Headers
from wsdoctor.rules._log_requests import LIMIT

__all__ = ["ShownFields", "fields_in", "plain_fields_in"]

_LEAST = 5
"""Fewer fields may be words of a sentence, or a choice of those that mattered to somebody."""
_NAMES = (
    r":(?:method|path|scheme|authority|protocol)|host|connection|upgrade|origin|user-agent|accept(?:-\w+)?|pragma"
    r"|cache-control|cookie|via|x-[\w-]{2,40}|sec[-_]websocket[-_]\w+|sec[-_]fetch[-_]\w+"
)
_FIELD = re.compile(
    rf"(?im)(?<![\w.-])(?:HTTP_)?(?P<name>{_NAMES})(?:[\"']|\">>|\])?[ \t]?(?::|=>|=|,)[ \t]?"
    r"(?:\[?(?:<<)?(?P<mark>[\"'])(?P<marked>[^\"'\n]{0,500})(?P=mark)|\[(?P<listed>[^\]\n]{0,500})\]"
    r"|(?P<bare>[^\"'\n\[\]]{0,500}))"
)
_PASSED_ON = (
    re.compile(r"http proxy header:\r?\n\"(?P<part>[\s\S]{1,8000}?)\r?\n\r?\n"),  # nginx
    re.compile(r"(?P<part>(?:^.*\bBereq(?:Header|Protocol)\b.*\n?)+)", re.MULTILINE),  # varnishlog
    re.compile(r"(?P<part>(?:^.*\.clihdr\[.*\n?)+)", re.MULTILINE),  # HAProxy
)
"""The part of a dump that a proxy sent on, where the log shows what it received and answered as well."""
_OLD = re.compile(r"\b(?:GET \S{1,2000} |BereqProtocol\s+)HTTP/1\.0\b")
_ENVOY = re.compile(r"':(?:method|path|authority)', '")


@dataclass(frozen=True, slots=True)
class ShownFields:
    """A handshake as a log dumps it.

    Attributes:
        fields: names in lower case → values, those of all fields of a name joined by commas.
        old: whether the request line of the dump says HTTP/1.0.
        http2: whether it came over HTTP/2: there are pseudo-header fields, and they are not those that Envoy shows
            of every version. A browser's handshake over HTTP/2 has no key, whoever shows it.

    """

    fields: Mapping[str, str]
    old: bool
    http2: bool


def fields_in(log: str | None) -> ShownFields | None:
    """Return the fields of the handshake that the log dumps, None if it dumps none."""
    return None if log is None else _fields(log[:LIMIT])


def plain_fields_in(log: str) -> Headers | None:
    """Return the fields of a request that the log dumps and that are surely of no handshake, None if it dumps none.

    A dump may have been shortened, so it counts only where a browser says in Sec-Fetch-Mode that it means no WebSocket,
    or where an event stream is asked for.
    """
    fields, _ = _dumped(log[:LIMIT])
    if len(fields) < _LEAST or any(name.startswith("sec-websocket-") for name in fields):
        return None
    plain = fields.get("sec-fetch-mode", "websocket") != "websocket" or "event-stream" in fields.get("accept", "")
    return Headers(fields.items()) if plain else None


@lru_cache(maxsize=16)
def _fields(text: str) -> ShownFields | None:
    fields, part = _dumped(text)
    if len(fields) < _LEAST or not fields.keys() & {"sec-websocket-key", "sec-websocket-version"}:
        return None
    pseudo = any(name.startswith(":") for name in fields)
    http2 = pseudo and (_ENVOY.search(text) is None or "sec-websocket-key" not in fields)
    return ShownFields(fields, _OLD.search(part) is not None, http2)


@lru_cache(maxsize=16)
def _dumped(text: str) -> tuple[dict[str, str], str]:
    """Return all fields that the text dumps, and the part of it that shows them."""
    part = next((found["part"] for each in _PASSED_ON if (found := each.search(text)) is not None), text)
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(part):
        name = found["name"].lower().replace("_", "-")
        value = (found["marked"] or found["listed"] or found["bare"] or "").strip(" ,;\\\t\r")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields, part
