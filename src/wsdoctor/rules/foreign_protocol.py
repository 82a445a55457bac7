"""Another protocol that has nothing to do with HTTP, recognised by its first bytes."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request

_NAMES = {
    "nats": "a command of NATS",
    "xmpp": "the stream header of XMPP",
    "kafka": "a request of Kafka",
    "git": "a request of Git",
    "rsync": "the greeting of rsync",
    "openvpn": "a packet of OpenVPN",
    "ajp": "a packet of AJP, which Apache httpd and nginx speak to Tomcat",
    "ntp": "a packet of NTP",
    "telnet": "a negotiation of Telnet",
}


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    name = _NAMES.get(speaks)
    return None if name is None else f"the first {len(first_bytes)} bytes are {name}"


RULE = Rule(
    id="foreign-protocol",
    title="A client of another protocol speaks to the port",
    cls="other-protocol",
    level="note",
    confidence=0.9,
    match=match,
    why=(
        "The first bytes belong to a protocol that is not HTTP at all. A client of that protocol was given this port,"
        " or a port mapping leads to the wrong service; the internet's scanners try such things as well."
    ),
    remedy=Remedy(
        "Correct the port that the client was given, or the port mapping. From the internet it can be ignored."
    ),
    references=(
        Reference(
            "IANA: service names and port numbers",
            "https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml",
        ),
    ),
    cases=(
        Case("NATS", b'CONNECT {"verbose":false}\r\n'),
        Case("XMPP", b'<?xml version="1.0"?><stream:stream to="example.com">'),
    ),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
