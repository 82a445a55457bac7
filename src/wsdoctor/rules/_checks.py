"""What the rules on health checks, monitors and scanners share: is it a check at all, where from, and what to do.

A correct opening handshake is never a stray, whoever sent it, and neither is one that an intermediary broke: both
questions are answered here, once. Private addresses are hints and never proof. No rule and no verdict here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from wsdoctor.model.headers import Headers
from wsdoctor.model.redact import redact_target
from wsdoctor.model.rule import Reference, Sender

__all__ = ["ANSWERS", "BY_OPENING", "CHECK_WORDS", "HEALTH_PATHS", "ROBOT_FILES", "ROBOT_WORDS", "WEBSOCKETS_FAQ",
           "ask_text", "calls_itself", "is_health_path", "is_loopback", "is_private", "is_public", "is_stray",
           "sent_by"]  # fmt: skip

ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        "websockets": "serve(handler, host, port, process_request=check), where check(connection, request) returns "
        'connection.respond(200, "ok\\n") if request.path == "/healthz" and otherwise None.',
        "uvicorn, hypercorn": "Add an HTTP route to the ASGI application: GET /healthz that answers 200.",
        "aiohttp": 'app.router.add_get("/healthz", check) beside the WebSocket route.',
        "ws for Node.js": "const server = http.createServer((request, response) => response.end('ok')); "
        "new WebSocketServer({ server });",
        "gorilla/websocket": 'http.HandleFunc("/healthz", …) beside the handler that calls upgrader.Upgrade.',
        "wsdoctor": 'wsdoctor.install(health_paths=["/healthz"]) answers 200 to that path.',
    }
)
"""How to answer a health check on a port that speaks WebSocket, by server."""

BY_OPENING: Mapping[str, str] = MappingProxyType(
    {
        "Uptime Kuma": "Monitor type “WebSocket Upgrade” with the ws:// address.",
        "Gatus": 'url: "ws://chat:8080/" and conditions: - "[CONNECTED] == true".',
        "Blackbox Exporter": "A module with prober: websocket, or prober: tcp where that is too new.",
        "Datadog": "An API test of type WebSocket.",
        "NodePing": "Check type WebSocket.",
        "any other": "A TCP port check, or an HTTP check that expects status 426.",
    }
)
"""How monitors check a WebSocket by opening one, by product."""

WEBSOCKETS_FAQ = Reference(
    "websockets: how do I implement a health check?",
    "https://websockets.readthedocs.io/en/stable/faq/server.html#how-do-i-implement-a-health-check",
)

HEALTH_PATHS = frozenset(
    (
        "health", "healthz", "healthcheck", "health-check", "health_check", "healthy", "livez", "live", "liveness",
        "alive", "isalive", "readyz", "ready", "readiness", "heartbeat", "_health", "__health", "lb-health",
        "lbheartbeat", "__lbheartbeat__", "__heartbeat__", "service-health", "startupz", "startup", "lb-status",
    )
)  # fmt: skip
"""Last path segments that stand for nothing but a health check."""
ROBOT_FILES = frozenset(
    (
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap_index.xml",
        "/ads.txt",
        "/app-ads.txt",
        "/humans.txt",
        "/security.txt",
        "/llms.txt",
        "/.well-known/security.txt",
        "/.well-known/traffic-advice",
        "/.well-known/ai-plugin.json",
        "/sellers.json",
    )
)
"""Files that only robots read."""
CHECK_WORDS = re.compile(
    r"(?i)health[-_ ]?(?:check|probe|monitor)|(?<![a-z])(?:liveness|readiness|uptime|probe|prober"
    r"|heartbeat|load ?balancer|healthz)(?![a-z])"
    r"|[a-z]probe/|uptime(?:bot|monitor|check)|status[-_ ]?(?:check"
    r"|page)|(?<![a-z])monitor(?:ing)?(?:[-_ ]?bot)?(?![a-z])"
)
"""Words by which a User-Agent says that it is a health check or a monitor."""
ROBOT_WORDS = re.compile(
    r"(?i)(?<![a-z])(?:[a-z]*(?:bot|crawler|spider|scanner|scan|scrape[rd]?|fetcher|inspect(?:or)?"
    r"|survey|recon|research)|shodan|fuzz(?:er)?"
    r"|exploit|sqli|pentest|dirb|wfuzz|jaeles|httrack|python-scan)(?![a-z])|\(compatible; [^)]*\+?https?://"
    r"|\+https?://|\w@[\w-]+\.\w"
)
"""Words by which a User-Agent says that it is a robot, and addresses for complaints as only robots give them."""
_ROOT_PATHS = frozenset(("ping", "status", "up", "hc", "_ping", "_status", "monitor", "uptime"))
_LOOPBACK_NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))


def is_stray(headers: Headers | None, handshake: tuple[str, ...] | None) -> bool:
    """Say whether the request is no attempt at a WebSocket or at HTTP/2, as far as was observed."""
    if handshake == ():
        return False
    return headers is None or not any(name.startswith(("sec-websocket-", "http2-settings")) for name in headers.order)


def sent_by(sender: Sender, rule: str, headers: Headers | None, handshake: tuple[str, ...] | None) -> bool:
    """Say whether the sender's entry names the rule and the request is no attempt at a WebSocket."""
    return sender.rule == rule and is_stray(headers, handshake)


def calls_itself(
    pattern: re.Pattern[str],
    user_agent: str,
    headers: Headers | None,
    handshake: tuple[str, ...] | None,
    sender: Sender | None,
) -> str | None:
    """Return the words by which a User-Agent says what it is, None if it has none, is known or means a WebSocket."""
    if not is_stray(headers, handshake) or (sender is not None and sender.kind != "browser"):
        return None
    return _words(pattern, user_agent[:400])


@lru_cache(1024)
def _words(pattern: re.Pattern[str], user_agent: str) -> str | None:
    found = pattern.search(user_agent)
    return None if found is None else found[0][:40]


def ask_text(method: str | None, target: str | None, user_agent: str | None = None, peer: str | None = None) -> str:
    """Return request line, User-Agent and peer as a reason may quote them: bounded, secrets hidden."""
    shown = redact_target(target or "")
    line = f"{(method or 'a request')[:20]} {shown[:80]}".strip()
    agent = f" with User-Agent “{user_agent[:80]}”" if user_agent else ""
    return f"{line}{agent}{f' from {peer}' if peer else ''}"


def is_health_path(path: str) -> bool:
    """Say whether the path is one that people give to health checks."""
    segments = path.lower().rstrip("/").split("/")
    if len(segments) < 2 or len(segments) > 5:
        return False
    last = segments[-1].removesuffix(".html").removesuffix(".php").removesuffix(".json").removesuffix(".txt")
    return last in HEALTH_PATHS or (len(segments) == 2 and last in _ROOT_PATHS) or path == "/-/healthy"


def is_loopback(peer: str | None, host: str | None = None) -> bool:
    """Say whether the peer is this machine; without a peer, whether the Host field says so."""
    if peer is not None:
        return _scope(peer) == "loopback"
    if host is None:
        return False
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host) in _LOOPBACK_NAMES


def is_private(peer: str | None) -> bool:
    """Say whether the peer has a private, shared or loopback address."""
    return peer is not None and _scope(peer) in {"private", "loopback"}


def is_public(peer: str | None) -> bool:
    """Say whether the peer has an address of the public Internet."""
    return peer is not None and _scope(peer) == "public"


@lru_cache(1024)
def _scope(peer: str) -> str:
    import ipaddress

    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return "unknown"
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return "loopback"
    documentation = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    if str(address).startswith(documentation):
        return "public"
    return "private" if not address.is_global else "public"
