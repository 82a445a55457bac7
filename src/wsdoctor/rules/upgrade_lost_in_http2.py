"""Connection: upgrade is there, set by nginx for every request, but the client spoke HTTP/2 to the edge."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._intermediary import forwarded_by, shown
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC8441

_OTHERS = frozenset(("health-check", "uptime-monitor", "monitoring", "crawler", "unfurler", "scanner", "load-balancer"))


def match(headers: Headers, handshake: tuple[str, ...], sender: Sender | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "upgrade-present" not in handshake or "key-present" not in handshake or "connection-upgrade" in handshake:
        return None
    if (
        "sec-fetch-mode" in headers
        or "upgrade-insecure-requests" in headers
        or (sender is not None and sender.kind in _OTHERS)
    ):
        return None
    edge = forwarded_by(headers)
    if not headers.has_any("cf-ray", "cf-connecting-ip") and not (headers.get("via") or "").startswith(("2 ", "2.0 ")):
        return None
    return f"{shown('Connection', headers)} without Upgrade and without Sec-WebSocket-Key, through {edge}"


RULE = Rule(
    id="upgrade-lost-in-http2",
    title="Only the proxy's own Connection: upgrade arrives: the client spoke HTTP/2 to the edge",
    cls="http2-to-ws",
    level="error",
    confidence=0.75,
    match=match,
    why=(
        "In HTTP/2 the fields Upgrade and Connection do not exist. A client that spoke HTTP/2 to the edge could not "
        "send them, and what arrives is Connection: upgrade alone, because the nginx behind sets it for every "
        "request. A plain request of a program leaves the same picture, so look at what the client meant."
    ),
    remedy=Remedy(
        (
            "Let WebSocket clients speak HTTP/1.1 to the edge; set Connection by a map, so that plain requests stay "
            "plain."
        ),
        {
            "nginx": "map $http_upgrade $connection_upgrade { default upgrade; '' close; } instead of a constant "
            'Connection "upgrade"',
            "Cloudflare": "WebSockets: on; clients that send their own ALPN: http/1.1",
            "curl": "--http1.1",
        },
    ),
    references=(
        RFC8441,
        NGINX_WEBSOCKET,
        Reference("Tornado: issue 2888", "https://github.com/tornadoweb/tornado/issues/2888"),
    ),
    cases=(
        Case(
            "through Cloudflare",
            request(
                "GET /websocket HTTP/1.1",
                "Host: app.example.com",
                "X-Forwarded-For: 203.0.113.102",
                "Connection: upgrade",
                "Accept-Encoding: gzip",
                "Cf-Ray: 8f0aabbccddee00-AMS",
                "Origin: https://app.example.com",
                "Cf-Connecting-Ip: 203.0.113.102",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a browser opens the page",
            request(
                "GET /ws HTTP/1.1",
                "Connection: upgrade",
                "Host: app",
                "Cf-Ray: 8f0aabbccddee00-AMS",
                "Upgrade-Insecure-Requests: 1",
                "Sec-Fetch-Mode: navigate",
                "Accept: text/html",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
            ),
        ),
    ),
)
