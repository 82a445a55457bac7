"""Texts that scripts build, with what is only known when they run as single characters in them, and URLs made of them.

A text remembers the places that it came through and the place at which it became a URL with a port. Nothing here
reads a script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

from wsdoctor.inspectors._hosts import is_hosted
from wsdoctor.model.traffic import Address

__all__ = ["HOLE", "HOST", "HOSTNAME", "PAGE", "PAGE_WS", "PORT", "Place", "Text", "Url", "join", "replaced", "split"]

HOLE = "\ue000"
"""Something unknown."""
HOST = "\ue001"
"""Host and port of the page."""
HOSTNAME = "\ue002"
"""Host of the page."""
PORT = "\ue003"
"""Port of the page."""
PAGE = "\ue004"
"""``http`` or ``https``, as the page."""
PAGE_WS = "\ue005"
"""``ws`` or ``wss``, as the page."""

MAX_TEXT = 2000
"""Characters; no URL that counts is longer."""

Place: TypeAlias = tuple[str, int, int, int]
"""File, line, column, last line."""

_SCHEME = rf"[A-Za-z][A-Za-z0-9+.-]*|{PAGE}|{PAGE_WS}|{HOLE}"
_BORN = re.compile(rf"(?:(?:{_SCHEME}):?)?//[^/?#]*:\d{{2,5}}(?![^/?#{HOLE}])")
_URL = re.compile(
    rf"(?:(?P<scheme>{_SCHEME}):?)?(?P<slashes>//)(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\??[^#]*)"
)
_AUTHORITY = re.compile(r"(?:[^@]*@)?(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>.*))?")
_BARE = re.compile(r"(?:[^@/]*@)?(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[\w.-]+|\ue002):\d{2,5}(?=[/?#]|$)")
_SECURE = frozenset(("https", "wss"))
_HTTP_PATTERN = re.compile(r"\(?https?\??\)?(?:\(s\)\?|\(s\?\)|\(:\|s:\))?(?:://|:)?")
_WS_PATTERN = re.compile(r"wss?\??(?:\(s\)\?|\(s\?\))?(?:://|:)?")
_DEFAULTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_LOCAL = re.compile(r"localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\]|10\.0\.2\.2|host\.docker\.internal|[A-Za-z][\w-]*")


@dataclass(frozen=True, slots=True)
class Text:
    """A text.

    Attributes:
        text: with single characters for what is only known when it runs.
        places: that it came through.
        born: where it became a URL with a port, None if it is none.
        sure: 0 to 1.

    """

    text: str
    places: tuple[Place, ...] = ()
    born: Place | None = None
    sure: float = 1.0

    def at(self, place: Place) -> Text:
        """Return the same text, born here if it only now is a URL with a port."""
        return replace(self, born=place) if self.born is None and _BORN.match(self.text) else self


@dataclass(frozen=True, slots=True)
class Url:
    """A URL, as far as it is known.

    Attributes:
        scheme: in lower case, `PAGE`, `PAGE_WS`, ``""`` as the page or unknown.
        host: ``""`` = that of the page, None = unknown.
        port: None = unknown, or that of the page.
        path: without query, ``*`` for what is unknown; None = unknown, as behind a port that a hole follows.
        absolute: whether it names a host at all.

    """

    scheme: str
    host: str | None
    port: int | None
    path: str | None
    absolute: bool

    def address(self, unit: str | None) -> Address:
        """Return where it leads to."""
        return Address(self.host, self.port, unit)


def join(parts: list[Text]) -> Text:
    """Return texts put together; it was born where the first part was that is a URL with a port."""
    places: dict[Place, None] = {}
    for part in parts:
        places.update(dict.fromkeys(part.places))
    text = "".join(part.text for part in parts)[:MAX_TEXT]
    born = next((part.born for part in parts if part.born is not None), None)
    return Text(text, tuple(places), born, min((part.sure for part in parts), default=1.0))


def replaced(text: Text, pattern: str, new: str, place: Place) -> Text | None:
    """Return a text in which a pattern is replaced, None for a pattern that is not understood.

    Args:
        text: that is changed.
        pattern: a literal, or a regular expression with its slashes and flags.
        new: what comes instead.
        place: of the call.

    """
    old = text.text
    bare = pattern
    if len(pattern) > 1 and pattern[0] == "/" and (end := pattern.rfind("/")) > 0:
        bare = pattern[1:end].replace("\\/", "/").replace("\\.", ".")
    stem = bare.removeprefix("^").removesuffix("$")
    toward_ws = _HTTP_PATTERN.fullmatch(stem) and new.startswith(("ws", "http"))
    if toward_ws or (_WS_PATTERN.fullmatch(stem) and new.startswith("http")):
        found = _schemed(old, new)
    elif bare in {"/$", "/+$", "/*$"}:
        found = old.rstrip("/")
    elif stem in {r":\d+", ":[0-9]+", ":.*", r":\d*", r":\d{2,5}", r":\d{4}", r":\d+/"} or stem.startswith(r":\d"):
        found = re.sub(rf":\d+|{HOST}", lambda match: (HOSTNAME if match[0] == HOST else "") + new, old, count=1)
    elif re.fullmatch(r":?\d{2,5}", stem) and HOST in old:
        found = old.replace(HOST, f"{HOSTNAME}{'' if new.startswith(':') else ':'}{new}", 1)
    elif pattern == bare:
        found = old.replace(bare, new, 1)
    else:
        return None
    if found == old:
        return text
    return replace(text, text=found[:MAX_TEXT], born=None).at(place)


def _schemed(old: str, new: str) -> str:
    websocket = new.startswith("ws")
    secure = new.partition(":")[0].partition("$")[0] in {"wss", "https"}
    if old.startswith((PAGE, PAGE_WS)):
        return (PAGE_WS if websocket else PAGE) + old[1:]
    match = re.match(r"(?:https?|wss?)(?=:|$)", old)
    if match is None:
        return old
    return ("ws" if websocket else "http") + ("s" if secure or match[0] in _SECURE else "") + old[match.end() :]


def split(text: str) -> Url | None:
    """Return the URL that a text is, None if nothing of it is known."""
    text = text.strip()
    match = _URL.match(text)
    if match is None:
        if _BARE.match(text):
            return split("//" + text)
        if text.startswith("/"):
            return Url("", "", None, _path(text), False)
        return None
    scheme = (match["scheme"] or "").lower()
    authority = _AUTHORITY.fullmatch(match["authority"])
    if authority is None:
        return None
    host: str | None = authority["host"]
    written = authority["port"]
    digits = (written or "").rstrip(HOLE)
    port = int(digits) if digits.isdecimal() and 0 < int(digits) < 65536 else None
    known = host or ""
    if known in {HOST, HOSTNAME}:
        host = ""
    elif any(hole in known for hole in (HOLE, HOST, HOSTNAME, PORT)):
        host = None
    elif written is None and known and (_LOCAL.fullmatch(known) or is_hosted(known)):
        port = _DEFAULTS.get(scheme)
    path = None if written != digits and written and not match["path"] else _path(match["path"])
    return Url("" if scheme == HOLE else scheme, host, port, path, True)


def _path(text: str) -> str:
    path = re.sub(r"[\ue000-\ue005]+", "*", text.partition("?")[0].partition("#")[0])
    return path if path.startswith("/") else "/" + path
