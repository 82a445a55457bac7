"""Somebody speaks the protocol of a database to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text

_SPOKEN = frozenset(("redis", "memcached", "mysql", "postgresql", "mongodb", "cassandra", "mssql", "oracle-tns"))


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks not in _SPOKEN else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="database-scan",
    title="A database client or scanner knocked",
    cls="scanner",
    level="note",
    confidence=0.7,
    match=match,
    why="The first bytes are those of a database client. From the Internet it is a scanner that "
    "looks for databases without a password. From your own network it is mostly one of your "
    "programs that was given the wrong port, or a health check of that kind. The WebSocket "
    "server cannot read it and closes.",
    remedy=Remedy(
        "From the Internet: nothing is broken, close the port to strangers. From your own "
        "network: correct the host or port in the program's database settings.",
        {
            "own programs": "REDIS_URL, DATABASE_URL and the like: check host and port.",
            "HAProxy": "option redis-check, mysql-check and pgsql-check belong into backends of that kind alone.",
            **CLOSE_PORT,
        },
    ),
    references=(
        Reference("Redis: security", "https://redis.io/docs/latest/operate/oss_and_stack/management/security/"),
        Reference("Nmap: service and version detection", "https://nmap.org/book/vscan.html"),
    ),
    cases=(
        Case("Redis from outside", b"*1\r\n$4\r\nINFO\r\n", {"peer": "198.51.100.4"}),
        Case("PostgreSQL of one's own", b"\x00\x00\x00\x08\x04\xd2\x16/", {"peer": "10.0.4.2"}),
    ),
    near_misses=(
        Case("MQTT", b"\x10\x10\x00\x04MQTT\x04\x02\x00<\x00\x04abcd"),
        Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),
    ),
)
