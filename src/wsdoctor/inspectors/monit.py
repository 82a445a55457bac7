"""monit: tests of connections in its control files, by HTTP, as WebSockets, or with nothing said."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import LOCAL, http_caller, place, port_number, seconds
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "monit"
PATTERNS = ("monitrc", "*.monitrc", "*.monit", "*/monit/*", "*/monit.d/*", "*/monit/conf*/*")
NEEDLES = ("if failed", "IF FAILED")

DEFAULT_PERIOD = 30.0
_COMMENT = re.compile(r"#[^\n]*")
_TEST = re.compile(r"\bif\s+failed\b(?P<what>.*?)(?=\bthen\b)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(
    r"\b(?P<key>host|hostheader|port|protocol|proto|request|type)\s+(?P<value>\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE
)
_DAEMON = re.compile(r"^\s*set\s+daemon\s+(?P<seconds>\d+)", re.IGNORECASE | re.MULTILINE)
_PROTOCOLS = {"http": "http", "https": "https", "websocket": "ws"}


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a control file tests."""
    found = Declared()
    text = _COMMENT.sub(lambda match: " " * len(match.group()), repository.text(path) or "")
    unit = unit_of(path, repository)
    for match in _TEST.finditer(text):
        parts = {part["key"].lower(): part["value"].strip("\"'") for part in _PART.finditer(match["what"])}
        port = port_number(parts.get("port"))
        if port is None or parts.get("type", "tcp").lower() == "udp":
            continue
        protocol = _PROTOCOLS.get((parts.get("protocol") or parts.get("proto") or "").lower(), "tcp")
        first = text.count("\n", 0, match.start()) + 1
        last = first + match.group().rstrip().count("\n")
        found.callers.append(
            http_caller(
                NAME, Address(parts.get("host") or LOCAL, port, unit), place(path, repository, first, last),
                path=parts.get("request") or "/", protocol=protocol, user_agent="Monit/", period=_period(repository),
                kind="uptime-monitor",
            )
        )  # fmt: skip
    return found


def _period(repository: Repository) -> float:
    """Return how often monit runs its tests, where a control file says so."""
    for path in repository.named("monitrc", "*.monitrc"):
        if (match := _DAEMON.search(repository.text(path) or "")) is not None:
            return seconds(match["seconds"]) or DEFAULT_PERIOD
    return DEFAULT_PERIOD
