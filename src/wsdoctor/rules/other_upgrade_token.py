"""Upgrade asks for a protocol that is not websocket."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import shown
from wsdoctor.rules._remedies import RFC9110_UPGRADE

_NOT_ASKED = frozenset(("upgrade", "close", "$http_upgrade", "$connection_upgrade", "keep-alive", "null", "undefined"))
_KNOWN = {
    "tailscale-control-protocol": "the control protocol of Tailscale",
    "derp": "a relay of Tailscale",
    "spdy/": "SPDY, as kubectl exec and port-forward use it",
    "tcp": "a raw stream, as the Docker API uses it",
    "tls/": "TLS inside HTTP (RFC 2817)",
    "irtp": "the protocol of iRODS or a like one",
    "connect-udp": "UDP through HTTP (RFC 9298)",
    "webdav": "WebDAV",
}


def match(method: str, headers: Headers, path: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    tokens = [token for token in headers.tokens("upgrade") if token not in _NOT_ASKED]
    if (
        not tokens
        or "websocket" in headers.tokens("upgrade")
        or "http2-settings" in headers
        or "h2c" in headers.tokens("upgrade")
    ):
        return None
    what = next(
        (name for start, name in _KNOWN.items() if tokens[0].startswith(start)), "a protocol that is no WebSocket"
    )
    return f"{method[:20]} {path[:60]} with {shown('Upgrade', headers)}: {what}"


RULE = Rule(
    id="other-upgrade-token",
    title="The request asks to upgrade to another protocol than WebSocket",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "The field Upgrade can ask for any protocol. This client wants one that a WebSocket server does not speak, so"
        " its place is another port or path. Proxies that let only websocket pass refuse it as well."
    ),
    remedy=Remedy(
        ("Send these requests to the service that speaks the protocol, and let the proxy pass its token on."),
        {
            "Envoy": "upgrade_configs: [{upgrade_type: websocket}, {upgrade_type: tailscale-control-protocol}]",
            "nginx": "proxy_set_header Upgrade $http_upgrade; passes any token on",
        },
    ),
    references=(
        RFC9110_UPGRADE,
        Reference(
            "IANA: HTTP upgrade tokens",
            "https://www.iana.org/assignments/http-upgrade-tokens/http-upgrade-tokens.xhtml",
        ),
    ),
    cases=(
        Case(
            "Tailscale",
            request(
                "POST /ts2021 HTTP/1.1",
                "Host: control.example.com",
                "User-Agent: Go-http-client/1.1",
                "Connection: upgrade",
                "Upgrade: tailscale-control-protocol",
                "Content-Length: 0",
            ),
        ),
        Case(
            "kubectl exec",
            request(
                "POST /exec HTTP/1.1",
                "Host: app",
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                "User-Agent: kubectl/v1.30.0",
                "Content-Length: 0",
            ),
        ),
    ),
    near_misses=(
        Case("a WebSocket", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),
        Case(
            "h2c",
            request(
                "GET / HTTP/1.1",
                "Host: app",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABk",
            ),
        ),
    ),
)
