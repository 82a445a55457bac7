"""Expressions as they are written: what of them changes nothing, what they call last, where their defaults stand.

Nothing here knows what a name means.
"""

from __future__ import annotations

import re

from wsdoctor.inspectors._text.sources import split

__all__ = ["called", "chained", "port_of", "trimmed"]

_CAST = re.compile(
    r"\((?:int|short|ushort|u?int16_t|uint16|long|Integer|string|String)\)\s*(?=[\w$(\"'@])|"
    r"(?:&\s*(?:mut\s+)?|\*|ref\s+|await\s+|try!?\s+|move\s+|%w)(?=[\w(\"'$@:])"
)
_NOISE = re.compile(
    r"(?:\s*\.\s*(?:unwrap|expect|to_string|to_owned|into|clone|as_str|as_ref|as_deref|cloned|copied|parse|"
    r"to_i|to_s|strip|trim|toInt|toInteger|toString|"
    r"intValue|freeze|to_socket_addrs|ok|await|toIntOrNull|asInstanceOf|get|toShort|c_str|next|lines|int|"
    r"toLowerCase|context|with_context|map_err)"
    r"(?:::<[^()]*>)?(?:\((?:[^()\"']|\"[^\"]*\"|'[^']*'|\((?:[^()])*\))*\))?|\s*\?|\s*!!|"
    r"\s+as\s+(?:[ui](?:16|32|64|size)|Int|String|int|uint16_t)|\s*\|>\s*[\w.]+(?:\(\))?|\s*\.await)$"
)
_DEFAULTED = re.compile(
    r"\.\s*(?P<how>unwrap_or|unwrap_or_else|unwrap_or_default|orElse|orElseGet|getOrElse|or|or_else|"
    r"getOrDefault|map_or|map_or_else|orNull|map|and_then|flatMap|filter|mapToInt|let|then)\s*[({]"
)


def port_of(text: str) -> int | None:
    """Return the port of an address, URL or number."""
    rest = re.sub(r"^\w+://", "", text)
    host = rest.split("/")[0]
    number = host.rpartition(":")[2].strip("[] ")
    return int(number) if number.isdecimal() and 0 < int(number) < 65536 and host.count(" ") == 0 else None


def trimmed(text: str) -> str:
    """Return an expression without what does not change what it comes to."""
    text = text.strip()
    for _ in range(20):
        before = text
        text = _CAST.sub("", text, count=1) if _CAST.match(text) else text
        if text.startswith("(") and text.endswith(")") and len(split(text[1:-1], ",")) == 1 and _balanced(text[1:-1]):
            text = text[1:-1].strip()
        text = _NOISE.sub("", text).strip()
        text = re.sub(r"^new\s+(?=[A-Z\\])", "", text)
        if text == before:
            break
    return text


def _balanced(text: str) -> bool:
    depth = 0
    for mark in text:
        depth += (mark == "(") - (mark == ")")
        if depth < 0:
            return False
    return not depth


def called(text: str) -> tuple[str, str] | None:
    """Return what is called last in an expression that is a call, and what is given to it."""
    if not text.endswith(")"):
        return None
    depth = 0
    for at in range(len(text) - 1, 0, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if not depth:
            name = re.sub(r"::<[^()]*>\s*$", "", text[:at].rstrip())
            return (name, text[at + 1 : -1]) if re.search(r"[\w!?>]$", name) else None
    return None


def chained(text: str) -> tuple[str, str, str, str] | None:
    """Return base, name, argument and rest of the first call of a default or a mapping that stands outside brackets."""
    for match in _DEFAULTED.finditer(text):
        base = text[: match.start()]
        if not base or not _balanced(base) or base.count('"') % 2:
            continue
        opening = match.end() - 1
        depth, end = 0, len(text)
        for at in range(opening, len(text)):
            depth += (text[at] in "({[") - (text[at] in ")}]")
            if not depth:
                end = at
                break
        return base, match["how"], text[opening + 1 : end], text[end + 1 :]
    return None
