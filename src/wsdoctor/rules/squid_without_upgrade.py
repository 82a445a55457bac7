"""Squid stands between and is not allowed to pass Upgrade on."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import named_like, text_of, unseen
from wsdoctor.rules._log_text import quote

_NAME = re.compile(r"(?i)(?:^|/)squid[\w.-]*$")
_ALLOWED = re.compile(r"(?m)^\s*http_upgrade_request_protocols\s+(?:websocket|OTHER)\s+allow\b")
_READS = re.compile(
    r"(?m)^\s*https?_port\s[^\n]*\b(?:transparent|intercept|tproxy|accel|ssl-bump)\b"
    r"|^\s*ssl_bump\s+(?:bump|server-first|client-first)\b"
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None; Squid reads no tunnel that it does not open."""
    file = named_like(files, _NAME)
    if file is None or not unseen(headers, first_bytes, outcome, log):
        return None
    text = text_of(file)
    reads = _READS.search(text)
    if reads is None or _ALLOWED.search(text) is not None:
        return None
    return f"{file.name[:80]} says “{quote(reads[0])}” and nowhere http_upgrade_request_protocols websocket allow"


RULE = Rule(
    id="squid-without-upgrade",
    title="Squid passes no Upgrade on unless it is told to",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.8,
    match=match,
    why="Squid removes Upgrade from requests that it reads. Since version 5 http_upgrade_request_protocols allows it "
    "for protocols by name, and by default for none; earlier versions cannot. Requests that are intercepted, or whose "
    "TLS is opened by ssl_bump, are read, while a tunnel by CONNECT is not.",
    remedy=Remedy(
        "Allow the protocol, or let WebSockets pass unread.",
        {
            "Squid 5 and later": "http_upgrade_request_protocols websocket allow all",
            "Squid with ssl_bump": "ssl_bump splice for the WebSocket's host",
        },
    ),
    references=(
        Reference(
            "Squid: http_upgrade_request_protocols",
            "https://www.squid-cache.org/Doc/config/http_upgrade_request_protocols/",
        ),
    ),
    cases=(
        Case(
            "intercepting", facts={"files": (SourceFile("squid.conf", "http_port 3128 transparent\ncache deny all\n"),)}
        ),
        Case(
            "opening TLS",
            facts={
                "files": (
                    SourceFile("squid.conf", "http_port 8080 ssl-bump cert=/etc/squid/ca.pem\nssl_bump bump all\n"),
                ),
                "log": "WebSocket connection to 'wss://a/ws' failed: \n",
            },
        ),
    ),
    near_misses=(
        Case(
            "allowed",
            facts={
                "files": (
                    SourceFile(
                        "squid.conf", "http_port 3128 intercept\nhttp_upgrade_request_protocols websocket allow all\n"
                    ),
                )
            },
        ),
        Case(
            "a proxy that clients ask for tunnels",
            facts={
                "files": (SourceFile("squid.conf", "http_port 3128\nhttp_access allow localnet\n"),),
                "log": "WebSocket connection to 'wss://a/ws' failed: \n",
            },
        ),
        Case("a part without a port", facts={"files": (SourceFile("squid.conf", "cache deny all\n"),)}),
        Case("another program's", facts={"files": (SourceFile("haproxy.cfg", "listen 3128\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("squid.conf", "http_port 3128 transparent\n"),)},
        ),
    ),
    supersedes=("gateway-error-answered", "handshake-answered-as-page"),
)
