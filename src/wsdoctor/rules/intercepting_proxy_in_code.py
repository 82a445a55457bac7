"""Code starts an intercepting proxy that knows no WebSocket."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import RFC9110_CONNECTION

_SAID = re.compile(r"\.withManInTheMiddle\(|new BrowserMobProxyServer\(|BrowserUpProxyServer\(")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    return found_in(files, _SAID)


RULE = Rule(
    id="intercepting-proxy-in-code",
    title="The client's own intercepting proxy knows no WebSocket",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.75,
    match=match,
    why=(
        "The program starts a proxy that opens TLS to look inside (LittleProxy, BrowserMob). In that mode each "
        "request is handled by itself, Upgrade and Connection are dropped, and no WebSocket gets through."
    ),
    remedy=Remedy("Let the proxy tunnel the hosts that use WebSockets, or use one that knows them, such as mitmproxy."),
    references=(
        RFC9110_CONNECTION,
        Reference("LittleProxy: issue 35", "https://github.com/LittleProxy/LittleProxy/issues/35"),
    ),
    cases=(
        Case(
            "LittleProxy",
            facts={
                "files": (
                    SourceFile("Main.java", "DefaultHttpProxyServer.bootstrap().withManInTheMiddle(manager).start();"),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "no interception",
            facts={"files": (SourceFile("Main.java", "DefaultHttpProxyServer.bootstrap().withPort(8080).start();"),)},
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "files": (
                    SourceFile("Main.java", "DefaultHttpProxyServer.bootstrap().withManInTheMiddle(manager).start();"),
                )
            },
        ),
    ),
)
