"""Everything of the handshake is there but the version: HTTP/1.0."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, RFC9110_UPGRADE


def match(
    method: str,
    http_version: str,
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if outcome == "upgraded" or status == 101:
        return None
    loss = lost(method, http_version, headers, handshake)
    if loss is None or not loss.only_version:
        return None
    if headers.lower_case or "x-varnish" in headers:
        return f"{loss.seen}; this intermediary keeps the version, so the client itself speaks HTTP/1.0"
    return f"{loss.seen}; nginx before 1.29.7 speaks HTTP/1.0 unless proxy_http_version says otherwise"


RULE = Rule(
    id="handshake-over-http10",
    title="A complete handshake arrives as HTTP/1.0",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.95,
    match=match,
    why=(
        "A WebSocket can be opened over HTTP/1.1 only; a server must ignore Upgrade in HTTP/1.0 (RFC 9110 section "
        "7.8), and strict ones answer 505. All other fields are right. nginx before 1.29.7 lowers the version unless "
        "it is told not to."
    ),
    remedy=Remedy(
        "Set the HTTP version that the proxy speaks to the server to 1.1.",
        {
            "nginx": "proxy_http_version 1.1; (the default since 1.29.7)",
            "ab, curl --http1.0": "let the client speak HTTP/1.1",
        },
    ),
    references=(
        NGINX_HTTP_VERSION,
        RFC9110_UPGRADE,
    ),
    cases=(
        Case(
            "Upgrade and Connection set, version not",
            request(
                "GET /ws HTTP/1.0",
                "Upgrade: websocket",
                "Connection: upgrade",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "names in lower case",
            request(
                "GET /ws HTTP/1.0",
                "host: app",
                "upgrade: websocket",
                "connection: Upgrade",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "sec-websocket-version: 13",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the server took it",
            request("GET /ws HTTP/1.0", "Upgrade: websocket", "Connection: upgrade", "Host: app", KEY, VERSION),
            {"outcome": "upgraded"},
        ),
        Case("HTTP/1.1", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),
    ),
    supersedes=("upgrade-stripped",),
)
