"""The beginning of a TLS connection, cut off."""

from wsdoctor.model.evidence import ClientHello
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._samples import CUT_HELLO, NAMED_HELLO, SSL3_CHECK


def match(speaks: str, hello: ClientHello | None = None, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "tls" or (hello is not None and (hello.complete or hello.server_name is not None)):
        return None
    if hello is not None and hello.record_version == "SSL 3.0":
        return None
    size = "" if first_bytes is None else f" ({len(first_bytes)} bytes)"
    version = "" if hello is None else f", {hello.record_version}"
    return f"the first bytes{size} are the record header of TLS{version}, and the rest is not there"


RULE = Rule(
    id="tls-hello-cut-off",
    title="TLS to a plain port, of which only the beginning was received",
    cls="tls-on-plaintext",
    level="error",
    confidence=0.88,
    match=match,
    why=(
        "The client speaks TLS, as for wss:// or https://, and this port expects plain HTTP. The server sees binary "
        "bytes where it looks for GET and gives up. Only the beginning of its hello was received, so nothing tells "
        "who it is. Embedded devices and scanners send hellos in pieces or give up early, and servers that quote the "
        "bytes quote just a few."
    ),
    remedy=Remedy(
        ("See whether the address of the sender is known to you; then give it ws:// or http://, or a port with TLS."),
        {"clients": "ws:// or http:// instead of wss:// or https://"},
    ),
    references=(TLS_HELLO,),
    cases=(
        Case("four bytes", bytes.fromhex("16030300")),
        Case("a hello cut off", CUT_HELLO),
        Case("an alert", bytes.fromhex("15030100020230")),
    ),
    near_misses=(
        Case("a complete hello", NAMED_HELLO),
        Case("SSL 3.0", SSL3_CHECK[:40]),
    ),
)
