"""hitch with write-ip, or a like proxy, writes the client's address before its bytes."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "write-ip":
        return None
    return (
        f"byte {first_bytes[0]} and {'four' if first_bytes[0] == 2 else 'sixteen'} bytes of an address stand "
        "in front of the request, as hitch writes them with write-ip"
    )


RULE = Rule(
    id="client-address-before-request",
    title="The client's address stands in front of the request: hitch with write-ip",
    cls="other-protocol",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "hitch, which ends TLS, can write the client's address in front of its bytes, as the address family and the "
        "raw address. The server must expect it; here it does not, and takes it for garbage."
    ),
    remedy=Remedy(
        "Switch write-ip off; use X-Forwarded-For of an HTTP proxy if the address is needed.",
        {"hitch": "write-ip = off"},
    ),
    references=(
        Reference("hitch: configuration", "https://github.com/varnish/hitch/blob/master/docs/configuration.md"),
    ),
    cases=(
        Case("IPv4", b"\x02" + bytes((203, 0, 113, 7)) + request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),
    ),
    near_misses=(Case("no address", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
