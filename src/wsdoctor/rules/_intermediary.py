"""Tells which intermediary passed a request on, and what a WebSocket client's handshake lost on its way.

``Sec-WebSocket-Key`` is end-to-end: proxies keep it, and only WebSocket clients send it. Where it is there while
``Upgrade`` or ``Connection: upgrade`` is not, somebody between lost them. Proxies differ in the fields that they
add, in the order and in the spelling of names; only the last one before the server is seen. Names that a request
gives itself (Via, X-Forwarded-*) are claims, good enough to choose the remedy by. No verdicts here: rules judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from wsdoctor.model.headers import Headers
from wsdoctor.model.redact import redact_target

__all__ = ["EDGES", "Intermediary", "Loss", "came_over_http2", "forwarded_by", "identify", "is_auth_subrequest",
           "lacks_host_line", "lost", "original_target", "shown"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intermediary:
    """The last intermediary before the server.

    Attributes:
        product: ``caddy``, ``nginx``, …; ``go`` and ``lower-case`` for families that cannot be told apart,
            ``firewall`` for one that hides, ``unknown`` for one that names itself by an unknown name.
        name: how its users call it.
        sign: what it is recognised by.
        strength: ``named``, ``strong`` or ``weak``.

    """

    product: str
    name: str
    sign: str
    strength: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What a WebSocket client's handshake lacks of the fields and the version that intermediaries handle.

    Attributes:
        by: the intermediary.
        http10: the request came as HTTP/1.0.
        upgrade: whether ``Upgrade`` still names websocket.
        upgrade_value: its value, empty if it was not sent.
        connection: whether ``Connection`` still holds the option ``upgrade``.
        connection_value: its value, None if it was not sent.
        seen: all this in words that quote.

    """

    by: Intermediary
    http10: bool
    upgrade: bool
    upgrade_value: str
    connection: bool
    connection_value: str | None
    seen: str

    @property
    def both(self) -> bool:
        """Whether neither field says that a WebSocket is wanted."""
        return not self.upgrade and not self.upgrade_value and not self.connection

    @property
    def only_upgrade(self) -> bool:
        """Whether ``Connection: upgrade`` came without any Upgrade field."""
        return self.connection and not self.upgrade_value

    @property
    def only_connection(self) -> bool:
        """Whether ``Upgrade: websocket`` came without the connection option."""
        return self.upgrade and not self.connection

    @property
    def only_version(self) -> bool:
        """Whether nothing but the HTTP version is wrong."""
        return self.upgrade and self.connection and self.http10

    @property
    def closes(self) -> bool:
        """Whether the sender asks to close the connection."""
        return "close" in (self.connection_value or "").lower()


EDGES: dict[str, str] = {
    "cf-ray": "Cloudflare", "cf-connecting-ip": "Cloudflare", "x-amz-cf-id": "CloudFront",
    "x-amzn-trace-id": "AWS Application Load Balancer", "fly-client-ip": "Fly.io", "fly-request-id": "Fly.io",
    "x-azure-ref": "Azure Front Door", "x-arr-log-id": "IIS Application Request Routing", "x-kong-request-id": "Kong",
    "x-vercel-id": "Vercel", "x-render-origin-server": "Render", "x-railway-request-id": "Railway",
    "x-replit-user-id": "Replit", "x-appgw-trace-id": "Azure Application Gateway", "akamai-origin-hop": "Akamai",
    "fastly-client-ip": "Fastly", "x-cloud-trace-context": "Google Cloud load balancer",
}  # fmt: skip
"""Fields by which platforms at the edge name themselves."""

_VIA = (
    ("caddy", "Caddy", re.compile(r"(?i)^\d(?:\.\d)? caddy\b")),
    ("nghttpx", "nghttpx", re.compile(r"(?i)^\d(?:\.\d)? nghttpx\b")),
    ("squid", "Squid", re.compile(r"(?i)\(squid\b")),
    ("tinyproxy", "Tinyproxy", re.compile(r"(?i)\(tinyproxy\b")),
    ("varnish", "Varnish", re.compile(r"(?i)\bvarnish\b")),
    ("apache", "Apache httpd", re.compile(r"\(Apache/")),
    ("trafficserver", "Apache Traffic Server", re.compile(r"\(ApacheTrafficServer\b")),
)
_NEVER_HTTP10 = frozenset(("caddy", "envoy", "h2o", "nghttpx", "traefik"))
_FORWARDING = ("via", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server",
               "x-forwarded-port", "x-real-ip")  # fmt: skip
_ORIGINAL = ("x-original-uri", "x-original-url", "x-forwarded-uri", "x-auth-request-redirect")
_AUTH_PATH = re.compile(
    r"(?i)(?:^|[/_.-])(?:auth\w*|verify|validate\w*|check\w*|outpost[\w.]*|oauth2|session|sso|login)(?:$|[/_.?-])"
)


def forwarded_by(headers: Headers) -> str | None:
    """Return the name of an intermediary by which the request claims to have come, or None if no field says so."""
    via = headers.get("via")
    for name, product in EDGES.items():
        if name in headers:
            return product
    if via is not None:
        return next((name for _, name, pattern in _VIA if pattern.search(via)), f"the intermediary “{via[:60]}”")
    return "an intermediary that adds X-Forwarded fields" if headers.has_any(*_FORWARDING) else None


def shown(name: str, headers: Headers) -> str:
    """Return a field as it may be quoted in a reason, or that it was not sent."""
    value = headers.get(name)
    return f"no {name}" if value is None else f"“{name}: {redact_target(value)[:80]}”"


def original_target(headers: Headers) -> str | None:
    """Return the target that an authentication subrequest asks about."""
    return next((value for name in _ORIGINAL if (value := headers.get(name))), None)


def is_auth_subrequest(path: str, headers: Headers) -> bool:
    """Say whether a proxy asks here whether another request may pass (auth_request, ForwardAuth, forward_auth)."""
    original = original_target(headers)
    if original is None:
        return False
    asked = re.sub(r"^https?://[^/?#]*", "", original).partition("?")[0]
    return asked.rstrip("/") != path.rstrip("/") and _AUTH_PATH.search(path) is not None


def lacks_host_line(headers: Headers) -> bool:
    """Say whether nginx was given fields of its own for this request, but no Host line.

    It sends what proxy_set_header says first, in the order written, and its own Host behind; only where that Host
    is the public one of Origin does a line further down say so.
    """
    order = headers.order
    if not order or not order[0].startswith("x-") or "host" not in order:
        return False
    origin = (headers.get("origin") or "").rpartition("://")[2]
    return not origin or origin.partition(":")[0] != (headers.get("host") or "").partition(":")[0]


def came_over_http2(headers: Headers) -> bool:
    """Say whether names or Via tell that the request was HTTP/2 before the last intermediary.

    HTTP/2 has lower-case names only (RFC 9113 section 8.2), and some proxies re-capitalise them their own way.
    """
    if (headers.get("via") or "").startswith(("2 ", "2.0 ")):
        return True
    key = next((name for name in headers.names if name.lower() == "sec-websocket-key"), "")
    proto = (headers.get("x-forwarded-proto") or "").lower()
    return key != "Sec-WebSocket-Key" and proto not in {"ws", "wss"}


def lost(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> Loss | None:
    """Return what a WebSocket client's handshake lost on its way, None if that is not what is wrong with it.

    Key and version must be right: no intermediary spoils them, so if they are wrong the client is.
    A curl that was made to say "websocket" over HTTP/2 lost its fields by itself, and an authentication
    subrequest is no handshake; neither is a loss.
    """
    if not handshake or method != "GET" or "key-present" in handshake:
        return None
    if any(name.startswith(("key-", "version-", "host-")) for name in handshake):
        return None
    return _lost(http_version, headers, "http-1.1" in handshake)


@lru_cache(maxsize=16)
def _lost(http_version: str, headers: Headers, old: bool) -> Loss | None:
    agent = headers.get("user-agent") or ""
    if agent.startswith("curl/") and came_over_http2(headers):
        return None
    tokens, upgrade = headers.tokens("connection"), headers.tokens("upgrade")
    if "http2-settings" in headers or "h2c" in upgrade:
        return None
    http10 = old and http_version == "HTTP/1.0"
    if old and not http10:
        return None
    seen = ", ".join((http_version, shown("Connection", headers), shown("Upgrade", headers)))
    return Loss(
        by=identify(http_version, headers),
        http10=http10,
        upgrade="websocket" in upgrade,
        upgrade_value=(headers.get("upgrade") or "").strip(),
        connection="upgrade" in tokens,
        connection_value=headers.get("connection"),
        seen=f"Sec-WebSocket-Key is there, so a WebSocket client started this, but what arrived is {seen}",
    )


def identify(http_version: str, headers: Headers) -> Intermediary:
    """Return the last intermediary before the server, told by the strongest sign that there is.

    Only for requests that an intermediary spoiled: an untouched request has weak signs of its own.
    """
    found = _named(headers) or _strong(headers)
    if found is not None and found.product in _NEVER_HTTP10 and http_version == "HTTP/1.0":
        return Intermediary("nginx", "nginx", f"HTTP/1.0, which {found.name} before it never sends", "strong")
    return found or _weak(http_version, headers)


def _named(headers: Headers) -> Intermediary | None:
    via = headers.get("via")
    if via is not None:
        last = via.rsplit(",", 1)[-1].strip()
        for product, name, pattern in _VIA:
            if pattern.search(last):
                return Intermediary(product, name, f"“Via: {last[:60]}”", "named")
        if headers.order[0] == "connection":
            return Intermediary("h2o", "H2O", "Connection comes first, with Via", "strong")
    if "x-varnish" in headers:
        return Intermediary("varnish", "Varnish", "X-Varnish", "named")
    envoy = next((name for name in headers.order if name.startswith("x-envoy-")), None)
    if envoy is not None:
        return Intermediary("envoy", "Envoy", envoy, "named")
    if "surrogate-capability" in headers:
        return Intermediary("squid", "Squid as an accelerator", "Surrogate-Capability", "strong")
    return None


def _strong(headers: Headers) -> Intermediary | None:
    if headers.has("x-host", "x-forwarded-host"):
        return Intermediary("lighttpd", "lighttpd", "X-Host beside X-Forwarded-Host", "strong")
    if "x-forwarded-server" in headers:
        if headers.has("x-real-ip", "x-forwarded-port"):
            return Intermediary("traefik", "Traefik", "X-Forwarded-Server, X-Forwarded-Port and X-Real-Ip", "strong")
        order = headers.order
        if "sec-websocket-key" in order and order.index("x-forwarded-server") > order.index("sec-websocket-key"):
            return Intermediary("apache", "Apache httpd", "X-Forwarded-Server behind the client's fields", "strong")
    if headers.has_any("x-arr-log-id", "x-original-host"):
        return Intermediary("iis", "IIS Application Request Routing", "X-ARR-LOG-ID or X-Original-Host", "strong")
    return None


def _weak(http_version: str, headers: Headers) -> Intermediary:
    connection = (headers.get("connection") or "").strip().lower()
    modern = http_version != "HTTP/1.0" and connection != "close"
    if modern and headers.has_any("cf-ray", "cf-connecting-ip"):
        return Intermediary("cloudflare", "Cloudflare", "Cf-Ray or Cf-Connecting-Ip", "strong")
    if "via" in headers:
        return Intermediary("unknown", forwarded_by(headers) or "a proxy", shown("Via", headers), "weak")
    if headers.lower_case:
        if connection == "keep-alive":
            return Intermediary("undici", "a Node.js proxy on undici", "lower-case names, keep-alive", "weak")
        return Intermediary("haproxy", "HAProxy or another proxy that writes names in lower case", "lower-case names",
                            "weak")  # fmt: skip
    if "Sec-Websocket-Key" in headers.names:
        return Intermediary("go", "a proxy written in Go", "the spelling “Sec-Websocket-Key”", "weak")
    if modern and connection == "keep-alive" and not headers.has_any(*_FORWARDING):
        return Intermediary("firewall", "a firewall or transparent proxy", "no field of a reverse proxy", "weak")
    return Intermediary("nginx", "nginx", "names as clients write them, none of another proxy", "weak")
