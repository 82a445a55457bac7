"""the BitTorrent handshake instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "bittorrent":
        return None
    return f"the first {len(first_bytes)} bytes are the BitTorrent handshake"


RULE = Rule(
    id="bittorrent-peer",
    title="A BitTorrent peer tries the port",
    cls="other-protocol",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "Peers of a swarm try the addresses that trackers give them. The address or the port was used for BitTorrent "
        "before, or was announced by mistake."
    ),
    remedy=Remedy("Ignore it; it ends when the swarm forgets the address."),
    references=(Reference("BEP 3: peer protocol", "https://www.bittorrent.org/beps/bep_0003.html"),),
    cases=(Case("the BitTorrent handshake", b"\x13BitTorrent protocol" + bytes(48)),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
