"""Cloudflare or its tunnel delivers the handshake without Upgrade and Connection."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import CLOUDFLARE_WEBSOCKETS


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "cloudflare" or not loss.both:
        return None
    return f"{loss.seen}; {loss.by.sign} says that it came through Cloudflare"


RULE = Rule(
    id="cloudflare-drops-upgrade",
    title="Cloudflare or cloudflared delivers the handshake without Upgrade and Connection",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.92,
    match=match,
    why=(
        "The request passed Cloudflare, by proxy or by a tunnel of cloudflared, and arrived with the key of a "
        "WebSocket client but without the two fields that hold for one hop. Either WebSockets are switched off for "
        "the zone, or the tunnel's protocol loses them, or a proxy between Cloudflare and the server removed them "
        "without leaving a trace."
    ),
    remedy=Remedy(
        (
            "Switch WebSockets on for the zone; with a tunnel try the other transport protocol; then look at the proxy "
            "behind the tunnel."
        ),
        {
            "Cloudflare": "Network, WebSockets: on",
            "cloudflared": "protocol: http2 instead of quic in config.yml (or the other way round), service: "
            "http://localhost:8080",
            "nginx behind it": "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "
            "$connection_upgrade;",
        },
    ),
    references=(
        CLOUDFLARE_WEBSOCKETS,
        Reference("cloudflared: issue 1652", "https://github.com/cloudflare/cloudflared/issues/1652"),
    ),
    cases=(
        Case(
            "tunnel",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "Cf-Connecting-Ip: 203.0.113.20",
                "Cf-Ray: 8f0aabbccddee00-FRA",
                "Cdn-Loop: cloudflare; loops=1",
                "X-Forwarded-Proto: https",
                VERSION,
                KEY,
                "User-Agent: Mozilla/5.0",
            ),
        ),
    ),
    near_misses=(
        Case(
            "nginx behind Cloudflare closes",
            request("GET /ws HTTP/1.1", "Host: app", "Connection: close", "Cf-Ray: 8f0aabbccddee00-FRA", VERSION, KEY),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
