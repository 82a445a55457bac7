"""A forward proxy (Squid, Tinyproxy) used for ws:// without CONNECT."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if (
        loss is None
        or loss.by.product not in {"squid", "tinyproxy"}
        or loss.only_version
        or "surrogate-capability" in headers
    ):
        return None
    return f"{loss.seen}; {loss.by.sign} names {loss.by.name}, which was not asked for a tunnel by CONNECT"


RULE = Rule(
    id="forward-proxy-without-connect",
    title="A forward proxy carries the WebSocket as plain HTTP instead of a tunnel",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.94,
    match=match,
    why=(
        "Forward proxies remove the fields that hold for one hop, Upgrade among them. A WebSocket gets through them "
        "in a tunnel only, which clients ask for with CONNECT: they always do so for wss://, and browsers for ws:// "
        "too, but other programs often do not."
    ),
    remedy=Remedy(
        ("Use wss://, or make the client ask the proxy for CONNECT; in Squid the upgrade can be allowed as well."),
        {
            "Squid": "http_upgrade_request_protocols websocket allow all; for CONNECT: acl SSL_ports port 8080",
            "Tinyproxy": "CONNECT only: ConnectPort 8080 and a client that uses it",
            "Privoxy": "CONNECT only: use wss://",
        },
    ),
    references=(
        Reference(
            "Squid: http_upgrade_request_protocols",
            "https://www.squid-cache.org/Doc/config/http_upgrade_request_protocols/",
        ),
        Reference("RFC 6455 section 4.1: proxies", "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.1"),
    ),
    cases=(
        Case(
            "Squid",
            request(
                "GET /ws HTTP/1.1",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
                "Host: app.example.com",
                "Via: 1.1 gate (squid/5.7)",
                "X-Forwarded-For: 10.0.0.9",
                "Cache-Control: max-age=259200",
                "Connection: keep-alive",
            ),
        ),
        Case(
            "Tinyproxy",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "Connection: close",
                "Via: 1.1 gate (tinyproxy/1.11.1)",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case(
            "Squid as an accelerator",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                KEY,
                VERSION,
                'Surrogate-Capability: gate="Surrogate/1.0"',
                "Via: 1.1 gate (squid/5.7)",
                "Connection: keep-alive",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
