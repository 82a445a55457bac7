"""Hide secrets and defuse control characters before anything leaves the process.

What a peer sends may hold somebody's session, and may be made to fool a terminal. Values of credential
fields and of secret-looking parameters are replaced by `HIDDEN`; nothing else changes, so a redacted request
still shows its shape. Every pattern takes time in proportion to the text, for the text is a peer's. This module
does not know where the text goes; HTML escaping is the renderer's.
"""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "printable", "redact_head", "redact_log", "redact_target", "redact_value"]

HIDDEN = "<hidden>"

SECRET_FIELDS = frozenset(
    (
        "x-amzn-oidc-data", "x-amzn-oidc-identity", "x-ms-client-principal", "x-tailscale-handshake",
        "x-forwarded-client-cert",
    )
)  # fmt: skip
"""Credential fields whose names do not say so; the others are found by the words of their names."""

_FIELD_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*").fullmatch
_SECRET_FIELD = re.compile(
    r"authori[sz]ation|cookie|token|secret|passw|api-?key|access-?key|session|jwt|credential|csrf|xsrf|assertion"
).search
_SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|auth|api[_-]?key|access[_-]?key|session|\bsid\b|signature|\bsig\b|jwt|credential|\bcode\b|ticket"
).search
_SECRET_WORD = re.compile(r"token|secret|passw|pwd|api[_-]?key|access[_-]?key|session|signature|jwt|credential").search
_PARAMETER = re.compile(r"(?P<name>(?:^|[?&;\s'\"])[^=&;?\s'\"]*=)(?P<value>=*[^=&;#\s'\"][^&;#\s'\"]*)")
"""A parameter with a value; base64 that ends with padding, as every Sec-WebSocket-Key does, is none."""
_MEMBER = re.compile(r'(?P<name>"[^"\\]*"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[^\s,}\]"\[{]+)')
_USER_INFO = re.compile(r"(?<=://)[^/?#@\s]*@")
_BEARER = re.compile(r"(?i)(?P<name>\b(?:bearer|basic)\s+)(?=[A-Za-z._~+/=-]{0,200}\d)[\w.~+/=-]{8,}")
_LOGGED_FIELD = re.compile(
    r"(?im)^(?P<name>[ \t]*(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)[ \t]*:)[^\r\n]*"
)
_LONG_WORD = re.compile(r"[\w.\-]{16,}")
_CREDENTIAL = re.compile(r"(?i)(?:^|(?<=[.\-_]))(?:eyJ|(?:bearer|token|auth)[.\-_])")
_LINE_END = re.compile(r"(\r\n|\n|\r)")
_CONTROL = re.compile(
    r"[^\x20-\x7e\xa0-\U0010ffff]|[\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def printable(text: str, limit: int = 400) -> str:
    r"""Return the text with every control and direction character escaped as ``\x1b``, cut at `limit` characters."""
    cut = text if len(text) <= limit else f"{text[:limit]}…"
    return _CONTROL.sub(_escape, cut)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def redact_target(target: str) -> str:
    """Return a request target, or text that holds some, with user information and secret parameters hidden."""
    hidden = _PARAMETER.sub(_hide, _USER_INFO.sub(f"{HIDDEN}@", target))
    return _BEARER.sub(lambda match: f"{match['name']}{HIDDEN}", hidden)


def _hide(match: re.Match[str]) -> str:
    name = match["name"]
    secret = (_SECRET_WORD if name[0].isspace() else _SECRET_NAME)(name.lower())
    return f"{name}{HIDDEN}" if secret else match.group()


def _hide_member(match: re.Match[str]) -> str:
    return f'{match["name"]}"{HIDDEN}"' if _SECRET_WORD(match["name"].lower()) else match.group()


def redact_log(text: str) -> str:
    """Return lines of a log with secret parameters, members of JSON and credential fields hidden."""
    logged = _LOGGED_FIELD.sub(lambda match: f"{match['name']} {HIDDEN}", text)
    return redact_target(_MEMBER.sub(_hide_member, logged))


def redact_value(name: str, value: str) -> str:
    """Return the value of a header field as it may be shown."""
    key = name.strip().lower()
    if key in SECRET_FIELDS or (_SECRET_FIELD(key) and not key.startswith("access-control-")):
        return HIDDEN
    if key == "sec-websocket-protocol":
        return _LONG_WORD.sub(_hide_word, value)
    return redact_target(value)


def _hide_word(match: re.Match[str]) -> str:
    """Hide a JWT, or what follows ``bearer.`` and the like, in the name of a subprotocol."""
    word = match.group()
    credential = _CREDENTIAL.search(word)
    if credential is None or ("." not in word[credential.start() :] and credential.group().lower() == "eyj"):
        return word
    return f"{word[: credential.start()]}{HIDDEN}"


def redact_head(head: str) -> str:
    """Return a request head and what came behind it, line ends as they were, with every secret hidden.

    Lines that are no header fields, and bytes that are no HTTP, lose user information and secret parameters only.
    """
    pieces = _LINE_END.split(head)
    out: list[str] = []
    secret = in_head = True
    for number, line in enumerate(pieces):
        if number % 2:
            out.append(line)
            continue
        name, colon, value = line.partition(":")
        if not line and number > 0:
            in_head = False
        if number == 0 or not in_head or not colon or value.startswith("//") or not _FIELD_NAME(name):
            folded = in_head and number > 0 and secret and line[:1] in {" ", "\t"}
            out.append(f" {HIDDEN}" if folded else redact_log(line))
            secret = folded
        else:
            shown = redact_value(name, value)
            secret = shown == HIDDEN
            out.append(f"{name}: {HIDDEN}" if secret else f"{name}:{shown}")
    return "".join(out)
