"""A handshake typed for curl went over HTTP/2, where Upgrade does not exist."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import came_over_http2
from wsdoctor.rules._remedies import RFC8441


def match(http_version: str, headers: Headers, handshake: tuple[str, ...], user_agent: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not user_agent.startswith("curl/") or "key-present" in handshake or "upgrade-present" not in handshake:
        return None
    if "http2-settings" in headers or not came_over_http2(headers):
        return None
    via = headers.get("via")
    told = (
        f"“Via: {via[:60]}”"
        if via
        else "lower-case names behind those of the proxy"
        if not headers.lower_case
        else "lower-case names"
    )
    return f"“{user_agent[:40]}” sent Sec-WebSocket-Key, but no Upgrade arrived; {told} show that it came by HTTP/2"


RULE = Rule(
    id="curl-handshake-over-http2",
    title="curl was given a handshake to send, but spoke HTTP/2 to the front",
    cls="http2-to-ws",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "Somebody tests the WebSocket with curl -H 'Upgrade: websocket' … https://…. By ALPN curl chose HTTP/2, in "
        "which Upgrade and Connection do not exist, and left them out. No proxy is at fault; the same command works "
        "over HTTP/1.1, and real clients choose that by themselves."
    ),
    remedy=Remedy(
        "Add --http1.1 to the command, or test with a WebSocket client.",
        {
            "curl": "curl --http1.1 -i -N -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H "
            "'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: …' https://…",
            "websocat": "websocat wss://…",
        },
    ),
    references=(
        Reference("curl: --http1.1", "https://curl.se/docs/manpage.html#--http11"),
        RFC8441,
    ),
    cases=(
        Case(
            "through HAProxy",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "user-agent: curl/8.5.0",
                "accept: */*",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
        Case(
            "through Caddy",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: curl/8.5.0",
                "Accept: */*",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Via: 2.0 Caddy",
                "X-Forwarded-Proto: https",
            ),
        ),
        Case(
            "through nginx with a map",
            request(
                "GET /ws HTTP/1.1",
                "Connection: close",
                "Host: app.example.com",
                "user-agent: curl/8.5.0",
                "accept: */*",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the same over HTTP/1.1 through an old nginx",
            request(
                "GET /ws HTTP/1.0",
                "Host: app",
                "Connection: close",
                "User-Agent: curl/8.5.0",
                "Accept: */*",
                KEY,
                VERSION,
            ),
        ),
    ),
)
