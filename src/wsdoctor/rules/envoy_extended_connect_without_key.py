"""Envoy made an HTTP/1.1 handshake of Extended CONNECT and generated no key."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._remedies import RFC8441


def match(headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake[:1] != ("key-present",) or "version-13" in handshake:
        return None
    envoy = next((name for name in headers.order if name.startswith("x-envoy-")), None)
    if envoy is None and not (headers.lower_case and "x-request-id" in headers):
        return None
    return (
        f"all of a handshake is there but Sec-WebSocket-Key, with lower-case names and {envoy or 'x-request-id'}: "
        "Envoy makes such of Extended CONNECT"
    )


RULE = Rule(
    id="envoy-extended-connect-without-key",
    title="Envoy turned a WebSocket over HTTP/2 into HTTP/1.1 and left the key out",
    cls="http2-to-ws",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "Over HTTP/2 a WebSocket is opened by Extended CONNECT (RFC 8441), which has no key. Whoever turns that into "
        "HTTP/1.1 must generate one, and Envoy does not. The browser did nothing wrong; it chose HTTP/2 because Envoy"
        " offers Extended CONNECT."
    ),
    remedy=Remedy(
        (
            "Take allow_connect off, then browsers use HTTP/1.1 for WebSockets; or speak HTTP/2 to a server that knows "
            "RFC 8441."
        ),
        {
            "Envoy": "no allow_connect in http2_protocol_options of the listener, keep upgrade_configs: "
            "[{upgrade_type: websocket}]"
        },
    ),
    references=(
        Reference("Envoy: issue 8547", "https://github.com/envoyproxy/envoy/issues/8547"),
        RFC8441,
    ),
    cases=(
        Case(
            "x-envoy field",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "sec-websocket-version: 13",
                "origin: https://app.example.com",
                "user-agent: Mozilla/5.0",
                "x-forwarded-proto: https",
                "x-request-id: 6d1",
                "x-envoy-expected-rq-timeout-ms: 15000",
                "upgrade: websocket",
                "connection: upgrade",
            ),
        ),
    ),
    near_misses=(
        Case(
            "not Envoy", request("GET /ws HTTP/1.1", "Host: app", "Upgrade: websocket", "Connection: Upgrade", VERSION)
        ),
        Case(
            "with a key",
            request(
                "GET /ws HTTP/1.1",
                "host: app",
                "upgrade: websocket",
                "connection: upgrade",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "x-envoy-expected-rq-timeout-ms: 15000",
            ),
        ),
    ),
)
