"""The PROXY protocol, version 1 and 2: who the client was before a load balancer stood in between.

Reads as much as was received; a header that was cut off has the length 0, so that nobody takes its rest for the
client's first bytes. What is behind it is read by `wire.attempt`. Nothing here believes what it reads.
"""

from __future__ import annotations

from ipaddress import IPv6Address

from wsdoctor.model.evidence import ProxyHeader

__all__ = ["SIGNATURE", "parse"]

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
"""How version 2 begins (PROXY protocol section 2.2)."""
LONGEST_V1 = 107
"""Bytes of the longest line of version 1, line end included (PROXY protocol section 2.1)."""

_FAMILIES = {1: "TCP4", 2: "TCP6", 3: "UNIX"}
_ADDRESS_BYTES = {"TCP4": 4, "TCP6": 16, "UNIX": 108}
_COMMANDS = {0: "LOCAL", 1: "PROXY"}


def parse(first_bytes: bytes) -> ProxyHeader | None:
    """Read a header of either version; None if the bytes do not begin with one.

    The length is 0 if the header was cut off or its end cannot be found.
    """
    if first_bytes.startswith(b"PROXY "):
        return _version_1(first_bytes[:LONGEST_V1])
    if first_bytes.startswith(SIGNATURE):
        return _version_2(first_bytes)
    return None


def _version_1(data: bytes) -> ProxyHeader:
    line, end, _ = data.partition(b"\n")
    words = line.rstrip(b"\r").decode("latin-1").split(" ")[1:]
    family = words[0] if words[0] in {"TCP4", "TCP6"} else "UNKNOWN"
    source = destination = None
    if family != "UNKNOWN" and len(words) >= 5 and (end or len(words) > 5):
        source, destination = (_endpoint(words[at], words[at + 2]) for at in (1, 2))
    return ProxyHeader(1, "PROXY", family, source, destination, len(line) + 1 if end else 0)


def _version_2(data: bytes) -> ProxyHeader:
    if len(data) < 16:
        return ProxyHeader(2, "PROXY", "UNKNOWN")
    command = _COMMANDS.get(data[12] & 0x0F, "PROXY")
    family = _FAMILIES.get(data[13] >> 4, "UNKNOWN")
    length = 16 + int.from_bytes(data[14:16])
    block = data[16:length]
    size = _ADDRESS_BYTES.get(family, 0)
    source = destination = None
    if family == "UNIX" and len(block) >= 2 * size:
        source, destination = (_path(block[at : at + size]) for at in (0, size))
    elif family != "UNKNOWN" and len(block) >= 2 * size + 4:
        ports = [str(int.from_bytes(block[2 * size + at : 2 * size + at + 2])) for at in (0, 2)]
        source, destination = (_endpoint(_address(block[at * size : (at + 1) * size]), ports[at]) for at in (0, 1))
    return ProxyHeader(2, command, family, source, destination, length if len(data) >= length else 0)


def _address(packed: bytes) -> str:
    return ".".join(map(str, packed)) if len(packed) == 4 else str(IPv6Address(packed))


def _path(packed: bytes) -> str | None:
    return packed.rstrip(b"\0").decode("latin-1") or None


def _endpoint(address: str, port: str) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
