"""An HTTP tool's request carries Upgrade: websocket but none of a WebSocket client's fields."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, VERSION, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._intermediary import shown
from wsdoctor.rules._remedies import RFC6455_REQUEST

_ADDED = frozenset(("websocket", "upgrade", "close"))


def match(headers: Headers, handshake: tuple[str, ...], sender: Sender) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "key-present" not in handshake or sender.kind not in {"command-line", "http-library"}:
        return None
    tokens = headers.tokens("upgrade")
    if (
        not tokens
        or not _ADDED.issuperset(tokens)
        or headers.has_any("http2-settings", "sec-websocket-version", "sec-websocket-protocol")
    ):
        return None
    return (
        f"{sender.name} sent {shown('Upgrade', headers)} and {shown('Connection', headers)}, but no "
        "Sec-WebSocket-Key and no version"
    )


RULE = Rule(
    id="http-tool-sends-upgrade-without-key",
    title="A plain HTTP tool's request carries Upgrade: websocket but no key",
    cls="http-client-code",
    level="warning",
    confidence=0.65,
    match=match,
    why=(
        "curl and HTTP libraries open no WebSocket; somebody added Upgrade: websocket by hand to try the port or to "
        "check it. A proxy that adds the field to every request makes the same of a plain one. Without Sec-WebSocket-"
        "Key and Sec-WebSocket-Version no server may accept it."
    ),
    remedy=Remedy(
        (
            "Add the missing fields, or use a WebSocket client; if the field comes of a proxy, copy the "
            "client's Upgrade "
            "there instead of a constant."
        ),
        {
            "curl": "curl --http1.1 ws://localhost:8080/ (8.11 and later)",
            "nginx": "proxy_set_header Upgrade $http_upgrade; instead of a constant",
        },
    ),
    references=(
        RFC6455_REQUEST,
        Reference("curl: WebSocket", "https://curl.se/docs/websocket.html"),
    ),
    cases=(
        Case(
            "curl by hand",
            request(
                "GET /ws HTTP/1.1",
                "Host: app:8080",
                "User-Agent: curl/8.5.0",
                "Accept: */*",
                "Connection: Upgrade",
                "Upgrade: websocket",
            ),
        ),
    ),
    near_misses=(
        Case(
            "with a key",
            request("GET /ws HTTP/1.1", "Host: app:8080", "User-Agent: curl/8.5.0", "Accept: */*", *GOOD_HANDSHAKE),
        ),
        Case(
            "half of a handshake",
            request("GET /ws HTTP/1.1", "Host: app:8080", "User-Agent: curl/8.5.0", "Upgrade: websocket", VERSION),
        ),
        Case("plain", request("GET /ws HTTP/1.1", "Host: app:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
)
