"""The opening handshake of RFC 6455 section 4.2.1 as a table, and a fast test for the good ones.

`unmet` names what a request lacks; `looks_like_good` says of raw bytes that nothing is lacking. It may say no
to a good handshake of unusual form, but never yes to a bad one. Nothing here knows why something is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wsdoctor.model.headers import Headers

__all__ = ["REQUIREMENTS", "Requirement", "looks_like_good", "unmet"]

_KEY = re.compile(r"[A-Za-z0-9+/]{22}==").fullmatch
"""Sixteen bytes in base64 (RFC 4648 section 4) are always 22 characters and two of padding."""
_NEW_ENOUGH = re.compile(r"HTTP/1\.[1-9]").fullmatch


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that an opening handshake must have.

    Attributes:
        id: kebab-case name.
        section: where it is required.
        title: what is required, as the end of "the request must …".
        met: method, version, lower-case name → value joined by commas; whether it is met.

    """

    id: str
    section: str
    title: str
    met: Callable[[str, str, Mapping[str, str]], bool]


def _names(fields: Mapping[str, str], name: str, token: str) -> bool:
    """Say whether a list of tokens holds one, whatever its case (RFC 9110 sections 5.6.1 and 7.8)."""
    value = fields.get(name)
    return value is not None and token in [each.strip(" \t").lower() for each in value.split(",")]


_OPENING = "RFC 6455 section 4.2.1"
_ROWS = (
    Requirement("method-get", _OPENING, "be a GET", lambda method, version, fields: method == "GET"),
    Requirement(
        "http-1.1", _OPENING, "be HTTP/1.1 or higher",
        lambda method, version, fields: version == "HTTP/1.1" or _NEW_ENOUGH(version) is not None,
    ),
    Requirement(
        "host-present", _OPENING, "have a Host field", lambda method, version, fields: bool(fields.get("host"))
    ),
    Requirement(
        "upgrade-present", _OPENING, "have an Upgrade field", lambda method, version, fields: "upgrade" in fields
    ),
    Requirement(
        "upgrade-websocket", _OPENING, "name websocket in Upgrade",
        lambda method, version, fields: _names(fields, "upgrade", "websocket"),
    ),
    Requirement(
        "connection-present", _OPENING, "have a Connection field",
        lambda method, version, fields: "connection" in fields,
    ),
    Requirement(
        "connection-upgrade", _OPENING, "name upgrade in Connection",
        lambda method, version, fields: _names(fields, "connection", "upgrade"),
    ),
    Requirement(
        "key-present", _OPENING, "have a Sec-WebSocket-Key field",
        lambda method, version, fields: "sec-websocket-key" in fields,
    ),
    Requirement(
        "key-single", "RFC 6455 section 11.3.1", "have not more than one Sec-WebSocket-Key field",
        lambda method, version, fields: "," not in fields.get("sec-websocket-key", ""),
    ),
    Requirement(
        "key-16-bytes", _OPENING, "have a Sec-WebSocket-Key that is 16 bytes in base64",
        lambda method, version, fields: "sec-websocket-key" in fields
        and all(_KEY(key.strip(" \t")) for key in fields["sec-websocket-key"].split(",")),
    ),
    Requirement(
        "version-present", _OPENING, "have a Sec-WebSocket-Version field",
        lambda method, version, fields: "sec-websocket-version" in fields,
    ),
    Requirement(
        "version-13", _OPENING, "have Sec-WebSocket-Version 13",
        lambda method, version, fields: fields.get("sec-websocket-version") == "13",
    ),
)  # fmt: skip

REQUIREMENTS: Mapping[str, Requirement] = MappingProxyType({requirement.id: requirement for requirement in _ROWS})
"""What the server must find, by id, in the order of the RFC."""
_CHECKS = tuple((requirement.id, requirement.met) for requirement in _ROWS)


def unmet(method: str, version: str, headers: Headers) -> tuple[str, ...]:
    """Return the ids of the requirements that a request does not meet, in their order; none for a good handshake.

    Args:
        method: as received.
        version: of the request line, such as ``HTTP/1.1``.
        headers: the field lines.

    """
    fields = headers.joined
    return tuple([id_ for id_, met in _CHECKS if not met(method, version, fields)])


_GOOD = re.compile(
    rb"""
    GET[ ]/[!-"$-~]*+[ ]HTTP/1\.1\r\n
    (?:
        (?=[HhUuCcSsTt])
        (?:
            (?!(?i:Host|Upgrade|Connection|Content-Length|Transfer-Encoding|Sec-WebSocket-(?:Key|Version))[ \t:])
            [!\#$%&'*+\-.^_`|~0-9A-Za-z]++:[\t -~\x80-\xff]*+\r\n
        |
            (?i:Host):(?(1)(?!))[ \t]*+([A-Za-z0-9._-]++(?::\d++)?+|\[[0-9A-Fa-f:.]++\](?::\d++)?+)[ \t]*+\r\n
        |
            (?i:Upgrade):(?(2)(?!))[ \t]*+((?i:websocket))[ \t]*+\r\n
        |
            (?i:Connection):(?(3)(?!))[ \t]*+((?i:
                (?:keep-alive[ \t]*+,[ \t]*+)?+upgrade(?:[ \t]*+,[ \t]*+keep-alive)?+
            ))[ \t]*+\r\n
        |
            (?i:Sec-WebSocket-Key):(?(4)(?!))[ \t]*+([A-Za-z0-9+/]{22}==)[ \t]*+\r\n
        |
            (?i:Sec-WebSocket-Version):(?(5)(?!))[ \t]*+(13)[ \t]*+\r\n
        )
    |
        [!\#$%&'*+\-.^_`|~0-9ABD-GI-RV-Zabd-gi-rv-z][!\#$%&'*+\-.^_`|~0-9A-Za-z]*+:[\t -~\x80-\xff]*+\r\n
    )++
    \r\n
    (?(1)|(?!))(?(2)|(?!))(?(3)|(?!))(?(4)|(?!))(?(5)|(?!))
    """,
    re.VERBOSE,
).match
"""The usual form of a good handshake. Groups 1 to 5 are Host, Upgrade, Connection, key and version; each
condition refuses a second one of them, the last ones demand each. Every repeat is possessive, so that no peer
can make it try twice."""


def looks_like_good(first_bytes: bytes) -> bool:
    """Say whether the bytes begin with a complete opening handshake that meets every requirement.

    True is final: nothing is unmet and nothing in the head is malformed. False only means that the slow way,
    `wire.http1.parse` and `unmet`, must decide. Bytes behind the head are allowed.
    """
    return first_bytes.startswith(b"GET /") and _GOOD(first_bytes) is not None
