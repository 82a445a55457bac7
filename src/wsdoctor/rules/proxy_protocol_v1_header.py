"""A PROXY protocol header, version 1, in front of the request."""

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import forwarded_by
from wsdoctor.rules._remedies import NO_PROXY_HEADER, PROXY_HEADER, PROXY_PROTOCOL
from wsdoctor.rules._samples import PROXY_V2


def _hand(behind: Evidence) -> str:
    """Return by whose hand the request behind the header is, as far as its field names tell."""
    if not behind.headers:
        return ""
    named = forwarded_by(behind.headers)
    if named is not None:
        return f", which came through {named}"
    return ", with names in lower case as HAProxy and Envoy write them" if behind.headers.lower_case else ""


def match(speaks: str, first_bytes: bytes, behind: Evidence | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "proxy-v1":
        return None
    line = first_bytes[:107].split(b"\n", 1)[0].rstrip(b"\r").decode("latin-1")
    if behind is None or not behind.first_bytes:
        return f"the first line is “{line[:107]}”, a header of the PROXY protocol, and nothing was received behind it"
    what = f"{behind.method[:20]} {(behind.path or '')[:60]}" if behind.method is not None else behind.speaks
    return f"the first line is “{line[:107]}”, a header of the PROXY protocol; behind it comes {what}{_hand(behind)}"


RULE = Rule(
    id="proxy-protocol-v1-header",
    title="A PROXY protocol header (version 1) stands in front of the request",
    cls="other-protocol",
    level="error",
    confidence=0.95,
    match=match,
    declared=hops(sends={"proxy-protocol"}),
    why=PROXY_HEADER,
    remedy=NO_PROXY_HEADER,
    references=(PROXY_PROTOCOL,),
    cases=(
        Case(
            "in front of a good handshake",
            b"PROXY TCP4 203.0.113.7 10.0.0.5 51234 8080\r\n"
            + request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
        ),
        Case(
            "in front of a page",
            b"PROXY TCP4 203.0.113.7 10.0.0.5 51234 8080\r\n"
            + request("GET / HTTP/1.1", "host: app", "user-agent: Mozilla/5.0"),
        ),
        Case("in front of TLS", b"PROXY TCP4 203.0.113.7 10.0.0.5 51234 8080\r\n\x16\x03\x01"),
        Case(
            "through Caddy",
            b"PROXY TCP4 203.0.113.7 0.0.0.0 0 0\r\n"
            + request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE, "Via: 1.1 Caddy"),
        ),
        Case("alone: HAProxy's plain check of a send-proxy server", b"PROXY TCP4 10.0.0.2 10.0.0.5 51234 8080\r\n"),
    ),
    near_misses=(
        Case("no header", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),
        Case("version 2", PROXY_V2 + bytes.fromhex("2111000c7f0000017f000001eb885258")),
    ),
)
