"""An intercepting proxy on the client's side breaks the handshake."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import RFC9110_CONNECTION

_SAID = re.compile(
    r"(?i)[^\n]{0,60}\b(?:LittleProxy|browsermob|fiddler|charles proxy|zscaler"
    r"|burp)\b[^\n]{0,80}(?:upgrade|websocket)[^\n]{0,60}"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="mitm-proxy-in-the-way",
    title="An intercepting proxy handles the handshake as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.7,
    match=match,
    why=(
        "A proxy that opens TLS to look inside handles requests one by one. Many such programs know no WebSocket: "
        "they drop Upgrade and Connection as fields of one hop, and the server answers 400."
    ),
    remedy=Remedy("Let the proxy pass WebSockets through untouched, or exempt the host."),
    references=(RFC9110_CONNECTION,),
    cases=(Case("named in the log", facts={"log": "LittleProxy: 400 on upgrade to websocket through the MITM"}),),
    near_misses=(
        Case("nothing of it", facts={"log": "proxy error"}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "LittleProxy: 400 on upgrade to websocket through the MITM"},
        ),
    ),
)
