"""What the rules on foreign protocols share: how the first bytes are quoted, and what to do about scans.

Which protocol the bytes belong to is up to `wire.sniff`; this module only words it. No rule and no verdict here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wsdoctor.model.redact import redact_head
from wsdoctor.rules._checks import is_private
from wsdoctor.wire.protocols import PROTOCOLS

__all__ = ["CLOSE_PORT", "knock_text"]

CLOSE_PORT: Mapping[str, str] = MappingProxyType(
    {
        "firewall": "ufw allow from 10.0.0.0/8 to any port 8080 proto tcp; ufw deny 8080/tcp",
        "Docker": 'ports: ["127.0.0.1:8080:8080"] publishes the port to this machine alone.',
        "server": "Listen on 127.0.0.1 behind a proxy instead of 0.0.0.0.",
        "fail2ban": "Feed it wsdoctor's lines of class scanner.",
    }
)
"""How to keep strangers from a port, by product."""

SHOWN = 48
"""So many of the first bytes are quoted: enough for a banner, short enough for a line."""


def knock_text(speaks: str, first_bytes: bytes, peer: str | None) -> str:
    """Return what the first bytes are, quoted, and where they came from."""
    shown = redact_head(first_bytes[:SHOWN].decode("latin-1")).rstrip("\r\n")
    text = f"The first bytes are {PROTOCOLS[speaks].title}: “{shown}”"
    if peer is None:
        return text
    own = ", a private address, so it may well be a program or a scan of your own" if is_private(peer) else ""
    return f"{text}, from {peer}{own}"
