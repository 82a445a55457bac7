"""HAProxy checks the WebSocket server as if it were a database or a directory."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._checks import is_private

_CHECKS = (
    ("redis-check", re.compile(rb"\*1\r\n\$4\r\nPING\r\n").fullmatch),
    ("ldap-check", re.compile(rb"0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\x00\x80\x00").fullmatch),
    (
        "mysql-check",
        re.compile(
            rb".\x00\x00\x01\x00\x82\x00\x00\x00\x80\x00\x01!\x00{23}[^\x00]{1,64}\x00\x00\x01\x00\x00\x00\x01",
            re.DOTALL,
        ).fullmatch,
    ),
    ("pgsql-check", re.compile(rb"\x00\x00\x00.\x00\x03\x00\x00user\x00[^\x00]{1,64}\x00\x00", re.DOTALL).fullmatch),
)


def match(first_bytes: bytes, peer: str) -> str | None:
    """Hold for exactly what the check sends, from a private address; strangers send the same to find databases."""
    if not is_private(peer):
        return None
    name = next((name for name, fits in _CHECKS if fits(first_bytes)), None)
    return None if name is None else f"The first {len(first_bytes)} bytes from {peer} are those of option {name}."


RULE = Rule(
    id="haproxy-service-check",
    title="HAProxy checks the WebSocket server as if it were of another kind",
    cls="health-check",
    level="warning",
    confidence=0.75,
    match=match,
    why="HAProxy can check databases and directories in their own protocol, and sends each time the same few bytes. A "
    "backend with such an option takes the WebSocket server for dead, whatever it answers. A program of your own that "
    "was given the wrong port may send the same.",
    remedy=Remedy(
        "Take the option out of the backend of the WebSocket server.",
        {"HAProxy": "option httpchk GET /healthz, or check alone, in place of redis-check, mysql-check and the like"},
    ),
    references=(
        Reference(
            "HAProxy: option redis-check", "https://docs.haproxy.org/2.6/configuration.html#option%20redis-check"
        ),
    ),
    cases=(
        Case("Redis", b"*1\r\n$4\r\nPING\r\n", {"peer": "10.0.0.7"}),
        Case("LDAP", b"0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\x00\x80\x00", {"peer": "10.0.0.7"}),
        Case(
            "MySQL",
            b"#\x00\x00\x01\x00\x82\x00\x00\x00\x80\x00\x01!" + bytes(23) + b"x\x00\x00\x01\x00\x00\x00\x01",
            {"peer": "10.0.0.7"},
        ),
        Case("PostgreSQL", b"\x00\x00\x00\x10\x00\x03\x00\x00user\x00x\x00\x00", {"peer": "10.0.0.7"}),
    ),
    near_misses=(
        Case("from the Internet", b"*1\r\n$4\r\nPING\r\n", {"peer": "198.51.100.4"}),
        Case("another command", b"*1\r\n$4\r\nINFO\r\n", {"peer": "10.0.0.7"}),
    ),
    supersedes=("database-scan", "service-scan"),
)
