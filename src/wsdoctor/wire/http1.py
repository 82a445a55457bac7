"""A lenient reader of HTTP/1 request heads that records every deviation with the section it offends.

It keeps order and spelling of field lines, never raises, and judges only the form of the message: whether it
is an opening handshake is for `wire.handshake`, what it means for the rules. Strict parsers reject exactly
what has to be described here, so there is none below it. The usual head, without any deviation, takes the
short way: one `translate` over the bytes, one `split` for the lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from wsdoctor.model.evidence import Deviation
from wsdoctor.model.headers import Headers

__all__ = ["DEVIATIONS", "LONGEST_HEAD", "METHODS", "Departure", "RequestHead", "parse", "split_target"]

LONGEST_HEAD = 65_536
"""Bytes that are read. Servers take 8 to 64 KiB (uvicorn and Node 64 and 16, nginx 32, websockets 8 a line), so
no request that any of them would serve is cut off, and a flood of long ones stays affordable."""
LONGEST_LINE = 8_192
"""Bytes in a line that pass everywhere: RFC 9112 section 3 asks for 8,000, most servers give 8,192."""
MOST_FIELDS = 128
"""Field lines that pass everywhere: Apache takes 100 by default, websockets 128."""
FIELDS_KEPT = 2_000
"""Field lines that are kept; behind so many, nothing new is learned of a sender."""
DETAIL = 80
"""Characters of the peer that a deviation quotes."""

METHODS = frozenset(
    (
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY", "ACL",
        "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "MERGE", "MKACTIVITY",
        "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH", "PRI", "PROPFIND", "PROPPATCH",
        "REBIND", "REPORT", "SEARCH", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF",
        "VERSION-CONTROL",
    )
)  # fmt: skip
"""Methods of the IANA registry."""
_USUAL_METHODS = METHODS - {"CONNECT"}
"""Those whose target begins with a slash."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One kind of deviation.

    Attributes:
        id: kebab-case name.
        section: the section of the standard that it offends.
        level: ``error`` if the section tells a server to reject it or no sender may send it, ``warning`` if a
            server may take it, ``note`` if it is allowed and yet unusual.
        title: what it is.

    """

    id: str
    section: str
    level: Literal["note", "warning", "error"]
    title: str


_ROWS: tuple[tuple[str, str, Literal["note", "warning", "error"], str], ...] = (
    ("empty-line-first", "RFC 9112 section 2.2", "note", "an empty line before the request line"),
    ("bare-lf", "RFC 9112 section 2.2", "warning", "a line that ends with LF alone"),
    ("bare-cr", "RFC 9112 section 2.2", "error", "CR without LF"),
    ("whitespace-first", "RFC 9112 section 2.2", "error", "whitespace before the first field line"),
    ("missing-target", "RFC 9112 section 3", "error", "a request line without target"),
    ("missing-version", "RFC 9112 section 3", "error", "a request line without version"),
    ("whitespace-in-request-line", "RFC 9112 section 3", "warning", "whitespace where one space belongs"),
    ("whitespace-in-target", "RFC 9112 section 3.2", "error", "a space within the target"),
    ("invalid-version", "RFC 9112 section 2.3", "error", "a version that is not HTTP/digit.digit"),
    ("wrong-version", "RFC 9112 section 2.3", "warning", "a version that is not HTTP/1"),
    ("invalid-method", "RFC 9110 section 9.1", "error", "a method that is no token"),
    ("lower-case-method", "RFC 9110 section 9.1", "warning", "a known method in lower or mixed case"),
    ("unknown-method", "RFC 9110 section 9.1", "note", "a method that is not registered"),
    ("long-request-line", "RFC 9112 section 3", "warning", "a request line longer than servers take"),
    ("long-field-line", "RFC 6585 section 5", "warning", "a field line longer than servers take"),
    ("many-fields", "RFC 6585 section 5", "warning", "more field lines than servers take"),
    ("invalid-target", "RFC 9112 section 3.2", "warning", "a target of none of the four forms"),
    ("absolute-form", "RFC 9112 section 3.2.2", "note", "the form of target that is for proxies"),
    ("fragment-in-target", "RFC 9112 section 3.2", "warning", "a fragment, which never leaves the client"),
    ("non-ascii-target", "RFC 3986 section 2", "error", "bytes outside ASCII in the target"),
    ("control-in-target", "RFC 3986 section 2", "error", "control characters in the target"),
    ("obs-fold", "RFC 9112 section 5.2", "warning", "a field line that goes on in the next line"),
    ("space-before-colon", "RFC 9112 section 5.1", "error", "whitespace between field name and colon"),
    ("missing-colon", "RFC 9112 section 5", "error", "a field line without colon"),
    ("invalid-field-name", "RFC 9110 section 5.1", "error", "a field name that is no token"),
    ("nul", "RFC 9110 section 5.5", "error", "a NUL character"),
    ("control-character", "RFC 9110 section 5.5", "error", "a control character in a field line"),
    ("missing-host", "RFC 9112 section 3.2", "error", "HTTP/1.1 without Host"),
    ("several-hosts", "RFC 9112 section 3.2", "error", "several Host lines"),
    ("invalid-host", "RFC 9112 section 3.2", "warning", "a Host that is no host and port"),
    ("length-and-encoding", "RFC 9112 section 6.1", "error", "Content-Length beside Transfer-Encoding"),
    ("encoding-in-http-1.0", "RFC 9112 section 6.1", "warning", "Transfer-Encoding in HTTP/1.0"),
    ("invalid-content-length", "RFC 9112 section 6.3", "error", "a Content-Length that is not one number"),
    ("body-on-get", "RFC 9110 section 9.3.1", "warning", "content in a request whose content means nothing"),
)  # fmt: skip

DEVIATIONS: Mapping[str, Departure] = MappingProxyType({row[0]: Departure(*row) for row in _ROWS})
"""Every deviation that `parse` can record, by id."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request head as it was received.

    Attributes:
        method: as received; empty if there was none.
        target: as received; empty if there was none.
        version: as received, such as ``HTTP/1.1``; empty if there was none.
        headers: complete field lines in received order and spelling.
        deviations: one of each kind, in the order in which they were met.
        complete: whether the empty line that ends the head was received.
        length: bytes of the head, empty line included; of an incomplete one, all that was read.

    """

    method: str
    target: str
    version: str
    headers: Headers
    deviations: tuple[Deviation, ...]
    complete: bool
    length: int


_PLAIN = bytes([*range(0x20, 0x7F), 10, 13, 9])
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_VERSION = re.compile(r"HTTP/\d\.\d").fullmatch
_VERSION_LIKE = re.compile(r"(?i)HTTP/?[\d.]*").fullmatch
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.%~\w-]*\]|[\w.~!$&'()*+;=%-]*)(?::\d*)?", re.ASCII).fullmatch
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*").match
_AUTHORITY = re.compile(r"(?:\[[^\]/]*\]|[^\s/:@]+):\d+").fullmatch
_SPACES = re.compile(r"[ \t\v\f\r\xa0]+")
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LENGTH = re.compile(r"\d+").fullmatch
_COMMON_NAMES = frozenset(
    spelling
    for name in (
        "Host", "User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Connection", "Upgrade", "Origin",
        "Referer",
        "Cookie", "Cache-Control", "Pragma", "Content-Type", "Content-Length", "Authorization", "Via", "Forwarded",
        "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol",
        "Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions", "Sec-Websocket-Protocol",
        "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "Sec-Ch-Ua", "Sec-Ch-Ua-Mobile",
        "Sec-Ch-Ua-Platform", "Upgrade-Insecure-Requests", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
        "X-Forwarded-Port", "X-Forwarded-Server", "X-Real-IP", "X-Real-Ip", "X-Request-ID", "Priority", "DNT", "Date",
    )
    for spelling in (name, name.lower())
)  # fmt: skip


class _Notes:
    """Deviations met so far, one of each kind: a flood of the same says nothing new."""

    __slots__ = ("_by_id",)

    def __init__(self) -> None:
        self._by_id: dict[str, Deviation] = {}

    def add(self, id_: str, detail: str = "") -> None:
        if id_ not in self._by_id:
            self._by_id[id_] = Deviation(id_, DEVIATIONS[id_].section, detail[:DETAIL])

    def all(self) -> tuple[Deviation, ...]:
        return tuple(self._by_id.values())


def parse(first_bytes: bytes) -> RequestHead:
    """Read a request head, however broken; bytes behind `LONGEST_HEAD` are not looked at."""
    data = first_bytes if len(first_bytes) <= LONGEST_HEAD else first_bytes[:LONGEST_HEAD]
    end = data.find(b"\r\n\r\n")
    if end > 0 and data[:1] not in {b"\r", b"\n"}:
        head = data[:end]
        lines = head.split(b"\r\n")
        ends = len(lines) - 1
        if not head.translate(None, _PLAIN) and head.count(b"\n") == ends == head.count(b"\r"):
            return _read(head.decode("ascii").split("\r\n"), _Notes(), True, end + 4, len(max(lines, key=len)))
    return _parse_slowly(data)


def _parse_slowly(data: bytes) -> RequestHead:
    """Read a head that is incomplete or has something in it that the short way does not take."""
    notes = _Notes()
    start = len(data) - len(data.lstrip(b"\r\n"))
    if start:
        notes.add("empty-line-first")
    ends = _END_OF_HEAD.search(data, start)
    stop = ends.end() if ends else len(data)
    lines = data[start:stop].decode("latin-1").split("\n")
    rest = lines.pop()
    for number, line in enumerate(lines):
        if line.endswith("\r"):
            lines[number] = line[:-1]
        else:
            notes.add("bare-lf", line)
    if ends:
        lines.pop()
    if not lines:
        method, target, version = _cut_off_request_line(rest, notes)
        return RequestHead(method, target, version, Headers(), notes.all(), False, stop)
    return _read(lines, notes, ends is not None, stop, max(map(len, lines)))


def _cut_off_request_line(line: str, notes: _Notes) -> tuple[str, str, str]:
    """Return what there is of a request line whose end was not received; most of its form cannot be judged yet."""
    if "\r" in line[:-1]:
        notes.add("bare-cr", line)
    if "\0" in line:
        notes.add("nul", line)
    method, target, version = (*_SPACES.split(line.strip(" \t\r")), "", "", "")[:3]
    return method, target, version if _VERSION_LIKE(version) else ""


def _read(lines: list[str], notes: _Notes, complete: bool, length: int, longest: int) -> RequestHead:
    method, target, version = _request_line(lines[0], notes)
    if longest > LONGEST_LINE:
        _long_lines(lines, notes)
    if len(lines) > MOST_FIELDS + 1:
        notes.add("many-fields", str(len(lines) - 1))
        del lines[FIELDS_KEPT + 1 :]
    fields: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if name not in _COMMON_NAMES or not value.isprintable():
            if line[:1] in {" ", "\t"}:
                _fold(fields, line, notes)
                continue
            name = _field_name(name, colon, line, notes)
        fields.append((name, value.strip(" \t")))
    headers = Headers(fields)
    if complete:
        _semantics(method, version, headers, notes)
    return RequestHead(method, target, version, headers, notes.all(), complete, length)


def _long_lines(lines: list[str], notes: _Notes) -> None:
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            notes.add("long-field-line" if number else "long-request-line", f"{len(line)} bytes: {line}")


def _request_line(line: str, notes: _Notes) -> tuple[str, str, str]:
    words = line.split(" ")
    if len(words) == 3:
        method, target, version = words
        plain = target[:1] == "/" and target.isascii() and target.isprintable() and "#" not in target
        if plain and method in _USUAL_METHODS and version in {"HTTP/1.1", "HTTP/1.0"}:
            return method, target, version
    return _odd_request_line(line, notes)


def _odd_request_line(line: str, notes: _Notes) -> tuple[str, str, str]:
    if "\r" in line:
        notes.add("bare-cr", line)
    if "\0" in line:
        notes.add("nul", line)
    words = [word for word in _SPACES.split(line) if word]
    if line != " ".join(words):
        notes.add("whitespace-in-request-line", line)
    method = words[0] if words else ""
    version = words[-1] if len(words) > 1 and _VERSION_LIKE(words[-1]) else ""
    target = " ".join(words[1:-1] if version else words[1:])
    _method(method, notes)
    _version(version, notes)
    if not target:
        notes.add("missing-target", line)
    else:
        if " " in target:
            notes.add("whitespace-in-target", target)
        _target(target, method, notes)
    return method, target, version


def _method(method: str, notes: _Notes) -> None:
    if not _TOKEN(method):
        notes.add("invalid-method", method)
    elif method not in METHODS:
        notes.add("lower-case-method" if method.upper() in METHODS else "unknown-method", method)


def _version(version: str, notes: _Notes) -> None:
    if not version:
        notes.add("missing-version")
    elif not _VERSION(version):
        notes.add("invalid-version", version)
    elif version[5] != "1":
        notes.add("wrong-version", version)


def _target(target: str, method: str, notes: _Notes) -> None:
    if not target.isascii():
        notes.add("non-ascii-target", target)
    if _CONTROL.search(target):
        notes.add("control-in-target", target)
    if "#" in target:
        notes.add("fragment-in-target", target)
    if method == "CONNECT":
        if not _AUTHORITY(target):
            notes.add("invalid-target", target)
    elif _ABSOLUTE(target):
        notes.add("absolute-form", target)
    elif target[0] != "/" and not (target == "*" and method == "OPTIONS"):
        notes.add("invalid-target", target)


def _fold(fields: list[tuple[str, str]], line: str, notes: _Notes) -> None:
    """Join a line that begins with whitespace to the field before it (RFC 9112 section 5.2)."""
    if not fields:
        notes.add("whitespace-first", line)
        return
    notes.add("obs-fold", line)
    _characters(line, notes)
    name, value = fields[-1]
    more = line.strip(" \t")
    fields[-1] = (name, f"{value} {more}".strip(" "))


def _field_name(name: str, colon: str, line: str, notes: _Notes) -> str:
    _characters(line, notes)
    if not colon:
        notes.add("missing-colon", line)
        return name.strip(" \t")
    bare = name.rstrip(" \t")
    if bare != name:
        notes.add("space-before-colon", line)
    if not _TOKEN(bare):
        notes.add("invalid-field-name", name)
    return bare


def _characters(line: str, notes: _Notes) -> None:
    if "\0" in line:
        notes.add("nul", line)
    if "\r" in line:
        notes.add("bare-cr", line)
    if any(control not in "\0\r" for control in _CONTROL.findall(line)):
        notes.add("control-character", line)


def _semantics(method: str, version: str, headers: Headers, notes: _Notes) -> None:
    fields = headers.joined
    host = fields.get("host")
    if host is None:
        if version == "HTTP/1.1":
            notes.add("missing-host")
    elif not _HOST(host):
        if len(headers.all("host")) > 1:
            notes.add("several-hosts", host)
        else:
            notes.add("invalid-host", host)
    if "content-length" in fields or "transfer-encoding" in fields:
        _framing(method, version, headers, notes)


def _framing(method: str, version: str, headers: Headers, notes: _Notes) -> None:
    length, encoding = headers.get("content-length"), headers.get("transfer-encoding")
    if encoding is not None:
        if length is not None:
            notes.add("length-and-encoding", f"{length}, {encoding}")
        if version == "HTTP/1.0":
            notes.add("encoding-in-http-1.0", encoding)
    lengths = set(headers.tokens("content-length"))
    if length is not None and (len(lengths) != 1 or not all(map(_LENGTH, lengths))):
        notes.add("invalid-content-length", length)
    if method in {"GET", "HEAD"} and (encoding is not None or lengths - {"0"}):
        notes.add("body-on-get", f"Content-Length: {length}" if encoding is None else f"Transfer-Encoding: {encoding}")


def split_target(method: str, target: str) -> tuple[str, str]:
    """Return path and query of a request target, both empty where the form has none (RFC 9112 section 3.2)."""
    if method == "CONNECT" and target[:1] != "/":
        return "", ""
    rest = target.partition("#")[0]
    if target[:1] != "/" and (absolute := _ABSOLUTE(rest)):
        rest = rest[absolute.end() :]
        if rest[:1] != "/":
            rest = f"/{rest}"
    path, _, query = rest.partition("?")
    return path, query
