"""Hide secrets and defuse control characters before anything leaves the process.

What a peer sends may hold somebody's session, and may be made to fool a terminal. Values of credential
fields and of secret-looking query parameters are replaced by `HIDDEN`; nothing else changes, so a redacted
request still shows its shape. This module does not know where the text goes; HTML escaping is the
renderer's.
"""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "printable", "redact_head", "redact_target", "redact_value"]

HIDDEN = "<hidden>"

SECRET_FIELDS = frozenset(
    (
        "authorization", "cookie", "proxy-authorization", "set-cookie", "x-amz-security-token", "x-api-key",
        "x-auth-token", "x-access-token", "x-csrf-token", "x-xsrf-token", "x-ms-auth-internal-token",
        "cf-access-jwt-assertion", "x-goog-iap-jwt-assertion", "x-tailscale-handshake",
    )
)  # fmt: skip
_SECRET_PARAMETER = re.compile(
    r"(?i)(?P<name>(?:^|[?&;])[^=&;?]*(?:token|secret|passw|pwd|auth|api_?-?key|access_?key|session|sid|signature"
    r"|\bsig\b|jwt|credential|code|ticket)[^=&;?]*=)(?P<value>[^&;#\s]*)"
)
_USER_INFO = re.compile(r"(?i)(?<=://)[^/?#@\s]*@")
_BEARER_SUBPROTOCOL = re.compile(r"(?i)\b(?:eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?:bearer|token|auth)[.\-_][\w.\-]{12,})")
_CONTROL = re.compile(
    r"[^\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]|[\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)


def printable(text: str, limit: int = 400) -> str:
    r"""Return the text with every control and direction character escaped as ``\x1b``, cut at `limit` characters."""
    cut = text if len(text) <= limit else f"{text[:limit]}…"
    return _CONTROL.sub(_escape, cut)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def redact_target(target: str) -> str:
    """Return the request target with user information and values of secret-looking query parameters hidden."""
    hidden = _USER_INFO.sub(f"{HIDDEN}@", target)
    return _SECRET_PARAMETER.sub(lambda match: f"{match['name']}{HIDDEN}", hidden)


def redact_value(name: str, value: str) -> str:
    """Return the value of a header field as it may be shown."""
    key = name.strip().lower()
    if key in SECRET_FIELDS:
        return HIDDEN
    if key == "sec-websocket-protocol":
        return _BEARER_SUBPROTOCOL.sub(HIDDEN, value)
    if key in {"referer", "origin", "location"} or key.startswith("x-forwarded") or key.startswith("x-original"):
        return redact_target(value)
    return value


def redact_head(head: str) -> str:
    """Return a request head, line ends as they were, with targets and credential fields redacted.

    Bytes that are no HTTP pass unchanged but for user information and secret-looking parameters.
    """
    lines = re.split(r"(\r\n|\n|\r)", head)
    out: list[str] = []
    secret = False
    for number, line in enumerate(lines):
        if number % 2:
            out.append(line)
        elif number == 0:
            out.append(redact_target(line))
        elif secret and line[:1] in {" ", "\t"}:
            out.append(f" {HIDDEN}")
        else:
            name, colon, value = line.partition(":")
            shown = redact_value(name, value)
            secret = shown == HIDDEN
            out.append(f"{name}{colon} {shown}" if secret and colon else f"{name}{colon}{shown}")
    return "".join(out)
