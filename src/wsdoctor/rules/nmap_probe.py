"""The first bytes are one of the probes by which Nmap tells services apart."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT

_PROBES = {
    b"\r\n\r\n": "GenericLines",
    b"HELP\r\n": "Help",
    b"help\r\n\r\n": "Help",
    b"GET /nice%20ports%2C/Tri%6Eity.txt%2ebak HTTP/1.0\r\n\r\n": "FourOhFourRequest",
    b"\x00\x0c\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00": "DNSStatusRequestTCP",
    b"\x01default\n": "LPDString",
    b"DmdT\x00\x00\x00\x17\x00\x00\x00\x01\x00\x00\x00\x00\x11\x11\x00\xff\x01\xff\x13": "TerminalServer",
}


def match(first_bytes: bytes) -> str | None:
    """Hold for exactly these bytes."""
    name = _PROBES.get(first_bytes)
    return None if name is None else f"The {len(first_bytes)} bytes are the probe {name} of Nmap, byte for byte."


RULE = Rule(
    id="nmap-probe",
    title="Nmap or a scanner like it asked what listens",
    cls="scanner",
    level="note",
    confidence=0.85,
    match=match,
    why="To find out what listens on a port, Nmap and many scanners send a fixed series of "
    "probes, among them an empty line, HELP and "
    "a request for a file that cannot exist. A WebSocket server refuses them. No real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(Reference("Nmap: service and version detection", "https://nmap.org/book/vscan-technique.html"),),
    cases=(
        Case("empty lines", b"\r\n\r\n"),
        Case("help", b"HELP\r\n", {"peer": "198.51.100.9"}),
        Case("a file that cannot exist", b"GET /nice%20ports%2C/Tri%6Eity.txt%2ebak HTTP/1.0\r\n\r\n"),
    ),
    near_misses=(Case("one empty line", b"\n"), Case("a check by HAProxy", b"GET /health HTTP/1.0\r\n\r\n")),
    supersedes=(
        "bare-text-instead-of-request",
        "haproxy-http-check",
        "request-by-address",
        "unknown-binary-protocol",
        "dns-over-tcp",
    ),
)
