"""curl --http2 offers h2c."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import shown


def match(headers: Headers, user_agent: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not user_agent.startswith("curl/"):
        return None
    if "http2-settings" not in headers and "h2c" not in headers.tokens("upgrade"):
        return None
    return (
        f"“{user_agent[:60]}” sends {shown('Upgrade', headers)} and {shown('HTTP2-Settings', headers)}: the "
        "offer of --http2"
    )


RULE = Rule(
    id="curl-offers-http2",
    title="curl --http2 offers HTTP/2 on a plain port",
    cls="http2-to-ws",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "With --http2 curl adds Upgrade: h2c to a plain http:// request, to change to HTTP/2 if the server can. This "
        "is no WebSocket handshake, though servers take it for a broken one."
    ),
    remedy=Remedy("Leave --http2 out, or give --http1.1.", {"curl": "--http1.1"}),
    references=(Reference("curl: --http2", "https://curl.se/docs/manpage.html#--http2"),),
    cases=(
        Case(
            "directly",
            request(
                "GET /ws HTTP/1.1",
                "Host: app:8080",
                "User-Agent: curl/8.5.0",
                "Accept: */*",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
            ),
        ),
        Case(
            "through Caddy",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "User-Agent: curl/8.5.0",
                "Accept: */*",
                "Connection: Upgrade",
                "Upgrade: h2c",
                "Via: 1.1 Caddy",
                "X-Forwarded-For: 203.0.113.7",
            ),
        ),
    ),
    near_misses=(
        Case("plain curl", request("GET /ws HTTP/1.1", "Host: app:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=("h2c-upgrade-offer",),
)
