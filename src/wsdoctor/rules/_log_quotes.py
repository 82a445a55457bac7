r"""Reads the first bytes that a server quotes when it cannot read them, and says which protocol they belong to.

Each server has words of its own, and each escapes in its own way: as Python's `repr`, as ``\xNN`` in an access log,
or not at all. A quote may be cut off at a line end, so it holds the beginning alone; what follows from it is up to
the rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial

from wsdoctor.rules._log_text import LIMIT, quote
from wsdoctor.wire.sniff import sniff

__all__ = ["QuotedBytes", "quoted_bytes"]

_LONGEST = 2_000
"""Characters of a quote that are looked at; no signature needs more."""
_WORDS = rf"(?P<words>(?:\\.|[^\n\\]){{0,{_LONGEST}}}?)"
_QUOTES = tuple(
    re.compile(pattern)
    for pattern in (
        # websockets 13 to 16
        rf"(?<![\"'])invalid HTTP request line: {_WORDS}(?=\n|\Z)",
        # gevent
        rf" raw=(?P<mark>['\"]){_WORDS}(?P=mark)(?=\n|\Z)",
        rf"Invalid (?:HTTP method|http version): (?P<mark>['\"]){_WORDS}(?P=mark)(?=\n|\Z)",
        # aiohttp
        rf"(?:Invalid method encountered|Bad status line):\s+b(?P<mark>['\"]){_WORDS}(?P=mark)(?=\s|\Z)",
        # http.server, and werkzeug that is made from it
        rf"code (?:400|505), message [^\n]{{0,4000}}\n[^\n\"]{{0,200}}\"{_WORDS}\" (?:400|505) ",
        # nginx and Apache httpd
        rf"\] \"{_WORDS}\" 400 ",
        # Go
        rf"malformed HTTP (?:request|version|method) \"{_WORDS}\"",
        # servers that quote what they could not read as a whole
        rf"(?i:bad request|invalid (?:http )?(?:request|method)|malformed request)[^\n\"]{{0,60}}\"{_WORDS}\"(?=\s|\Z)",
        # NATS, without what it took for the beginning of a command, and RabbitMQ; both of what is no HTTP
        rf"(?i:client parser error), [^\n]{{0,60}}\bproto='\"(?!(?:GET|P?OST|H?EAD) ){_WORDS}\"(?:\.\.\.)?'",
        rf"\{{bad_header,<<\"(?!(?:GET|POST|HEAD) ){_WORDS}\">>\}}",
        # autobahn
        rf"Bad HTTP request status line \"{_WORDS}\"(?='|\n|\Z)",
    )
)
_DUMPS = (
    # Node.js
    (re.compile(r"<Buffer (?P<words>[0-9a-f]{2}(?: [0-9a-f]{2}){1,400})"), re.compile(r"([0-9a-f]{2}) ?"), 16),
    # Erlang
    (re.compile(r"<<(?P<words>\d{1,3}(?:, ?\d{1,3}){4,400})"), re.compile(r"(\d{1,3})(?:, ?)?"), 10),
    # Tomcat
    (re.compile(r"invalid character found in method name \[(?P<words>[^\]\n]{1,2000})", re.IGNORECASE),
     re.compile(r"0x([0-9a-f]{2})"), 16),
)  # fmt: skip
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|([rnt0\\'\"]))")
_SHORT = {"r": "\r", "n": "\n", "t": "\t", "0": "\0"}
_BEHEADED = {b"SH-2": b"S", b"SH-1": b"S", b"RI *": b"P"}
"""Quotes that lack the first byte → that byte: NATS has read it already where a command of its own begins so."""
_HALF_LINE = re.compile(rb"[A-Z]{3,7} /[^\s]* H(?:T(?:T(?:P(?:/(?:1\.?)?)?)?)?)?(?:\r?\n)?").fullmatch
"""From the version on: a line without one may be whole, for HTTP/0.9 had none."""


@dataclass(frozen=True, slots=True)
class QuotedBytes:
    """First bytes as a log quotes them.

    Attributes:
        speaks: protocol that they belong to, a key of `PROTOCOLS`; ``text`` or ``unknown`` where none is known.
        half_line: whether they are a request line that was cut off before its end.
        words: the quote, as a reason may show it.

    """

    speaks: str
    half_line: bool
    words: str


def quoted_bytes(log: str) -> QuotedBytes | None:
    """Return the first bytes that the log quotes, None if it quotes none."""
    return _quoted(log[:LIMIT])


@lru_cache(maxsize=16)
def _quoted(text: str) -> QuotedBytes | None:
    found = next((found for pattern in _QUOTES if (found := pattern.search(text)) is not None), None)
    if found is None:
        return _dumped(text)
    words = found["words"]
    data = _ESCAPE.sub(_unescaped, words).encode("latin-1", "replace")
    speaks = sniff(_BEHEADED.get(data[:4], b"") + data)
    if speaks == "text":  # a line that the server quotes without its end
        speaks = sniff(data + b"\r\n")
    return QuotedBytes(speaks, _HALF_LINE(data) is not None, quote(words, 60))


def _dumped(text: str) -> QuotedBytes | None:
    for pattern, digits, base in _DUMPS:
        if (found := pattern.search(text)) is not None:
            words = found["words"]
            data = digits.sub(partial(_character, base), words).encode("latin-1", "replace")
            return QuotedBytes(sniff(data), False, quote(words, 60))
    return None


def _character(base: int, found: re.Match[str]) -> str:
    return chr(int(found[1], base))


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is not None:
        return chr(int(found[1], 16))
    if found[2] is not None:
        return chr(int(found[2], 8) & 0xFF)
    return _SHORT.get(found[3], found[3])
