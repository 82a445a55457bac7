"""Apache configuration with ProxyPass http:// and nothing that passes WebSockets, or too late."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import text_of, unseen
from wsdoctor.rules._remedies import APACHE_UPGRADE, directives

_PLAIN = re.compile(r"(?m)^\s*ProxyPass\s+\"?/\S*\s+\"?http://[^\n]*")
_WEBSOCKET = re.compile(r"(?mi)^\s*(?:ProxyPass|RewriteRule|<Location)[^\n]*(?:wss?://|upgrade=websocket)")


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
    for file in files:
        text = text_of(file)
        plain = _PLAIN.search(text)
        if plain is not None and "upgrade=" not in plain[0] and _WEBSOCKET.search(text[: plain.start()]) is None:
            return f"{file.name[:80]} says “{plain[0].strip()[:100]}”, and no line before it passes WebSockets on"
    return None


RULE = Rule(
    id="apache-config-without-upgrade",
    title="The Apache configuration passes no WebSocket on",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "mod_proxy_http passes Upgrade on only with upgrade=websocket, and only the first ProxyPass line that fits is"
        " used. The configuration that is known has ProxyPass / to http:// and no line for WebSockets before it."
    ),
    remedy=Remedy(
        "Add upgrade=websocket to the line, or put a ws:// line for the path before it.",
        directives("Apache httpd 2.4.47 and later", "Apache httpd"),
    ),
    references=(APACHE_UPGRADE,),
    cases=(
        Case(
            "ProxyPass / alone",
            facts={
                "files": (
                    SourceFile(
                        "site.conf", "ProxyPass / http://127.0.0.1:8080/\nProxyPassReverse / http://127.0.0.1:8080/\n"
                    ),
                )
            },
        ),
        Case(
            "the ws:// line comes too late",
            facts={
                "files": (
                    SourceFile(
                        "site.conf", "ProxyPass / http://127.0.0.1:8080/\nProxyPass /ws ws://127.0.0.1:8080/ws\n"
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "upgrade=websocket",
            facts={"files": (SourceFile("site.conf", "ProxyPass / http://127.0.0.1:8080/ upgrade=websocket\n"),)},
        ),
        Case(
            "ws:// first",
            facts={
                "files": (
                    SourceFile(
                        "site.conf", "ProxyPass /ws ws://127.0.0.1:8080/ws\nProxyPass / http://127.0.0.1:8080/\n"
                    ),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "files": (
                    SourceFile(
                        "site.conf", "ProxyPass / http://127.0.0.1:8080/\nProxyPassReverse / http://127.0.0.1:8080/\n"
                    ),
                )
            },
        ),
    ),
    supersedes=(
        "handshake-answered-as-page",
        "websocket-path-refused-in-log",
    ),
)
