"""First bytes to evidence: recognise the protocol, read what it says, leave None where nothing was observed.

The guard calls `evidence` for every stray, so the common request takes the shortest way. Nothing here judges.
"""

from __future__ import annotations

from typing import Any

from wsdoctor.model.evidence import Evidence
from wsdoctor.wire import proxy_protocol
from wsdoctor.wire.handshake import unmet
from wsdoctor.wire.http1 import parse, split_target
from wsdoctor.wire.logged import plain_log
from wsdoctor.wire.sniff import sniff
from wsdoctor.wire.tls import client_hello

__all__ = ["LONGEST_FIRST_BYTES", "evidence"]

LONGEST_FIRST_BYTES = 65_536
"""Bytes of an attempt that are kept and looked at. The largest request head that common servers take is 64 KiB
(uvicorn's and Traefik's limits lie there or below); what comes behind is payload, and keeping it would let a peer
choose how much memory its record takes."""
_DEEPEST = 3
"""Headers in front of headers that are read; two load balancers in a row exist, more are somebody's test."""
_WRITE_IP = {2: 5, 10: 17}
"""Address family → bytes that hitch writes before the client's, see its option write-ip."""


def evidence(first_bytes: bytes | None = None, **facts: Any) -> Evidence:
    """Return the evidence of one attempt.

    Args:
        first_bytes: what the peer sent first, None if that was not observed, empty if it sent nothing.
        facts: facts that the bytes do not hold (``peer``, ``at``, ``outcome``, ``log``, …), or that are to
            stand instead of what they hold.

    """
    if (log := facts.get("log")) is not None:
        facts["log"] = plain_log(log)
    if first_bytes is None:
        return Evidence(**facts)
    return _of_bytes(first_bytes, facts, 1)


def _of_bytes(first_bytes: bytes, facts: dict[str, Any], depth: int) -> Evidence:
    if len(first_bytes) > LONGEST_FIRST_BYTES:
        first_bytes = first_bytes[:LONGEST_FIRST_BYTES]
    speaks = sniff(first_bytes)
    found: dict[str, Any] = {"first_bytes": first_bytes, "speaks": speaks}
    if speaks in {"http/1", "http/0.9"}:
        _read_request(first_bytes, found)
    elif speaks in {"tls", "ssl2"}:
        found["hello"] = client_hello(first_bytes)
    elif speaks in {"proxy-v1", "proxy-v2", "write-ip"}:
        _read_proxied(first_bytes, speaks, depth, found)
    found |= facts
    return Evidence(**found)


def _read_request(first_bytes: bytes, found: dict[str, Any]) -> None:
    head = parse(first_bytes)
    headers, complete = head.headers, head.complete
    found["method"] = method = head.method
    found["target"] = target = head.target
    found["path"], found["query"] = split_target(method, target)
    found["http_version"] = head.version
    found["headers"] = headers
    found["complete"] = complete
    found["trailing"] = first_bytes[head.length :]
    found["deviations"] = head.deviations
    get = headers.joined.get
    not_sent = None
    if complete:
        found["handshake"] = unmet(method, head.version, headers)
        not_sent = ""
    found["user_agent"] = get("user-agent", not_sent)
    found["origin"] = get("origin", not_sent)
    found["referer"] = get("referer", not_sent)
    found["host"] = get("host", not_sent)


def _read_proxied(first_bytes: bytes, speaks: str, depth: int, found: dict[str, Any]) -> None:
    if speaks == "write-ip":
        length = _WRITE_IP[first_bytes[0]]
    else:
        found["proxy"] = header = proxy_protocol.parse(first_bytes)
        length = header.length if header else 0
    if length and depth <= _DEEPEST:
        found["behind"] = _of_bytes(first_bytes[length:], {}, depth + 1)
