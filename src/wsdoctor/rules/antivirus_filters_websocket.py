"""An antivirus program on the client's side is named."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote

_SAID = re.compile(
    r"(?i)[^\n]{0,60}\b(?:avast|avg|kaspersky|bitdefender|eset|sophos|mcafee|norton|trend micro"
    r"|web ?shield|antivirus)\b[^\n]{0,60}"
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
    id="antivirus-filters-websocket",
    title="An antivirus program on the client's side meddles with the WebSocket",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.75,
    match=match,
    why=(
        "Web shields read plain HTTP between the browser and the network and write it anew, without the fields of a "
        "WebSocket or with a delay. It works on other machines, and over wss://."
    ),
    remedy=Remedy(
        "Use wss://; else exempt the host from the web shield.",
        {"clients": "wss:// instead of ws://", "Avast, AVG": "Web Shield, exceptions"},
    ),
    references=(
        Reference(
            "RFC 6455 section 10.3: attacks on infrastructure, and proxies",
            "https://www.rfc-editor.org/rfc/rfc6455.html#section-10.3",
        ),
        Reference("SockJS: issue 25", "https://github.com/sockjs/sockjs-protocol/issues/25"),
    ),
    cases=(Case("a web shield", facts={"log": "handshake hangs on machines with AVG Web Shield, wss works"}),),
    near_misses=(
        Case("no such program", facts={"log": "handshake hangs"}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "handshake hangs on machines with AVG Web Shield, wss works"},
        ),
    ),
)
