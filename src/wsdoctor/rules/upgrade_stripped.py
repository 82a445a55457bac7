"""The handshake of a real WebSocket client arrives without Upgrade or Connection, and no known proxy fits better."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._declared import NAMED_PROXIES, hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import RFC6455_REQUEST, RFC9110_CONNECTION, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Hold for any loss of the fields that travel hop by hop."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or (loss.upgrade_value and not loss.upgrade):
        return None
    return f"{loss.seen}; it seems to come through {loss.by.name} ({loss.by.sign})"


RULE = Rule(
    id="upgrade-stripped",
    title="An intermediary lost the fields that ask for a WebSocket",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.8,
    match=match,
    declared=hops(but=NAMED_PROXIES, loses=True),
    why=(
        "A client that opens a WebSocket sends an HTTP request with the fields Upgrade and Connection. These two are "
        "meant for the next machine only, so every proxy on the way must send them anew or they are lost. The field "
        "Sec-WebSocket-Key travels all the way: it arrived, so a WebSocket client asked, and somebody between lost "
        "the rest."
    ),
    remedy=Remedy(
        "Make every proxy between client and server send Upgrade and Connection on, over HTTP/1.1. "
        "Look at the last one first, then at each before it.",
        directives(),
    ),
    references=(RFC6455_REQUEST, RFC9110_CONNECTION),
    cases=(
        Case(
            "a proxy that names itself by an unknown name",
            request("GET /ws HTTP/1.1", "Host: app.example.com", "Via: 1.1 gate.example.net (Sluice/3)", KEY, VERSION),
        ),
    ),
    near_misses=(
        Case("a plain GET", request("GET /ws HTTP/1.1", "Host: app.example.com", "Via: 1.1 gate.example.net")),
    ),
)
